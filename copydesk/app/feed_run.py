"""Wire the feed poller and the page fetcher into one process: the poller as a service, or both for a run."""

import asyncio
import contextlib
import logging
import threading
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from pathlib import Path
from threading import Event
from typing import Any

from copydesk.app.page_service import GAP, LINGER, PageService
from copydesk.errors import InputError
from copydesk.log_port import Log
from copydesk.producers.feeds.callback import AsgiApp, HubCallback
from copydesk.producers.feeds.feed_list import Source, SourceList, load_sources
from copydesk.producers.feeds.lease import Lease
from copydesk.producers.feeds.opml import read_opml
from copydesk.producers.feeds.parse_process import FeedReader
from copydesk.producers.feeds.poll_options import PollOptions
from copydesk.producers.feeds.poller import Poller
from copydesk.producers.pages.stage import USUAL_PATIENCE
from copydesk.producers.web.hosts import HostThrottle, TurnPatience
from copydesk.web.fetcher import Fetcher

_RELOAD_EVERY = 10.0
_LEASE_PATIENCE = 20.0
_ONCE_PATIENCE = TurnPatience(host=20.0, queue=600.0)
_ROOM_EVERY = 0.2
_TURN_EVERY = 2.0
Serve = Callable[[AsgiApp], Coroutine[Any, Any, None]]
"""Serves an application until cancelled; raises InputError where it cannot."""
logger = logging.getLogger("copydesk.app.feed_run")


class FeedService:
    """Run the poller in a loop of its own thread; `poller` shows how it is doing once it runs.

    Sources come from `files`, which are read again when they change. With `once` what is due is asked once, or
    everything with `now`. `beat` is called every few seconds while all is well; `turned_at` is when the loop last came
    round, also while it waits (monotonic, in seconds).
    """

    def __init__(
        self,
        log: Log,
        fetcher: Fetcher,
        files: Sequence[Path],
        *,
        once: bool = False,
        now: bool = False,
        hosts: HostThrottle | None = None,
        beat: Callable[[], None] = lambda: None,
    ) -> None:
        self._log, self._fetcher, self._files, self._beat = log, fetcher, files, beat
        self.turned_at: float | None = None
        self._once, self._now, self._hosts = once, now, hosts
        self._pushes: tuple[str, Serve] | None = None
        self._failure: InputError | None = None
        self._stamp = _stamp(files)
        self.sources = self._read()
        self.poller: Poller | None = None

    def take_pushes(self, callback: str, serve: Serve) -> None:
        """Subscribe to feeds that hubs push: they reach us at the address `callback`, which `serve` answers."""
        self._pushes = callback, serve

    def run(self, stop: Event) -> None:
        """Poll until stopped, or until all is asked. Raises InputError when another process polls on this log."""
        asyncio.run(self.main(stop))

    async def main(self, stop: Event, room: Callable[[], bool] | None = None) -> None:
        """Poll as `run` does, within a running event loop; articles wait to be published until there is `room`."""
        halt, lease, reader = asyncio.Event(), Lease(self._log), FeedReader()
        _pass_on(stop, halt)
        try:
            while not halt.is_set():
                self._turned()
                if await lease.acquire(_LEASE_PATIENCE if self._once else 3.0):
                    await self._poll(halt, lease, reader, room)
                    if self._once:
                        return
                elif self._once:
                    raise InputError("another process polls feeds on this log; stop it, or let it do its work")
                else:
                    logger.info("another process polls feeds on this log; standing by")
        finally:
            await self._fetcher.aclose()
            lease.close()
            reader.close()

    def _read(self) -> list[Source]:
        """Return the sources of the lists; those that cannot be used are said. Raises InputError where none can."""
        found = read_files(self._files)
        if found.problems and not found.sources:
            raise InputError("; ".join(found.problems))
        for problem in found.problems:
            logger.warning("%s; the other sources are asked", problem)
        return found.sources

    async def _poll(
        self, halt: asyncio.Event, lease: Lease, reader: FeedReader, room: Callable[[], bool] | None
    ) -> None:
        patience = _ONCE_PATIENCE if self._once else 30.0
        alone = self._hosts is None  # who fetches pages is another process
        hosts = self._hosts or HostThrottle(GAP)
        callback = self._pushes[0] if self._pushes else ""
        options = PollOptions(patience=patience, announce=alone, room=room, callback=callback)
        poller = Poller(self._log, self._fetcher, hosts, reader, options=options)
        self.poller = poller
        end = asyncio.Event()
        await poller.load(self.sources, now=self._now)
        aside = [
            asyncio.ensure_future(self._until(halt.wait, end)),
            asyncio.ensure_future(self._until(lease.lost, end)),
            asyncio.ensure_future(self._follow_files(poller)),
            asyncio.ensure_future(self._show_life()),
            asyncio.ensure_future(self._receive(poller, end)),
        ]
        try:
            await poller.run(end, once=self._once)
        finally:
            for task in aside:
                task.cancel()
            await asyncio.gather(*aside, return_exceptions=True)
        if self._failure is not None:
            raise self._failure

    @property
    def waiting(self) -> str:
        """Say in words what does not answer, empty when all is well."""
        return self.poller.waiting if self.poller is not None else ""

    def _turned(self) -> None:
        self.turned_at = time.monotonic()
        if not self.waiting:
            self._beat()

    async def _show_life(self) -> None:
        while True:
            self._turned()
            await asyncio.sleep(_TURN_EVERY)

    async def _receive(self, poller: Poller, end: asyncio.Event) -> None:
        """Take pushes, where that is wanted; a listener that cannot be had ends the service."""
        if self._pushes is None or poller.subscriptions is None:
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(self._pushes[1](HubCallback(poller.subscriptions)))
                both.create_task(poller.subscriptions.run())
        except* InputError as errors:
            self._failure = next(error for error in errors.exceptions if isinstance(error, InputError))
            end.set()

    async def _until(self, happening: Callable[[], Awaitable[object]], end: asyncio.Event) -> None:
        await happening()
        end.set()

    async def _follow_files(self, poller: Poller) -> None:
        """Take in a changed list; one that cannot be used is said, and the old one stays."""
        while True:
            await asyncio.sleep(_RELOAD_EVERY)
            stamp = _stamp(self._files)
            if stamp == self._stamp:
                continue
            self._stamp = stamp
            try:
                self.sources = self._read()
            except InputError as error:
                logger.warning("the list of sources changed, but cannot be used: %s", error)
            else:
                await poller.load(self.sources)
                logger.info("the list of sources changed: %d sources", len(self.sources))


class _Room:
    """Ask a function whether there is room, at most every so often: it costs a call of the log. For one thread."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask, self._known, self._until = ask, False, 0.0

    def __call__(self) -> bool:
        if time.monotonic() >= self._until:
            self._known = self._ask()
            self._until = time.monotonic() + _ROOM_EVERY
        return self._known


class FeedRun:
    """Poll feeds and fetch their pages for `run`, until nothing is left that can be had soon; without files, the pages
    of links that others published.

    `produce` is what `PipelineRun.start` takes, `log` what both work on. Links whose hosts ask to wait stay for the
    next run, or a service, after at most `linger` seconds in which there was nothing else to do.
    """

    def __init__(
        self,
        log: Log,
        feeds: Fetcher,
        pages: Fetcher,
        files: Sequence[Path],
        *,
        now: bool = False,
        watch: bool = False,
        linger: float = LINGER,
    ) -> None:
        self.log, self._linger = log, linger
        hosts = HostThrottle(GAP)  # one for both, in one loop: a host does not care which of the two asks it
        self._fetcher, self._files = feeds, files
        self.feeds = FeedService(log, feeds, files, once=not watch, now=now, hosts=hosts)
        patience = USUAL_PATIENCE if watch else USUAL_PATIENCE._replace(queue=None)
        self.pages = PageService(log, pages, hosts=hosts, patience=patience)

    def produce(self, stop: Event, room: Callable[[], bool]) -> None:
        """Poll and fetch until all is through, or for ever with `watch`.

        While there is no `room`, no links are taken on and no articles published: what is under way is finished.
        """
        drain, failure = Event(), list[BaseException]()
        fetching = threading.Thread(target=self._fetch, args=(stop, drain, room, failure), name="copydesk-pages")
        fetching.start()
        try:
            self.pages.pages.run(self.feeds.main(stop, _Room(room)) if self._files else self._fetcher.aclose())
            self.pages.await_waiting(stop, self._linger)
        finally:
            drain.set()
            fetching.join()
            self.pages.pages.close()
        if failure:
            raise failure[0]

    @property
    def waiting(self) -> str:
        """Say in words what does not answer, empty when all is well."""
        return self.pages.waiting or self.feeds.waiting

    def _fetch(self, stop: Event, drain: Event, room: Callable[[], bool], failure: list[BaseException]) -> None:
        try:
            self.pages.run(stop, drain, _Room(room))
        except BaseException as error:  # noqa: BLE001 - carried to the thread that began this one, which raises it
            failure.append(error)
            stop.set()


def read_files(files: Sequence[Path]) -> SourceList:
    """Return the sources of several lists, TOML or OPML, together, and what is wrong with the others of them.

    Raises InputError where a file is no list.
    """
    found: dict[str, Source] = {}
    problems: list[str] = []
    for file in files:
        read = _read_opml(file) if file.suffix.lower() == ".opml" else load_sources(file)
        problems += read.problems
        for source in read.sources:
            found.setdefault(source.url, source)
    return SourceList(list(found.values()), problems)


def _read_opml(file: Path) -> SourceList:
    try:
        return read_opml(file.read_bytes(), str(file))
    except OSError as error:
        raise InputError(f"{file}: {error.strerror or error}") from error


def _stamp(files: Sequence[Path]) -> list[tuple[int, int]]:
    found = []
    for file in files:
        with contextlib.suppress(OSError):
            status = file.stat()
            found.append((status.st_mtime_ns, status.st_size))
    return found


def _pass_on(stop: Event, halt: asyncio.Event) -> None:
    """Set the loop's event when the thread's is: a thread waits for it, so that nothing has to look again and again."""
    loop = asyncio.get_running_loop()

    def wait() -> None:
        stop.wait()
        with contextlib.suppress(RuntimeError):  # the loop has ended by itself
            loop.call_soon_threadsafe(halt.set)

    threading.Thread(target=wait, name="copydesk-stop", daemon=True).start()
