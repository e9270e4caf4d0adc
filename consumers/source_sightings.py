"""Read of an event what the figures of its source need, and nothing else: most of it is skipped unread."""

import contextlib
from datetime import datetime

import msgspec
from msgspec import Struct, UnsetType

from copydesk.cleaning.recurring_counts import EVIDENCE
from copydesk.events import DeadLetter, decode
from copydesk.health.figures import Refusal, Sighting
from copydesk.identity import LOCAL
from copydesk.pipeline import INDEX_STAGE
from copydesk.runtime import dead_letters

_LONGEST_WORD = 14
"""Letters a word of a text, from which on its script has no spaces; then two letters count as one word."""


class _Piece(Struct, frozen=True):
    text: str
    kind: str
    evidence: str = ""


class _Article(Struct, frozen=True):
    id: str
    revision: int
    source: str
    title: str
    paragraphs: list[str]
    authors: list[str]
    published_at: datetime | None
    fetched_at: datetime
    language: str | None
    removed: list[_Piece]
    edition: int = 0


class _Hints(Struct, frozen=True):
    published_at: datetime | None = None


class _Refused(Struct, frozen=True):
    fetched_at: datetime | None = None
    found_at_time: datetime | None = None
    hints: _Hints = _Hints()
    edition: int = 0


_articles = msgspec.json.Decoder(_Article)
_refused = msgspec.json.Decoder(_Refused)


def read_article(value: bytes) -> Sighting | None:
    """Return what counts of a CleanArticle event; None where it cannot be read, or has no source to count for."""
    try:
        article = _articles.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    if article.source == LOCAL or article.edition:  # what was cleaned again is nothing that the source did
        return None
    whole = sum(map(len, article.paragraphs))
    cut: dict[str, int] = {}
    for piece in article.removed:
        # What recurs is learned as articles come: that more of it is cut is no change of the source.
        if piece.evidence != EVIDENCE:
            size = len(piece.text)
            whole += size
            cut[piece.kind] = cut.get(piece.kind, 0) + size
    return Sighting(
        source=article.source,
        id=article.id,
        revision=article.revision,
        title=article.title,
        published=article.published_at.timestamp() if article.published_at else None,
        fetched=article.fetched_at.timestamp(),
        words=sum(map(_words, article.paragraphs)),
        cut={kind: round(size / whole, 3) for kind, size in cut.items() if size >= 0.001 * whole and size},
        has_authors=bool(article.authors),
        language=article.language or "",
    )


def read_letter(value: bytes) -> DeadLetter | None:
    """Read a DeadLetter event; None where it cannot be read."""
    try:
        return decode(DeadLetter, value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def refusal_of(letter: DeadLetter) -> Refusal | None:
    """Return what counts of a dead letter; None where a person put it aside, or the source did not do it.

    A document counts once in all its revisions, as an article does: a seed producer that was killed gives what it sends
    again another one.
    """
    if letter.discarded or letter.source == LOCAL or letter.stage == INDEX_STAGE.name:
        return None
    seen = _Refused()
    if not isinstance(letter.event, UnsetType):
        with contextlib.suppress(msgspec.DecodeError, UnicodeDecodeError):
            seen = _refused.decode(letter.event)
    if seen.edition:
        return None
    when = seen.fetched_at or seen.found_at_time or letter.failed_at
    return Refusal(
        source=letter.source,
        identity=f"{letter.stage}\n{letter.id}" if letter.id else "\n".join(dead_letters.identity(letter)),
        id=letter.id or "",
        revision=letter.revision or 0,
        title=letter.title or "",
        reason=letter.reason,
        published=seen.hints.published_at.timestamp() if seen.hints.published_at else None,
        fetched=when.timestamp(),
    )


def _words(paragraph: str) -> int:
    words = len(paragraph.split())
    return words if len(paragraph) <= _LONGEST_WORD * max(1, words) else len(paragraph) // 2
