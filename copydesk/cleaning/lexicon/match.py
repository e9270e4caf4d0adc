"""Find the phrases of a lexicon in a text, in one pass over its words."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple

from copydesk.cleaning.lexicon.tokens import is_spaceless, phrase_tokens
from copydesk.cleaning.thresholds.lines import (
    GAP_CHARACTERS,
    GAP_WORDS,
    MOST_KNOWN_WORDS,
)


class PhraseHit(NamedTuple):
    """Hold a phrase found: what it speaks for, how strongly (`line`, `start`, `sure`, `hint`, `voice`), and itself."""

    topic: str
    strength: str
    phrase: str


class _Phrase(NamedTuple):
    """Hold a phrase in parts; `second` is the word that must follow the first, `third` the one behind that.

    Both are empty when none must. `whole` says that the first word and the second are all of the phrase.
    """

    hit: PhraseHit
    parts: tuple[str, ...]
    second: str
    third: str
    whole: bool


_Heads = tuple[Mapping[str, Sequence[_Phrase]], Sequence[_Phrase]]
"""The phrases that may begin with a word: by the word after it, and those for any other word after it."""

NONE: _Heads = ({}, ())


class _Index(dict[str, _Heads | None]):
    """Map words to the phrases they may begin, None for none; filled as words are met, and bounded."""

    def __init__(self) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        self._lengths: list[int] = []

    def add(self, phrase: _Phrase) -> None:
        first = phrase.parts[0]
        if first.endswith("*"):
            self._stems.setdefault(first[:-1], []).append(phrase)
            self._lengths = sorted({len(first) - 1, *self._lengths})
        else:
            self._exact.setdefault(first, []).append(phrase)

    def __missing__(self, word: str) -> _Heads | None:
        found = list(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += self._stems.get(word[:length], ())
        if len(self) > MOST_KNOWN_WORDS:
            self.clear()
        self[word] = heads = _heads(found) if found else None
        return heads


def _heads(found: Sequence[_Phrase]) -> _Heads:
    """Return the phrases by the word that follows, the longest first: their order in the files counts for nothing."""
    phrases = sorted(found, key=lambda phrase: (-len(phrase.parts), phrase))
    seconds = {phrase.second for phrase in phrases} - {""}
    before = {second: [p for p in phrases if p.second in {"", second}] for second in seconds}
    return before, [p for p in phrases if not p.second]


@cache
def _phrase(listed: tuple[str, str, str]) -> _Phrase:
    """Return a phrase in parts; one object for all languages, as English is merged into each.

    Raises ValueError unless it opens with a word.
    """
    topic, strength, phrase = listed
    parts = phrase_tokens(phrase)
    if not parts or parts[0] in {"_", "*"}:
        raise ValueError(f"a phrase must open with a word: {topic}.{strength} {phrase!r}")
    second = _exact(parts, 1)
    third = _exact(parts, 2) if second else ""
    return _Phrase(PhraseHit(topic, strength, phrase), parts, second, third, len(parts) == 1 + bool(second))


def _exact(parts: tuple[str, ...], at: int) -> str:
    """Return the word that must stand in this place; empty for a gap, a stem, and behind the end."""
    return parts[at] if at < len(parts) and parts[at] != "_" and parts[at][-1] != "*" else ""


class Lexicon:
    """Hold phrases by their first words. Matching is linear: a phrase is short and a gap is bounded."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        self._opening, self._anywhere = _Index(), _Index()
        for phrase in map(_phrase, dict.fromkeys(phrases)):
            index = self._opening if phrase.hit.strength in {"line", "start"} else self._anywhere
            index.add(phrase)

    def find(self, words: list[str]) -> list[PhraseHit]:
        """Return every phrase of the lexicon that stands in the words, in their order, repeats included.

        Those that must open a text come before the others, and of those that begin at one word the longest first.
        """
        hits: list[PhraseHit] = []
        following = [*words[1:], "", ""]
        first, last = _within_numbers(words)
        for position in (0, first) if first else range(min(1, last)):
            before, others = self._opening[words[position]] or NONE
            for phrase in before.get(following[position], others):
                end = _matches(phrase.parts, words, position)
                if end and (phrase.hit.strength != "line" or end >= last):
                    hits.append(phrase.hit)
        for position, heads in enumerate(map(self._anywhere.__getitem__, words)):
            if heads is not None and (begun := heads[0].get(following[position], heads[1])):
                third = following[position + 1]
                for hit, parts, _, needed, whole in begun:
                    if whole or ((not needed or needed == third) and _matches(parts, words, position)):
                        hits.append(hit)
        return hits


def _within_numbers(words: list[str]) -> tuple[int, int]:
    """Return where the words begin and end when the bare numbers around them are left aside ("Share 12")."""
    first, last = 0, len(words)
    while first < last - 1 and words[first].isdigit():
        first += 1
    while last - 1 > first and words[last - 1].isdigit():
        last -= 1
    return first, last


def _matches(parts: tuple[str, ...], words: list[str], position: int) -> int:
    """Return the index after the phrase that begins at the position, 0 when it is not there. Its first part fits."""
    at = position + 1
    slack = 0
    for part in parts[1:]:
        if part == "_":
            slack = GAP_CHARACTERS if at < len(words) and is_spaceless(words[at]) else GAP_WORDS
            continue
        while not (at < len(words) and _fits(part, words[at])):
            if not slack or at >= len(words):
                return 0
            slack -= 1
            at += 1
        slack = 0
        at += 1
    return at


def _fits(part: str, word: str) -> bool:
    return part == word or part == "*" or (part[-1] == "*" and word.startswith(part[:-1]))
