"""Kill it anywhere: every article ends once, in the index or in the dead letters."""

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.consumers.watched_sources import read_figures
from copydesk.events import DeadLetter, decode
from copydesk.identity import article_id
from copydesk.pipeline import CLEAN, DEAD, HEALTH, TOPICS, WATCH_STAGE
from copydesk.search.query import Query
from copydesk.settings import Settings
from tests.support.collector import Collector
from tests.support.waiting import eventually

ARTICLES, POISON_EVERY, SITES = 5_000, 500, 20
GRACE = 60.0
"""Seconds in which a run must stop when it is asked to. It needs less than one, but the machine may be busy."""
COPYDESK = [sys.executable, "-m", "copydesk", "run", "--workers", "2"]
PATIENCE = 400.0


def ledger(path: Path) -> dict[str, str]:
    """Write the seed file; returns each article's id with a word that only its body holds, empty for a poison."""
    expected = {}
    with path.open("w", encoding="utf-8") as file:
        for number in range(ARTICLES):
            source, given = f"site{number % SITES}.example", str(number)
            word = "" if number % POISON_EVERY == POISON_EVERY - 1 else f"mark{number}"
            text = (
                f"Council reads report {number}\n\nThe council read report number {number} on Tuesday and sent it, "
                f"with the remark {word}, to the committee that had asked for it in the spring.\n\nIt will be heard "
                "again in June, the mayor said, when the figures of the water works are expected to be complete."
            )
            content = {"text": text} if word else {"html": "<html><body><nav><a href='/'>Home</a></nav></body></html>"}
            file.write(json.dumps({"id": given, "site": source, **content}) + "\n")
            expected[article_id(url=None, source=source, given=given)] = word
    return expected


def start(seed: Path, data: Path, *options: str, **environment: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [*COPYDESK, str(seed), *options],
        env=os.environ | {"COPYDESK_DATA": str(data)} | environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def progress(log: SqliteLog) -> int:
    """A number that grows with every record appended and every offset committed."""
    return sum(each.end + sum(each.committed.values()) for each in log.status())


def wait_for_progress(log: SqliteLog, process: "subprocess.Popen[bytes]", steps: int) -> None:
    """Return once the pipeline made this many steps, or ended."""
    goal = progress(log) + steps
    eventually(lambda: process.poll() is not None or progress(log) >= goal, PATIENCE, "steps of the pipeline")


def wait_until_gone(group: int) -> None:
    """No process of the group is left: neither the crew nor anything else outlives the run."""

    def gone() -> bool:
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return True
        return False

    eventually(gone, what="the end of all processes of a run that was killed")


def children(group: int) -> list[int]:
    """The processes of the group besides its leader."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[2]) == group and int(stat.parent.name) != group:
            found.append(int(stat.parent.name))
    return found


def check(data: Path, expected: dict[str, str]) -> None:
    """Ids in = ids indexed + ids dead, once each, with the right content."""
    settings = Settings(data=data)
    log, index = SqliteLog(settings.log_file), SqliteIndex(settings.index_file)
    articles = list(index.scan(Query()))
    indexed = Counter(article.id for article in articles)
    dead = {decode(DeadLetter, record.value or b"").id for record in log.scan(DEAD)}
    log.close()
    index.close()
    assert set(indexed.values()) == {1}
    assert set(indexed) == {id for id, word in expected.items() if word}
    assert dead == {id for id, word in expected.items() if not word}
    for article in articles:
        assert expected[article.id] in " ".join(article.paragraphs)


@pytest.mark.timeout(1200)
def test_thirty_kills_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    chance = random.Random(20261122)
    seed, data = tmp_path / "articles.jsonl", tmp_path / "data"
    expected = ledger(seed)
    log = SqliteLog(Settings(data=data).log_file)
    log.setup(TOPICS)
    for kill in range(30):
        process = start(seed, data)
        wait_for_progress(log, process, chance.randrange(1, 900))
        if kill % 5 == 3:  # a worker first: the run must survive that
            workers = children(process.pid)
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(workers or [process.pid]), signal.SIGKILL)
            wait_for_progress(log, process, 50)
        with contextlib.suppress(ProcessLookupError):  # a run that nothing was left for has ended by itself
            (os.killpg if kill % 2 else os.kill)(process.pid, signal.SIGKILL)
        process.wait()
        wait_until_gone(process.pid)
    log.close()
    last = start(seed, data)
    assert last.wait(PATIENCE) == 0
    check(data, expected)


@pytest.mark.timeout(1200)
def test_being_asked_to_stop_leaves_nothing_half_done(tmp_path: Path) -> None:
    chance = random.Random(7)
    seed, data = tmp_path / "articles.jsonl", tmp_path / "data"
    expected = ledger(seed)
    log = SqliteLog(Settings(data=data).log_file)
    log.setup(TOPICS)
    for _ in range(8):
        process = start(seed, data)
        wait_for_progress(log, process, chance.randrange(1, 2500))
        process.send_signal(signal.SIGTERM)
        assert process.wait(GRACE) in {0, 130}
        wait_until_gone(process.pid)
    log.close()
    assert start(seed, data).wait(PATIENCE) == 0
    check(data, expected)


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_kills_lose_nothing_of_a_run_with_desk_figures_and_traces_on(collector: Collector, tmp_path: Path) -> None:
    chance = random.Random(5)
    seed, data = tmp_path / "articles.jsonl", tmp_path / "data"
    expected = ledger(seed)
    log = SqliteLog(Settings(data=data).log_file)
    log.setup(TOPICS)
    everything = ["--serve", "--port", "0", "--metrics", "127.0.0.1:0"]
    for _ in range(8):
        process = start(seed, data, *everything, COPYDESK_TRACES=collector.address)
        wait_for_progress(log, process, chance.randrange(1, 1500))
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        wait_until_gone(process.pid)
    assert start(seed, data, COPYDESK_TRACES=collector.address).wait(PATIENCE) == 0
    assert log.lag(CLEAN, WATCH_STAGE.name) == 0
    known = [read_figures(value) for _, value in log.table(HEALTH).items()]
    counted = sum(sum(each.articles) + sum(each.refused) for each in known)
    assert counted == len(expected), "what is sent or delivered twice counts once"
    log.close()
    check(data, expected)
    assert collector.spans
