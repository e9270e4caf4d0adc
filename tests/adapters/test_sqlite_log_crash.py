"""What the embedded log keeps when processes are killed, start at the same moment, or run out of room."""

import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import apsw
import pytest

from copydesk.adapters import sqlite_file
from copydesk.adapters.sqlite_file import transaction
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.adapters.sqlite_log.records import LOG_FILE
from copydesk.errors import LogUnavailable
from tests.support.sqlite_logs import TOPIC, TOPICS, noise, numbered, offsets_are_dense, spawn


def _die_in_transaction(path: Path, pipe: "Connection[Any, Any]") -> None:
    connection = sqlite_file.open_sqlite(path, LOG_FILE)
    connection.execute("PRAGMA cache_size = 10")  # so that pages of the transaction reach the file early
    with transaction(connection):
        connection.execute("UPDATE lanes SET next = next + 1000")
        for n in range(1000):
            connection.execute(
                "INSERT INTO records (id, at, key, value) VALUES (?, 1, 'k', ?)", (n, noise(2000, n + 1))
            )
        pipe.send("in the middle")
        time.sleep(60)  # until it is killed


def test_a_process_killed_in_a_transaction_leaves_nothing_of_it(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, numbered(10))
    pipe, other = spawn.Pipe()
    process = spawn.Process(target=_die_in_transaction, args=(path, other), daemon=True)
    process.start()
    assert pipe.recv() == "in the middle"
    process.kill()
    process.join()
    log.publish(TOPIC, numbered(10, start=10))
    assert len(list(log.scan(TOPIC))) == 20
    assert offsets_are_dense(log)


def _publish_and_tell(path: Path, pipe: "Connection[Any, Any]", start: int) -> None:
    log = SqliteLog(path)
    for n in range(start, start + 100_000, 7):
        log.publish(TOPIC, numbered(7, size=3000, start=n))
        pipe.send(n)


def test_what_was_acknowledged_survives_a_kill_and_is_there_once(log: SqliteLog, path: Path) -> None:
    acknowledged: list[int] = []
    for turn in range(4):
        pipe, other = spawn.Pipe()
        process = spawn.Process(target=_publish_and_tell, args=(path, other, turn * 1_000_000), daemon=True)
        process.start()
        other.close()
        acknowledged.append(pipe.recv())
        time.sleep(0.03 + 0.07 * turn)  # the kill comes at any moment
        process.kill()
        process.join()
        try:
            while True:
                acknowledged.append(pipe.recv())
        except (EOFError, OSError):
            pipe.close()
    found = [int((record.value or b"").split()[0]) for record in log.scan(TOPIC)]
    assert len(found) == len(set(found))
    assert set(found) >= {n for first in acknowledged for n in range(first, first + 7)}
    assert len(found) % 7 == 0, "a call is there as a whole or not at all"
    assert offsets_are_dense(log)
    assert apsw.Connection(str(path)).pragma("integrity_check") == "ok"


def test_a_full_file_is_reported_and_goes_on_when_there_is_room(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pages = [60]
    monkeypatch.setattr(apsw, "connection_hooks", [lambda connection: connection.pragma("max_page_count", pages[0])])
    log = SqliteLog(path)
    log.setup(TOPICS)
    sent = 0

    def publish_on_and_on() -> None:
        nonlocal sent
        while sent < 10_000:
            log.publish(TOPIC, numbered(5, size=4000, start=sent))
            sent += 5

    with pytest.raises(LogUnavailable, match=r"the disk is full: .*log\.sqlite3 cannot grow"):
        publish_on_and_on()
    assert sent > 0
    assert len(list(log.scan(TOPIC))) == sent
    log.close()
    pages[0] = 100_000
    log = SqliteLog(path)
    log.publish(TOPIC, numbered(100, size=4000, start=sent))
    assert len(list(log.scan(TOPIC))) == sent + 100
    assert offsets_are_dense(log)
    log.close()


def _publish_until_full(path: Path, pipe: "Connection[Any, Any]") -> None:
    import resource

    log = SqliteLog(path)
    log.setup(TOPICS)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, 1 << 20))
    sent = 0
    try:
        while sent < 10_000:
            log.publish(TOPIC, numbered(5, size=4000, start=sent))
            sent += 5
    except LogUnavailable as error:
        pipe.send((sent, str(error), len(list(log.scan(TOPIC)))))
    log.close()


def test_a_write_that_the_system_refuses_is_reported(path: Path) -> None:
    pipe, other = spawn.Pipe()
    process = spawn.Process(target=_publish_until_full, args=(path, other), daemon=True)
    process.start()
    other.close()
    sent, message, found = pipe.recv()
    process.join()
    assert process.exitcode == 0
    assert sent > 0
    assert found == sent
    assert "is the disk full?" in message
    log = SqliteLog(path)
    log.publish(TOPIC, numbered(5))
    assert offsets_are_dense(log)
    log.close()


def _open_and_publish(path: Path, barrier: Any, number: int) -> None:
    barrier.wait()
    log = SqliteLog(path, partitions=4)
    log.setup(TOPICS)
    log.publish(TOPIC, numbered(5, start=number * 5))
    log.close()


def test_processes_may_create_the_file_at_the_same_moment(path: Path) -> None:
    barrier = spawn.Barrier(4)
    processes = [spawn.Process(target=_open_and_publish, args=(path, barrier, n), daemon=True) for n in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
        assert process.exitcode == 0
    log = SqliteLog(path)
    assert len(list(log.scan(TOPIC))) == 20
    assert len(log.status()) == 8
    assert offsets_are_dense(log)
    log.close()
