"""What the embedded log costs over time: the write-ahead log stays small, idle readers take no CPU."""

import os
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import apsw
import pytest

from copydesk.adapters import sqlite_file
from copydesk.adapters.sqlite_log import change_watch
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.adapters.sqlite_log.records import LOG_FILE
from tests.support.sqlite_logs import TOPIC, TOPICS, some, spawn, wal_size
from tests.support.waiting import PATIENCE


def _hold_a_snapshot(path: Path, pipe: "Connection[Any, Any]") -> None:
    connection = sqlite_file.open_sqlite(path, LOG_FILE)
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
                time.sleep(0.002)  # holds what it reads
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
    assert time.thread_time() - cpu < 1.0, "usually 4 ms; a busy loop takes 3 s"
    assert other.pragma("data_version") == before
    other.close()
    reader.close()
    log.close()


@pytest.mark.parametrize("inotify", [True, False])
def test_a_waiting_poll_sees_what_comes_with_and_without_inotify(
    log: SqliteLog, path: Path, inotify: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not inotify:
        monkeypatch.setattr(change_watch, "_inotify", lambda _: None)
    reader, other = log.reader(TOPIC, "group"), SqliteLog(path)
    reader.poll(0.0)
    for _ in range(5):
        timer = threading.Timer(0.1, lambda: other.publish(TOPIC, some(1)))
        timer.start()
        assert len(reader.poll(PATIENCE).records) == 1
        timer.join()
    reader.close()
    other.close()
