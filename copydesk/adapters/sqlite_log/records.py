"""Define the embedded log's file: its tables, and how records are laid out, packed, appended and read.

One integer finds a record: topic, partition and offset in one (see `first_id`), so that a partition is a range of
rowids and no index besides is needed. Values from 1 KiB on are compressed; a stored value shorter than its `size` is a
compressed one.
"""

import threading
import zlib
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import apsw
import msgspec

from copydesk.adapters.sqlite_file import FileKind
from copydesk.adapters.sqlite_log.recent import RecentRecords
from copydesk.errors import LogUnavailable, MessageTooLarge
from copydesk.log_port import Message, Partition, Record
from copydesk.web.zstd import Compressor, ZstdError, decompress

OFFSET_BITS, PARTITION_BITS = 42, 10
MAX_PARTITIONS, MAX_TOPICS = 1 << PARTITION_BITS, 1023
OFFSET_MASK = (1 << OFFSET_BITS) - 1

LOG_FILE = FileKind(
    name="log",
    application_id=0x43444C31,
    version=1,
    page_size=4096,
    unavailable=LogUnavailable,
    rebuild="move it aside and run again: the log starts empty and the inputs are read anew",
    schema="""
        CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, compacted INTEGER NOT NULL,
                             partitions INTEGER NOT NULL);
        CREATE TABLE lanes (lane INTEGER PRIMARY KEY, first INTEGER NOT NULL, next INTEGER NOT NULL);
        CREATE TABLE records (id INTEGER PRIMARY KEY, at INTEGER NOT NULL, key TEXT NOT NULL, headers TEXT,
                              size INTEGER, value BLOB);
        CREATE TABLE latest (topic INTEGER, key TEXT, id INTEGER NOT NULL, PRIMARY KEY (topic, key)) WITHOUT ROWID;
        CREATE TABLE committed (member_group TEXT, lane INTEGER, next INTEGER NOT NULL,
                                PRIMARY KEY (member_group, lane)) WITHOUT ROWID;
        CREATE TABLE generations (member_group TEXT, topic INTEGER, generation INTEGER NOT NULL,
                                  PRIMARY KEY (member_group, topic)) WITHOUT ROWID;
        CREATE TABLE members (id INTEGER PRIMARY KEY AUTOINCREMENT, member_group TEXT NOT NULL, topic INTEGER NOT NULL,
                              client INTEGER NOT NULL, beat INTEGER NOT NULL);
        CREATE TABLE leases (member_group TEXT, lane INTEGER, member INTEGER NOT NULL,
                             PRIMARY KEY (member_group, lane)) WITHOUT ROWID;
    """,
)

_COMPRESS_FROM = 1024
_LEVEL = 1
_INSERT = "INSERT INTO records (id, at, key, headers, size, value) VALUES (?, ?, ?, ?, ?, ?)"
_SUPERSEDE = """
    DELETE FROM records WHERE id = (SELECT id FROM latest WHERE topic = ? AND key = ?);
    INSERT OR REPLACE INTO latest (topic, key, id) VALUES (?, ?, ?)
"""
_SELECT = "SELECT id, at, key, headers, size, value FROM records"
_Row = tuple[int, int, str, str | None, int | None, bytes | None]


class TopicRow(NamedTuple):
    """Represent a topic of the file. Its partitions are the lanes from `lanes.start` on."""

    id: int
    name: str
    compacted: bool
    partitions: int

    @property
    def lanes(self) -> range:
        """Return the topic's lanes: a lane is a partition's number within the file."""
        start = self.id << PARTITION_BITS
        return range(start, start + self.partitions)

    def partition(self, lane: int) -> Partition:
        """Return the partition that a lane is."""
        return Partition(self.name, lane - self.lanes.start)


class Packed(NamedTuple):
    """Hold a message ready to be stored: its partition, headers as JSON, value compressed where that pays."""

    partition: int
    key: str
    headers: str | None
    size: int | None
    value: bytes | None


def ends(connection: apsw.Connection, topic: TopicRow) -> dict[int, int]:
    """Return the next offset to be written, by lane."""
    lanes = topic.lanes
    return dict(
        connection.execute("SELECT lane, next FROM lanes WHERE lane >= ? AND lane < ?", (lanes.start, lanes.stop))
    )


def first_id(lane: int, offset: int = 0) -> int:
    """Return the rowid of a place."""
    return lane << OFFSET_BITS | offset


def pack(topic: TopicRow, messages: Sequence[Message], limit: int) -> list[Packed]:
    """Return messages as stored; raises MessageTooLarge when key, headers and value exceed `limit` bytes together."""
    compress, rows = _local.compressor.compress, []
    for position, (key, value, headers) in enumerate(messages):
        raw_key = key.encode()
        text = msgspec.json.encode(headers).decode() if headers else None
        size = None if value is None else len(value)
        whole = (size or 0) + len(raw_key) + len(text or "")
        if whole > limit:
            raise MessageTooLarge(position, whole, limit)
        if value is not None and len(value) >= _COMPRESS_FROM:
            value = min(value, compress(value), key=len)  # as it is when equally long
        rows.append(Packed(zlib.crc32(raw_key) % topic.partitions, key, text, size, value))
    return rows


def append(connection: apsw.Connection, topic: TopicRow, rows: Sequence[Packed], now_ms: int) -> list[int]:
    """Add records at the ends of their partitions, and return their rowids; the caller holds the write transaction."""
    before, stored = ends(connection, topic), []
    after = dict(before)
    for partition, key, headers, size, value in rows:
        lane = topic.lanes.start + partition
        stored.append((first_id(lane, after[lane]), now_ms, key, headers, size, value))
        after[lane] += 1
    connection.executemany(_INSERT, stored)
    moved = [(end, lane) for lane, end in after.items() if end != before[lane]]
    connection.executemany("UPDATE lanes SET next = ? WHERE lane = ?", moved)
    if topic.compacted:
        connection.executemany(_SUPERSEDE, ((topic.id, row[2], topic.id, row[2], row[0]) for row in stored))
    return [row[0] for row in stored]


class Budget:
    """Count how much one read may still bring; the first record fits however large it is."""

    def __init__(self, records: int, size: int) -> None:
        self.records, self._size, self._begun = records, size, False

    @property
    def spent(self) -> bool:
        """Whether nothing more fits."""
        return self.records <= 0 or (self._begun and self._size <= 0)

    def take(self, size: int) -> bool:
        """Whether a record of `size` bytes fits; if so it is counted."""
        if self.records <= 0 or (self._begun and size > self._size):
            return False
        self.records, self._size, self._begun = self.records - 1, self._size - size, True
        return True


def read_lane(
    connection: apsw.Connection, topic: TopicRow, lane: int, start: int, stop: int, budget: Budget
) -> tuple[list[Record], int]:
    """Return records of a partition from offset `start`, before `stop`, and the offset to go on from."""
    records: list[Record] = []
    if budget.spent or start >= stop:
        return records, start
    rows: Iterator[_Row] = connection.execute(
        f"{_SELECT} WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (first_id(lane, start), first_id(lane, stop), budget.records),
    )
    for row in rows:
        if not budget.take(row[4] or 0):
            return records, row[0] & OFFSET_MASK
        records.append(to_record(topic, row))
    return records, records[-1].offset + 1 if records and budget.records == 0 else stop


def fetch(connection: apsw.Connection, topic: TopicRow, partition: int, offset: int) -> Record | None:
    """Return one record by its place, None when there is none."""
    if not (0 <= partition < topic.partitions and 0 <= offset <= OFFSET_MASK):
        return None
    lane = topic.lanes.start + partition
    row: _Row | None = connection.execute(f"{_SELECT} WHERE id = ?", (first_id(lane, offset),)).fetchone()
    return None if row is None else to_record(topic, row)


def held_records(recent: RecentRecords, lane: int, start: int, stop: int, budget: Budget) -> tuple[list[Record], int]:
    """Return the records from offset `start` on that are held in memory, and the offset to go on from."""
    records: list[Record] = []
    for offset in range(start, stop):
        record = recent.get(first_id(lane, offset))
        if record is None or not budget.take(len(record.value or b"")):
            break
        records.append(record)
    return records, start + len(records)


def as_records(topic: TopicRow, messages: Sequence[Message], ids: Sequence[int], now_ms: int) -> list[Record]:
    """Return messages as they are read, once they are stored under these rowids."""
    first = topic.lanes.start
    return [
        Record(topic.name, (number >> OFFSET_BITS) - first, number & OFFSET_MASK, now_ms, key, value, dict(headers))
        for number, (key, value, headers) in zip(ids, messages, strict=True)
    ]


def to_record(topic: TopicRow, row: _Row) -> Record:
    """Return a row of `records` as the port's record."""
    place, at, key, headers, size, value = row
    lane, offset = place >> OFFSET_BITS, place & OFFSET_MASK
    return Record(
        topic.name,
        lane - topic.lanes.start,
        offset,
        at,
        key,
        unpack(value, size),
        {} if headers is None else _headers(headers),
    )


def _headers(text: str) -> dict[str, str]:
    try:
        return msgspec.json.decode(text, type=dict[str, str])
    except msgspec.DecodeError as error:
        raise apsw.CorruptError(f"stored headers: {error}") from error


def unpack(value: bytes | None, size: int | None) -> bytes | None:
    """Return a stored value as it was published; raises apsw.CorruptError when it does not decompress."""
    if value is None or len(value) == size:
        return value
    try:
        return decompress(value)
    except ZstdError as error:
        raise apsw.CorruptError(f"a stored value: {error}") from error


class _Local(threading.local):
    """Hold a thread's compressor, which has buffers worth keeping."""

    def __init__(self) -> None:
        self.compressor = Compressor(_LEVEL)


_local = _Local()
