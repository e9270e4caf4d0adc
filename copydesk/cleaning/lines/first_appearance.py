"""Read the line that feeds put below an article, such as `The post Rain ends appeared first on Vale`."""

from functools import lru_cache
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import line_words
from copydesk.cleaning.normalise import bare, fold_letters, fold_spaces
from copydesk.cleaning.thresholds.lines import APPEARANCE_CHARACTERS, APPEARANCE_QUOTES

_HOLE = "…"
_ENDS = " .。!"


class FirstAppearance(NamedTuple):
    """Hold what a line says of where an article appeared first: the words that say it, and how much they prove.

    `quoted` tells whether it quotes the article's headline, `alone` whether the words are believed without it.
    """

    evidence: str
    quoted: bool
    alone: bool


def first_appearance(line: str, headline: str) -> FirstAppearance | None:
    """Return what a line says of where an article of this headline appeared first; None for any other line."""
    quoted = quotes(line, headline)
    if len(line) - (len(headline) if quoted else 0) > APPEARANCE_CHARACTERS:
        return None
    letters = fold_letters(line)
    folded = fold_spaces(letters).strip(_ENDS)
    for pieces, evidence, sure in _patterns():
        if (held := _between(folded, pieces)) is not None:
            start = letters.find(held)
            named = len(letters) != len(line) or not line[start : start + 1].islower()
            return FirstAppearance(evidence, quoted, sure and named)
    return None


def quotes(line: str, headline: str) -> bool:
    """Whether a line holds a headline that is long enough to tell, and something else."""
    name, text = bare(headline), bare(line)
    return len(name) >= APPEARANCE_QUOTES and name in text and text != name


def _between(line: str, pieces: tuple[str, ...]) -> str | None:
    """Return what stands for the first hole of a pattern that fits the whole line; None where it does not fit."""
    if not (line.startswith(pieces[0]) and line.endswith(pieces[-1])):
        return None
    at, held = len(pieces[0]), None
    end = len(line) - len(pieces[-1])
    for piece in pieces[1:-1]:
        found = line.find(piece, at + 1, end)
        if found < 0:
            return None
        held = line[at:found].strip() if held is None else held
        at = found + len(piece)
    if held is None:
        held = line[at:end].strip()
    return held if held and at < end else None


@lru_cache
def _patterns() -> tuple[tuple[tuple[str, ...], str, bool], ...]:
    """Return the patterns of all languages as the pieces around their holes, the longest first."""
    found = []
    for strength in ("sure", "hint"):
        for written in line_words(f"syndication.{strength}"):
            pieces = tuple(map(fold_letters, written.strip(_ENDS).split(_HOLE)))
            found.append((pieces, max(written.split(_HOLE), key=len).strip(), strength == "sure"))
    return tuple(sorted(found, key=lambda pattern: (not pattern[2], -len("".join(pattern[0])))))
