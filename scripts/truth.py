"""Label by the truth: how much of each run of a page, or of each line of a text, is in the article."""

import re

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]|[^\W_\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
PLAIN = re.compile(r"\w+")
IN_A_ROW = 4
_LONG = 80


def shares_of_runs(texts: list[str], truth: str) -> list[float]:
    """Return per run the share of its words that the truth has in runs of four; shorter ones must be a whole line.

    Of runs that say the same, as many count as the truth has, those nearest to other article text.
    """
    wanted = _WORD.findall(truth.lower())
    places = _places(wanted)
    lines = {" ".join(_WORD.findall(line.lower())) for line in truth.split("\n")}
    words = [_WORD.findall(text.lower()) for text in texts]
    shares = [_covered(some, places)[0] if len(some) >= IN_A_ROW else float(" ".join(some) in lines) for some in words]
    body = [i for i, share in enumerate(shares) if share >= 0.5 and len(texts[i]) > _LONG]
    _once(words, " ".join(["", *wanted, ""]), body, shares)
    if body:
        for i, some in enumerate(words):
            if len(some) < IN_A_ROW and not body[0] - 3 <= i <= body[-1] + 6:
                shares[i] = 0.0
    return shares


def shares_of_lines(lines: list[str], truth: str) -> list[float]:
    """Return per line the share of its words that the truth has in runs of four; a short line counts where it fits."""
    wanted = PLAIN.findall(truth.lower())
    places = _places(wanted)
    words = [PLAIN.findall(line.lower()) for line in lines]
    found = [_covered(w, places) for w in words]
    out = [share for share, _ in found]
    for i, some in enumerate(words):
        if 0 < len(some) < IN_A_ROW:
            low = next(
                (at + len(words[j]) for j in range(i - 1, -1, -1) if out[j] > 0.6 and (at := found[j][1]) is not None),
                0,
            )
            above = (at for j in range(i + 1, len(lines)) if out[j] > 0.6 and (at := found[j][1]) is not None)
            high = next(above, len(wanted))
            out[i] = float(any(wanted[k : k + len(some)] == some for k in range(max(0, low - 1), high + 1)))
    return out


def _places(wanted: list[str]) -> dict[tuple[str, ...], int]:
    """Map the runs of four words to where each stands first."""
    runs = (tuple(wanted[i : i + IN_A_ROW]) for i in range(len(wanted) - IN_A_ROW + 1))
    return {run: at for at, run in reversed(list(enumerate(runs)))}


def _covered(words: list[str], places: dict[tuple[str, ...], int]) -> tuple[float, int | None]:
    """Return the share of words in runs that the truth has, and where the first of these would put the beginning."""
    covered, first = [False] * len(words), None
    for i in range(len(words) - IN_A_ROW + 1):
        at = places.get(tuple(words[i : i + IN_A_ROW]))
        if at is not None:
            covered[i : i + IN_A_ROW] = [True] * IN_A_ROW
            first = at - i if first is None else first
    return (sum(covered) / len(words) if words else 0.0), first


def _once(words: list[list[str]], truth: str, body: list[int], shares: list[float]) -> None:
    """Count a run that others say as well once, longer runs first: it needs a place of its own in the truth."""
    said = {i: f" {' '.join(words[i])} " for i, share in enumerate(shares) if share >= 0.5 and len(words[i]) > IN_A_ROW}
    by_length = sorted(said, key=lambda i: (-len(said[i]), -sum(1 for j in body if j != i and abs(j - i) < 12), i))
    claimed: list[str] = []
    for i in by_length:
        if sum(other.count(said[i]) for other in claimed) >= max(1, truth.count(said[i])):
            shares[i] = 0.0
        else:
            claimed.append(said[i])
