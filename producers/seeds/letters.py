"""Write the dead letters of input that cannot become articles: what is no row, and what is too large for the log."""

import hashlib
import re
from datetime import datetime

from copydesk.events import DeadLetter, RawArticle
from copydesk.identity import article_id, source_of
from copydesk.producers.outbox import TooLarge
from copydesk.producers.seeds.rows import names_of_line

TEXT_KEPT = 64 << 10
"""The longest unusable input in bytes that a dead letter carries: of a longer one it has hash and place."""

_CREDENTIALS = re.compile(r"(\bhttps?:/{1,2})[^\s/@\"'<>\\]+@", re.IGNORECASE)


def letter_of_input(
    place: str,
    reason: str,
    failed_at: datetime,
    named: str | None,
    data: bytes | None,
    *,
    sha256: str | None = None,
    size: int | None = None,
) -> DeadLetter:
    """Return the letter of something that is no row, as far as that names itself; `named` is its source if given."""
    text, article, source, given = None, None, source_of(None, named), None
    if data is not None:
        article, source, given = _names(data, named)
        sha256, size = hashlib.sha256(data).hexdigest(), len(data)
    if data is not None and len(data) <= TEXT_KEPT:
        text = _CREDENTIALS.sub(r"\1", data.decode("utf-8", "backslashreplace"))
    return DeadLetter(
        stage="seeds",
        class_="refused",
        reason=reason,
        attempts=1,
        failed_at=failed_at,
        place=place,
        source=source,
        id=article,
        event_text=text,
        sha256=sha256,
        size=size,
        extra={} if given is None else {"id": given},
    )


def _names(data: bytes, named: str | None) -> tuple[str | None, str, str | None]:
    """Return the id and source that the article would have had, and its row's own id."""
    given, url, site = names_of_line(data)
    source = source_of(url, named or site)
    return (article_id(url=url, source=source, given=given) if url or given else None), source, given


def letter_of_too_large(event: RawArticle, place: str, refused: TooLarge, failed_at: datetime) -> DeadLetter:
    """Return the letter of an article that the log finds too large."""
    return DeadLetter(
        stage="seeds",
        class_="refused",
        reason=refused.reason,
        attempts=1,
        failed_at=failed_at,
        place=place,
        source=event.source,
        id=event.id,
        revision=event.revision,
        title=event.hints.title,
        sha256=refused.sha256,
        size=refused.size,
        extra=event.hints.extra,
    )
