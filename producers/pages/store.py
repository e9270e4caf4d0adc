"""Publish links to the link and delay topics, and store the revisions of pages in the log."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from datetime import UTC, datetime
from threading import Event
from typing import TypeVar

from copydesk.events import Link, PageVisit, encode
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import LINKS
from copydesk.producers.hot_sources import HotSources
from copydesk.producers.outbox import Outbox
from copydesk.producers.pages.delays import delay_topic
from copydesk.producers.pages.revisions import PageRevision, Revisions, SourceRevisions
from copydesk.telemetry.trace_context import CURRENT_TRACE

COMES_FROM: ContextVar[str | None] = ContextVar("comes_from", default=None)
"""The place of the link's event that the running task works on: each is settled by a task of its own."""
T = TypeVar("T")


class PageStore:
    """Publish links and keep revisions, in a thread of its own; what waits at the same time goes together."""

    def __init__(self, log: Log, stop: Event, wall: Callable[[], float], tell: Callable[[str], None]) -> None:
        self._outbox = Outbox(log, stop, tell=tell, who="pages-state", begins=False)
        self._revisions, self._wall, self._hot = Revisions(log), wall, HotSources(log)
        self._sources: list[str] = []
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="pages-log")
        self._links: dict[str, list[Message]] = {}
        self._flushing: asyncio.Task[None] | None = None
        self._saving: asyncio.Task[None] | None = None

    def now(self) -> datetime:
        """Return the present instant."""
        return datetime.fromtimestamp(self._wall(), UTC)

    async def postpone(self, link: Link, seconds: float) -> None:
        """Put a link off; acknowledged on return. Raises Stopped."""
        await self._send(delay_topic(seconds, young=link.visited is not None), link)

    async def send_on(self, link: Link) -> None:
        """Publish a link under another source; acknowledged on return. Raises Stopped."""
        await self._send(LINKS, link)

    async def revision(self, source: str, article: str, digest: str, before: PageVisit | None) -> PageRevision:
        """Return the revision of an article whose hash is `digest` now; `before` is the last visit. Raises Stopped.

        It is written down on return, so that it is the same again should a kill come before the article is published.
        """
        if not self._revisions.knows(source):
            self._revisions.learn(source, await self._in_thread(lambda: self._read(source)))
        known = before is not None and before.id == article
        spread = before.spread if known and before is not None else self._hot.hot(source)
        revision = self._revisions.next(source, article, digest, int(self._wall() * 1000), spread)
        self._sources.append(source)
        if self._saving is None:
            self._saving = asyncio.ensure_future(self._save())
        await asyncio.shield(self._saving)
        return revision

    async def read_turn(self, key: str, refresh: bool) -> bytes | None:
        """Return what another process said about its turn. Raises Stopped."""
        return await self._in_thread(
            lambda: self._outbox.retry_until_answered(lambda: self._revisions.value(key, refresh))
        )

    def close(self) -> None:
        """End the thread, when what it does is done."""
        for task in (self._flushing, self._saving):
            if task is not None:
                task.cancel()
        self._thread.shutdown(wait=True)

    async def _send(self, topic: str, link: Link) -> None:
        found = headers(Link, CURRENT_TRACE.get(), parent=COMES_FROM.get())
        self._links.setdefault(topic, []).append(Message(link.source, encode(link), found))
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())
        await asyncio.shield(self._flushing)

    async def _flush(self) -> None:
        await asyncio.sleep(0)  # those that are ready in the same moment
        links, self._links, self._flushing = self._links, {}, None
        for topic, messages in links.items():
            await asyncio.get_running_loop().run_in_executor(self._thread, self._outbox.publish, topic, messages)

    async def _save(self) -> None:
        await asyncio.sleep(0)
        found, self._saving = self._revisions.unsaved(), None
        sources, self._sources = self._sources, []

        def save() -> None:
            self._revisions.save(found, self._outbox.retry_until_answered)
            self._hot.count(sources)
            self._hot.exchange()

        await self._in_thread(save)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    def _read(self, source: str) -> SourceRevisions:
        return self._outbox.retry_until_answered(lambda: self._revisions.read(source))
