"""A reader gets the same from memory as from the file, of what its own process published."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.sqlite_log import recent
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Message, Record
from tests.support.sqlite_logs import TOPIC, TOPICS
from tests.support.waiting import eventually

MESSAGES = [
    Message(f"key {number % 7}", value, {"type": "Sample", "number": str(number)} if number % 3 else {})
    for number, value in enumerate([b"", None, b"short", b"long " * 900, bytes(range(256)) * 20] * 8)
]


@pytest.fixture
def logs(tmp_path: Path) -> Iterator[tuple[SqliteLog, SqliteLog]]:
    """One file, opened as by two processes."""
    mine, other = (SqliteLog(tmp_path / "log.sqlite3", partitions=4) for _ in range(2))
    mine.setup(TOPICS)
    yield mine, other
    mine.close()
    other.close()


def all_of(log: SqliteLog, group: str, count: int) -> list[Record]:
    """Read so many records as a member of a group."""
    reader, found = log.reader(TOPIC, group), list[Record]()
    try:
        eventually(lambda: found.extend(reader.poll(0.1, 7).records) or len(found) >= count)
    finally:
        reader.close()
    return sorted(found, key=lambda record: record.place)


def test_what_is_read_from_memory_is_what_stands_in_the_file(logs: tuple[SqliteLog, SqliteLog]) -> None:
    mine, other = logs
    mine.reader(TOPIC, "before").close()  # from now on what is published here is held
    for start in range(0, len(MESSAGES), 8):
        mine.publish(TOPIC, MESSAGES[start : start + 4])
        other.publish(TOPIC, MESSAGES[start + 4 : start + 8])  # what others publish stands between
    found = all_of(mine, "mine", len(MESSAGES))
    assert found == all_of(other, "other", len(MESSAGES))
    assert found == sorted(mine.scan(TOPIC), key=lambda record: record.place)
    assert sorted(map(repr, MESSAGES)) == sorted(repr(Message(each.key, each.value, each.headers)) for each in found)


def test_what_is_held_is_bounded_and_the_rest_is_read_from_the_file(
    logs: tuple[SqliteLog, SqliteLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _ = logs
    monkeypatch.setattr(recent, "RECENT_BYTES", 10_000)
    mine.reader(TOPIC, "before").close()
    for number in range(100):
        mine.publish(TOPIC, [Message("key", f"{number:1000}".encode(), {})])
    (held,) = mine._recent._held.values()
    assert sum(size for _, size in held) <= 10_000
    assert len(mine._recent._records) == len(held) == 10
    assert [int(record.value or b"") for record in all_of(mine, "group", 100)] == list(range(100))


def test_a_topic_that_nobody_here_reads_is_not_held(logs: tuple[SqliteLog, SqliteLog]) -> None:
    mine, _ = logs
    mine.publish(TOPIC, MESSAGES)
    assert not mine._recent._records
