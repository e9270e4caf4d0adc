"""Make events of a feed's news: a Link to a page, or a RawArticle where the feed carries the text. Pure."""

import re
from datetime import UTC, datetime
from html import escape
from urllib.parse import parse_qsl, unquote, urlsplit
from zoneinfo import ZoneInfo

import msgspec

from copydesk.events import HintPrecision, Hints, Link, RawArticle
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.formats.items import Item
from copydesk.producers.feeds.new_items import News
from copydesk.web.urls import has_secrets, public

_SHORTEST_SECRET = 6


def events(news: News, source: Source, feed_url: str, now: datetime) -> Link | RawArticle | None:
    """Return what to publish of one piece of news; None when it has neither text nor a page to fetch.

    `feed_url` is where the feed was found. A feed of full texts falls back on the page of an item without any, and a
    feed of links on the item's own text where it has no page of its own.
    """
    secrets = secrets_of(source.url)
    item = _without(news.item, secrets)
    text = item.content or escape(item.summary)
    if item.url is not None and ((source.full_text == "page" and not news.shared) or not text):
        return Link(
            url=item.url,
            source=news.source,
            found_at=public(feed_url),
            found_at_time=datetime.fromtimestamp(news.revision / 1000, UTC),
            hints=_hints(item, source),
            known_as=news.id if news.moved else None,
        )
    if not (text or item.title):
        return None
    return RawArticle(
        id=news.id,
        revision=news.revision,
        source=news.source,
        url=item.url,
        content=_page(item, text),
        content_type="text/html",
        fetched_at=now,
        hints=_hints(item, source),
        fetch={"from": "feed", "feed": public(feed_url)},
    )


def _hints(item: Item, source: Source) -> Hints:
    published_at, published_precision = _placed(item.published_at, item.published_precision, source)
    modified_at, modified_precision = _placed(item.modified_at, item.modified_precision, source)
    return Hints(
        title=item.title or None,
        authors=item.authors,
        published_at=published_at,
        published_precision=published_precision,
        modified_at=modified_at,
        modified_precision=modified_precision,
        language=item.language or source.language,
        guid=public(item.guid) if item.guid else None,
        summary=item.summary[:2000] or None,
        tags=item.tags,
        feed=source.name,
    )


def _placed(
    when: datetime | None, precision: HintPrecision | None, source: Source
) -> tuple[datetime | None, HintPrecision | None]:
    """Return an instant whose clock names no time zone in that of its source, where it has one."""
    if when is None or precision != "clock" or source.timezone is None:
        return when, precision
    return when.replace(tzinfo=ZoneInfo(source.timezone)).astimezone(UTC), None


def _page(item: Item, text: str) -> str:
    """Return the item as a small page: cleaning is made for pages."""
    title = escape(item.title)
    language = escape(item.language or "")
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>{title}</title></head>\n'
        f"<body><article><h1>{title}</h1>\n{text}\n</article></body></html>"
    )


def secrets_of(url: str) -> tuple[str, ...]:
    """Return the password, user and key-like parameters of a feed's address, in every spelling they may turn up in."""
    if not has_secrets(url):
        return ()
    parts = urlsplit(url)
    shown = dict(parse_qsl(urlsplit(public(url)).query, keep_blank_values=True))
    found = [parts.password or "", parts.username or ""]
    found += [value for name, value in parse_qsl(parts.query) if shown.get(name) == "hidden"]
    spellings = {spelling for each in found for spelling in (each, unquote(each))}
    return tuple(sorted((each for each in spellings if len(each) >= _SHORTEST_SECRET), key=len, reverse=True))


def secrets_pattern(secrets: tuple[str, ...]) -> re.Pattern[str]:
    """Return a pattern of any of these secrets; the first that fits counts, so the longest goes first."""
    return re.compile("|".join(map(re.escape, secrets)))


def _without(item: Item, secrets: tuple[str, ...]) -> Item:
    """Return the item with the feed's own secrets hidden wherever it repeats them."""
    if not secrets:
        return item
    pattern = secrets_pattern(secrets)

    def hide(text: str | None) -> str | None:
        return pattern.sub("hidden", text) if text else text

    return msgspec.structs.replace(
        item,
        guid=hide(item.guid),
        url=hide(item.url),
        title=hide(item.title) or "",
        summary=hide(item.summary) or "",
        content=hide(item.content) or "",
    )
