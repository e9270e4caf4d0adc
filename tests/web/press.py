"""The pages stage on a web of its own in a warped world: worker, fetcher and delay topics, stepped by the loop."""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Hashable, Mapping
from datetime import UTC, datetime

from copydesk.events import Hints, Link, encode, headers
from copydesk.identity import source_of
from copydesk.outcome import Outcome
from copydesk.pipeline import LINKS, PAGES_STAGE
from copydesk.ports import Batch, Message, Partition, Reader
from copydesk.worker import Worker
from producers.link_delays import Returner
from producers.pages import Pages
from producers.politeness import Hosts
from tests.web.desk import Desk


class _Quick:
    """A reader that never waits: the loop does."""

    def __init__(self, reader: Reader) -> None:
        self.reader = reader

    def poll(
        self, timeout: float, max_records: int = 500, max_bytes: int = 64 << 20, paused: Collection[Partition] = ()
    ) -> Batch:
        return self.reader.poll(0.0, max_records, max_bytes, paused)

    def assigned(self) -> frozenset[Partition]:
        return self.reader.assigned()

    def commit(self, offsets: Mapping[Partition, int]) -> None:
        self.reader.commit(offsets)

    def close(self) -> None:
        self.reader.close()


class _QuickPages(Pages):
    """Pages that never make the worker wait."""

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        return super().completed(0.0 if self._finished.empty() else 0.01)


class Press:
    """One process of the pages stage; `crash` drops it as SIGKILL does."""

    def __init__(self, desk: Desk, gap: float = 1.0, patience: float = 15.0, hosts: Hosts | None = None) -> None:
        self.desk = desk
        self.pages = _QuickPages(
            desk.log,
            desk.net.fetcher(),
            hosts=hosts or Hosts(gap=gap),
            patience=patience,
            wall=desk.loop.wall,
            loop=desk.loop,
        )
        self.worker = Worker(PAGES_STAGE, desk.log, self.pages, on_outcome=self.pages.published)
        self.reader = _Quick(desk.log.reader(LINKS, PAGES_STAGE.name))
        self.returner = Returner(desk.log, wall=desk.loop.wall, steady=desk.loop.time, pause=0.0)

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
    """A link found at an instant."""
    found = {"source": source_of(url), "found_at": "http://feeds.example/", "hints": Hints(title=title)} | fields
    return Link(url=url, found_at_time=datetime.fromtimestamp(at, UTC), **found)  # type: ignore[arg-type]


def publish(desk: Desk, *links: Link) -> None:
    """Put links into the log."""
    desk.log.publish(LINKS, [Message(each.source, encode(each), headers(Link)) for each in links])
