"""Read as a member of a Kafka consumer group: manual commits, rebalance, stall detection."""

import contextlib
import logging
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any

from kafka import ConsumerRebalanceListener, OffsetAndMetadata, TopicPartition
from kafka import errors as kafka_errors
from kafka.structs import MemberState

from copydesk.adapters.kafka_log.client_patches import repair_consumer
from copydesk.adapters.kafka_log.cluster import Cluster
from copydesk.adapters.kafka_log.errors import translate_kafka_errors
from copydesk.adapters.kafka_log.scan import record
from copydesk.adapters.kafka_log.stall_watch import StallWatch
from copydesk.log_port import Batch, Partition, Record

logger = logging.getLogger("copydesk.kafka")

LOOK_EVERY = 0.05
"""Seconds for which a poll that need not wait, or has something left over to give, does not bother the library.

Each time costs up to a millisecond of CPU, and a worker with work at hand polls many times a second.
"""

COMMIT_TIMEOUT, CHECK_TIMEOUT = 5.0, 2.0

REBALANCE_PATIENCE = 2.0
"""Seconds that a commit goes on with a rebalance that it meets: twice what the other members need to hear of it."""

RECORDS_A_STEP = 32

_NOT_NOW = (
    kafka_errors.CommitFailedError,
    kafka_errors.RebalanceInProgressError,
    kafka_errors.IllegalGenerationError,
    kafka_errors.UnknownMemberIdError,
)


class _Losses(ConsumerRebalanceListener):  # type: ignore[misc]
    """Note which partitions were taken away. The library calls it on its IO thread, where nothing may wait."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._lost: set[int] = set()

    def on_partitions_revoked(self, revoked: Iterable[Any]) -> None:
        with self._lock:
            self._lost.update(place.partition for place in revoked)

    def on_partitions_lost(self, lost: Iterable[Any]) -> None:
        self.on_partitions_revoked(lost)

    def on_partitions_assigned(self, assigned: Iterable[Any]) -> None:
        """Ignore the call: new ones are seen in the assignment."""

    def add(self, numbers: Iterable[int]) -> None:
        with self._lock:
            self._lost.update(numbers)

    def take(self) -> set[int]:
        with self._lock:
            lost, self._lost = self._lost, set()
        return lost


class KafkaReader:
    """Implement copydesk.log_port.Reader on the topic `name`, which is called `topic` in Kafka.

    `open_consumer` makes a consumer in the group; it is called at the first poll, and again when one no longer moves.
    """

    def __init__(self, cluster: Cluster, topic: str, name: str, group: str, open_consumer: Callable[[], Any]) -> None:
        self._cluster, self._topic, self._name, self._group = cluster, topic, name, group
        self._open = open_consumer
        self._consumer: Any = None
        self._losses, self._watch = _Losses(), StallWatch()
        self._held: frozenset[int] = frozenset()
        self._left: dict[int, deque[Record]] = {}
        self._unsaved: dict[int, int] = {}
        self._told: set[int] = set()
        self._polled_at = 0.0

    def poll(
        self,
        timeout: float,
        max_records: int = 500,
        max_bytes: int = 64 << 20,
        paused: Collection[Partition] = (),
    ) -> Batch:
        """Return records that are new to this group, and what was lost; see copydesk.log_port.Reader."""
        quiet = {partition.number for partition in paused if partition.topic == self._name}
        ready = max_records > 0 and not quiet.issuperset(self._left)
        lost: set[int] = set()
        with translate_kafka_errors(self._cluster, "read", self._topic, self._group):
            if self._told or time.monotonic() - self._polled_at > LOOK_EVERY or not (ready or timeout <= 0):
                lost = self._poll(0.0 if ready else timeout, max_records, max_bytes, quiet)
        return Batch(self._take(max_records, max_bytes, quiet), self._partitions(lost))

    def assigned(self) -> frozenset[Partition]:
        """Return the partitions held as of the last poll."""
        return self._partitions(self._held)

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        """Set the next offset to read; a partition that is no longer held is left alone. Raises LogUnavailable."""
        for partition, offset in offsets.items():
            if partition.topic == self._name and partition.number in self._held:
                self._unsaved[partition.number] = offset
        with translate_kafka_errors(self._cluster, "commit", self._topic, self._group):
            self._save(REBALANCE_PATIENCE)

    def close(self) -> None:
        """Leave the group at once. Never raises."""
        self._leave()
        self._held = frozenset()

    def _poll(self, timeout: float, max_records: int, max_bytes: int, quiet: set[int]) -> set[int]:
        if self._consumer is None:
            self._consumer = self._open()
            # Also when nobody closes this reader: a consumer has a thread that would live on, and hold its partitions.
            self._finalizer = weakref.finalize(self, _close, self._consumer)
            self._consumer.subscribe([self._topic], listener=self._losses)
            self._watch.rest()
        # Partitions with records left over are not asked for more.
        unasked = quiet | self._left.keys()
        self._pause(unasked if max_records > 0 else self._numbers())
        filled = self._gather(timeout, max_records, max_bytes)
        lost = self._told
        self._told, self._polled_at = set(), time.monotonic()
        if filled and self._held:
            self._watch.rest()
        elif self._watch.due(unasked):
            self._check()
        if self._unsaved:
            self._save(0.0)
        return lost

    def _gather(self, timeout: float, max_records: int, max_bytes: int) -> bool:
        """Let the library work, and keep what it gives; returns whether that was all that was asked for.

        Records are unpacked as they are asked for, and any may be as large as a message can be: few at a time.
        """
        count = size = 0
        while True:
            step = max(1, min(max_records - count, RECORDS_A_STEP))
            repair_consumer(self._consumer)
            try:
                found = self._consumer.poll(timeout_ms=timeout * 1000, max_records=step)
            except BaseException:
                self._begin_anew()
                raise
            self._told |= self._forget()
            self._held = self._numbers()
            for place, records in found.items():
                ours = [record(self._name, each) for each in records]
                self._left.setdefault(place.partition, deque()).extend(ours)
                count += len(ours)
                size += sum(len(each.value or b"") for each in ours)
            if count >= max_records or size >= max_bytes:
                return True
            if sum(map(len, found.values())) < step:
                return False
            timeout = 0.0

    def _take(self, max_records: int, max_bytes: int, quiet: set[int]) -> list[Record]:
        taken: list[Record] = []
        size = 0
        for number in [number for number in self._left if number not in quiet]:
            queue = self._left[number]
            while queue:
                size += len(queue[0].value or b"")
                if len(taken) >= max_records or (taken and size > max_bytes):
                    return taken
                taken.append(queue.popleft())
            del self._left[number]
        return taken

    def _forget(self) -> set[int]:
        """Return what was lost since the last time, dropping what was left of it, and what was to be committed."""
        lost = self._losses.take()
        for number in lost:
            self._left.pop(number, None)
            self._unsaved.pop(number, None)
        return lost

    def _save(self, patience: float) -> None:
        """Commit. In the middle of a rebalance it cannot be done: go on with that for as long as `patience` allows.

        What is still held after the rebalance is committed then, by a later poll if need be.
        """
        deadline = time.monotonic() + patience
        while self._unsaved and self._consumer is not None:
            offsets = {
                TopicPartition(self._topic, number): OffsetAndMetadata(offset, "", -1)
                for number, offset in self._unsaved.items()
            }
            try:
                self._consumer.commit(offsets, timeout_ms=int(COMMIT_TIMEOUT * 1000))
                self._unsaved.clear()
            except _NOT_NOW:
                if time.monotonic() > deadline:
                    return
                self._pause(self._numbers())
                self._gather(0.05, 0, 0)

    def _check(self) -> None:
        """Ask now and then, when less came than was asked for, whether the log answers and has more to give."""
        places = [TopicPartition(self._topic, number) for number in self._held - self._watch.excused]
        ping = places or [TopicPartition(self._topic, 0)]
        ends = self._consumer.end_offsets(ping, timeout_ms=int(CHECK_TIMEOUT * 1000))
        positions = {
            place.partition: self._consumer.position(place, timeout_ms=int(CHECK_TIMEOUT * 1000)) for place in places
        }
        joined = self._consumer.group_metadata().state is MemberState.STABLE
        stalled = self._watch.check(joined, positions, {place.partition: end for place, end in ends.items()})
        if stalled:
            logger.warning("the reader of %s in the group %s starts anew: %s", self._topic, self._group, stalled)
            self._begin_anew()

    def _begin_anew(self) -> None:
        """Leave the group; the next poll joins it again. All that was held is lost."""
        self._losses.add(self._held)
        self._held = frozenset()
        self._polled_at = 0.0
        self._leave()

    def _leave(self) -> None:
        if self._consumer is not None:
            self._consumer = None
            self._finalizer()

    def _pause(self, wanted: Collection[int]) -> None:
        assigned, paused = self._consumer.assignment(), self._consumer.paused()
        quiet = {place for place in assigned if place.partition in wanted}
        self._consumer.pause(*(quiet - paused))
        self._consumer.resume(*(paused - quiet))

    def _numbers(self) -> frozenset[int]:
        return frozenset(place.partition for place in self._consumer.assignment())

    def _partitions(self, numbers: Iterable[int]) -> frozenset[Partition]:
        return frozenset(Partition(self._name, number) for number in numbers)


def _close(consumer: Any) -> None:
    with contextlib.suppress(Exception):  # the session runs out in any case
        consumer.close(autocommit=False, timeout_ms=2000)
