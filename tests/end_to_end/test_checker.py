"""The checker of the fault tests finds what is wrong: with a guard taken out, a crash at a fixed point shows in it.

Each guard is tried twice with the same crashes: as it is, nothing may be wrong; taken out, the report must say what is.
"""

import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from copydesk.adapters.elasticsearch_index import bulk
from copydesk.adapters.elasticsearch_index.bulk import BulkWriter
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.sqlite_index import tables
from copydesk.adapters.sqlite_index.editions import StoredVersion
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.consumers.clean import clean_event
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.recurring_header import EMPTY_HEADER, add_header
from copydesk.events import CleanArticle, RawArticle, decode, encode
from copydesk.identity import content_hash
from copydesk.index_port import Verdict
from copydesk.log_port import Message, Partition, Reader
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, CLEAN_STAGE, DEAD, INDEX_STAGE, Stage
from copydesk.runtime import in_flight, worker
from copydesk.runtime.outcome import Executor, Outcome
from copydesk.runtime.worker import Worker
from copydesk.settings import load
from tests.support.fakes import Crash, FailingLog, MemoryLog
from tests.support.stack.checker import Ledger, Press, Report, article, check, poison
from tests.support.stack.scripted import Answer, Asked, scripted

BATCHES, SIZE = 4, 20
CLEAR = Report()


class InProcess:
    """The clean stage's executor without processes: takes events in turn, a few at a time."""

    def __init__(self) -> None:
        self.waiting: list[tuple[Any, bytes]] = []

    @property
    def pending(self) -> int:
        return len(self.waiting)

    def submit(self, ticket: Any, key: str, value: bytes) -> None:
        self.waiting.append((ticket, value))

    def completed(self, timeout: float) -> list[tuple[Any, Outcome]]:
        some, self.waiting = self.waiting[:7], self.waiting[7:]
        return [(ticket, clean_event(add_header(EMPTY_HEADER, value))) for ticket, value in some]

    def close(self) -> None:
        self.waiting.clear()


@pytest.fixture(autouse=True)
def as_it_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Publish each outcome as it comes: there are more moments to crash at."""
    monkeypatch.setattr(worker, "GATHER", 1)


def drain(log: MemoryLog, stage: Stage, executor: Executor) -> None:
    """Run the stage until nothing lags; a Crash is a death, after which another process takes over."""
    stop, ending = threading.Event(), threading.Event()
    ending.set()
    timer = threading.Timer(240, stop.set)
    timer.start()
    Worker(stage, log, executor).run(stop, ending)
    timer.cancel()
    assert not stop.is_set(), "the stage did not come to an end"


def sent(log: MemoryLog) -> Ledger:
    ledger = Ledger()
    press = Press(log, ledger, unindexable=False)
    for _ in range(BATCHES):
        press.publish(SIZE)
    return ledger


def crashed_at(call: int, appended: bool, folder: Path) -> Report:
    """Everything through the stages, on a log where a stage dies at its publish number `call`; what is wrong then."""
    log = FailingLog(lambda topic, calls: (Crash(), appended) if calls == BATCHES + call else None)
    ledger = sent(log)
    with pytest.raises(Crash):
        drain(log, CLEAN_STAGE, InProcess())
    drain(log, CLEAN_STAGE, InProcess())
    index = SqliteIndex(folder / f"{call}-{appended}.sqlite3")
    index.setup()
    drain(log, INDEX_STAGE, IndexWriter(index))
    try:
        return check(ledger, log, index)
    finally:
        index.close()


CRASHES = [(0, False), (1, False), (2, True), (5, False)]


@pytest.mark.parametrize(("call", "appended"), CRASHES)
def test_a_crash_of_the_cleaner_at_any_publish_costs_nothing(tmp_path: Path, call: int, appended: bool) -> None:
    assert crashed_at(call, appended, tmp_path) == CLEAR


def commit_what_was_read(self: in_flight.InFlight) -> dict[Partition, int]:
    return {partition: lane.next_offset for partition, lane in self._lanes.items()}


def commit_and_then_publish(self: Worker, reader: Reader) -> None:
    """The step with its last two parts the other way round."""
    self._read(reader)
    if self._executor.pending:
        self._collect(0.0)
    resolved: dict[Partition, int] = {}
    for ticket, _ in self._outbox:
        resolved[ticket.partition] = max(ticket.offset + 1, resolved.get(ticket.partition, 0))
    reader.commit(resolved)
    self._publish()
    self._commit(reader, force=self._idle())


@pytest.mark.parametrize(("call", "appended"), [(1, False), (5, False)])
@pytest.mark.parametrize(
    ("where", "name", "mutant"),
    [
        (in_flight.InFlight, "committable", commit_what_was_read),
        (worker.Worker, "_step", commit_and_then_publish),
    ],
    ids=["what was read", "before publishing"],
)
def test_committing_too_early_loses_articles(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    where: type,
    name: str,
    mutant: Callable[..., Any],
    call: int,
    appended: bool,
) -> None:
    monkeypatch.setattr(where, name, mutant)
    report = crashed_at(call, appended, tmp_path)
    assert report.lost
    assert not report.doubled


def crashed_indexer(folder: Path) -> Report:
    """The index stage dies after the index has stored a batch and before anything is committed; and all comes again."""

    class DiesOnce(SqliteIndex):
        dead = False

        def upsert(self, articles: Any, events: Any = (), places: Any = ()) -> Any:
            found = super().upsert(articles, events, places)
            if not self.dead:
                self.dead = True
                raise Crash
            return found

    log = MemoryLog()
    ledger = sent(log)
    drain(log, CLEAN_STAGE, InProcess())
    index = DiesOnce(folder / "index.sqlite3")
    index.setup()
    with pytest.raises(Crash):
        drain(log, INDEX_STAGE, IndexWriter(index))
    drain(log, INDEX_STAGE, IndexWriter(index))
    older = [decode(CleanArticle, record.value or b"") for record in log.scan(CLEAN)]
    index.upsert([each for each in older if each.revision == 1])  # as a cleaner that was cut off brings them late
    try:
        return check(ledger, log, index)
    finally:
        index.close()


def test_a_crash_of_the_indexer_and_an_older_copy_cost_nothing(tmp_path: Path) -> None:
    assert crashed_indexer(tmp_path) == CLEAR


def test_without_the_version_check_older_copies_win(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = tables.stored

    def unguarded(*args: Any) -> dict[str, StoredVersion]:
        return {id: each._replace(version=(-1, 0)) for id, each in guarded(*args).items()}

    monkeypatch.setattr(tables, "stored", unguarded)
    report = crashed_indexer(tmp_path)
    assert report.stale
    assert not report.lost


def test_ids_that_are_not_stable_double_articles(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    guarded, times = SqliteIndex.upsert, iter(range(1_000_000))

    def unguarded(self: SqliteIndex, articles: Any, _events: Any = (), _places: Any = ()) -> Any:
        return guarded(self, [replace(each, id=f"{each.id}-{next(times)}") for each in articles])

    monkeypatch.setattr(SqliteIndex, "upsert", unguarded)
    assert crashed_indexer(tmp_path).doubled


def test_dead_letters_that_are_not_written_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker.dead_letters, "publish", lambda log, letters: None)
    report = crashed_indexer(tmp_path)
    assert len(report.lost) == BATCHES


class Server:
    """An Elasticsearch of one index: keeps versions, is too busy for some items at first, refuses some for good."""

    def __init__(self) -> None:
        self.documents: dict[str, CleanArticle] = {}
        self.versions: dict[str, int] = {}
        self.busy: set[str] = set()

    def respond(self, asked: Asked) -> Answer:
        if "/_mget" in asked.path:
            wanted = [each["_id"] for each in json.loads(asked.body)["docs"]]
            return Answer(200, {"docs": [{"_id": key, **self.read(key)} for key in wanted]})
        if "/_bulk" not in asked.path:
            return Answer(200, {"articles-000001": {"mappings": {"properties": {}}}})
        lines = asked.body.splitlines()
        items = [
            {"index": self.write(json.loads(action)["index"], body)}
            for action, body in zip(lines[::2], lines[1::2], strict=True)
        ]
        return Answer(200, {"errors": any("error" in item["index"] for item in items), "items": items})

    def read(self, key: str) -> dict[str, Any]:
        known = self.documents.get(key)
        return {"found": known is not None, "_source": known and msgspec.to_builtins(known)}

    def write(self, action: dict[str, Any], body: bytes) -> dict[str, Any]:
        document, there = decode(CleanArticle, body), self.versions.get(action["_id"])
        if b"poison" in body:
            return {"status": 400, "error": {"type": "document_parsing_exception", "reason": "cannot be parsed"}}
        if there is not None and "version" in action and there >= action["version"]:
            return {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": "conflict"}}
        if b"7r1x" in body and action["_id"] not in self.busy:
            self.busy.add(action["_id"])
            return {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "busy"}}
        self.documents[action["_id"]] = document
        self.versions[action["_id"]] = action.get("version", 0)
        return {"status": 201}


def through_elasticsearch() -> Report:
    """Articles, later revisions, older copies and what no index takes, through the index stage and its adapter."""
    log, ledger, server = MemoryLog(), Ledger(), Server()
    for batch in range(BATCHES):
        numbers = range(batch * SIZE, (batch + 1) * SIZE)
        events = [article(number, 1) for number in numbers] + [article(0, 2), article(0, 1), poison(batch, 3)]
        log.publish(CLEAN, [cleaned(event) for event in events])
        ledger.sent([(number, 1) for number in numbers] + [(0, 2)], [batch], len(events))
    with scripted(server.respond) as running:
        index = ElasticsearchIndex.from_settings(load({"COPYDESK_INDEX": f"http://127.0.0.1:{running.port}"}))
        try:
            drain(log, INDEX_STAGE, IndexWriter(index))
        finally:
            index.close()
    return ledger.check(server.documents.values(), (each.value or b"" for each in log.scan(DEAD)))


def cleaned(raw: Message) -> Message:
    """A raw article's event as the clean stage passes it on; with an id that an index can take."""
    value = encode(
        replace(decode(RawArticle, raw.value or b""), id=content_hash(decode(RawArticle, raw.value or b"").id))
    )
    return Message(raw.key, clean_event(add_header(EMPTY_HEADER, value)).value, headers(CleanArticle))


def test_verdicts_of_every_kind_cost_nothing() -> None:
    assert through_elasticsearch() == CLEAR


def test_ignoring_the_verdicts_of_single_items_loses_what_was_refused_or_put_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "verdict_of", lambda item, address: Verdict("stored"))
    report = through_elasticsearch()
    put_off = {number for number in range(BATCHES * SIZE) if number % 10 == 7}
    assert set(report.lost) == put_off | set(range(BATCHES))


def test_taking_a_busy_item_for_a_refused_one_misplaces_it(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = bulk.verdict_of

    def unguarded(item: dict[str, Any], address: str) -> Verdict:
        return Verdict("refused", "busy") if item["status"] == 429 else guarded(item, address)

    monkeypatch.setattr(bulk, "verdict_of", unguarded)
    report = through_elasticsearch()
    assert report.misplaced
    assert report.lost


def test_without_versions_in_the_request_older_copies_win(monkeypatch: pytest.MonkeyPatch) -> None:
    guarded = BulkWriter._line

    def unguarded(*args: Any) -> Any:
        line = guarded(*args)
        action, _, rest = line.data.partition(b"\n")
        return line._replace(data=b'{"index":{"_id":"%s"}}\n%s' % (json.loads(action)["index"]["_id"].encode(), rest))

    monkeypatch.setattr(BulkWriter, "_line", unguarded)
    assert through_elasticsearch().stale == (0,)


def test_the_checker_names_each_kind_of_wrong() -> None:
    ledger, event = Ledger(), decode(CleanArticle, cleaned(article(1, 1)).value or b"")
    ledger.sent([(1, 2), (2, 1), (3, 1)], [5], 4)
    stray = decode(CleanArticle, cleaned(article(9, 1)).value or b"")
    third = decode(CleanArticle, cleaned(article(3, 1)).value or b"")
    report = ledger.check([event, third, replace(third, id="other"), stray], [b"mark2r1x", b"poison6x"])
    assert report == Report(lost=(2, 5), doubled=(3,), stale=(1,), misplaced=(2, 6, 9))
