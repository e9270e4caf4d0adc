"""Run feeds and pages as services, and prepare their part in `run`."""

import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from copydesk.app.feed_run import FeedRun, FeedService
from copydesk.app.page_service import PageService
from copydesk.cli.extras import require_extra
from copydesk.cli.output import console, errors, stopping
from copydesk.cli.page_words import hosts_waited_for, pages_done, pages_now
from copydesk.cli.run_watch import EveryTenSeconds
from copydesk.cli.terminal import safe
from copydesk.cli.traced import traced
from copydesk.cli.watched import Metrics, watched
from copydesk.cli.wiring import open_log
from copydesk.errors import InputError
from copydesk.log_port import Log
from copydesk.pipeline import PAGES_STAGE
from copydesk.producers.feeds.poll_counts import count_feeds
from copydesk.runtime.heartbeat import Heartbeat
from copydesk.settings import Settings, load
from copydesk.telemetry.figures import FEEDS
from copydesk.telemetry.vitals import Vital

if TYPE_CHECKING:
    from copydesk.adapters.http_fetcher.fetcher import HttpFetcher

DEFAULT = Path("seeds/feeds.toml")
_GIVEN_UP_SHOWN = 20
FEED_CONNECTIONS, PAGE_CONNECTIONS = 32, 256

FeedLists = Annotated[
    list[Path] | None, typer.Argument(help="Lists of sources; default: COPYDESK_FEEDS, else seeds/feeds.toml.")
]
Private = Annotated[
    bool, typer.Option("--allow-private", help="Also ask addresses of this machine and of private networks.")
]


def feed_lists(given: list[Path] | None, settings: Settings) -> list[Path]:
    """Return the lists that were named, else those of the setting, else the checkout's; raises InputError."""
    files = given or list(settings.feeds) or [DEFAULT]
    if files == [DEFAULT] and not DEFAULT.exists():
        raise InputError(
            f"there is no list of feeds here ({DEFAULT}); name one, or set COPYDESK_FEEDS; a list begins with: "
            "copydesk feeds add ADDRESS --file feeds.toml"
        )
    return files


def list_to_edit(file: Path | None, yes: bool, *, ask: bool = True) -> Path:
    """Return the list to change; one that git tracks only when that is wanted. Raises InputError."""
    file = file or feed_lists(None, load())[0]
    if yes or not file.exists() or not _is_tracked(file):
        return file
    if ask and sys.stdin.isatty() and typer.confirm(f"git tracks {file}, and will see the change. Edit it?", err=True):
        return file
    raise InputError(f"git tracks {file}: name a list of your own by --file or COPYDESK_FEEDS, or say --yes to edit it")


def _is_tracked(file: Path) -> bool:
    asked = ["git", "ls-files", "--error-unmatch", "--", file.name]
    try:
        return subprocess.run(asked, cwd=file.parent, capture_output=True, check=False, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False  # there is no git here that could track it


def make_fetcher(settings: Settings, allow_private: bool, connections: int = 100) -> "HttpFetcher":
    """Make the safe fetcher as the settings want it."""
    require_extra("feeds", "fetching feeds and pages")
    from copydesk.adapters.http_fetcher.fetcher import HttpFetcher  # slow to import, so only where it is used

    return HttpFetcher(
        contact=settings.contact, proxy=settings.proxy, allow_private=allow_private, connections=connections
    )


def make_feed_run(
    settings: Settings, log: Log, files: list[Path], *, now: bool, watch: bool, allow_private: bool
) -> FeedRun:
    """Make what `run` needs to poll feed lists and fetch their pages."""
    found = FeedRun(
        log,
        make_fetcher(settings, allow_private, FEED_CONNECTIONS),
        make_fetcher(settings, allow_private, PAGE_CONNECTIONS),
        files,
        now=now,
        watch=watch,
    )
    found.pages.pages.ask_again_at(settings.revisit)
    if watch:
        _take_pushes(found.feeds, settings)
    return found


def _take_pushes(service: FeedService, settings: Settings) -> None:
    """Have hubs push feeds, where a public address for that is set."""
    if settings.websub_url:
        from copydesk.adapters.uvicorn_server import serve_asgi  # of the extra `feeds`

        host, port = settings.websub_listen
        service.take_pushes(settings.websub_url, lambda application: serve_asgi(application, host, port))


def produce_feeds(files: FeedLists = None, allow_private: Private = False, metrics: Metrics = None) -> None:
    """Poll feeds day and night; new items become links and articles."""
    settings = load()
    lists = feed_lists(files, settings)
    stop, heartbeat = threading.Event(), Heartbeat(settings.heartbeat)
    with closing(open_log(settings)) as log, stopping(stop) as asked, heartbeat:
        fetcher = make_fetcher(settings, allow_private, FEED_CONNECTIONS)
        service = FeedService(log, fetcher, lists, beat=heartbeat)
        _take_pushes(service, settings)
        with (
            watched(settings, metrics, log, (), lambda: [feeds_vital(service)], lambda: renew_feeds(service)),
            traced(settings, "feeds"),
        ):
            service.run(stop)
    asked.end()


def produce_pages(
    allow_private: Private = False,
    drain: Annotated[bool, typer.Option("--drain", help="End when no link is left that can be had soon.")] = False,
    metrics: Metrics = None,
) -> None:
    """Fetch the pages of links, politely; they become articles."""
    settings = load()
    log, stop, heartbeat = open_log(settings), threading.Event(), Heartbeat(settings.heartbeat)
    service = PageService(log, make_fetcher(settings, allow_private, PAGE_CONNECTIONS), beat=heartbeat)
    service.pages.ask_again_at(settings.revisit)
    telling = threading.Thread(target=_tell, args=(service, stop), name="copydesk-tell", daemon=True)
    try:
        with (
            stopping(stop) as asked,
            heartbeat,
            watched(settings, metrics, log, (PAGES_STAGE,), lambda: [pages_vital(service)]),
            traced(settings, PAGES_STAGE.name),
        ):
            if drain:
                telling.start()
                service.drain(stop)
            else:
                service.run(stop)
        waiting = service.left()
    finally:
        service.pages.close()
        log.close()
    for line in service.given_up[:_GIVEN_UP_SHOWN]:
        errors.print(safe(line), style="yellow", markup=False)
    if len(service.given_up) > _GIVEN_UP_SHOWN:
        errors.print("… and more: copydesk dead list --stage pages", style="yellow")
    hosts = hosts_waited_for(service.waiting_hosts, datetime.now(UTC))
    console.print(pages_done(service) + (f"; {waiting:,} links wait: {hosts}" if waiting else ""), markup=False)
    asked.end()


def feeds_vital(service: FeedService) -> Vital:
    """Return how the poller is."""
    return Vital("feeds", service.turned_at, service.waiting)


def renew_feeds(service: FeedService) -> None:
    """Set the gauge of feeds."""
    if service.poller is not None:
        FEEDS.replace(count_feeds(service.poller.entries))


def pages_vital(service: PageService) -> Vital:
    """Return how the fetching of pages is."""
    return Vital(PAGES_STAGE.name, service.worker.counts.turned_at, service.waiting)


def _tell(service: PageService, stop: threading.Event) -> None:
    """Say every ten seconds how it is, where nobody looks at a terminal."""
    said = EveryTenSeconds()
    while not stop.wait(1.0):
        said.say(lambda: pages_now(service))
