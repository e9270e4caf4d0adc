"""A log in memory that keeps the promises of the Log port, and a log that fails where a test says."""

import threading
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from copydesk.errors import MessageTooLarge, NotFound
from copydesk.log_port import Batch, Message, Partition, PartitionStatus, Reader, Record, ScanStart, Table
from copydesk.pipeline import TOPICS, Topic


class Crash(BaseException):
    """The process dies here: nothing after this line happens, and no `except Exception` sees it."""


class MemoryLog:
    """Topics in memory, with leases per partition as the embedded log has them.

    `session` is how many seconds a reader may go without a poll, `limit` the most bytes of a message's key, headers and
    value together.
    """

    def __init__(
        self,
        partitions: int = 4,
        limit: int = 64 << 20,
        session: float = 10.0,
        topics: Sequence[Topic] = TOPICS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.partitions, self.limit, self.session, self.clock = partitions, limit, session, clock
        self.changed = threading.Condition()
        self.records: dict[str, list[list[Record]]] = {}
        self.committed: dict[tuple[str, str], dict[int, int]] = {}
        self.leases: dict[tuple[str, str], dict[int, tuple[object, float]]] = {}
        self.members: dict[tuple[str, str], dict[object, float]] = {}
        self.setup(topics)

    def setup(self, topics: Sequence[Topic]) -> None:
        with self.changed:
            for topic in topics:
                self.records.setdefault(topic.name, [[] for _ in range(self.partitions)])

    def publish(self, topic: str, messages: Sequence[Message]) -> None:
        with self.changed:
            parts = self.parts(topic)
            for position, message in enumerate(messages):
                if (size := _size(message)) > self.limit:
                    raise MessageTooLarge(position, size, self.limit)
            now = int(time.time() * 1000)
            for key, value, headers in messages:
                number = zlib.crc32(key.encode()) % self.partitions
                offset = len(parts[number])
                parts[number].append(Record(topic, number, offset, now, key, value, dict(headers)))
            self.changed.notify_all()

    def reader(self, topic: str, group: str) -> Reader:
        with self.changed:
            self.parts(topic)
            return MemoryReader(self, topic, group)

    def scan(self, topic: str, start: ScanStart = "beginning", follow: bool = False) -> Iterator[Record]:
        with self.changed:
            parts = self.parts(topic)
            ends = [len(part) for part in parts]
        given = {} if isinstance(start, str) else start
        at = list(ends) if start == "end" else [given.get(number, 0) for number in range(len(parts))]
        while True:
            ready = [r for part, low, high in zip(parts, at, ends, strict=True) for r in part[low:high]]
            yield from sorted(ready, key=lambda record: record.timestamp)
            if not follow:
                return
            at = ends
            with self.changed:
                while (ends := [len(part) for part in parts]) == at:
                    self.changed.wait()

    def read(self, topic: str, partition: int, offset: int) -> Record | None:
        with self.changed:
            part = self.parts(topic)[partition] if 0 <= partition < self.partitions else []
            return part[offset] if 0 <= offset < len(part) else None

    def table(self, topic: str, by_need: bool = False) -> Table:
        return MemoryTable(self, topic)

    def status(self) -> Sequence[PartitionStatus]:
        with self.changed:
            return [
                PartitionStatus(
                    Partition(topic, number),
                    0,
                    len(part),
                    {
                        group: at[number]
                        for (name, group), at in self.committed.items()
                        if name == topic and number in at
                    },
                )
                for topic, parts in self.records.items()
                for number, part in enumerate(parts)
            ]

    def lag(self, topic: str, group: str) -> int:
        with self.changed:
            committed = self.committed.get((topic, group), {})
            return sum(len(part) - committed.get(number, 0) for number, part in enumerate(self.parts(topic)))

    def forget_group(self, topic: str, group: str) -> None:
        with self.changed:
            self.committed.pop((topic, group), None)

    def close(self) -> None:
        """Nothing to release."""

    def parts(self, topic: str) -> list[list[Record]]:
        if topic not in self.records:
            raise NotFound(f"there is no topic {topic!r}")
        return self.records[topic]


def _size(message: Message) -> int:
    texts = (message.key, *message.headers, *message.headers.values())
    return len(message.value or b"") + sum(len(text.encode()) for text in texts)


class MemoryReader:
    """One member of a group: takes its fair share of the partitions, gives up what is over it."""

    def __init__(self, log: MemoryLog, topic: str, group: str) -> None:
        self.log, self.topic, self.key = log, topic, (topic, group)
        self.positions: dict[int, int] = {}
        self.next = 0
        log.members.setdefault(self.key, {})[self] = log.clock()

    def poll(
        self,
        timeout: float,
        max_records: int = 500,
        max_bytes: int = 64 << 20,
        paused: Collection[Partition] = (),
    ) -> Batch:
        deadline = time.monotonic() + timeout
        lost: set[Partition] = set()
        with self.log.changed:
            while True:
                lost |= self._balance()
                records = self._take(max_records, max_bytes, {p.number for p in paused if p.topic == self.topic})
                left = deadline - time.monotonic()
                if records or lost or left <= 0:
                    return Batch(records, frozenset(lost))
                self.log.changed.wait(min(left, self.log.session / 4))

    def assigned(self) -> frozenset[Partition]:
        return frozenset(Partition(self.topic, number) for number in self.positions)

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        with self.log.changed:
            leases = self.log.leases.get(self.key, {})
            committed = self.log.committed.setdefault(self.key, {})
            for partition, offset in offsets.items():
                if partition.topic == self.topic and leases.get(partition.number, (None, 0.0))[0] is self:
                    committed[partition.number] = offset

    def close(self) -> None:
        with self.log.changed:
            self.log.members.get(self.key, {}).pop(self, None)
            leases = self.log.leases.get(self.key, {})
            for number in [n for n, (owner, _) in leases.items() if owner is self]:
                del leases[number]
            self.positions.clear()
            self.log.changed.notify_all()

    def _balance(self) -> set[Partition]:
        """Renew the leases, note what was lost, give up what is over the fair share, take what is free."""
        now, expiry = self.log.clock(), self.log.clock() + self.log.session
        members = self.log.members.setdefault(self.key, {})
        members[self] = now
        for member in [m for m, seen in members.items() if now - seen > self.log.session]:
            del members[member]
        leases = self.log.leases.setdefault(self.key, {})
        lost = {n for n in self.positions if leases.get(n, (None, 0.0))[0] is not self}
        share, over = divmod(self.log.partitions, len(members))
        share += list(members).index(self) < over  # those who came first hold one more
        kept = sorted(set(self.positions) - lost)
        for number in kept[share:]:
            del leases[number]
            lost.add(number)
            self.log.changed.notify_all()
        for number in kept[:share]:
            leases[number] = (self, expiry)
        for number in lost:
            del self.positions[number]
        for number in range(self.log.partitions):
            free = number not in leases or leases[number][1] < now
            if free and len(self.positions) < share and number not in lost:
                leases[number] = (self, expiry)
                self.positions[number] = self.log.committed.get(self.key, {}).get(number, 0)
        return {Partition(self.topic, number) for number in lost}

    def _take(self, max_records: int, max_bytes: int, paused: set[int]) -> list[Record]:
        parts, found, size = self.log.parts(self.topic), list[Record](), 0
        numbers = sorted(set(self.positions) - paused)
        self.next += 1
        for turn in range(len(numbers)):
            number = numbers[(turn + self.next) % len(numbers)]
            for record in parts[number][self.positions[number] :]:
                size += len(record.value or b"")
                if len(found) >= max_records or (found and size > max_bytes):
                    return found
                found.append(record)
                self.positions[number] = record.offset + 1
        return found


class MemoryTable:
    """The latest value per key, as of the last refresh."""

    def __init__(self, log: MemoryLog, topic: str) -> None:
        self.log, self.topic = log, topic
        self.at = [0] * log.partitions
        self.values: dict[str, bytes] = {}
        self.refresh()

    def get(self, key: str) -> bytes | None:
        return self.values.get(key)

    def items(self) -> Iterator[tuple[str, bytes]]:
        return iter(list(self.values.items()))

    def keep(self, keys: Iterable[str]) -> None:
        """Nothing is let go of: it is small."""

    def refresh(self) -> None:
        with self.log.changed:
            for number, part in enumerate(self.log.parts(self.topic)):
                for record in part[self.at[number] :]:
                    if record.value is None:
                        self.values.pop(record.key, None)
                    else:
                        self.values[record.key] = record.value
                self.at[number] = len(part)


class FailingLog(MemoryLog):
    """A MemoryLog that asks `fault` about every publish, and does what it says.

    `fault(topic, call)` gets the topic and how many publish calls came before; it returns None to go on, or an
    exception and whether it comes after the records were appended all the same.
    """

    def __init__(self, fault: Callable[[str, int], tuple[BaseException, bool] | None], limit: int = 64 << 20) -> None:
        super().__init__(limit=limit)
        self.fault, self.calls = fault, 0

    def publish(self, topic: str, messages: Sequence[Message]) -> None:
        verdict = self.fault(topic, self.calls)
        self.calls += 1
        if verdict is None:
            return super().publish(topic, messages)
        error, appended = verdict
        if appended:
            super().publish(topic, messages)
        raise error
