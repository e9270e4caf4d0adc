"""Wire producer, cleaner and indexer together in one process, until the input is used up."""

import threading
from collections import Counter
from collections.abc import Callable, Collection
from functools import partial
from typing import TYPE_CHECKING

from copydesk.consumers.clean import CLEANING_PRELOAD, clean_event
from copydesk.consumers.clean_figures import SOURCES_NAMED, CleanFigures
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.source_memory import SourceMemory
from copydesk.consumers.watch_sources import SourceWatcher
from copydesk.errors import Unavailable
from copydesk.events import LIST_TYPES, PageType
from copydesk.index_port import Index, Notes
from copydesk.log_port import Log, Record
from copydesk.pipeline import CLEAN_STAGE, INDEX_STAGE, RAW
from copydesk.runtime.outcome import Executor, Outcome
from copydesk.runtime.process_pool import ProcessPool
from copydesk.runtime.worker import Worker

if TYPE_CHECKING:
    from copydesk.cleaning.site_rules import Rules

AHEAD = 2000
"""How many raw articles the producer may be ahead of the cleaner."""


def cleaning_pool(workers: int, rules: "Rules | None" = None, refuse: Collection[PageType] = LIST_TYPES) -> ProcessPool:
    """Return the processes that clean, with the deadline and memory limit that hold everywhere.

    `rules` are those of sites; `refuse` names the types of pages that are not wanted.
    """
    function = partial(clean_event, rules=rules, refuse=refuse)
    return ProcessPool(function, workers, preload=CLEANING_PRELOAD, work=CLEAN_STAGE.name)


def cleaner(
    log: Log, workers: int, rules: "Rules | None" = None, refuse: Collection[PageType] = LIST_TYPES
) -> Executor:
    """Return what runs the clean stage: the pool, with the memory of each source around it."""
    return SourceMemory(cleaning_pool(workers, rules, refuse), log)


class PipelineRun:
    """Run the whole pipeline once; `start` it, watch the counts, then `close` it.

    `produce` is called in a thread of its own with the stop event and a function that says whether there is room.
    `wall` is the clock by which a source is silent, where the run stays to see it; `notes` are for dashboards.
    """

    def __init__(
        self,
        log: Log,
        index: Index,
        workers: int,
        *,
        pool: ProcessPool | None = None,
        wall: Callable[[], float] | None = None,
        notes: Notes | None = None,
        sources_named: int = SOURCES_NAMED,
    ) -> None:
        self._log = log
        self.stop = threading.Event()
        self._produced, self._cleaned = threading.Event(), threading.Event()
        self.pool, self.writer = pool or cleaning_pool(workers), IndexWriter(index)
        self.reasons: Counter[str] = Counter()
        self._remembering = SourceMemory(self.pool, log)
        self._figures = CleanFigures(sources_named)
        self.clean = Worker(CLEAN_STAGE, log, self._remembering, on_outcome=self._note_cleaned)
        self.index = Worker(INDEX_STAGE, log, self.writer, on_outcome=self._note)
        self.watcher = SourceWatcher(log, wall=wall, notes=notes)
        self.error: BaseException | None = None
        self._threads: list[threading.Thread] = []

    def start(self, produce: Callable[[threading.Event, Callable[[], bool]], None]) -> None:
        """Start the threads; returns at once."""
        self._begin("produce", lambda: produce(self.stop, self._room), then=self._produced)
        self._begin("clean", lambda: self.clean.run(self.stop, self._produced), then=self._cleaned)
        self._begin("index", lambda: self.index.run(self.stop, self._cleaned), then=None)
        self._begin("watch", lambda: self.watcher.run(self.stop, self._cleaned), then=None)

    @property
    def running(self) -> bool:
        """Whether any part still works."""
        return any(thread.is_alive() for thread in self._threads)

    @property
    def reading(self) -> bool:
        """Whether the producer still reads."""
        return not self._produced.is_set()

    @property
    def waiting(self) -> str:
        """Say in words what a stage waits for, empty when all is well."""
        return self.clean.counts.waiting or self.index.counts.waiting or self.watcher.counts.waiting

    def give_up(self, words: str) -> None:
        """Stop, as what is waited for does not answer: `close` raises Unavailable with these words."""
        self.error = self.error or Unavailable(words)
        self.stop.set()

    def wait(self, seconds: float) -> None:
        """Wait until all parts have ended, at most this long."""
        for thread in self._threads:
            thread.join(seconds / len(self._threads))

    def close(self) -> None:
        """Stop what still runs, with nothing half done; then raise what ended the run early, if anything."""
        self.stop.set()
        for thread in self._threads:
            thread.join()
        self._remembering.close()
        if self.error is not None:
            raise self.error

    def _begin(self, name: str, work: Callable[[], None], then: threading.Event | None) -> None:
        def body() -> None:
            try:
                work()
            except BaseException as error:  # noqa: BLE001 - carried to the main thread, which raises it
                self.error = self.error or error
                self.stop.set()
            finally:
                if then is not None:
                    then.set()

        thread = threading.Thread(target=body, name=f"copydesk-{name}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _room(self) -> bool:
        return self._log.lag(RAW, CLEAN_STAGE.name) < AHEAD

    def _note_cleaned(self, record: Record, outcome: Outcome) -> None:
        self._figures.note(record, outcome)
        self._note(record, outcome)

    def _note(self, _record: Record, outcome: Outcome) -> None:
        if outcome.status != "done":
            self.reasons[outcome.reason] += 1
