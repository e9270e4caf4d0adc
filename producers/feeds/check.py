"""Dry-run the sources: ask each once, write nothing, report what it would bring; for `feeds check` and `feeds add`."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from copydesk.errors import FetchFailed
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.parse_process import ReadFeed
from copydesk.producers.feeds.request import FeedAsker
from copydesk.producers.feeds.state import FeedState
from copydesk.producers.feeds.state_changes import utc_instant
from copydesk.producers.web.hosts import HostThrottle, MustWait
from copydesk.web.fetcher import Fetcher
from copydesk.web.urls import public

_AT_ONCE = 16
_PATIENCE = 600.0
_WHOLE_TEXT = 1000


class Checked(NamedTuple):
    """Hold what a source brings, or why nothing. `problem` is "" when all is well, `found_at` where it really is."""

    source: Source
    problem: str
    found_at: str = ""
    format: str = ""
    title: str = ""
    items: int = 0
    newest: datetime | None = None
    language: str | None = None
    whole_texts: int = 0

    @property
    def good(self) -> bool:
        """Whether there is a feed."""
        return bool(self.format)


async def check(
    sources: Sequence[Source],
    fetcher: Fetcher,
    read: ReadFeed,
    wall: Callable[[], float],
    tell: Callable[[Checked], None] = lambda _: None,
) -> list[Checked]:
    """Check sources, politely and many at once; `tell` hears of each as it comes."""
    asker = FeedAsker(fetcher, HostThrottle(), read, wall, _PATIENCE)
    places = asyncio.Semaphore(_AT_ONCE)

    async def one(source: Source) -> Checked:
        async with places:
            checked = await _one(asker, source, wall)
        tell(checked)
        return checked

    return list(await asyncio.gather(*(one(source) for source in sources)))


async def _one(asker: FeedAsker, source: Source, wall: Callable[[], float]) -> Checked:
    try:
        document = await asker.ask(source, FeedState(name=source.name))
    except (FetchFailed, MustWait) as failure:
        return Checked(source, str(failure))
    assert document.read is not None  # nothing was known that it could be compared with
    feed, items = document.read.feed, [known.item for known in document.read.known]
    dates = [date for item in items if (date := item.published_at or item.modified_at)]
    return Checked(
        source,
        feed.problem or ("there are no items in it" if not items else _age(max(dates, default=None), wall())),
        public(document.answer.url),
        feed.format,
        feed.title,
        len(items),
        max(dates, default=None),
        next((item.language for item in items if item.language), None),
        sum(len(item.content) >= _WHOLE_TEXT for item in items),
    )


def _age(newest: datetime | None, now: float) -> str:
    days = (utc_instant(now) - newest).days if newest else 0
    return f"its newest item is {days} days old" if days > 60 else ""
