"""Search the index as people ask: a text and filters in, one page of results out, with a cursor to the next."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple, get_args

import msgspec
from msgspec import UNSET, Struct, UnsetType

from copydesk.answers.time_bounds import between, moment_of
from copydesk.errors import InputError
from copydesk.events import ALL_CHANGE_CLASSES, Changes, Kind
from copydesk.index_port import Index, Results
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Query, ResultPlace, parse

NO_WORD = "there is no word to search for in {!r}"
_NOTHING = Results(0, [], {"source": {}, "language": {}, "day": {}})
_places = msgspec.json.Decoder(ResultPlace)


class Filters(NamedTuple):
    """Hold what a search is narrowed to, as it was typed."""

    source: str | None = None
    language: str | None = None
    since: str | None = None
    until: str | None = None
    section: str | None = None
    author: str | None = None
    removed_kinds: str | None = None
    changed_since: str | None = None
    changes: str | None = None


class FoundArticle(Struct, frozen=True):
    """Show one article that was found. Found words in highlights stand between <em> and </em>; the rest is plain.

    `extra` is there where the article's row held more than fields, `changed_at` and `changes` where it changed.
    """

    id: str
    url: str | None
    title: str
    source: str
    published_at: datetime | None
    score: float
    highlights: list[str]
    extra: dict[str, Any] | UnsetType = UNSET
    changed_at: datetime | UnsetType = UNSET
    changes: Changes | UnsetType = UNSET


class FoundArticles(Struct, frozen=True):
    """Hold a page of results; `cursor` asks for the next one, and is left out where there is none."""

    total: int
    hits: list[FoundArticle]
    facets: Mapping[str, Mapping[str, int]]
    cursor: str | UnsetType = UNSET


def read_query(text: str, filters: Filters, now: datetime, *, dashes: str = "--") -> Query:
    """Return the query of a text and filters; raises InputError, naming the option with `dashes` before it."""
    first, last = between(filters.since, filters.until, now, dashes=dashes)
    if filters.removed_kinds and filters.removed_kinds not in get_args(Kind):
        name = f"{dashes}removed-kinds" if dashes else "removed_kinds"
        raise InputError(f"{name} must be a kind of what is cut, one of {', '.join(get_args(Kind))}")
    changed_since = moment_of(f"{dashes}changed-since", filters.changed_since, now)
    return Query(
        parse(text), filters.source, filters.language and filters.language.lower(), first, last,
        section=filters.section, author=filters.author, removed_kinds=filters.removed_kinds,
        changed_since=changed_since, changes=_class(f"{dashes}changes", filters.changes),
    )  # fmt: skip


def _class(option: str, given: str | None) -> str | None:
    if given is not None and given not in ALL_CHANGE_CLASSES:
        raise InputError(f"{option} is {given!r}; it must be one of {', '.join(ALL_CHANGE_CLASSES)}")
    return given


def find_articles(index: Index, text: str, query: Query) -> Results:
    """Search; a text of signs only finds nothing, where the index alone would list everything."""
    return index.search(query) if query.terms or not text.strip() else _NOTHING


def found_document(results: Results, query: Query) -> FoundArticles:
    """Return what `search --json` prints of a page of results."""
    hits = [
        FoundArticle(
            id=hit.article.id,
            url=hit.article.url,
            title=hit.article.title,
            source=hit.article.source,
            published_at=hit.article.published_at,
            score=hit.score,
            highlights=[
                fragment.replace(HIGHLIGHT_START, "<em>").replace(HIGHLIGHT_END, "</em>") for fragment in hit.highlights
            ],
            extra=hit.article.extra or UNSET,
            changed_at=hit.article.changed_at or UNSET,
            changes=hit.article.changes or UNSET,
        )
        for hit in results.hits
    ]
    return FoundArticles(results.total, hits, results.facets, next_cursor(results, query) or UNSET)


def next_cursor(results: Results, query: Query) -> str | None:
    """Return where the next page begins, None where this one was not full."""
    if not results.hits or len(results.hits) < query.limit:
        return None
    last = results.hits[-1]
    place = ResultPlace(last.score, last.article.seen_at, last.article.id)
    return urlsafe_b64encode(msgspec.json.encode(place)).decode().rstrip("=")


def read_cursor(cursor: str) -> ResultPlace:
    """Return the place of a cursor; raises InputError where it is none of ours."""
    try:
        place = _places.decode(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        if place.seen_at.tzinfo is not None:
            return place
    except (ValueError, msgspec.MsgspecError, UnicodeError):
        pass
    raise InputError("cursor is none that an answer gave; leave it out to begin at the first page")
