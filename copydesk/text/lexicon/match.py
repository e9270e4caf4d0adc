"""Finding the phrases of a lexicon in a text, in one pass over its words."""

from collections.abc import Iterable
from typing import NamedTuple

from copydesk.text.lexicon.fold import is_spaceless, phrase_tokens

GAP_WORDS = 3
GAP_CHARACTERS = 8
_MEMO_LIMIT = 50_000


class Hit(NamedTuple):
    """A phrase found: what it speaks for, how strongly (`line`, `start`, `sure`, `hint`, `voice`), and itself."""

    topic: str
    strength: str
    phrase: str


class _Phrase(NamedTuple):
    """`second` is the word that must follow the first, empty when there is none or it may vary."""

    hit: Hit
    parts: tuple[str, ...]
    second: str


class Lexicon:
    """Phrases by their first word. Matching is linear: a phrase is short and a gap is bounded."""

    def __init__(self, phrases: Iterable[tuple[str, str, str]]) -> None:
        self._exact: dict[str, list[_Phrase]] = {}
        self._stems: dict[str, list[_Phrase]] = {}
        self._memo: dict[str, tuple[_Phrase, ...]] = {}
        for topic, strength, phrase in dict.fromkeys(phrases):
            parts = phrase_tokens(phrase)
            if not parts or parts[0] in {"_", "*"}:
                raise ValueError(f"a phrase must open with a word: {topic}.{strength} {phrase!r}")
            second = parts[1] if len(parts) > 1 and parts[1] != "_" and parts[1][-1] != "*" else ""
            entry = _Phrase(Hit(topic, strength, phrase), parts, second)
            if parts[0].endswith("*"):
                self._stems.setdefault(parts[0][:-1], []).append(entry)
            else:
                self._exact.setdefault(parts[0], []).append(entry)
        self._lengths = sorted({len(stem) for stem in self._stems})

    def find(self, words: list[str]) -> list[Hit]:
        """Every phrase of the lexicon that stands in the words, in order, repeats included."""
        first, last = _within_numbers(words)
        hits: list[Hit] = []
        memo = self._memo
        for position, word in enumerate(words):
            candidates = memo.get(word)
            if candidates is None:
                candidates = self._candidates(word)
            if not candidates:
                continue
            following = words[position + 1] if position + 1 < len(words) else None
            for hit, parts, second in candidates:
                if second and second != following:
                    continue
                if hit.strength in {"line", "start"} and position not in (0, first):
                    continue
                end = position + 1 if len(parts) == 1 else _matches(parts, words, position)
                if end and (hit.strength != "line" or end >= last):
                    hits.append(hit)
        return hits

    def _candidates(self, word: str) -> tuple[_Phrase, ...]:
        found = list(self._exact.get(word, ()))
        for length in self._lengths:
            if length > len(word):
                break
            found += self._stems.get(word[:length], ())
        if len(self._memo) > _MEMO_LIMIT:
            self._memo.clear()
        self._memo[word] = tuple(found)
        return self._memo[word]


def _within_numbers(words: list[str]) -> tuple[int, int]:
    """Where the words begin and end when the bare numbers around them are left aside ("Share 12")."""
    first, last = 0, len(words)
    while first < last - 1 and words[first].isdigit():
        first += 1
    while last - 1 > first and words[last - 1].isdigit():
        last -= 1
    return first, last


def _matches(parts: tuple[str, ...], words: list[str], position: int) -> int:
    """The index after the phrase that begins at the position, 0 when it is not there. Its first part fits."""
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
