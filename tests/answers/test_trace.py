"""What a trace says of each way that a document can end, on logs and indices of all kinds."""

import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.answers.letter_actions import discard_letters, matching_letters, replay_letter
from copydesk.answers.trace import Trace, trace
from copydesk.cleaning.site_rules import Rules, SiteRules
from copydesk.consumers.clean import clean_event
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.reclean import Recleaning, RecleanWork
from copydesk.consumers.reclean_progress import ProgressFile
from copydesk.consumers.recurring_header import EMPTY_HEADER, add_header
from copydesk.events import CleanArticle, Link, PageVisit, RawArticle, encode
from copydesk.identity import article_id, source_of
from copydesk.index_port import Index, Verdict
from copydesk.log_port import EventPlace, Log, Message, Record
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN_STAGE, DEAD, INDEX_STAGE, LINK_DELAYS, LINKS, RAW, TOPICS
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.produce import produce as publish_seeds
from copydesk.runtime import dead_letters
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.worker import Worker
from tests.support.desk import InTurn
from tests.support.stack.elasticsearch import forget
from tests.support.stack.kafka import delete_topics

TEXT = "The harbour council voted on Tuesday to close the old pier for good, the mayor said.\n\n" * 4
NOW = datetime.now(UTC)


@dataclass
class Plant:
    """A log and an index, and what plants documents in them, each at a site of its own."""

    log: Log
    index: Index
    site: str

    def url(self, path: str) -> str:
        """Return an address of the site."""
        return f"https://www.{self.site}/{path}"

    def link(self, path: str, topic: str = LINKS, parent: Record | None = None, **fields: object) -> Record:
        """Publish a link, and return its record."""
        url = self.url(path)
        found = {"found_at": f"https://feeds.{self.site}/rss", "found_at_time": NOW} | fields
        event = Link(url=url, source=source_of(url), **found)  # type: ignore[arg-type]
        return self._publish(topic, event.source, encode(event), headers(Link, parent=parent and str(parent.place)))

    def raw(self, path: str, text: str = TEXT, parent: Record | None = None, revision: int = 0, **facts: str) -> Record:
        """Publish a raw article, fetched as `facts` say, and return its record."""
        url = self.url(path)
        at = revision or int(time.time() * 1000)
        event = RawArticle(
            id=article_id(url=url), revision=at, source=source_of(url), url=url, content=text,
            content_type="text/plain", fetched_at=NOW, fetch=facts,
        )  # fmt: skip
        return self._publish(RAW, event.source, encode(event), headers(RawArticle, parent=parent and str(parent.place)))

    def dead(self, record: Record, reason: str, class_: str = "refused", attempts: int = 1) -> None:
        """Publish the dead letter of a link."""
        letter = dead_letters.from_record(record, "pages", class_, reason, attempts=attempts)  # type: ignore[arg-type]
        dead_letters.publish(self.log, [letter])

    def clean(self) -> None:
        """Run the stage that cleans, to its end."""
        _drain(Worker(CLEAN_STAGE, self.log, InTurn(_clean)))

    def store(self) -> None:
        """Run the stage that indexes, to its end."""
        _drain(Worker(INDEX_STAGE, self.log, IndexWriter(self.index)))

    def done(self) -> None:
        """Run both."""
        self.clean()
        self.store()

    def trace(self, path: str) -> Trace:
        """Trace an address of the site."""
        return trace(self.log, self.index, self.url(path))

    def steps(self, path: str) -> list[str]:
        """Return the steps of an address of the site."""
        return [step.step for step in self.trace(path).steps]

    def take_links(self, topic: str = LINKS) -> None:
        """Commit all links, as the stage does that fetches pages."""
        reader = self.log.reader(topic, "pages")
        while self.log.lag(topic, "pages"):
            batch = reader.poll(1.0)
            ends = {EventPlace(r.topic, r.partition, 0)[:2]: r.offset + 1 for r in batch.records}
            reader.commit({p: ends[p] for p in reader.assigned() if p in ends})
        reader.close()

    def _publish(self, topic: str, key: str, value: bytes, named: dict[str, str]) -> Record:
        self.log.publish(topic, [Message(key, value, named)])
        return next(each for each in reversed(list(self.log.scan(topic))) if each.value == value)


def _clean(value: bytes) -> Outcome:
    return clean_event(add_header(EMPTY_HEADER, value))


def _drain(worker: Worker) -> None:
    drain = threading.Event()
    drain.set()
    worker.run(threading.Event(), drain)


@pytest.fixture(params=["embedded", pytest.param("servers", marks=pytest.mark.stack)])
def plant(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Plant]:
    """Open a log and an index, with a site that no other test has."""
    site = f"s{uuid.uuid4().hex[:10]}.example"
    if request.param == "embedded":
        log: Log = SqliteLog(tmp_path / "log.sqlite3", partitions=2)
        index: Index = SqliteIndex(tmp_path / "index.sqlite3")
        ends = []
    else:
        kafka, server = request.getfixturevalue("kafka_url"), request.getfixturevalue("elasticsearch_url")
        prefix = f"trace-{uuid.uuid4().hex[:8]}"
        log, index = KafkaLog(kafka, prefix=f"{prefix}."), ElasticsearchIndex(server, prefix=f"{prefix}-")
        ends = [partial(delete_topics, kafka, f"{prefix}."), partial(forget, server, f"{prefix}-")]
    log.setup(TOPICS)
    index.setup()
    yield Plant(log, index, site)
    log.close()
    index.close()
    for end in ends:
        end()


def test_an_article_is_traced_from_the_feed_to_the_index(plant: Plant) -> None:
    found = plant.link("story")
    plant.take_links()
    put_off = plant.link("story", "links.delay.1m", found, attempts=1, not_before=NOW)
    plant.take_links("links.delay.1m")
    again = plant.link("story", LINKS, put_off, attempts=1, not_before=NOW)
    plant.take_links()
    facts = {"from": "page", "status": "200", "redirects": "2", "requested": plant.url("s/91")}
    plant.raw("story", parent=again, **facts)
    plant.done()
    seen = plant.trace("story")
    assert (seen.fate, seen.id) == ("indexed", article_id(url=plant.url("story")))
    assert [step.step for step in seen.steps] == ["found", "put off", "asked", "raw", "cleaned", "indexed"]
    feed, _, asked, raw, cleaned, indexed = seen.steps
    assert feed.details["found_at"] == f"https://feeds.{plant.site}/rss"
    assert "answered 200" in asked.words
    assert "2 redirects" in asked.words
    assert str(raw.place).startswith("articles.raw[")
    assert int(raw.details["bytes"]) > 300
    assert "version" in cleaned.words
    assert indexed.details["revision"] == raw.details["revision"]


@pytest.mark.parametrize(
    "written",
    [
        "https://www.{}/story/", "http://www.{}/story", "https://{}/story?utm_source=rss&fbclid=1", "www.{}/story",
        "https://www.{}/story/amp", "https://www.{}/story?amp=1", "https://amp.{}/story", "https://www.{}/s/91",
        "HTTPS://WWW.{}/story#top", "https://www.{}:443/story",
    ],
)  # fmt: skip
def test_an_address_is_found_however_it_is_written(plant: Plant, written: str) -> None:
    plant.raw("story", **{"from": "page", "status": "200", "requested": plant.url("s/91")})
    plant.done()
    found = trace(plant.log, plant.index, written.format(plant.site))
    assert found.fate == "indexed"
    assert found.id == article_id(url=plant.url("story"))


def test_an_id_its_beginning_and_a_file_lead_to_the_article(plant: Plant) -> None:
    plant.raw("story", file="rows.jsonl", line="7")
    plant.done()
    key = article_id(url=plant.url("story"))
    for which in (key, key[:12], plant.url("story")):
        found = trace(plant.log, plant.index, which)
        assert (found.fate, found.id) == ("indexed", key)
    assert "rows.jsonl, line 7" in found.steps[0].words


@pytest.mark.parametrize(
    ("reason", "class_", "attempts"),
    [
        ("gone: the host answers 404", "refused", 2),
        ("gone: the host answers 410", "refused", 1),
        ("forbidden: robots.txt does not allow /story", "refused", 1),
        ("not html: the page is a picture", "refused", 1),
        ("temporary: the host answers 503", "failed", 9),
        ("temporary: more than 5 redirects", "failed", 9),
        ("too large: the page is over 16 MiB", "refused", 1),
        ("bad url: only http and https are fetched", "refused", 1),
    ],
)  # fmt: skip
def test_a_page_that_was_given_up_says_why_and_after_how_many_attempts(
    plant: Plant, reason: str, class_: str, attempts: int
) -> None:
    plant.dead(plant.link("story"), reason, class_, attempts)
    plant.take_links()
    found = plant.trace("story?utm_medium=x")
    assert (found.fate, [step.step for step in found.steps]) == (class_, ["found", "dead"])
    assert reason in found.steps[-1].words
    assert ("attempts" in found.steps[-1].words) == (attempts > 1)


@pytest.mark.parametrize("topic", LINK_DELAYS)
def test_a_link_that_waits_says_in_which_topic_and_until_when(plant: Plant, topic: str) -> None:
    first = plant.link("story")
    plant.take_links()
    plant.link("story", topic, first, attempts=2, not_before=NOW + timedelta(days=1))
    found = plant.trace("story")
    assert (found.fate, [step.step for step in found.steps]) == ("waiting", ["found", "waiting"])
    last = found.steps[-1]
    assert last.details["topic"] == topic
    assert last.details["until"] == (NOW + timedelta(days=1)).isoformat()
    assert "tried 2 times" in last.words


def test_what_waits_says_behind_how_many(plant: Plant) -> None:
    for number in range(3):
        plant.link(f"other-{number}")
    plant.link("story")
    found = plant.trace("story")
    assert (found.fate, plant.steps("story")) == ("waiting", ["found", "waiting"])
    assert found.steps[-1].details == {"topic": LINKS, "stage": "pages", "behind": 3}


def test_a_raw_article_that_waits_to_be_cleaned(plant: Plant) -> None:
    plant.raw("story", parent=plant.link("story"), **{"from": "page", "status": "200"})
    plant.take_links()
    assert plant.steps("story") == ["found", "asked", "raw", "waiting"]
    assert plant.trace("story").steps[-1].details["stage"] == "clean"


def test_a_clean_article_that_waits_for_the_index(plant: Plant) -> None:
    plant.raw("story", file="a.txt")
    plant.clean()
    assert plant.steps("story") == ["found", "raw", "cleaned", "waiting"]
    assert plant.trace("story").fate == "waiting"


def test_what_the_cleaning_refuses_says_why(plant: Plant) -> None:
    plant.raw("story", text="No.", file="a.txt")
    plant.done()
    found = plant.trace("story")
    assert (found.fate, plant.steps("story")) == ("refused", ["found", "raw", "dead"])
    assert found.id == article_id(url=plant.url("story"))


def test_what_is_no_event_failed(plant: Plant) -> None:
    record = plant.raw("story", file="a.txt")
    plant.log.publish(
        RAW, [Message(record.key, (record.value or b"").replace(b'"revision"', b'"other"'), record.headers)]
    )
    plant.done()
    assert plant.trace("story").steps[-1].step == "dead"


def test_a_discarded_letter_says_so(plant: Plant) -> None:
    plant.raw("story", text="No.", file="a.txt")
    plant.done()
    discard_letters(plant.log, matching_letters(plant.log, article_id(url=plant.url("story"))), "a test page")
    found = plant.trace("story")
    assert found.fate == "discarded"
    assert found.steps[-1].words.endswith("put aside: a test page")


def test_what_was_refused_first_and_went_through_later_is_indexed(plant: Plant) -> None:
    plant.raw("story", text="No.", file="a.txt")
    plant.done()
    plant.raw("story", file="a.txt")
    plant.done()
    assert (plant.trace("story").fate, plant.steps("story")) == ("indexed", ["found", "raw", "cleaned", "indexed"])


def test_a_newer_revision_that_waits_or_was_refused_is_told_behind_the_article(plant: Plant) -> None:
    plant.raw("story", file="a.txt")
    plant.done()
    plant.raw("story", text="No.", file="a.txt")
    assert plant.steps("story")[-2:] == ["raw", "waiting"]
    plant.done()
    assert plant.trace("story").fate == "indexed"
    assert plant.steps("story")[-2:] == ["raw", "dead"]


def test_a_young_page_says_when_it_is_asked_again(plant: Plant) -> None:
    first = plant.link("story")
    plant.take_links()
    plant.raw("story", parent=first, **{"from": "page", "status": "200"})
    plant.done()
    visit = PageVisit(at=NOW, id=article_id(url=plant.url("story")), hash="0" * 16)
    plant.link("story", "links.young.1h", first, visited=visit, known_as=visit.id)
    found = plant.trace("story")
    assert found.fate == "indexed"
    assert "while it is young" in found.steps[-1].words


def test_a_link_that_moved_to_another_site_is_followed(plant: Plant) -> None:
    first = plant.link("short")
    plant.take_links()
    moved = plant.link("story", LINKS, first, redirects=1)
    plant.take_links()
    plant.raw("story", parent=moved, **{"from": "page", "status": "200"})
    plant.done()
    assert plant.steps("story") == ["found", "moved", "asked", "raw", "cleaned", "indexed"]


def test_what_the_log_no_longer_holds_is_traced_as_far_as_it_goes(plant: Plant) -> None:
    gone = plant.link("story")._replace(offset=10**6)
    plant.take_links()
    plant.raw("story", parent=gone, **{"from": "page", "status": "200", "found_at": "https://a.example/rss"})
    plant.done()
    assert plant.steps("story") == ["asked", "raw", "cleaned", "indexed"] or plant.steps("story")[0] == "found"


def test_an_address_never_seen_is_told_with_those_that_are_like_it(plant: Plant) -> None:
    for path in ("harbour-council-closes-pier", "mayor-opens-school"):
        plant.raw(path, file="a.txt")
    plant.done()

    def similar() -> list[str]:
        return plant.trace("harbor-council-closes-pier").similar

    found = plant.trace("harbor-council-closes-pier")
    assert (found.fate, [step.step for step in found.steps]) == ("unknown", ["unknown"])
    assert similar()[:1] == [plant.url("harbour-council-closes-pier")]
    assert trace(plant.log, plant.index, "https://nobody.example/x").similar == []
    assert trace(plant.log, plant.index, "no such thing").fate == "unknown"


def test_a_dead_letter_is_found_by_its_handle_and_its_file(plant: Plant) -> None:
    plant.raw("story", text="No.", file="rows.jsonl", line="3")
    plant.done()
    (record,) = plant.log.scan(DEAD)
    for which in (f"{record.partition}@{record.offset}", "rows.jsonl:3"):
        assert trace(plant.log, plant.index, which).fate == "refused"


def test_cleaning_says_how_long_it_took_without_its_wait(plant: Plant) -> None:
    record = plant.raw("story", file="a.txt")
    _drain(Worker(CLEAN_STAGE, plant.log, InTurn(lambda value: _clean(value)._replace(seconds=0.0314))))
    plant.store()
    cleaned = next(step for step in plant.trace("story").steps if step.step == "cleaned")
    assert cleaned.details["ms"] == 31
    assert ", in 31 ms" in cleaned.words
    assert int(cleaned.details["ms_since_raw"]) >= 0
    assert record.topic == RAW


def reclean_all(plant: Plant, rules: Rules | None, folder: Path) -> None:
    """Clean the past again with these rules, and let the index take what comes of it."""
    work = RecleanWork(rules=rules, apply=True)
    assert Recleaning(plant.log, plant.index, work, ProgressFile(folder / "progress")).run(threading.Event())
    plant.store()


def nothing_left(plant: Plant) -> Rules:
    """Return rules that leave nothing of what stands at the site."""
    return {plant.site: SiteRules("mine", (plant.site,), drop_text=("harbour council",))}


def test_what_is_refused_by_the_rules_of_today_has_left_the_index(plant: Plant, tmp_path: Path) -> None:
    plant.raw("story", file="a.txt")
    plant.done()
    reclean_all(plant, nothing_left(plant), tmp_path)
    found = plant.trace("story")
    assert (found.fate, found.steps[-1].step, found.steps[-1].details["stage"]) == ("refused", "dead", "clean")
    assert found.id == article_id(url=plant.url("story"))


def test_what_was_refused_by_rules_that_are_gone_is_back(plant: Plant, tmp_path: Path) -> None:
    plant.raw("story", file="a.txt")
    plant.done()
    reclean_all(plant, nothing_left(plant), tmp_path)
    reclean_all(plant, None, tmp_path)
    found = plant.trace("story")
    assert (found.fate, [step.step for step in found.steps]) == ("indexed", ["found", "raw", "cleaned", "indexed"])


def test_what_the_index_refuses_says_that_it_was_the_index(plant: Plant) -> None:
    class Refusing:
        """An index that takes nothing."""

        def upsert(
            self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[object] = ()
        ) -> list[Verdict]:
            return [Verdict("refused", "a field is too long") for _ in articles]

    plant.raw("story", file="a.txt")
    plant.clean()
    _drain(Worker(INDEX_STAGE, plant.log, IndexWriter(Refusing())))
    found = plant.trace("story")
    assert (found.fate, plant.steps("story")) == ("failed", ["found", "raw", "cleaned", "dead"])
    assert "the index refused it: a field is too long" in found.steps[-1].words


def test_what_was_refused_and_is_to_be_kept_waits_and_is_indexed(plant: Plant) -> None:
    plant.raw("story", text="No.\n\n" + TEXT[:90], file="a.txt")
    plant.raw("other", text="No.", file="b.txt")
    plant.done()
    [letter] = matching_letters(plant.log, article_id(url=plant.url("other")))
    assert not replay_letter(plant.log, letter, keep=True)
    found = plant.trace("other")
    assert (found.fate, found.steps[-1].details["stage"]) == ("waiting", "clean")
    plant.done()
    assert plant.trace("other").fate == "indexed"


def test_a_row_that_never_became_an_event_is_found_by_its_line(plant: Plant, tmp_path: Path) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text('{"id": "1", "site": "a.example", "text": "one"}\n{"id": "2", "site": \n')
    publish_seeds([file], plant.log, stop=threading.Event(), counts=SeedCounts())
    found = trace(plant.log, plant.index, f"{file}:2")
    assert (found.fate, [step.step for step in found.steps], found.id) == ("refused", ["dead"], None)
    assert found.steps[0].details["stage"] == "seeds"


def test_a_document_that_crashed_its_process_says_so_and_after_how_many_attempts(plant: Plant) -> None:
    crash = Outcome("failed", reason="crashed the process (signal 11), 3 times", attempts=3)
    plant.raw("story", file="a.txt")
    _drain(Worker(CLEAN_STAGE, plant.log, InTurn(lambda _: crash)))
    found = plant.trace("story")
    assert (found.fate, plant.steps("story")) == ("failed", ["found", "raw", "dead"])
    assert "after 3 attempts: crashed the process" in found.steps[-1].words
