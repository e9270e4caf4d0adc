"""Take seeds in and put clean, searchable articles out, until the input is used up: `run`."""

import re
import shutil
import sys
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from functools import partial
from threading import Event
from typing import Annotated

import typer
from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from copydesk.app.feed_run import FeedRun, read_files
from copydesk.app.run import PipelineRun, cleaning_pool
from copydesk.cli.earlier_dead_letters import count_earlier_dead_letters
from copydesk.cli.feed_services import Private, make_feed_run
from copydesk.cli.feed_table import LiveTable
from copydesk.cli.input_document import DocumentUrl, FieldMap, SourceFromFolder, paths_of
from copydesk.cli.interrupt import INTERRUPTED
from copydesk.cli.output import FAILED, GO_ON, complain, console, errors, literal, stopping
from copydesk.cli.serve import DESK_PORT, DeskPlace, desk_served
from copydesk.cli.sites import SitesFolder
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines
from copydesk.events import CleanArticle
from copydesk.identity import source_of
from copydesk.producers.seeds.field_names import read_field_names
from copydesk.producers.seeds.produce import SeedCounts, check_paths, produce
from copydesk.producers.seeds.rows import ROW_FIELDS
from copydesk.search.query import Query
from copydesk.settings import load
from copydesk.sites.files import read_rules

ERRORS_SHOWN = 20
FEED_LISTS = {".toml", ".opml"}


def run(  # noqa: PLR0913 - a command's
    given: Annotated[
        list[str], typer.Argument(metavar="PATH", help="Articles, directories of them, feed lists (.toml, .opml).")
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
) -> None:
    """Read, clean and index articles; running again goes on where it stopped and changes nothing that is done."""
    paths = paths_of(given)
    check_paths(paths)
    lists = [path for path in paths if path.suffix.lower() in FEED_LISTS and not path.is_dir()]
    seeds = [path for path in paths if path not in lists]
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
        whole = PipelineRun(log, index, settings.workers, pool=cleaning_pool(settings.workers, rules, settings.refuse))

        def read(stop: Event, room: Callable[[], bool]) -> None:
            if seeds:
                read_seeds(seeds, log, stop=stop, room=room, counts=counts)
            if feeds is not None:
                feeds.produce(stop, room)

        with stopping(whole.stop):
            try:
                whole.start(read)
                _watch(whole, counts, feeds)
            finally:
                interrupted = whole.stop.is_set()
                whole.close()
        documents = index.status().documents
        waiting = feeds.left() if feeds is not None else 0
        left = 0
        if counts.unchanged or lists:
            sources = frozenset(source_of(source.url) for source in read_files(lists).sources)
            left = count_earlier_dead_letters(log, index, seeds, sources, started_at)
        newest = [hit.article for hit in index.search(Query(sort="newest", limit=50)).hits]
        _report(whole, counts, documents, left, time.monotonic() - began)
        if feeds is not None:
            _report_feeds(feeds, waiting)
        if newest and not interrupted:
            _suggest(newest)
        if serve and not interrupted:
            stay = Event()
            with stopping(stay):
                stay.wait()
    if interrupted and not watch:
        complain(GO_ON)
        raise typer.Exit(INTERRUPTED)
    failed = whole.clean.counts.failed + whole.index.counts.failed
    refused = counts.refused + whole.clean.counts.refused
    useful = whole.writer.verdicts.total() + counts.unchanged + counts.links or (documents if lists else 0)
    if failed or (refused and not useful):
        raise typer.Exit(FAILED)


def _watch(whole: PipelineRun, counts: SeedCounts, feeds: FeedRun | None) -> None:
    if feeds is not None:
        shown = LiveTable(feeds)
        with Live(console=errors, transient=True, auto_refresh=False) as live:
            while whole.running:
                whole.wait(0.5)
                live.update(Group(shown.render(), _stages_line(whole)), refresh=errors.is_terminal)
        return
    progress = Progress(
        SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=errors, transient=True,
    )  # fmt: skip
    with progress:
        task = progress.add_task("reading", total=None)
        began = time.monotonic()
        while whole.running:
            whole.wait(0.1)
            through = whole.index.counts.done + whole.clean.counts.refused + whole.clean.counts.failed
            rate = through / max(0.001, time.monotonic() - began)
            left = max(0, counts.published - through)
            waiting = whole.clean.counts.waiting or whole.index.counts.waiting
            unread = counts.bytes_total - counts.bytes_done
            words = f"{through:,} done · {rate:,.0f}/s · {left:,} left" + (
                f" and {unread / 1e6:,.1f} MB to read" if whole.reading and unread > 0 else ""
            )
            if whole.stop.is_set():
                words = "stopping; Ctrl-C again stops at once"
            total = counts.published * (counts.bytes_total / counts.bytes_done) if counts.bytes_done else None
            progress.update(
                task, description=words + (f" · waiting: {escape(safe(waiting))}" if waiting else ""),
                completed=through, total=max(total, through) if total else None,
            )  # fmt: skip


def _stages_line(whole: PipelineRun) -> Text:
    clean, index = whole.clean.counts, whole.index.counts
    waiting = clean.waiting or index.waiting
    return literal(
        f"cleaned {clean.done:,}, refused {clean.refused:,}, failed {clean.failed:,}, indexed {index.done:,}"
        + (f"; waiting: {waiting}" if waiting else "")
    )


def _report_feeds(feeds: FeedRun, waiting: int) -> None:
    errors.print(LiveTable(feeds).render(live=False))
    if waiting:
        console.print(f"{waiting:,} links wait for their hosts; the next run fetches them.")


def _report(whole: PipelineRun, counts: SeedCounts, documents: int, left: int, seconds: float) -> None:
    for line in counts.errors[:ERRORS_SHOWN]:
        errors.print(safe(line), style="yellow", markup=False, soft_wrap=True)
    hidden = counts.problems - min(ERRORS_SHOWN, len(counts.errors))
    if hidden > 0:
        errors.print(f"… and {hidden:,} more: copydesk dead list", style="yellow")
    verdicts, clean = whole.writer.verdicts, whole.clean.counts
    table = Table(box=None, show_header=False, pad_edge=False)
    table.add_column(style="bold")
    table.add_column(justify="right")
    table.add_column(style="dim")
    table.add_row("read", f"{counts.read:,}", f"in {seconds:.1f} s")
    table.add_row("cleaned", f"{clean.done:,}", "")
    kinds = whole.writer.removed
    table.add_row("pieces removed", f"{sum(kinds.values()):,}", "")
    for kind, count in kinds.most_common():
        table.add_row(f"  {kind}", f"{count:,}", "")
    table.add_row("indexed", f"{verdicts['stored']:,}", f"{documents:,} articles in the index")
    waiting = f"{left:,} of before {'is' if left == 1 else 'are'} among the dead letters: copydesk dead list"
    table.add_row("unchanged", f"{counts.unchanged + verdicts['stale']:,}", waiting if left else "")
    if counts.links:
        table.add_row("links", f"{counts.links:,}", "to be fetched by `copydesk produce pages`")
    refused = counts.refused + clean.refused
    failed = clean.failed + whole.index.counts.failed
    table.add_row("refused", f"{refused:,}", literal(_commonest(whole)) if refused else "")
    table.add_row("failed", f"{failed:,}", "copydesk dead list" if failed else "")
    console.print(table)


def _suggest(articles: list[CleanArticle]) -> None:
    """Print commands to try, about an article that is there; one whose title everybody can type, if any."""
    article = next((each for each in articles if each.title.isascii() and each.title), articles[0])
    word = max(re.findall(r"\w+", safe(article.title)), key=len, default="QUERY")
    name = "copydesk" if shutil.which("copydesk") else sys.argv[0]
    commands = {f"{name} search {word}": "find articles", f"{name} show {article.id[:12]} --removed": "what was cut"}
    commands[f"{name} serve"] = "all of it, in a browser"
    width = max(map(len, commands)) + 3
    console.print("\nTry:")
    for command, words in commands.items():
        console.print(f"  {command:<{width}}{words}", markup=False, soft_wrap=True)


def _commonest(whole: PipelineRun) -> str:
    reasons = whole.reasons.most_common(1)
    return f"most often: {reasons[0][0][:80]}" if reasons else "copydesk dead list"
