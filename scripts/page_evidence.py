"""Count what words and class names speak for, per domain: which domains a model may learn from is chosen later."""

from collections import defaultdict
from collections.abc import Iterable
from math import log
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.blocks import to_blocks, words_of_names
from scripts.page_documents import Document

BODY_SHARE = 0.3
"""How much of a page's runs is body text, about: what a word nobody knows stands for."""

Table = dict[str, float]


class Evidence(NamedTuple):
    """Hold the share of a word's runs that are article, a number each for every domain that has the word.

    `domain` and `word` say which, by their places in `domains` and `words`.
    """

    domains: dict[str, int]
    words: list[str]
    domain: NDArray[np.intp]
    word: NDArray[np.intp]
    share: NDArray[np.float64]

    def odds(self, domains: set[str], least: int) -> Table:
        """Map words of at least so many of the domains to log odds against the usual, each domain one vote."""
        allowed = np.array([domain in domains for domain in self.domains], dtype=np.bool_)
        mine = allowed[self.domain]
        of = np.bincount(self.word[mine], minlength=len(self.words))
        good = np.bincount(self.word[mine], weights=self.share[mine], minlength=len(self.words))
        usual = log(BODY_SHARE / (1 - BODY_SHARE))
        found = np.round(np.log((good + 2 * BODY_SHARE) / (of - good + 2 * (1 - BODY_SHARE))) - usual, 3)
        return {self.words[i]: float(found[i]) for i in np.flatnonzero(of >= least).tolist()}


class PageEvidence(NamedTuple):
    """Hold the evidence of names (classes, ids) and of what runs say."""

    names: Evidence
    words: Evidence

    def learned(self, domains: set[str]) -> tuple[Table, Table]:
        """Return the odds of names and of words, as pages of these domains tell them."""
        return self.names.odds(domains, 2), self.words.odds(domains, 3)


def evidence_of(documents: Iterable[Document]) -> PageEvidence:
    """Count the names and words of all documents once."""
    names, words = (defaultdict[str, dict[str, list[float]]](dict) for _ in range(2))
    for d in documents:
        lengths = np.sqrt(np.minimum(d.seen.layout.size, 300))
        for block, share, weight in zip(to_blocks(d.page), d.share.tolist(), lengths.tolist(), strict=True):
            if share == share:
                for word in words_of_names(block.names):
                    _count(names[d.domain], word, share, weight)
        for some, i in zip(d.seen.words, d.seen.at.tolist(), strict=True):
            if (share := float(d.share[i])) == share:
                for word in set(some):
                    _count(words[d.domain], word, share, 1.0)
    return PageEvidence(_packed(names), _packed(words))


def _count(table: dict[str, list[float]], word: str, share: float, weight: float) -> None:
    counted = table.get(word)
    if counted is None:
        table[word] = [share * weight, weight]
    else:
        counted[0] += share * weight
        counted[1] += weight


def _packed(counts: dict[str, dict[str, list[float]]]) -> Evidence:
    ids: dict[str, int] = {}
    places = [
        (i, ids.setdefault(word, len(ids)), body / of)
        for i, table in enumerate(counts.values())
        for word, (body, of) in table.items()
    ]
    domain, word, share = (np.array(column) for column in zip(*places, strict=True))
    return Evidence({name: i for i, name in enumerate(counts)}, list(ids), domain, word, share)
