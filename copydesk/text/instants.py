"""When an article was published and last changed: the many ways pages state it, as UTC instants."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from copydesk.text.datelines import read_date, reads_as_dateline
from copydesk.text.facts import Facts
from copydesk.text.jsonld import text_of
from copydesk.text.page import Page, Run

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "datepublished", "parsely-pub-date", "pubdate",
    "publishdate", "publish_date", "publish-date", "publication_date", "published_time", "article_date_original",
    "dc.date.issued", "dcterms.created", "dcterms.date", "dc.date", "date", "sailthru.date", "cxenseparse:publishtime",
    "article:post_modified", "cxenseparse:recs:publishtime", "originalpublicationdate", "pub_date",
)  # fmt: skip
_MODIFIED = ("article:modified_time", "og:updated_time", "datemodified", "lastmod", "last-modified", "dcterms.modified")
_PLAIN_META = frozenset(("date", "sailthru.date"))
_ISO = re.compile(
    r"((?:19|20)\d\d)-?(\d\d)-?(\d\d)(?:[T\s]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d|[+-]\d\d)?)?"
)
_AMERICAN = re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)(?!\d)")
_UNIX = re.compile(r"^\s*\w{3} (\w{3}) (\d{1,2}) (\d\d):(\d\d):(\d\d) (\w{3,4}) ((?:19|20)\d\d)\s*$")
_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]?(0[1-9]|1[0-2])[/-]?(0[1-9]|[12]\d|3[01])(?:/|-|$)")
_MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec"
_HOURS = {"CET": 1, "CEST": 2, "MEZ": 1, "MESZ": 2, "BST": 1, "EST": -5, "EDT": -4, "PST": -8, "PDT": -7}
_UPDATED = re.compile(
    r"updat|modif|last edit|aktualisiert|ge[aä]ndert|actualizad|atualizad|mis[e]? [àa] jour|aggiornat|обновлен"
    r"|оновлен|güncelle|bijgewerkt|oppdatert|opdateret|uppdatera|更新|수정|تحديث",
    re.I,
)
LONGEST_LINE = 100
NEAR = 8


class Instant(NamedTuple):
    """An instant in UTC, the text it was read from, and where that stood."""

    when: datetime
    original: str
    origin: str


def dates(
    page: Page, facts: Facts, near: range, url: str | None, language: str | None
) -> tuple[Instant | None, Instant | None]:
    """When the article came out and when it last changed.

    JSON-LD comes first, then metas, microdata, a `time` or a line near the title, and the URL. A page that shows its
    readers the day of the last change as its own, unmarked, has come out anew: that day then counts as published.
    """
    published = _first(_published(page, facts, near, url, language), language)
    modified = _first(_modified(page, facts), language)
    if published and modified and (modified.when - published.when) > timedelta(hours=12):
        shown = _shown(page.runs[near.start : near.stop], language)
        if shown and not _same_day(published.when, shown) and _same_day(modified.when, shown):
            return modified, modified
    return published, modified


def _shown(runs: Sequence[Run], language: str | None) -> datetime | None:
    """The first day that a line names without calling it an update."""
    for run in runs:
        updated = _UPDATED.search(run.text) or _UPDATED.search(run.box.name)
        if not updated and _may_be_dateline(run) and (found := read_date(run.text, language)):
            return found
    return None


def _may_be_dateline(run: Run) -> bool:
    return len(run.text) <= LONGEST_LINE and run.box.tag not in {"figcaption", "h1", "h2", "h3"}


def _same_day(one: datetime, other: datetime) -> bool:
    """The same day in some time zone between UTC-12 and UTC+14; the other instant may be a day alone."""
    return timedelta(hours=-14) <= one - other <= timedelta(hours=36)


def parse_instant(text: str) -> datetime | None:
    """An instant in a format for machines, as UTC; without an offset it is read as UTC; None if it cannot be read."""
    text = text.strip()[:LONGEST_LINE]
    try:
        if found := _ISO.match(text):
            year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
            return datetime(year, month, day, hour, minute, second, tzinfo=_offset(found[7])).astimezone(UTC)
        if found := _UNIX.match(text):
            zone = timezone(timedelta(hours=_HOURS.get(found[6].upper(), 0)))
            month = _MONTHS.index(found[1].lower()) // 3 + 1
            time = (int(found[3]), int(found[4]), int(found[5]))
            return datetime(int(found[7]), month, int(found[2]), *time, tzinfo=zone).astimezone(UTC)
        if found := _AMERICAN.search(text):
            return datetime(int(found[3]), int(found[1]), int(found[2]), tzinfo=UTC)
        return _rfc2822(text)
    except (ValueError, OverflowError, KeyError):
        return None


def _rfc2822(text: str) -> datetime | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, IndexError):
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)


def _offset(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-delta if text[0] == "-" else delta)


def _first(stated: Iterator[tuple[str, str]], language: str | None) -> Instant | None:
    for origin, text in stated:
        found = read_date(text, language) if origin == "text" else parse_instant(text) or read_date(text, "en")
        if found and 1990 <= found.year < 2100:
            return Instant(found, text.strip(), origin)
    return None


def _published(
    page: Page, facts: Facts, near: range, url: str | None, language: str | None
) -> Iterator[tuple[str, str]]:
    yield "json-ld", text_of(facts.article.get("datePublished"))
    for name in _PUBLISHED:
        if value := facts.metas.get(name):
            yield ("open-graph" if ":" in name else "meta"), value
    yield from _microdata(page, "datepublished")
    yield "json-ld", text_of(facts.article.get("dateCreated") or facts.article.get("uploadDate"))
    yield from (("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes if node.get("datePublished"))
    yield from (("markup", mark.value) for mark in page.marks if mark.what == "time" and mark.value and mark.at in near)
    for run in page.runs[near.start : near.stop]:
        if _may_be_dateline(run) and reads_as_dateline(run.text, language):
            yield "text", run.text
    yield from (("markup", mark.value) for mark in page.marks if mark.what == "time" and mark.value)
    if found := _IN_URL.search(url or ""):
        yield "text", f"{found[1]}-{found[2]}-{found[3]}"


def _modified(page: Page, facts: Facts) -> Iterator[tuple[str, str]]:
    yield "json-ld", text_of(facts.article.get("dateModified"))
    for name in _MODIFIED:
        if value := facts.metas.get(name):
            yield ("open-graph" if ":" in name else "meta"), value
    yield from _microdata(page, "datemodified")


def _microdata(page: Page, name: str) -> Iterator[tuple[str, str]]:
    for mark in page.marks:
        if name in mark.what and mark.value:
            yield "markup", mark.value


def near_title(runs: Sequence[Run], title: int | None, first: int) -> range:
    """The runs where a date line may stand: from a little before the title to just after the first paragraph."""
    start = title if title is not None and title <= first else first
    return range(max(0, min(start - 4, first - NEAR)), min(len(runs), first + 2))
