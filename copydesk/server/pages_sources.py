"""Show the pages of the sources: what they bring, how well it is read, what recurs in it, their feeds."""

from collections import Counter, defaultdict
from typing import Any

from litestar import Response, get
from litestar.params import FromPath, FromQuery
from markupsafe import Markup

from copydesk.answers.corrections import corrections_of
from copydesk.answers.feed_lists import ListedFeed, listed_feeds
from copydesk.answers.learned_text import LearnedText, learned_sources, learned_text
from copydesk.answers.source_health import known_health, open_alarms, refused_by_source
from copydesk.errors import NotFound
from copydesk.index_port import Count, Index, Interval
from copydesk.pipeline import HEALTH
from copydesk.search.query import Query
from copydesk.server.charts import best_interval, filled, next_start, sparkline
from copydesk.server.desk import Desk, TheDesk
from copydesk.server.pages_articles import HTML
from copydesk.server.rendering import render

_NEWEST = 10


@get("/sources", sync_to_thread=True, include_in_schema=False)
def sources_page(desk: TheDesk, said: FromQuery[str] = "", wrong: FromQuery[str] = "") -> Response[bytes]:
    """Show every source, and the feeds of the lists."""
    learned = {each.source: each for each in learned_sources(desk.log)}
    refused = refused_by_source(desk.log)
    alarms = Counter(each.source for each in open_alarms(desk.log.table(HEALTH)))
    interval, counted = _by_source(desk.index)
    names = sorted({*counted, *learned, *refused, *alarms}, key=lambda name: (-_total(counted.get(name, [])), name))
    rows = [
        (name, _total(counted.get(name, [])), _spark(counted.get(name, []), interval, name), learned.get(name),
         refused[name], counted[name][-1].start if name in counted else None, alarms[name])
        for name in names
    ]  # fmt: skip
    feeds, problems = _feeds(desk)
    return _html(
        "sources.html", rows=rows, interval=interval, feeds=feeds, problems=problems, key=desk.form_key, said=said,
        wrong=wrong, can_edit=desk.feeds is not None, can_add=desk.feeds is not None and desk.feeds.find is not None,
        files=desk.feeds.files if desk.feeds else (),
    )  # fmt: skip


@get("/sources/{name:str}", sync_to_thread=True, include_in_schema=False)
def source_page(desk: TheDesk, name: FromPath[str]) -> Response[bytes]:
    """Show one source: its figures, its newest articles, the text that recurs at it, what people said of it."""
    known = known_health(desk.log, desk.index, name)
    corrections = corrections_of(desk.log, name)
    feeds = [each for each in _feeds(desk)[0] if each.source == name]
    newest = desk.index.search(Query(source=name, sort="newest", limit=_NEWEST, removed=True))
    refused = refused_by_source(desk.log)[name]
    learned: LearnedText | None = None
    try:
        learned = learned_text(desk.log, name)
    except NotFound:
        if not (newest.total or refused or known.health or feeds):
            raise NotFound(f"nothing is known of the source {name[:64]!r}; /sources lists the known ones") from None
    counts = desk.index.counts(Query(source=name), "day")
    days = (counts[-1].start - counts[0].start).days + 1 if counts else 1
    interval = best_interval(counts[0].start, counts[-1].start) if counts else "day"
    if interval != "day":
        counts = desk.index.counts(Query(source=name), interval)
    return _html(
        "source.html", name=name, newest=newest, learned=learned, known=known, refused=refused,
        a_day=newest.total / days,
        chart=_spark(list(counts), interval, name), key=desk.form_key, corrections=corrections, feeds=feeds,
        can_edit=desk.feeds is not None,
    )  # fmt: skip


def _by_source(index: Index) -> tuple[Interval, dict[str, list[Count]]]:
    """Return the counts of every source, by an interval that suits the whole span."""
    months = index.counts(Query(), "month", "source")
    if not months:
        return "day", {}
    interval = best_interval(months[0].start, next_start(months[-1].start, "month"))
    found = defaultdict(list)
    for count in months if interval == "month" else index.counts(Query(), interval, "source"):
        found[count.value].append(count)
    return interval, found


def _feeds(desk: Desk) -> tuple[list[ListedFeed], list[str]]:
    return listed_feeds(desk.log, desk.feeds.files) if desk.feeds else ([], [])


def _total(counts: list[Count]) -> int:
    return sum(count.articles for count in counts)


def _spark(counts: list[Count], interval: Interval, name: str) -> Markup:
    """Draw a source from its first article to its last."""
    if not counts:
        return Markup("")
    words = f"{name}: {_total(counts):,} articles from {counts[0].start} on, by {interval}"
    return sparkline(filled([count._replace(value="") for count in counts], interval), words)


def _html(template: str, **values: Any) -> Response[bytes]:
    return Response(render(template, **values).encode(), media_type=HTML)
