"""Compare samples of articles by ranks or counts, and counts of articles with what was expected."""

import math
from collections.abc import Sequence


def median(values: Sequence[float]) -> float:
    """Return the middle value; 0 of none."""
    ordered, half = sorted(values), len(values) // 2
    if not ordered:
        return 0.0
    return ordered[half] if len(ordered) % 2 else (ordered[half - 1] + ordered[half]) / 2


def rank_distance(usual: Sequence[float], latest: Sequence[float]) -> float:
    """Return by how many standard deviations the latest values rank above the usual ones (Mann and Whitney's U)."""
    pooled = sorted([(value, 0) for value in usual] + [(value, 1) for value in latest])
    ranks, at, ties = 0.0, 0, 0.0
    while at < len(pooled):
        end = at
        while end < len(pooled) and pooled[end][0] == pooled[at][0]:
            end += 1
        ranks += sum(which for _, which in pooled[at:end]) * (at + 1 + end) / 2
        ties += (end - at) ** 3 - (end - at)
        at = end
    m, n = len(latest), len(usual)
    total = m + n
    variance = m * n / 12 * (total + 1 - ties / (total * (total - 1)))
    return (ranks - m * (m + 1) / 2 - m * n / 2) / math.sqrt(variance) if variance > 0 else 0.0


def chance_of(hits: int, drawn: int, marked: int, total: int) -> float:
    """Return how likely `drawn` of `total` hold at least `hits` of the `marked` ones, drawn blindly (Fisher's test)."""
    ways = sum(
        math.comb(marked, found) * math.comb(total - marked, drawn - found)
        for found in range(hits, min(drawn, marked) + 1)
        if drawn - found <= total - marked
    )
    return ways / math.comb(total, drawn)


def odds_of_few(count: int, mean: float, spread: float) -> float:
    """Return minus the logarithm of the chance of at most `count` articles, of a `mean` and its `spread`.

    The distribution is the negative binomial one, for a spread of 1 that of Poisson.
    """
    return _odds(range(count + 1), mean, spread)


def odds_of_many(count: int, mean: float, spread: float) -> float:
    """Return minus the logarithm of the chance of at least `count` articles, where that is more than the mean."""
    return _odds(range(count, count + 400), mean, spread)


def _odds(counts: range, mean: float, spread: float) -> float:
    if mean <= 0:
        return 0.0 if counts.start == 0 else math.inf
    logs = [_log_chance(count, mean, spread) for count in counts]
    most = max(logs)
    return -(most + math.log(sum(math.exp(each - most) for each in logs)))


def _log_chance(count: int, mean: float, spread: float) -> float:
    if spread < 1.001:
        return count * math.log(mean) - mean - math.lgamma(count + 1)
    shape = mean / (spread - 1)
    ways = math.lgamma(count + shape) - math.lgamma(count + 1) - math.lgamma(shape)
    return ways - shape * math.log(spread) + count * math.log1p(-1 / spread)
