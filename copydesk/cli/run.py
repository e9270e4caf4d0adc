"""Take seeds in and put clean, searchable articles out, until the input is used up: `run`."""

import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Annotated

import typer

from copydesk.answers.time_bounds import seconds_of
from copydesk.app.feed_run import FeedRun, read_files
from copydesk.app.run import PipelineRun, cleaning_pool
from copydesk.app.wait_limit import WaitLimit
from copydesk.cli.earlier_dead_letters import count_earlier_dead_letters
from copydesk.cli.feed_services import Private, feeds_vital, make_feed_run, pages_vital, renew_feeds
from copydesk.cli.feed_table import LiveTable
from copydesk.cli.input_document import DocumentUrl, FieldMap, SitesFolder, SourceFromFolder, paths_of
from copydesk.cli.interrupt import INTERRUPTED
from copydesk.cli.output import FAILED, GO_ON, complain, errors, stopping
from copydesk.cli.run_report import EndOfRun, report_run, suggest
from copydesk.cli.run_watch import RunInSight, watch_run
from copydesk.cli.serve import DESK_PORT, DeskPlace, desk_served
from copydesk.cli.traced import traced
from copydesk.cli.watched import Metrics, always, vital_of, watched
from copydesk.cli.wiring import engines, notes_for_dashboards
from copydesk.errors import MissingExtra
from copydesk.identity import source_of
from copydesk.log_port import Log
from copydesk.pipeline import CLEAN_STAGE, INDEX_STAGE, STAGES
from copydesk.producers.seeds.field_names import read_field_names
from copydesk.producers.seeds.produce import SeedCounts, check_paths, produce
from copydesk.producers.seeds.rows import ROW_FIELDS
from copydesk.search.query import Query
from copydesk.settings import Settings, load
from copydesk.sites.files import read_rules
from copydesk.telemetry.vitals import Vital

FEED_LISTS = {".toml", ".opml"}


def run(  # noqa: PLR0913 - a command's
    given: Annotated[
        list[str],
        typer.Argument(metavar="PATH", help="Articles, lists of links, folders or archives of them; feed lists."),
    ],
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Cleaning processes; default: cores.")] = None,
    source: Annotated[str | None, typer.Option("--source", help="Source of articles without a URL.")] = None,
    source_from_folder: SourceFromFolder = False,
    url: DocumentUrl = None,
    names: FieldMap = None,
    now: Annotated[bool, typer.Option("--now", help="Ask all feeds, not only those that are due.")] = False,
    watch: Annotated[bool, typer.Option("--watch", help="Stay, and go on asking feeds, until Ctrl-C.")] = False,
    serve: Annotated[bool, typer.Option("--serve", help="Open the desk beside it, until Ctrl-C.")] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="With --serve: its port.")] = DESK_PORT,
    sites: SitesFolder = None,
    allow_private: Private = False,
    metrics: Metrics = None,
    patience: Annotated[
        str, typer.Option("--patience", help="How long to wait for a full disk or a server: 90s, 5min.")
    ] = "5min",
) -> None:
    """Read, clean and index articles; running again goes on where it stopped and changes nothing that is done."""
    paths = paths_of(given)
    check_paths(paths)
    lists = [path for path in paths if path.suffix.lower() in FEED_LISTS and not path.is_dir()]
    seeds = [path for path in paths if path not in lists]
    bearable = None if watch else seconds_of("--patience", patience)
    settings = load(workers=workers)
    rules = read_rules(sites or settings.sites)
    read_seeds = partial(
        produce,
        source=source,
        names=read_field_names(names, ROW_FIELDS),
        url=url,
        source_from_folder=source_from_folder,
    )
    began, started_at = time.monotonic(), datetime.now(UTC)
    counts = SeedCounts()
    with engines(settings) as (log, index), ExitStack() as beside:
        if serve:
            beside.enter_context(desk_served(settings, log, index, rules, DeskPlace(port=port)))
        feeds = (
            make_feed_run(settings, log, lists, now=now, watch=watch, allow_private=allow_private) if lists else None
        )
        pool = cleaning_pool(settings.workers, rules, settings.refuse)
        notes = beside.enter_context(notes_for_dashboards(settings))
        whole = PipelineRun(
            log, index, settings.workers, pool=pool, wall=time.time if watch else None, notes=notes,
            sources_named=settings.metrics_sources,
        )  # fmt: skip

        seen = RunInSight(whole, counts, feeds)

        def read(stop: Event, room: Callable[[], bool]) -> None:
            if seeds:
                read_seeds(seeds, log, stop=stop, room=room, counts=counts)
            if seen.feeds is None and counts.addresses:
                seen.feeds = _fetching_links(settings, log, counts, allow_private)
            if seen.feeds is not None:
                seen.feeds.produce(stop, room)

        with (
            stopping(whole.stop),
            watched(settings, metrics, log, STAGES, partial(_vitals, seen), partial(_renew, seen)),
            traced(settings, "run"),
        ):
            try:
                whole.start(read)
                watch_run(seen, WaitLimit(bearable))
            finally:
                interrupted = whole.stop.is_set()
                whole.close()
        documents = index.status().documents
        waiting = seen.feeds.pages.left() if seen.feeds is not None else 0
        left = 0
        if counts.unchanged or lists:
            sources = frozenset(source_of(source.url) for source in read_files(lists).sources)
            left = count_earlier_dead_letters(log, index, seeds, sources, started_at)
        newest = [hit.article for hit in index.search(Query(sort="newest", limit=50)).hits]
        if feeds is not None:
            LiveTable(feeds).print_end(errors)
        report_run(seen, EndOfRun(documents, left, waiting, time.monotonic() - began))
        if newest and not interrupted:
            suggest(newest)
        if serve and not interrupted:
            stay = Event()
            with stopping(stay):
                stay.wait()
    if interrupted and not watch:
        complain(GO_ON)
        raise typer.Exit(INTERRUPTED)
    if _has_failed(seen, waiting, documents if lists else 0):
        raise typer.Exit(FAILED)


def _vitals(seen: RunInSight) -> list[Vital]:
    """Return how the parts of a run are that have not ended."""
    found = [always("seeds", seen.counts.waiting)]
    workers = [(CLEAN_STAGE, seen.whole.clean), (INDEX_STAGE, seen.whole.index)]
    found += [vital_of(stage, worker.counts) for stage, worker in workers if seen.whole.running]
    if seen.feeds is not None and seen.whole.reading:
        found += [pages_vital(seen.feeds.pages), feeds_vital(seen.feeds.feeds)]
    return found


def _renew(seen: RunInSight) -> None:
    if seen.feeds is not None:
        renew_feeds(seen.feeds.feeds)


def _has_failed(seen: RunInSight, waiting: int, known: int) -> bool:
    """Whether something failed, or something was refused and nothing came of the rest.

    `waiting` links may still become articles; of a list of feeds what is `known` already is enough.
    """
    whole, counts = seen.whole, seen.counts
    if whole.clean.counts.failed or whole.index.counts.failed:
        return True
    refused, linked = counts.refused + whole.clean.counts.refused, counts.links
    if seen.feeds is not None:  # what became of the links is known
        linked, refused = waiting, refused + len(seen.feeds.pages.given_up)
    return bool(refused) and not (whole.writer.verdicts.total() + counts.unchanged + linked or known)


def _fetching_links(settings: Settings, log: Log, counts: SeedCounts, allow_private: bool) -> FeedRun | None:
    """Return what fetches the pages of listed links; None, and it is said, where that is not installed."""
    try:
        return make_feed_run(settings, log, [], now=False, watch=False, allow_private=allow_private)
    except MissingExtra as error:
        counts.complain(f"the links stay in the log for a later run: {error}")
        return None
