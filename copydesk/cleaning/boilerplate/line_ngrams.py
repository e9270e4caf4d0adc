"""Hash a line's character n-grams and words into buckets: numbers for a model that knows no list and no language."""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.normalise import fold_letters
from copydesk.cleaning.thresholds.line_features import NGRAM_BITS, NGRAM_HEAD, NGRAM_LENGTHS, NGRAM_TAIL, WORDLESS

_OPEN, _CLOSE = "\x02", "\x03"
_MARKS = ord(_CLOSE)
_FACTOR, _MIX = np.uint32(0x9E3779B1), np.uint32(0x85EBCA6B)
_POWERS = np.cumprod(np.full(NGRAM_HEAD + NGRAM_TAIL + 2, _FACTOR, dtype=np.uint32), dtype=np.uint32)
_DIGITS = {ord(digit): "0" for digit in "123456789"}


class Grams(NamedTuple):
    """Hold the bucket of each gram of several lines, and the number of its line; lines ascend."""

    bucket: NDArray[np.uint32]
    line: NDArray[np.intp]


class LineGrams(NamedTuple):
    """Hold the grams of lines: of characters, one length each, and of words, single ones and pairs."""

    characters: tuple[Grams, ...]
    words: tuple[Grams, ...]
    lines: int

    def weighted(self) -> Iterator[tuple[Grams, NDArray[np.float32]]]:
        """Yield the grams with what one weighs in each line, so that characters count as much as words do."""
        for kinds in (self.characters, self.words):
            number = sum(np.bincount(grams.line, minlength=self.lines) for grams in kinds)
            weight = (1 / np.sqrt(np.maximum(1, number))).astype(np.float32)
            for grams in kinds:
                yield grams, weight


def grams_of(texts: Sequence[str]) -> LineGrams:
    """Hash the lines into 2 ** NGRAM_BITS buckets; of long ones the two ends. Linear in the characters read."""
    folded = [fold_letters(_ends(text)).translate(_DIGITS) for text in texts]
    joined = "".join(f"{_OPEN}{text}{_CLOSE}" for text in folded)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    line = np.repeat(np.arange(len(texts)), [len(text) + 2 for text in folded])
    characters = tuple(_characters(codes, line, length) for length in NGRAM_LENGTHS)
    return LineGrams(characters, _words(codes, line), len(texts))


def _ends(text: str) -> str:
    return text if len(text) <= NGRAM_HEAD + NGRAM_TAIL else f"{text[:NGRAM_HEAD]} {text[-NGRAM_TAIL:]}"


def _characters(codes: NDArray[np.uint32], line: NDArray[np.intp], length: int) -> Grams:
    """Hash the runs of so many characters that stand within one line."""
    last = max(0, len(codes) - length + 1)
    hashed = np.full(last, length, dtype=np.uint32)
    for step in range(length):
        hashed *= _FACTOR
        hashed += codes[step : step + last]
    within = line[:last] == line[len(line) - last :]
    return Grams(_buckets(hashed[within]), line[:last][within])


def _words(codes: NDArray[np.uint32], line: NDArray[np.intp]) -> tuple[Grams, Grams]:
    """Hash words, and pairs of words that stand within one line; a line's ends are words, so that place counts."""
    mark = codes <= _MARKS
    inside = _word_characters()[np.minimum(codes, 0xFFFF)] | mark
    first = inside.copy()
    first[1:] &= ~inside[:-1] | mark[1:] | mark[:-1]
    starts = np.flatnonzero(first)
    place = np.arange(len(codes)) - starts[np.maximum(np.cumsum(first) - 1, 0)]
    spelled = np.where(inside, codes * _POWERS[np.minimum(place, len(_POWERS) - 1)], np.uint32(0))
    word = np.add.reduceat(spelled, starts, dtype=np.uint32)
    of = line[starts]
    within = of[:-1] == of[1:]
    pair = word[:-1] * _MIX + word[1:]
    return Grams(_buckets(word * np.uint32(0x3)), of), Grams(_buckets(pair[within]), of[:-1][within])


def _buckets(hashed: NDArray[np.uint32]) -> NDArray[np.uint32]:
    mixed = (hashed ^ (hashed >> np.uint32(0xF))) * _MIX
    return np.asarray(mixed >> np.uint32(0x20 - NGRAM_BITS))


@cache
def _word_characters() -> NDArray[np.bool_]:
    """Say of each character below U+10000 whether it is part of a word."""
    table = np.fromiter((chr(code).isalnum() for code in range(0x10000)), dtype=bool, count=0x10000)
    for low, high in WORDLESS:
        table[low : high + 1] = False
    return table
