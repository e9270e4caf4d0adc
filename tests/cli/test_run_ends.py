"""A run ends when what can be done now is done, and says what it leaves, for whom, until when."""

import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import cast

import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.app.feed_run import LINGER, FeedRun
from copydesk.app.run import PipelineRun
from copydesk.app.wait_limit import WaitLimit
from copydesk.cli.app import exit_code
from copydesk.cli.output import UNAVAILABLE
from copydesk.cli.page_words import hosts_waited_for, pages_done
from copydesk.cli.run_report import commonest
from copydesk.cli.run_watch import EveryTenSeconds, RunInSight, watch_run
from copydesk.errors import IndexUnavailable, Unavailable
from copydesk.events import CleanArticle, Link, RawArticle, encode
from copydesk.index_port import Index, Verdict
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import CLEAN, INDEX_STAGE, LINK_DELAYS, RAW
from copydesk.producers.pages.delays import WaitingHost, by_host
from copydesk.producers.seeds.counts import SeedCounts
from tests.app.test_feed_run import fetcher
from tests.support.command import copydesk
from tests.support.documents import raw_event
from tests.support.fakes import MemoryLog
from tests.support.waiting import PATIENCE
from tests.support.web.server import Answer, Asked, Web
from tests.support.web.thread import web_in_a_thread

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
MANY = 20
"""More links of one host than a service lets wait for each other."""


def outlet(asked: Asked) -> Answer:
    """Return a feed of links at /many, one with two dead links and a busy one at /dead, and pages."""
    path = asked.path.strip("/")
    names = {"many": [f"p{n}" for n in range(MANY)], "dead": ["p1", "gone1", "gone2", "busy"]}.get(path)
    if names is not None:
        items = "".join(
            f"<item><title>{n}</title><link>http://{asked.headers['host']}/{n}</link></item>" for n in names
        )
        return Answer(body=f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'.encode())
    if path.startswith("gone"):
        return Answer(404)
    if path == "busy":
        return Answer(429, headers={"Retry-After": "300"})
    if path == "robots.txt":
        return Answer(404)
    words = "The ferry has been running again since the early hours of the morning, the town said. " * 4
    return Answer(
        body=f"<html><article><h1>{path}</h1><p>{words}</p></article></html>".encode(),
        headers={"Content-Type": "text/html"},
    )


@pytest.fixture
def web() -> Iterator[Web]:
    """Serve the outlet."""
    with web_in_a_thread() as found:
        found.hosts["127.0.0.1"] = outlet
        yield found


def feeds(web: Web, tmp_path: Path, name: str) -> Path:
    """Write a list of one feed of the outlet."""
    file = tmp_path / "feeds.toml"
    file.write_text(f'[[source]]\nname = "Post"\nfeed = "http://127.0.0.1:{web.port}/{name}"\n')
    return file


def test_dead_links_do_not_hold_up_a_run_and_are_told_with_host_and_hour(web: Web, tmp_path: Path) -> None:
    began = time.monotonic()
    done = copydesk("run", feeds(web, tmp_path, "dead"), "--allow-private", data=tmp_path / "data")
    assert time.monotonic() - began < LINGER + PATIENCE
    assert done.returncode == 0, done.stderr.decode()
    (row,) = [row for row in done.stdout.decode().splitlines() if row.startswith("links that wait")]
    assert row.split()[3] == "3"
    assert "127.0.0.1 3 until " in row
    assert "the next run, or `copydesk produce pages`, fetches them" in row
    log = SqliteLog(tmp_path / "data" / "log.sqlite3")
    assert sum(log.lag(topic, "pages") for topic in LINK_DELAYS) == 3, "they are where the next run looks"
    log.close()
    told = copydesk("produce", "pages", "--drain", "--allow-private", data=tmp_path / "data").stdout.decode()
    assert told.startswith("0 pages fetched; 3 links wait: 127.0.0.1 3 until ")


def test_a_list_of_which_no_page_can_be_had_says_why_and_fails(web: Web, tmp_path: Path) -> None:
    (tmp_path / "links.urls").write_text(f"http://127.0.0.1:{web.port}/p1\n")
    done = copydesk("run", tmp_path / "links.urls", data=tmp_path / "data")
    assert done.returncode == 1
    assert f"http://127.0.0.1:{web.port}/p1: blocked: " in done.stderr.decode()
    assert "--allow-private" in done.stderr.decode()


def test_a_list_of_links_is_fetched_cleaned_and_indexed_in_one_run(web: Web, tmp_path: Path) -> None:
    (tmp_path / "links.txt").write_text(f"# mine\n127.0.0.1:{web.port}/p1 The first\nhttp://127.0.0.1:{web.port}/p2\n")
    done = copydesk("run", tmp_path / "links.txt", "--allow-private", data=tmp_path / "data")
    assert done.returncode == 0, done.stderr.decode()
    assert len(copydesk("export", data=tmp_path / "data").stdout.splitlines()) == 2


def test_all_links_of_one_host_are_fetched_in_one_run(
    web: Web, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.app.feed_run.GAP", 0.05)
    log = MemoryLog()
    run = FeedRun(log, fetcher(), fetcher(), [feeds(web, tmp_path, "many")])
    run.produce(threading.Event(), lambda: True)
    assert len(list(log.scan(RAW))) == MANY
    assert run.pages.pages.counts["postponed"] == 0
    assert pages_done(run.pages) == f"{MANY} pages fetched"


def test_links_that_wait_are_told_by_host_with_the_most_first() -> None:
    def link(url: str, minutes: int | None) -> Link:
        until = None if minutes is None else NOW + timedelta(minutes=minutes)
        return Link(url=url, source="x", found_at="f", found_at_time=NOW, not_before=until)

    links = [("https://a.example/1", 9), ("https://b.example/1", 5), ("https://b.example/2", 70), ("x", None)]
    found = by_host(link(url, minutes) for url, minutes in links)
    assert found["a.example"] == WaitingHost(1, NOW + timedelta(minutes=9))
    assert found["b.example"] == WaitingHost(2, NOW + timedelta(minutes=5))
    assert list(found) == ["b.example", "a.example"]
    later = {"c.example": WaitingHost(1, NOW + timedelta(days=1))}
    assert hosts_waited_for(found | later, NOW) == (
        "b.example 2 until 12:05, a.example 1 until 12:09, c.example 1 until Mar 05 12:00 (UTC)"
    )
    many = {f"{n}.example": WaitingHost(1, NOW) for n in range(9)}
    assert "3 more (UTC)" in hosts_waited_for(many, NOW)


def test_the_most_frequent_reason_is_told_whole_with_how_often_it_was_given() -> None:
    said = Counter(
        {f"The page says that nothing is here: “Not found {n}”": 1 for n in range(4)} | {"The page is a list": 2}
    )
    assert commonest(said) == "most often, 4 times: The page says that nothing is here"
    assert commonest(Counter({"The page is a list": 1})) == "The page is a list"
    assert commonest(Counter({"The page is a list": 1, "The text is empty": 1})) == "such as: The page is a list"
    assert commonest(Counter({"word " * 60: 1})).endswith("word …")


class _Silent:
    """Stand for an index whose server has gone."""

    def upsert(self, articles: Sequence[CleanArticle], *_: object) -> Sequence[Verdict]:
        """Do not answer."""
        raise IndexUnavailable("search.example does not answer")


def test_a_run_whose_server_does_not_answer_ends_after_its_patience_as_unavailable() -> None:
    log = MemoryLog()
    text = "The ferry will sail again from Monday, the harbour office said on Friday. " * 4
    event = raw_event("a" * 32, text, source="x")
    log.publish(RAW, [Message("x", encode(event), headers(RawArticle))])
    whole = PipelineRun(log, cast("Index", _Silent()), 1)
    whole.start(lambda _stop, _room: None)
    watch_run(RunInSight(whole, SeedCounts(), None), WaitLimit(0.5))
    with pytest.raises(
        Unavailable, match=r"search\.example does not answer; given up after .* \(--patience\)"
    ) as caught:
        whole.close()
    assert exit_code(caught.value) == UNAVAILABLE
    assert log.lag(CLEAN, INDEX_STAGE.name) == 1, "it is where the next run looks"


def test_a_line_is_said_every_ten_seconds_where_there_is_no_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    now = [0.0]
    said = EveryTenSeconds(lambda: now[0])
    for now[0] in (0.0, 9.0, 10.0, 11.0, 19.0, 21.0):
        said.say(lambda: f"at {now[0]:g}")
    assert capsys.readouterr().err == "at 10\nat 21\n"
