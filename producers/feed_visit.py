"""One visit to one feed: ask, read, publish what is new, and only then remember."""

import random
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import msgspec

from copydesk.errors import FetchFailed
from copydesk.events import Link, RawArticle
from copydesk.fetching import Fetcher
from copydesk.weburl import public
from producers import feed_outcomes as outcomes
from producers.feed_ask import Document, FeedAsker
from producers.feed_events import events
from producers.feed_news import News, judge
from producers.feed_reader import Read, ReadFeed
from producers.feed_state import FeedState, Seen
from producers.feed_store import FeedStore
from producers.politeness import Hosts
from producers.recent import Recent
from producers.sources import Source

CHUNK = 2000


class Visited(NamedTuple):
    """How a visit went. `failure` is set when it brought nothing; `before` is the state to go back to when that was
    our own fault."""

    state: FeedState
    before: FeedState
    links: int = 0
    articles: int = 0
    edits: int = 0
    refused: int = 0
    failure: FetchFailed | None = None

    @property
    def unreachable(self) -> bool:
        """Whether no server answered at all."""
        return self.failure is not None and self.failure.kind == "temporary" and self.failure.status is None


class Visitor:
    """Visits feeds. `wall` tells the time in seconds since the epoch; `patience` bounds the wait for a host, in s."""

    def __init__(
        self,
        fetcher: Fetcher,
        hosts: Hosts,
        store: FeedStore,
        read: ReadFeed,
        wall: Callable[[], float],
        *,
        patience: float = 30.0,
        dice: Callable[[], float] = random.random,
    ) -> None:
        self._asker = FeedAsker(fetcher, hosts, read, wall, patience)
        self._store, self._wall, self._dice = store, wall, dice
        self._recent = Recent()

    async def visit(self, source: Source, key: str, state: FeedState) -> Visited:
        """Ask a feed and publish what is new; the new state is saved, unless nothing was reached (see `Visited`).

        Raises MustWait when its host is not to be asked for longer than `patience`, and Stopped.
        """
        before = state
        state = outcomes.asked(state, self._wall())
        await self._store.save_head(key, state)
        try:
            state, document = await self._asker.ask(source, state)
        except FetchFailed as failure:
            failed = outcomes.failed(source, state, failure, self._wall(), self._dice())
            visited = Visited(failed, msgspec.structs.replace(before, asked=state.asked), failure=failure)
            if not visited.unreachable:
                await self._store.save_head(key, failed)
            return visited
        if document.read is None:
            state = outcomes.unchanged(source, state, document.answer, self._wall(), self._dice())
            await self._store.save_head(key, state)
            return Visited(state, before)
        return await self._take(source, key, before, state, document, document.read)

    async def _take(
        self, source: Source, key: str, before: FeedState, state: FeedState, document: Document, read: Read
    ) -> Visited:
        """Publish the news, then write what was seen, then the head: in this order, each acknowledged."""
        now, answer = self._wall(), document.answer
        seen = await self._store.seen(key, state.shards)
        stale = outcomes.is_stale(state, answer.headers, now)
        judged = judge(read.known, seen, int(now * 1000), stale=stale, by_date=source.full_text == "page")
        news = [each for each in judged.news if each.kind == "edit" or self._recent.is_new(each.id, key)]
        if not state.good_at:
            state = msgspec.structs.replace(state, weight=outcomes.first_weight(read.known, now), weighed_at=now)
        counts = [0, 0, 0]
        shards, written = state.shards, seen
        for start in range(0, len(news), CHUNK):
            chunk = news[start : start + CHUNK]
            for place, count in enumerate(await self._publish(source, answer.url, chunk)):
                counts[place] += count
            if len(news) > CHUNK:  # remember as we go, so that a kill repeats one chunk and not fifty thousand items
                keys = {each.id for each in chunk}
                part = {name: one for name, one in judged.seen.items() if one.id in keys or name in written}
                shards, written = await self._remember(key, state, shards, written, part)
        shards, _ = await self._remember(key, state, shards, written, judged.seen)
        fresh = sum(each.kind == "new" for each in judged.news) if state.good_at else 0
        after = outcomes.changed(source, state, answer, document.digest, read.feed, fresh, now, self._dice())
        after = msgspec.structs.replace(
            after, shards=shards, items=len(read.known), published=state.published + counts[0] + counts[1]
        )
        await self._store.save_head(key, after)
        edits = sum(each.kind == "edit" for each in news)
        return Visited(after, before, counts[0], counts[1], edits, counts[2])

    async def _remember(
        self, key: str, state: FeedState, shards: int, before: dict[str, Seen], after: dict[str, Seen]
    ) -> tuple[int, dict[str, Seen]]:
        """Write seen items; when they need more shards, the head must name those before it is relied on."""
        number = await self._store.save_seen(key, shards, before, after)
        if number != shards:
            await self._store.save_head(key, msgspec.structs.replace(state, shards=number))
            await self._store.drop_seen(key, shards)
        return number, after

    async def _publish(self, source: Source, feed_url: str, news: Sequence[News]) -> tuple[int, int, int]:
        now = outcomes.instant(self._wall())
        found = list(_once(event for each in news if (event := events(each, source, feed_url, now)) is not None))
        letters = await self._store.publish(found, public(feed_url), lambda: outcomes.instant(self._wall()))
        links = sum(isinstance(event, Link) for event in found)
        return links, len(found) - links, len(letters)


def _once(found: Iterable[Link | RawArticle]) -> Iterable[Link | RawArticle]:
    """Without the links to a page that another item of the feed names too."""
    urls: set[str] = set()
    for event in found:
        if isinstance(event, RawArticle) or event.url not in urls:
            urls.add(event.url or "")
            yield event
