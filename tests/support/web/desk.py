"""A poller on a web of its own in a warped world: what tests of the feed producer share."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

from copydesk.events import DeadLetter, Link, RawArticle, Refused, decode
from copydesk.log_port import Log
from copydesk.pipeline import DEAD, FEEDS_STATE, LINKS, RAW
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.parse_process import FeedBytes, RecognisedFeed, read_feed
from copydesk.producers.feeds.poll_options import PollClock, PollOptions
from copydesk.producers.feeds.poller import Poller
from copydesk.producers.feeds.state import FeedState, feed_key, read_head
from copydesk.producers.web.hosts import HostThrottle
from copydesk.web.urls import public
from tests.support.fakes import MemoryLog
from tests.support.web import warp
from tests.support.web.net import Net
from tests.support.web.server import Answer, Web

T = TypeVar("T")
FEED = "http://post.example/feed"
HOUR, DAY = 3600.0, 86_400.0


async def read_here(request: FeedBytes) -> RecognisedFeed | Refused:
    """Read a feed in this process: tests of the reader's own process are elsewhere."""
    return read_feed(request)


class Desk:
    """A web, a log and pollers on them, each poller as a new process would make it."""

    def __init__(self, loop: warp.WarpLoop, log: Log | None = None) -> None:
        self.loop, self.log = loop, log or MemoryLog()
        self.web = Web(loop.steady)
        self.net = Net(self.web)
        self.sources: list[Source] = []
        self.hosts: HostThrottle | None = None
        self.poller: Poller | None = None

    def source(self, url: str, **fields: object) -> Source:
        """Add a source."""
        found = Source(name=public(url), feed=url, **fields)  # type: ignore[arg-type]
        self.sources.append(found)
        return found

    async def once(self, *, now: bool = False, **options: object) -> Poller:
        """One run of what is due, as a process of its own."""
        async with self.net.fetcher() as fetcher:
            poller = self._poller(fetcher, **options)
            await poller.load(self.sources, now=now)
            await poller.run(asyncio.Event(), once=True)
        return poller

    async def watch(self, seconds: float, **options: object) -> Poller:
        """Poll for so long, then stop as SIGTERM does."""
        stop = asyncio.Event()
        async with self.net.fetcher() as fetcher:
            self.poller = self._poller(fetcher, **options)
            await self.poller.load(self.sources)
            running = asyncio.ensure_future(self.poller.run(stop))
            await asyncio.wait({running}, timeout=seconds)
            stop.set()
            await running
        return self.poller

    def _poller(self, fetcher: object, **options: object) -> Poller:
        clock = PollClock(self.loop.wall, self.loop.steady, options.pop("dice", lambda: 0.0))  # type: ignore[arg-type]
        hosts = self.hosts or HostThrottle(gap=1.0)
        settings = PollOptions(**({"patience": 600.0} | options))  # type: ignore[arg-type]
        return Poller(self.log, fetcher, hosts, read_here, clock=clock, options=settings)  # type: ignore[arg-type]

    def state(self, source: Source) -> FeedState:
        """Return what the log remembers of a source."""
        table = self.log.table(FEEDS_STATE)
        found = read_head(table.get(feed_key(source.url)))
        assert found is not None
        return found

    @property
    def links(self) -> list[Link]:
        """Every link published."""
        return [decode(Link, record.value or b"") for record in self.log.scan(LINKS)]

    @property
    def articles(self) -> list[RawArticle]:
        """Every article published."""
        return [decode(RawArticle, record.value or b"") for record in self.log.scan(RAW)]

    @property
    def letters(self) -> list[DeadLetter]:
        """Every dead letter."""
        return [decode(DeadLetter, record.value or b"") for record in self.log.scan(DEAD)]

    def everything(self) -> bytes:
        """All that is in the log."""
        assert isinstance(self.log, MemoryLog)
        return b"\n".join(
            record.key.encode() + (record.value or b"") + repr(record.headers).encode()
            for parts in self.log.records.values()
            for part in parts
            for record in part
        )


def on_a_desk(work: Callable[[Desk], Awaitable[T]], log: Log | None = None) -> T:
    """Run something at a fresh desk in a warped world."""

    async def main(loop: warp.WarpLoop) -> T:
        desk = Desk(loop, log)
        await desk.web.start()
        try:
            return await work(desk)
        finally:
            await desk.web.stop()

    return warp.run(main)


def titles(events: Sequence[Link | RawArticle]) -> list[str | None]:
    """Titles of events, in order of revision."""
    return [event.hints.title for event in events]


def rss(*items: str, channel: str = "") -> bytes:
    """Return an RSS document; an item is `n` or `n:title`."""
    inside = ""
    for item in items:
        number, _, title = item.partition(":")
        inside += (
            f"<item><guid>g{number}</guid><link>https://post.example/{number}</link>"
            f"<title>{title or 'Title ' + number}</title><description>Words {number}</description></item>"
        )
    return f'<rss version="2.0"><channel><title>Post</title>{channel}{inside}</channel></rss>'.encode()


def serve(desk: Desk, *answers: Answer | bytes, host: str = "post.example") -> None:
    """Let a host give these answers in turn, the last one for ever."""
    left = [Answer(body=each) if isinstance(each, bytes) else each for each in answers]
    desk.web.hosts[host] = lambda _asked: left.pop(0) if len(left) > 1 else left[0]
