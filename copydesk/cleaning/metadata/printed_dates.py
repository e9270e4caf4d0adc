"""Yield the lines of a page that tell its readers when it came out and changed, the most trusted places first."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lines.datelines import of_change, of_publication, reads_as_dateline
from copydesk.cleaning.lines.person_names import credits_person
from copydesk.cleaning.metadata.date_sources import (
    DateReader,
    DateRuns,
    DateStatement,
    fits_address,
    is_linked_headline,
    runs_at,
    space_glued_pieces,
)
from copydesk.cleaning.metadata.stated_dates import time_elements, times_of
from copydesk.cleaning.page.model import CHANGE, Page, Run
from copydesk.cleaning.thresholds.metadata import (
    BOXES_NAMING,
    DATELINE_ALONE,
    DATELINE_LIKELY,
    DATELINE_SURE,
    LONGEST_DATE_LABEL,
    LONGEST_DATE_LINE,
)
from copydesk.machine_dates import Stamp, day_of_address, parse_stamp

_UPDATED = re.compile(any_of("date.updated"), re.I)
_LABEL = re.compile(rf"{any_of('date.published')}|{any_of('date.name')}\b", re.I)
_LABEL_ALONE = re.compile(
    rf"(?:{any_of('date.published')}\w{{0,6}}+|{any_of('date.name')})(?: \w{{1,9}}+)?[\s:]{{0,3}}", re.I
)
_LED = re.compile(
    rf"\d{{1,4}}[./-]\d{{1,2}}[./-]\d{{1,4}}\.?(?: \d\d?[:.]\d\d(?: {any_of('date.clock')})?)? ?[-–—|·•] "
)
_TITLES = frozenset(("h2", "h3"))
_NO_DATELINES = frozenset(("figcaption", "h1"))


def printed_publication(page: Page, near: DateRuns, url: str | None, reader: DateReader) -> Iterator[DateStatement]:
    """Yield the lines about the publication that readers see, and the day in the address.

    Where a page names the day of its last change alone, it came out on that day, as far as anybody can tell.
    """
    own = (run for run in runs_at(page, near.title) if not is_linked_headline(run))
    lines = [(of_publication(run.text), _surely(run, reader)) for run in own]
    addressed = day_of_address(url or "")
    for least in (DATELINE_SURE, DATELINE_LIKELY):
        for line, sure in lines:
            if sure >= least and line and _agrees(line, addressed, reader):
                yield DateStatement("text", line, line=True)
        if addressed:
            yield DateStatement("text", f"{addressed:%Y-%m-%d}")
        if least == DATELINE_SURE:
            yield from (DateStatement("text", text, line=True) for text in _at_end(runs_at(page, near.end), reader))
    yield from time_elements(page)
    yield from _below_label(page, reader)
    yield from printed_change(page, near)


def printed_change(page: Page, near: DateRuns) -> Iterator[DateStatement]:
    """Yield the lines about the last change that readers see."""
    for run in runs_at(page, near.title):
        if len(run.text) <= LONGEST_DATE_LINE and (line := of_change(run.text)):
            yield DateStatement("text", line, line=True)


def shown_day(page: Page, near: DateRuns, reader: DateReader) -> Stamp | None:
    """Return the first day that a line near the title, or a `time` in it, names without calling it an update.

    A class name that calls it one is nothing to readers: such a line counts where no other does.
    """
    times = {mark.at: mark.value for mark in reversed(list(times_of(page)))}
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


def lines_near(page: Page, numbers: range) -> Iterator[str]:
    """Yield those of some runs that are short enough for a line about a date, pieces side by side spaced."""
    return (space_glued_pieces(run.text) for run in runs_at(page, numbers) if len(run.text) <= LONGEST_DATE_LINE)


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


def _below_label(page: Page, reader: DateReader) -> Iterator[DateStatement]:
    """Yield the line of a day below a label of its own, `Published`, where a page has no more than one such label."""
    short = (at for at, run in enumerate(page.runs[:-1]) if len(run.text) <= LONGEST_DATE_LABEL)
    labels = [at for at in short if _LABEL_ALONE.fullmatch(page.runs[at].text)]
    if len(labels) == 1:
        text = page.runs[labels[0] + 1].text
        if len(text) <= LONGEST_DATE_LINE and reads_as_dateline(text, reader.language) >= DATELINE_SURE:
            yield DateStatement("text", text, line=True)
