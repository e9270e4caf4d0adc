"""Hold what this process published last of the topics that it reads too: its readers need not read and unpack that.

A stage of `run` is mostly right behind the one before it. What is not held any more is read from the file; so is what
other processes published.
"""

import threading
from collections import deque
from collections.abc import Iterable

from copydesk.log_port import Record

RECENT_BYTES = 8 << 20
"""Bytes of values that are held of one topic."""


class RecentRecords:
    """Hold records by their rowid, the latest of each topic. For any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._held: dict[str, deque[tuple[int, int]]] = {}
        self._bytes: dict[str, int] = {}
        self._records: dict[int, Record] = {}

    def watch(self, topic: str) -> None:
        """Begin to hold what is published to a topic."""
        with self._lock:
            self._held.setdefault(topic, deque())

    def watches(self, topic: str) -> bool:
        """Whether records of a topic are held."""
        return topic in self._held

    def add(self, topic: str, records: Iterable[tuple[int, Record]]) -> None:
        """Take in records that are committed, by rowid."""
        with self._lock:
            held, size = self._held[topic], self._bytes.get(topic, 0)
            for number, record in records:
                self._records[number] = record
                held.append((number, len(record.value or b"")))
                size += held[-1][1]
            while size > RECENT_BYTES:
                number, freed = held.popleft()
                del self._records[number]
                size -= freed
            self._bytes[topic] = size

    def get(self, number: int) -> Record | None:
        """Return the record of a rowid, None where it is not held."""
        return self._records.get(number)

    def clear(self) -> None:
        """Let go of all, as records were removed from the file."""
        with self._lock:
            self._records.clear()
            self._bytes.clear()
            for held in self._held.values():
                held.clear()
