"""Say where the dates of an article may stand on its page, and how lines are read for them."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from copydesk.cleaning.lines.datelines import read_date
from copydesk.cleaning.lines.person_names import reads_as_person
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.thresholds.lines import FURTHEST_ZONE
from copydesk.cleaning.thresholds.metadata import (
    ADDRESS_DAY_ENDS,
    DATE_ABOVE_TITLE,
    DATE_BELOW_FIRST,
    DATE_BELOW_TITLE,
    DATE_REACH,
    DATE_REACH_AT_END,
    FIRST_YEAR,
    LAST_YEAR,
    LINKED_HEADLINE,
    LINKED_WORDS,
)
from copydesk.machine_dates import Stamp

_GLUED = re.compile(
    r"(?<=[a-zß-öø-ÿа-яё])(?<!\dh)(?=[A-ZÀ-ÖØ-ÞА-ЯЁ\d])"
    r"|(?<=[^\W\d_]{3} \d\d)(?=(?:19|20)\d\d(?!\d))"
    r"|(?:(?<= (?:19|20)\d\d)|(?<=[./]\d\d[./](?:19|20)\d\d))(?=\d)"
)
_NUMBERED = re.compile(r"\d.*", re.S)


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


def is_linked_headline(run: Run) -> bool:
    """Whether a run is one link of several words, and no author's name beside a date."""
    if run.links != 1 or run.link_chars < LINKED_HEADLINE * len(run.text) or run.text.count(" ") < LINKED_WORDS - 1:
        return False
    return not reads_as_person(_NUMBERED.sub("", run.text).strip(" ,|·•–—-"))


def runs_at(page: Page, numbers: range) -> list[Run]:
    """Return the runs of these numbers."""
    return page.runs[numbers.start : numbers.stop]
