"""Show the live table of `run` on feeds: sources and their next visits, rates, lag, what fails."""

import contextlib
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from copydesk.app.feed_run import FeedRun
from copydesk.cli.output import errors, literal
from copydesk.errors import LogUnavailable
from copydesk.pipeline import CLEAN_STAGE, INDEX_STAGE, PAGES_STAGE
from copydesk.producers.feeds.health import Health, health_of

SHOWN = 12
_COLUMNS = ("source", "state", "last good", "next", "every", "a day", "failures", "last error")
_WIDE = 120
"""The columns of a terminal from which on errors stand in the table: in fewer they would be a word a line."""
_LAG_EVERY = 2.0
_MINUTE = 60.0


class Pace:
    """Measure how fast numbers grow, over the last minute. `clock` tells seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._noted: deque[tuple[float, tuple[int, ...]]] = deque()

    def note(self, *numbers: int) -> tuple[float, ...]:
        """Note where the numbers are; returns their growth a second."""
        now = self._clock()
        self._noted.append((now, numbers))
        while len(self._noted) > 2 and now - self._noted[1][0] >= _MINUTE:
            self._noted.popleft()
        began, first = self._noted[0]
        return tuple((last - start) / max(1.0, now - began) for start, last in zip(first, numbers, strict=True))


def health_table(found: Sequence[Health], now: float, console: Console) -> tuple[Table, list[Text]]:
    """Return a table with a row for each source, and lines to print below it: errors, where a terminal is narrow."""
    narrow = console.is_terminal and console.width < _WIDE
    table = Table(*_COLUMNS[: -1 if narrow else None], box=None)
    problems = []
    for health in found:
        *cells, problem = health.cells(now)
        table.add_row(*(literal(cell) for cell in (cells if narrow else [*cells, problem])))
        if narrow and problem:
            problems.append(literal(f"{health.source.name}: {problem}"))
    return table, problems


class LiveTable:
    """Show a feed run; `render` it as often as wished."""

    def __init__(self, feed_run: FeedRun) -> None:
        self._feed_run, self._pace = feed_run, Pace()
        self._lag, self._lag_at = "", 0.0

    def render(self, live: bool = True) -> Table:
        """Build the table: next visits, sources that fail; with `live` rates and lag too, asked of the log."""
        poller, now = self._feed_run.feeds.poller, time.time()
        entries = list(poller.entries) if poller is not None else []
        failing = sorted((e for e in entries if e.state.failures), key=lambda e: -e.state.failures)[: SHOWN // 3]
        coming = sorted((e for e in entries if not e.state.retired and e not in failing), key=lambda e: e.state.next_at)
        shown = [health_of(e.source, e.state, now) for e in [*coming[: SHOWN - len(failing)], *failing]]
        table, problems = health_table(shown, now, errors)
        words = self._counts(len(entries), sum(bool(e.state.failures) for e in entries))
        table.caption = "\n".join([*map(str, problems), words, *(self._now() if live else [])])
        table.caption_justify = "left"
        return table

    def print_end(self, to: Console) -> None:
        """Print it as it is at the end of a run."""
        table = self.render(live=False)
        caption, table.caption = table.caption, None  # which would be broken to the width of the table
        to.print(table)
        to.print(caption, markup=False)

    def _counts(self, sources: int, failing: int) -> str:
        poller, pages = self._feed_run.feeds.poller, self._feed_run.pages.pages
        feeds = poller.counts if poller is not None else Counter[str]()
        return (
            f"{sources} sources, {failing} failing; {feeds['visits']} visits, {feeds['links']} links, "
            f"{feeds['articles']} articles; pages: {pages.counts['fetched']} fetched, {pages.pending} under way, "
            f"{pages.counts['postponed']} put off, {pages.counts['refused'] + pages.counts['failed']} given up"
        )

    def _now(self) -> list[str]:
        poller, pages = self._feed_run.feeds.poller, self._feed_run.pages
        visits, fetched = self._pace.note(poller.counts["visits"] if poller else 0, pages.pages.counts["fetched"])
        lines = [f"rates: {visits * 60:.0f} visits a minute, {fetched:.1f} pages a second; lag: {self._lags()}"]
        waiting = pages.worker.counts.waiting or (poller.waiting if poller else "")
        return [*lines, *([f"waiting: {waiting}"] if waiting else [])]

    def _lags(self) -> str:
        if time.monotonic() - self._lag_at >= _LAG_EVERY:
            with contextlib.suppress(
                LogUnavailable
            ):  # the last known is shown meanwhile, and that the log is waited for
                log, self._lag_at = self._feed_run.log, time.monotonic()
                links, clean, index = (log.lag(s.reads, s.name) for s in (PAGES_STAGE, CLEAN_STAGE, INDEX_STAGE))
                self._lag = (
                    f"{links:,} links, {self._feed_run.pages.left():,} waiting for their hosts, {clean:,} to clean, "
                    f"{index:,} to index"
                )
        return self._lag or "not known"
