"""The worker loop: whatever fails, nothing is lost, doubled in the outcome, or committed too early."""

import itertools
import threading
from collections.abc import Hashable, Sequence
from typing import Any

import pytest
from msgspec import UNSET

from copydesk.errors import IndexUnavailable, LogUnavailable, NewerStorage
from copydesk.events import CleanArticle, DeadLetter, RawArticle, decode, encode
from copydesk.log_port import Batch, Log, Message, Reader, read_place
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, CLEAN_STAGE, DEAD, INDEX_STAGE, RAW
from copydesk.runtime import dead_letters, event_versions
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.worker import Worker
from tests.support.documents import raw_event
from tests.support.fakes import FailingLog, MemoryLog
from tests.support.waiting import eventually


def raw(number: int, source: str = "a.example", content: str = "text") -> Message:
    return Message(source, encode(raw_event(f"id{number}", content, source=source)), headers(RawArticle))


class Scripted:
    """An executor that answers newest first, as the content says, and fails where a test says."""

    def __init__(self, trouble: Sequence[Exception] = ()) -> None:
        self.waiting: list[tuple[Hashable, bytes]] = []
        self.trouble = list(trouble)

    @property
    def pending(self) -> int:
        return len(self.waiting)

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        self.waiting.append((ticket, value))

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        if self.trouble:
            raise self.trouble.pop(0)
        done, self.waiting = self.waiting[-3:][::-1], self.waiting[:-3]
        return [(ticket, self.answer(value)) for ticket, value in done]

    def answer(self, value: bytes) -> Outcome:
        content = decode(RawArticle, value).content.strip()
        if content == "refuse":
            return Outcome("refused", reason="not an article")
        if content == "fail":
            return Outcome("failed", reason="took too long", attempts=3)
        if content == "slow":
            return Outcome("done", value, seconds=1.5)
        return Outcome("done", value.replace(b"text", content.encode() * (1000 if content == "grow" else 1)))

    def close(self) -> None:
        self.waiting.clear()


def run(log: Log, executor: Scripted, seconds: float = 120.0) -> Worker:
    """Drain the stage; fails when it does not come to an end."""
    worker = Worker(CLEAN_STAGE, log, executor)
    stop, drain = threading.Event(), threading.Event()
    drain.set()
    timer = threading.Timer(seconds, stop.set)
    timer.start()
    worker.run(stop, drain)
    timer.cancel()
    assert not stop.is_set(), "the stage did not come to an end"
    return worker


def ids(log: Log, topic: str, source: str | None = None) -> list[str]:
    return [
        decode(RawArticle, record.value or b"").id
        for record in log.scan(topic)
        if source in {None, record.key}
    ]  # fmt: skip


def dead(log: Log) -> list[DeadLetter]:
    return [decode(DeadLetter, record.value or b"") for record in log.scan(DEAD)]


def test_every_event_goes_on_in_its_sources_order_and_all_is_committed() -> None:
    log = MemoryLog()
    for number in range(100):
        log.publish(RAW, [raw(number, f"{number % 7}.example")])
    worker = run(log, Scripted())
    for source in range(7):
        assert ids(log, CLEAN, f"{source}.example") == [f"id{n}" for n in range(100) if n % 7 == source]
    assert log.lag(RAW, "clean") == 0
    assert (worker.counts.read, worker.counts.done) == (100, 100)


def test_what_is_refused_or_fails_is_kept_whole_as_a_dead_letter_and_can_be_published_again() -> None:
    log = MemoryLog()
    log.publish(RAW, [raw(1, content="refuse"), raw(2), raw(3, content="fail")])
    worker = run(log, Scripted())
    refused, failed = sorted(dead(log), key=lambda letter: letter.id or "")
    assert (refused.class_, refused.reason, refused.stage, refused.topic) == ("refused", "not an article", "clean", RAW)
    assert (failed.class_, failed.attempts, failed.id, failed.revision) == ("failed", 3, "id3", 1)
    assert (worker.counts.done, worker.counts.refused, worker.counts.failed) == (1, 1, 1)
    again = dead_letters.original(failed, log)
    assert again is not None
    assert (again.key, again.value, again.headers) == raw(3, content="fail")


def test_what_is_made_of_an_event_names_the_place_of_that_event() -> None:
    log = MemoryLog()
    log.publish(RAW, [raw(1), raw(2, content="refuse")])
    run(log, Scripted())
    for topic, made in ((CLEAN, "id1"), (DEAD, "id2")):
        (record,) = log.scan(topic)
        place = read_place(record.headers["parent"])
        assert place is not None
        parent = log.read(*place)
        assert parent is not None
        assert (parent.topic, decode(RawArticle, parent.value or b"").id) == (RAW, made)


def test_an_event_says_how_long_the_work_on_it_took_where_that_is_known() -> None:
    log = MemoryLog()
    log.publish(RAW, [raw(1), raw(2, content="slow")])
    run(log, Scripted())
    told = [record.headers.get("took_ms") for record in sorted(log.scan(CLEAN), key=lambda each: each.value or b"")]
    assert told == [None, "1500.0"]


@pytest.mark.parametrize(
    "text", ["", "articles.raw", "articles.raw[x]@1", "articles.raw[1]@", "rows.jsonl:3", "a[1]@2\n"]
)
def test_what_names_no_place_is_none(text: str) -> None:
    assert read_place(text) is None


def test_unknown_types_and_foreign_events_become_dead_letters() -> None:
    log = MemoryLog()
    good = raw(1)
    log.publish(
        RAW,
        [
            Message("a", good.value, {"type": "RawArticle", "schema_version": "new"}),
            Message("a", good.value, {"type": "Novel", "schema_version": "1"}),
            Message("a", good.value, headers(CleanArticle)),
            Message("a", None, headers(RawArticle)),
            good,
        ],
    )
    run(log, Scripted())
    reasons = " | ".join(letter.reason for letter in dead(log))
    assert {letter.class_ for letter in dead(log)} == {"failed"}
    for words in (
        "schema version 'new'",
        "unknown type 'Novel'",
        "CleanArticle event does not belong",
        "without content",
    ):
        assert words in reasons
    assert ids(log, CLEAN) == ["id1"]


def of_schema(version: int, message: Message) -> Message:
    return message._replace(headers={**message.headers, "schema_version": str(version)})


def test_an_event_of_a_newer_schema_waits_for_a_worker_of_that_version(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """A rolling upgrade: the producer first, against the advice; then the cleaner."""
    log = MemoryLog()
    log.publish(RAW, [raw(1), raw(2, "b.example"), of_schema(2, raw(3)), raw(4), raw(5, "b.example")])
    old, stop = Worker(CLEAN_STAGE, log, Scripted()), threading.Event()
    thread = threading.Thread(target=old.run, args=(stop,), daemon=True)
    thread.start()
    eventually(lambda: "schema 2" in old.counts.waiting and len(ids(log, CLEAN)) == 3)
    stop.set()
    thread.join()
    assert "newer Copydesk" in caplog.text
    assert (set(ids(log, CLEAN)), dead(log)) == ({"id1", "id2", "id5"}, [])
    with pytest.raises(NewerStorage, match="schema 2"):
        run(log, Scripted())  # a run that is to end does not wait for ever
    monkeypatch.setattr(event_versions, "SCHEMA_VERSION", 2)
    run(log, Scripted())
    assert ids(log, CLEAN, "a.example") == ["id1", "id3", "id4"]
    assert (log.lag(RAW, "clean"), dead(log)) == (0, [])


def test_partitions_that_wait_for_a_newer_version_go_over_to_a_worker_that_has_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    log = MemoryLog(partitions=1, session=0.5)
    log.publish(RAW, [of_schema(2, raw(1)), raw(2)])
    old, stop = Worker(CLEAN_STAGE, log, Scripted()), threading.Event()
    thread = threading.Thread(target=old.run, args=(stop,), daemon=True)
    thread.start()
    eventually(lambda: old.counts.waiting)
    stop.set()
    thread.join()
    assert log.lag(RAW, "clean") == 2, "what waits is not committed"
    monkeypatch.setattr(event_versions, "SCHEMA_VERSION", 2)
    run(log, Scripted())
    assert ids(log, CLEAN) == ["id1", "id2"]


class Hanging(Scripted):
    """An executor on whose first event of one source nothing comes until it is let go."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.source, self.hangs = source.encode(), True
        self.first: tuple[Hashable, bytes] | None = None
        self.times = 0

    @property
    def pending(self) -> int:
        return len(self.waiting) + (self.first is not None)

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        self.times += 1
        if key.encode() == self.source and self.first is None and self.hangs:
            self.first = (ticket, value)
        else:
            super().submit(ticket, key, value)

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        if self.first is not None and not self.hangs:
            self.waiting.append(self.first)
            self.first = None
        return super().completed(timeout)


def test_a_document_that_hangs_holds_back_its_own_source_only() -> None:
    """All sources are in one partition, and far more of each comes than a worker holds."""
    log = MemoryLog(partitions=1)
    for number in range(3000):
        log.publish(RAW, [raw(number, "slow.example"), raw(number, "fast.example")])
    executor = Hanging("slow.example")
    worker, stop = Worker(CLEAN_STAGE, log, executor), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    everything = [f"id{number}" for number in range(3000)]
    eventually(lambda: len(ids(log, CLEAN, "fast.example")) == 3000)
    assert ids(log, CLEAN, "slow.example") == []
    assert log.lag(RAW, "clean") == 6000, "nothing behind the one that hangs is committed"
    assert worker._held.count <= 512
    executor.hangs = False
    eventually(lambda: not log.lag(RAW, "clean"))
    stop.set()
    thread.join()
    assert ids(log, CLEAN, "slow.example") == everything
    assert ids(log, CLEAN, "fast.example") == everything
    assert executor.times < 6000 + 600, "hardly anything was computed twice"


def test_an_unavailable_log_is_waited_for_and_nothing_is_lost() -> None:
    failing = {1, 2, 3}
    log = FailingLog(lambda _, call: (LogUnavailable("broker down"), call == 2) if call in failing else None)
    log.publish(RAW, [raw(number) for number in range(10)])
    run(log, Scripted())
    assert list(dict.fromkeys(ids(log, CLEAN))) == [f"id{n}" for n in range(10)]
    assert log.lag(RAW, "clean") == 0


def test_the_loop_shows_that_it_works_but_not_while_it_waits_for_the_log() -> None:
    log = FailingLog(lambda _, call: (LogUnavailable("down"), False) if call in {1, 2} else None)
    stop = threading.Event()
    log.publish(RAW, [raw(number) for number in range(3)])
    publishes_at_beats = set[int]()

    def beat() -> None:
        publishes_at_beats.add(log.calls)
        if not log.lag(RAW, "clean"):
            stop.set()

    Worker(CLEAN_STAGE, log, Scripted(), beat=beat).run(stop)
    assert 4 in publishes_at_beats
    assert not publishes_at_beats & {2, 3}, "two publishes had failed and were waited for"


def test_a_log_that_gives_nothing_while_it_is_away_is_not_taken_for_back() -> None:
    class Away(MemoryLog):
        asked = 0

        def reader(self, topic: str, group: str) -> Reader:
            reader, polls = super().reader(topic, group), itertools.count()
            poll = reader.poll

            def polled(*args: Any, **options: Any) -> Batch:
                if next(polls) == 0:
                    raise LogUnavailable("no answer in time")
                return poll(*args, **options)

            reader.poll = polled  # type: ignore[method-assign]
            return reader

        def lag(self, topic: str, group: str) -> int:
            self.asked += 1
            if self.asked <= 3:
                raise LogUnavailable("connection refused")
            return super().lag(topic, group)

    log, stop, waiting = Away(), threading.Event(), list[str]()
    log.publish(RAW, [raw(number) for number in range(3)])

    def beat() -> None:
        waiting.append(worker.counts.waiting)
        stop.set()

    worker = Worker(CLEAN_STAGE, log, Scripted(), beat=beat)
    worker.run(stop)
    assert (log.asked, waiting) == (4, [""])


def test_a_dead_letter_that_cannot_be_written_holds_back_the_commit() -> None:
    down = threading.Event()
    down.set()
    log = FailingLog(
        lambda topic, _: (LogUnavailable("no dead letters"), False) if topic == DEAD and down.is_set() else None
    )
    log.publish(RAW, [raw(1, content="fail"), raw(2)])
    worker, stop = Worker(CLEAN_STAGE, log, Scripted()), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop,))
    thread.start()
    eventually(lambda: worker.counts.waiting)
    assert "no dead letters" in worker.counts.waiting
    assert log.lag(RAW, "clean") == 2
    down.clear()
    eventually(lambda: not log.lag(RAW, "clean"))
    stop.set()
    thread.join()
    assert [letter.id for letter in dead(log)] == ["id1"]
    assert worker.counts.waiting == ""


def test_an_unavailable_index_is_asked_again() -> None:
    log = MemoryLog()
    log.publish(RAW, [raw(1)])
    executor = Scripted([IndexUnavailable("503"), IndexUnavailable("timeout")])
    run(log, executor)
    assert ids(log, CLEAN) == ["id1"]


def test_a_result_over_the_logs_limit_dies_alone_with_its_original_kept() -> None:
    log = MemoryLog(limit=2000)
    log.publish(RAW, [raw(1), raw(2, content="grow"), raw(3)])
    run(log, Scripted())
    assert ids(log, CLEAN) == ["id1", "id3"]
    [letter] = dead(log)
    assert letter.id == "id2"
    assert "over the log's limit" in letter.reason
    assert letter.event is not UNSET


def test_an_original_too_large_for_the_dead_letters_is_kept_by_hash_and_place() -> None:
    log = MemoryLog()
    big = raw(1, content="fail" + " " * 5000)
    log.publish(RAW, [big])
    log.limit = len(big.value or b"") + 100  # holds the event, but not the event within a dead letter
    run(log, Scripted())
    [letter] = dead(log)
    assert (letter.event, letter.size, letter.place.split("[")[0]) == (UNSET, len(big.value or b""), RAW)
    again = dead_letters.original(letter, log)
    assert again is not None
    assert again.value == big.value


def test_stopping_commits_only_what_is_done() -> None:
    log = MemoryLog(partitions=1)
    log.publish(RAW, [raw(number) for number in range(9)])

    class Half(Scripted):
        def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
            if len(self.waiting) == 9:
                first, self.waiting = self.waiting[:4], self.waiting[4:]
                return [(ticket, self.answer(value)) for ticket, value in first]
            stop.set()
            return []

    stop = threading.Event()
    Worker(CLEAN_STAGE, log, Half()).run(stop)
    assert log.lag(RAW, "clean") == 5
    run(log, Scripted())
    assert ids(log, CLEAN) == [f"id{n}" for n in range(9)]


def test_a_reader_that_loses_its_partitions_drops_its_work_and_another_does_it() -> None:
    log = MemoryLog(partitions=2, session=0.4)
    log.publish(RAW, [raw(number, f"{number}.example") for number in range(20)])

    class Stalled(Scripted):
        def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
            at_work.set()
            assert passed_on.wait(60)
            return super().completed(timeout)

    stop, at_work, passed_on = threading.Event(), threading.Event(), threading.Event()
    slow = threading.Thread(target=Worker(CLEAN_STAGE, log, Stalled()).run, args=(stop,))
    slow.start()
    assert at_work.wait(60)
    run(log, Scripted())  # ends when all is committed: the partitions pass on when the session is over
    passed_on.set()
    stop.set()
    slow.join()
    assert log.lag(RAW, "clean") == 0
    assert sorted(set(ids(log, CLEAN))) == sorted(f"id{n}" for n in range(20))


def test_the_index_stage_ends_an_event_without_publishing_anything() -> None:
    assert INDEX_STAGE.writes is None
    log = MemoryLog()
    log.publish(CLEAN, [Message("a", b"{}", headers(CleanArticle))])

    class Sink(Scripted):
        def answer(self, _: bytes) -> Outcome:
            return Outcome("done")

    worker = Worker(INDEX_STAGE, log, Sink())
    stop, drain = threading.Event(), threading.Event()
    drain.set()
    worker.run(stop, drain)
    assert log.lag(CLEAN, "index") == 0
    assert not list(log.scan(DEAD))
