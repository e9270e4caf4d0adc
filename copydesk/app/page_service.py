"""Wire the pages stage into a service: worker, fetcher and delay topics, with what it did and for whom links wait."""

import contextlib
import math
import threading
from collections.abc import Callable
from threading import Event

import msgspec

from copydesk.errors import LogUnavailable
from copydesk.events import Link, decode
from copydesk.log_port import Log, Record
from copydesk.pipeline import PAGES_STAGE
from copydesk.producers.pages.delays import DelayedLinks, WaitingHost, waiting_links
from copydesk.producers.pages.fetch import LinkPatience
from copydesk.producers.pages.stage import USUAL_PATIENCE, PageFetcher
from copydesk.producers.web.hosts import HostThrottle
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.worker import Worker, WorkerLimits
from copydesk.web.fetcher import Fetcher
from copydesk.web.urls import public

GAP = 1.0
LINGER = 20.0
"""For how many seconds who has nothing else to do waits for hosts; what takes longer is for the next run."""
_LOOK_EVERY = 0.2
_GIVEN_UP_KEPT = 1000


class PageService:
    """Run the pages stage: worker, fetcher and delay topics. `run` it in a thread.

    `patience` says which links wait here rather than in a delay topic. `given_up` holds the first links that became
    dead letters, as lines for a person. `beat` is the worker's.
    """

    def __init__(
        self,
        log: Log,
        fetcher: Fetcher,
        *,
        hosts: HostThrottle | None = None,
        patience: LinkPatience = USUAL_PATIENCE,
        beat: Callable[[], None] | None = None,
    ) -> None:
        self._log = log
        self.pages = PageFetcher(
            log, fetcher, hosts=hosts or HostThrottle(GAP), listen=hosts is None, patience=patience
        )
        self.given_up: list[str] = []
        limits = WorkerLimits(max_records=1024)
        self.worker = Worker(PAGES_STAGE, log, self.pages, limits=limits, on_outcome=self._note, beat=beat)
        self.returner = DelayedLinks(log)

    @property
    def waiting(self) -> str:
        """Say in words what does not answer, empty when all is well."""
        return self.worker.counts.waiting or self.pages.waiting or self.returner.waiting

    @property
    def waiting_hosts(self) -> dict[str, WaitingHost]:
        """Return for whom links wait, as far as they were read."""
        return self.returner.hosts

    def left(self) -> int:
        """Count the links that wait for their hosts. Raises LogUnavailable."""
        return waiting_links(self._log)

    def _note(self, record: Record, outcome: Outcome) -> None:
        self.pages.published(record, outcome)
        if outcome.status != "done" and len(self.given_up) < _GIVEN_UP_KEPT:
            self.given_up.append(f"{_address(record)}: {outcome.reason}")

    def run(self, stop: Event, drain: Event | None = None, room: Callable[[], bool] | None = None) -> None:
        """Fetch until stopped; or, once `drain` is set, until no link is left to fetch now.

        While `room` says no, no links are taken on.
        """
        halt, failure = Event(), list[BaseException]()
        bringing_back = threading.Thread(
            target=self._bring_back, args=(halt, stop, failure), name="copydesk-delays", daemon=True
        )
        bringing_back.start()
        try:
            self.worker.run(stop, drain, room)
        finally:
            halt.set()
            bringing_back.join()
        if failure:
            raise failure[0]

    def drain(self, stop: Event, linger: float = LINGER) -> None:
        """Fetch until stopped, or until no link is left that can be had soon, as `await_waiting` says."""
        drain = Event()

        def end() -> None:
            try:
                self.await_waiting(stop, linger)
            finally:
                drain.set()

        waiting = threading.Thread(target=end, name="copydesk-waiting", daemon=True)
        waiting.start()
        try:
            self.run(stop, drain)
        except BaseException:
            stop.set()
            raise
        finally:
            waiting.join()

    def await_waiting(self, stop: Event, linger: float) -> None:
        """Return when no link is under way, and none comes back within what is left of `linger` seconds in all."""
        returner, left = self.returner, linger
        known_at = 0
        while not stop.wait(_LOOK_EVERY):
            with contextlib.suppress(LogUnavailable):
                if self._log.lag(PAGES_STAGE.reads, PAGES_STAGE.name):
                    known_at = 0
                    continue
                if waiting_links(self._log) == 0:
                    return
                known_at = known_at or returner.looks + 2  # by then what was put off a moment ago has been read
                left -= _LOOK_EVERY
                known = returner.looks >= known_at and returner.due_at < math.inf  # else nothing was read as yet
                if left <= 0 or (known and returner.due_in() > left):
                    return

    def _bring_back(self, halt: Event, stop: Event, failure: list[BaseException]) -> None:
        try:
            self.returner.run(halt)
        except BaseException as error:  # noqa: BLE001 - carried to the thread that began this one, which raises it
            failure.append(error)
            stop.set()


def _address(record: Record) -> str:
    """Return the address of a link's record, without credentials; its place where it cannot be read."""
    try:
        return public(decode(Link, record.value or b"").url)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return f"{record.topic}[{record.partition}]@{record.offset}"
