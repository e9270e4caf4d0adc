"""Show the pages of the pipeline, live, and of the sources."""

import asyncio
from collections.abc import AsyncIterator, Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import ServerSentEvent, ServerSentEventMessage
from markupsafe import Markup

from copydesk.answers.learned_text import LearnedText, learned_sources, learned_text
from copydesk.answers.pipeline_state import PipelineState, TopicState, pipeline_state
from copydesk.errors import NotFound, Unavailable
from copydesk.index_port import Count, Index
from copydesk.pipeline import STAGES
from copydesk.search.query import Query
from copydesk.server.charts import sparkline
from copydesk.server.desk import TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.rendering import render

_LIVE_EVERY = 2.0
_SPARK_DAYS = 60


@get("/pipeline", sync_to_thread=True, include_in_schema=False)
def pipeline_page(desk: TheDesk) -> Response[bytes]:
    """Show the stages in order, each with what it reads, how far behind it is, and what waits."""
    state = pipeline_state(desk.log, desk.index)
    return _html("pipeline.html", state=state, stages=STAGES, live=live_cells(state), nothing=TopicState())


@get("/pipeline/live", include_in_schema=False)
async def pipeline_live(desk: TheDesk) -> ServerSentEvent:
    """Send the numbers of the page again and again."""
    return ServerSentEvent(_live(desk))


async def _live(desk: TheDesk) -> AsyncIterator[ServerSentEventMessage]:
    while True:
        try:
            cells = live_cells(await asyncio.to_thread(pipeline_state, desk.log, desk.index))
        except Unavailable as error:
            cells = {"problem": f"The log does not answer: {error}"}
        yield ServerSentEventMessage(data=msgspec.json.encode(cells))
        await asyncio.sleep(_LIVE_EVERY)


def live_cells(state: PipelineState) -> dict[str, str]:
    """Return the texts of the page that change, by the names of their places."""
    index = state.index
    cells = {"problem": str(index.unavailable or index.waiting or ""), "documents": f"{index.documents or 0:,}"}
    cells |= {f"dead-{class_}": f"{count:,}" for class_, count in state.dead_letters.items()}
    for name, topic in state.topics.items():
        cells[f"records-{name}"] = f"{topic.records:,}"
        cells |= {f"lag-{name}-{group}": f"{each.lag:,}" for group, each in topic.groups.items()}
    return cells


@get("/sources", sync_to_thread=True, include_in_schema=False)
def sources_page(desk: TheDesk) -> Response[bytes]:
    """Show every source: articles, the last weeks, what was learned."""
    learned = {each.source: each for each in learned_sources(desk.log)}
    today = datetime.now(UTC)
    recent = desk.index.counts(Query(since=today - timedelta(days=_SPARK_DAYS)), "day", "source")
    ever = {each.value: 0 for each in recent} | dict.fromkeys(learned, 0)
    for count in desk.index.counts(Query(), "month", "source"):
        ever[count.value] = ever.get(count.value, 0) + count.articles
    rows = [
        (name, total, _spark([each for each in recent if each.value == name], name), learned.get(name))
        for name, total in sorted(ever.items(), key=lambda item: (-item[1], item[0]))
    ]
    return _html("sources.html", rows=rows, days=_SPARK_DAYS)


@get("/sources/{name:str}", sync_to_thread=True, include_in_schema=False)
def source_page(desk: TheDesk, name: FromPath[str]) -> Response[bytes]:
    """Show one source: its newest articles, its languages, the text that recurs at it."""
    query = Query(source=name, sort="newest", limit=10)
    results = desk.index.search(query)
    learned: LearnedText | None = None
    try:
        learned = learned_text(desk.log, name)
    except NotFound:
        if not results.total:
            raise NotFound(f"nothing is known of the source {name[:64]!r}; /sources lists the known ones") from None
    counts = desk.index.counts(query, "day")
    return _html(
        "source.html", name=name, results=results, learned=learned, figures=_figures(desk.index, query),
        chart=_spark(counts, name),
    )  # fmt: skip


def _figures(index: Index, query: Query) -> dict[str, Any]:
    """Measure the newest articles of a source: length, what is missing, the share that was cut by kind."""
    articles = [hit.article for hit in index.search(query._replace(limit=100, removed=True)).hits]
    lengths = sorted(len(article.text) for article in articles)
    cut: dict[str, int] = {}
    for article in articles:
        for piece in article.removed:
            cut[piece.kind] = cut.get(piece.kind, 0) + len(piece.text)
    whole = sum(lengths) + sum(cut.values())
    return {
        "articles": len(articles),
        "median": lengths[len(lengths) // 2] if lengths else 0,
        "cut": sorted(((kind, length / whole) for kind, length in cut.items()), key=lambda item: -item[1]),
        "no_title": sum(not article.title for article in articles),
        "no_author": sum(not article.authors for article in articles),
        "no_date": sum(article.published_at is None for article in articles),
    }


def _spark(counts: Iterable[Count], name: str) -> Markup:
    """Draw the last days of a source."""
    today = datetime.now(UTC).date()
    found = {count.start: count.articles for count in counts}
    days = [today - timedelta(days=back) for back in range(_SPARK_DAYS - 1, -1, -1)]
    bars = [Count(day, "", found.get(day, 0)) for day in days]
    total = sum(count.articles for count in bars)
    return sparkline(bars, f"{name}: {total} articles in {_SPARK_DAYS} days")


def _html(template: str, **values: Any) -> Response[bytes]:
    return Response(render(template, **values).encode(), media_type=HTML)
