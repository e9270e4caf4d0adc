"""What may happen to the embedded index's file, and what becomes of it and of what was written."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import apsw
import msgspec
import pytest

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.errors import ConfigError, CopydeskError, CorruptStorage, IndexUnavailable, NewerStorage, StorageError
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Query, parse
from tests.contracts.index_samples import NOON, article, unique
from tests.support.places import ROOT


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "index.sqlite3"


@pytest.fixture
def index(path: Path) -> Iterator[SqliteIndex]:
    with_short_waits = SqliteIndex(path, patience=0.2)
    yield with_short_waits
    with_short_waits.close()


def filled(path: Path, count: int = 200) -> list[str]:
    """Make a closed file of so many articles; returns their ids."""
    index = SqliteIndex(path)
    articles = [article(f"word {unique()} {number} " * 60, seen_at=NOON) for number in range(count)]
    index.upsert(articles)
    index.close()
    return [each.id for each in articles]


def use(index: SqliteIndex) -> None:
    """Whatever reads: everything in the file, every way."""
    index.status()
    found = [each.id for each in index.scan(Query())]
    index.revisions(found)
    for text in ("word", "w*", "-word", '"word zk"', ""):
        index.search(Query(parse(text), limit=1000))


def test_the_file_is_made_on_first_use_and_setup_touches_nothing_that_is_there(path: Path, index: SqliteIndex) -> None:
    assert not path.exists()
    assert index.search(Query(parse("anything"))).total == 0
    assert path.exists()
    one = article()
    index.upsert([one])
    index.setup()
    SqliteIndex(path).setup()
    assert index.get(one.id) is not None


def test_a_commit_is_synced_to_the_disk(index: SqliteIndex) -> None:
    with index._store.connection() as connection:
        assert connection.pragma("synchronous") == 2
        assert connection.pragma("journal_mode") == "wal"


def test_a_file_that_is_no_database_is_left_alone(path: Path, index: SqliteIndex) -> None:
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 1000)
    with pytest.raises(CorruptStorage, match="delete it and run `copydesk reindex`"):
        index.setup()
    assert path.read_bytes() == b"Dear diary, " * 1000


def test_a_database_of_someone_else_is_left_alone(path: Path, index: SqliteIndex) -> None:
    path.parent.mkdir()
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE diary (entry)")
    other.close()
    with pytest.raises(StorageError, match="not a Copydesk index"):
        index.upsert([article()])
    other = sqlite3.connect(path)
    assert other.execute("SELECT name FROM sqlite_schema").fetchall() == [("diary",)]
    other.close()


def test_a_file_of_a_newer_version_is_refused(path: Path, index: SqliteIndex) -> None:
    filled(path, 1)
    newer = apsw.Connection(str(path))
    newer.pragma("user_version", 99)
    newer.close()
    with pytest.raises(NewerStorage, match="newer Copydesk"):
        index.search(Query())


def test_a_place_that_cannot_hold_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="file"):
        SqliteIndex(tmp_path / "file" / "index.sqlite3").setup()
    (tmp_path / "index.sqlite3").mkdir()
    with pytest.raises(CopydeskError, match=r"index\.sqlite3"):
        SqliteIndex(tmp_path / "index.sqlite3").setup()


def test_a_damaged_page_is_told_and_never_a_wrong_article(path: Path) -> None:
    """Every page in turn is overwritten: each use gives what was there, or says that the file is damaged."""
    ids = filled(path, 40)
    whole = path.read_bytes()
    size = int.from_bytes(whole[16:18], "big")
    told = 0
    for start in range(0, len(whole), size):
        path.write_bytes(whole[:start] + b"\xa5" * size + whole[start + size :])
        index = SqliteIndex(path)
        try:
            use(index)
            for key in ids:
                found = index.get(key)
                assert found is None or found.id == key
        except CorruptStorage as error:
            told += 1
            assert "delete it and run `copydesk reindex`" in str(error)  # noqa: PT017 - one of many turns
        finally:
            index.close()
    assert told > len(whole) // size // 2


def test_a_damaged_article_is_told_whichever_byte_it_is(index: SqliteIndex) -> None:
    one = article("word by word, a text of no great length")
    index.upsert([one])
    stored = index.get(one.id)
    with index._store.connection() as connection:
        connection.pragma("synchronous", "OFF")  # many writes that need not last
        ((body,),) = connection.execute("SELECT body FROM bodies_1")
        assert isinstance(body, bytes)
    told = 0
    for place in range(len(body)):
        with index._store.connection() as connection:
            damaged = body[:place] + bytes([body[place] ^ 0x04]) + body[place + 1 :]
            connection.execute("UPDATE bodies_1 SET body = ?", (damaged,))
        try:
            assert index.get(one.id) == stored
        except CorruptStorage as error:
            told += 1
            assert "copydesk reindex" in str(error)  # noqa: PT017 - one of many turns
    assert told > 0.9 * len(body)
    with pytest.raises(CorruptStorage):
        index.search(Query(parse("word")))


def test_a_file_cut_short_is_told(path: Path, index: SqliteIndex) -> None:
    filled(path)
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)
    with pytest.raises(CorruptStorage):
        use(index)


def test_a_lock_that_stays_is_unavailability_and_readers_do_not_mind(path: Path, index: SqliteIndex) -> None:
    (key,) = filled(path, 1)
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(IndexUnavailable, match="locked"):
        index.upsert([article()])
    use(index)
    assert index.get(key) is not None
    other.execute("ROLLBACK")
    other.close()
    late = article()
    assert [verdict.outcome for verdict in index.upsert([late])] == ["stored"]
    assert index.get(late.id) is not None


def test_a_writer_waits_for_another_writer(path: Path) -> None:
    index = SqliteIndex(path)
    index.setup()
    other = apsw.Connection(str(path))
    other.execute("BEGIN IMMEDIATE")
    release = threading.Timer(0.3, lambda: other.execute("ROLLBACK"))
    release.start()
    assert index.upsert([article()])[0].outcome == "stored"
    release.join()
    other.close()
    index.close()


def test_a_full_disk_stores_nothing_of_a_batch_and_is_got_over(index: SqliteIndex) -> None:
    index.upsert([article()])
    with index._store.connection() as connection:
        room = connection.pragma("page_count") + 20
        connection.pragma("max_page_count", room)
    batch = [article(f"{unique()} " * 900) for _ in range(200)]
    with pytest.raises(IndexUnavailable, match="disk is full"):
        index.upsert(batch)
    assert index.status().documents == 1
    assert index.revisions([each.id for each in batch]) == {}
    with index._store.connection() as connection:
        connection.pragma("max_page_count", 1 << 30)
    assert {verdict.outcome for verdict in index.upsert(batch)} == {"stored"}
    assert index.status().documents == 201


KILLED = """
import sys
from pathlib import Path
from copydesk.adapters.sqlite_index.index import SqliteIndex
from tests.contracts.index_samples import article
index = SqliteIndex(Path(sys.argv[1]))
for revision in range(int(sys.argv[2]), 1 << 60):
    text = f"word revision{revision} " * 30
    index.upsert([article(text, id=f"killed-{number}", revision=revision) for number in range(60)])
    print(revision, flush=True)
"""


def test_a_writer_killed_at_any_moment_leaves_whole_batches_and_all_it_said(path: Path) -> None:
    acknowledged = 0
    for delay in (0.0, 0.01, 0.02, 0.035, 0.05):
        command = [sys.executable, "-c", KILLED, str(path), str(acknowledged + 1)]
        writer = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT)
        assert writer.stdout is not None
        acknowledged = int(writer.stdout.readline())
        time.sleep(delay)  # the kill comes at any moment
        os.kill(writer.pid, signal.SIGKILL)
        acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        writer.wait()
        writer.stdout.close()
        index = SqliteIndex(path)
        ids = [f"killed-{number}" for number in range(60)]
        (revision,) = set(index.revisions(ids).values())
        assert revision in {acknowledged, acknowledged + 1}
        assert index.status().documents == 60
        assert index.search(Query(parse(f"revision{revision}"), limit=0)).total == 60
        assert index.search(Query(parse("word"), limit=0)).total == 60
        acknowledged = revision
        with index._store.connection() as connection:
            assert connection.pragma("integrity_check") == "ok"
            connection.execute("INSERT INTO words_1 (words_1) VALUES ('integrity-check')")
        index.close()


def test_readers_in_other_threads_see_whole_batches_while_one_writes(path: Path) -> None:
    writer = SqliteIndex(path)
    writer.setup()
    done = threading.Event()
    problems: list[object] = []

    def read() -> None:
        reader = SqliteIndex(path)
        try:
            while not done.is_set():
                results = reader.search(Query(parse("word"), limit=3))
                if results.total % 25 or sum(results.facets["language"].values()) != results.total:
                    problems.append(results.total)
        except BaseException as error:
            problems.append(error)
            raise
        finally:
            reader.close()

    readers = [threading.Thread(target=read) for _ in range(2)]
    for reader in readers:
        reader.start()
    for _ in range(20):
        writer.upsert([article("a word") for _ in range(25)])
    done.set()
    for reader in readers:
        reader.join()
    writer.close()
    assert problems == []


def test_one_index_may_be_used_from_several_threads(index: SqliteIndex) -> None:
    problems: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(15):
                one = article("a word")
                index.upsert([one])
                assert index.get(one.id)
                index.search(Query(parse("word")))
                next(iter(index.scan(Query())))
        except BaseException as error:
            problems.append(error)
            raise

    workers = [threading.Thread(target=work) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert problems == []
    assert index.status().documents == 60


def test_a_scan_left_open_holds_no_transaction(path: Path, index: SqliteIndex) -> None:
    filled(path, 30)
    scan = index.scan(Query())
    next(scan)
    with index._store.connection() as connection:
        assert connection.get_autocommit()
        ((busy, _, _),) = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert busy == 0
    scan.close()


def test_a_scan_of_more_than_a_page_of_keys_misses_and_repeats_nothing(
    index: SqliteIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.adapters.sqlite_index.index._KEYS_AT_ONCE", 7)
    articles = [article("a word") for _ in range(50)]
    index.upsert(articles)
    for text in ("", "word"):
        assert [each.id for each in index.scan(Query(parse(text)))] == sorted(each.id for each in articles)


def test_an_instant_without_a_time_zone_is_refused(index: SqliteIndex) -> None:
    (verdict,) = index.upsert([article(seen_at=NOON.replace(tzinfo=None))])
    assert verdict.outcome == "refused"


def test_an_article_that_would_not_come_back_is_refused(index: SqliteIndex) -> None:
    (verdict,) = index.upsert([article(confidence=float("nan"))])
    assert verdict.outcome == "refused"
    assert "confidence" in verdict.reason


def test_an_article_too_large_is_refused(index: SqliteIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("copydesk.adapters.sqlite_index.document.MAX_EVENT_BYTES", 2_000)
    verdicts = index.upsert([article("short"), article("long " * 1_000)])
    assert [verdict.outcome for verdict in verdicts] == ["stored", "refused"]
    assert "2,000" in verdicts[1].reason


def test_updates_do_not_wear_out_the_ranking_nor_the_file(index: SqliteIndex) -> None:
    first = [article(f"{'word ' * (number % 9 + 1)} {unique()}", seen_at=NOON) for number in range(60)]
    index.upsert(first)
    scores = [hit.score for hit in index.search(Query(parse("word"), limit=100)).hits]
    size = index.status().size_bytes
    for revision in range(2, 12):
        index.upsert([msgspec.structs.replace(each, revision=revision) for each in first])
    again = index.search(Query(parse("word"), limit=100))
    assert [hit.score for hit in again.hits] == pytest.approx(scores)
    assert again.total == 60
    index.close()
    assert index.status().size_bytes < 4 * size


def test_marks_in_a_stored_text_are_not_taken_for_ours(index: SqliteIndex) -> None:
    index.upsert([article(f"a {HIGHLIGHT_START}forged{HIGHLIGHT_END} word")])
    (hit,) = index.search(Query(parse("word"))).hits
    assert hit.highlights == (f"a  forged  {HIGHLIGHT_START}word{HIGHLIGHT_END}",)


def test_a_file_deleted_under_a_running_service_is_made_anew_and_all_that_is_acknowledged_is_in_it(path: Path) -> None:
    service, reader = SqliteIndex(path), SqliteIndex(path)
    service.upsert([article("a word")])
    assert reader.search(Query(parse("word"))).total == 1
    for file in path.parent.iterdir():
        file.unlink()
    late = article("a word")
    assert service.upsert([late])[0].outcome == "stored"
    assert [hit.article.id for hit in reader.search(Query(parse("word"))).hits] == [late.id]
    service.close()
    reader.close()
    assert list(SqliteIndex(path).revisions([late.id])) == [late.id]


def test_a_file_deleted_during_a_write_is_unavailability(path: Path, index: SqliteIndex) -> None:
    index.setup()
    one = article("a word")
    row_of = index._codec.row
    index._codec.row = lambda *given: (path.unlink(), row_of(*given))[1]  # type: ignore[method-assign]
    with pytest.raises(IndexUnavailable, match="deleted while it was written"):
        index.upsert([one])
    index._codec.row = row_of  # type: ignore[method-assign]
    assert index.upsert([one])[0].outcome == "stored"
    assert index.get(one.id) is not None


def test_a_rebuild_leaves_one_generation_of_tables(index: SqliteIndex) -> None:
    index.upsert([article("a word")])
    for _ in range(3):
        build = index.rebuild()
        build.upsert([article("a word")])
        build.take_writes()
        build.take_searches()
    index.rebuild().abandon()
    with index._store.connection() as connection:
        names = {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
        ((number,),) = connection.execute("SELECT number FROM generations")
    assert {name.split("_")[1] for name in names if "_" in name and not name.startswith("sqlite")} == {str(number)}
    assert index.status().documents == 1


def test_a_file_of_a_version_without_ids_of_rows_takes_them_and_is_built_anew(index: SqliteIndex) -> None:
    index.upsert([article("a word")])
    with index._store.connection() as connection:
        connection.execute("DROP TABLE given_1")
    assert index.get("row-7") is None
    index.upsert([article("a word")])
    index.upsert([one := article("a word", extra={"id": "row-7"})])
    found = index.get("row-7")
    assert found is not None
    assert found.id == one.id
    build = index.rebuild()
    build.take_writes()
    build.take_searches()
    assert index.status().documents == 0


def test_a_scan_goes_on_when_a_rebuild_takes_over(index: SqliteIndex) -> None:
    articles = [article("a word") for _ in range(50)]
    index.upsert(articles)
    scan = index.scan(Query())
    first = [next(scan) for _ in range(5)]
    build = index.rebuild()
    build.upsert(articles[::-1])
    build.take_searches()
    assert [each.id for each in [*first, *scan]] == sorted(each.id for each in articles)


def test_closing_twice_or_unopened_is_fine_and_use_opens_again(path: Path) -> None:
    index = SqliteIndex(path)
    index.close()
    index.upsert([article()])
    index.close()
    index.close()
    assert index.status().documents == 1
    index.close()
