"""Labels for the runs of a page: how much of each is in the article's text, each part of the truth claimed once."""

import re

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
IN_A_ROW = 4
_LONG = 80


def shares_of_runs(texts: list[str], truth: str) -> list[float]:
    """Per run, the share of its words that the truth has in runs of four; shorter ones must be a whole line of it.

    Of runs that say the same, as many count as the truth has, those nearest to other article text.
    """
    wanted = _WORD.findall(truth.lower())
    places = {tuple(wanted[i : i + IN_A_ROW]) for i in range(len(wanted) - IN_A_ROW + 1)}
    lines = {" ".join(_WORD.findall(line.lower())) for line in truth.split("\n")}
    words = [_WORD.findall(text.lower()) for text in texts]
    shares = [_covered(some, places) if len(some) >= IN_A_ROW else float(" ".join(some) in lines) for some in words]
    body = [i for i, share in enumerate(shares) if share >= 0.5 and len(texts[i]) > _LONG]
    _once(words, " ".join(["", *wanted, ""]), body, shares)
    if body:
        for i, some in enumerate(words):
            if len(some) < IN_A_ROW and not body[0] - 3 <= i <= body[-1] + 6:
                shares[i] = 0.0
    return shares


def _covered(words: list[str], places: set[tuple[str, ...]]) -> float:
    covered = [False] * len(words)
    for i in range(len(words) - IN_A_ROW + 1):
        if tuple(words[i : i + IN_A_ROW]) in places:
            covered[i : i + IN_A_ROW] = [True] * IN_A_ROW
    return sum(covered) / len(words)


def _once(words: list[list[str]], truth: str, body: list[int], shares: list[float]) -> None:
    """Longer runs first; a run that others say as well, alone or within more text, needs a place of its own."""
    said = {i: f" {' '.join(words[i])} " for i, share in enumerate(shares) if share >= 0.5 and len(words[i]) > IN_A_ROW}
    by_length = sorted(said, key=lambda i: (-len(said[i]), -sum(1 for j in body if j != i and abs(j - i) < 12), i))
    claimed: list[str] = []
    for i in by_length:
        if sum(other.count(said[i]) for other in claimed) >= max(1, truth.count(said[i])):
            shares[i] = 0.0
        else:
            claimed.append(said[i])
