"""Schedule the next poll of a source: its publishing rate, cache freshness, backoff after failures. Pure.

Instants are seconds since the epoch, durations seconds. `dice` is a random number in [0, 1), handed in.
"""

import math

SHORTEST_INTERVAL, LONGEST_INTERVAL = 60.0, 86_400.0
FIRST_INTERVAL = 900.0
PUSHED_INTERVAL = 6 * 3600.0
"""How often a feed is polled at most while its hub pushes it: the safety net."""
_HALF_LIFE = 2 * 86_400.0
_ASKS_PER_ITEM = 3.0
_JITTER = 0.1
_NEWEST_GAP_COUNTS = 0.2
SILENT_GAPS, SHORTEST_SILENCE, UNKNOWN_SILENCE = 6.0, 3 * 86_400.0, 30 * 86_400.0
"""A feed counts as silent after so many of its usual gaps, and never before three days: a long weekend is none. Where
no rhythm is known, a month."""


def decayed(weight: float, elapsed: float) -> float:
    """Return a count of items that halves every two days, after `elapsed` seconds more."""
    return weight * math.pow(0.5, max(0.0, elapsed) / _HALF_LIFE)


def items_a_day(weight: float) -> float:
    """Return the rate that such a count stands for."""
    return weight * math.log(2) / _HALF_LIFE * 86_400


def next_rhythm(rhythm: float, gap: float) -> float:
    """Return the usual seconds between moments that bring new items, after one more such gap; 0 is not known yet."""
    return gap if not rhythm else rhythm + (gap - rhythm) * _NEWEST_GAP_COUNTS


def is_silent(rhythm: float, silence: float) -> bool:
    """Whether a feed that answers has brought nothing new for so long that it is odd, by its own rhythm."""
    return silence > max(SHORTEST_SILENCE, rhythm * SILENT_GAPS if rhythm else UNKNOWN_SILENCE)


def first_weight(ages: list[float]) -> float:
    """Return the count a source starts with, from how old its dated items are.

    Without dates, as if one came every 45 min.
    """
    known = [age for age in ages if age >= 0]
    if not known:
        return _HALF_LIFE / math.log(2) / (FIRST_INTERVAL * _ASKS_PER_ITEM)
    return sum(decayed(1.0, age) for age in known)


def poll_interval(weight: float, shortest: float = SHORTEST_INTERVAL, longest: float = LONGEST_INTERVAL) -> float:
    """Return the interval that asks about three times for every new item, within the source's own limits."""
    rate = items_a_day(weight) / 86_400
    wished = 1 / (rate * _ASKS_PER_ITEM) if rate > 0 else LONGEST_INTERVAL
    low = min(max(SHORTEST_INTERVAL, shortest), LONGEST_INTERVAL)
    return min(max(wished, low), max(low, min(longest, LONGEST_INTERVAL)))


def after_success(now: float, interval: float, fresh: float, dice: float) -> float:
    """Return when to ask again; never before the answer stops being fresh."""
    return now + max(interval, fresh) * (1 + _JITTER * dice)


def after_failure(now: float, interval: float, failures: int, retry_after: float | None, dice: float) -> float:
    """Return when to ask again after so many failures in a row: twice as long each time, up to a day.

    Never not at all.
    """
    wait = min(LONGEST_INTERVAL, max(SHORTEST_INTERVAL, interval) * 2.0 ** min(max(0, failures - 1), 20))
    return now + max(wait, retry_after or 0.0) * (1 + _JITTER * dice)


def in_outage(now: float, dice: float) -> float:
    """Return when to ask again a source that failed while nothing at all could be reached."""
    return now + SHORTEST_INTERVAL * (1 + dice)


def plausible_next(next_at: float, now: float, interval: float) -> float:
    """Return a remembered instant, brought near again should the clock have gone back since."""
    return next_at if next_at <= now + 8 * LONGEST_INTERVAL else now + interval
