"""Feeds and pages in one process work until they are told to stop, and only one process polls a log."""

import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from copydesk.adapters.http_fetcher.fetcher import HttpFetcher
from copydesk.app.feed_run import FeedRun, FeedService
from copydesk.app.page_service import PageService
from copydesk.cli.feed_services import make_feed_run
from copydesk.errors import InputError
from copydesk.events import Link, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import LINKS, RAW
from copydesk.producers.pages.delays import _DELAYS
from copydesk.settings import Settings
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


def postponed_link(web: Web, name: str, seconds: float) -> Message:
    until = datetime.now(UTC) + timedelta(seconds=seconds)
    url = f"http://127.0.0.1:{web.port}/{name}"
    link = Link(url=url, source="127.0.0.1", found_at="x", found_at_time=until, not_before=until)
    return Message(link.source, encode(link), headers(Link))


def test_draining_waits_for_links_whose_delay_runs_out_soon_and_for_no_others(
    web: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(_DELAYS, "links.delay.1m", 3)
    log = MemoryLog()
    log.publish("links.delay.1m", [postponed_link(web, "1", 3.0), postponed_link(web, "2", 3.0)])
    log.publish("links.delay.10m", [postponed_link(web, "3", 600.0)])
    service = PageService(log, fetcher())
    try:
        service.drain(threading.Event())
        assert count(log, RAW) == 2
        assert service.left() == 1
    finally:
        service.pages.close()


def test_a_run_that_watches_takes_what_hubs_push(files: list[Path], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        listen = free.getsockname()
    settings = Settings(data=tmp_path, websub_url="https://desk.example/hubs", websub_listen=listen)
    stop = threading.Event()
    run = make_feed_run(settings, MemoryLog(), files, now=False, watch=True, allow_private=True)
    working = threading.Thread(target=run.produce, args=(stop, lambda: True))
    working.start()
    try:
        eventually(lambda: answers(listen), what="the listener for hubs")
    finally:
        stop.set()
        working.join(PATIENCE)
    assert not working.is_alive()
    once = make_feed_run(settings, MemoryLog(), files, now=False, watch=False, allow_private=True)
    once.produce(threading.Event(), lambda: True)
    assert not answers(listen)


def answers(address: tuple[str, int]) -> bool:
    """Whether anybody listens there."""
    with socket.socket() as asking:
        return asking.connect_ex(address) == 0
