"""Parse JSON Feed (jsonfeed.org, versions 1 and 1.1) into items. Pure."""

import json
from collections.abc import Iterable
from datetime import datetime
from html import escape
from typing import Any

from copydesk.events import Refused
from copydesk.producers.feeds.formats.authors import read_authors
from copydesk.producers.feeds.formats.dates import feed_date
from copydesk.producers.feeds.formats.items import (
    LONGEST_CONTENT,
    LONGEST_TEXT,
    MOST_ITEMS,
    Feed,
    Item,
)
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import one_line, plain_text

VERSION = "https://jsonfeed.org/version/"


def read_json_feed(text: str, base: str, now: datetime) -> Feed | Refused:
    """Read a JSON Feed found at `base`; values of the wrong type count as missing."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return Refused("The document is not JSON that can be read")
    if not isinstance(found, dict) or not _text(found, "version").startswith(VERSION):
        return Refused("The document is JSON, but no JSON Feed")
    items = found.get("items")
    if not isinstance(items, list):
        return Refused("The document is a JSON Feed without items")
    read = tuple(_item(each, found, base, now) for each in items[:MOST_ITEMS] if isinstance(each, dict))
    return Feed(
        format="json",
        title=plain_text(_text(found, "title")),
        items=read,
        hubs=tuple(url for hub in _list(found, "hubs")[:5] if isinstance(hub, dict) and (url := _text(hub, "url"))),
        self_url=_text(found, "feed_url") or None,
        problem="some items are not objects" if len(read) < min(len(items), MOST_ITEMS) else "",
    )


def _item(item: dict[str, Any], feed: dict[str, Any], base: str, now: datetime) -> Item:
    plain = _text(item, "content_text")[:LONGEST_CONTENT]
    modified = feed_date(_text(item, "date_modified"), now)
    published = feed_date(_text(item, "date_published"), now) or modified
    return Item(
        guid=one_line(_id(item)) or None,
        url=clean_link(_text(item, "url"), base) or clean_link(_text(item, "external_url"), base),
        title=plain_text(_text(item, "title")),
        summary=plain_text(_text(item, "summary"), LONGEST_TEXT),
        content=_text(item, "content_html")[:LONGEST_CONTENT] or paragraphs_of(plain),
        authors=_names(item, _text(feed, "title")) or _names(feed, _text(feed, "title")),
        published_at=published.when if published else None,
        published_precision=published.precision if published else None,
        modified_at=modified.when if modified else None,
        modified_precision=modified.precision if modified else None,
        language=one_line(_text(item, "language") or _text(feed, "language"), 35) or None,
        tags=tuple(one_line(tag, 100) for tag in _list(item, "tags")[:50] if isinstance(tag, str) and tag.strip()),
    )


def _id(item: dict[str, Any]) -> str:
    found = item.get("id")
    return str(found) if isinstance(found, str | int | float) and not isinstance(found, bool) else ""


def _names(holder: dict[str, Any], feed_title: str) -> tuple[str, ...]:
    people: Iterable[Any] = [*_list(holder, "authors"), holder.get("author")]
    return read_authors((each.get("name") for each in people if isinstance(each, dict)), feed_title)


def paragraphs_of(text: str) -> str:
    """Return plain text as HTML; blank lines part its paragraphs."""
    return "\n".join(f"<p>{escape(part)}</p>" for part in text.split("\n\n") if part.strip())


def _text(holder: dict[str, Any], name: str) -> str:
    found = holder.get(name)
    return found if isinstance(found, str) else ""


def _list(holder: dict[str, Any], name: str) -> list[Any]:
    found = holder.get(name)
    return found if isinstance(found, list) else []
