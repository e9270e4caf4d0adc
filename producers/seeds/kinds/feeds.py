"""Read a saved feed: an item with its text is an article, an item without one is a link."""

from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape

from copydesk.errors import MissingExtra
from copydesk.events import Hints, Refused
from copydesk.identity import host_of
from copydesk.producers.seeds.kinds.entries import FileEntry
from copydesk.producers.seeds.kinds.link_lists import Listed
from copydesk.producers.seeds.rows import SeedRow

try:
    from copydesk.producers.feeds.formats.items import Item
    from copydesk.producers.feeds.formats.parse import parse_feed
except ModuleNotFoundError as error:
    raise MissingExtra(
        f"a saved feed needs {error.name}, which is not installed: pip install 'copydesk[feeds]'"
    ) from error

_NOWHERE = "https://saved.invalid/"
"""What relative addresses are joined to, as a file does not say where it came from: they are none, then."""


def feed_entries(data: bytes) -> Iterator[FileEntry]:
    """Yield an entry an item of RSS, Atom, RDF, JSON Feed or a sitemap; a Refused alone for what is none of these."""
    feed = parse_feed(data, None, _NOWHERE, datetime.now(UTC))
    if isinstance(feed, Refused):
        yield FileEntry(feed)
        return
    for number, item in enumerate(feed.items, 1):
        yield FileEntry(_row(item), number=number)
    if feed.problem:
        yield FileEntry(Refused(f"The feed is damaged ({feed.problem}); the items that could be found were read"))


def _row(item: Item) -> SeedRow | Listed | Refused:
    url = item.url if item.url and host_of(item.url) != host_of(_NOWHERE) else None
    if not item.content and url is not None:
        return Listed(url, item.title)
    text = item.content or escape(item.summary)
    if not text and not item.title:
        return Refused("The item has neither a text nor an address")
    hints = Hints(
        title=item.title or None,
        authors=item.authors,
        published_at=item.published_at,
        modified_at=item.modified_at,
        language=item.language,
        guid=item.guid,
        summary=item.summary[:2000] or None,
        tags=item.tags,
    )
    title = escape(item.title)
    page = (
        f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>\n{text}\n</article>"
    )
    return SeedRow(f"{page}</body></html>", "text/html", "utf-8", url, item.guid, hints=hints, from_feed=True)
