"""Implement the Log port in one SQLite file that local processes share: topics, partitions, groups, tables.

A log object opens nothing before it is used. It does not survive a fork: open it in the process that uses it.
"""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from copydesk.adapters.sqlite_file import LOCK_PATIENCE, open_sqlite, transaction, translate_sqlite_errors
from copydesk.adapters.sqlite_log import presence, records, scan
from copydesk.adapters.sqlite_log.group import LEASE_SECONDS, Membership
from copydesk.adapters.sqlite_log.presence import ClientRegistry
from copydesk.adapters.sqlite_log.reader import SqliteReader
from copydesk.adapters.sqlite_log.recent import RecentRecords
from copydesk.adapters.sqlite_log.records import LOG_FILE, MAX_PARTITIONS, MAX_TOPICS, TopicRow
from copydesk.adapters.sqlite_log.retention import remove_expired
from copydesk.adapters.sqlite_log.scan import SqliteTable
from copydesk.errors import ConfigError, LogUnavailable, NotFound, StorageError, Unavailable
from copydesk.log_port import Message, PartitionStatus, Record, ScanStart
from copydesk.pipeline import Topic

MAX_MESSAGE = 64 << 20
DAY_MS = 86_400_000

_STATUS_PATIENCE = 3.0
_SWEEP_SECONDS, _SWEEP_AGAIN_SECONDS = 60.0, 0.2


class SqliteLog:
    """Implement the Log on one SQLite file, shared by processes through its locks.

    `partitions` is for topics that `setup` creates. `retention_days` None keeps everything. `max_message` bounds key,
    headers and value of one message together, in bytes. `patience` is how many seconds a call waits for a lock that
    another process has, `lease` how many a living reader may go without a poll when others want its partitions.
    """

    def __init__(
        self,
        path: Path,
        partitions: int = 8,
        retention_days: float | None = None,
        *,
        max_message: int = MAX_MESSAGE,
        patience: float = LOCK_PATIENCE,
        lease: float = LEASE_SECONDS,
    ) -> None:
        if not 1 <= partitions <= MAX_PARTITIONS:
            raise ConfigError(f"a topic of the embedded log has 1 to {MAX_PARTITIONS} partitions, not {partitions}")
        self._path, self._partitions, self._retention_days = path, partitions, retention_days
        self._max_message, self._patience, self._lease = max_message, patience, lease
        self._lock = threading.Lock()
        self._idle: list[apsw.Connection] = []
        self._recent = RecentRecords()
        self._topics: dict[str, TopicRow] = {}
        self._client: tuple[ClientRegistry, int] | None = None
        self._sweep_at = time.monotonic() + _SWEEP_AGAIN_SECONDS
        self._file: tuple[int, int] | None = None
        self._closed = False

    def setup(self, topics: Sequence[Topic]) -> None:
        """Create the topics that are missing."""
        with self._connection() as connection:
            if {topic.name for topic in topics} <= set(_topics(connection)):
                return
            with transaction(connection):
                there = _topics(connection)
                for topic in topics:
                    if topic.name not in there:
                        _create(connection, topic, self._partitions)

    def publish(self, topic: str, messages: Sequence[Message]) -> None:
        """Append all of the messages, or none."""
        row = self._topic(topic)
        packed = records.pack(row, messages, self._max_message)
        if not packed:
            return
        with self._connection() as connection:
            with transaction(connection):
                now_ms = time.time_ns() // 1_000_000
                ids = records.append(connection, row, packed, now_ms)
            if self._recent.watches(topic):
                self._recent.add(topic, zip(ids, records.as_records(row, messages, ids, now_ms), strict=True))
            self._sweep_sometimes(connection)

    def reader(self, topic: str, group: str) -> SqliteReader:
        """Return a member of the group; it takes its partitions with its first poll."""
        row = self._topic(topic)
        presence, client = self._enter()
        connection = self._borrow(self._patience)
        membership = Membership(connection, presence, client, row, group, self._lease)
        if not row.compacted:
            self._recent.watch(topic)
        return SqliteReader(self._path, connection, membership, row, self._recent, self._check, self._give_back)

    def scan(self, topic: str, start: ScanStart = "beginning", follow: bool = False) -> Iterator[Record]:
        """Yield the records of a topic; where they start and end is settled by this call, not by the first record."""
        row = self._topic(topic)
        with self._connection() as connection:
            now = records.ends(connection, row)
        given: Mapping[int, int] = {} if isinstance(start, str) else start
        first = (
            now if start == "end" else {lane: max(0, given.get(row.partition(lane).number, 0)) for lane in row.lanes}
        )
        if follow:
            return scan.follow_topic(self._connection, row, first)
        return scan.scan_topic(self._connection, row, first, now)

    def read(self, topic: str, partition: int, offset: int) -> Record | None:
        """Return one record by its place."""
        row = self._topic(topic)
        with self._connection() as connection:
            return records.fetch(connection, row, partition, offset)

    def table(self, topic: str, by_need: bool = False) -> SqliteTable:  # noqa: ARG002 - each is read by need
        """Return a compacted topic as a table; raises NotFound for one that is not compacted."""
        row = self._topic(topic)
        if not row.compacted:
            raise NotFound(f"the topic {topic} is not a table: it keeps every record")
        return SqliteTable(self._connection, row)

    def status(self) -> Sequence[PartitionStatus]:
        """Return every partition, by topic and number."""
        with self._connection(min(self._patience, _STATUS_PATIENCE)) as connection:
            topics = sorted(_topics(connection).values(), key=lambda row: row.name)
            kept = {
                lane: (first, end) for lane, first, end in connection.execute("SELECT lane, first, next FROM lanes")
            }
            committed: dict[int, dict[str, int]] = {}
            for group, lane, offset in connection.execute("SELECT member_group, lane, next FROM committed"):
                committed.setdefault(lane, {})[group] = offset
        return [
            PartitionStatus(row.partition(lane), *kept[lane], committed.get(lane, {}))
            for row in topics
            for lane in row.lanes
        ]

    def lag(self, topic: str, group: str) -> int:
        """Return how many offsets that still are there the group has not committed."""
        row = self._topic(topic)
        query = """
            SELECT sum(lanes.next - max(first, coalesce(committed.next, 0)))
            FROM lanes LEFT JOIN committed ON committed.lane = lanes.lane AND member_group = ?
            WHERE lanes.lane >= ? AND lanes.lane < ?
        """
        with self._connection() as connection:
            total: int = connection.execute(query, (group, row.lanes.start, row.lanes.stop)).get
        return total

    def forget_group(self, topic: str, group: str) -> None:
        """Remove what a group has committed."""
        row = self._topic(topic)
        with self._connection() as connection, transaction(connection):
            connection.execute(
                "DELETE FROM committed WHERE member_group = ? AND lane >= ? AND lane < ?",
                (group, row.lanes.start, row.lanes.stop),
            )
            connection.execute(
                "DELETE FROM generations WHERE member_group = ?1 AND topic = ?2 AND NOT EXISTS"
                " (SELECT 1 FROM members WHERE member_group = ?1 AND topic = ?2)",
                (group, row.id),
            )

    def close(self) -> None:
        """Close every connection that is not lent, and let the leases of readers that were left open pass on."""
        with self._lock:
            self._closed = True
            idle, self._idle = self._idle, []
            client, self._client = self._client, None
        for connection in idle:
            _close(connection)
        if client is not None:
            presence, number = client
            presence.leave(number)

    @contextmanager
    def _connection(self, patience: float | None = None) -> Iterator[apsw.Connection]:
        """Lend a connection; SQLite's errors come out of the block as ours."""
        connection = self._borrow(self._patience if patience is None else patience)
        try:
            with translate_sqlite_errors(self._path, LOG_FILE):
                yield connection
        finally:
            self._give_back(connection)

    def _borrow(self, patience: float) -> apsw.Connection:
        self._check()
        with self._lock:
            connection = self._idle.pop() if self._idle else None
        if connection is None:
            connection = open_sqlite(self._path, LOG_FILE, patience)
            self._file = self._file or _identity(self._path)
            return connection
        connection.set_busy_timeout(int(patience * 1000))
        return connection

    def _check(self) -> None:
        """Raise StorageError when the log was closed, or its file taken away: what is written to it then is lost."""
        if self._closed:
            raise StorageError(f"the log {self._path} was closed")
        if self._file not in (None, _identity(self._path)):
            raise StorageError(f"{self._path} was moved or deleted while it was in use; start again")

    def _give_back(self, connection: apsw.Connection) -> None:
        with self._lock:
            if not self._closed and not connection.in_transaction:  # a signal may have struck between two lines
                self._idle.append(connection)
                return
        _close(connection)

    def _enter(self) -> tuple[ClientRegistry, int]:
        with self._connection(), self._lock:  # the connection makes sure that the folder is there
            if self._client is None:
                try:
                    self._client = presence.register_client(self._path)
                except OSError as error:
                    raise LogUnavailable(f"{error.filename} cannot be locked: {error.strerror}") from error
            return self._client

    def _topic(self, name: str) -> TopicRow:
        found = self._topics.get(name)
        if found is None:
            with self._connection() as connection:
                self._topics = _topics(connection)
            found = self._topics.get(name)
        if found is None:
            raise NotFound(f"there is no topic {name} in {self._path}")
        return found

    def _sweep_sometimes(self, connection: apsw.Connection) -> None:
        now = time.monotonic()
        if self._retention_days is None or now < self._sweep_at:
            return
        cutoff = int(time.time() * 1000 - self._retention_days * DAY_MS)
        more = False
        with (
            suppress(Unavailable),
            translate_sqlite_errors(self._path, LOG_FILE),
        ):  # what was published is safe; this can wait
            more = remove_expired(connection, cutoff)
        self._recent.clear()
        self._sweep_at = now + (_SWEEP_AGAIN_SECONDS if more else _SWEEP_SECONDS)


def _topics(connection: apsw.Connection) -> dict[str, TopicRow]:
    rows = connection.execute("SELECT id, name, compacted, partitions FROM topics")
    return {name: TopicRow(number, name, bool(compacted), partitions) for number, name, compacted, partitions in rows}


def _create(connection: apsw.Connection, topic: Topic, partitions: int) -> None:
    connection.execute(
        "INSERT INTO topics (name, compacted, partitions) VALUES (?, ?, ?)", (topic.name, topic.compacted, partitions)
    )
    row = TopicRow(connection.last_insert_rowid(), topic.name, topic.compacted, partitions)
    if row.id > MAX_TOPICS:
        raise ConfigError(f"the embedded log holds at most {MAX_TOPICS} topics")
    connection.executemany("INSERT INTO lanes (lane, first, next) VALUES (?, 0, 0)", [(lane,) for lane in row.lanes])


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _close(connection: apsw.Connection) -> None:
    with suppress(apsw.Error):  # closing may fail to copy the write-ahead log; the next one to open the file does
        connection.close(True)
