"""Fetch one feed: find its address, ask conditionally, decompress and parse the answer, sitemap indexes included."""

import hashlib
from collections.abc import Callable
from typing import NamedTuple

import msgspec

from copydesk.errors import FetchFailed
from copydesk.events import Refused
from copydesk.identity import host_of, registrable_domain
from copydesk.producers.feeds.discovery import FEED_LIMITS, named_feeds
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.formats.items import Feed
from copydesk.producers.feeds.new_items import RecognisedItem
from copydesk.producers.feeds.parse_process import FeedBytes, ReadFeed, RecognisedFeed
from copydesk.producers.feeds.state import FeedState
from copydesk.producers.feeds.state_changes import conditions, utc_instant
from copydesk.producers.web.hosts import HostThrottle, TurnPatience
from copydesk.web.charset import Decoded, charset_of, decode_text
from copydesk.web.content_encoding import TooBig, Undecodable, gunzip
from copydesk.web.fetcher import Fetched, Fetcher, require

_ACCEPT = "application/rss+xml, application/atom+xml, application/feed+json, application/xml;q=0.9, */*;q=0.5"


class Document(NamedTuple):
    """Hold an answer and the hash of its body; `read` is None when it is what it was at the last visit.

    `address` is the one to ask at where that is not the configured one: of a home page's feed, as found.
    """

    answer: Fetched
    digest: str
    read: RecognisedFeed | None
    address: str | None


class FeedAsker:
    """Ask for feeds; `patience` bounds the wait for a host, in seconds."""

    def __init__(
        self,
        fetcher: Fetcher,
        hosts: HostThrottle,
        read: ReadFeed,
        wall: Callable[[], float],
        patience: TurnPatience | float,
    ) -> None:
        self._fetcher, self._hosts, self._read = fetcher, hosts, read
        self._wall, self._patience = wall, patience

    async def ask(self, source: Source, state: FeedState) -> Document:
        """Return the feed's document. Raises FetchFailed and MustWait."""
        address = state.address
        if source.home is not None and address is None:
            address = await self._discover(source)
        answer = await self._get(address or source.url, conditions(state))
        if answer.status == 304:
            if not state.body:
                raise FetchFailed("temporary", "the answer was 304, though nothing was known", status=304)
            return Document(answer, state.body, None, address)
        try:
            body = gunzip(answer.body, FEED_LIMITS.max_bytes)
        except (TooBig, Undecodable) as error:
            raise FetchFailed("too_big", "what came does not unpack", status=200) from error
        digest = hashlib.sha256(body).hexdigest()[:32]
        if digest == state.body and not state.is_index:
            return Document(answer, digest, None, address)
        read = await self._read_body(source, answer, body)
        if read.feed.children:
            read = msgspec.structs.replace(read, known=await self._children(source, read.feed))
        return Document(answer, digest, read, address)

    async def read_push(self, source: Source, answer: Fetched) -> Document:
        """Return what a hub pushed as a document. Raises FetchFailed where it is no feed."""
        read = await self._read_body(source, answer, answer.body)
        return Document(
            answer, "", msgspec.structs.replace(read, feed=msgspec.structs.replace(read.feed, children=())), None
        )

    async def _get(self, url: str, headers: dict[str, str]) -> Fetched:
        turn = self._hosts.turn(self._patience)
        host = host_of(url) or ""
        try:
            answer = await self._fetcher.get(
                url, headers={"Accept": _ACCEPT} | headers, limits=FEED_LIMITS, before=turn.before
            )
            answer = require(answer, utc_instant(self._wall()))
        except FetchFailed as failure:
            if failure.status in {429, 503}:
                self._hosts.too_much(host, failure.retry_after)
            raise
        finally:
            turn.end()
        self._hosts.well(host)
        return answer

    async def _read_body(self, source: Source, answer: Fetched, body: bytes) -> RecognisedFeed:
        owner = registrable_domain(host_of(source.url) or source.name)
        now = utc_instant(self._wall())
        found = await self._read(FeedBytes(body, answer.headers.get("content-type"), answer.url, owner, now))
        if isinstance(found, Refused):
            raise FetchFailed("not_html", found.reason, status=200)
        return found

    async def _children(self, source: Source, index: Feed) -> tuple[RecognisedItem, ...]:
        """Return the items of an index's newest sitemaps; one that fails is left for the next visit."""
        found: dict[tuple[str, ...], RecognisedItem] = {}
        failure: FetchFailed | None = None
        for child in index.children:
            try:
                answer = await self._get(child, {})
                body = gunzip(answer.body, FEED_LIMITS.max_bytes)
                found |= {each.keys: each for each in (await self._read_body(source, answer, body)).known}
            except FetchFailed as error:
                failure = error
            except (TooBig, Undecodable):
                failure = FetchFailed("too_big", "what came does not unpack", status=200)
        if not found and failure is not None:
            raise failure
        return tuple(found.values())

    async def _discover(self, source: Source) -> str:
        answer = await self._get(source.url, {})
        text = decode_text(answer.body, charset_of(answer.headers.get("content-type")), repair=True)
        named = named_feeds(text.text, answer.url) if isinstance(text, Decoded) else []
        if not named:
            raise FetchFailed("not_html", "the page names no feed", status=200)
        return named[0].url
