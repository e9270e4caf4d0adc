"""Feeds and pages wait for the cleaner: they do not run ahead of it for longer than what is under way."""

import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.http_fetcher.fetcher import HttpFetcher
from copydesk.app.feed_run import FeedRun
from copydesk.log_port import Log
from copydesk.pipeline import LINKS, RAW
from tests.support.fakes import MemoryLog
from tests.support.waiting import PATIENCE, eventually
from tests.support.web.server import Answer, Asked, Web
from tests.support.web.thread import web_in_a_thread


class Gate:
    """Hold the room of a cleaner that has stopped: it says no until it is opened, and counts who asks, by thread."""

    def __init__(self) -> None:
        self.open, self.asked = threading.Event(), Counter[str]()

    def __call__(self) -> bool:
        """Whether there is room."""
        self.asked[threading.current_thread().name.partition("_")[0]] += 1
        return self.open.is_set()


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


@pytest.mark.parametrize(
    ("feed", "full_text", "links", "asker"), [("links", "page", 3, "copydesk-pages"), ("texts", "feed", 0, "feeds-log")]
)
def test_nothing_is_published_while_there_is_no_room_and_all_of_it_after(
    web: Web, tmp_path: Path, feed: str, full_text: str, links: int, asker: str
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
        eventually(lambda: count(log, LINKS) == links, PATIENCE, "the links of the feed")
        before = gate.asked[asker]
        eventually(lambda: gate.asked[asker] >= before + 5 or count(log, RAW), PATIENCE, f"{asker} to ask for room")
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
