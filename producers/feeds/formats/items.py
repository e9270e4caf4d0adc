"""Hold what any kind of feed gives, items and facts about the feed, as records that can cross a process boundary."""

from datetime import datetime

from msgspec import Struct

from copydesk.events import HintPrecision

MOST_ITEMS = 100_000
LONGEST_CONTENT = 2_000_000
LONGEST_TEXT = 20_000
LONGEST_FEED_NAME = 1_000


class Item(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold one entry. Every text but `content` (HTML) is plain; `url` is an absolute http(s) address or None.

    How exact the two instants are is said as in `Hints`.
    """

    guid: str | None = None
    url: str | None = None
    title: str = ""
    summary: str = ""
    content: str = ""
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: HintPrecision | None = None
    modified_at: datetime | None = None
    modified_precision: HintPrecision | None = None
    language: str | None = None
    tags: tuple[str, ...] = ()


class Feed(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold a document of items. `ttl` is in seconds; `children` are the sitemaps an index names, newest first.

    `hubs` are those that push it (WebSub), `self_url` its address as they know it.

    `problem` says in words what is wrong with a document that could be read nevertheless.
    """

    format: str
    title: str = ""
    items: tuple[Item, ...] = ()
    ttl: int | None = None
    children: tuple[str, ...] = ()
    problem: str = ""
    hubs: tuple[str, ...] = ()
    self_url: str | None = None
