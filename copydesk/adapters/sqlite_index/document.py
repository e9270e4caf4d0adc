"""Convert articles to rows and back: columns to filter by, words to find, all of it compressed."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple

import msgspec

from copydesk.adapters.index_values import from_microseconds, to_microseconds
from copydesk.events import CleanArticle, decode, encode
from copydesk.index_port import LONGEST_TERM
from copydesk.search.query import Term
from copydesk.search.words import fold_for_search, words
from copydesk.web.zstd import Compressor, ZstdError, decompress

PARAGRAPH_BREAK = "\n\uffff\n"
"""A word that no folded text holds: put between paragraphs, it keeps phrases from running across them."""

MAX_EVENT_BYTES = 64 << 20
"""The largest article that is taken, in bytes of JSON."""

_DAY = 24 * 3600 * 1_000_000


class Unstorable(Exception):
    """Tell that an article can never be held here; the message says why."""


class DamagedDocument(Exception):
    """Tell that what was stored does not come back."""


class Row(NamedTuple):
    """Hold an article: instants in µs since 1970, `day` in UTC days, `title` and `text` folded, `body` all of it.

    `given` is the id of the row it came from, `labels` are fields and values that it is filtered by.
    Of what is withdrawn only id, version and body are kept.
    """

    id: str
    revision: int
    source: str
    language: str | None
    seen_at: int
    day: int
    title: str
    text: str
    body: bytes
    given: str | None = None
    labels: tuple[tuple[str, str], ...] = ()
    edition: int = 0
    withdrawn: bool = False


class Codec:
    """Convert articles into rows and bodies into articles. For one thread at a time."""

    def __init__(self) -> None:
        self._compressor = Compressor(level=1)

    def row(self, article: CleanArticle, event: bytes | None = None) -> Row:
        """Return the row; raises Unstorable when it would not come back as it is. `event`: what it was read from."""
        try:
            if event is None:
                event = encode(msgspec.structs.replace(article, indexed_at=None))
                decode(CleanArticle, event)
            seen_at = to_microseconds(article.seen_at)
        except (UnicodeError, msgspec.MsgspecError, TypeError, ValueError, OverflowError) as error:
            raise Unstorable(f"it cannot be written as JSON and read again: {error}") from error
        if len(event) > MAX_EVENT_BYTES:
            raise Unstorable(f"it takes {len(event):,} bytes, more than the {MAX_EVENT_BYTES:,} an index holds")
        if not 0 <= article.revision < 1 << 63:
            raise Unstorable(f"its revision {article.revision} is not a number from 0 to 2⁶³ - 1")
        gone = article.withdrawn is not None
        return Row(
            id=article.id,
            revision=article.revision,
            source=article.source,
            language=article.language,
            seen_at=seen_at,
            day=seen_at // _DAY,
            title=fold_for_search(article.title),
            text=PARAGRAPH_BREAK.join(map(fold_for_search, article.paragraphs)),
            body=self._compressor.compress(event),
            given=None if gone else article.given_id,
            labels=() if gone else tuple(_labels(article)),
            edition=article.edition,
            withdrawn=gone,
        )

    def article(self, body: bytes, indexed_at: int) -> CleanArticle:
        """Return the article of a stored body; raises DamagedDocument."""
        try:
            found = decode(CleanArticle, decompress(body))
        except (ZstdError, msgspec.MsgspecError, MemoryError) as error:
            raise DamagedDocument(str(error)) from error
        return msgspec.structs.replace(found, indexed_at=from_microseconds(indexed_at))


def _labels(article: CleanArticle) -> Iterator[tuple[str, str]]:
    """Yield what an article is filtered by and may have many of; the index has no use for longer names."""
    named = [("section", article.section or ""), *(("author", name) for name in article.authors)]
    yield from ((field, value) for field, value in named if value and len(value) <= LONGEST_TERM)
    yield from (("removed_kinds", kind) for kind in article.removed_kinds)


def day_of(day: int) -> date:
    """Return the date of a `Row.day`."""
    return from_microseconds(day * _DAY).date()


def match_expression(terms: Iterable[Term]) -> tuple[str, str]:
    """Return FTS5 expressions of what is required and of what is excluded, each empty when there is none of it."""
    required: list[str] = []
    excluded: list[str] = []
    for term in terms:
        phrases = [phrase for each in (term, *term.alternatives) if (phrase := _phrase(each))]
        if phrases:
            (excluded if term.excluded else required).append(f"({' OR '.join(phrases)})")
    return " AND ".join(required), " OR ".join(excluded)


def _phrase(term: Term) -> str:
    found = words(term.text)
    return f'"{" ".join(found)}"{" *" if term.prefix else ""}' if found else ""
