"""When an article was published and last changed, chosen from what its page says in many places, as UTC instants."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple

from copydesk.cleaning.lines.datelines import has_zone
from copydesk.cleaning.metadata.date_sources import (
    LONGEST_LINE,
    Near,
    Reader,
    Said,
    apart,
    date_in,
    given,
    modified,
    plausible,
    printed,
    published,
    shown,
    times,
    updated,
)  # fmt: skip
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.machine_dates import Stamp, either_way, parse_stamp

_MONTH_FIRST = frozenset(("us", "ph"))
MOST_TOLD = 100


class Instant(NamedTuple):
    """An instant in UTC, the text it was read from, where that stood, and whether it named its time zone."""

    when: datetime
    original: str
    origin: str
    zoned: bool


def dates(
    page: Page, facts: Facts, near: Near, url: str | None, language: str | None
) -> tuple[Instant | None, Instant | None]:
    """When the article came out and when it last changed.

    JSON-LD comes first, then metas, microdata, a `time` or a line near the title, and the URL; of two that name about
    the same time, the one with a time zone.
    """
    reader = _reader(page, language)
    told = list(islice(_read(published(page, facts, near), reader), MOST_TOLD))
    more = times(page) if told else printed(page, near, url, reader)
    out = _right_zone(told) or _first(told, _read(more, reader))
    told = list(islice(_read(modified(page, facts), reader), MOST_TOLD))
    changed = _right_zone(told) or _first(told, _read(() if told else updated(page, near), reader))
    if out and either_way(out.original):
        out = _ordered(out, [shown(page, near, reader), date_in(url or "")])
    return _anew(page, facts, near, reader, out, changed), changed


def _anew(
    page: Page, facts: Facts, near: Near, reader: Reader, out: Instant | None, changed: Instant | None
) -> Instant | None:
    """A page that shows its readers, unmarked, a later day than that of the first publication has come out anew.

    So says the last change where it was that day. The meta of the page's own day says so too, or that it has not.
    """
    stated = next(_read(given(facts), reader), None)
    later = [each for each in (changed, stated) if out and each and each.when - out.when > timedelta(hours=12)]
    day = shown(page, near, reader) if later else None
    if out is None or day is None or _same_day(out.when, day) or (stated and _same_day(stated.when, out.when)):
        return out
    return next((each for each in later if _same_day(each.when, day)), out)


def _reader(page: Page, language: str | None) -> Reader:
    """English is read by people who put the month first and by others; a page may say by whom."""
    region = page.language.replace("_", "-").lower().partition("-")[2]
    return Reader(language, language not in {None, "en"} or (len(region) == 2 and region not in _MONTH_FIRST))


def _read(stated: Iterable[Said], reader: Reader) -> Iterator[Instant]:
    for said in stated:
        stamp = _stamp(said, reader) if said.text else None
        if stamp and plausible(stamp.when):
            yield Instant(stamp.when, said.text.strip()[:LONGEST_LINE], said.origin, stamp.zoned)


def _stamp(said: Said, reader: Reader) -> Stamp | None:
    if not said.line and (stamp := parse_stamp(said.text, american=not reader.day_first)):
        return stamp
    found = reader.day(said.text)
    return Stamp(found, has_zone(apart(said.text))) if found else None


def _first(told: Sequence[Instant], others: Iterable[Instant]) -> Instant | None:
    """The first, or the next that says the same with its time zone."""
    best: Instant | None = None
    for found in chain(told, others):
        if best is None:
            best = found
        elif found.zoned and found.origin != "text" and _same_clock(best.when, found.when):
            return found
        if best.zoned:
            break
    return best


def _right_zone(told: list[Instant]) -> Instant | None:
    """The first where it names its zone; but another with the same clock, if a third with its own clock bears it out.

    Programs write a clock of one zone with the sign of another: 17:00-07:00 and 17:00Z beside 10:00-07:00 mean 17:00Z.
    """
    first = next(iter(told), None)
    if first is None or not first.zoned:
        return None
    for other in told:
        if other.zoned and _clock(other) == _clock(first) and other.when != first.when:
            witnesses = [each.when for each in told if each.zoned and _clock(each) != _clock(first)]
            if other.when in witnesses and first.when not in witnesses:
                return other
    return first


def _clock(found: Instant) -> str:
    """Day and time as written, to the minute."""
    return found.original[:16].replace(" ", "T")


def _ordered(found: Instant, days: list[datetime | None]) -> Instant:
    """A text that names the day or the month first, read as the page's other days bear it out."""
    for american in (True, False):
        stamp = parse_stamp(found.original, american)
        if stamp and any(day and day.date() == stamp.when.date() for day in days):
            return found._replace(when=stamp.when)
    return found


def _same_clock(naive: datetime, zoned: datetime) -> bool:
    """Whether a time without a zone can be the same as one with it: a whole number of quarters of an hour apart.

    A day alone can be any time of that day, anywhere.
    """
    gap = zoned - naive
    if (naive.hour, naive.minute, naive.second) == (0, 0, 0):
        return timedelta(hours=-14) <= gap <= timedelta(hours=36)
    return abs(gap) <= timedelta(hours=14) and (gap.total_seconds() + 60) % 900 <= 120


def _same_day(one: datetime, other: datetime) -> bool:
    """The same day in some time zone between UTC-12 and UTC+14; the other instant may be a day alone."""
    return one.date() == other.date() or timedelta(hours=-14) <= one - other <= timedelta(hours=36)
