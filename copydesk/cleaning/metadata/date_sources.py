"""Yield candidates of the publication and modification date from a page, the most trusted places first."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lines.datelines import of_publication, read_date, reads_as_dateline
from copydesk.cleaning.lines.person_names import credits_person, reads_as_person
from copydesk.cleaning.page.jsonld import text_of
from copydesk.cleaning.page.model import CHANGE, Box, Mark, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.lines import FURTHEST_ZONE
from copydesk.cleaning.thresholds.metadata import (
    ADDRESS_DAY_ENDS,
    BOXES_NAMING,
    DATE_ABOVE_TITLE,
    DATE_BELOW_FIRST,
    DATE_BELOW_TITLE,
    DATE_REACH,
    DATE_REACH_AT_END,
    DATELINE_ALONE,
    DATELINE_LIKELY,
    DATELINE_SURE,
    FIRST_YEAR,
    LAST_YEAR,
    LINKED_HEADLINE,
    LINKED_WORDS,
    LONGEST_DATE_LABEL,
    LONGEST_DATE_LINE,
    MOST_DATE_MARKS,
)
from copydesk.machine_dates import Stamp, day_of_address, parse_stamp

_PUBLISHED = (
    "article:published_time", "article:published", "og:published_time", "og:article:published_time", "datepublished",
    "parsely-pub-date", "pubdate", "publishdate", "publish_date", "publish-date", "publication_date", "published_time",
    "article_date_original", "dc.date.issued", "dcterms.issued", "dcterms.created", "dcterms.date", "dc.date.created",
    "dc.date", "date", "sailthru.date", "cxenseparse:publishtime", "cxenseparse:recs:publishtime",
    "originalpublicationdate", "citation_publication_date", "citation_date", "pub_date", "published_on",
)  # fmt: skip
_MODIFIED = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "article:post_modified", "datemodified",
    "lastmod", "last-modified", "dcterms.modified", "dc.date.modified",
)  # fmt: skip
_GIVEN = ("date", "dc.date", "dcterms.date", "sailthru.date")
_UPDATED = re.compile(any_of("date.updated"), re.I)
_LABEL = re.compile(rf"{any_of('date.published')}|{any_of('date.name')}\b", re.I)
_LABEL_ALONE = re.compile(
    rf"(?:{any_of('date.published')}\w{{0,6}}+|{any_of('date.name')})(?: \w{{1,9}}+)?[\s:]{{0,3}}", re.I
)
_LED = re.compile(
    rf"\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\.?(?: \d\d?[:.]\d\d(?: {any_of('date.clock')})?)? ?[-–—|·•] "
)
_GLUED = re.compile(
    r"(?<=[a-zß-öø-ÿа-яё])(?<!\dh)(?=[A-ZÀ-ÖØ-ÞА-ЯЁ\d])"
    r"|(?<=[^\W\d_]{3} \d\d)(?=(?:19|20)\d\d(?!\d))"
    r"|(?:(?<= (?:19|20)\d\d)|(?<=[./]\d\d[./](?:19|20)\d\d))(?=\d)"
)
_NUMBERED = re.compile(r"\d.*", re.S)
_ASIDES = frozenset(("aside", "nav", "footer"))
_OTHERS = re.compile(any_of("class_name.no_author"), re.I)
_TITLES = frozenset(("h2", "h3"))
_NO_DATELINES = frozenset(("figcaption", "h1"))


class DateRuns(NamedTuple):
    """Hold the numbers of the runs around an article's title, those of them up to its text, and those at its end;
    that of the headline, None where there is none, and that of the first paragraph.
    """

    title: range
    opening: range
    end: range
    headline: int | None
    first: int


class DateStatement(NamedTuple):
    """Hold a text that may name an instant, and where it stood; `line` where it was written for readers."""

    origin: str
    text: str
    line: bool = False


class DateReader(NamedTuple):
    """Hold how lines of a page are read: its language, and whether its readers put the day before the month."""

    language: str | None
    day_first: bool

    def stamp(self, text: str) -> Stamp | None:
        """Return the instant a line names; pieces that markup alone keeps apart count as apart."""
        return read_date(space_glued_pieces(text), self.language, self.day_first)


def space_glued_pieces(text: str) -> str:
    """Return a line with spaces where pieces of it stand side by side without any: `RoeMay 3, 20242 comments`."""
    return _GLUED.sub(" ", text)


def near_article(runs: Sequence[Run], title: int | None, first: int, last: int) -> DateRuns:
    """Return where a date line may stand: from a little before the title to the first paragraph, and at the end."""
    start = title if title is not None and title <= first else first
    above = range(
        max(0, min(start - DATE_ABOVE_TITLE, first - DATE_REACH)),
        min(len(runs), max(first + DATE_BELOW_FIRST, start + DATE_REACH), start + DATE_BELOW_TITLE),
    )
    opening = range(above.start, min(first + DATE_BELOW_FIRST, above.stop))
    end = range(max(last, above.stop), min(len(runs), last + DATE_REACH_AT_END))
    return DateRuns(above, opening, end, title, first)


def is_plausible(when: datetime) -> bool:
    """Whether an article on the web can have come out then."""
    return FIRST_YEAR <= when.year <= LAST_YEAR


def fits_address(found: datetime, addressed: datetime | None) -> bool:
    """Whether an instant is about the day of the address, if that names one."""
    return addressed is None or (
        timedelta(hours=-FURTHEST_ZONE) <= found - addressed < timedelta(hours=ADDRESS_DAY_ENDS)
    )


def stated_publication(page: Page, facts: Facts, near: DateRuns) -> Iterator[DateStatement]:
    """Yield what markup states about the first publication."""
    yield DateStatement("json-ld", text_of(facts.article.get("datePublished")))
    yield from _metas(facts, _PUBLISHED)
    yield from _microdata(page, "datepublished", near.end.start)
    yield DateStatement("json-ld", text_of(facts.article.get("dateCreated") or facts.article.get("uploadDate")))
    yield from (DateStatement("json-ld", text_of(node.get("datePublished"))) for node in facts.nodes)
    yield from (
        DateStatement("markup", mark.value)
        for mark in _times(page)
        if (mark.at in near.opening or (mark.at in near.title and not _stands_aside(mark.box)))
        and not _dates_a_link(page, mark, near)
    )


def stated_day(facts: Facts) -> Iterator[DateStatement]:
    """Yield the metas for the day of the page itself: unlike the others they do not mean the first publication."""
    yield from _metas(facts, _GIVEN)


def printed_publication(page: Page, near: DateRuns, url: str | None, reader: DateReader) -> Iterator[DateStatement]:
    """Yield the lines about the publication that readers see, and the day in the address.

    Where a page names the day of its last change alone, it came out on that day, as far as anybody can tell.
    """
    own = (run for run in _runs(page, near.title) if not _is_linked_headline(run))
    lines = [(of_publication(run.text), _surely(run, reader)) for run in own]
    addressed = day_of_address(url or "")
    for least in (DATELINE_SURE, DATELINE_LIKELY):
        for line, sure in lines:
            if sure >= least and line and _agrees(line, addressed, reader):
                yield DateStatement("text", line, line=True)
        if addressed:
            yield DateStatement("text", f"{addressed:%Y-%m-%d}")
        if least == DATELINE_SURE:
            yield from (DateStatement("text", text, line=True) for text in _at_end(_runs(page, near.end), reader))
    yield from time_elements(page)
    yield from _below_label(page, reader)
    yield from printed_change(page, near)


def time_elements(page: Page) -> Iterator[DateStatement]:
    """Return every `time` element of the page."""
    return (DateStatement("markup", mark.value) for mark in _times(page))


def stated_change(page: Page, facts: Facts, near: DateRuns) -> Iterator[DateStatement]:
    """Yield what markup states about the last change."""
    yield DateStatement("json-ld", text_of(facts.article.get("dateModified")))
    yield from _metas(facts, _MODIFIED)
    yield from _microdata(page, "datemodified", near.end.start)


def printed_change(page: Page, near: DateRuns) -> Iterator[DateStatement]:
    """Yield the lines about the last change that readers see."""
    for run in _runs(page, near.title):
        if len(run.text) <= LONGEST_DATE_LINE and (found := _UPDATED.search(run.text)):
            yield DateStatement("text", run.text[found.start() :], line=True)


def shown_day(page: Page, near: DateRuns, reader: DateReader) -> Stamp | None:
    """Return the first day that a line near the title, or a `time` in it, names without calling it an update.

    A class name that calls it one is nothing to readers: such a line counts where no other does.
    """
    times = {mark.at: mark.value for mark in reversed(list(_times(page)))}
    changes = {mark.at for mark in page.marks if mark.what == CHANGE}
    found: Stamp | None = None
    for at in near.title:
        run = page.runs[at]
        if len(run.text) > LONGEST_DATE_LINE or run.box.tag in _NO_DATELINES or run.box.tag in _TITLES:
            continue
        if _UPDATED.search(run.text) or _UPDATED.search(run.box.name):
            continue
        if at in changes and at in times:
            return parse_stamp(times[at], american=not reader.day_first)
        if (shown := reader.stamp(run.text)) and at not in changes:
            return shown
        found = found or shown
    return found


def _metas(facts: Facts, names: Sequence[str]) -> Iterator[DateStatement]:
    for name in names:
        if value := facts.metas.get(name):
            yield DateStatement("open-graph" if ":" in name else "meta", value)


def _times(page: Page) -> Iterator[Mark]:
    return islice((mark for mark in page.marks if mark.what == "time" and mark.value), MOST_DATE_MARKS)


def _stands_aside(inmost: Box) -> bool:
    """Whether a place tells of other articles, by the elements around it or the names of these."""
    return _is_of_others(inmost) or any(box.tag in _ASIDES for box in inmost.ancestry())


def _dates_a_link(page: Page, mark: Mark, near: DateRuns) -> bool:
    """Whether a `time` stands with the headline of another article, a link of several words, apart from the story."""
    story = {box.index for box in page.runs[near.first].box.ancestry()} if near.first < len(page.runs) else set()
    story |= {box.index for box in page.runs[near.headline].box.ancestry()} if near.headline is not None else set()
    apart = {box.index for box in mark.box.ancestry()} - story
    return any(
        _is_linked_headline(run)
        for run in _runs(page, range(max(0, mark.at - DATE_REACH), min(len(page.runs), mark.at + DATE_REACH)))
        if not apart.isdisjoint(box.index for box in run.box.ancestry())
    )


def _is_linked_headline(run: Run) -> bool:
    """Whether a run is one link of several words, and no author's name beside a date."""
    if run.links != 1 or run.link_chars < LINKED_HEADLINE * len(run.text) or run.text.count(" ") < LINKED_WORDS - 1:
        return False
    return not reads_as_person(_NUMBERED.sub("", run.text).strip(" ,|·•–—-"))


def _is_of_others(inmost: Box) -> bool:
    """Whether the names of the elements around a place tell of comments or other articles."""
    return any(_OTHERS.search(box.name) for box in inmost.ancestry())


def _microdata(page: Page, name: str, end: int) -> Iterator[DateStatement]:
    """Yield what microdata calls by a name, but for that of comments and other stories below the article's `end`."""
    for mark in islice((mark for mark in page.marks if name in mark.what), MOST_DATE_MARKS):
        if mark.at >= end and _is_of_others(mark.box):
            continue
        if mark.value or mark.at < len(page.runs):
            yield DateStatement(
                "markup", mark.value or page.runs[mark.at].text[:LONGEST_DATE_LINE], line=not mark.value
            )


def _surely(run: Run, reader: DateReader) -> float:
    """Return how surely a run is a dateline, or one about the publication and the last change.

    A heading is at best likely: that of an article names its day, those of a list each day. A line that credits
    somebody and names a day is a dateline too.
    """
    line = of_publication(run.text) if 0 < len(run.text) <= LONGEST_DATE_LINE else ""
    if not line or run.box.tag in _NO_DATELINES:
        return 0.0
    sure = reads_as_dateline(space_glued_pieces(line), reader.language)
    if run.box.tag in _TITLES:
        return DATELINE_LIKELY if sure >= DATELINE_ALONE else 0.0
    if sure < DATELINE_SURE and credits_person(line) and reader.stamp(line):
        return DATELINE_SURE
    if sure < DATELINE_LIKELY:
        return DATELINE_LIKELY if _LED.match(line) else sure
    return max(sure, DATELINE_SURE) if line[0].isdigit() or _LABEL.match(run.text) else sure


def _agrees(line: str, addressed: datetime | None, reader: DateReader) -> bool:
    """Whether a line names about the day that the address names, where both name one."""
    found = reader.stamp(line) if addressed else None
    return found is None or fits_address(found.when, addressed)


def _at_end(runs: Sequence[Run], reader: DateReader) -> Iterator[str]:
    """Yield datelines below the last paragraph."""
    for run in runs:
        if any("comment" in box.name.lower() for box in islice(run.box.ancestry(), BOXES_NAMING)):
            continue
        if _surely(run, reader) >= DATELINE_SURE and (line := of_publication(run.text)):
            yield line


def _runs(page: Page, numbers: range) -> list[Run]:
    return page.runs[numbers.start : numbers.stop]


def _below_label(page: Page, reader: DateReader) -> Iterator[DateStatement]:
    """Yield the line of a day below a label of its own, `Published`, where a page has no more than one such label."""
    short = (at for at, run in enumerate(page.runs[:-1]) if len(run.text) <= LONGEST_DATE_LABEL)
    labels = [at for at in short if _LABEL_ALONE.fullmatch(page.runs[at].text)]
    if len(labels) == 1:
        text = page.runs[labels[0] + 1].text
        if len(text) <= LONGEST_DATE_LINE and reads_as_dateline(text, reader.language) >= DATELINE_SURE:
            yield DateStatement("text", text, line=True)


def lines_near(page: Page, numbers: range) -> Iterator[str]:
    """Yield those of some runs that are short enough for a line about a date, pieces side by side spaced."""
    return (space_glued_pieces(run.text) for run in _runs(page, numbers) if len(run.text) <= LONGEST_DATE_LINE)
