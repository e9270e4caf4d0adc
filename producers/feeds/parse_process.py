"""Parse feeds in an isolated process: one that hangs, crashes or eats memory ends that process, not the poller."""

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from threading import Event

import msgspec
from msgspec import Struct

from copydesk.events import Refused
from copydesk.producers.feeds.formats.items import Feed
from copydesk.producers.feeds.new_items import RecognisedItem, recognise
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.process_pool import ProcessPool

DEADLINE, _MEMORY = 90.0, 1 << 30
PRELOAD = ("copydesk.producers.feeds.parse_process", "copydesk.producers.feeds.formats.parse")


class FeedBytes(Struct, frozen=True):
    """Hold a document and what is needed to read it; `source` is that of items without an address of their own."""

    body: bytes
    content_type: str | None
    base: str
    source: str
    now: datetime


class RecognisedFeed(Struct, frozen=True):
    """Hold a feed, its items recognised; `feed` is without them."""

    feed: Feed
    known: tuple[RecognisedItem, ...]


ReadFeed = Callable[[FeedBytes], Awaitable[RecognisedFeed | Refused]]

_requests = msgspec.msgpack.Decoder(FeedBytes)
_answers = msgspec.msgpack.Decoder(RecognisedFeed)


def read_feed(request: FeedBytes) -> RecognisedFeed | Refused:
    """Parse a document in this process."""
    from copydesk.producers.feeds.formats.parse import parse_feed  # feedparser is of the extra `feeds`

    feed = parse_feed(request.body, request.content_type, request.base, request.now)
    if isinstance(feed, Refused):
        return feed
    return RecognisedFeed(msgspec.structs.replace(feed, items=()), tuple(recognise(feed.items, request.source)))


def read_event(value: bytes) -> Outcome:
    """Parse a document in the process of the pool: `read_feed` on encoded values."""
    found = read_feed(_requests.decode(value))
    if isinstance(found, Refused):
        return Outcome("refused", reason=found.reason)
    return Outcome("done", msgspec.msgpack.encode(found))


class FeedReader:
    """Read one document at a time in one process, which is started when first needed."""

    def __init__(self, function: Callable[[bytes], Outcome] = read_event, deadline: float = DEADLINE) -> None:
        self._pool = ProcessPool(function, 1, deadline=deadline, memory=_MEMORY, tries=1, preload=PRELOAD, work="feeds")
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feed-reader")
        self._closing = Event()

    async def __call__(self, request: FeedBytes) -> RecognisedFeed | Refused:
        """Read a document; one that hangs or crashes the reader comes out as Refused."""
        value = msgspec.msgpack.encode(request)
        outcome = await asyncio.get_running_loop().run_in_executor(self._thread, self._run, value)
        return _answers.decode(outcome.value) if outcome.status == "done" else Refused(outcome.reason)

    def _run(self, value: bytes) -> Outcome:
        self._pool.submit(0, "", value)
        while not self._closing.is_set():
            for _, outcome in self._pool.completed(0.2):
                return outcome
        return Outcome("failed", reason="the reader was stopped")

    def close(self) -> None:
        """End the process, in the middle of a document too."""
        self._closing.set()
        self._thread.shutdown(wait=True)
        self._pool.close()
