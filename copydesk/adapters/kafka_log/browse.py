"""Read single records, and the begin and end offsets of partitions, outside any consumer group."""

import contextlib
import threading
import time
from collections.abc import Iterable
from typing import Any

from kafka import TopicPartition

from copydesk.adapters.kafka_log.client import CONNECT_TIMEOUT, open_consumer
from copydesk.adapters.kafka_log.cluster import Cluster
from copydesk.adapters.kafka_log.errors import translate_kafka_errors
from copydesk.adapters.kafka_log.scan import record
from copydesk.errors import LogUnavailable
from copydesk.log_port import Record

_TIMEOUT_MS = int(CONNECT_TIMEOUT * 1000)


class RecordLookup:
    """Share one consumer among all threads of a log, one at a time."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._consumer: Any = None

    def begins(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the first kept offset of each partition."""
        return self._ask("beginning_offsets", list(places))

    def ends(self, places: Iterable[TopicPartition]) -> dict[TopicPartition, int]:
        """Return the next offset to be written to each partition."""
        return self._ask("end_offsets", list(places))

    def read(self, name: str, place: TopicPartition, offset: int) -> Record | None:
        """Return the record at this offset, None when there is none; raises LogUnavailable."""
        if not self.begins([place])[place] <= offset < self.ends([place])[place]:
            return None
        with self._lock, translate_kafka_errors(self._cluster, "read", place.topic):
            try:
                return self._read(name, place, offset)
            except BaseException:
                self._drop()
                raise

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            self._drop()

    def _read(self, name: str, place: TopicPartition, offset: int) -> Record | None:
        consumer = self._opened()
        consumer.assign([place])
        consumer.seek(place, offset)
        deadline = time.monotonic() + CONNECT_TIMEOUT
        while time.monotonic() < deadline:
            for found in consumer.poll(timeout_ms=1000, max_records=1).get(place, ()):
                return record(name, found) if found.offset == offset else None
            if (consumer.position(place, timeout_ms=1000) or 0) > offset:
                return None
        raise LogUnavailable(f"Kafka at {self._cluster} does not give {place.topic}[{place.partition}]@{offset}")

    def _ask(self, question: str, places: list[TopicPartition]) -> dict[TopicPartition, int]:
        if not places:
            return {}
        with self._lock, translate_kafka_errors(self._cluster, "read", places[0].topic):
            try:
                answer: dict[TopicPartition, int] = getattr(self._opened(), question)(places, timeout_ms=_TIMEOUT_MS)
            except KeyError as error:
                # It leaves out partitions that have no leader, and then looks for them in its answer.
                raise LogUnavailable(f"Kafka at {self._cluster} has no leader now for {places[0].topic}") from error
            except BaseException:
                self._drop()
                raise
        return answer

    def _opened(self) -> Any:
        if self._consumer is None:
            self._consumer = open_consumer(self._cluster, request_timeout_ms=_TIMEOUT_MS)
        return self._consumer

    def _drop(self) -> None:
        consumer, self._consumer = self._consumer, None
        if consumer is not None:
            with contextlib.suppress(Exception):  # it is given up in any case
                consumer.close(autocommit=False, timeout_ms=1000)
