"""Build the search index anew from `articles.clean`, and swap it in while everything goes on: `reindex`."""

import threading
from contextlib import closing
from typing import Annotated

import typer
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from copydesk.cleaning.article import cleaner_version
from copydesk.cleaning.site_rules import Rules
from copydesk.cli.input_document import SitesFolder
from copydesk.cli.interrupt import INTERRUPTED
from copydesk.cli.output import FAILED, complain, console, errors, stopping
from copydesk.cli.wiring import open_index, open_log
from copydesk.consumers.reindex import reindex as rebuild
from copydesk.events import CleanArticle
from copydesk.log_port import Record
from copydesk.runtime.outcome import Outcome
from copydesk.settings import load
from copydesk.sites.files import read_rules


class _Count:
    """Count the events read, and the articles stored that were cleaned otherwise than they would be today."""

    def __init__(self, rules: Rules, progress: Progress) -> None:
        self.events = self.otherwise = self.carried_over = 0
        self._rules, self._progress = rules, progress
        self._task = progress.add_task("building")

    def read(self, record: Record, outcome: Outcome) -> None:  # noqa: ARG002 - the worker's
        """Count an event, and show how many there were."""
        self.events += 1
        if self.events % 100 == 0:
            self._progress.update(self._task, description=f"{self.events:,} events read")

    def stored(self, article: CleanArticle) -> None:
        """Count an article if another cleaner or other rules cleaned it."""
        self.otherwise += article.cleaner_version != cleaner_version(self._rules, article.url, article.source)

    def carried(self, article: CleanArticle) -> None:
        """Count an article that the log no longer holds."""
        self.carried_over += 1
        self.stored(article)


def reindex(
    sites: SitesFolder = None,
    workers: Annotated[int, typer.Option("--workers", min=1, max=64, help="Readers that share the partitions.")] = 2,
) -> None:
    """Build a new index from all of articles.clean and swap it in, with no gap in search or writing."""
    settings = load()
    rules = read_rules(sites or settings.sites)
    stop = threading.Event()
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with (
        closing(open_log(settings, reading=True)) as log,
        closing(open_index(settings, even_lost=True)) as index,
        stopping(stop),
        Progress(*columns, console=errors, transient=True) as progress,
    ):
        count = _Count(rules, progress)
        done = rebuild(log, index, stop, count.read, count.stored, count.carried, workers)
    if done is None:
        complain("stopped; the index is as it was")
        raise typer.Exit(INTERRUPTED)
    console.print(
        f"{done.stored:,} revisions written to the new index, {done.superseded:,} superseded, {done.dead:,} refused."
    )
    if count.carried_over:
        words = f"{count.carried_over:,} articles that the log no longer holds were carried over from the index before."
        console.print(words, soft_wrap=not console.is_terminal)
    if count.otherwise:
        words = f"Cleaned by another version of the cleaner, or by other rules for their site: {count.otherwise:,}."
        console.print(words, soft_wrap=not console.is_terminal)
    if done.dead:
        raise typer.Exit(FAILED)
