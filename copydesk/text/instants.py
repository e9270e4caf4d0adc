"""When an article was published and last changed: the many places where pages state it, as UTC instants."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from copydesk.text.datelines import has_zone, read_date, reads_as_dateline
from copydesk.text.facts import Facts
from copydesk.text.jsonld import text_of
from copydesk.text.page import Page, Run
from copydesk.text.stamps import Stamp, parse_stamp
from copydesk.text.zones import MONTHS

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published_time",
    "article_date_original", "dc.date.issued", "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.created",
    "dc.date", "date", "sailthru.date", "cxenseparse:publishtime", "cxenseparse:recs:publishtime",
    "originalpublicationdate", "citation_publication_date", "citation_date", "pub_date",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "article:post_modified", "datemodified",
    "lastmod", "last-modified", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
_FOLDERS = re.compile(
    r"/((?:19|20)\d\d)(?:[/-]?(0[1-9]|1[0-2])[/-]?|/(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}/)"
    r"(0[1-9]|[12]\d|3[01]|[1-9](?=/))(?!\d)",
    re.I,
)
_IN_NAME = re.compile(r"[-_](20[0-4]\d)(0[1-9]|1[0-2])()(0[1-9]|[12]\d|3[01])(?=[./_-]|$)")
_UPDATED = re.compile(
    r"updat|modif|last edit|aktualisiert|ge[aä]ndert|actualizad|atualizad|mis[e]? [àa] jour|aggiornat|обновлен|изменен"
    r"|оновлен|змінен|güncelle|bijgewerkt|oppdatert|opdateret|uppdatera|päivitetty|zaktualizowan|aktualizován|frissít"
    r"|diperbarui|cập nhật|ενημερώθηκε|actualizat|更新|수정|업데이트|تحديث|עודכן|به.?روز",
    re.I,
)
_NO_DATELINES = frozenset(("figcaption", "h1", "h2", "h3"))
LONGEST_LINE = 100
NEAR = 8
AT_END = 12
MOST_LINES = 80
MOST_MARKS = 200
SURE, LIKELY = 0.75, 0.6
"""How surely a line must be a dateline, and how surely where nothing better is found."""


class Instant(NamedTuple):
    """An instant in UTC, the text it was read from, where that stood, and whether it named its time zone."""

    when: datetime
    original: str
    origin: str
    zoned: bool


class Near(NamedTuple):
    """The numbers of the runs around an article's beginning and of those from its last paragraph on."""

    title: range
    end: range


class Said(NamedTuple):
    """A text that may name an instant, and where it stood; `line` where it was written for readers."""

    origin: str
    text: str
    line: bool = False


def dates(
    page: Page, facts: Facts, near: Near, url: str | None, language: str | None
) -> tuple[Instant | None, Instant | None]:
    """When the article came out and when it last changed.

    JSON-LD comes first, then metas, microdata, a `time` or a line near the title, and the URL; of two that name about
    the same time, the one with a time zone. A page that shows its readers the day of the last change as its own,
    unmarked, has come out anew: that day then counts as published.
    """
    published = _first(_published(page, facts, near, url, language), language)
    modified = _first(_modified(page, facts, near, language), language)
    if published and modified and (modified.when - published.when) > timedelta(hours=12):
        shown = _shown(_runs(page, near.title), language)
        if shown and not _same_day(published.when, shown) and _same_day(modified.when, shown):
            return modified, modified
    return published, modified


def near_article(runs: Sequence[Run], title: int | None, first: int, last: int) -> Near:
    """Where a date line may stand: from a little before the title to just after the first paragraph, and at the end."""
    start = title if title is not None and title <= first else first
    above = range(
        max(0, min(start - 4, first - NEAR)), min(len(runs), max(first + 2, start + NEAR), start + MOST_LINES)
    )
    return Near(above, range(max(last, above.stop), min(len(runs), last + AT_END)))


def date_in(url: str) -> datetime | None:
    """The day that an address names: `/2024/03/15/`, `/2024/mar/15/`, `-20240315`."""
    found = _FOLDERS.search(url) or _IN_NAME.search(url)
    if not found:
        return None
    try:
        month = MONTHS[found[3].lower()] if found[3] else int(found[2])
        return datetime(int(found[1]), month, int(found[4]), tzinfo=UTC)
    except ValueError:
        return None


def _published(page: Page, facts: Facts, near: Near, url: str | None, language: str | None) -> Iterator[Said]:
    yield Said("json-ld", text_of(facts.article.get("datePublished")))
    for name in _PUBLISHED:
        if value := facts.metas.get(name):
            yield Said("open-graph" if ":" in name else "meta", value)
    yield from _microdata(page, "datepublished")
    yield Said("json-ld", text_of(facts.article.get("dateCreated") or facts.article.get("uploadDate")))
    yield from (Said("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes)
    head = range(near.title.start, near.title.stop + NEAR)
    times = list(islice((mark for mark in page.marks if mark.what == "time" and mark.value), MOST_MARKS))
    yield from (Said("markup", mark.value) for mark in times if mark.at in head)
    lines = [(run.text, _surely(run, language)) for run in _runs(page, near.title)]
    addressed = date_in(url or "")
    for least in (SURE, LIKELY):
        for text, sure in lines:
            line = _before_update(text)
            if sure >= least and line and _agrees(line, addressed, language):
                yield Said("text", line, line=True)
        if addressed:
            yield Said("text", f"{addressed:%Y-%m-%d}")
        if least == SURE:
            yield from (Said("text", text, line=True) for text in _at_end(_runs(page, near.end), language))
    yield from (Said("markup", mark.value) for mark in times)
    yield from (Said("text", text, line=True) for text, sure in lines if sure >= SURE)


def _modified(page: Page, facts: Facts, near: Near, language: str | None) -> Iterator[Said]:
    yield Said("json-ld", text_of(facts.article.get("dateModified")))
    for name in _MODIFIED:
        if value := facts.metas.get(name):
            yield Said("open-graph" if ":" in name else "meta", value)
    yield from _microdata(page, "datemodified")
    for run in _runs(page, near.title):
        if len(run.text) <= LONGEST_LINE and (found := _UPDATED.search(run.text)):
            yield Said("text", run.text[found.start() :], line=True)


def _microdata(page: Page, name: str) -> Iterator[Said]:
    for mark in islice((mark for mark in page.marks if name in mark.what), MOST_MARKS):
        if mark.value or mark.at < len(page.runs):
            yield Said("markup", mark.value or page.runs[mark.at].text[:LONGEST_LINE], line=not mark.value)


def _first(stated: Iterator[Said], language: str | None) -> Instant | None:
    """The first that can be read, or the next of those for machines that says the same with its time zone."""
    best: Instant | None = None
    for said in stated:
        if not said.text or (best and (said.line or said.origin == "text")):
            continue
        stamp = _read(said, language)
        if not stamp or not 1990 <= stamp.when.year < 2100:
            continue
        found = Instant(stamp.when, said.text.strip()[:LONGEST_LINE], said.origin, stamp.zoned)
        if best is None:
            best = found
        elif found.zoned and _same_clock(best.when, found.when):
            return found
        if best.zoned:
            break
    return best


def _same_clock(naive: datetime, zoned: datetime) -> bool:
    """Whether a time without a zone can be the same as one with it: a whole number of quarters of an hour apart.

    A day alone can be any time of that day, anywhere.
    """
    apart = zoned - naive
    if (naive.hour, naive.minute, naive.second) == (0, 0, 0):
        return timedelta(hours=-14) <= apart <= timedelta(hours=36)
    return abs(apart) <= timedelta(hours=14) and (apart.total_seconds() + 60) % 900 <= 120


def _read(said: Said, language: str | None) -> Stamp | None:
    if not said.line and (stamp := parse_stamp(said.text, american=language in {None, "en"})):
        return stamp
    found = read_date(said.text, language)
    return Stamp(found, has_zone(said.text)) if found else None


def _surely(run: Run, language: str | None) -> float:
    if not run.text or len(run.text) > LONGEST_LINE or run.box.tag in _NO_DATELINES:
        return 0.0
    sure = reads_as_dateline(run.text, language)
    return max(sure, SURE) if sure >= LIKELY and run.text[0].isdigit() else sure


def _before_update(line: str) -> str:
    """What a line says before it comes to the last change: `5 May, updated 7 May` -> `5 May, `."""
    found = _UPDATED.search(line, 0, 10 * LONGEST_LINE)
    return line[: found.start()] if found else line


def _agrees(line: str, addressed: datetime | None, language: str | None) -> bool:
    """Whether a line names about the day that the address names, where it names one."""
    found = read_date(line, language) if addressed else None
    return addressed is None or found is None or timedelta(hours=-14) <= found - addressed < timedelta(hours=38)


def _at_end(runs: Sequence[Run], language: str | None) -> Iterator[str]:
    """Datelines below the last paragraph."""
    for run in runs:
        if any("comment" in box.name.lower() for _, box in zip(range(3), run.box.ancestry(), strict=False)):
            continue
        if _surely(run, language) >= SURE and (line := _before_update(run.text)):
            yield line


def _runs(page: Page, numbers: range) -> list[Run]:
    return page.runs[numbers.start : numbers.stop]


def _shown(runs: Sequence[Run], language: str | None) -> datetime | None:
    """The first day that a line names without calling it an update."""
    for run in runs:
        if len(run.text) > LONGEST_LINE or run.box.tag in _NO_DATELINES:
            continue
        updated = _UPDATED.search(run.text) or _UPDATED.search(run.box.name)
        if not updated and (found := read_date(run.text, language)):
            return found
    return None


def _same_day(one: datetime, other: datetime) -> bool:
    """The same day in some time zone between UTC-12 and UTC+14; the other instant may be a day alone."""
    return timedelta(hours=-14) <= one - other <= timedelta(hours=36)
