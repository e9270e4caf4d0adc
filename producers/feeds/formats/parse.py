"""Parse a feed's bytes into items: RSS, Atom and RDF by feedparser, JSON Feed and sitemaps by our own code. Pure.

feedparser opens strings and bytes that name a file or an address, expands entities and guesses encodings: so it is
handed nothing but a stream of UTF-8 that was decoded and checked here.
"""

import io
import re
from collections import Counter
from collections.abc import Collection, Mapping
from datetime import datetime
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import feedparser

from copydesk.events import Refused
from copydesk.producers.feeds.formats.authors import read_authors
from copydesk.producers.feeds.formats.dates import FeedDate, feed_date
from copydesk.producers.feeds.formats.feedparser_patches import patch_feedparser
from copydesk.producers.feeds.formats.items import (
    LONGEST_CONTENT,
    LONGEST_FEED_NAME,
    LONGEST_TEXT,
    MOST_ITEMS,
    Feed,
    Item,
)
from copydesk.producers.feeds.formats.json_feed import paragraphs_of, read_json_feed
from copydesk.producers.feeds.formats.safe_xml import read_text, safe_xml
from copydesk.producers.feeds.formats.sitemap import read_sitemap
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import has_markup, one_line, plain_text

_SITEMAP = re.compile(r"<(?:\w{1,20}:)?(?:urlset|sitemapindex)[\s>]")
_ELEMENT = re.compile(r"<(?:!--|(?=[A-Za-z]))")
_WEB_PAGE = re.compile(r"<(?:html|head|body|title|meta|link|script|style|div|p)[\s>]", re.IGNORECASE)
_LONGEST_TTL, _MOST_HUBS = 7 * 24 * 60, 5
patch_feedparser()


def parse_feed(body: bytes, content_type: str | None, base: str, now: datetime) -> Feed | Refused:
    """Return the items of a document that came from `base`, or why there are none; `now` judges its dates."""
    text = read_text(body, content_type)
    if isinstance(text, Refused):
        return text
    if text.lstrip("\ufeff \t\r\n").startswith(("{", "[")):
        return read_json_feed(text.lstrip("\ufeff"), base, now)
    start = _first_element(text)
    if _WEB_PAGE.match(start):  # said before its document type is refused: it is the clearer reason
        return Refused("The document is a web page, not a feed")
    xml = safe_xml(text)
    if isinstance(xml, Refused):
        return xml
    return read_sitemap(xml, base, now) if _SITEMAP.match(start) else _read_rss_or_atom(xml, base, now)


def _first_element(text: str) -> str:
    """Return the beginning of the first element, whatever comments before it hold."""
    at = 0
    while (found := _ELEMENT.search(text, at)) is not None:
        if found[0] == "<":
            return text[found.start() : found.start() + 2000]
        at = text.find("-->", found.end())
        if at < 0:
            break
    return ""


class _Place:
    """Hold the base address of a feed. feedparser makes even opaque guids absolute: it is told of another origin, so
    that what it added can be told from what the feed says.
    """

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self.base, self._real = base, f"{parts.scheme}://{parts.netloc}"
        self._added = f"{parts.scheme}://relative.invalid"
        self.told = self._added + (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._folder = self._added + (parts.path.rpartition("/")[0] + "/")

    def real(self, text: str) -> str:
        """Return a link or HTML with the real origin."""
        return text.replace(self._added, self._real) if self._added in text else text

    def is_relative(self, link: str) -> bool:
        """Whether the feed gives a link without its origin and root."""
        return link.startswith(self._folder)

    def opaque(self, guid: str) -> str:
        """Return a guid as the feed has it."""
        return guid.removeprefix(self._folder).removeprefix(self._added)


def _read_rss_or_atom(xml: str, base: str, now: datetime) -> Feed | Refused:
    place = _Place(base)
    found = feedparser.parse(
        io.BytesIO(xml.encode("utf-8", "replace")),
        response_headers={"content-type": "application/xml; charset=utf-8", "content-location": place.told},
        sanitize_html=False,
    )
    feed: dict[str, Any] = dict(found.feed)
    if not found.version and not found.entries:
        return Refused("The document is not a feed")
    is_atom = found.version.startswith("atom")
    entries = [dict(entry) for entry in found.entries[:MOST_ITEMS]]
    links = Counter(link for entry in entries if isinstance(link := entry.get("link"), str))
    shared = frozenset(link for link, times in links.items() if times > 1 and place.is_relative(link))
    return Feed(
        format=found.version or "unknown",
        title=_plain(feed, "title", LONGEST_FEED_NAME, is_atom),
        items=tuple(_item(entry, feed, found.version, place, shared, now) for entry in entries),
        ttl=_ttl(feed.get("ttl")),
        hubs=tuple(place.real(link) for link in _links(feed, "hub"))[:_MOST_HUBS],
        self_url=next((place.real(link) for link in _links(feed, "self")), None),
        problem=one_line(f"the XML is broken: {found.get('bozo_exception')}", 200) if found.bozo else "",
    )


def _item(
    entry: dict[str, Any], feed: Mapping[str, Any], version: str, place: _Place, shared: Collection[str], now: datetime
) -> Item:
    """Return an entry as an item; links that are `shared` by several lead nowhere.

    Dublin Core's date, and Atom's where it is the only one, say when it was changed, and so when it was published.
    """
    said = entry.get("language") or (entry.get("title_detail") or {}).get("language") or feed.get("language")
    language = one_line(str(said or ""), 35) or None
    is_atom = version.startswith("atom")
    modified = _date(entry, "updated", now, language)
    published = _date(entry, "published", now, language) or _date(entry, "created", now, language) or modified
    return Item(
        guid=one_line(place.opaque(str(entry.get("id") or ""))) or None,
        url=_url(entry, place, version in {"rss10", "rss090"}, shared),
        title=_plain(entry, "title", LONGEST_FEED_NAME, is_atom),
        summary=_plain(entry, "summary", LONGEST_TEXT, is_atom),
        content=place.real(_content(entry)),
        authors=_authors(entry, feed, version),
        published_at=published.when if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified.when if modified else None,
        modified_precision=modified.precision if modified else None,
        language=language,
        tags=tuple(dict.fromkeys(term for term in map(_term, entry.get("tags") or ()) if term))[:50],
    )


def _url(entry: Mapping[str, Any], place: _Place, is_rdf: bool, shared: Collection[str]) -> str | None:
    """Return the item's own page.

    Behind FeedBurner's redirector, else the alternate link, else what RDF says it is about. What several items give
    that is no whole address says that there is none (`N/A`).
    """
    guid = entry.get("id") if isinstance(entry.get("id"), str) else ""
    links = [link.get("href") for link in entry.get("links") or () if link.get("rel") == "alternate"]
    links = [entry.get("feedburner_origlink"), entry.get("link"), *links, guid if is_rdf else None]
    for link in links:
        if not isinstance(link, str) or link in shared or (link == guid and not re.search("[/.]", place.opaque(link))):
            continue  # a guid that calls itself a permalink, and is none
        if (url := clean_link(place.real(link), place.base)) is not None:
            return url
    return None


def _links(feed: Mapping[str, Any], relation: str) -> list[str]:
    links = (link for link in feed.get("links") or () if isinstance(link, Mapping))
    return [str(link["href"]) for link in links if link.get("href") and str(link.get("rel")).lower() == relation]


def _content(entry: Mapping[str, Any]) -> str:
    """Return the longest full text the item carries, as HTML; its description where that has markup or paragraphs."""
    bodies = [part for part in entry.get("content") or () if not part.get("src") and _is_text(part.get("type"))]
    best = max((str(part.get("value") or "") for part in bodies), key=len, default="")
    if best.strip():
        return best[:LONGEST_CONTENT]
    told = str(entry.get("summary") or "")[:LONGEST_CONTENT]
    if "<" in told and has_markup(told):
        return told
    return paragraphs_of(unescape(told)) if "\n\n" in told.strip() else ""


def _is_text(kind: object) -> bool:
    return not kind or str(kind).startswith("text/") or "html" in str(kind)


def _plain(holder: Mapping[str, Any], name: str, limit: int, declared: bool) -> str:
    """Return a text construct as plain text.

    Feeds call HTML plain and escape it twice, so what looks like HTML is HTML. Whether it is `declared` so only Atom
    says: of RSS it is the library's guess.
    """
    detail = holder.get(f"{name}_detail") or {}
    value = str(holder.get(name) or detail.get("value") or "")
    return plain_text(value, limit, True if declared and "html" in str(detail.get("type")) else None)


def _authors(entry: Mapping[str, Any], feed: Mapping[str, Any], version: str) -> tuple[str, ...]:
    """Return the item's authors, else those of the feed it was taken from, else those of Atom's feed (RFC 4287, 4.2.1).

    Of RSS the feed's own is its editor.
    """
    for holder in (entry, entry.get("source") or {}, feed if version.startswith("atom") else {}):
        people = [person.get("name") for person in holder.get("authors") or () if isinstance(person, Mapping)]
        if any(people):
            return read_authors(people, str(feed.get("title") or ""))
    return ()


def _term(tag: Mapping[str, Any]) -> str:
    return plain_text(str(tag.get("label") or tag.get("term") or ""), 100)


def _date(entry: Mapping[str, Any], name: str, now: datetime, language: str | None) -> FeedDate | None:
    raw = entry.get(name)
    return feed_date(raw, now, entry.get(f"{name}_parsed"), language) if isinstance(raw, str) else None


def _ttl(text: object) -> int | None:
    """Return RSS's `ttl` in seconds; nonsense counts as none."""
    digits = str(text or "").strip()
    return min(int(digits[:9]), _LONGEST_TTL) * 60 if digits.isascii() and digits.isdigit() else None
