"""Clean the past again for requests: a few at a time, each in a thread of its own and in processes that end with it."""

import logging
import threading
from datetime import datetime

from msgspec import Struct

from copydesk.answers.source_preview import SourcePreview, TextDecision, preview_source
from copydesk.consumers.reclean import Recleaning, RecleanWork
from copydesk.errors import CopydeskError, Unavailable
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.recleaning.tally import Tally, tally_document

MOST_RUNS = 2
"""Runs at once: each has processes of its own, and the desk answers meanwhile."""
_USUAL = RecleanWork()
logger = logging.getLogger("copydesk.reclean_runs")


class RecleanState(Struct, frozen=True):
    """Tell how far a run is: events behind it and in all, articles compared, and how many of these change."""

    done: int
    total: int
    compared: int
    changed: int


class RecleanRun:
    """Be one run: it ends by itself, or soon after `stop` is set.

    Then `report` holds what `reclean --json` prints, or `error` why there is none; neither where it was stopped.
    """

    def __init__(self) -> None:
        self.stop, self.ended = threading.Event(), threading.Event()
        self.report: Tally | None = None
        self.error: Exception | None = None
        self._running: Recleaning | None = None

    def state(self) -> RecleanState | None:
        """Return how far it is, None before it has begun to read."""
        if self._running is None:
            return None
        progress = self._running.progress
        return RecleanState(progress.done, progress.total, progress.tally.compared, progress.tally.changed)

    def work(self, log: Log, index: Index, work: RecleanWork) -> None:
        """Do it, in this thread. Never raises."""
        try:
            self._running = Recleaning(log, index, work)
            tally = self._running.run(self.stop)
            self.report = tally_document(tally) if tally else None
        except CopydeskError as error:
            self.error = error
        except Exception as error:
            logger.exception("cleaning the past again failed")
            self.error = error
        finally:
            self.ended.set()


class RecleanRuns:
    """Begin runs, as many at once as MOST_RUNS, with the rules, types to refuse and workers of `work`; end them all.

    They report and write nothing.
    """

    def __init__(self, log: Log, index: Index, work: RecleanWork = _USUAL) -> None:
        self._log, self._index, self._work = log, index, work._replace(apply=False)
        self._slots = threading.BoundedSemaphore(MOST_RUNS)
        self._closing = threading.Event()
        self._runs: dict[threading.Thread, RecleanRun] = {}

    def begin(self, source: str | None, since: datetime | None, until: datetime | None) -> RecleanRun:
        """Begin a run over the events of a source and a time, None for all. Raises Unavailable where enough run."""
        self._claim()
        run, work = RecleanRun(), self._work._replace(source=source, since=since, until=until)
        thread = threading.Thread(target=self._end, args=(run, work), name="copydesk-reclean", daemon=True)
        self._runs[thread] = run
        thread.start()
        return run

    def preview(self, source: str, decided: TextDecision) -> SourcePreview:
        """Say what a decision would change of a source, as if it were recorded. Raises Unavailable."""
        self._claim()
        try:
            return preview_source(
                self._log, self._index, self._work._replace(source=source), decided, stop=self._closing
            )
        finally:
            self._slots.release()

    def close(self) -> None:
        """Stop what runs, and wait until it has ended. Never raises."""
        self._closing.set()
        runs = dict(self._runs)
        for run in runs.values():
            run.stop.set()
        for thread in runs:
            thread.join(timeout=5.0)

    def _claim(self) -> None:
        if self._closing.is_set() or not self._slots.acquire(blocking=False):
            raise Unavailable(f"the past is being cleaned again for {MOST_RUNS} others; try again when one has ended")

    def _end(self, run: RecleanRun, work: RecleanWork) -> None:
        try:
            run.work(self._log, self._index, work)
        finally:
            self._runs.pop(threading.current_thread(), None)
            self._slots.release()
