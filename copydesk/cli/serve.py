"""Serve the desk, the HTTP API and its pages: `serve`."""

import ipaddress
import secrets
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from copydesk.answers.clean_again import CLEAN_AGAIN_PRELOAD, clean_behind_header
from copydesk.app.page_service import GAP
from copydesk.cleaning.site_rules import Rules
from copydesk.cli.extras import is_extra_installed, require_extra
from copydesk.cli.feed_services import Private, feed_lists, list_to_edit, make_fetcher
from copydesk.cli.input_document import SitesFolder
from copydesk.cli.output import console, stopping
from copydesk.cli.watched import Metrics, always, watched
from copydesk.cli.wiring import engines
from copydesk.consumers.clean import CLEANING_PRELOAD
from copydesk.consumers.reclean import RecleanWork
from copydesk.documents import raw_of
from copydesk.errors import CopydeskError, InputError
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.pipeline import STAGES, WATCH_STAGE
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.find_source import find_source
from copydesk.producers.feeds.parse_process import FeedReader
from copydesk.producers.seeds.rows import SeedRow
from copydesk.producers.web.hosts import HostThrottle
from copydesk.runtime.process_pool import ProcessPool
from copydesk.settings import Settings, load
from copydesk.sites.files import read_rules
from copydesk.telemetry.figures import LOG_UP
from copydesk.telemetry.vitals import Vital

if TYPE_CHECKING:
    from copydesk.server.desk import EditableLists, FetchPage

DESK_PORT = 8080
_SHORT = raw_of(SeedRow("A", "text/plain", "utf-8"))
"""What the first process is started with, so that no reader waits for it."""
_MOST_WORKERS = 4


class DeskPlace(NamedTuple):
    """Say where the desk listens, by which names people reach it, and whether it may fetch from inside networks."""

    host: str = "127.0.0.1"
    port: int = DESK_PORT
    names: tuple[str, ...] = ()
    allow_private: bool = False


def serve(
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="Port; 0 takes a free one.")] = DESK_PORT,
    host: Annotated[
        str, typer.Option("--host", help="Address to listen on; any but this machine's own wants a token.")
    ] = "127.0.0.1",
    name: Annotated[list[str] | None, typer.Option("--name", help="A name by which people reach it.")] = None,
    sites: SitesFolder = None,
    allow_private: Private = False,
    metrics: Metrics = None,
) -> None:
    """Search, read, see every cut, and run the pipeline, in a browser or by an HTTP API, until Ctrl-C."""
    settings = load()
    rules = read_rules(sites or settings.sites)
    stop = threading.Event()
    with engines(settings) as (log, index), stopping(stop) as asked:
        place = DeskPlace(host, port, tuple(name or ()), allow_private)
        with (
            desk_served(settings, log, index, rules, place) as thread,
            watched(settings, metrics, log, (*STAGES, WATCH_STAGE), lambda: [_vital(thread)]),
        ):
            while thread.is_alive() and not stop.wait(0.5):
                pass
        if not stop.is_set():
            raise CopydeskError("the server ended by itself; the same command with -v says why")
    asked.end()


@contextmanager
def desk_served(
    settings: Settings, log: Log, index: Index, rules: Rules, place: DeskPlace
) -> Iterator[threading.Thread]:
    """Serve the desk within the block, and say where; the thread that serves is given."""
    require_extra("server", "the desk")
    from copydesk.adapters.uvicorn_server import listen, served
    from copydesk.answers.reclean_runs import RecleanRuns
    from copydesk.server.app import make_app
    from copydesk.server.cleaning_queue import CleaningQueue
    from copydesk.server.desk import Desk
    from copydesk.server.guard import Policy
    from copydesk.server.pipeline_watch import watching

    listener = listen(place.host, place.port)
    token = "" if _is_loopback(place.host) and not settings.token else settings.token or secrets.token_urlsafe(24)
    function = partial(clean_behind_header, rules=rules, refuse=frozenset(settings.refuse))
    preload = {*CLEAN_AGAIN_PRELOAD, *CLEANING_PRELOAD}  # the first pool decides what the processes of all others share
    pool = ProcessPool(function, min(_MOST_WORKERS, settings.workers), tries=1, preload=sorted(preload))
    cleaning = CleaningQueue(pool)
    again = RecleanWork(rules=rules, refuse=settings.refuse, workers=max(1, settings.workers // 2))
    recleaning = RecleanRuns(log, index, again)
    cleaning.warm(_SHORT)
    try:
        fetching, feeds = _fetching(settings, place.allow_private), _feeds(settings, place.allow_private)
        desk = Desk(log, index, cleaning, recleaning, fetching, feeds)
        policy = Policy(token, frozenset(each.lower() for each in place.names))
        with served(make_app(desk, policy), listener) as thread, watching(desk.watch, log, index):
            shown = f"[{place.host}]" if ":" in place.host else place.host
            console.print(f"The desk: http://{shown}:{listener.getsockname()[1]}/", markup=False, soft_wrap=True)
            if token and not settings.token:
                console.print(f"Token, for this run alone: {token}", markup=False, soft_wrap=True)
            yield thread
    finally:
        recleaning.close()
        cleaning.close()
        listener.close()


def _fetching(settings: Settings, allow_private: bool) -> "FetchPage | None":
    if not is_extra_installed("feeds"):
        return None
    from copydesk.web.fetcher import Fetched

    async def fetch(url: str) -> Fetched:
        fetcher = make_fetcher(settings, allow_private)
        try:
            return await fetcher.get(url)
        finally:
            await fetcher.aclose()

    return fetch


def _vital(thread: threading.Thread) -> Vital:
    """Return how the desk is: ready while it serves, and the log answered when it was asked last."""
    return always("serve", "" if thread.is_alive() and LOG_UP.value() != 0 else "the log or the server")


def _feeds(settings: Settings, allow_private: bool) -> "EditableLists | None":
    """Return the lists that the pages show; None where there is none."""
    try:
        files = feed_lists(None, settings)
    except InputError:
        return None
    from copydesk.server.desk import EditableLists

    async def find(url: str, name: str | None) -> tuple[Source, str]:
        reader = FeedReader()
        try:
            async with make_fetcher(settings, allow_private) as fetcher:
                found = await find_source(fetcher, reader, url, HostThrottle(GAP), time.time, name)
        finally:
            reader.close()
        return found.source, "" if found.checked.good else found.checked.problem

    finding = find if is_extra_installed("feeds") else None
    return EditableLists(tuple(files), lambda file: list_to_edit(file, yes=False, ask=False), finding)


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
