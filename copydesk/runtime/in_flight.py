"""Track what a worker holds between reading and committing: records, outcomes and offsets. Pure.

Two rules live here. Records of one key are released for publishing in the order they were read, however their
outcomes come in. A partition's committed offset is the lowest one that is not resolved yet.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from copydesk.ports import Partition, Record
from copydesk.runtime.outcome import Outcome


class Ticket(NamedTuple):
    """Name one record on its way; `epoch` grows when its partition is lost, so late answers are told apart."""

    partition: Partition
    epoch: int
    offset: int


@dataclass
class HeldRecord:
    """Hold one record on its way; its value is let go once it is done."""

    record: Record
    size: int
    outcome: Outcome | None = None


@dataclass
class _Lane:
    """Hold one assigned partition."""

    epoch: int
    entries: dict[int, HeldRecord] = field(default_factory=dict)
    by_key: dict[str, deque[int]] = field(default_factory=dict)
    next_offset: int = 0
    committed: int = -1


class InFlight:
    """Track all records on their way through one worker."""

    def __init__(self) -> None:
        self._lanes: dict[Partition, _Lane] = {}
        self._epochs = 0
        self.count = 0
        self.bytes = 0

    def add(self, record: Record) -> Ticket:
        """Take in a record just read."""
        partition = Partition(record.topic, record.partition)
        lane = self._lanes.get(partition)
        if lane is None:
            self._epochs += 1
            lane = self._lanes[partition] = _Lane(self._epochs)
        entry = HeldRecord(record, len(record.value or b""))
        lane.entries[record.offset] = entry
        lane.by_key.setdefault(record.key, deque()).append(record.offset)
        lane.next_offset = record.offset + 1
        self.count += 1
        self.bytes += entry.size
        return Ticket(partition, lane.epoch, record.offset)

    def drop(self, lost: Iterable[Partition]) -> None:
        """Forget lost partitions: their records are another reader's now."""
        for partition in lost:
            lane = self._lanes.pop(partition, None)
            if lane is not None:
                self.count -= len(lane.entries)
                self.bytes -= sum(entry.size for entry in lane.entries.values())

    def settle(self, ticket: Hashable, outcome: Outcome) -> list[tuple[Ticket, HeldRecord]]:
        """Note an outcome; returns what may be published now, in order. A dropped partition's ticket yields nothing."""
        assert isinstance(ticket, Ticket)
        lane = self._lanes.get(ticket.partition)
        if lane is None or lane.epoch != ticket.epoch:
            return []
        entry = lane.entries[ticket.offset]
        entry.outcome = outcome
        if outcome.status == "done":
            self.bytes += len(outcome.value) - entry.size
            entry.size = len(outcome.value)
            entry.record = entry.record._replace(value=None)
        queue = lane.by_key[entry.record.key]
        ready = []
        while queue and lane.entries[queue[0]].outcome is not None:
            offset = queue.popleft()
            ready.append((ticket._replace(offset=offset), lane.entries[offset]))
        if not queue:
            del lane.by_key[entry.record.key]
        return ready

    def resolve(self, ticket: Ticket) -> None:
        """Note that the outcome of the record is acknowledged: it no longer holds back the commit."""
        lane = self._lanes.get(ticket.partition)
        if lane is not None and lane.epoch == ticket.epoch:
            entry = lane.entries.pop(ticket.offset)
            self.count -= 1
            self.bytes -= entry.size

    def holds(self, ticket: Ticket) -> bool:
        """Whether the ticket's partition is still ours."""
        lane = self._lanes.get(ticket.partition)
        return lane is not None and lane.epoch == ticket.epoch

    def committable(self) -> dict[Partition, int]:
        """Return the offsets to commit: the lowest unresolved one of each partition where that moved on."""
        found = {}
        for partition, lane in self._lanes.items():
            lowest = next(iter(lane.entries), lane.next_offset)
            if lowest > lane.committed:
                found[partition] = lowest
        return found

    def committed(self, offsets: Mapping[Partition, int]) -> None:
        """Note that these offsets are committed."""
        for partition, offset in offsets.items():
            if partition in self._lanes:
                self._lanes[partition].committed = offset

    def crowded(self, share: float, limit: int) -> frozenset[Partition]:
        """Return partitions that alone hold over `share` of `limit` records: not to be read further for now."""
        return frozenset(p for p, lane in self._lanes.items() if len(lane.entries) > share * limit)
