"""Answer the API's questions about articles: search, one article, what was cut of it, what came in, counts."""

from datetime import UTC, date, datetime
from typing import Annotated, Any

from litestar import Request, Response, get
from litestar.di import NamedDependency
from litestar.params import FromQuery, PathParameter, QueryParameter, SkipValidation
from msgspec import Struct

from copydesk.answers.found_articles import (
    Filters,
    FoundArticles,
    find_articles,
    found_document,
    read_cursor,
    read_query,
)
from copydesk.answers.nothing_found import known_source
from copydesk.answers.stored import raw_event_of, stored_article
from copydesk.events import CleanArticle, RawArticle, Removed
from copydesk.index_port import FACET_VALUES, CountedBy, Interval, TermField
from copydesk.search.query import Sort
from copydesk.server.caching import json_with_etag
from copydesk.server.desk import TheDesk
from copydesk.server.problems import PROBLEMS

MOST_HITS = 1000

Words = Annotated[str, QueryParameter(description='Words, "a phrase", pref*, -not, this OR that; empty for all.')]
OfSource = Annotated[str | None, QueryParameter(description="Only this source.")]
OfLanguage = Annotated[str | None, QueryParameter(description="Only this language, such as en.")]
OfSection = Annotated[str | None, QueryParameter(description="Only this section, as articles name it.")]
OfAuthor = Annotated[str | None, QueryParameter(description="Only by this author, as articles name them.")]
OfKind = Annotated[str | None, QueryParameter(description="Only where a piece of this kind was cut.")]
Since = Annotated[str | None, QueryParameter(description="From this date or instant on, or 7d, 24h back.")]
Until = Annotated[str | None, QueryParameter(description="Up to this instant, or to the end of this date.")]
ChangedSince = Annotated[str | None, QueryParameter(description="Only what changed from then on, as `since`.")]
ChangedHow = Annotated[str | None, QueryParameter(description="Only what ever changed in this way: headline, number …")]
ArticleId = Annotated[str, PathParameter(description="An article's id, or its first 6 characters or more.")]
Limit = Annotated[int, QueryParameter(ge=1, le=MOST_HITS, description="How many to give.")]
Cursor = Annotated[str | None, QueryParameter(description="`cursor` of the page before, with the same question.")]


Narrowed = NamedDependency[SkipValidation[Filters]]


def filters_asked(  # noqa: PLR0913 - each a parameter of the request
    source: OfSource = None,
    language: OfLanguage = None,
    section: OfSection = None,
    author: OfAuthor = None,
    removed_kinds: OfKind = None,
    since: Since = None,
    until: Until = None,
    changed_since: ChangedSince = None,
    changes: ChangedHow = None,
) -> Filters:
    """Return the filters of a request; an empty one is none."""
    given = (source, language, since, until, section, author, removed_kinds, changed_since, changes)
    return Filters(*(each or None for each in given))


class TimeCount(Struct, frozen=True):
    """Count articles: of the interval that begins at `start` and, where asked by something, of that `value`."""

    start: date
    value: str | None
    count: int


@get("/articles", sync_to_thread=True, operation_id="search", responses=PROBLEMS)
def search_articles(
    desk: TheDesk,
    filters: Narrowed,
    q: Words = "",
    sort: FromQuery[Sort] = "relevance",
    limit: Limit = 10,
    cursor: Cursor = None,
) -> FoundArticles:
    """Find articles; without words, the newest."""
    query = read_query(q, filters, datetime.now(UTC), dashes="")
    query = query._replace(sort=sort, limit=limit, after=read_cursor(cursor) if cursor else None)
    query = query._replace(source=known_source(desk.index, query.source))
    return found_document(find_articles(desk.index, q, query), query)


@get("/articles/{article_id:str}", sync_to_thread=True, operation_id="article", responses=PROBLEMS)
def one_article(desk: TheDesk, request: Request[Any, Any, Any], article_id: ArticleId) -> Response[CleanArticle]:
    """Return the whole article, with everything that was cut and where each field came from."""
    return json_with_etag(request, article_asked(desk, article_id))


@get("/articles/{article_id:str}/removed", sync_to_thread=True, operation_id="removed", responses=PROBLEMS)
def removed_pieces(
    desk: TheDesk, request: Request[Any, Any, Any], article_id: ArticleId
) -> Response[tuple[Removed, ...]]:
    """Return what was cut, in document order."""
    return json_with_etag(request, article_asked(desk, article_id).removed)


@get("/articles/{article_id:str}/raw", sync_to_thread=True, operation_id="raw", responses=PROBLEMS)
def raw_article_event(desk: TheDesk, request: Request[Any, Any, Any], article_id: ArticleId) -> Response[RawArticle]:
    """Return what came in, from the log."""
    return json_with_etag(request, raw_event_of(desk.log, desk.index, article_asked(desk, article_id)))


@get("/counts", sync_to_thread=True, operation_id="counts", responses=PROBLEMS)
def count_articles(
    desk: TheDesk,
    filters: Narrowed,
    q: Words = "",
    interval: FromQuery[Interval] = "day",
    by: FromQuery[CountedBy | None] = None,
) -> list[TimeCount]:
    """Count what a search finds over time, in UTC; weeks begin on Monday."""
    query = read_query(q, filters, datetime.now(UTC), dashes="")
    if q.strip() and not query.terms:
        return []
    return [
        TimeCount(each.start, each.value if by else None, each.articles)
        for each in desk.index.counts(query, interval, by)
    ]


@get("/terms", sync_to_thread=True, operation_id="terms", responses=PROBLEMS)
def count_terms(
    desk: TheDesk, filters: Narrowed, by: FromQuery[TermField], q: Words = "", limit: Limit = FACET_VALUES
) -> dict[str, int]:
    """Count what a search finds by the values of a field, most first."""
    query = read_query(q, filters, datetime.now(UTC), dashes="")
    return {} if q.strip() and not query.terms else dict(desk.index.terms(query, by, limit))


def article_asked(desk: TheDesk, article_id: str) -> CleanArticle:
    """Return the article of an id, its beginning or an address; raises NotFound."""
    return stored_article(desk.index, article_id, article_id[:64])
