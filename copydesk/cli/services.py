"""Run one stage as a service, and create what the services need: `produce`, `consume`, `setup`."""

import logging
import threading
from collections.abc import Callable
from contextlib import closing
from functools import partial
from typing import Annotated, NamedTuple

import typer

from copydesk.app.run import cleaner
from copydesk.cli.input_document import DocumentUrl, FieldMap, SitesFolder, SourceFromFolder, paths_of
from copydesk.cli.output import FAILED, GO_ON, console, stopping
from copydesk.cli.traced import traced
from copydesk.cli.watched import Metrics, always, vital_of, watched
from copydesk.cli.wiring import notes_for_dashboards, open_index, open_log
from copydesk.consumers.clean_figures import CleanFigures
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.lost_index import cure, lost_index
from copydesk.consumers.source_corrections import move_old_pins
from copydesk.consumers.watch_sources import SourceWatcher
from copydesk.errors import LostIndex
from copydesk.log_port import Log, Record
from copydesk.pipeline import CLEAN, CLEAN_STAGE, DEAD, INDEX_STAGE, TOPICS, WATCH_STAGE, Stage
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.field_names import read_field_names
from copydesk.producers.seeds.produce import produce as publish_seeds
from copydesk.producers.seeds.rows import ROW_FIELDS
from copydesk.runtime.heartbeat import Heartbeat
from copydesk.runtime.outcome import Executor, Outcome
from copydesk.runtime.worker import Worker
from copydesk.settings import Settings, load
from copydesk.sites.files import read_rules

consume_app = typer.Typer(help="Run one stage as a service.", no_args_is_help=True)
logger = logging.getLogger("copydesk.services")

Drain = Annotated[bool, typer.Option("--drain", help="End when everything published so far is done.")]
Workers = Annotated[int | None, typer.Option("--workers", min=1, help="Worker processes; default: the cores.")]


def produce_seeds(
    given: Annotated[list[str], typer.Argument(metavar="PATH", help="Files or directories.")],
    source: Annotated[str | None, typer.Option("--source", help="Source of articles without a URL.")] = None,
    source_from_folder: SourceFromFolder = False,
    url: DocumentUrl = None,
    names: FieldMap = None,
    metrics: Metrics = None,
) -> None:
    """Read seed files and publish their articles; running again goes on where it stopped."""
    paths, named = paths_of(given), read_field_names(names, ROW_FIELDS)
    settings = load()
    stop, counts = threading.Event(), SeedCounts()
    with (
        closing(open_log(settings)) as log,
        stopping(stop) as asked,
        watched(settings, metrics, log, (), lambda: [always("seeds", counts.waiting)]),
        traced(settings, "seeds"),
    ):
        publish_seeds(
            paths,
            log,
            source=source,
            names=named,
            url=url,
            source_from_folder=source_from_folder,
            stop=stop,
            counts=counts,
        )
    console.print(counts.line())
    asked.end(GO_ON)
    if counts.refused and not counts.accepted:
        raise typer.Exit(FAILED)


@consume_app.command("clean")
def clean(workers: Workers = None, drain: Drain = False, sites: SitesFolder = None, metrics: Metrics = None) -> None:
    """articles.raw to articles.clean."""
    settings = load(workers=workers)
    rules = read_rules(sites or settings.sites)
    with closing(open_log(settings)) as log:
        make = partial(cleaner, log, settings.workers, rules, settings.refuse)
        service = Service(CLEAN_STAGE, log, settings, metrics, drain)
        _serve(service, make, CleanFigures(settings.metrics_sources).note)


@consume_app.command("index")
def index(drain: Drain = False, metrics: Metrics = None) -> None:
    """articles.clean to the search index."""
    settings = load()
    with closing(open_log(settings)) as log, closing(open_index(settings)) as found:
        service = Service(INDEX_STAGE, log, settings, metrics, drain)
        _serve(service, lambda: IndexWriter(found, cure=partial(cure, log)))


@consume_app.command("watch-sources")
def watch_sources(drain: Drain = False, metrics: Metrics = None) -> None:
    """articles.clean and articles.dead to alerts: what changed at a source."""
    settings = load()
    stop, ending, heartbeat = threading.Event(), threading.Event(), Heartbeat(settings.heartbeat)
    if drain:
        ending.set()
    logger.info("stage %s reads %s and %s", WATCH_STAGE.name, CLEAN, DEAD)
    with closing(open_log(settings)) as log, notes_for_dashboards(settings) as notes:
        watcher = SourceWatcher(log, beat=heartbeat, notes=notes)
        with (
            stopping(stop) as asked,
            heartbeat,
            watched(settings, metrics, log, (WATCH_STAGE,), lambda: [vital_of(WATCH_STAGE, watcher.counts)]),
            traced(settings, WATCH_STAGE.name),
        ):
            watcher.run(stop, ending)
        logger.info("stage %s ends: %d read", WATCH_STAGE.name, watcher.counts.read)
    asked.end()


def setup() -> None:
    """Create topics, index and templates where they are missing; never touches what is there."""
    settings = load()
    with closing(open_log(settings)) as log:
        log.setup(TOPICS)
        move_old_pins(log)
        with closing(open_index(settings, even_lost=True)) as found:
            if lost := lost_index(log, found.status()):
                raise LostIndex(lost)  # an empty one would take what comes next, and nobody would miss the rest
            found.setup()
    console.print("Topics and index are there.")


class Service(NamedTuple):
    """Say which stage is served on which log, where its figures go, and whether it ends when nothing is left."""

    stage: Stage
    log: Log
    settings: Settings
    metrics: str | None
    drain: bool


def _serve(
    service: Service,
    executor: Callable[[], Executor],
    on_outcome: Callable[[Record, Outcome], None] | None = None,
) -> None:
    stage, log, settings, metrics, drain = service
    stop, ending = threading.Event(), threading.Event()
    if drain:
        ending.set()
    running = executor()
    heartbeat = Heartbeat(settings.heartbeat)
    worker = Worker(stage, log, running, on_outcome=on_outcome, beat=heartbeat)
    logger.info("stage %s reads %s", stage.name, stage.reads)
    try:
        with (
            stopping(stop) as asked,
            heartbeat,
            watched(settings, metrics, log, (stage,), lambda: [vital_of(stage, worker.counts)]),
            traced(settings, stage.name),
        ):
            worker.run(stop, ending)
    finally:
        running.close()
        counts = worker.counts
        logger.info(
            "stage %s ends: %d read, %d done, %d refused, %d failed",
            stage.name, counts.read, counts.done, counts.refused, counts.failed,
        )  # fmt: skip
    asked.end()
