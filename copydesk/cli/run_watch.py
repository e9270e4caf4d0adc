"""Show how a run is doing: a live table or bar on a terminal, a line every ten seconds elsewhere."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Group
from rich.live import Live
from rich.markup import escape
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from copydesk.app.feed_run import FeedRun
from copydesk.app.run import PipelineRun
from copydesk.app.wait_limit import WaitLimit
from copydesk.cli.feed_table import LiveTable
from copydesk.cli.output import errors, literal
from copydesk.cli.page_words import pages_now
from copydesk.cli.terminal import safe
from copydesk.producers.seeds.produce import SeedCounts

SAID_EVERY = 10.0


@dataclass
class RunInSight:
    """Hold the parts of a run that are watched; `feeds` comes with feed lists, or once a file has listed links."""

    whole: PipelineRun
    counts: SeedCounts
    feeds: FeedRun | None

    @property
    def waiting(self) -> str:
        """Say in words what does not answer, empty when all is well."""
        return self.whole.waiting or self.counts.waiting or (self.feeds.waiting if self.feeds else "")

    @property
    def through(self) -> int:
        """Count the articles that came to their end."""
        return self.whole.index.counts.done + self.whole.clean.counts.refused + self.whole.clean.counts.failed


class EveryTenSeconds:
    """Print a line where there is no terminal to draw on, at most every ten seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._said_at = clock, clock()

    def say(self, words: Callable[[], str]) -> None:
        """Print what the function returns, if it is time for it."""
        if not errors.is_terminal and self._clock() - self._said_at >= SAID_EVERY:
            self._said_at = self._clock()
            errors.print(words(), markup=False)


def watch_run(seen: RunInSight, patience: WaitLimit) -> None:
    """Show a run until it has ended; give it up where something does not answer for longer than can be borne."""
    if seen.feeds is not None:
        shown = LiveTable(seen.feeds)
        with Live(console=errors, transient=True, auto_refresh=False) as live:

            def draw() -> None:
                live.update(Group(shown.render(), literal(_stages_line(seen))), refresh=errors.is_terminal)

            _follow(seen, patience, 0.5, draw)
        return
    progress = Progress(
        SpinnerColumn(), BarColumn(), TextColumn("{task.description}"), TimeElapsedColumn(),
        console=errors, transient=True,
    )  # fmt: skip
    with progress:
        task, began = progress.add_task("reading", total=None), time.monotonic()
        _follow(
            seen, patience, 0.1,
            lambda: progress.update(
                task, description=escape(_seeds_line(seen, began)), completed=seen.through, total=_expected(seen)
            ),
        )  # fmt: skip


def _follow(seen: RunInSight, patience: WaitLimit, pause: float, draw: Callable[[], None]) -> None:
    began, said = time.monotonic(), EveryTenSeconds()
    while seen.whole.running:
        seen.whole.wait(pause)
        draw()
        said.say(lambda: _seeds_line(seen, began) if seen.feeds is None else _stages_line(seen))
        if patience.is_over(seen.waiting) and not seen.whole.stop.is_set():
            seen.whole.give_up(
                f"{seen.waiting}; given up after {patience.seconds:,.0f} s (--patience): what is done is kept, and the "
                "same command goes on from there"
            )


def _seeds_line(seen: RunInSight, began: float) -> str:
    if seen.whole.stop.is_set():
        return "stopping; Ctrl-C again stops at once"
    counts, through = seen.counts, seen.through
    rate, left = through / max(0.001, time.monotonic() - began), max(0, counts.published - through)
    unread = counts.bytes_total - counts.bytes_done
    words = f"{through:,} done · {rate:,.0f}/s · {left:,} left"
    if seen.whole.reading and unread > 0:
        words += f" and {unread / 1e6:,.1f} MB to read"
    return words + (f" · waiting: {safe(seen.waiting)}" if seen.waiting else "")


def _expected(seen: RunInSight) -> float | None:
    counts = seen.counts
    total = counts.published * (counts.bytes_total / counts.bytes_done) if counts.bytes_done else None
    return max(total, seen.through) if total else None


def _stages_line(seen: RunInSight) -> str:
    """Return what pages and stages did: below the table, or alone where there is none."""
    clean, index = seen.whole.clean.counts, seen.whole.index.counts
    words = f"cleaned {clean.done:,}, refused {clean.refused:,}, failed {clean.failed:,}, indexed {index.done:,}"
    if not errors.is_terminal and seen.feeds is not None:
        words = f"{pages_now(seen.feeds.pages)}; {words}"
    return words + (f"; waiting: {safe(seen.whole.waiting)}" if seen.whole.waiting else "")
