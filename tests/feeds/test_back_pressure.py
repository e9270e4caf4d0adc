"""Feeds and pages wait for the cleaner: they do not run ahead of it for longer than what is under way."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.http_fetcher.fetcher import HttpFetcher
from copydesk.app.feed_run import FeedRun
from copydesk.pipeline import LINKS, RAW
from copydesk.ports import Log
from tests.support.fakes import MemoryLog
from tests.support.web.server import Answer, Asked, Web
from tests.support.web.thread import web_in_a_thread

PATIENCE = 120.0


class Gate:
    """Hold the room of a cleaner that has stopped: asked again and again, it says no until it is opened."""

    def __init__(self) -> None:
        self.open, self._asked = threading.Event(), threading.Semaphore(0)

    def __call__(self) -> bool:
        """Whether there is room."""
        self._asked.release()
        return self.open.is_set()

    def wait_until_asked(self, times: int) -> None:
        """Return when it was asked so often from now on."""
        while self._asked.acquire(blocking=False):
            pass
        for _ in range(times):
            assert self._asked.acquire(timeout=PATIENCE)


@pytest.fixture
def web() -> Iterator[Web]:
    """Return a web with one outlet."""
    with web_in_a_thread() as found:
        found.hosts["127.0.0.1"] = outlet
        yield found


def outlet(asked: Asked) -> Answer:
    """Return a feed of links at /links, one of whole texts at /texts, and pages."""
    if asked.path not in {"/links", "/texts"}:
        return Answer(body=b"<html><p>Words</p></html>", headers={"Content-Type": "text/html"})
    items = "".join(
        f"<item><title>News {n}</title><link>http://{asked.headers['host']}/{n}</link>"
        f"<description>Words {n}</description></item>"
        for n in range(3)
    )
    return Answer(body=f'<rss version="2.0"><channel><title>Post</title>{items}</channel></rss>'.encode())


@pytest.mark.parametrize(("feed", "full_text"), [("links", "page"), ("texts", "feed")])
def test_nothing_is_published_while_there_is_no_room_and_all_of_it_after(
    web: Web, tmp_path: Path, feed: str, full_text: str
) -> None:
    files = [tmp_path / "feeds.toml"]
    files[0].write_text(
        f'[[source]]\nname = "Post"\nfeed = "http://127.0.0.1:{web.port}/{feed}"\nfull_text = "{full_text}"\n'
    )
    log, gate, stop = MemoryLog(), Gate(), threading.Event()
    fetchers = [HttpFetcher(contact="desk@paper.example", allow_private=True) for _ in range(2)]
    feeds = FeedRun(log, *fetchers, files)
    working = threading.Thread(target=feeds.produce, args=(stop, gate))
    working.start()
    try:
        if feed == "links":
            wait_for(log, LINKS, 3, gate)
        gate.wait_until_asked(5)
        assert count(log, RAW) == 0
        gate.open.set()
        working.join(PATIENCE)
        assert not working.is_alive()
    finally:
        stop.set()
        working.join()
    assert count(log, RAW) == 3


def count(log: Log, topic: str) -> int:
    """How many records a topic holds."""
    return len(list(log.scan(topic)))


def wait_for(log: Log, topic: str, number: int, gate: Gate) -> None:
    """Return when a topic holds so many records."""
    for _ in range(1000):
        if count(log, topic) >= number:
            return
        gate.wait_until_asked(1)
    raise AssertionError(f"{topic} never held {number} records")
