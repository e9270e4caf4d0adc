"""Find the feed of a web page: the links in its head, else the places where feeds usually are."""

from datetime import UTC, datetime
from typing import NamedTuple

from selectolax.lexbor import LexborHTMLParser

from copydesk.errors import FetchFailed
from copydesk.producers.feeds.formats.items import Feed
from copydesk.producers.web.hosts import HostThrottle
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import plain_text
from copydesk.web.charset import Decoded, charset_of, decode_text
from copydesk.web.fetcher import MIB, Fetched, Fetcher, Limits, require

FEED_LIMITS = Limits(max_bytes=64 * MIB, deadline=60.0)
_TYPES = {
    "application/rss+xml": 0, "application/atom+xml": 1, "application/feed+json": 2, "application/rdf+xml": 3,
    "text/xml": 4, "application/xml": 4,
}  # fmt: skip
_USUAL = ("/feed", "/rss", "/rss.xml", "/feed.xml", "/atom.xml", "/index.xml")
_MOST = 20
_PATIENCE = 60.0


class NamedFeed(NamedTuple):
    """Name a feed that a page links to."""

    url: str
    title: str


def named_feeds(page: str, url: str) -> list[NamedFeed]:
    """Return the feeds a page at `url` names, the likeliest first: its main feed before those of comments. Pure."""
    tree = LexborHTMLParser(page[: 2 * MIB])
    base = tree.css_first("base[href]")
    base_url = clean_link(base.attributes.get("href"), url) if base is not None else None
    found: dict[str, tuple[int, NamedFeed]] = {}
    for link in tree.css("link[href][rel]"):
        attributes = {name.lower(): value or "" for name, value in link.attributes.items()}
        kind = attributes.get("type", "").partition(";")[0].strip().lower()
        relation = attributes["rel"].lower().split()
        address = clean_link(attributes["href"], base_url or url)
        if address is None or not ("feed" in relation or ("alternate" in relation and kind in _TYPES)):
            continue
        title = plain_text(attributes.get("title", ""), 200)
        aside = 10 if "comment" in (title + address).lower() else 0
        found.setdefault(address, (_TYPES.get(kind, 5) + aside, NamedFeed(address, title)))
    return [each for _, each in sorted(found.values(), key=lambda pair: pair[0])][:_MOST]


async def discover(fetcher: Fetcher, url: str, hosts: HostThrottle) -> list[NamedFeed]:
    """Return the feeds at an address: itself, those its page names, or one at a usual place.

    Raises FetchFailed, MustWait.
    """
    now = datetime.now(UTC)
    answer = await _get(fetcher, url, hosts, now)
    if (feed := _feed(answer, now)) is not None:
        return [NamedFeed(url, feed.title)]
    text = decode_text(answer.body, charset_of(answer.headers.get("content-type")), repair=True)
    named = named_feeds(text.text, answer.url) if isinstance(text, Decoded) else []
    for place in () if named else _USUAL:
        address = clean_link(place, answer.url)
        try:
            answered = await _get(fetcher, address or "", hosts, now)
        except FetchFailed:
            continue
        if (feed := _feed(answered, now)) is not None:
            return [NamedFeed(address or "", feed.title)]
    return named


async def _get(fetcher: Fetcher, url: str, hosts: HostThrottle, now: datetime) -> Fetched:
    turn = hosts.turn(_PATIENCE)
    try:
        return require(await fetcher.get(url, limits=FEED_LIMITS, before=turn.before), now)
    finally:
        turn.end()


def _feed(answer: Fetched, now: datetime) -> Feed | None:
    from copydesk.producers.feeds.formats.parse import parse_feed  # feedparser is of the extra `feeds`

    found = parse_feed(answer.body, answer.headers.get("content-type"), answer.url, now)
    return found if isinstance(found, Feed) else None
