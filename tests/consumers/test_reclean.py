"""The past is cleaned again: what stands is compared with today's answer, once an event; applied, it can be undone."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import msgspec
import pytest

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.cleaning.recurring_counts import Memory, observe, seen_texts
from copydesk.cleaning.site_rules import Rules, SiteRules
from copydesk.consumers.reclean import Recleaning, RecleanWork, write_what_waits
from copydesk.consumers.reclean_progress import ProgressFile
from copydesk.consumers.reindex import reindex
from copydesk.consumers.source_memory import FURNITURE_HEADERS
from copydesk.consumers.source_sightings import refusal_of
from copydesk.events import DeadLetter, RawArticle, decode, encode
from copydesk.log_port import Message
from copydesk.pipeline import CLEAN, DEAD, FURNITURE, RAW
from copydesk.recleaning.tally import Tally
from copydesk.runtime import dead_letters
from copydesk.search.query import Query
from tests.support.fakes import MemoryLog
from tests.support.past import NOTE, TOO_SHORT, clean_all, ingest, publish_raws, report

NO_NOTE = {"a.example": SiteRules("a", ("a.example",), drop_text=("harbour note",))}
NOTHING_LEFT = {"a.example": SiteRules("a", ("a.example",), drop_text=("report", "heard", "harbour"))}


class Past:
    """A log and an index in which articles were cleaned and indexed already."""

    def __init__(self, folder: Path) -> None:
        self.log, self.index, self.folder = MemoryLog(), SqliteIndex(folder / "index.sqlite3"), folder

    def publish(self, *raws: RawArticle) -> None:
        publish_raws(self.log, *raws)

    def clean(self) -> None:
        clean_all(self.log)

    def ingest(self, *raws: RawArticle) -> None:
        ingest(self.log, self.index, *raws)

    def run(self, work: RecleanWork) -> Tally:
        tally = Recleaning(self.log, self.index, work, self.file()).run(threading.Event())
        assert tally is not None
        return tally

    def apply(self, rules: Rules | None) -> Tally:
        """Clean again with these rules, publish what changes, and index it."""
        tally = self.run(RecleanWork(rules=rules, apply=True))
        write_what_waits(self.log, self.index, threading.Event())
        return tally

    def letters(self) -> list[DeadLetter]:
        return [decode(DeadLetter, record.value or b"") for record in self.log.scan(DEAD)]

    def file(self) -> ProgressFile:
        return ProgressFile(self.folder / "reclean.progress")

    def written(self) -> int:
        return sum(len(part) for topic in (CLEAN, DEAD, RAW) for part in self.log.records[topic])


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    """Make a past of nothing yet."""
    made = Past(tmp_path)
    yield made
    made.index.close()


def test_nothing_changes_where_nothing_has_changed_and_nothing_is_written(past: Past) -> None:
    past.ingest(*(report(number) for number in range(9)), report(9, text=TOO_SHORT))
    before = past.written()
    tally = past.run(RecleanWork())
    assert (tally.read, tally.compared, tally.unchanged, tally.changed) == (10, 9, 9, 0)
    assert tally.passed == {"still_refused": 1}
    assert past.written() == before


def test_a_new_rule_is_seen_in_the_articles_of_its_site_alone(past: Past) -> None:
    past.ingest(*(report(number, source=f"{'ab'[number % 2]}.example") for number in range(10)))
    before = past.written()
    tally = past.run(RecleanWork(rules=NO_NOTE))
    assert tally.changes["text_lost"] == tally.changed == 5
    assert tally.sources["b.example"] == {"unchanged": 5}
    assert [each.source for each in tally.most_changed] == ["a.example"] * 5
    assert tally.most_changed[0].comparison.lost == sum(map(len, NOTE.rstrip(".").split()))
    assert past.written() == before


def test_only_the_revision_that_stands_is_compared(past: Past) -> None:
    past.ingest(*(report(number, revision=1) for number in range(4)))
    past.ingest(*(report(number, revision=2) for number in range(2)))
    past.publish(report(7, revision=5))  # nobody has cleaned it yet
    tally = past.run(RecleanWork())
    assert (tally.compared, tally.unchanged) == (4, 4)
    assert tally.passed == {"older": 2, "waiting": 1}


def test_what_was_refused_is_told_when_it_would_be_accepted(past: Past) -> None:
    past.ingest(report(1, text=TOO_SHORT), report(2))
    letters = [record for part in past.log.records[DEAD] for record in part]
    assert len(letters) == 1
    [raw] = [record for part in past.log.records[RAW] for record in part if record.offset == 0]
    better = report(1)
    past.log.records[RAW][raw.partition][0] = raw._replace(value=encode(better))  # as if today's cleaner knew better
    tally = past.run(RecleanWork())
    assert tally.changes["now_accepted"] == tally.changed == 1
    assert tally.unchanged == 1


def test_an_article_that_a_person_kept_is_compared_as_it_was_kept(past: Past) -> None:
    refused = report(1, text=TOO_SHORT)
    past.ingest(refused)
    past.ingest(msgspec.structs.replace(refused, content=report(1).content, keep=True))
    tally = past.run(RecleanWork())
    assert (tally.compared, tally.unchanged) == (1, 1)
    assert tally.passed == {"repeated": 1}


def test_the_same_event_twice_counts_once(past: Past) -> None:
    past.ingest(report(1), report(2))
    past.ingest(report(1))
    assert past.run(RecleanWork()).passed == {"repeated": 1}


def test_source_and_time_narrow_it(past: Past) -> None:
    early = msgspec.structs.replace(report(1), fetched_at=datetime(2025, 1, 1, tzinfo=UTC))
    past.ingest(early, report(2), report(3, source="b.example"))
    year = datetime(2026, 1, 1, tzinfo=UTC)
    assert past.run(RecleanWork(source="b.example")).compared == 1
    assert past.run(RecleanWork(since=year)).compared == 2
    assert past.run(RecleanWork(until=year, source="a.example")).compared == 1


def test_one_that_was_stopped_goes_on_and_comes_to_the_same_counts(past: Past) -> None:
    past.ingest(*(report(number) for number in range(60)), report(60, text=TOO_SHORT))
    work, stopped = RecleanWork(rules=NO_NOTE), 0
    whole = past.run(work)
    while True:
        running, stop, steps = Recleaning(past.log, past.index, work, past.file()), threading.Event(), [0]

        def soon(steps: list[int] = steps, stop: threading.Event = stop) -> None:
            steps[0] += 1
            if steps[0] == 25:
                stop.set()

        assert running.resumed == (stopped > 0)
        tally = running.run(stop, soon)
        if tally is not None:
            break
        stopped += 1
    assert stopped == 2
    assert tally == whole
    assert past.file().load() is None


def test_what_comes_while_it_reads_is_not_its_work(past: Past) -> None:
    past.ingest(*(report(number) for number in range(5)))
    running = Recleaning(past.log, past.index, RecleanWork(), past.file())
    past.ingest(*(report(number) for number in range(5, 9)))
    tally = running.run(threading.Event())
    assert tally is not None
    assert tally.read == 5


def test_what_recurs_at_the_source_is_cut_as_its_memory_stands(past: Past) -> None:
    memory = Memory()
    for number in range(100):
        memory = observe(memory, f"{number:032x}", seen_texts([NOTE]))
    past.ingest(*(report(number) for number in range(3)))
    past.log.publish(FURNITURE, [Message("a.example", msgspec.json.encode(memory), FURNITURE_HEADERS)])
    before = past.written()
    tally = past.run(RecleanWork())
    assert tally.changes["text_lost"] == 3
    assert past.written() == before


def test_new_answers_are_a_higher_edition_and_can_be_undone(past: Past) -> None:
    past.ingest(*(report(number, source=f"{'ab'[number % 2]}.example") for number in range(6)))
    first = {each.id: each for each in past.index.scan(Query())}
    changed = [f"{number:032x}" for number in range(0, 6, 2)]
    assert past.apply(NO_NOTE).changed == 3
    after = {each.id: each for each in past.index.scan(Query())}
    assert {key for key, each in after.items() if NOTE not in each.paragraphs} == set(changed)
    assert {key: each.version for key, each in after.items() if each.edition} == dict.fromkeys(changed, (1, 1))
    assert past.apply(NO_NOTE).changed == 0, "what stands is today's answer"
    assert past.apply(None).changed == 3
    undone = {each.id: each for each in past.index.scan(Query())}
    assert {key: each.version for key, each in undone.items() if each.edition} == dict.fromkeys(changed, (1, 2))
    assert {key: each.paragraphs for key, each in undone.items()} == {
        key: each.paragraphs for key, each in first.items()
    }
    assert {each.changed_at for each in undone.values()} == {None}
    assert not past.letters()


def test_what_is_refused_now_leaves_and_is_a_dead_letter_and_comes_back(past: Past) -> None:
    past.ingest(report(1), report(2, source="b.example"))
    assert past.apply(NOTHING_LEFT).changes["now_refused"] == 1
    assert [each.id for each in past.index.scan(Query())] == [f"{2:032x}"]
    [letter] = past.letters()
    assert (letter.stage, letter.class_, letter.id, letter.revision) == ("clean", "refused", f"{1:032x}", 1)
    assert refusal_of(letter) is None, "the source did not change"
    assert past.apply(NOTHING_LEFT).passed == {"still_refused": 1}
    assert len(past.letters()) == 1
    assert past.apply(None).changes["now_accepted"] == 1
    back = past.index.get(f"{1:032x}")
    assert back is not None
    assert back.version == (1, 2)
    assert NOTE in back.paragraphs


def test_a_letter_of_what_was_withdrawn_can_be_kept_by_a_person(past: Past) -> None:
    past.ingest(report(1))
    past.apply(NOTHING_LEFT)
    [letter] = past.letters()
    message = dead_letters.original(letter, past.log)
    assert message is not None
    past.log.publish(RAW, [message])
    past.clean()
    write_what_waits(past.log, past.index, threading.Event())
    kept = past.index.get(f"{1:032x}")
    assert kept is not None
    assert kept.version == (1, 2)


def test_a_newer_revision_that_comes_meanwhile_is_not_overwritten(past: Past) -> None:
    past.ingest(*(report(number) for number in range(40)))
    running, steps = Recleaning(past.log, past.index, RecleanWork(rules=NO_NOTE, apply=True), past.file()), []

    def meanwhile() -> None:
        steps.append(1)
        if len(steps) == 10:
            past.ingest(*(report(number, revision=2) for number in range(20, 40)))

    assert running.run(threading.Event(), meanwhile)
    write_what_waits(past.log, past.index, threading.Event())
    found = {int(each.id, 16): each.version for each in past.index.scan(Query())}
    assert found == {number: (2, 0) if number >= 20 else (1, 1) for number in range(40)}


def test_a_rebuild_of_the_index_keeps_the_editions(past: Past) -> None:
    past.ingest(*(report(number, source=f"{'ab'[number % 2]}.example") for number in range(6)))
    past.apply(NOTHING_LEFT)
    past.apply({"b.example": NO_NOTE["a.example"]})
    before = [(each.id, each.version, each.paragraphs) for each in past.index.scan(Query())]
    assert reindex(past.log, past.index, threading.Event())
    assert [(each.id, each.version, each.paragraphs) for each in past.index.scan(Query())] == before
