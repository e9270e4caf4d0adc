"""Read and write feed state and publish events for the poller, all in one thread of its own.

Everything here waits for the log for as long as it takes; `Stopped` ends a wait when the poller is to stop.
"""

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import datetime
from functools import partial
from threading import Event
from typing import TypeVar

import msgspec

from copydesk.events import DeadLetter, Link, RawArticle, encode
from copydesk.log_port import Log, Message, Table
from copydesk.message_headers import headers, trace_of
from copydesk.partition_keys import raw_key
from copydesk.pipeline import FEEDS_STATE, LINKS, PAGES_STATE, RAW
from copydesk.producers.feeds.state import (
    FeedState,
    Seen,
    Shard,
    read_head,
    read_shard,
    shard_key,
    shards_for,
    split,
    write,
)
from copydesk.producers.feeds.websub import Subscription
from copydesk.producers.hot_sources import HotSources
from copydesk.producers.outbox import ROOM_WAIT, Outbox, TooLarge, trace_of_link

_AT_ONCE = 500
_PUSH = "/push"
_STATE_HEADERS = {"type": "FeedState"}
_TURN_HEADERS = {"type": "HostTurn"}
T = TypeVar("T")


class FeedStore:
    """Read and write the feed state and the events of one poller.

    `tell` hears what the log is waited for, and "" when that is over. Articles wait until there is `room`.
    """

    def __init__(
        self,
        log: Log,
        stop: Event,
        tell: Callable[[str], None] = lambda _: None,
        room: Callable[[], bool] | None = None,
    ) -> None:
        self._outbox, self._room = Outbox(log, stop, tell=tell, who="feeds"), room
        self._log, self.hot = log, HotSources(log)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feeds-log")
        self._table: Table | None = None
        self._heads: dict[str, bytes | None] = {}
        self._said: dict[str, bytes | None] = {}
        self._flushing: asyncio.Task[None] | None = None

    def close(self) -> None:
        """End the thread, when what it does is done."""
        self._thread.shutdown(wait=True)

    async def heads(self, keys: Sequence[str]) -> dict[str, FeedState]:
        """Return the heads that are there, as of now."""
        return await self._in_thread(lambda: self._read_heads(keys))

    async def save_head(self, key: str, state: FeedState | None) -> None:
        """Write a head, or with None delete it; acknowledged on return. What waits at the same time goes together."""
        self._heads[key] = None if state is None else write(state)
        await self._flushed()

    async def save_subscription(self, key: str, subscription: Subscription | None) -> None:
        """Write a feed's subscription, or with None delete it; acknowledged on return."""
        self._heads[key + _PUSH] = None if subscription is None else msgspec.json.encode(subscription)
        await self._flushed()

    async def subscriptions(self) -> dict[str, Subscription]:
        """Return all subscriptions there are, by feed; those that cannot be read are left out."""
        return await self._in_thread(self._read_subscriptions)

    async def publish_turn(self, key: str, value: bytes) -> None:
        """Publish a turn at a host (`turn_key`) to `pages.state`, for the page fetcher; acknowledged on return."""
        self._said[key] = value
        await self._flushed()

    async def _flushed(self) -> None:
        if self._flushing is None:
            self._flushing = asyncio.ensure_future(self._flush())
        await asyncio.shield(self._flushing)

    async def _flush(self) -> None:
        await asyncio.sleep(0)  # those that are ready in the same moment
        waiting = ((FEEDS_STATE, _STATE_HEADERS, self._heads), (PAGES_STATE, _TURN_HEADERS, self._said))
        self._heads, self._said, self._flushing = {}, {}, None
        for topic, kind, values in waiting:
            messages = [Message(key, value, kind) for key, value in values.items()]
            if messages:
                await self._in_thread(lambda topic=topic, messages=messages: self._publish_all(topic, messages))  # type: ignore[misc]

    async def seen(self, key: str, shards: int) -> dict[str, Seen]:
        """Return all seen items of a feed."""
        return await self._in_thread(lambda: self._read_seen(key, shards))

    async def save_seen(self, key: str, shards: int, before: Mapping[str, Seen], after: Mapping[str, Seen]) -> int:
        """Write the shards that changed and return how many there are now; more when the feed has grown."""
        return await self._in_thread(lambda: self._write_seen(key, shards, before, after))

    async def drop_seen(self, key: str, shards: int) -> None:
        """Delete the shards of an earlier number, after the head names the new one."""
        gone = [Message(shard_key(key, shards, number), None, {}) for number in range(shards)]
        await self._in_thread(lambda: self._publish_all(FEEDS_STATE, gone))

    async def publish(
        self,
        events: Sequence[Link | RawArticle],
        place: str,
        clock: Callable[[], datetime],
        spread: Collection[str] = (),
    ) -> list[DeadLetter]:
        """Publish events in order; those over the log's limit become dead letters, which are returned.

        `spread` are the ids of articles whose keys have a bucket.
        """
        letters: list[DeadLetter] = []
        for kind, topic in ((Link, LINKS), (RawArticle, RAW)):
            of_kind = [each for each in events if isinstance(each, kind)]
            for start in range(0, len(of_kind), _AT_ONCE):
                if topic == RAW:
                    await self._wait_for_room()
                some = of_kind[start : start + _AT_ONCE]
                letters += await self._in_thread(partial(self._publish, topic, some, place, clock, spread))
        if letters:
            await self._in_thread(lambda: self._outbox.publish_letters(letters))
        return letters

    async def _wait_for_room(self) -> None:
        """Wait without holding the thread: meanwhile feeds of links go on."""
        room = self._room
        while room is not None and not await self._in_thread(lambda: self._outbox.retry_until_answered(room)):
            await asyncio.sleep(ROOM_WAIT)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        running = asyncio.get_running_loop().run_in_executor(self._thread, work)
        return await _unbroken(running)

    def _read_heads(self, keys: Sequence[str]) -> dict[str, FeedState]:
        table = self._fresh_table()
        found = ((key, read_head(self._outbox.retry_until_answered(lambda key=key: table.get(key)))) for key in keys)  # type: ignore[misc]
        return {key: head for key, head in found if head is not None}

    def _read_subscriptions(self) -> dict[str, Subscription]:
        table, found = self._fresh_table(), dict[str, Subscription]()
        for key, value in self._outbox.retry_until_answered(lambda: list(table.items())):
            if key.endswith(_PUSH):
                with suppress(msgspec.DecodeError, UnicodeDecodeError):
                    found[key.removesuffix(_PUSH)] = msgspec.json.decode(value, type=Subscription)
        return found

    def _fresh_table(self) -> Table:
        if self._table is None:
            self._table = self._outbox.retry_until_answered(lambda: self._log.table(FEEDS_STATE))
        self._outbox.retry_until_answered(self._table.refresh)
        return self._table

    def _read_seen(self, key: str, shards: int) -> dict[str, Seen]:
        table, found = self._fresh_table(), dict[str, Seen]()
        for number in range(shards):
            place = shard_key(key, shards, number)
            found |= read_shard(self._outbox.retry_until_answered(lambda place=place: table.get(place)))  # type: ignore[misc]
        return found

    def _write_seen(self, key: str, shards: int, before: Mapping[str, Seen], after: Mapping[str, Seen]) -> int:
        number = shards_for(len(after), shards)
        parts = split(after, number)
        old: list[Shard | None] = list(split(before, number)) if number == shards else [None] * number
        messages = [
            Message(shard_key(key, number, place), write(part), _STATE_HEADERS)
            for place, part in enumerate(parts)
            if part != old[place] and (part or old[place])
        ]
        self._publish_all(FEEDS_STATE, messages)
        return number

    def _publish_all(self, topic: str, messages: Sequence[Message]) -> None:
        for start in range(0, len(messages), _AT_ONCE):
            self._outbox.publish(topic, messages[start : start + _AT_ONCE])

    def _publish(
        self,
        topic: str,
        events: Sequence[Link | RawArticle],
        place: str,
        clock: Callable[[], datetime],
        spread: Collection[str],
    ) -> list[DeadLetter]:
        messages = [Message(_key(each, spread), encode(each), headers(type(each), _trace(each))) for each in events]
        refused = self._outbox.publish(topic, messages)
        self.hot.count(each.source for each in events if isinstance(each, RawArticle))
        self.hot.exchange()
        return [_letter(events[each.position], each, place, clock()) for each in refused]


def _key(event: Link | RawArticle, spread: Collection[str]) -> str:
    return raw_key(event.source, event.id, event.id in spread) if isinstance(event, RawArticle) else event.source


async def _unbroken(running: "asyncio.Future[T]") -> T:
    """Wait for the log even when cancelled meanwhile: what was begun there is known to be done, or not."""
    cancelled = False
    while not running.done():
        try:
            await asyncio.wait({running})
        except asyncio.CancelledError:
            cancelled = True
    if cancelled:
        raise asyncio.CancelledError
    return running.result()


def _trace(event: Link | RawArticle) -> str:
    return trace_of(event.id, event.revision) if isinstance(event, RawArticle) else trace_of_link(event)


def _letter(event: Link | RawArticle, refused: TooLarge, place: str, now: datetime) -> DeadLetter:
    article = event if isinstance(event, RawArticle) else None
    return DeadLetter(
        stage="feeds",
        class_="refused",
        reason=refused.reason,
        attempts=1,
        failed_at=now,
        place=place,
        source=event.source,
        id=article.id if article else None,
        revision=article.revision if article else None,
        title=event.hints.title,
        sha256=refused.sha256,
        size=refused.size,
    )
