"""`reindex`: build the search index anew from `articles.clean`, and swap it in while everything goes on."""

import threading
from collections.abc import Callable

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from consumers.reindex import reindex as rebuild
from copydesk.cli.output import FAILED, INTERRUPTED, complain, console, errors, stopping
from copydesk.cli.wiring import open_index, open_log
from copydesk.outcome import Outcome
from copydesk.ports import Record
from copydesk.settings import load


def reindex() -> None:
    """Build a new index from all of articles.clean and swap it in, with no gap in search or writing."""
    settings = load()
    stop = threading.Event()
    log = open_log(settings)
    try:
        index = open_index(settings)
        try:
            with (
                stopping(stop),
                Progress(
                    SpinnerColumn(),
                    TextColumn("{task.description}"),
                    TimeElapsedColumn(),
                    console=errors,
                    transient=True,
                ) as progress,
            ):
                done = rebuild(log, index, stop, _counting(progress))
        finally:
            index.close()
    finally:
        log.close()
    if done is None:
        complain("stopped; the index is as it was")
        raise typer.Exit(INTERRUPTED)
    console.print(f"{done.stored:,} articles in the new index, {done.superseded:,} superseded, {done.dead:,} refused.")
    if done.dead:
        raise typer.Exit(FAILED)


def _counting(progress: Progress) -> Callable[[Record, Outcome], None]:
    task = progress.add_task("building")
    count = 0

    def note(record: Record, outcome: Outcome) -> None:
        nonlocal count
        count += 1
        if count % 100 == 0:
            progress.update(task, description=f"{count:,} events read")

    return note
