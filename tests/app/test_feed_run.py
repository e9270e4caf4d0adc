"""Feeds and pages in one process work until they are told to stop, and only one process polls a log."""

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.http_fetcher.fetcher import HttpFetcher
from copydesk.app.feed_run import FeedRun, FeedService
from copydesk.errors import InputError
from copydesk.pipeline import LINKS, RAW
from tests.app.test_back_pressure import count, outlet
from tests.support.fakes import MemoryLog
from tests.support.seeding import seed
from tests.support.waiting import PATIENCE, eventually
from tests.support.web.server import Web
from tests.support.web.thread import web_in_a_thread


@pytest.fixture
def web() -> Iterator[Web]:
    """Serve one outlet."""
    with web_in_a_thread() as found:
        found.hosts["127.0.0.1"] = outlet
        yield found


@pytest.fixture
def files(web: Web, tmp_path: Path) -> list[Path]:
    """Write a list of its feed of links."""
    file = tmp_path / "feeds.toml"
    file.write_text(f'[[source]]\nname = "Post"\nfeed = "http://127.0.0.1:{web.port}/links"\n')
    return [file]


def fetcher() -> HttpFetcher:
    return HttpFetcher(contact="desk@paper.example", allow_private=True)


def test_a_run_that_watches_works_until_told_to_stop(files: list[Path]) -> None:
    log, stop = MemoryLog(), threading.Event()
    run = FeedRun(log, fetcher(), fetcher(), files, watch=True)
    working = threading.Thread(target=run.produce, args=(stop, lambda: True))
    working.start()
    try:
        eventually(lambda: count(log, RAW) == 3, what="the articles of the feed")
        assert working.is_alive()
    finally:
        stop.set()
        working.join(PATIENCE)
    assert not working.is_alive()
    assert count(log, LINKS) == 3


def test_a_second_poller_on_the_same_log_does_not_poll(
    web: Web, files: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.app.feed_run._LEASE_PATIENCE", 0.5)
    log = MemoryLog(partitions=1, session=600.0)
    holder = log.reader("feeds.state", "feeds")
    holder.poll(0.0)
    with pytest.raises(InputError, match="another process polls feeds"):
        FeedService(log, fetcher(), files, once=True).run(threading.Event())
    assert web.asked == []
    holder.close()
    monkeypatch.setattr("copydesk.app.feed_run._LEASE_PATIENCE", PATIENCE)
    FeedService(log, fetcher(), files, once=True).run(threading.Event())
    assert len(web.asked) == 1


def test_without_feeds_the_pages_of_listed_links_are_fetched(web: Web, tmp_path: Path) -> None:
    listed = tmp_path / "urls.txt"
    listed.write_text(f"# mine\nhttp://127.0.0.1:{web.port}/1  The first\nhttp://127.0.0.1:{web.port}/2\n")
    log = MemoryLog()
    assert seed(log, listed).links == 2
    FeedRun(log, fetcher(), fetcher(), []).produce(threading.Event(), lambda: True)
    assert count(log, RAW) == 2
