"""How readers of the embedded log share partitions, and who is taken for dead."""

import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.sqlite_log import group, presence
from copydesk.adapters.sqlite_log.group import fair_share
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Message, Partition
from tests.support.sqlite_logs import TOPIC, TOPICS, some, spawn
from tests.support.waiting import Clock, eventually


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(group, "time", clock)
    return clock


def test_each_partition_gets_its_turn(log: SqliteLog) -> None:
    log.publish(TOPIC, some(200))
    reader = log.reader(TOPIC, "group")
    seen = [reader.poll(0.0, max_records=2).records[0].partition for _ in range(12)]
    assert [sorted(seen[n : n + 4]) for n in (0, 4, 8)] == [[0, 1, 2, 3]] * 3
    reader.close()


def test_a_large_record_is_not_put_off_by_small_ones_of_other_partitions(log: SqliteLog) -> None:
    for _ in range(50):
        log.publish(TOPIC, some(10, b"x" * 60))
    large = Message("key 0", b"y" * 5000, {})
    log.publish(TOPIC, [large])
    place = next(record for record in log.scan(TOPIC) if record.value == large.value)
    reader = log.reader(TOPIC, "group")
    reader.poll(0.0, max_records=0)
    reader.commit({Partition(TOPIC, place.partition): place.offset})
    reader.close()
    reader = log.reader(TOPIC, "group")
    seen = [record for _ in range(5) for record in reader.poll(0.0, max_bytes=100).records]
    assert place in seen
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


def test_a_lease_outlives_a_pause_when_nobody_else_wants_it(path: Path, clock: Clock) -> None:
    log = SqliteLog(path, lease=0.05)
    log.setup(TOPICS)
    log.publish(TOPIC, some(10))
    reader = log.reader(TOPIC, "group")
    records = reader.poll(0.0).records
    clock.forward(0.2)
    reader.commit({Partition(TOPIC, record.partition): record.offset + 1 for record in records})
    assert log.lag(TOPIC, "group") == 0
    assert reader.poll(0.0).lost == frozenset()
    reader.close()
    log.close()


def test_a_partition_lost_and_taken_again_in_one_poll_starts_at_the_commit(
    log: SqliteLog, path: Path, clock: Clock
) -> None:
    log.publish(TOPIC, some(40))
    sleepy = SqliteLog(path, lease=0.05).reader(TOPIC, "group")
    assert len(sleepy.poll(0.0).records) == 40
    clock.forward(0.1)
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
    ours, first = presence.register_client(path)
    same, second = presence.register_client(path)
    assert same is ours
    ours.leave(first)
    assert not ours.alive(first)
    assert ours.alive(second)
    ours.leave(second)
    ours.leave(second)
    assert presence.register_client(path)[0] is not ours


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
