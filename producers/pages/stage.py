"""Fetch pages politely: links in, raw articles out; as the pages stage's executor, on an event loop of its own.

A link whose host is busy, slow or wants to be left alone is not waited for: it goes to a delay topic, and its partition
goes on. So every link is settled within a minute or so, and no host holds up another.
"""

import asyncio
import logging
import queue
import threading
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Hashable, Sequence
from typing import Any, TypeVar

import msgspec

from copydesk.errors import FetchFailed
from copydesk.events import Link, decode, encode
from copydesk.log_port import EventPlace, Log, Partition, Record
from copydesk.message_headers import trace_of
from copydesk.pipeline import PAGES_STAGE
from copydesk.producers.outbox import Stopped
from copydesk.producers.pages.fetch import LinkFetch, LinkPatience
from copydesk.producers.pages.store import COMES_FROM, PageStore
from copydesk.producers.web.host_turns import TurnListener
from copydesk.producers.web.hosts import HostThrottle
from copydesk.runtime.in_flight import Ticket
from copydesk.runtime.outcome import Outcome
from copydesk.telemetry.figures import PAGE_OUTCOMES, WORK_SECONDS
from copydesk.telemetry.trace_context import CURRENT_TRACE
from copydesk.web.fetcher import Fetcher

USUAL_PATIENCE = LinkPatience()
_MOST_FRESH = 5_000
T = TypeVar("T")
logger = logging.getLogger("copydesk.pages")


class PageFetcher:
    """Execute the pages stage; hand `published` to its Worker as `on_outcome`. Owns the fetcher.

    `hosts` says how often a host is asked, `patience` which links wait for their turn here rather than in a delay
    topic. With `listen` hosts are shared with another process that polls feeds (see `host_turns`).
    `counts` has fetched, unchanged, repeated, postponed, moved, refused, failed.
    """

    def __init__(
        self,
        log: Log,
        fetcher: Fetcher,
        *,
        hosts: HostThrottle | None = None,
        patience: LinkPatience = USUAL_PATIENCE,
        listen: bool = False,
        wall: Callable[[], float] = time.time,
        loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.waiting = ""
        self._halt = threading.Event()
        self._store = PageStore(log, self._halt, wall, self._tell)
        self._fetcher = fetcher
        hosts = hosts or HostThrottle()
        if listen:
            hosts.others = TurnListener(self._store.read_turn, wall).seconds_to_wait
        self._fetch = LinkFetch(fetcher, hosts, self._store, wall, patience)
        self._finished: queue.SimpleQueue[tuple[Hashable, Outcome]] = queue.SimpleQueue()
        self._pending = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._fresh: dict[tuple[Partition, int], tuple[str, float]] = {}
        self._own_loop = loop is None
        self._loop = loop or asyncio.new_event_loop()
        self._thread: threading.Thread | None = None
        if self._own_loop:
            self._thread = threading.Thread(target=self._loop.run_forever, name="copydesk-pages", daemon=True)
            self._thread.start()

    def ask_again_at(self, ages: Sequence[float]) -> None:
        """Ask young pages again at these ages, in seconds; before links are taken in. Without this, never."""
        self._fetch.ages = ages

    @property
    def pending(self) -> int:
        """Count the links that were taken in and not given back."""
        return self._pending

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        """Take a link in."""
        self._pending += 1
        self._loop.call_soon_threadsafe(self._begin, ticket, key, value)

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        """Return what came of links, waiting for the first."""
        found = []
        try:
            found.append(self._finished.get(timeout=timeout))
            while True:
                found.append(self._finished.get_nowait())
        except queue.Empty:
            self._pending -= len(found)
            return found

    def published(self, record: Record, _outcome: Outcome) -> None:
        """Note that what came of a link is with the log; a Worker's `on_outcome`.

        Only now does the page count as fetched: a link whose partition is lost before that is read again, and must be
        fetched again.
        """
        self._loop.call_soon_threadsafe(self._note, Partition(record.topic, record.partition), record.offset)

    def _note(self, partition: Partition, offset: int) -> None:
        fresh = self._fresh.pop((partition, offset), None)
        if fresh is not None:
            self._fetch.published(*fresh)

    def run(self, work: Coroutine[Any, Any, T]) -> T:
        """Run something else in the loop, from another thread, and wait for it."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def close(self) -> None:
        """Drop what is under way: its links were not committed, and are read again."""
        self._halt.set()
        if self._own_loop:
            asyncio.run_coroutine_threadsafe(self.aclose(), self._loop).result()
            self._loop.call_soon_threadsafe(self._loop.stop)
            assert self._thread is not None
            self._thread.join()
            self._loop.close()

    async def aclose(self) -> None:
        """Cancel the fetches and close, from within the event loop that was handed in."""
        self._halt.set()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._fetcher.aclose()
        self._store.close()

    def _begin(self, ticket: Hashable, key: str, value: bytes) -> None:
        task = self._loop.create_task(self._settle(ticket, self._one(ticket, key, value)))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _settle(self, ticket: Hashable, work: Coroutine[Any, Any, Outcome]) -> None:
        if isinstance(ticket, Ticket):
            CURRENT_TRACE.set(ticket.traceparent)  # of this task alone
        try:
            outcome = await work
        except Stopped:
            return  # nobody waits for it any more
        except Exception as error:  # one link's surprise must not end the others: it becomes its dead letter
            logger.exception("a link failed in a way that was not foreseen")
            outcome = Outcome("failed", reason=f"{type(error).__name__}: {error}"[:500])
        self._finished.put((ticket, outcome))

    async def _one(self, ticket: Hashable, key: str, value: bytes) -> Outcome:
        try:
            link = decode(Link, value)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            return Outcome("failed", reason=f"not a Link event: {error}")
        if isinstance(ticket, Ticket):
            COMES_FROM.set(str(EventPlace(*ticket.partition, ticket.offset)))
        began = time.perf_counter()
        settled = await self._fetch.settle(key, link)
        WORK_SECONDS.observe(time.perf_counter() - began, PAGES_STAGE.name)
        self.counts[settled.word] += 1
        PAGE_OUTCOMES.add(1, settled.word)
        if settled.article is not None:
            if isinstance(ticket, Ticket):
                self._fresh[ticket.partition, ticket.offset] = (link.url, settled.asked_at)
                if len(self._fresh) > _MOST_FRESH:
                    del self._fresh[next(iter(self._fresh))]
            trace = trace_of(settled.article.id, settled.article.revision)
            return Outcome("done", encode(settled.article), trace=trace, key=settled.key)
        if settled.failure is None:
            return Outcome("done")
        return _verdict(settled.failure, link.attempts + 1)

    def _tell(self, words: str) -> None:
        self.waiting = words


def _verdict(failure: FetchFailed, attempts: int) -> Outcome:
    """Return the dead letter of a link that is given up.

    What may still work another day is `failed`, and can be replayed.
    """
    status = "failed" if failure.kind == "temporary" else "refused"
    words = failure.kind.replace("_", " ")
    return Outcome(status, reason=f"{words}: {failure}", attempts=attempts)  # type: ignore[arg-type]
