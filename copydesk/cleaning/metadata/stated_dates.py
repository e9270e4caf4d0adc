"""Yield what the markup of a page states about the days of publication and change, the most trusted places first."""

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.metadata.date_sources import (
    DateRuns,
    DateStatement,
    is_linked_headline,
    runs_at,
)
from copydesk.cleaning.page.jsonld import text_of
from copydesk.cleaning.page.model import Box, Mark, Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.metadata import (
    DATE_REACH,
    LONGEST_DATE_LINE,
    MOST_DATE_MARKS,
)

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published_time",
    "article_date_original", "dc.date.issued", "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.created",
    "dc.date", "date", "sailthru.date", "cxenseparse:publishtime", "cxenseparse:recs:publishtime",
    "originalpublicationdate", "citation_publication_date", "citation_date", "pub_date", "published_on",
)  # fmt: skip  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "article:post_modified", "datemodified",
    "lastmod", "last-modified", "dcterms.modified", "dc.date.modified",
)  # fmt: skip  # fmt: skip
_GIVEN = ("date", "dc.date", "dcterms.date", "sailthru.date")
_ASIDES = frozenset(("aside", "nav", "footer"))
_OTHERS = re.compile(any_of("class_name.no_author"), re.I)


def stated_publication(page: Page, facts: Facts, near: DateRuns) -> Iterator[DateStatement]:
    """Yield what markup states about the first publication."""
    yield DateStatement("json-ld", text_of(facts.article.get("datePublished")))
    yield from _metas(facts, _PUBLISHED)
    yield from _microdata(page, "datepublished", near.end.start)
    yield DateStatement("json-ld", text_of(facts.article.get("dateCreated") or facts.article.get("uploadDate")))
    yield from (DateStatement("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes)
    yield from (
        DateStatement("markup", mark.value)
        for mark in times_of(page)
        if (mark.at in near.opening or (mark.at in near.title and not _stands_aside(mark.box)))
        and not _dates_a_link(page, mark, near)
    )


def stated_day(facts: Facts) -> Iterator[DateStatement]:
    """Yield the metas for the day of the page itself: unlike the others they do not mean the first publication."""
    yield from _metas(facts, _GIVEN)


def stated_change(page: Page, facts: Facts, near: DateRuns) -> Iterator[DateStatement]:
    """Yield what markup states about the last change."""
    yield DateStatement("json-ld", text_of(facts.article.get("dateModified")))
    yield from _metas(facts, _MODIFIED)
    yield from _microdata(page, "datemodified", near.end.start)


def time_elements(page: Page) -> Iterator[DateStatement]:
    """Return every `time` element of the page."""
    return (DateStatement("markup", mark.value) for mark in times_of(page))


def times_of(page: Page) -> Iterator[Mark]:
    """Yield the `time` elements of a page that state an instant, as far as they are looked at."""
    return islice((mark for mark in page.marks if mark.what == "time" and mark.value), MOST_DATE_MARKS)


def _metas(facts: Facts, names: Sequence[str]) -> Iterator[DateStatement]:
    for name in names:
        if value := facts.metas.get(name):
            yield DateStatement("open-graph" if ":" in name else "meta", value)


def _microdata(page: Page, name: str, end: int) -> Iterator[DateStatement]:
    """Yield what microdata calls by a name, but for that of comments and other stories below the article's `end`."""
    for mark in islice((mark for mark in page.marks if name in mark.what), MOST_DATE_MARKS):
        if mark.at >= end and _is_of_others(mark.box):
            continue
        if mark.value or mark.at < len(page.runs):
            yield DateStatement(
                "markup", mark.value or page.runs[mark.at].text[:LONGEST_DATE_LINE], line=not mark.value
            )


def _stands_aside(inmost: Box) -> bool:
    """Whether a place tells of other articles, by the elements around it or the names of these."""
    return _is_of_others(inmost) or any(box.tag in _ASIDES for box in inmost.ancestry())


def _is_of_others(inmost: Box) -> bool:
    """Whether the names of the elements around a place tell of comments or other articles."""
    return any(_OTHERS.search(box.name) for box in inmost.ancestry())


def _dates_a_link(page: Page, mark: Mark, near: DateRuns) -> bool:
    """Whether a `time` stands with the headline of another article, a link of several words, apart from the story."""
    story = {box.index for box in page.runs[near.first].box.ancestry()} if near.first < len(page.runs) else set()
    story |= {box.index for box in page.runs[near.headline].box.ancestry()} if near.headline is not None else set()
    apart = {box.index for box in mark.box.ancestry()} - story
    return any(
        is_linked_headline(run)
        for run in runs_at(page, range(max(0, mark.at - DATE_REACH), min(len(page.runs), mark.at + DATE_REACH)))
        if not apart.isdisjoint(box.index for box in run.box.ancestry())
    )
