"""Track what a worker holds between reading and committing: records, outcomes and offsets. Pure.

Three rules live here. Records of one key are released for publishing in the order they were read, however their
outcomes come in. A partition's committed offset is the lowest one that is not resolved yet.

And a document that hangs holds back its own key alone. What is finished behind it waits to be published, and would
fill the worker until its partition, with all other keys in it, is read no further. So what comes of a key that is
*stuck*, with STUCK_RECORDS or STUCK_BYTES finished behind a record that is not, is set aside: its value is let go, its
offset keeps the place, and it is read from the log again when its turn comes. What was being computed at that moment is
held up to MOST_WAITING, and set aside with its outcome above that: computing it twice is dear, and rare. Memory stays
bounded: at MOST_ASIDE offsets the partition waits after all.
"""

from collections import deque
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from copydesk.log_port import Partition, Record
from copydesk.runtime.outcome import Outcome
from copydesk.telemetry.spans import OpenSpan

STUCK_RECORDS, STUCK_BYTES = 64, 8 << 20
"""How much of a key is finished behind one that is not when it counts as stuck: more than processes get apart."""
MOST_WAITING, MOST_WAITING_BYTES = 256, 32 << 20
"""How much may be finished and wait, of all keys together: half of what a worker holds."""
MOST_ASIDE = 20_000


class Ticket(NamedTuple):
    """Name one record on its way; `epoch` grows when its partition is lost, so late answers are told apart.

    `traceparent` is the record's, for what an executor itself publishes, stores or logs on its behalf.
    """

    partition: Partition
    epoch: int
    offset: int
    traceparent: str | None = None


@dataclass
class HeldRecord:
    """Hold one record on its way, read at `since`; its value is let go once it is done."""

    record: Record
    size: int
    since: float = 0.0
    span: OpenSpan | None = None
    read_size: int = 0
    outcome: Outcome | None = None
    aside: bool = False


@dataclass
class _Queue:
    """Hold one key's offsets in order, and how many of its records are finished, of what size, or set aside."""

    offsets: deque[int] = field(default_factory=deque)
    finished: int = 0
    finished_bytes: int = 0
    aside: int = 0

    @property
    def stuck(self) -> bool:
        """Whether so much waits behind the first record that it is hardly just slow."""
        return self.finished >= STUCK_RECORDS or self.finished_bytes >= STUCK_BYTES


@dataclass
class _Lane:
    """Hold one assigned partition."""

    epoch: int
    entries: dict[int, HeldRecord] = field(default_factory=dict)
    by_key: dict[str, _Queue] = field(default_factory=dict)
    held: int = 0
    next_offset: int = 0
    committed: int = -1


class InFlight:
    """Track all records on their way through one worker."""

    def __init__(self) -> None:
        self._lanes: dict[Partition, _Lane] = {}
        self._epochs = 0
        self.count = 0
        self.bytes = 0
        self.aside = 0
        self._waiting = self._waiting_bytes = 0

    def add(self, record: Record, since: float = 0.0) -> Ticket | None:
        """Take in a record read at `since`; None where it was set aside at once, since its key waits."""
        partition = Partition(record.topic, record.partition)
        lane = self._lanes.get(partition)
        if lane is None:
            self._epochs += 1
            lane = self._lanes[partition] = _Lane(self._epochs)
        size = len(record.value or b"")
        entry = HeldRecord(record, size, since, read_size=size)
        lane.entries[record.offset] = entry
        queue = lane.by_key.setdefault(record.key, _Queue())
        queue.offsets.append(record.offset)
        lane.next_offset = record.offset + 1
        self._hold(lane, entry)
        if queue.aside or queue.stuck:
            self._set_aside(lane, queue, entry)
            return None
        return Ticket(partition, lane.epoch, record.offset)

    def due(self, most: int) -> list[tuple[Ticket, Record]]:
        """Return what was set aside and is to be read again now, without values, in order; `restore` takes it back."""
        found: list[tuple[Ticket, Record]] = []
        if not self.aside:
            return found
        for partition, lane in self._lanes.items():
            for queue in lane.by_key.values():
                if not queue.aside:
                    continue
                # The first one at once, as all others wait for it; others as far as they will not be stuck again.
                room = STUCK_RECORDS - (len(queue.offsets) - queue.aside)
                room = max(room, int(lane.entries[queue.offsets[0]].aside))
                aside = (at for at in queue.offsets if lane.entries[at].aside)
                found += [
                    (Ticket(partition, lane.epoch, at), lane.entries[at].record)
                    for at in islice(aside, max(0, min(room, most - len(found))))
                ]
        return found

    def restore(self, ticket: Ticket, record: Record) -> None:
        """Take in again a record that was set aside."""
        lane = self._lanes[ticket.partition]
        entry, queue = lane.entries[ticket.offset], lane.by_key[record.key]
        entry.record, entry.size, entry.aside = record, len(record.value or b""), False
        queue.aside -= 1
        self.aside -= 1
        self._hold(lane, entry)

    def drop(self, lost: Iterable[Partition]) -> None:
        """Forget lost partitions: their records are another reader's now."""
        for partition in lost:
            lane = self._lanes.pop(partition, None)
            if lane is not None:
                self.count -= lane.held
                self.aside -= len(lane.entries) - lane.held
                self.bytes -= sum(entry.size for entry in lane.entries.values())
                self._waiting -= sum(queue.finished for queue in lane.by_key.values())
                self._waiting_bytes -= sum(queue.finished_bytes for queue in lane.by_key.values())

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
        full = self._waiting >= MOST_WAITING or self._waiting_bytes >= MOST_WAITING_BYTES
        if full and queue.stuck and queue.offsets[0] != ticket.offset:
            self._set_aside(lane, queue, entry)
            return []
        self._note_finished(queue, 1, entry.size)
        ready = []
        while queue.offsets and lane.entries[queue.offsets[0]].outcome is not None:
            offset = queue.offsets.popleft()
            ready.append((ticket._replace(offset=offset), lane.entries[offset]))
            self._note_finished(queue, -1, -lane.entries[offset].size)
        if not queue.offsets:
            del lane.by_key[entry.record.key]
        return ready

    def resolve(self, ticket: Ticket) -> None:
        """Note that the outcome of the record is acknowledged: it no longer holds back the commit."""
        lane = self._lanes.get(ticket.partition)
        if lane is not None and lane.epoch == ticket.epoch:
            entry = lane.entries.pop(ticket.offset)
            lane.held -= 1
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
        full = self.aside >= MOST_ASIDE
        return frozenset(
            p
            for p, lane in self._lanes.items()
            if lane.held > share * limit or (full and len(lane.entries) > lane.held)
        )

    def _note_finished(self, queue: _Queue, records: int, size: int) -> None:
        queue.finished += records
        queue.finished_bytes += size
        self._waiting += records
        self._waiting_bytes += size

    def _hold(self, lane: _Lane, entry: HeldRecord) -> None:
        lane.held += 1
        self.count += 1
        self.bytes += entry.size

    def _set_aside(self, lane: _Lane, queue: _Queue, entry: HeldRecord) -> None:
        """Let go of all of a record but its place."""
        lane.held -= 1
        self.count -= 1
        self.bytes -= entry.size
        entry.record = entry.record._replace(value=None, headers={})
        entry.size, entry.outcome, entry.aside = 0, None, True
        queue.aside += 1
        self.aside += 1
