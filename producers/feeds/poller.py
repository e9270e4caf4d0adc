"""Poll feeds, each when it is due, and publish their new items as links and articles."""

import asyncio
import contextlib
import logging
import math
from collections import Counter, deque
from collections.abc import Sequence
from threading import Event

from copydesk.errors import ConfigError, FetchFailed, StorageError
from copydesk.identity import host_of
from copydesk.log_port import Log
from copydesk.producers.feeds.due_queue import LONGEST_IDLE, DueQueue
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.parse_process import ReadFeed
from copydesk.producers.feeds.poll_counts import note_visit
from copydesk.producers.feeds.poll_options import SYSTEM_CLOCK, USUAL, PollClock, PolledSource, PollOptions
from copydesk.producers.feeds.request import FeedAsker
from copydesk.producers.feeds.state import FeedState, feed_key
from copydesk.producers.feeds.state_changes import Visit, after_visit, before_visit, renamed, resumed
from copydesk.producers.feeds.store import FeedStore
from copydesk.producers.feeds.subscriptions import Subscriptions
from copydesk.producers.feeds.visit import VisitCounts, Visitor
from copydesk.producers.outbox import Stopped
from copydesk.producers.web.host_turns import TurnAnnouncer
from copydesk.producers.web.hosts import HostThrottle, MustWait
from copydesk.producers.web.outage import Outage
from copydesk.telemetry import figures
from copydesk.web.fetcher import Fetched, Fetcher
from copydesk.web.urls import public

_PROBE_EVERY = 30.0
logger = logging.getLogger("copydesk.feeds")


class Poller:
    """Poll sources until stopped, or, with `once`, until what was due has been asked.

    `counts` has visits, unchanged, failures, links, articles, edits, refused, pushes. `waiting` says
    in words what is waited for, empty when all is well.
    """

    def __init__(
        self,
        log: Log,
        fetcher: Fetcher,
        hosts: HostThrottle,
        read: ReadFeed,
        *,
        clock: PollClock = SYSTEM_CLOCK,
        options: PollOptions = USUAL,
    ) -> None:
        self.counts: Counter[str] = Counter()
        self.waiting = ""
        self._halt = Event()
        self._store = FeedStore(log, self._halt, self._tell, options.room)
        self._wall, self._dice, self._at_once = clock.wall, clock.dice, options.at_once
        if options.announce:
            hosts.others = TurnAnnouncer(self._store.publish_turn, clock.wall).seconds_to_wait
        asker = FeedAsker(fetcher, hosts, read, clock.wall, options.patience)
        self._visitor = Visitor(asker, self._store, clock.wall, clock.dice)
        self.subscriptions: Subscriptions | None = None
        if options.callback:
            self.subscriptions = Subscriptions(self._store, fetcher, options.callback, clock.wall, self.push)
        self._pushed: dict[str, deque[Fetched]] = {}
        self._woken = asyncio.Event()
        self._entries: dict[str, PolledSource] = {}
        self._agenda = DueQueue(clock.wall, clock.steady)
        self._running: set[asyncio.Task[None]] = set()
        self._visited: set[str] = set()
        self._outage = Outage()
        self._streak: dict[str, VisitCounts] = {}
        self._once = False

    @property
    def entries(self) -> Sequence[PolledSource]:
        """Return the sources with their states."""
        return list(self._entries.values())

    async def load(self, sources: Sequence[Source], *, now: bool = False) -> None:
        """Take these sources, and only these; states come from the log. With `now` all are due at once."""
        keyed = {feed_key(source.url): source for source in sources if source.enabled}
        heads = await self._store.heads([key for key in keyed if key not in self._entries])
        known, self._entries = self._entries, {}
        for key in known.keys() - keyed.keys():
            self._agenda.drop(key)
        for key, source in keyed.items():
            state = resumed(heads.get(key, FeedState(name=source.name)), self._wall())
            entry = self._entries[key] = known.get(key) or PolledSource(source, key, state)
            entry.source, entry.state = source, renamed(entry.state, source.name)
            if entry.state.good_at and not entry.state.failures:
                self._outage.remember(_host(entry))
        self._plan(now=now)
        if self.subscriptions is not None:
            await self.subscriptions.load(self._entries)

    def push(self, key: str, answer: Fetched) -> None:
        """Take what a hub pushed of a feed, to be read as soon as nothing else is under way with it."""
        self._pushed.setdefault(key, deque()).append(answer)
        if key not in self._visited and key in self._entries:
            self._agenda.put(key, 0.0)
        self._woken.set()

    async def run(self, stop: asyncio.Event, *, once: bool = False) -> None:
        """Poll until stopped; a Poller runs once. Raises what no retry can mend: StorageError, ConfigError."""
        self._once = once
        stopping = asyncio.ensure_future(stop.wait())
        until = self._agenda.steady() if once else math.inf
        try:
            while not stop.is_set():
                self._start_due(until)
                if once and not self._running:
                    return
                idle = LONGEST_IDLE if self._full() else self._agenda.idle(until)
                woken = asyncio.ensure_future(self._woken.wait())
                await asyncio.wait({stopping, woken, *self._running}, timeout=idle, return_when=asyncio.FIRST_COMPLETED)
                woken.cancel()
                self._woken.clear()
                for task in [task for task in self._running if task.done()]:
                    self._running.discard(task)
                    task.result()
        finally:
            stopping.cancel()
            await self._finish()

    def _plan(self, now: bool = False) -> None:
        """Queue every source that is not being visited, by when it is due."""
        for entry in self._entries.values():
            if entry.key not in self._visited and not entry.state.retired:
                self._agenda.put(entry.key, 0.0 if now else entry.state.next_at)

    def _full(self) -> bool:
        return len(self._running) >= (1 if self._outage.on and not self._once else self._at_once)

    def _start_due(self, until: float) -> None:
        while not self._full() and (key := self._agenda.take(until)) is not None:
            self._visited.add(key)
            self._running.add(asyncio.create_task(self._visit(self._entries[key])))

    async def _finish(self) -> None:
        """End the visits under way: what is with the log is waited for, the rest is dropped and asked again later."""
        self._halt.set()
        for task in self._running:
            task.cancel()
        for task in list(self._running):
            with contextlib.suppress(asyncio.CancelledError, Stopped):
                await task
        self._running.clear()
        self._store.close()

    async def _visit(self, entry: PolledSource) -> None:
        if self._outage.on and not self._once:
            await asyncio.sleep(_PROBE_EVERY)
        try:
            await self._visit_and_judge(entry)
        finally:
            self._visited.discard(entry.key)
        if self._pushed.get(entry.key) and entry.key in self._entries:
            self._agenda.put(entry.key, 0.0)
        elif entry.key in self._entries and not entry.state.retired:
            self._agenda.put(entry.key, entry.state.next_at)

    async def _take_push(self, entry: PolledSource, pushed: Fetched) -> None:
        """Read what a hub pushed; whatever is wrong with it, the next poll brings what it would have brought."""
        began = self._wall()
        try:
            taken = await self._visitor.take_push(entry.source, entry.key, entry.state, pushed)
        except (Stopped, StorageError, ConfigError):
            raise
        except Exception:  # as of a visit
            logger.exception("a push of %s failed in a way that was not foreseen", public(entry.source.url))
            entry.state = before_visit(entry.state, began)
            return
        finally:
            if self.subscriptions is not None:
                await self.subscriptions.taken(entry.key, pushed)
        if taken.failure is not None:
            logger.warning("what the hub of %s pushed is no feed: %s", public(entry.source.url), taken.failure)
            return
        note_visit(self.counts, entry.source, taken)
        self.counts["pushes"] += 1
        entry.state = taken.state

    async def _note_hub(self, entry: PolledSource, visited: VisitCounts) -> None:
        """Tell the subscriptions what a poll found: the feed's hub, and whether it had pushed all there was."""
        if self.subscriptions is None or visited.failure is not None:
            return
        if visited.before.good_at and visited.links + visited.articles:
            await self.subscriptions.missed(entry.key)
        await self.subscriptions.found(entry.key, visited.push)

    async def _visit_and_judge(self, entry: PolledSource) -> None:
        if waiting := self._pushed.get(entry.key):
            await self._take_push(entry, waiting.popleft())
            return
        began = self._wall()
        pushed = self.subscriptions is not None and self.subscriptions.is_pushed(entry.key)
        try:
            visited = await self._visitor.visit(entry.source, entry.key, entry.state, pushed=pushed)
        except MustWait as wait:
            entry.state = self._after(entry, entry.state, Visit(self._wall(), postponed=wait.seconds))
            return
        except (Stopped, StorageError, ConfigError):
            raise
        except Exception:  # one source's surprise must not end the others: it is a failure of that source
            logger.exception("visiting %s failed in a way that was not foreseen", public(entry.source.url))
            self.counts["failures"] += 1
            figures.FEED_VISITS.add(1, "failed")
            surprise = FetchFailed("temporary", "an unforeseen error, see the log", status=0)
            uncertain = before_visit(entry.state, began)  # it may have come as far as writing down what to send
            entry.state = self._after(entry, uncertain, Visit(self._wall(), failure=surprise))
            return
        note_visit(self.counts, entry.source, visited)
        await self._note_hub(entry, visited)
        if visited.unreachable:
            await self._check_outage(entry, visited)
        else:
            self._outage.answered(_host(entry))
            self._streak.clear()
            entry.state = visited.state

    async def _check_outage(self, entry: PolledSource, visited: VisitCounts) -> None:
        """Check for an outage of ours, where nothing at all answers: take back the failures since the last answer."""
        was_on = self._outage.on
        self._outage.failed(_host(entry))
        if not self._outage.on:
            entry.state = visited.state
            self._streak[entry.key] = visited
            await self._store.save_head(entry.key, entry.state)
            return
        if not was_on:
            logger.warning("nothing can be reached; failures are not counted until something answers")
        for key, earlier in (*self._streak.items(), (entry.key, visited)):
            found = self._entries.get(key)
            if found is not None:
                found.state = self._after(found, earlier.state, Visit(self._wall(), restored=earlier.before))
                await self._store.save_head(key, found.state)
                if key not in self._visited:
                    self._agenda.put(key, found.state.next_at)
        self._streak.clear()

    def _after(self, entry: PolledSource, state: FeedState, visit: Visit) -> FeedState:
        return after_visit(entry.source, state, visit, self._dice())

    def _tell(self, words: str) -> None:
        self.waiting = words


def _host(entry: PolledSource) -> str:
    return host_of(entry.state.address or entry.source.url) or ""
