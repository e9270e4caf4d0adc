"""Choose the sources that figures name: the largest ones, so that ten thousand sources are no ten thousand series."""

from collections import Counter
from collections.abc import Iterable
from heapq import nlargest

OTHER_SOURCES = "other"
RANK_EVERY, CLEARLY = 256, 1.25
"""Articles between two looks at who is large, and how many times a named source must be outgrown to lose its name."""
MOST_KNOWN = 20_000
_LONGEST = 100


class TopSources:
    """Count the articles of each source and name the `most` largest; the others are OTHER_SOURCES together.

    A source that was named stays so until another one has clearly outgrown it: a figure then ends, and none ever falls.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._articles: Counter[str] = Counter()
        self._named: set[str] = set()
        self._unranked = 0

    def name(self, source: str) -> tuple[str, Iterable[str]]:
        """Count an article; return the name its source has in figures, and the names that are used no more."""
        source, dropped = source[:_LONGEST], list[str]()
        self._articles[source] += 1
        self._unranked += 1
        if len(self._named) < self._most:
            self._named.add(source)
        elif self._unranked >= RANK_EVERY:
            dropped = self._rank()
        return source if source in self._named else OTHER_SOURCES, dropped

    def _rank(self) -> list[str]:
        self._unranked = 0
        if len(self._articles) > MOST_KNOWN:
            self._articles = Counter(dict(self._articles.most_common(MOST_KNOWN // 2)))
        rank = self._articles.__getitem__
        weakest, dropped = sorted(self._named, key=rank), list[str]()
        for source in nlargest(self._most, self._articles, key=rank):
            if source not in self._named and rank(source) > CLEARLY * rank(weakest[len(dropped)]):
                dropped.append(weakest[len(dropped)])
                self._named.add(source)
        self._named.difference_update(dropped)
        return dropped
