"""Clean the past again with today's cleaner, and show what would change, or publish it: `reclean`."""

import hashlib
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.table import Table

from copydesk.answers.time_bounds import between
from copydesk.cleaning.article import CLEANER_VERSION
from copydesk.cleaning.site_rules import rules_version
from copydesk.cli.input_document import SitesFolder
from copydesk.cli.interrupt import INTERRUPTED
from copydesk.cli.output import GO_ON, complain, console, errors, literal, print_json, remark, stopping
from copydesk.cli.run_watch import EveryTenSeconds
from copydesk.cli.sites import EXAMPLES_SHOWN, example_line
from copydesk.cli.wiring import engines
from copydesk.consumers.reclean import Recleaning, RecleanWork, write_what_waits
from copydesk.consumers.reclean_progress import ProgressFile
from copydesk.errors import InputError
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.recleaning.page import CHANGE_WORDS, passed_line, recleaning_page
from copydesk.recleaning.tally import Tally, tally_document
from copydesk.settings import Settings, load
from copydesk.sites.files import read_rules

_MOST_SHOWN = 20


def reclean(  # noqa: PLR0913 - a command's
    source: Annotated[str | None, typer.Option("--source", help="Only this source's articles.")] = None,
    since: Annotated[str | None, typer.Option("--since", help="Fetched since: 2024-03-31, 7d.")] = None,
    until: Annotated[str | None, typer.Option("--until", help="Fetched before the end of this.")] = None,
    sites: SitesFolder = None,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="Cleaning processes; default: cores.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", metavar="FILE", help="Write a page with examples side by side.")
    ] = None,
    apply: Annotated[
        bool, typer.Option("--apply", help="Publish what changes as new editions, and write them to the index.")
    ] = False,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Clean articles.raw again and compare it with the index; nothing is written there without --apply."""
    settings = load(workers=workers)
    first, last = between(since, until, datetime.now(UTC))
    rules = read_rules(sites or settings.sites)
    words = (source, since, until, apply, sorted((name, rules_version(mine)) for name, mine in rules.items()))
    work = RecleanWork(source, first, last, rules, settings.refuse, settings.workers, apply)
    stop = threading.Event()
    with engines(settings, reading=not apply) as (log, index), stopping(stop):
        tally = _reclean(log, index, work, ProgressFile(_progress_file(settings, words)), stop)
    if tally is None:
        complain(GO_ON)
        raise typer.Exit(INTERRUPTED)
    if report is not None:
        _write_page(report, tally)
    if json:
        print_json(tally_document(tally))
    else:
        _show(tally, apply=apply)
        if report is not None:
            console.print(f"Examples side by side: {report}", markup=False)


def _progress_file(settings: Settings, words: object) -> Path:
    """Return where it is kept how far a command of these words has come."""
    engine = (settings.log, settings.index, settings.kafka_prefix, settings.elasticsearch_prefix)
    told = repr((words, settings.refuse, CLEANER_VERSION, engine))
    return settings.data / f"reclean-{hashlib.sha256(told.encode()).hexdigest()[:12]}.progress"


def _reclean(log: Log, index: Index, work: RecleanWork, file: ProgressFile, stop: threading.Event) -> Tally | None:
    if work.apply:
        write_what_waits(log, index, stop)
    running = Recleaning(log, index, work, file)
    if running.resumed:
        remark(f"goes on where it stopped, {running.progress.done:,} events in")
    with _watched(running) as on_step:
        tally = running.run(stop, on_step)
    if tally is not None and work.apply:
        write_what_waits(log, index, stop)
    return tally


@contextmanager
def _watched(running: Recleaning) -> Iterator[Callable[[], None]]:
    """Show how far it is: a bar on a terminal, a line every ten seconds elsewhere."""
    columns = (BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), TimeRemainingColumn())
    progress = running.progress
    with Progress(*columns, console=errors, transient=True) as bar:
        task, said = bar.add_task("reading", total=progress.total), EveryTenSeconds()
        began, before = time.monotonic(), progress.done

        def words() -> str:
            rate = (progress.done - before) / max(0.001, time.monotonic() - began)
            return f"{progress.done:,} of {progress.total:,} · {rate:,.0f}/s · {progress.tally.changed:,} change"

        def step() -> None:
            bar.update(task, completed=progress.done, description=words())
            said.say(words)

        yield step


def _write_page(file: Path, tally: Tally) -> None:
    page = recleaning_page(tally, "What cleaning the past again changes")
    try:
        file.write_text(page, encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"{file} cannot be written: {error.strerror}") from error


def _show(tally: Tally, *, apply: bool) -> None:
    verb = "changed" if apply else "would change"
    console.print(f"{tally.changed:,} of {tally.compared:,} articles {verb}.")
    for change, words in CHANGE_WORDS.items():
        if tally.changes[change]:
            console.print(f"  {words}: {tally.changes[change]:,}")
    if line := passed_line(tally.passed):
        console.print(line)
    _show_sources(tally)
    if tally.kinds:
        kinds = Table("kind of piece", "cut now", "kept now", box=None, pad_edge=False)
        for kind, counted in sorted(tally.kinds.items()):
            kinds.add_row(kind, f"{counted.cut:,}", f"{counted.kept:,}")
        console.print(kinds)
    for example in tally.most_changed[:EXAMPLES_SHOWN]:
        console.print(example_line(example), markup=False)


def _show_sources(tally: Tally) -> None:
    changed = [item for item in tally_document(tally).sources.items() if item[1].get("changed")]
    if not changed:
        return
    table = Table("source", "articles", "change", *CHANGE_WORDS.values(), box=None, pad_edge=False)
    for source, counts in changed[:_MOST_SHOWN]:
        articles = counts.get("changed", 0) + counts.get("unchanged", 0)
        table.add_row(
            literal(source), f"{articles:,}", f"{counts['changed']:,}",
            *(f"{counts.get(change, 0):,}" for change in CHANGE_WORDS),
        )  # fmt: skip
    console.print(table)
    if len(changed) > _MOST_SHOWN:
        console.print(f"… and {len(changed) - _MOST_SHOWN:,} more sources (--json lists all)")
