"""Read as a member of a consumer group of the embedded log, waiting for records without spinning."""

import time
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from pathlib import Path

import apsw

from copydesk.adapters.sqlite_file import translate_sqlite_errors
from copydesk.adapters.sqlite_log.change_watch import ChangeWatch
from copydesk.adapters.sqlite_log.group import Membership
from copydesk.adapters.sqlite_log.recent import RecentRecords
from copydesk.adapters.sqlite_log.records import LOG_FILE, Budget, TopicRow, ends, held_records, read_lane
from copydesk.errors import CopydeskError, StorageError
from copydesk.log_port import Batch, Partition, Record

_CLOSE_PATIENCE_MS = 2000


class SqliteReader:
    """Implement the Reader on a SQLite log: a member of a consumer group that is kept in the same file.

    It owns `connection` until closed, then hands it to `give_back`; `check` raises when the log is there no more.
    """

    def __init__(
        self,
        path: Path,
        connection: apsw.Connection,
        membership: Membership,
        topic: TopicRow,
        recent: RecentRecords,
        check: Callable[[], None],
        give_back: Callable[[apsw.Connection], None],
    ) -> None:
        self._path, self._connection, self._give_back = path, connection, give_back
        self._membership, self._topic, self._recent, self._check = membership, topic, recent, check
        self._watch = ChangeWatch(connection)
        self._stale = True
        self._lost: set[int] = set()
        self._ends: dict[int, int] = {}
        self._position: dict[int, int] = {}
        self._committed: dict[int, int] = {}
        self._last_lane = 0
        self._closed = False

    def poll(
        self,
        timeout: float,
        max_records: int = 500,
        max_bytes: int = 64 << 20,
        paused: Collection[Partition] = (),
    ) -> Batch:
        """Wait for records; with nothing to read allowed, wait for a loss."""
        deadline = time.monotonic() + timeout
        resting = {self._topic.lanes.start + partition.number for partition in paused if self._is_ours(partition)}
        while True:
            self._check_open()
            with translate_sqlite_errors(self._path, LOG_FILE):
                self._look()
                records = self._take(max_records, max_bytes, resting)
            remaining = deadline - time.monotonic()
            if records or self._lost or remaining <= 0:
                lost = frozenset(map(self._topic.partition, self._lost))
                self._lost.clear()
                return Batch(records, lost)
            with translate_sqlite_errors(self._path, LOG_FILE):
                self._wait(deadline)

    def assigned(self) -> frozenset[Partition]:
        """Return the partitions held as of the last poll."""
        return frozenset(map(self._topic.partition, self._membership.held))

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Set the next offsets to read, where the partition still is ours."""
        self._check_open()
        lanes = {
            self._topic.lanes.start + partition.number: offset
            for partition, offset in offsets.items()
            if self._is_ours(partition)
        }
        with translate_sqlite_errors(self._path, LOG_FILE):
            self._membership.commit(lanes)
        self._committed |= lanes

    def close(self) -> None:
        """Leave the group; what cannot be said to the file now, the others find out by themselves."""
        if self._closed:
            return
        self._closed = True
        with suppress(apsw.Error, CopydeskError):
            self._connection.set_busy_timeout(_CLOSE_PATIENCE_MS)
            self._membership.leave()
        self._watch.close()
        self._give_back(self._connection)

    def _is_ours(self, partition: Partition) -> bool:
        return partition.topic == self._topic.name

    def _check_open(self) -> None:
        if self._closed:
            raise StorageError(f"this reader of {self._topic.name} was closed")
        self._check()

    def _wait(self, deadline: float) -> None:
        """Return when there is something to look into, or at the deadline. An idle process does this all day."""
        while (left := deadline - time.monotonic()) > 0:
            self._watch.wait(left)
            self._stale |= self._watch.changed()
            if self._stale or self._membership.due(False):
                return

    def _look(self) -> None:
        """Keep the membership, and see how far the partitions go."""
        self._stale |= self._watch.changed()
        if self._membership.due(self._stale):
            change = self._membership.sync(
                {lane: end - self._committed.get(lane, 0) for lane, end in self._position.items()}
            )
            self._lost |= change.lost
            for lane in change.lost:
                self._position.pop(lane, None)
                self._committed.pop(lane, None)
            self._position |= change.gained
            self._committed |= change.gained
        if self._stale:
            self._ends = ends(self._connection, self._topic)
            self._stale = False

    def _take(self, max_records: int, max_bytes: int, resting: Collection[int]) -> list[Record]:
        """Return what there is to read, partition by partition, beginning after the last one of the time before."""
        budget, last = Budget(max_records, max_bytes), self._last_lane
        records: list[Record] = []
        moved: dict[int, int] = {}
        waiting = [
            lane
            for lane, position in self._position.items()
            if lane not in resting and position < self._ends.get(lane, 0)
        ]
        for lane in sorted(waiting, key=lambda lane: (lane <= self._last_lane, lane)):
            if budget.spent:
                break
            begin, end = self._position[lane], self._ends[lane]
            held, begin = held_records(self._recent, lane, begin, end, budget)
            found, moved[lane] = read_lane(self._connection, self._topic, lane, begin, end, budget)
            records += held + found
            if held or found:  # a record too large for what was left is the first one of the next poll
                last = lane
        self._position |= moved  # only now: what raised above is read again
        self._last_lane = last
        return records
