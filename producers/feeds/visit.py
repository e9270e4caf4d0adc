"""Visit one feed: ask, read, write down what is new, publish it, and only then say so."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from copydesk.errors import FetchFailed
from copydesk.events import Link, RawArticle
from copydesk.producers.feeds.events import events
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.new_items import News, compare_items, spread_new
from copydesk.producers.feeds.parse_process import RecognisedFeed
from copydesk.producers.feeds.publish_steps import publish_steps
from copydesk.producers.feeds.request import FeedAsker
from copydesk.producers.feeds.state import FeedState, Seen
from copydesk.producers.feeds.state_changes import (
    Contents,
    Visit,
    after_push,
    after_visit,
    before_visit,
    during_visit,
    is_stale,
    utc_instant,
)
from copydesk.producers.feeds.store import FeedStore
from copydesk.producers.feeds.websub import Push, push_of
from copydesk.web.fetcher import Fetched
from copydesk.web.urls import public

MOST_RECENT = 100_000

NEWS_A_STEP = 2000


class VisitCounts(NamedTuple):
    """Count what a visit brought, with the state after it and `before` it.

    `failure` is set when it brought nothing. `push` is the hub that the document named, where one was read. `status` is
    that of the answer that brought nothing new.
    """

    state: FeedState
    before: FeedState
    links: int = 0
    articles: int = 0
    edits: int = 0
    refused: int = 0
    failure: FetchFailed | None = None
    push: Push | None = None
    status: int = 200

    @property
    def unreachable(self) -> bool:
        """Whether no server answered at all."""
        return self.failure is not None and self.failure.kind == "temporary" and self.failure.status is None


class Taking(NamedTuple):
    """Hold the state before a visit and now, and the answer whose items are taken; `partial` where it has not all."""

    before: FeedState
    state: FeedState
    answer: Fetched
    partial: bool = False


class Taken(NamedTuple):
    """Hold the state after items were taken, how many were unknown, and links, articles, edits and refused ones."""

    state: FeedState
    new: int
    counts: tuple[int, int, int, int]

    @property
    def published(self) -> int:
        """Count the links and articles."""
        return self.counts[0] + self.counts[1]


class Visitor:
    """Visit feeds. `wall` tells the time in seconds since the epoch, `dice` gives a random number in [0, 1)."""

    def __init__(
        self, asker: FeedAsker, store: FeedStore, wall: Callable[[], float], dice: Callable[[], float]
    ) -> None:
        self._asker, self._store, self._wall, self._dice = asker, store, wall, dice
        self._recent = RecentArticles()

    async def visit(self, source: Source, key: str, state: FeedState, *, pushed: bool = False) -> VisitCounts:
        """Ask a feed and publish what is new; the new state is saved, unless nothing was reached (see `VisitCounts`).

        One whose hub has `pushed` it is asked again later than others.

        Raises MustWait when its host is not to be asked for longer than `patience`, and Stopped.
        """
        before = state
        state = before_visit(state, self._wall())
        await self._store.save_head(key, state)
        try:
            document = await self._asker.ask(source, state)
        except FetchFailed as failure:
            # Only taking news makes anything uncertain that was not before.
            visit = Visit(self._wall(), failure=failure, unsettled=before.unsettled)
            visited = VisitCounts(after_visit(source, state, visit, self._dice()), before, failure=failure)
            if not visited.unreachable:
                await self._store.save_head(key, visited.state)
            return visited
        state = during_visit(state, address=document.address, shards=state.shards, unsettled=state.unsettled)
        if document.read is None:
            visit = Visit(self._wall(), document.answer, unsettled=before.unsettled, pushed=pushed)
            state = after_visit(source, state, visit, self._dice())
            await self._store.save_head(key, state)
            return VisitCounts(state, before, status=document.answer.status)
        taken = await self._take(source, key, Taking(before, state, document.answer), document.read)
        contents = Contents(document.digest, document.read.feed, document.read.known, taken.new, taken.published)
        visit = Visit(self._wall(), document.answer, contents=contents, unsettled=0, pushed=pushed)
        after = after_visit(source, taken.state, visit, self._dice())
        await self._store.save_head(key, after)
        feed = document.read.feed
        push = push_of(document.answer.headers, feed.hubs, feed.self_url, document.answer.url)
        return VisitCounts(after, before, *taken.counts, push=push)

    async def take_push(self, source: Source, key: str, state: FeedState, answer: Fetched) -> VisitCounts:
        """Publish what is new of what a hub pushed, whole or in part, as if it had been asked for. Raises Stopped."""
        before, moment = state, int(self._wall() * 1000)
        try:
            document = await self._asker.read_push(source, answer)
        except FetchFailed as failure:
            return VisitCounts(before, before, failure=failure)
        assert document.read is not None
        unsettled = min(state.unsettled or moment, moment)
        state = during_visit(state, address=state.address, shards=state.shards, unsettled=unsettled)
        await self._store.save_head(key, state)
        taken = await self._take(source, key, Taking(before, state, answer, partial=True), document.read)
        after = after_push(taken.state, self._wall(), taken.new, taken.published)
        await self._store.save_head(key, after)
        return VisitCounts(after, before, *taken.counts)

    async def _take(self, source: Source, key: str, taking: Taking, read: RecognisedFeed) -> Taken:
        """Write down what is new, and publish it: in this order, each acknowledged; the head is to be written then."""
        before, state, answer = taking.before, taking.state, taking.answer
        now = self._wall()
        seen = await self._store.seen(key, state.shards)
        stale = is_stale(state, answer.headers, now)
        moment = max(int(now * 1000), state.unsettled)
        compared = compare_items(
            read.known,
            seen,
            moment,
            stale=stale,
            by_date=source.full_text == "page",
            unsettled=before.unsettled,
            partial=taking.partial,
        )
        compared = spread_new(compared, self._store.hot.hot)
        told = {each.id for each in compared.news if each.kind == "new" and not self._recent.is_new(each.id, key)}
        counts, edits = [0, 0, 0], 0
        for step in publish_steps(compared, seen, told, state.unsettled, moment, NEWS_A_STEP):
            if step.floor != state.unsettled:  # the steps before this one are done
                state = during_visit(state, address=state.address, shards=state.shards, unsettled=step.floor)
                await self._store.save_head(key, state)
            state, seen = await self._remember(key, state, seen, step.seen)
            for place, count in enumerate(await self._publish(source, answer.url, step.news)):
                counts[place] += count
            edits += sum(each.kind == "edit" for each in step.news)
        new = sum(each.kind == "new" for each in compared.news)
        return Taken(state, new, (counts[0], counts[1], edits, counts[2]))

    async def _remember(
        self, key: str, state: FeedState, before: dict[str, Seen], after: dict[str, Seen]
    ) -> tuple[FeedState, dict[str, Seen]]:
        """Write seen items; when they need more shards, the head must name those before it is relied on."""
        number = await self._store.save_seen(key, state.shards, before, after)
        if number != state.shards:
            old = state.shards
            state = during_visit(state, address=state.address, shards=number, unsettled=state.unsettled)
            await self._store.save_head(key, state)
            await self._store.drop_seen(key, old)
        return state, after

    async def _publish(self, source: Source, feed_url: str, news: Sequence[News]) -> tuple[int, int, int]:
        now = utc_instant(self._wall())
        found = list(_once(event for each in news if (event := events(each, source, feed_url, now)) is not None))
        spread = {each.id for each in news if each.spread}
        letters = await self._store.publish(found, public(feed_url), lambda: utc_instant(self._wall()), spread)
        links = sum(isinstance(event, Link) for event in found)
        return links, len(found) - links, len(letters)


def _once(found: Iterable[Link | RawArticle]) -> Iterable[Link | RawArticle]:
    """Yield the events, of several links to one page only the first."""
    urls: set[str] = set()
    for event in found:
        if isinstance(event, RawArticle) or event.url not in urls:
            urls.add(event.url or "")
            yield event


class RecentArticles:
    """Hold the latest hundred thousand articles that this process published, with the feed that brought each."""

    def __init__(self, most: int = MOST_RECENT) -> None:
        self._by: dict[str, str] = {}
        self._most = most

    def is_new(self, article: str, feed: str) -> bool:
        """Whether no other feed brought this article; from now on this one did."""
        first = self._by.setdefault(article, feed)
        if len(self._by) > self._most:
            del self._by[next(iter(self._by))]
        return first == feed
