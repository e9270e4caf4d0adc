"""Find an article in the index by what people know it by, and in the log the event that became it."""

import re

import msgspec

from copydesk.answers.spellings import ids_of
from copydesk.errors import NotFound
from copydesk.events import CleanArticle, RawArticle, decode
from copydesk.identity import host_of
from copydesk.index_port import Index
from copydesk.log_port import Log, Record, read_place
from copydesk.message_headers import PARENT
from copydesk.pipeline import RAW

_ID = re.compile("[0-9a-f]+")
_SHORTEST_ID, _ID_LENGTH = 6, 32


def stored_article(index: Index, which: str, shown: str) -> CleanArticle:
    """Return the article of an id, of the beginning of one, or of an address; raises NotFound, naming it as `shown`."""
    address = host_of(which) is not None
    found = next((article for each in (ids_of(which) if address else (which,)) if (article := index.get(each))), None)
    if found is not None:
        return found
    if address:
        words = "was its link seen? `copydesk dead list` names those that were given up"
        raise NotFound(f"the index has no article of the address {shown}; {words}")
    if not _ID.fullmatch(which.strip().lower()):
        words = f"no row named itself so, and an article's id is {_ID_LENGTH} digits from 0 to f, which `search` shows"
        raise NotFound(f"the index has no article {shown}: {words}")
    if len(which.strip()) < _SHORTEST_ID:
        raise NotFound(f"{shown} is too short for an id: give {_SHORTEST_ID} of its {_ID_LENGTH} digits, or more")
    if several := index.count_ids(which):
        raise NotFound(f"{several:,} articles have ids that begin with {shown}: give more of the id")
    raise NotFound(f"the index has no article {shown}: no id begins so")


def raw_event_of(log: Log, index: Index, article: CleanArticle) -> RawArticle:
    """Return the event that became this article. Raises NotFound.

    The index knows the place of its clean event, and that names the one it came of; for articles from before indices
    knew, the log is read for the highest revision up to the article's own.
    """
    return _placed(log, index, article) or _searched(log, article)


def placed_record(log: Log, index: Index, article: CleanArticle) -> Record | None:
    """Return the record that became a stored article, by the places that index and log know; None where one is gone."""
    place = next((row.place for row in index.history(article.id) if row.revision == article.revision), None)
    clean = log.read(*place) if place else None
    parent = read_place(clean.headers.get(PARENT, "")) if clean else None
    return log.read(*parent) if parent and parent.topic == RAW else None


def _placed(log: Log, index: Index, article: CleanArticle) -> RawArticle | None:
    record = placed_record(log, index, article)
    try:
        raw = decode(RawArticle, record.value or b"") if record else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return raw if raw and (raw.id, raw.revision) == (article.id, article.revision) else None


def _searched(log: Log, article: CleanArticle) -> RawArticle:
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
