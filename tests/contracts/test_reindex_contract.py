"""`reindex` on every index: while articles come and are searched, nothing is missed, lost, doubled or turned back."""

import itertools
import threading
import time
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import msgspec
import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.reindex import Rebuilt, reindex
from copydesk.errors import IndexUnavailable, StorageError
from copydesk.events import CleanArticle, DeadLetter, decode, encode
from copydesk.index_port import Index, Rebuild, Verdict
from copydesk.log_port import EventPlace, Message, Record
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, DEAD, TOPICS
from copydesk.runtime.outcome import Outcome
from copydesk.search.query import Query
from tests.contracts.index_engines import Engine
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import NOON, article
from tests.support.fakes import MemoryLog
from tests.support.waiting import PATIENCE, eventually

HEAD = headers(CleanArticle)


def publish(log: MemoryLog, *articles: CleanArticle) -> None:
    log.publish(CLEAN, [Message(each.source, encode(each), HEAD) for each in articles])


def letters(log: MemoryLog) -> list[DeadLetter]:
    return [decode(DeadLetter, record.value or b"") for record in log.scan(DEAD)]


@contextmanager
def in_background(*loops: "Loop") -> Iterator[None]:
    """Run them until the block ends; what one of them raises is raised here."""
    errors: list[BaseException] = []
    done = threading.Event()

    def run(loop: "Loop") -> None:
        try:
            while not done.is_set():
                loop()
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=run, args=(loop,)) for loop in loops]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()
    assert not errors


class Loop:
    """What is done again and again."""

    def __call__(self) -> None:
        raise NotImplementedError


class Ingestion(Loop):
    """New articles, and new revisions of old ones: first into the log, then into the index, as the pipeline does."""

    def __init__(self, log: MemoryLog, index: Index, shelf: Shelf, old: Sequence[CleanArticle]) -> None:
        self.log, self.index, self.shelf = log, index, shelf
        self.written = list(old)
        self.numbers = itertools.count(1000)

    def __call__(self) -> None:
        number = next(self.numbers)
        if number >= 2000:  # no more than a slow rebuild can catch up with
            time.sleep(0.05)  # nothing more to do
            return
        fresh = self.shelf.article(title=f"fresh {number}", revision=number)
        edited = msgspec.structs.replace(self.written[number % 50], title=f"edited {number}", revision=number)
        publish(self.log, fresh, edited)
        while True:
            try:
                self.index.upsert([fresh, edited])
                break
            except IndexUnavailable:
                time.sleep(0.05)  # between two tries, as the services pause
        self.written += [fresh, edited]
        time.sleep(0.005)  # articles come one after the other

    def highest(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for each in self.written:
            found[each.id] = max(each.revision, found.get(each.id, 0))
        return found


class Watch(Loop):
    """Searches, reads by id and lists without a pause: what was there is there, and no revision goes back."""

    def __init__(self, index: Index, shelf: Shelf, old: Sequence[CleanArticle]) -> None:
        self.index, self.shelf, self.old = index, shelf, [each.id for each in old]
        self.total = len(old)
        self.seen: dict[str, int] = {}
        self.times = 0

    def __call__(self) -> None:
        total = self.shelf.search(limit=0).total
        assert total >= self.total
        self.total = total
        revisions = self.index.revisions(self.old)
        assert set(revisions) == set(self.old)
        assert all(revisions[key] >= self.seen.get(key, 0) for key in self.old)
        self.seen = dict(revisions)
        found = self.index.get(self.old[self.times % len(self.old)])
        assert found is not None
        listed = [each.id for each in self.index.scan(Query(source=self.shelf.source))]
        assert len(listed) == len(set(listed)) >= len(self.old)
        self.times += 1


def test_nothing_is_missed_while_articles_come_in(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    old = [shelf.article(title=f"old {at}", revision=at + 1) for at in range(400)]
    publish(log, *old, *(msgspec.structs.replace(each, revision=0, title="older") for each in old[:100]))
    shelf.put(*old)
    ingestion, watch = Ingestion(log, engine(), shelf, old), Watch(engine(), shelf, old)
    with in_background(ingestion, watch):
        rebuilt = reindex(log, index, threading.Event())
        assert rebuilt is not None
        seen = watch.times
        eventually(lambda: watch.times > seen + 2)
    assert rebuilt.dead == 0
    assert rebuilt.stored + rebuilt.superseded >= 500
    expected = ingestion.highest()
    assert index.revisions(list(expected)) == expected
    shelf.wait(*(msgspec.structs.replace(old[0], id=key, revision=revision) for key, revision in expected.items()))
    assert shelf.search(limit=0).total == len(expected)
    assert index.status().waiting == ""


def test_several_workers_share_the_partitions(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log, index, shelf = SqliteLog(tmp_path / "log.sqlite3", partitions=8), engine(), Shelf(engine())
    log.setup(TOPICS)
    articles = [shelf.article(source=f"{at % 9}.{shelf.source}") for at in range(700)]
    log.publish(CLEAN, [Message(each.source, encode(each), HEAD) for each in articles])
    at_once = threading.Barrier(3, timeout=PATIENCE)
    upsert = IndexWriter.completed
    first: dict[int, bool] = {}

    def together(writer: IndexWriter, timeout: float) -> list[tuple[Hashable, Outcome]]:
        if first.setdefault(id(writer), True):
            first[id(writer)] = False
            at_once.wait()  # all of them work
        return upsert(writer, timeout)

    monkeypatch.setattr(IndexWriter, "completed", together)
    seen: list[int] = []
    stored: list[str] = []

    def read(record: Record, outcome: Outcome) -> None:
        assert outcome.status == "done"
        seen.append(record.offset)

    found = reindex(log, index, threading.Event(), read, lambda each: stored.append(each.id), workers=3)
    assert found == Rebuilt(700, superseded=0, dead=0)
    assert (len(seen), sorted(stored)) == (700, sorted(each.id for each in articles))
    assert index.revisions([each.id for each in articles]) == {each.id: 1 for each in articles}
    log.close()


def test_one_worker_that_fails_ends_the_others(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    publish(log, *(shelf.article(source=f"{at % 9}.{shelf.source}") for at in range(300)))
    with pytest.raises(StorageError):
        reindex(log, FaultyIndex(index, StorageError), threading.Event(), workers=3)
    assert shelf.search(limit=0).total == 0


def test_what_the_index_lost_comes_back_from_the_log(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    lost = [shelf.article() for _ in range(30)]
    publish(log, *lost)
    log.committed[CLEAN, "reindex-killed"] = {0: 1}
    assert reindex(log, index, threading.Event()) == Rebuilt(stored=30, superseded=0, dead=0)
    assert not log.committed, "the group of a rebuild goes when it is done, those of killed ones too"
    shelf.wait(*lost)
    assert reindex(log, index, threading.Event()) == Rebuilt(stored=30, superseded=0, dead=0)
    shelf.wait(*lost)
    assert shelf.search(limit=0).total == 30


def test_what_the_log_no_longer_holds_comes_from_the_live_index(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    expired = [shelf.article(revision=3, title="expired") for _ in range(250)]
    kept = [shelf.article(revision=3) for _ in range(10)]
    turned_back = shelf.article(revision=9, title="the last one")
    shelf.put(*expired, *kept, turned_back)
    publish(log, *kept, msgspec.structs.replace(turned_back, revision=4, title="the one before"))
    carried: list[CleanArticle] = []
    for _ in range(2):
        carried.clear()
        assert reindex(log, index, threading.Event(), on_carried=carried.append) == Rebuilt(11, superseded=0, dead=0)
        ids = [each.id for each in carried]
        assert len(set(ids)) == len(ids)
        assert {turned_back.id, *(each.id for each in expired)} <= set(ids)
        assert not {each.id for each in kept} & set(ids)
        shelf.wait(*expired, *kept, turned_back)
        assert shelf.search(limit=0).total == 261
        found = index.get(turned_back.id)
        assert found is not None
        assert found.title == "the last one"


def test_an_article_built_anew_keeps_the_instant_at_which_it_was_indexed_first(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    old, edited, expired = (shelf.article(revision=3) for _ in range(3))
    shelf.put(old, edited, expired)
    first = {each.id: each.indexed_at for each in map(index.get, (old.id, edited.id, expired.id)) if each}
    publish(log, old, edited, msgspec.structs.replace(edited, revision=4))
    for _ in range(2):
        assert reindex(log, index, threading.Event())
        found = {each.id: each.indexed_at for each in map(index.get, first) if each}
        assert (found[old.id], found[expired.id]) == (first[old.id], first[expired.id])
        assert (found[edited.id] or NOON) > (first[edited.id] or NOON), "a revision that is new to the index"


def test_what_the_new_index_refuses_is_a_dead_letter(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    poison = shelf.article(revision=-5)
    good = [shelf.article() for _ in range(5)]
    publish(log, *good[:2], poison, *good[2:])
    log.publish(CLEAN, [Message("x", b"no event", HEAD)])
    rebuilt = reindex(log, index, threading.Event())
    assert rebuilt is not None
    assert rebuilt.stored == 5
    assert {(letter.stage, letter.id) for letter in letters(log)} == {("index", poison.id), ("index", None)}
    shelf.wait(*good)


def test_a_rebuild_that_is_stopped_leaves_the_live_index(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    old = [shelf.article(title="live") for _ in range(600)]
    publish(log, *old)
    shelf.put(*old)
    stop = threading.Event()

    def soon(*_: object) -> None:
        stop.set()

    assert reindex(log, index, stop, soon) is None
    assert shelf.search(limit=0).total == 600
    index.upsert([old[0]])
    assert reindex(log, index, stop) is None, "stopped before it began"
    rebuilt = reindex(log, index, threading.Event())
    assert rebuilt is not None
    assert rebuilt.stored == 600


class Faulty:
    """A rebuild that fails in each of its steps, once before and once after the step was done."""

    def __init__(self, build: Rebuild, error: type[Exception]) -> None:
        self.build, self.error = build, error
        self.id = build.id
        self.failures = {name: iter((False, True)) for name in ("upsert", "take_writes", "take_searches")}

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        after = next(self.failures["upsert"], None)
        if after is False:
            raise self.error("before upsert")
        verdicts = self.build.upsert(articles, events, places)
        if after:
            raise self.error("after upsert")
        return verdicts

    def lacking(self) -> Iterator[CleanArticle]:
        return self.build.lacking()

    def take_writes(self) -> None:
        self._step("take_writes")

    def take_searches(self) -> None:
        self._step("take_searches")

    def abandon(self) -> None:
        self.build.abandon()

    def _step(self, name: str) -> None:
        after = next(self.failures[name], None)
        if after is False:
            raise self.error(f"before {name}")
        getattr(self.build, name)()
        if after:
            raise self.error(f"after {name}")


class FaultyIndex:
    """Gives faulty rebuilds of an index."""

    def __init__(self, index: Index, error: type[Exception]) -> None:
        self.index, self.error = index, error

    def rebuild(self) -> Faulty:
        return Faulty(self.index.rebuild(), self.error)


def test_every_step_may_fail_and_is_done_again(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    articles = [shelf.article() for _ in range(20)]
    publish(log, *articles)
    rebuilt = reindex(log, FaultyIndex(index, IndexUnavailable), threading.Event())
    assert rebuilt is not None
    shelf.wait(*articles)
    assert shelf.search(limit=0).total == 20


def test_an_error_that_waiting_does_not_mend_drops_the_new_index(engine: Engine) -> None:
    log, index, shelf = MemoryLog(), engine(), Shelf(engine())
    old = shelf.article()
    publish(log, old)
    shelf.put(old)
    with pytest.raises(StorageError):
        reindex(log, FaultyIndex(index, StorageError), threading.Event())
    assert shelf.search(limit=0).total == 1
    assert index.upsert([article()])[0].outcome == "stored"
