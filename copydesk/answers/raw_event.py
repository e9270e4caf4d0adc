"""Find the event that became an article in the log."""

import msgspec

from copydesk.errors import NotFound
from copydesk.events import CleanArticle, RawArticle, decode
from copydesk.pipeline import RAW
from copydesk.ports import Log


def raw_event_of(log: Log, article: CleanArticle) -> RawArticle:
    """Return the event that became this article: of its id, the highest revision up to its own. Raises NotFound."""
    best: RawArticle | None = None
    for record in log.scan(RAW):
        # Decoding every page of a large log would take minutes; an id stands in its event as it is, or escaped.
        if record.value is None or not any(spelling in record.value for spelling in _spellings(article.id)):
            continue
        try:
            raw = decode(RawArticle, record.value)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # such an event never became an article: it is among the dead letters
        if raw.id == article.id and (best.revision if best else -1) < raw.revision <= article.revision:
            best = raw
    if best is None:
        raise NotFound(f"what came in as {article.id} is not in the log (any more)")
    return best


def _spellings(article_id: str) -> set[bytes]:
    """Return the id as JSON strings may hold it."""
    return {msgspec.json.encode(article_id)[1:-1], article_id.encode()}
