"""The places where a page says when its article came out and last changed, in the order in which they are trusted."""

import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lines.datelines import read_date, reads_as_dateline
from copydesk.cleaning.page.jsonld import text_of
from copydesk.cleaning.page.model import Mark, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.machine_dates import MONTHS

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
_GIVEN = ("date", "dc.date", "dcterms.date", "sailthru.date")
_FOLDERS = re.compile(
    rf"/((?:19|20)\d\d)(?:[/-]?(0[1-9]|1[0-2])[/-]?|/({'|'.join(MONTHS)})[a-z]{{0,6}}/)"
    r"(0[1-9]|[12]\d|3[01]|[1-9](?=/))(?!\d)",
    re.I,
)
_IN_NAME = re.compile(r"[-_](20[0-4]\d)(0[1-9]|1[0-2])()(0[1-9]|[12]\d|3[01])(?=[./_-]|$)")
_UPDATED = re.compile(any_of("date.updated"), re.I)
_LABEL = re.compile(rf"{any_of('date.published')}|{any_of('date.name')}\b", re.I)
_LED = re.compile(
    rf"\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\.?(?: \d\d?[:.]\d\d(?: {any_of('date.clock')})?)? ?[-–—|·•] "
)
_GLUED = re.compile(
    r"(?<=[a-zß-öø-ÿа-яё])(?=[A-ZÀ-ÖØ-ÞА-ЯЁ\d])"
    r"|(?<=[^\W\d_]{3} \d\d)(?=(?:19|20)\d\d(?!\d))"
    r"|(?:(?<= (?:19|20)\d\d)|(?<=[./]\d\d[./](?:19|20)\d\d))(?=\d)"
)
_TITLES = frozenset(("h2", "h3"))
_NO_DATELINES = frozenset(("figcaption", "h1"))
LONGEST_LINE = 100
NEAR = 8
AT_END = 12
MOST_LINES = 80
MOST_MARKS = 200
SURE, LIKELY, ALONE = 0.75, 0.6, 0.9
"""How surely a line must be a dateline, how surely where nothing better is found, and how surely it is one alone."""


class Near(NamedTuple):
    """The numbers of the runs around an article's beginning and of those from its last paragraph on."""

    title: range
    end: range


class Said(NamedTuple):
    """A text that may name an instant, and where it stood; `line` where it was written for readers."""

    origin: str
    text: str
    line: bool = False


class Reader(NamedTuple):
    """How to read the lines of a page: its language, and whether its readers put the day before the month."""

    language: str | None
    day_first: bool

    def day(self, text: str) -> datetime | None:
        """The instant a line names; pieces that markup alone keeps apart count as apart."""
        return read_date(apart(text), self.language, self.day_first)


def apart(text: str) -> str:
    """A line with spaces where pieces of it have been set side by side without any: `RoeMay 3, 20242 comments`."""
    return _GLUED.sub(" ", text)


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


def plausible(when: datetime) -> bool:
    """Whether an article on the web can have come out then."""
    return 1990 <= when.year < 2100


def fits(found: datetime, addressed: datetime | None) -> bool:
    """Whether an instant is about the day of the address, if that names one."""
    return addressed is None or timedelta(hours=-14) <= found - addressed < timedelta(hours=38)


def published(page: Page, facts: Facts, near: Near) -> Iterator[Said]:
    """What machines are told about the first publication."""
    yield Said("json-ld", text_of(facts.article.get("datePublished")))
    yield from _metas(facts, _PUBLISHED)
    yield from _microdata(page, "datepublished")
    yield Said("json-ld", text_of(facts.article.get("dateCreated") or facts.article.get("uploadDate")))
    yield from (Said("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes)
    head = range(near.title.start, near.title.stop + NEAR)
    yield from (Said("markup", mark.value) for mark in _times(page) if mark.at in head)


def given(facts: Facts) -> Iterator[Said]:
    """The metas for the day of the page itself: unlike the others they do not mean the first publication."""
    yield from _metas(facts, _GIVEN)


def printed(page: Page, near: Near, url: str | None, reader: Reader) -> Iterator[Said]:
    """What readers are told about the publication, and the day in the address."""
    lines = [(run.text, _surely(run, reader.language)) for run in _runs(page, near.title)]
    addressed = date_in(url or "")
    for least in (SURE, LIKELY):
        for text, sure in lines:
            line = _before_update(text)
            if sure >= least and line and _agrees(line, addressed, reader):
                yield Said("text", line, line=True)
        if addressed:
            yield Said("text", f"{addressed:%Y-%m-%d}")
        if least == SURE:
            yield from (Said("text", text, line=True) for text in _at_end(_runs(page, near.end), reader.language))
    yield from times(page)
    yield from (Said("text", text, line=True) for text, sure in lines if sure >= SURE)


def times(page: Page) -> Iterator[Said]:
    """Every `time` of the page."""
    return (Said("markup", mark.value) for mark in _times(page))


def modified(page: Page, facts: Facts) -> Iterator[Said]:
    """What machines are told about the last change."""
    yield Said("json-ld", text_of(facts.article.get("dateModified")))
    yield from _metas(facts, _MODIFIED)
    yield from _microdata(page, "datemodified")


def updated(page: Page, near: Near) -> Iterator[Said]:
    """What readers are told about the last change."""
    for run in _runs(page, near.title):
        if len(run.text) <= LONGEST_LINE and (found := _UPDATED.search(run.text)):
            yield Said("text", run.text[found.start() :], line=True)


def shown(page: Page, near: Near, reader: Reader) -> datetime | None:
    """The first day that a line near the title names without calling it an update."""
    for run in _runs(page, near.title):
        if len(run.text) > LONGEST_LINE or run.box.tag in _NO_DATELINES or run.box.tag in _TITLES:
            continue
        changed = _UPDATED.search(run.text) or _UPDATED.search(run.box.name)
        if not changed and (found := reader.day(run.text)):
            return found
    return None


def _metas(facts: Facts, names: Sequence[str]) -> Iterator[Said]:
    for name in names:
        if value := facts.metas.get(name):
            yield Said("open-graph" if ":" in name else "meta", value)


def _times(page: Page) -> Iterator[Mark]:
    return islice((mark for mark in page.marks if mark.what == "time" and mark.value), MOST_MARKS)


def _microdata(page: Page, name: str) -> Iterator[Said]:
    for mark in islice((mark for mark in page.marks if name in mark.what), MOST_MARKS):
        if mark.value or mark.at < len(page.runs):
            yield Said("markup", mark.value or page.runs[mark.at].text[:LONGEST_LINE], line=not mark.value)


def _surely(run: Run, language: str | None) -> float:
    """How surely a run is a dateline; a heading, at best likely: of an article it names the day, of a list each day."""
    if not run.text or len(run.text) > LONGEST_LINE or run.box.tag in _NO_DATELINES:
        return 0.0
    sure = reads_as_dateline(apart(run.text), language)
    if run.box.tag in _TITLES:
        return LIKELY if sure >= ALONE else 0.0
    if sure < LIKELY:
        return LIKELY if _LED.match(run.text) else sure
    return max(sure, SURE) if run.text[0].isdigit() or _LABEL.match(run.text) else sure


def _before_update(line: str) -> str:
    """What a line says before it comes to the last change: `5 May, updated 7 May` -> `5 May, `."""
    found = _UPDATED.search(line, 0, 10 * LONGEST_LINE)
    return line[: found.start()] if found else line


def _agrees(line: str, addressed: datetime | None, reader: Reader) -> bool:
    """Whether a line names about the day that the address names, where both name one."""
    found = reader.day(line) if addressed else None
    return found is None or fits(found, addressed)


def _at_end(runs: Sequence[Run], language: str | None) -> Iterator[str]:
    """Datelines below the last paragraph."""
    for run in runs:
        if any("comment" in box.name.lower() for _, box in zip(range(3), run.box.ancestry(), strict=False)):
            continue
        if _surely(run, language) >= SURE and (line := _before_update(run.text)):
            yield line


def _runs(page: Page, numbers: range) -> list[Run]:
    return page.runs[numbers.start : numbers.stop]
