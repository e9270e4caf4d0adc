"""Append to Kafka topics: idempotent, acknowledged by all replicas, every outcome looked at, in bounded time."""

import contextlib
import functools
import threading
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from kafka import errors as kafka_errors
from kafka.partitioner.default import DefaultPartitioner, murmur2

from copydesk.adapters.kafka_log.client import CONNECT_TIMEOUT, open_producer
from copydesk.adapters.kafka_log.cloud_events import ce_time, cloud_event_headers
from copydesk.adapters.kafka_log.cluster import Cluster
from copydesk.adapters.kafka_log.errors import translate_kafka_errors
from copydesk.errors import MessageTooLarge
from copydesk.log_port import Message

BATCH = 256 << 10
"""Bytes of one partition's records that are compressed and sent together; below any sensible `max.message.bytes`."""

WINDOW_BYTES, WINDOW_RECORDS = 32 << 20, 10_000
"""What is handed to the library at a time: it bounds its buffer by time alone."""

_TOO_LARGE = (kafka_errors.MessageSizeTooLargeError, kafka_errors.RecordListTooLargeError)


class _ByKey(DefaultPartitioner):  # type: ignore[misc]
    """Choose partitions as the library does, which hashes a key in Python, byte by byte; the keys are few."""

    def partition(
        self,
        topic: str,
        key: Any,  # noqa: ARG002 - the library's, as the two values are
        serialized_key: bytes,
        value: Any,  # noqa: ARG002
        serialized_value: Any,  # noqa: ARG002
        cluster: Any,
    ) -> int:
        """Return the partition of a key, of all that the topic has."""
        return partition_of(serialized_key, len(cluster.partitions_for_topic(topic)))


def partition_of(key: bytes, count: int) -> int:
    """Return the number of the partition, of `count`, that our records of a key are in."""
    return _hashed(key) % count


@functools.lru_cache(1 << 14)
def _hashed(key: bytes) -> int:
    hashed: int = murmur2(key) & 0x7FFFFFFF
    return hashed


def size(message: Message) -> int:
    """Return the bytes that count against the limit: those of key, value and headers."""
    headers = sum(len(name.encode()) + len(text.encode()) for name, text in message.headers.items())
    return len(message.key.encode()) + len(message.value or b"") + headers


class Publisher:
    """Share one producer among all threads of a log. One that has failed is thrown away whole, with all it holds.

    What it held is published again by whoever was told so; a producer that lived on could still send it after that,
    in an order nobody wants. A broker that was frozen meanwhile can: readers cope with duplicates, and revisions
    tell old from new.
    """

    def __init__(self, cluster: Cluster, *, timeout: float, max_message_bytes: int, prefix: str = "") -> None:
        self._cluster, self._timeout, self._max_bytes = cluster, timeout, max_message_bytes
        self._prefix = prefix
        self._lock = threading.Lock()
        self._producer: Any = None

    def send(self, topic: str, messages: Sequence[Message]) -> None:
        """Append all in order; raises LogUnavailable after a bounded time, MessageTooLarge, ConfigError, NotFound."""
        for begin, window in _windows(messages):
            producer = self._current()
            try:
                with translate_kafka_errors(self._cluster, "write", topic):
                    self._send(producer, topic, window)
            except BaseException as error:
                self._discard(producer)
                if isinstance(error, MessageTooLarge):
                    raise MessageTooLarge(begin + error.position, error.size, error.limit) from error
                raise

    def close(self) -> None:
        """Close the producer; nothing is on its way between calls, so this is quick."""
        with self._lock:
            producer, self._producer = self._producer, None
        if producer is not None:
            _close(producer)

    def _send(self, producer: Any, topic: str, messages: Sequence[Message]) -> None:
        deadline, now, name = time.monotonic() + self._timeout, ce_time(datetime.now(UTC)), self._name(topic)
        futures = [
            producer.send(
                topic,
                key=message.key.encode(),
                value=message.value,
                headers=_headers(name, message, now),
            )
            for message in messages
        ]
        producer.flush(timeout=self._timeout)
        refused = {}
        for position, future in enumerate(futures):
            try:
                future.get(timeout=max(0.0, deadline - time.monotonic()))
            except _TOO_LARGE as error:
                refused[position] = error
        if refused:
            # A whole batch is refused for one of its messages: the largest.
            position = max(refused, key=lambda position: size(messages[position]))
            raise MessageTooLarge(position, size(messages[position]), self._max_bytes) from refused[position]

    def _name(self, topic: str) -> str:
        return topic.removeprefix(self._prefix)

    def _current(self) -> Any:
        with self._lock:
            if self._producer is None:
                self._producer = open_producer(
                    self._cluster,
                    acks="all",
                    enable_idempotence=True,
                    partitioner=_ByKey(),
                    compression_type="zstd",
                    # Each call flushes at its end; until then its records gather, however busy the machine is.
                    linger_ms=int(self._timeout * 500),
                    batch_size=BATCH,
                    max_request_size=self._max_bytes + BATCH,
                    max_block_ms=int(CONNECT_TIMEOUT * 1000),
                    request_timeout_ms=int(self._timeout * 1000 / 3),
                    delivery_timeout_ms=int(self._timeout * 1000),
                )
            return self._producer

    def _discard(self, producer: Any) -> None:
        with self._lock:
            if self._producer is producer:
                self._producer = None
        threading.Thread(target=_close, args=(producer,), name="copydesk-kafka-discard", daemon=True).start()


def _headers(topic: str, message: Message, now: str) -> list[tuple[str, bytes]]:
    """Return a message's headers, with those of a CloudEvent."""
    found = {**message.headers, **dict(cloud_event_headers(topic, message, now))}
    return [(name, text.encode()) for name, text in found.items()]


def _windows(messages: Sequence[Message]) -> Iterator[tuple[int, Sequence[Message]]]:
    """Yield the messages in bounded runs, each with the position of its first."""
    begin, held = 0, 0
    for position, message in enumerate(messages):
        held += len(message.value or b"")
        if position > begin and (held > WINDOW_BYTES or position - begin >= WINDOW_RECORDS):
            yield begin, messages[begin:position]
            begin, held = position, len(message.value or b"")
    if begin < len(messages):
        yield begin, messages[begin:]


def _close(producer: Any) -> None:
    """Close a producer with nothing on its way; when there is something, drop it: its sender was told it is unknown."""
    with contextlib.suppress(kafka_errors.KafkaError):
        producer.close(timeout=1.0)
        return
    # The library's own close() gives up before it stops its thread when something is still on its way.
    producer._sender.force_close()
    producer._sender.join(60.0)
    with contextlib.suppress(kafka_errors.KafkaError):
        producer.close(timeout=0.0)
