"""What the embedded log does when its file is damaged, foreign, locked or taken away."""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import pytest

from copydesk.adapters import sqlite_file
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.adapters.sqlite_log.records import LOG_FILE
from copydesk.errors import ConfigError, CorruptStorage, LogUnavailable, NewerStorage, StorageError
from copydesk.log_port import Message
from tests.support.sqlite_logs import TABLE, TOPIC, TOPICS, numbered, offsets_are_dense


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "log.sqlite3"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    log = SqliteLog(path, partitions=4, patience=0.3)
    log.setup(TOPICS)
    yield log
    log.close()


def test_a_log_opens_nothing_before_it_is_used(path: Path) -> None:
    SqliteLog(path).close()
    assert not path.parent.exists()


def test_a_file_that_is_no_database_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"These are my notes. " * 1000)
    with pytest.raises(CorruptStorage, match=r"log\.sqlite3 is damaged .* move it aside and run again"):
        SqliteLog(path).setup(TOPICS)
    assert path.read_bytes() == b"These are my notes. " * 1000


def test_a_database_of_someone_else_is_refused_and_left_alone(path: Path) -> None:
    path.parent.mkdir()
    other = apsw.Connection(str(path))
    other.execute("CREATE TABLE notes (text); INSERT INTO notes VALUES ('mine')")
    other.close()
    before = path.read_bytes()
    with pytest.raises(StorageError, match="not a Copydesk log"):
        SqliteLog(path).setup(TOPICS)
    assert path.read_bytes() == before


def test_a_file_of_a_newer_version_is_refused(log: SqliteLog, path: Path) -> None:
    log.close()
    connection = apsw.Connection(str(path))
    connection.pragma("user_version", LOG_FILE.version + 1)
    connection.close()
    with pytest.raises(NewerStorage, match="newer Copydesk"):
        SqliteLog(path).status()


def test_an_sqlite_that_loses_writes_is_refused(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(apsw, "sqlite_lib_version", lambda: "3.51.2")
    with pytest.raises(StorageError, match=r"3\.51\.3 or newer"):
        SqliteLog(path).setup(TOPICS)
    for good in ("3.51.3", "3.52.0", "4.0.0"):
        sqlite_file.check_library(good)


def test_a_folder_in_place_of_the_file_is_refused(path: Path) -> None:
    path.mkdir(parents=True)
    with pytest.raises(ConfigError, match="cannot be opened"):
        SqliteLog(path).setup(TOPICS)


def test_a_file_in_place_of_the_folder_is_refused(path: Path) -> None:
    path.parent.write_text("in the way")
    with pytest.raises(ConfigError, match="is no folder"):
        SqliteLog(path).setup(TOPICS)


@pytest.mark.parametrize("partitions", [0, -1, 1025])
def test_an_impossible_number_of_partitions_is_refused(path: Path, partitions: int) -> None:
    with pytest.raises(ConfigError, match="1024"):
        SqliteLog(path, partitions=partitions)


def use_everything(log: SqliteLog) -> None:
    log.publish(TOPIC, numbered(50))
    log.publish(TABLE, numbered(50))
    assert len(list(log.scan(TOPIC))) >= 50
    table = log.table(TABLE)
    assert dict(table.items())
    reader = log.reader(TOPIC, "group")
    while reader.poll(0.0).records:
        pass
    reader.close()


@pytest.mark.parametrize("where", [0.0, 0.3, 0.6, 0.9])
def test_a_damaged_page_is_reported_with_the_file_and_the_way_out(log: SqliteLog, path: Path, where: float) -> None:
    log.publish(TOPIC, numbered(1000, size=700))
    log.close()
    whole = path.read_bytes()
    start = int(where * len(whole)) // 4096 * 4096
    path.write_bytes(whole[:start] + b"\xa5" * (len(whole) // 5) + whole[start + len(whole) // 5 :])
    with pytest.raises(CorruptStorage, match=r"log\.sqlite3 is damaged .* move it aside and run again"):
        use_everything(SqliteLog(path))


def test_a_file_cut_short_is_reported(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, numbered(500, size=700))
    log.close()
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(CorruptStorage, match="move it aside"):
        use_everything(SqliteLog(path))


def test_a_damaged_value_is_reported(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, [Message("key", b"word " * 5000, {})])
    log.publish(TABLE, [Message("key", b"word " * 5000, {})])
    connection = apsw.Connection(str(path))
    connection.execute(
        "UPDATE records SET value = CAST(substr(value, 1, length(value) - 9) || x'0102030405060708ff' AS BLOB)"
    )
    connection.close()
    for read in (
        lambda: list(log.scan(TOPIC)),
        lambda: log.table(TABLE).get("key"),
        lambda: log.reader(TOPIC, "g").poll(1),
    ):
        with pytest.raises(CorruptStorage, match=r"log\.sqlite3 is damaged"):
            read()


def test_moving_a_damaged_file_aside_is_enough(log: SqliteLog, path: Path) -> None:
    log.close()
    path.write_bytes(b"\0garbage" * 1000)
    with pytest.raises(CorruptStorage):
        SqliteLog(path).setup(TOPICS)
    path.rename(path.with_suffix(".damaged"))
    fresh = SqliteLog(path)
    fresh.setup(TOPICS)
    use_everything(fresh)
    fresh.close()


@pytest.mark.parametrize("how", ["moved", "deleted"])
def test_a_file_that_was_taken_away_is_noticed(log: SqliteLog, path: Path, how: str) -> None:
    log.publish(TOPIC, numbered(1))
    reader = log.reader(TOPIC, "group")
    path.rename(path.with_suffix(".old")) if how == "moved" else path.unlink()
    for use in (lambda: log.publish(TOPIC, numbered(1)), lambda: reader.poll(0.0), log.status):
        with pytest.raises(StorageError, match="moved or deleted"):
            use()
    reader.close()


def test_a_lock_is_waited_for_and_then_reported(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, numbered(1))
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    before = time.monotonic()
    with pytest.raises(LogUnavailable, match="locked by another process"):
        log.publish(TOPIC, numbered(1))
    assert time.monotonic() - before >= 0.3
    assert len(list(log.scan(TOPIC))) == 1, "reading goes on"
    with pytest.raises(LogUnavailable):
        log.reader(TOPIC, "group").poll(0.0)
    other.execute("ROLLBACK")
    log.publish(TOPIC, numbered(1, start=1))
    assert offsets_are_dense(log)
    other.close()


@pytest.mark.usefixtures("log")
def test_a_lock_that_is_let_go_in_time_is_not_noticed(path: Path) -> None:
    patient = SqliteLog(path, patience=30.0)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    timer = threading.Timer(0.3, lambda: other.execute("COMMIT"))
    timer.start()
    patient.publish(TOPIC, numbered(1))
    timer.join()
    other.close()
    patient.close()


def test_a_poll_that_failed_has_lost_nothing(log: SqliteLog, path: Path) -> None:
    log.publish(TOPIC, numbered(100))
    reader = log.reader(TOPIC, "group")
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(LogUnavailable):
        reader.poll(0.0)
    other.execute("ROLLBACK")
    other.close()
    assert len(reader.poll(1.0).records) == 100


def test_a_closed_log_and_its_readers_say_so(log: SqliteLog) -> None:
    reader = log.reader(TOPIC, "group")
    reader.poll(0.0)
    log.close()
    for use in (
        lambda: log.publish(TOPIC, numbered(1)),
        log.status,
        lambda: reader.poll(0.0),
        lambda: reader.commit({}),
    ):
        with pytest.raises(StorageError, match="closed"):
            use()
    reader.close()
