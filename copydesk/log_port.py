"""Declare the port Log: what an adapter must do, and what it promises when things fail.

A log is topics of partitions of records in order; a record is found by (topic, partition, offset). All records of one
key are in one partition, in the order published. Delivery is at least once. It raises only errors of `copydesk.errors`.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, Protocol

from copydesk.pipeline import Topic

_PLACE = re.compile(r"([A-Za-z0-9._-]++)\[(\d{1,9})\]@(\d{1,18})", re.ASCII)


class Partition(NamedTuple):
    """Name one ordered part of a topic."""

    topic: str
    number: int


class EventPlace(NamedTuple):
    """Name a record by where it stands; written `articles.raw[3]@42`."""

    topic: str
    partition: int
    offset: int

    def __str__(self) -> str:
        return f"{self.topic}[{self.partition}]@{self.offset}"


def read_place(text: str) -> EventPlace | None:
    """Return the place that a text names, None where it names none."""
    found = _PLACE.fullmatch(text)
    return EventPlace(found[1], int(found[2]), int(found[3])) if found else None


class Message(NamedTuple):
    """Hold what is published. `value` None on a compacted topic deletes the key."""

    key: str
    value: bytes | None
    headers: Mapping[str, str]


class Record(NamedTuple):
    """Hold what is read. `timestamp` is the append time in milliseconds since the epoch."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: str
    value: bytes | None
    headers: Mapping[str, str]

    @property
    def place(self) -> EventPlace:
        """Return where it stands."""
        return EventPlace(self.topic, self.partition, self.offset)


class Batch(NamedTuple):
    """Hold what one poll brings: records, and the partitions that were lost since the poll before.

    Work on a lost partition's earlier records is another reader's now: drop it, do not commit it. A partition can be
    lost and held again within one poll; its records then start at the committed offset again.
    """

    records: Sequence[Record]
    lost: frozenset[Partition] = frozenset()


class PartitionStatus(NamedTuple):
    """Hold one partition's offsets from `begin` (kept) to `end` (next written), and each group's committed one."""

    partition: Partition
    begin: int
    end: int
    committed: Mapping[str, int]


ScanStart = Literal["beginning", "end"] | Mapping[int, int]
"""Where a scan begins: at an end of the topic, or at offsets by partition, those not named at their beginning."""


class Reader(Protocol):
    """Read one topic as a member of a consumer group. Not thread-safe: one thread owns it."""

    def poll(
        self,
        timeout: float,
        max_records: int = 500,
        max_bytes: int = 64 << 20,
        paused: Collection[Partition] = (),
    ) -> Batch:
        """Wait up to `timeout` seconds for records; keeps the membership alive.

        Starts at the group's committed offset, or at the beginning. `max_records=0` reads nothing and only keeps the
        membership alive, `paused` partitions are held but not read. At least one record is returned however large it
        is. Call it every few seconds: a reader that stops polling loses its partitions. Raises LogUnavailable; call
        again.
        """
        ...

    def assigned(self) -> frozenset[Partition]:
        """Return the partitions held as of the last poll."""
        ...

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Durably set the next offset to read. Partitions no longer held are left alone. Raises LogUnavailable."""
        ...

    def close(self) -> None:
        """Leave the group at once, so that others take over without waiting. Never raises."""
        ...


class Table(Protocol):
    """Read a compacted topic as a table: the latest value per key."""

    def get(self, key: str) -> bytes | None:
        """Return the latest value published before the last `refresh` (or later), None when there is none.

        Raises LogUnavailable where the key's partition has to be read for it.
        """
        ...

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Yield every key with its latest value, in no particular order. Raises LogUnavailable."""
        ...

    def keep(self, keys: Iterable[str]) -> None:
        """Let go of what is held in memory, but for the partitions of these keys; the rest is read again if need be."""
        ...

    def refresh(self) -> None:
        """Take in all that was published before this call. Raises LogUnavailable."""
        ...


class Log(Protocol):
    """Keep topics. One instance may be used from several threads; its readers and tables are for one thread each."""

    def setup(self, topics: Sequence[Topic]) -> None:
        """Create what is missing; never touch what is there. Raises LogUnavailable, ConfigError."""
        ...

    def publish(self, topic: str, messages: Sequence[Message]) -> None:
        """Append in order, durably, before returning.

        Raises MessageTooLarge before anything is sent, NotFound for an unknown topic, LogUnavailable when the
        outcome is not known: publish all of them again, readers cope with duplicates.
        """
        ...

    def reader(self, topic: str, group: str) -> Reader:
        """Join a consumer group."""
        ...

    def scan(self, topic: str, start: ScanStart = "beginning", follow: bool = False) -> Iterator[Record]:
        """Read a topic without a group: in order within a partition, roughly by time across them.

        Without `follow` it ends at what was the end when it began; with it, it waits for more for ever.
        """
        ...

    def read(self, topic: str, partition: int, offset: int) -> Record | None:
        """Return one record by its place, None when it is not there (any more)."""
        ...

    def table(self, topic: str, by_need: bool = False) -> Table:
        """Return a compacted topic as a table, read whole; with `by_need` a partition once its keys are asked for."""
        ...

    def status(self) -> Sequence[PartitionStatus]:
        """Report every partition of our topics. Raises LogUnavailable within a few seconds."""
        ...

    def lag(self, topic: str, group: str) -> int:
        """Return how many offsets of the topic the group has not committed."""
        ...

    def forget_group(self, topic: str, group: str) -> None:
        """Remove a group that has done its work, with what it committed; one that is not there is fine.

        Raises LogUnavailable, also where somebody is in the group still; ConfigError.
        """
        ...

    def close(self) -> None:
        """Release everything. Never raises."""
        ...
