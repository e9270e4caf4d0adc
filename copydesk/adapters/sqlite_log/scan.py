"""Read the embedded log without a group: whole topics in order, and compacted topics as tables.

Everything is read a page at a time: a read transaction that stays open keeps the write-ahead log from starting over.
"""

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager

import apsw

from copydesk.adapters.sqlite_log.change_watch import ChangeWatch
from copydesk.adapters.sqlite_log.records import Budget, TopicRow, ends, read_lane, unpack
from copydesk.log_port import Record

Connect = Callable[[], AbstractContextManager[apsw.Connection]]
"""Lends a connection, and translates errors, for the length of a `with` block."""

_PAGE_RECORDS, _PAGE_BYTES = 100, 1 << 20
_FOLLOW_SECONDS = 1.0
_TABLE_PAGE = 100
_LATEST = "SELECT latest.key, value, size FROM latest JOIN records USING (id) WHERE topic = ? AND value IS NOT NULL"


def scan_topic(
    connect: Connect, topic: TopicRow, start: Mapping[int, int], stop: Mapping[int, int]
) -> Iterator[Record]:
    """Yield records from `start` to before `stop`, offsets by lane: in order within a partition, by time across."""
    lanes = [_scan_lane(connect, topic, lane, start[lane], stop[lane]) for lane in topic.lanes]
    return heapq.merge(*lanes, key=lambda record: record.timestamp)


def follow_topic(connect: Connect, topic: TopicRow, start: Mapping[int, int]) -> Iterator[Record]:
    """Yield records from `start` on, for ever."""
    with connect() as connection:
        watch = ChangeWatch(connection)
        while True:
            if watch.changed():
                stop = ends(connection, topic)
                yield from scan_topic(connect, topic, start, stop)
                start = stop
            else:
                watch.wait(_FOLLOW_SECONDS)


def _scan_lane(connect: Connect, topic: TopicRow, lane: int, start: int, stop: int) -> Iterator[Record]:
    while start < stop:
        with connect() as connection:
            page, start = read_lane(connection, topic, lane, start, stop, Budget(_PAGE_RECORDS, _PAGE_BYTES))
        yield from page


class SqliteTable:
    """Implement the Table on a SQLite log; it reads the file itself, so it is always fresh and costs no memory."""

    def __init__(self, connect: Connect, topic: TopicRow) -> None:
        self._connect, self._topic = connect, topic

    def get(self, key: str) -> bytes | None:
        """Return the latest value of a key."""
        with self._connect() as connection:
            row = connection.execute(f"{_LATEST} AND latest.key = ?", (self._topic.id, key)).fetchone()
            return None if row is None else unpack(row[1], row[2])

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Yield every key with its latest value, by key."""
        page = self._page("", ())
        while page:
            yield from page
            page = self._page("AND latest.key > ?", (page[-1][0],))

    def refresh(self) -> None:
        """Do nothing: there is no copy that could be old."""

    def keep(self, keys: Iterable[str]) -> None:
        """Do nothing: there is no copy that takes room."""

    def _page(self, condition: str, values: tuple[str, ...]) -> list[tuple[str, bytes]]:
        query = f"{_LATEST} {condition} ORDER BY latest.key LIMIT {_TABLE_PAGE}"
        with self._connect() as connection:
            rows = connection.execute(query, (self._topic.id, *values))
            return [(key, unpack(value, size) or b"") for key, value, size in rows]
