"""Read partitions of a Kafka topic without a group, merged in the order of time."""

import contextlib
import time
import weakref
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kafka import TopicPartition

from copydesk.adapters.kafka_log.client_patches import repair_consumer
from copydesk.adapters.kafka_log.cloud_events import CLOUD_EVENT_HEADERS
from copydesk.adapters.kafka_log.cluster import Cluster
from copydesk.adapters.kafka_log.errors import translate_kafka_errors
from copydesk.errors import LogUnavailable
from copydesk.log_port import Record

SCAN_PATIENCE = 10.0
"""Seconds without any progress until a log that has more to give counts as unavailable."""

AHEAD_RECORDS, AHEAD_BYTES = 1000, 4 << 20
"""How far one partition is read ahead of the others; one that is further is paused."""


def record(topic: str, found: Any) -> Record:
    """Return a record of the library as one of ours, without the headers that are Kafka's alone."""
    return Record(
        topic,
        found.partition,
        found.offset,
        found.timestamp,
        (found.key or b"").decode("utf-8", "replace"),
        found.value,
        {
            name: (value or b"").decode("utf-8", "replace")
            for name, value in found.headers
            if name not in CLOUD_EVENT_HEADERS
        },
    )


class TopicScan:
    """Consume partitions of a topic, by number, each from its next offset in `at` (absent: the beginning)."""

    def __init__(
        self, cluster: Cluster, consumer: Any, topic: str, numbers: Iterable[int], at: Mapping[int, int]
    ) -> None:
        self._cluster, self._consumer, self._topic = cluster, consumer, topic
        # Also when nobody closes it: a consumer has a thread that would live on.
        self._finalizer = weakref.finalize(self, _close, consumer)
        self._paused: set[TopicPartition] = set()
        self.hold(numbers, at)

    def hold(self, numbers: Iterable[int], at: Mapping[int, int]) -> None:
        """Consume these partitions and no others from now on."""
        self._places = [TopicPartition(self._topic, number) for number in numbers]
        with translate_kafka_errors(self._cluster, "read", self._topic):
            self._consumer.assign(self._places)
            begins = self._consumer.beginning_offsets(self._places, timeout_ms=int(SCAN_PATIENCE * 1000))
        self.at: dict[int, int] = {}
        self.seek({place.partition: max(begins[place], at.get(place.partition, 0)) for place in self._places})

    def seek(self, at: Mapping[int, int]) -> None:
        """Continue from these offsets."""
        for place in self._places:
            self._consumer.seek(place, at[place.partition])
        self.at = dict(at)

    def ends(self) -> dict[int, int]:
        """Return the next offset to be written, by partition number."""
        with translate_kafka_errors(self._cluster, "read", self._topic):
            found = self._consumer.end_offsets(self._places, timeout_ms=int(SCAN_PATIENCE * 1000))
        return {place.partition: offset for place, offset in found.items()}

    def read(self, timeout: float) -> list[Any]:
        """Return what there is now, of the library's records, waiting up to `timeout` seconds for the first."""
        repair_consumer(self._consumer)
        with translate_kafka_errors(self._cluster, "read", self._topic):
            found = [each for some in self._consumer.poll(timeout * 1000, max_records=1000).values() for each in some]
            for each in found:
                self.at[each.partition] = each.offset + 1
            if not found:
                # Compaction leaves gaps, also at the end: the position goes on where no record says so.
                for place in self._places:
                    position = self._consumer.position(place, timeout_ms=1000)
                    self.at[place.partition] = self.at[place.partition] if position is None else position
        return found

    def until(self, ends: Mapping[int, int]) -> Iterator[list[Any]]:
        """Yield all records up to these offsets, and some after them; raises LogUnavailable when they do not come."""
        before, waited = dict(self.at), 0.0
        while self.behind(ends):
            began = time.monotonic()
            found = self.read(1.0)
            waited = waited + time.monotonic() - began if self.at == before else 0.0
            if waited > SCAN_PATIENCE:
                raise LogUnavailable(f"Kafka at {self._cluster} does not go on giving {self._topic}")
            before = dict(self.at)
            yield found

    def behind(self, ends: Mapping[int, int]) -> set[int]:
        """Return the partitions that are not read up to these offsets."""
        return {number for number, end in ends.items() if self.at[number] < end}

    def pause(self, numbers: set[int]) -> None:
        """Read only the other partitions for now."""
        wanted = {place for place in self._places if place.partition in numbers}
        self._consumer.pause(*(wanted - self._paused))
        self._consumer.resume(*(self._paused - wanted))
        self._paused = wanted

    def close(self) -> None:
        """Release the connection. Never raises."""
        self._finalizer()


def _close(consumer: Any) -> None:
    with contextlib.suppress(Exception):  # there is nothing it could hold back
        consumer.close(autocommit=False, timeout_ms=1000)


def merge_by_time(topic: str, topic_scan: TopicScan, ends: Mapping[int, int], follow: bool) -> Iterator[Record]:
    """Yield records merged by time up to `ends`; with `follow`, what comes after them as it comes, for ever."""
    queues: dict[int, deque[Any]] = {number: deque() for number in ends}
    batches = topic_scan.until(ends)
    try:
        while True:
            yield from _mergeable(topic, queues, topic_scan.behind(ends))
            topic_scan.pause({number for number, queue in queues.items() if _is_ahead(queue)})
            found = next(batches, None)
            if found is None and not follow:
                return
            for each in topic_scan.read(1.0) if found is None else found:
                if follow or each.offset < ends[each.partition]:
                    queues[each.partition].append(each)
    finally:
        topic_scan.close()


def _mergeable(topic: str, queues: Mapping[int, deque[Any]], behind: set[int]) -> Iterator[Record]:
    """Yield the oldest records, as long as no partition that has older ones to come is waited for."""
    while all(queues[number] for number in behind):
        filled = (queue for queue in queues.values() if queue)
        first = min(filled, key=lambda queue: int(queue[0].timestamp), default=None)
        if first is None:
            return
        yield record(topic, first.popleft())


def _is_ahead(queue: deque[Any]) -> bool:
    return len(queue) > AHEAD_RECORDS or sum(len(each.value or b"") for each in queue) > AHEAD_BYTES
