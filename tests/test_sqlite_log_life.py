"""How the embedded log lives over time: files stay small, idle readers cost nothing, leases pass on, old records go."""

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters import sqlite_file, sqlite_presence, sqlite_retention, sqlite_watch
from copydesk.adapters.sqlite_group import fair_share
from copydesk.adapters.sqlite_log import SqliteLog
from copydesk.adapters.sqlite_records import LOG_FILE
from copydesk.pipeline import Topic
from copydesk.ports import Message, Partition

TOPIC, TABLE = "raw", "state"
TOPICS = [Topic(TOPIC), Topic(TABLE, compacted=True)]
PATIENCE = 30.0
spawn = multiprocessing.get_context("spawn")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.sqlite3"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(path, partitions=4)
    log.setup(TOPICS)
    yield log
    log.close()


def eventually(true: Any) -> None:
    deadline = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def some(count: int, value: bytes = b"x") -> list[Message]:
    return [Message(f"key {n % 10}", value, {}) for n in range(count)]


def wal_size(path: Path) -> int:
    return path.with_name(path.name + "-wal").stat().st_size


def _hold_a_snapshot(path: Path, pipe: "Connection[Any, Any]") -> None:
    connection = sqlite_file.open_file(path, LOG_FILE)
    connection.execute("BEGIN")
    assert connection.execute("SELECT count(*) FROM records").get == 1
    pipe.send("held")
    pipe.recv()
    connection.execute("COMMIT")
    pipe.send("let go")
    pipe.recv()


def test_the_write_ahead_log_stays_small_under_steady_load_and_beside_a_slow_scan(log: SqliteLog, path: Path) -> None:
    value = os.urandom(100_000)
    log.publish(TOPIC, some(50, value))
    scan = log.scan(TOPIC, follow=True)
    next(scan)
    stop, largest = threading.Event(), 0

    def read() -> None:  # readers that overlap all the time keep SQLite's own checkpoints from starting over
        with log._connection() as connection:
            while not stop.is_set():
                cursor = connection.execute("SELECT id FROM records ORDER BY id DESC")
                next(cursor)
                time.sleep(0.002)
                cursor.close()

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    try:
        for _ in range(60):
            log.publish(TOPIC, some(20, value))
            next(scan)
            largest = max(largest, wal_size(path))
    finally:
        stop.set()
        for reader in readers:
            reader.join()
    assert path.stat().st_size > 100_000_000
    assert largest < 2 * sqlite_file.WAL_LIMIT


def test_a_reader_that_stands_still_holds_up_nobody_and_the_write_ahead_log_shrinks_after_it(
    log: SqliteLog, path: Path
) -> None:
    log.publish(TOPIC, some(1))
    pipe, other = spawn.Pipe()
    process = spawn.Process(target=_hold_a_snapshot, args=(path, other), daemon=True)
    process.start()
    assert pipe.recv() == "held"
    value = os.urandom(100_000)
    for _ in range(25):
        log.publish(TOPIC, some(20, value))
    assert wal_size(path) > sqlite_file.WAL_LIMIT
    pipe.send("let go")
    assert pipe.recv() == "let go"
    for _ in range(6):
        log.publish(TOPIC, some(20, value))
    assert wal_size(path) <= sqlite_file.WAL_LIMIT
    process.kill()
    process.join()


def test_a_waiting_poll_takes_hardly_any_cpu_and_writes_nothing(path: Path) -> None:
    log = SqliteLog(path, lease=1000.0)
    log.setup(TOPICS)
    reader, other = log.reader(TOPIC, "group"), apsw.Connection(str(path))
    reader.poll(0.0)
    before, cpu = other.pragma("data_version"), time.thread_time()
    assert not reader.poll(3.0).records
    assert time.thread_time() - cpu < 0.1, "usually 4 ms"
    assert other.pragma("data_version") == before
    other.close()
    reader.close()
    log.close()


@pytest.mark.parametrize("inotify", [True, False])
def test_a_waiting_poll_sees_what_comes_with_and_without_inotify(
    log: SqliteLog, path: Path, inotify: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not inotify:
        monkeypatch.setattr(sqlite_watch, "_inotify", lambda path: None)
    reader, other = log.reader(TOPIC, "group"), SqliteLog(path)
    reader.poll(0.0)
    for _ in range(5):
        timer = threading.Timer(0.1, lambda: other.publish(TOPIC, some(1)))
        timer.start()
        assert len(reader.poll(PATIENCE).records) == 1
        timer.join()
    reader.close()
    other.close()


def test_each_partition_gets_its_turn(log: SqliteLog) -> None:
    log.publish(TOPIC, some(200))
    reader = log.reader(TOPIC, "group")
    seen = [reader.poll(0.0, max_records=2).records[0].partition for _ in range(12)]
    assert [sorted(seen[n : n + 4]) for n in (0, 4, 8)] == [[0, 1, 2, 3]] * 3
    reader.close()


def _fork_and_hold(path: Path, pipe: "Connection[Any, Any]") -> None:
    reader = SqliteLog(path).reader(TOPIC, "group")
    assert reader.poll(0.0).records
    child = os.fork()
    if child == 0:
        signal.pause()
    pipe.send(child)
    signal.pause()


def test_the_child_of_a_killed_reader_does_not_keep_its_leases(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, some(10))
    pipe, other = spawn.Pipe()
    process = spawn.Process(target=_fork_and_hold, args=(path, other), daemon=True)
    process.start()
    child = pipe.recv()
    try:
        process.kill()
        process.join()
        patient = SqliteLog(path, lease=1000.0)
        reader = patient.reader(TOPIC, "group")
        eventually(lambda: reader.poll(0.05).records)
        os.kill(child, 0)
        reader.close()
        patient.close()
    finally:
        os.kill(child, signal.SIGKILL)


def test_leases_of_readers_left_open_pass_on_when_their_log_is_closed(log: SqliteLog, path: Path) -> None:
    careless = SqliteLog(path)
    left = careless.reader(TOPIC, "group")
    left.poll(0.0)
    heir = log.reader(TOPIC, "group")
    assert not heir.assigned()
    careless.close()
    eventually(lambda: not heir.poll(0.05).records and len(heir.assigned()) == 4)
    left.close()
    heir.close()


def test_a_lease_outlives_a_pause_when_nobody_else_wants_it(path: Path) -> None:
    log = SqliteLog(path, lease=0.05)
    log.setup(TOPICS)
    log.publish(TOPIC, some(10))
    reader = log.reader(TOPIC, "group")
    records = reader.poll(0.0).records
    time.sleep(0.2)
    reader.commit({Partition(TOPIC, record.partition): record.offset + 1 for record in records})
    assert log.lag(TOPIC, "group") == 0
    assert reader.poll(0.0).lost == frozenset()
    reader.close()
    log.close()


def test_a_partition_lost_and_taken_again_in_one_poll_starts_at_the_commit(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, some(40))
    sleepy = SqliteLog(path, lease=0.05).reader(TOPIC, "group")
    assert len(sleepy.poll(0.0).records) == 40
    time.sleep(0.1)
    impatient = SqliteLog(path, lease=0.05)
    other = impatient.reader(TOPIC, "group")
    assert len(other.poll(0.0).records) == 40
    other.commit({Partition(TOPIC, number): 1 for number in range(4)})
    other.close()
    sleepy.commit({Partition(TOPIC, number): 2 for number in range(4)})
    batch = sleepy.poll(0.0)
    assert batch.lost == sleepy.assigned() == {Partition(TOPIC, number) for number in range(4)}
    assert len(batch.records) == 36
    assert min(record.offset for record in batch.records) == 1
    sleepy.close()
    impatient.close()


def test_clients_are_known_to_live_until_they_leave(path: Path) -> None:
    presence, first = sqlite_presence.enter(path)
    same, second = sqlite_presence.enter(path)
    assert same is presence
    presence.leave(first)
    assert not presence.alive(first)
    assert presence.alive(second)
    presence.leave(second)
    presence.leave(second)
    assert sqlite_presence.enter(path)[0] is not presence


@given(st.integers(1, 40), st.lists(st.integers(0, 9), max_size=60))
def test_shares_become_even_whoever_comes_and_goes(partitions: int, comings_and_goings: list[int]) -> None:
    held, free = [0], partitions

    def act(member: int) -> None:
        nonlocal free
        share = fair_share(partitions, held[:member] + held[member + 1 :])
        taken = min(free, share - held[member])
        held[member], free = held[member] + taken, free - taken

    for step in comings_and_goings:
        if step < 3 and len(held) < 50:
            held.append(0)
        elif step == 3 and len(held) > 1:
            free += held.pop(0)
        act(step % len(held))
    for _ in range(3):
        for member in range(len(held)):
            act(member)
    assert free == 0
    assert max(held) - min(held) <= 1


def sweep_all(log: SqliteLog, cutoff_ms: float) -> None:
    with log._connection() as connection:
        while sqlite_retention.sweep(connection, int(cutoff_ms)):
            pass


def begins(log: SqliteLog, topic: str = TOPIC) -> list[int]:
    return [each.begin for each in log.status() if each.partition.topic == topic]


def test_old_records_go_and_offsets_go_on(log: SqliteLog) -> None:
    log.publish(TOPIC, some(2000))
    ends = [each.end for each in log.status() if each.partition.topic == TOPIC]
    time.sleep(0.01)
    cutoff = time.time() * 1000
    time.sleep(0.01)
    log.publish(TOPIC, some(10, b"new"))
    sweep_all(log, cutoff)
    assert begins(log) == ends
    assert [record.value for record in log.scan(TOPIC)] == [b"new"] * 10
    assert log.lag(TOPIC, "group") == 10
    assert log.fetch(TOPIC, 0, 0) is None
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


def test_publishing_sweeps_where_retention_is_set(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.adapters.sqlite_log._SWEEP_AGAIN_SECONDS", 0.0)
    for days, kept in ((None, 11), (0.05 / 86_400, 1)):
        log = SqliteLog(path.with_suffix(f".{kept}"), retention_days=days)
        log.setup(TOPICS)
        log.publish(TOPIC, some(10))
        log._sweep_at = 0.0
        time.sleep(0.1)
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
