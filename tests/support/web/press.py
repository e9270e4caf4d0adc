"""The pages stage on a web of its own in a warped world: worker, fetcher and delay topics, stepped by the loop."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Collection, Hashable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import pairwise
from typing import TypeVar

from copydesk.events import Hints, Link, encode
from copydesk.identity import source_of
from copydesk.log_port import Batch, Message, Partition, Reader
from copydesk.message_headers import headers
from copydesk.pipeline import LINKS, PAGES_STAGE
from copydesk.producers.pages.delays import DelayedLinks, waiting_links
from copydesk.producers.pages.fetch import LinkPatience
from copydesk.producers.pages.stage import PageFetcher
from copydesk.producers.web.hosts import HostThrottle
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.worker import Worker, WorkerLimits
from tests.support.web.desk import Desk, on_a_desk
from tests.support.web.server import Answer, Asked

T = TypeVar("T")
HTML = {"Content-Type": "text/html; charset=utf-8"}


class _Quick:
    """A reader that never waits: the loop does."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def poll(
        self,
        timeout: float,
        max_records: int = 500,
        max_bytes: int = 64 << 20,
        paused: Collection[Partition] = (),
    ) -> Batch:
        return self.reader.poll(0.0, max_records, max_bytes, paused)

    def assigned(self) -> frozenset[Partition]:
        return self.reader.assigned()

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        self.reader.commit(offsets)

    def close(self) -> None:
        self.reader.close()


class _QuickPages(PageFetcher):
    """Pages that never make the worker wait."""

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        return super().completed(0.0 if self._finished.empty() else 0.01)


class Press:
    """One process of the pages stage; `crash` drops it as SIGKILL does."""

    def __init__(
        self,
        desk: Desk,
        gap: float = 1.0,
        patience: float = 15.0,
        hosts: HostThrottle | None = None,
        listen: bool = False,
        ages: Sequence[float] = (),
    ) -> None:
        self.desk = desk
        self.pages = _QuickPages(
            desk.log,
            desk.net.fetcher(),
            hosts=hosts or HostThrottle(gap=gap),
            patience=LinkPatience(host=patience),
            listen=listen,
            wall=desk.loop.wall,
            loop=desk.loop,
        )
        self.pages.ask_again_at(ages)
        self.worker = Worker(
            PAGES_STAGE, desk.log, self.pages, limits=WorkerLimits(gather=0.0), on_outcome=self.pages.published
        )
        self.reader = _Quick(desk.log.reader(LINKS, PAGES_STAGE.name))
        self.returner = DelayedLinks(desk.log, wall=desk.loop.wall, steady=desk.loop.time, pause=0.0)

    async def step(self) -> None:
        """One turn of each loop."""
        await self.desk.loop.run_in_executor(None, self.worker._step, self.reader)
        await self.desk.loop.run_in_executor(None, self.returner.step)

    async def run(self, seconds: float, until: Callable[[], bool] = lambda: False, tick: float = 5.0) -> None:
        """Work for so long, or until something holds; look for work every `tick` seconds when there is none."""
        end = self.desk.loop.time() + seconds
        while self.desk.loop.time() < end and not until():
            await self.step()
            await asyncio.sleep(0.25 if self.pages.pending else tick)

    async def close(self) -> None:
        """Stop as SIGTERM does."""
        await self.desk.loop.run_in_executor(None, self.worker._finish, self.reader)
        await self.crash()

    async def crash(self) -> None:
        """End with nothing written any more."""
        self.reader.close()
        self.returner.close()
        with contextlib.suppress(asyncio.CancelledError):
            await self.pages.aclose()


def link(url: str, at: float, title: str | None = None, **fields: object) -> Link:
    """Return a link found at an instant."""
    found = {"source": source_of(url), "found_at": "http://feeds.example/", "hints": Hints(title=title)} | fields
    return Link(url=url, found_at_time=datetime.fromtimestamp(at, UTC), **found)  # type: ignore[arg-type]


def publish(desk: Desk, *links: Link) -> None:
    """Put links into the log."""
    desk.log.publish(LINKS, [Message(each.source, encode(each), headers(Link)) for each in links])


def page(title: str, head: str = "") -> Answer:
    """Return a page."""
    return Answer(body=f"<html><head>{head}<title>{title}</title></head><p>Words</p></html>".encode(), headers=HTML)


def site(desk: Desk, host: str, robots: str | Answer = "", **pages: Answer | Callable[[Asked], Answer]) -> None:
    """Add a host with a robots.txt and pages by path; any other path is a page too."""

    def serve(asked: Asked) -> Answer:
        if asked.path == "/robots.txt":
            return robots if isinstance(robots, Answer) else Answer(body=robots.encode())
        found = pages.get(asked.path.strip("/").partition("?")[0].replace("-", "_"))
        if found is None:
            return page(f"Page {asked.path}")
        return found if isinstance(found, Answer) else found(asked)

    desk.web.hosts[host] = serve


def at_a_press(work: Callable[[Desk, Press], Awaitable[T]], **options: float | Sequence[float]) -> T:
    """Run something with one process of the stage."""

    async def run(desk: Desk) -> T:
        press = Press(desk, **options)  # type: ignore[arg-type]
        try:
            return await work(desk, press)
        finally:
            await press.close()

    return on_a_desk(run)


def done(desk: Desk) -> bool:
    """Whether no link is left anywhere."""
    return desk.log.lag(LINKS, PAGES_STAGE.name) == 0 and waiting_links(desk.log) == 0


def gaps(desk: Desk, host: str) -> list[float]:
    """Seconds between the requests a host got."""
    return [later.at - earlier.at for earlier, later in pairwise(desk.web.asked_of(host))]
