"""Choose the publication and modification date among the candidates of a page, as UTC instants."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import chain, islice
from typing import NamedTuple

from copydesk.cleaning.lines.datelines import Clock, read_clock
from copydesk.cleaning.metadata.clock_zones import ClockPlace, Offset, offset_of
from copydesk.cleaning.metadata.date_sources import DateReader, DateRuns, DateStatement, is_plausible
from copydesk.cleaning.metadata.printed_dates import lines_near, printed_change, printed_publication, shown_day
from copydesk.cleaning.metadata.stated_dates import stated_change, stated_day, stated_publication, time_elements
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.lines import FURTHEST_ZONE
from copydesk.cleaning.thresholds.metadata import (
    ANEW_AFTER,
    DAY_ALONE_ENDS,
    LONGEST_DATE_LINE,
    MOST_STATED_DATES,
    ZONE_STEP,
    ZONE_STEP_SLACK,
)
from copydesk.machine_dates import Stamp, day_of_address, has_ambiguous_day, offset_in, parse_stamp

_MONTH_FIRST = frozenset(("us", "ph"))


class Instant(NamedTuple):
    """Hold an instant in UTC, the text it was read from, where that stood, and whether it named zone and clock."""

    when: datetime
    original: str
    origin: str
    zoned: bool
    timed: bool

    @property
    def day_only(self) -> bool:
        """Whether no more than the day is sure."""
        return Stamp(self.when, self.zoned, self.timed).day_only


def read_dates(
    page: Page, facts: Facts, near: DateRuns, url: str | None, language: str | None, place: ClockPlace
) -> tuple[Instant | None, Instant | None]:
    """Return the publication and the modification date; None where the page names none.

    JSON-LD comes first, then metas, microdata, a `time` or a line near the title, and the URL; of two that name about
    the same time, the one with a time zone. A clock without one takes it from the page's other dates or its place.
    """
    reader = _reader(page, language)
    told = list(islice(_read(stated_publication(page, facts, near), reader), MOST_STATED_DATES))
    printed = printed_publication(page, near, url, reader)
    more = chain(time_elements(page), printed) if told else printed
    out = _right_zone(told) or _first(told, _read(more, reader))
    changes = list(islice(_read(stated_change(page, facts, near), reader), MOST_STATED_DATES))
    changed = _right_zone(changes) or _first(changes, _read(() if changes else printed_change(page, near), reader))
    if out and has_ambiguous_day(out.original):
        shown = shown_day(page, near, reader)
        out = _ordered(out, [shown.when if shown else None, day_of_address(url or "")])
    out = _anew(page, facts, near, reader, out, changed)
    if not (_lacks_zone(out) or _lacks_zone(changed)):
        return out, changed
    clocks = [clock for line in lines_near(page, near.title) if (clock := read_clock(line))]
    seen = (*told, *changes, *islice(_read(time_elements(page), reader), MOST_STATED_DATES))
    offsets = [(each.when, ahead) for each in seen if each.zoned and (ahead := offset_in(each.original))]
    return _placed(out, clocks, offsets, place), _placed(changed, clocks, offsets, place)


def _lacks_zone(found: Instant | None) -> bool:
    return found is not None and found.timed and not found.zoned and not _is_midnight(found.when)


def _placed(
    found: Instant | None, clocks: Sequence[Clock], offsets: Sequence[Offset], place: ClockPlace
) -> Instant | None:
    """Return an instant whose clock names no zone in the zone that the page or its place tells.

    A line near the title that shows the same clock knows best.
    """
    if found is None or not _lacks_zone(found):
        return found
    same = [clock.ahead for clock in clocks if (clock.hour, clock.minute) == (found.when.hour, found.when.minute)]
    beside = next((ahead for ahead in same if ahead is not None), None)
    ahead = offset_of(found.when, offsets, place) if beside is None else beside
    return found if ahead is None else found._replace(when=found.when - ahead, zoned=True)


def _anew(
    page: Page, facts: Facts, near: DateRuns, reader: DateReader, out: Instant | None, changed: Instant | None
) -> Instant | None:
    """Return the publication date, or a later one where the page was published anew.

    It has where it shows its readers, unmarked, a later day than that of the first publication. The last change says so
    where it was that day. The meta of the page's own day says so too, or that it has not.
    """
    stated = next(_read(stated_day(facts), reader), None)
    later = [each for each in (changed, stated) if out and each and each.when - out.when > timedelta(hours=ANEW_AFTER)]
    shown = shown_day(page, near, reader) if later else None
    day = shown.when if shown else None
    if out is None or day is None or _same_day(out.when, day) or (stated and _same_day(stated.when, out.when)):
        return out
    return next((each for each in later if _same_day(each.when, day)), out)


def _reader(page: Page, language: str | None) -> DateReader:
    """Return how to read dates: some readers of English put the month first; a page may say which."""
    region = page.language.replace("_", "-").lower().partition("-")[2]
    return DateReader(language, language not in {None, "en"} or (len(region) == 2 and region not in _MONTH_FIRST))


def _read(stated: Iterable[DateStatement], reader: DateReader) -> Iterator[Instant]:
    for said in stated:
        stamp = _stamp(said, reader) if said.text else None
        if stamp and is_plausible(stamp.when):
            original = said.text.strip()[:LONGEST_DATE_LINE]
            yield Instant(stamp.when, original, said.origin, stamp.zoned, stamp.timed)


def _stamp(said: DateStatement, reader: DateReader) -> Stamp | None:
    if not said.line and (stamp := parse_stamp(said.text, american=not reader.day_first)):
        return stamp
    return reader.stamp(said.text)


def _first(told: Sequence[Instant], others: Iterable[Instant]) -> Instant | None:
    """Return the first, or the next that says the same with its time zone."""
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
    """Return the first where it names its zone; or another with the same clock, if a third with its own clock agrees.

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
    """Return day and time as written, to the minute."""
    return found.original[:16].replace(" ", "T")


def _ordered(found: Instant, days: list[datetime | None]) -> Instant:
    """Return the instant of an ambiguous text, day or month first as the page's other days bear it out."""
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
    if _is_midnight(naive):
        return timedelta(hours=-FURTHEST_ZONE) <= gap <= timedelta(hours=DAY_ALONE_ENDS)
    off = (gap.total_seconds() + ZONE_STEP_SLACK) % ZONE_STEP
    return abs(gap) <= timedelta(hours=FURTHEST_ZONE) and off <= 2 * ZONE_STEP_SLACK


def _is_midnight(when: datetime) -> bool:
    return (when.hour, when.minute, when.second) == (0, 0, 0)


def _same_day(one: datetime, other: datetime) -> bool:
    """Whether two instants are of one day in some zone from UTC-12 to UTC+14; the other may be a day alone."""
    return one.date() == other.date() or (
        timedelta(hours=-FURTHEST_ZONE) <= one - other <= timedelta(hours=DAY_ALONE_ENDS)
    )
