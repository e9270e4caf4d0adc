"""What the tests of the embedded log share: its topics, messages, and looks at its file."""

import multiprocessing
from pathlib import Path

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Message
from copydesk.pipeline import Topic

TOPIC, TABLE = "raw", "state"
TOPICS = [Topic(TOPIC), Topic(TABLE, compacted=True)]
spawn = multiprocessing.get_context("spawn")


def noise(size: int, seed: int = 1) -> bytes:
    """Bytes that do not compress."""
    return b"".join((n * 2654435761 * seed % 2**64).to_bytes(8, "big") for n in range(1, size // 8 + 2))[:size]


def numbered(count: int, size: int = 10, start: int = 0) -> list[Message]:
    """Messages of ten keys; each value begins with the message's number."""
    numbers = range(start, start + count)
    return [Message(f"key {n % 10}", b"%d " % n + noise(size, n + 1), {"type": "x"}) for n in numbers]


def some(count: int, value: bytes = b"x") -> list[Message]:
    """Messages of ten keys, all of one value."""
    return [Message(f"key {n % 10}", value, {}) for n in range(count)]


def offsets_are_dense(log: SqliteLog) -> bool:
    """Whether the topic's records have every offset from 0 to the end, once."""
    places = [(record.partition, record.offset) for record in log.scan(TOPIC)]
    ends = [(each.partition.number, each.end) for each in log.status() if each.partition.topic == TOPIC]
    return sorted(places) == [(number, n) for number, end in ends for n in range(end)]


def wal_size(path: Path) -> int:
    """Bytes of the write-ahead log of a file."""
    return path.with_name(path.name + "-wal").stat().st_size
