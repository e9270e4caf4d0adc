"""Show the pages of search and of one article."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, get_args

from litestar import Request, Response, get
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from copydesk.answers.corrections import standing_corrections
from copydesk.answers.found_articles import find_articles, next_cursor, read_cursor, read_query
from copydesk.answers.stored import raw_event_of
from copydesk.errors import InputError
from copydesk.events import Kind
from copydesk.index_port import Index, TermField
from copydesk.search.query import Query, Sort
from copydesk.server.api_articles import Narrowed, article_asked
from copydesk.server.caching import with_etag
from copydesk.server.charts import Histogram, best_interval, filled, histogram
from copydesk.server.desk import TheDesk
from copydesk.server.guard import PICTURES_CSP
from copydesk.server.rendering import page_address, render
from copydesk.server.shown_blocks import article_runs

HTML = "text/html"
_HITS, _FACETS_SHOWN = 20, 8
_COUNTED: tuple[TermField, ...] = ("section", "author", "removed_kinds")


@get("/", sync_to_thread=True, include_in_schema=False)
def search_page(
    desk: TheDesk,
    request: Request[Any, Any, Any],
    filters: Narrowed,
    q: FromQuery[str] = "",
    sort: FromQuery[str] = "",
    cursor: FromQuery[str | None] = None,
) -> Response[Any]:
    """Search as the command line does; the address holds the whole search. An empty index leads to Try."""
    if not request.url.query and not desk.index.status().documents:
        return Redirect("/try")
    given = {"q": q, **filters._asdict(), "sort": sort}
    asked = {name: value for name, value in given.items() if value}
    wrong, results, chart, cursor_next = "", None, None, None
    facets: dict[str, Mapping[str, int]] = {}
    try:
        order: Sort = sort if sort in {"newest", "oldest"} else "relevance"  # type: ignore[assignment]
        query = read_query(q, filters, datetime.now(UTC), dashes="")
        query = query._replace(sort=order, limit=_HITS, after=read_cursor(cursor) if cursor else None)
        results = find_articles(desk.index, q, query)
        cursor_next = next_cursor(results, query)
        if results.total:
            chart = _chart(desk.index, query, asked)
            facets.update(results.facets)
            facets.update({each: desk.index.terms(query, each) for each in _COUNTED})
    except InputError as error:
        wrong = str(error)
    page = render(
        "search.html", asked=asked, results=results, wrong=wrong, chart=chart, cursor=cursor, cursor_next=cursor_next,
        no_word=bool(q.strip()) and results is not None and not query.terms, facets=facets,
        facets_shown=_FACETS_SHOWN, kinds=get_args(Kind),
    )  # fmt: skip
    return with_etag(request, page.encode(), HTML)


def _chart(index: Index, query: Query, asked: dict[str, Any]) -> Histogram | None:
    counts = index.counts(query, "day")
    if not counts:
        return None
    interval = best_interval(counts[0].start, counts[-1].start)
    if interval != "day":
        counts = index.counts(query, interval)

    def link(first: date, last: date) -> str:
        return page_address("/", **{**asked, "since": first.isoformat(), "until": last.isoformat()})

    return histogram(filled(counts, interval), interval, link)


@get("/articles/{article_id:str}", sync_to_thread=True, include_in_schema=False)
def article_page(
    desk: TheDesk,
    request: Request[Any, Any, Any],
    article_id: FromPath[str],
    cuts: FromQuery[bool] = False,
    pictures: FromQuery[bool] = False,
) -> Response[Any]:
    """Show one article; with `cuts` what was cut stands in its place, with `pictures` they are loaded."""
    article = article_asked(desk, article_id)
    page = render(
        "article.html", article=article, runs=article_runs(article, cuts=cuts), cuts=cuts, pictures=pictures,
        key=desk.form_key, corrections=standing_corrections(desk.log, article.source) if cuts else None,
    )  # fmt: skip
    response = with_etag(request, page.encode(), HTML)
    if pictures:
        response.headers["content-security-policy"] = PICTURES_CSP
    return response


@get("/articles/{article_id:str}/raw", include_in_schema=False)
async def raw_page(desk: TheDesk, article_id: FromPath[str]) -> Response[bytes]:
    """Show what came in, as text that is never run."""
    article = await asyncio.to_thread(article_asked, desk, article_id)
    raw = await asyncio.to_thread(raw_event_of, desk.log, desk.index, article)
    return Response(render("raw.html", article=article, raw=raw).encode(), media_type=HTML)
