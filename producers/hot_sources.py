"""Find the sources that bring more than one cleaner should have to itself, and tell every producer of them.

A source that is hot stays so for ever: it is a key of the compacted topic `sources.hot`. Its articles that come from
then on are spread over partitions; those that were published before stay where they are, since whoever publishes a
revision keeps with the article whether it is spread.
"""

import logging
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable

import msgspec

from copydesk.errors import NotFound, Unavailable
from copydesk.log_port import Log, Message, Table
from copydesk.pipeline import HOT

logger = logging.getLogger("copydesk.hot")

HOT_WINDOW, HOT_SHARE = 1_000, 0.1
"""A source is hot when it brought over this share of the latest articles that this process published, so many at
least: a tenth is what one of ten cleaners has, and what chance makes of a source of a twentieth stays below it."""
EXCHANGE_SECONDS = 15.0
_HEADERS = {"type": "HotSource"}


class HotSources:
    """Count what is published by source, and know which are hot. Not thread-safe, but for `hot`."""

    def __init__(self, log: Log, clock: Callable[[], float] = time.monotonic) -> None:
        self._log, self._clock = log, clock
        self._hot: frozenset[str] = frozenset()
        self._found: set[str] = set()
        self._latest: deque[str] = deque()
        self._counts: Counter[str] = Counter()
        self._table: Table | None = None
        self._next = float("-inf")

    def hot(self, source: str) -> bool:
        """Whether a new article of this source is to be spread; it stays so for the article."""
        return source in self._hot

    def count(self, sources: Iterable[str]) -> None:
        """Note the sources of articles that were published."""
        for source in sources:
            self._latest.append(source)
            self._counts[source] += 1
            if len(self._latest) > HOT_WINDOW:
                self._counts[self._latest.popleft()] -= 1
            elif len(self._latest) < HOT_WINDOW:
                continue
            if self._counts[source] > HOT_SHARE * HOT_WINDOW and source not in self._hot:
                self._found.add(source)

    def exchange(self) -> None:
        """Tell other producers what was found here, and take in what they found; for one that asks often.

        What is found counts once the log has it. One that does not answer is asked again next time.
        """
        if not self._found and self._clock() < self._next:
            return
        self._next = self._clock() + EXCHANGE_SECONDS
        try:
            if self._table is None:
                self._table = self._log.table(HOT)
            self._table.refresh()
            there = frozenset(source for source, _ in self._table.items())
            if found := sorted(self._found - there):
                since = msgspec.json.encode({"since": int(time.time() * 1000)})
                self._log.publish(HOT, [Message(source, since, _HEADERS) for source in found])
                logger.info("spread over partitions from now on: %s", ", ".join(found))
            self._hot, self._found = there.union(found), set()
        except (Unavailable, NotFound) as error:  # the topic is made by the `setup` of this version
            logger.info("hot sources cannot be told of now: %s", error)
