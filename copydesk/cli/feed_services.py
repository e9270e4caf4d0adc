"""Feeds and pages as services, and their part in `run`: what fetches, and what is shown while it does."""

import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from copydesk.cli.output import plain, stopping
from copydesk.cli.wiring import open_log
from copydesk.gathering import FeedService, Gathering, PageService
from copydesk.ports import Log
from copydesk.settings import Settings, load
from producers.feed_health import Health, articles_a_day

if TYPE_CHECKING:
    from copydesk.adapters.http import HttpFetcher

DEFAULT = Path("seeds/feeds.toml")
FEED_CONNECTIONS, PAGE_CONNECTIONS = 32, 256
SHOWN = 12

Files = Annotated[list[Path] | None, typer.Argument(help="Lists of sources; default: seeds/feeds.toml.")]
Private = Annotated[
    bool, typer.Option("--allow-private", help="Also ask addresses of this machine and of private networks.")
]


def make_fetcher(settings: Settings, allow_private: bool, connections: int = 100) -> "HttpFetcher":
    """The safe fetcher as the settings want it."""
    from copydesk.adapters.http import HttpFetcher  # slow to import, so only where it is used

    return HttpFetcher(
        contact=settings.contact, proxy=settings.proxy, allow_private=allow_private, connections=connections
    )


def gathering(
    settings: Settings, log: Log, files: list[Path], *, now: bool, watch: bool, allow_private: bool
) -> Gathering:
    """What `run` needs to poll feed lists and fetch their pages."""
    return Gathering(
        log,
        make_fetcher(settings, allow_private, FEED_CONNECTIONS),
        make_fetcher(settings, allow_private, PAGE_CONNECTIONS),
        files,
        now=now,
        watch=watch,
    )


def produce_feeds(files: Files = None, allow_private: Private = False) -> None:
    """Poll feeds day and night; new items become links and articles."""
    settings = load()
    log, stop = open_log(settings), threading.Event()
    try:
        with stopping(stop):
            fetcher = make_fetcher(settings, allow_private, FEED_CONNECTIONS)
            FeedService(log, fetcher, files or [DEFAULT]).run(stop)
    finally:
        log.close()


def produce_pages(
    allow_private: Private = False,
    drain: Annotated[bool, typer.Option("--drain", help="End when no link is left to fetch now.")] = False,
) -> None:
    """Fetch the pages of links, politely; they become articles."""
    settings = load()
    log, stop, ending = open_log(settings), threading.Event(), threading.Event()
    if drain:
        ending.set()
    service = PageService(log, make_fetcher(settings, allow_private, PAGE_CONNECTIONS))
    try:
        with stopping(stop):
            service.run(stop, ending)
    finally:
        service.pages.close()
        log.close()


def live_table(gathering: Gathering) -> Table:
    """How sources and pages are doing now: the next visits, and the sources that fail."""
    poller, now = gathering.feeds.poller, time.time()
    entries = list(poller.entries) if poller is not None else []
    failing = sorted((e for e in entries if e.state.failures), key=lambda e: -e.state.failures)[: SHOWN // 3]
    coming = sorted((e for e in entries if not e.state.retired and e not in failing), key=lambda e: e.state.next_at)
    table = Table("source", "state", "last good", "next", "every", "a day", "failures", "last error", box=None)
    for entry in [*coming[: SHOWN - len(failing)], *failing]:
        found = Health(entry.source, entry.state, articles_a_day(entry.state, now))
        table.add_row(*(plain(cell) for cell in found.cells(now)))
    table.caption = _caption(gathering, len(entries), sum(bool(e.state.failures) for e in entries))
    table.caption_justify = "left"
    return table


def _caption(gathering: Gathering, sources: int, failing: int) -> str:
    feeds = gathering.feeds.poller.counts if gathering.feeds.poller is not None else {}
    pages, waiting = gathering.pages.pages.counts, gathering.pages.worker.counts.waiting
    given_up = pages["refused"] + pages["failed"]
    words = (
        f"{sources} sources, {failing} failing; {feeds.get('visits', 0)} visits, {feeds.get('links', 0)} links, "
        f"{feeds.get('articles', 0)} articles; pages: {pages['fetched']} fetched, "
        f"{gathering.pages.pages.pending} under way, {pages['postponed']} put off, {given_up} given up"
    )
    return words + (f"; waiting: {waiting}" if waiting else "")
