"""Kill cleaning the past again anywhere, beside live ingestion: each article ends at its highest version, once."""

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.cleaning.site_rules import SiteRules
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.reclean import Recleaning, RecleanWork
from copydesk.consumers.reclean_progress import ProgressFile
from copydesk.events import CleanArticle, DeadLetter, RawArticle, decode, encode
from copydesk.index_port import Index
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, CLEAN_STAGE, DEAD, INDEX_STAGE, RAW, TOPICS
from copydesk.search.query import Query
from copydesk.settings import Settings
from tests.end_to_end.test_checker import InProcess, drain
from tests.support.documents import raw_event
from tests.support.fakes import MemoryLog
from tests.support.stack.elasticsearch import forget
from tests.support.stack.kafka import delete_topics
from tests.support.waiting import eventually

NOTE = "The harbour note at the end of every report is set here."
CUT_WHOLE = 9
"""Of so many articles one is refused by the new rules."""
PATIENCE = 500.0
COMMANDS = {
    "clean": ["consume", "clean", "--drain", "--workers", "1"],
    "index": ["consume", "index", "--drain"],
    "reclean": ["reclean", "--apply", "--workers", "1"],
}


def report(number: int, revision: int = 1) -> RawArticle:
    word = "whole" if number % CUT_WHOLE == CUT_WHOLE - 1 else "part"
    text = (
        f"Council reads report {number}\n\nThe council read the {word} report number {number} on Tuesday and sent it "
        f"to the committee that had asked for revision {revision} of it in the spring.\n\n{NOTE}"
    )
    return raw_event(
        f"{number:032x}", text, source=f"site{number % 7}.example", revision=revision, fetched_at=datetime.now(UTC)
    )


def publish(log: Log, *raws: RawArticle) -> None:
    log.publish(RAW, [Message(raw.source, encode(raw), headers(RawArticle)) for raw in raws])


@dataclass
class Engines:
    """A log and an index, and the variables by which commands find them."""

    log: Log
    index: Index
    environment: dict[str, str]

    def close(self) -> None:
        self.log.close()
        self.index.close()


def embedded(folder: Path) -> Engines:
    """Open the embedded engines in a folder."""
    settings = Settings(data=folder / "data")
    made = Engines(
        SqliteLog(settings.log_file), SqliteIndex(settings.index_file), {"COPYDESK_DATA": str(settings.data)}
    )
    made.log.setup(TOPICS)
    made.index.setup()
    return made


def start(command: str, engines: Engines, rules: Path) -> "subprocess.Popen[bytes]":
    own = engines.environment | ({"COPYDESK_SITES": str(rules)} if command == "reclean" else {})
    return subprocess.Popen(
        [sys.executable, "-m", "copydesk", *COMMANDS[command]],
        env=os.environ | own,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def finish(command: str, engines: Engines, rules: Path) -> None:
    assert start(command, engines, rules).wait(PATIENCE) == 0


def kill(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wait_for_steps(process: "subprocess.Popen[bytes]", steps: Callable[[], int], goal: int) -> None:
    """Return once so much was published, or the process has ended."""
    eventually(lambda: process.poll() is not None or steps() >= goal, PATIENCE, "new editions")


def killed_again_and_again(engines: Engines, rules: Path, articles: int, kills: int) -> None:
    chance, log = random.Random(20261128), engines.log
    rules.mkdir()
    hosts = ", ".join(f'"site{number}.example"' for number in range(7))
    (rules / "all.toml").write_text(f'hosts = [{hosts}]\ndrop_text = ["harbour note", "whole report"]\n')
    publish(log, *(report(number) for number in range(articles)))
    finish("clean", engines, rules)
    finish("index", engines, rules)
    newer: set[int] = set()

    def steps() -> int:
        return sum(each.end for each in log.status() if each.partition.topic in {CLEAN, DEAD})

    for _ in range(kills):
        fresh = chance.sample(range(articles), max(1, articles // 100))
        publish(log, *(report(number, 2) for number in fresh if number not in newer))
        newer.update(fresh)
        running = [start(command, engines, rules) for command in ("reclean", "clean", "index")]
        goal = steps() + chance.randrange(1, max(2, articles // kills))
        wait_for_steps(running[0], steps, goal)
        for process in running:
            kill(process)
    finish("clean", engines, rules)
    finish("index", engines, rules)
    finish("reclean", engines, rules)  # the rest of what it began with
    finish("reclean", engines, rules)  # and the newer revisions
    remain = sum(number % CUT_WHOLE != CUT_WHOLE - 1 for number in range(articles))
    eventually(lambda: sum(1 for _ in engines.index.scan(Query())) == remain, what="all to be found")
    check_versions(log, engines.index, {number: 2 if number in newer else 1 for number in range(articles)})
    engines.close()


def check_versions(log: Log, index: Index, revisions: dict[int, int]) -> None:
    """Each article stands once, at the highest version that was published, cleaned by the rules or withdrawn."""
    highest: dict[str, CleanArticle] = {}
    for record in log.scan(CLEAN):
        event = decode(CleanArticle, record.value or b"")
        if event.id not in highest or _version(event) > _version(highest[event.id]):
            highest[event.id] = event
    standing = index.standing(list(highest))
    shown = Counter(each.id for each in index.scan(Query()))
    dead = {letter.id for letter in (decode(DeadLetter, record.value or b"") for record in log.scan(DEAD))}
    for number, revision in revisions.items():
        key = f"{number:032x}"
        assert _version(standing[key]) == _version(highest[key])
        assert standing[key].revision == revision
        gone = number % CUT_WHOLE == CUT_WHOLE - 1
        assert shown[key] == (0 if gone else 1)
        assert (standing[key].withdrawn is not None) == gone == (key in dead)
        # Without the note there may be no new edition: the cleaner learns meanwhile that the note recurs, and cuts it.
        assert gone or (NOTE not in standing[key].paragraphs and f"revision {revision}" in standing[key].text)
    assert len(shown) == sum(number % CUT_WHOLE != CUT_WHOLE - 1 for number in revisions)


def _version(article: CleanArticle) -> tuple[int, int]:
    return article.revision, article.edition


def applied(folder: Path) -> None:
    """Clean the past again in this process, and check what stands."""
    log, index = MemoryLog(), SqliteIndex(folder / "index.sqlite3")
    publish(log, *(report(number) for number in range(20)))
    drain(log, CLEAN_STAGE, InProcess())
    drain(log, INDEX_STAGE, IndexWriter(index))
    hosts = tuple(f"site{number}.example" for number in range(7))
    rules = dict.fromkeys(hosts, SiteRules("all", hosts, drop_text=("harbour note", "whole report")))
    work = RecleanWork(rules=rules, apply=True)
    assert Recleaning(log, index, work, ProgressFile(folder / "progress")).run(threading.Event())
    drain(log, INDEX_STAGE, IndexWriter(index))
    try:
        check_versions(log, index, dict.fromkeys(range(20), 1))
    finally:
        index.close()


def test_every_article_stands_in_its_new_edition(tmp_path: Path) -> None:
    applied(tmp_path)


def test_without_the_edition_in_the_version_the_old_answers_stay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CleanArticle, "version", property(lambda article: (article.revision, 0)))
    with pytest.raises(AssertionError):
        applied(tmp_path)


@pytest.mark.timeout(900)
def test_a_few_kills_lose_double_and_overwrite_nothing(tmp_path: Path) -> None:
    killed_again_and_again(embedded(tmp_path), tmp_path / "rules", articles=150, kills=3)


@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_thirty_kills_lose_double_and_overwrite_nothing(tmp_path: Path) -> None:
    killed_again_and_again(embedded(tmp_path), tmp_path / "rules", articles=5_000, kills=30)


@pytest.fixture
def servers(tmp_path: Path, kafka_url: str, elasticsearch_url: str) -> Iterator[Engines]:
    """Open the real servers, with names of the test's own."""
    prefix = f"again-{uuid.uuid4().hex[:8]}-"
    log, index = KafkaLog(kafka_url, prefix=prefix), ElasticsearchIndex(elasticsearch_url, prefix=prefix)
    log.setup(TOPICS)
    index.setup()
    environment = {
        "COPYDESK_DATA": str(tmp_path / "data"), "COPYDESK_LOG": kafka_url, "COPYDESK_INDEX": elasticsearch_url,
        "COPYDESK_KAFKA_PREFIX": prefix, "COPYDESK_ELASTICSEARCH_PREFIX": prefix,
    }  # fmt: skip
    made = Engines(log, index, environment)
    yield made
    made.close()
    delete_topics(kafka_url, prefix)
    forget(elasticsearch_url, prefix)


@pytest.mark.stack
@pytest.mark.timeout(1200)
def test_a_few_kills_on_the_servers_lose_double_and_overwrite_nothing(servers: Engines, tmp_path: Path) -> None:
    killed_again_and_again(servers, tmp_path / "rules", articles=150, kills=3)


@pytest.mark.stack
@pytest.mark.soak
@pytest.mark.timeout(7200)
def test_thirty_kills_on_the_servers_lose_double_and_overwrite_nothing(servers: Engines, tmp_path: Path) -> None:
    killed_again_and_again(servers, tmp_path / "rules", articles=5_000, kills=30)
