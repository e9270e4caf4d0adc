"""What retention removes from the embedded log, and what it never does."""

import os
import time
from pathlib import Path

import pytest

from copydesk.adapters.sqlite_log import log as log_module
from copydesk.adapters.sqlite_log import retention
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Message, Partition
from copydesk.pipeline import Topic
from tests.support.sqlite_logs import TABLE, TOPIC, TOPICS, some, wal_size
from tests.support.waiting import Clock


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(log_module, "time", clock)
    return clock


def sweep_all(log: SqliteLog, cutoff_ms: float) -> None:
    with log._connection() as connection:
        while retention.remove_expired(connection, int(cutoff_ms)):
            pass


def begins(log: SqliteLog, topic: str = TOPIC) -> list[int]:
    return [each.begin for each in log.status() if each.partition.topic == topic]


def test_old_records_go_and_offsets_go_on(log: SqliteLog, clock: Clock) -> None:
    log.publish(TOPIC, some(2000))
    ends = [each.end for each in log.status() if each.partition.topic == TOPIC]
    clock.forward(1.0)
    cutoff = clock.time() * 1000
    clock.forward(1.0)
    log.publish(TOPIC, some(10, b"new"))
    sweep_all(log, cutoff)
    assert begins(log) == ends
    assert [record.value for record in log.scan(TOPIC)] == [b"new"] * 10
    assert log.lag(TOPIC, "group") == 10
    assert log.read(TOPIC, 0, 0) is None
    reader = log.reader(TOPIC, "group")
    assert len(reader.poll(1.0).records) == 10
    reader.close()
    sweep_all(log, cutoff + 1e9)
    log.publish(TOPIC, some(1))
    assert min(record.offset for record in log.scan(TOPIC)) >= min(ends), "no offset is used twice"


def test_what_a_group_has_yet_to_read_stays(log: SqliteLog) -> None:
    log.publish(TOPIC, some(100))
    reader = log.reader(TOPIC, "slow")
    reader.poll(0.0)
    reader.commit({Partition(TOPIC, 1): 3})
    sweep_all(log, time.time() * 1000 + 1000)
    assert begins(log) == [0, 3, 0, 0]
    reader.close()


def test_a_group_of_another_topic_holds_nothing_back(log: SqliteLog) -> None:
    log.setup([Topic("other")])
    log.publish(TOPIC, some(10))
    log.publish("other", some(10))
    reader = log.reader("other", "group")
    reader.poll(0.0)
    reader.commit({Partition("other", 0): 0})
    sweep_all(log, time.time() * 1000 + 1000)
    assert list(log.scan(TOPIC)) == []
    assert len(list(log.scan("other"))) == 10
    reader.close()


def test_tables_keep_their_values(log: SqliteLog) -> None:
    log.publish(TABLE, some(10))
    sweep_all(log, time.time() * 1000 + 1000)
    assert len(list(log.table(TABLE).items())) == 10


def test_publishing_sweeps_where_retention_is_set(path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.adapters.sqlite_log.log._SWEEP_AGAIN_SECONDS", 0.0)
    for days, kept in ((None, 11), (0.5, 1)):
        log = SqliteLog(path.with_suffix(f".{kept}"), retention_days=days)
        log.setup(TOPICS)
        log.publish(TOPIC, some(10))
        log._sweep_at = 0.0
        clock.forward(43_201)
        log.publish(TOPIC, some(1))
        assert len(list(log.scan(TOPIC))) == kept
        log.close()


def test_the_space_of_removed_records_is_used_again(log: SqliteLog, path: Path) -> None:
    value = os.urandom(20_000)
    sizes = []
    for _ in range(6):
        log.publish(TOPIC, some(200, value))
        sweep_all(log, time.time() * 1000 + 1000)
        sizes.append(path.stat().st_size + wal_size(path))
    assert sizes[-1] < 1.7 * sizes[1]


def test_a_superseded_value_of_a_table_leaves_the_file(log: SqliteLog, path: Path) -> None:
    value = os.urandom(50_000)
    for _ in range(400):
        log.publish(TABLE, [Message("furniture", value, {})])
    assert path.stat().st_size + wal_size(path) < 10_000_000
    assert [record.offset for record in log.scan(TABLE)] == [399]
