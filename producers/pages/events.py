"""Make an event of a page that was fetched: its text, its id, and the facts of the fetch. Pure."""

import hashlib
from collections.abc import Mapping
from datetime import datetime

import msgspec

from copydesk.errors import FetchFailed
from copydesk.events import ContentType, Link, RawArticle, Refused
from copydesk.identity import article_id
from copydesk.producers.web.link_cleaner import clean_link
from copydesk.producers.web.plain_text import one_line
from copydesk.web.canonical import canonical_url
from copydesk.web.charset import charset_of, decode_text
from copydesk.web.fetcher import Fetched
from copydesk.web.urls import public

TYPES = {
    "text/html": "text/html", "application/xhtml+xml": "text/html", "application/xml": "text/html",
    "text/xml": "text/html", "text/plain": "text/plain",
}  # fmt: skip
_KEPT = ("content-type", "content-language", "last-modified", "etag", "date", "age", "cache-control", "x-robots-tag")


class FetchedPage:
    """Hold a page's text and identity; made from an answer, raises FetchFailed when it is no page.

    `redirects` counts all there were on the way, those before this answer's own included.
    """

    def __init__(self, link: Link, answer: Fetched, redirects: int = 0) -> None:
        kind = answer.headers.get("content-type", "")
        text = decode_text(answer.body, charset_of(kind), repair=True)
        if isinstance(text, Refused):
            raise FetchFailed("not_html", text.reason, status=answer.status)
        if not text.text.strip():
            raise FetchFailed("not_html", "the page is empty", status=answer.status)
        self.answer, self.text, self.encoding = answer, text.text, text.encoding
        self.redirects = redirects + answer.redirects
        self.type: ContentType = "text/plain" if TYPES.get(mime(answer.headers)) == "text/plain" else "text/html"
        self.url = clean_link(answer.url, answer.url) or answer.url
        self.canonical = canonical_url(self.text, self.url) if self.type == "text/html" else None
        self.id = link.known_as or article_id(url=self.url, canonical=self.canonical)

    def hash(self, link: Link) -> str:
        """Hash the page and what else goes into its event, to 16 hex digits: for telling whether it changed."""
        found = hashlib.blake2b(self.answer.body, digest_size=8)
        found.update(msgspec.json.encode((link.hints, self.url, self.type, self.encoding)))
        return found.hexdigest()

    def article(self, link: Link, revision: int, now: datetime) -> RawArticle:
        """Return the event."""
        return RawArticle(
            id=self.id,
            revision=revision,
            source=link.source,
            url=self.url,
            content=self.text,
            content_type=self.type,
            fetched_at=now,
            hints=link.hints,
            fetch=self._facts(link),
        )

    def _facts(self, link: Link) -> dict[str, str]:
        facts = {"from": "page", "status": str(self.answer.status), "encoding": self.encoding}
        facts |= {name: one_line(value, 300) for name in _KEPT if (value := self.answer.headers.get(name))}
        if self.redirects:
            facts["redirects"] = str(self.redirects)
        if link.url != self.answer.url:
            facts["requested"] = public(link.url)
        return facts | {"found_at": link.found_at}


def mime(headers: Mapping[str, str]) -> str:
    """Return the content type without its parameters."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()
