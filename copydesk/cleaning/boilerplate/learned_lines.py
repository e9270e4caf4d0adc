"""Judge lines by what a model learned from lines outside articles: what each speaks for, and whether it is article."""

from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import IO, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.boilerplate.kind_scores import LEXICAL
from copydesk.cleaning.boilerplate.line_ngrams import grams_of
from copydesk.cleaning.forest import Forest, load_forest
from copydesk.cleaning.thresholds.boilerplate import (
    LEARNED_KIND,
    LINES_AT_ONCE,
    TELLING_CHARACTERS,
    TELLING_READ,
    TELLING_RUNS,
    TELLING_WORDS,
)
from copydesk.events import Kind

KINDS_LEARNED: tuple[Kind, ...] = (*LEXICAL, "photo_credit", "byline")
LEARNED = ("body", *KINDS_LEARNED, "addressing")
"""What a line may speak for, the columns of all that is learned: article text, a kind, or anything that addresses
readers.
"""


class LineWords(NamedTuple):
    """Hold the log odds that each bucket of n-grams adds for each of LEARNED, in bytes, with their scale and bias."""

    table: NDArray[np.int8]
    scale: NDArray[np.float32]
    bias: NDArray[np.float32]

    def log_odds(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return (lines, len(LEARNED)): what each line's words and characters speak for."""
        parts = [self._of(texts[at : at + LINES_AT_ONCE]) for at in range(0, len(texts), LINES_AT_ONCE)]
        return np.concatenate(parts) if parts else np.zeros((0, len(LEARNED)), dtype=np.float32)

    def _of(self, texts: Sequence[str]) -> NDArray[np.float32]:
        total = np.zeros((len(texts), len(LEARNED)), dtype=np.float32)
        for (bucket, line), weight in grams_of(texts).weighted():
            if len(bucket):
                starts = np.flatnonzero(np.diff(line, prepend=-1))
                sums = np.add.reduceat(self.table.take(bucket, axis=0), starts, axis=0, dtype=np.int32)
                total[line[starts]] += sums * weight[line[starts], None]
        return total * self.scale + self.bias

    def telling(self, lines: Sequence[tuple[str, Kind]]) -> list[str]:
        """Return of each line the few words that speak most for its kind; none once TELLING_RUNS have been weighed."""
        runs: list[str] = []
        ends = [0]
        for text, _ in lines:
            if len(runs) < TELLING_RUNS:
                runs += _runs_of_words(text)
            ends.append(len(runs))
        odds = self.log_odds(runs)
        return [
            runs[start + int(np.argmax(odds[start:end, LEARNED.index(kind)]))][:TELLING_CHARACTERS]
            if start < end
            else ""
            for (_, kind), (start, end) in zip(lines, pairwise(ends), strict=True)
        ]

    def save(self, file: IO[bytes]) -> None:
        """Write the words as a compressed .npz without pickles."""
        np.savez_compressed(file, **self._asdict())


def _runs_of_words(text: str) -> list[str]:
    words = text.split()[:TELLING_READ]
    return [" ".join(words[at : at + TELLING_WORDS]) for at in range(max(1, len(words) - TELLING_WORDS + 1))]


class SingleLineModels(NamedTuple):
    """Hold the models of a line by itself: what its words speak for, and a forest over that and its other features."""

    words: LineWords
    alone: Forest


class LineModels(NamedTuple):
    """Hold the models of lines: of a line by itself, and of a line in its text."""

    single: SingleLineModels
    placed: Forest


@cache
def line_models() -> LineModels:
    """Read the shipped models, once; `weights/lines.json` says how they came to be."""
    weights = files("copydesk.cleaning.weights")
    with weights.joinpath("line_words.npz").open("rb") as stored, np.load(stored, allow_pickle=False) as arrays:
        # The numbers of a bucket side by side: they are read together, from anywhere in the table.
        words = LineWords(np.ascontiguousarray(arrays["table"]), arrays["scale"], arrays["bias"])
    forests = []
    for name in ("lone_lines.npz", "lines.npz"):
        with weights.joinpath(name).open("rb") as stored:
            forests.append(load_forest(stored))
    return LineModels(SingleLineModels(words, forests[0]), forests[1])


class Learned(NamedTuple):
    """Hold per line its log odds for LEARNED, and the probability that it is article text wherever it stands."""

    log_odds: NDArray[np.float32]
    alone: NDArray[np.float32]


def judge_lines(models: SingleLineModels, texts: Sequence[str], own: NDArray[np.float32]) -> Learned:
    """Judge lines one by one; `own` (lines, features) is what else is known of each by itself."""
    log_odds = models.words.log_odds(texts)
    return Learned(log_odds, models.alone.probability(np.concatenate([own, log_odds], axis=1)))


def learned_kind(log_odds: NDArray[np.float32]) -> tuple[Kind, float] | None:
    """Return the kind that a line's words speak for most, and how likely that is; None when they speak for none."""
    best = int(np.argmax(log_odds[1 : 1 + len(KINDS_LEARNED)]))
    likely = 1 / (1 + float(np.exp(-log_odds[1 + best])))
    return (KINDS_LEARNED[best], likely) if likely >= LEARNED_KIND else None
