"""Read the dates that machines write: ISO 8601 and near it, RFC 2822, Unix time, the output of `date`.

One reader, `read_instant`, tries forms in order; what pages, feeds, rows and headers may write differs and stands
below as tuples of forms. What people spell out is read by `spelled_dates`, lines of a page by
`cleaning.lines.datelines`.
"""

import re
from calendar import timegm
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime, parsedate_tz
from typing import NamedTuple

# Hours ahead of UTC. Names that mean several zones (IST, BST in Asia) stand for the common one.
HOURS = {
    "UTC": 0, "GMT": 0, "Z": 0, "WET": 0, "WEST": 1, "BST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2, "EET": 2,
    "SAST": 2, "EEST": 3, "MSK": 3, "TRT": 3, "GST": 4, "PKT": 5, "IST": 5.5, "WIB": 7, "ICT": 7, "HKT": 8, "SGT": 8,
    "PHT": 8, "AWST": 8, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13, "BRT": -3, "ART": -3,
    "EDT": -4, "EST": -5, "CDT": -5, "CST": -6, "MDT": -6, "MST": -7, "PDT": -7, "PST": -8, "AKST": -9, "HST": -10,
}  # fmt: skip
MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11,
    "dec": 12,
}  # fmt: skip
"""The first three letters of the English names, and their numbers."""

_LONGEST_PAGE_DATE = 100
_LONGEST_HTTP_DATE = 60
_MILLISECONDS_FROM = 1e11
"""Epoch numbers from here on (the year 5138 in seconds) are milliseconds."""
_ISO_AT_START = re.compile(
    r"((?:19|20)\d\d)([-/.]?)(\d\d)\2(\d\d)(?!\d)"
    r"(?:[T\s,]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d(?!\d)|[+-]\d\d(?!\d))?)?",
    re.I,
)
_ISO_WHOLE = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]\s?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,12})?)?\s?(Z|[+-]\d\d(?::?\d\d)?|UTC|GMT)?)?",
    re.I,
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$")
_EPOCH_AT_START = re.compile(r"(\d{10})(?:\.\d+|\d{3})?$")
_EPOCH_WHOLE = re.compile(r"\d{10}(?:\d{3})?")
_EPOCH_NUMBER = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
_ASCII_SPACES = " \t\n\r\f\v"
_SLASHED = re.compile(
    r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)(?!\d)"
    r"(?:[T\s,]+([01]?\d|2[0-3]):(\d\d)(?::(\d\d))?(?:\s?([ap])\.?m\b)?)?",
    re.I,
)
_UNIX = re.compile(r"\w{3} (\w{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\w{3,4}) ((?:19|20)\d\d)$")
# Months in the letters of ASCII alone: a pattern that ignores case would take `ſep` for one.
_FOLDERS = re.compile(
    rf"/((?:19|20)\d\d)(?:[/-]?(0[1-9]|1[0-2])[/-]?|/(?ai:({'|'.join(MONTHS)})[a-z]{{0,6}})/)"
    r"(0[1-9]|[12]\d|3[01]|[1-9](?=/))(?!\d)"
)
_NAME_OF_FILE = re.compile(r"[-_](20[0-4]\d)(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?=[./_-]|$)")
_THREE_LETTERS = re.compile(r"[A-Za-z]{3}")
_ENDS_IN_ZONE = re.compile(r"(?:[+-]\d{4}|\b(?:UT|Z))$")
_LAST_WORD = re.compile(r"\b([A-Z]{3,4})$")
_HALF_DAY = re.compile(r"\d\s?[ap]\.?\s?m\b", re.I)
NAMED_SHIFT = re.compile(
    r"\b(?:GMT|UTC|UT)\s?(?=[+-]\d)|(?:(?<=[+-]\d\d)|(?<=[+-]\d{4})|(?<=[+-]\d\d:\d\d))\s?\([^()]*\)$", re.I
)
"""What names a zone beside its numbers: `GMT+0100`, `+0100 (CET)`."""
_SHORT_SHIFT = re.compile(r"(?<=:\d\d)\s?([+-])(\d{1,2})(?::?(\d\d))?$")


class Stamp(NamedTuple):
    """Hold an instant in UTC, whether the text said in which time zone it was written, and whether it named a clock."""

    when: datetime
    zoned: bool
    timed: bool = True

    @property
    def day_only(self) -> bool:
        """Whether no more than the day is sure: the text named no clock, or one of a time zone that nothing tells."""
        return not (self.zoned and self.timed)


Form = Callable[[str], Stamp | None]
"""Reads one form: None for another form, ValueError or OverflowError for this one with a day or hour that is none."""


def read_instant(text: str, forms: Iterable[Form]) -> Stamp | None:
    """Return the instant that the first fitting form reads; without an offset it is taken as UTC.

    None when no form fits, or when the one that fits names no instant (February 30).
    """
    try:
        return next((stamp for form in forms if (stamp := form(text))), None)
    except (ValueError, OverflowError, OSError):
        return None


def parse_stamp(text: str, american: bool = True) -> Stamp | None:
    """Return the instant that a page's markup states, in any form and with words behind it; None if there is none.

    `american` says that `3/4/2024` means March.
    """
    text = text[: 2 * _LONGEST_PAGE_DATE].strip()[:_LONGEST_PAGE_DATE]
    return read_instant(text, PAGE_FORMS if american else PAGE_FORMS_DAY_FIRST)


def http_date(text: str) -> datetime | None:
    """Return the instant of an HTTP date in UTC; None when it is not one. Source: RFC 9110, 5.6.7."""
    stamp = read_instant(text, (rfc2822,)) if 0 < len(text) <= _LONGEST_HTTP_DATE else None
    return stamp.when if stamp else None


def day_of_address(url: str) -> datetime | None:
    """Return the day that an address names (`/2024/03/15/`, `/2024/mar/15/`, `-20240315`) in UTC; None without one."""
    stamp = read_instant(url, ADDRESS_FORMS)
    return stamp.when if stamp else None


def read_epoch(number: float) -> Stamp | None:
    """Return the instant of seconds or milliseconds since 1970; None where the calendar has none."""
    try:
        return Stamp(datetime.fromtimestamp(number / 1000 if abs(number) >= _MILLISECONDS_FROM else number, UTC), True)
    except (ValueError, OverflowError, OSError):
        return None


def zone_of(name: str) -> timezone | None:
    """Return the zone of a name in any case; None if it is unknown."""
    hours = HOURS.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))


def has_ambiguous_day(text: str) -> bool:
    """Whether a text names its day by two small numbers, so that it depends on the country which is the month."""
    found = _SLASHED.search(text[:_LONGEST_PAGE_DATE])
    if not found or _ISO_AT_START.match(text):
        return False
    return found[1] != found[2] and int(found[1]) <= 12 and int(found[2]) <= 12


def iso_at_start(text: str) -> Stamp | None:
    """Read ISO 8601 and near it (`2024/03/15, 8:30`) at the start of a text, whatever follows."""
    found = _ISO_AT_START.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(found[i] or 0) for i in (1, 3, 4, 5, 6, 7))
    when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
    return Stamp(
        when - ahead_of_utc(found[8], timedelta(hours=23, minutes=59)), found[8] is not None, found[5] is not None
    )


def offset_in(text: str) -> timedelta | None:
    """Return how far ahead of UTC the clock of ISO 8601 at the start of a text is; None where it gives no numbers."""
    found = _ISO_AT_START.match(text)
    return ahead_of_utc(found[8], timedelta(hours=15)) if found and (found[8] or "")[:1] in {"+", "-"} else None


def iso_whole(text: str) -> Stamp | None:
    """Read a text that is ISO 8601 and nothing else; 24:00 is the next day's 0:00."""
    found = _ISO_WHOLE.fullmatch(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups()[:6])
    next_day = hour == 24 and minute == second == 0
    when = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59), tzinfo=UTC)
    return Stamp(when + timedelta(days=next_day) - ahead_of_utc(found[7], timedelta(hours=15)), found[7] is not None)


def iso_of_python(text: str) -> Stamp | None:
    """Read what `datetime.fromisoformat` reads, seconds and their parts exactly; raises ValueError for all else."""
    return _in_utc(datetime.fromisoformat(text.strip()))


def compact(text: str) -> Stamp | None:
    """Read `20240315083000`, with or without seconds."""
    found = _COMPACT.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    return Stamp(datetime(year, month, day, hour, minute, second, tzinfo=UTC), False)


def epoch_at_start(text: str) -> Stamp | None:
    """Read seconds since 1970 in ten digits, parts of a second left out."""
    found = _EPOCH_AT_START.match(text)
    return Stamp(datetime.fromtimestamp(int(found[1]), UTC), True) if found else None


def epoch_whole(text: str) -> Stamp | None:
    """Read ten or thirteen digits and nothing else, as whole seconds since 1970."""
    return Stamp(datetime.fromtimestamp(int(text[:10]), UTC), True) if _EPOCH_WHOLE.fullmatch(text) else None


def epoch_exactly(text: str) -> Stamp | None:
    """Read ten digits as seconds, thirteen as milliseconds since 1970, which are kept."""
    digits = text.strip(_ASCII_SPACES)
    return read_epoch(int(digits)) if _EPOCH_NUMBER.fullmatch(digits) else None


def date_command(text: str) -> Stamp | None:
    """Read the output of `date`: `Fri Mar 15 08:30:00 CET 2024`."""
    found = _UNIX.match(text)
    month = MONTHS.get(found[1].lower()) if found else None
    if not found or not month:
        return None
    zone = zone_of(found[6])
    time = (int(found[3]), int(found[4]), int(found[5]))
    when = datetime(int(found[7]), month, int(found[2]), *time, tzinfo=zone or UTC)
    return Stamp(when.astimezone(UTC), zone is not None)


def month_first(text: str) -> Stamp | None:
    """Read `3/15/2024 8:30 am`, the month first where both can be."""
    return _slashed(text, american=True)


def day_first(text: str) -> Stamp | None:
    """Read `15/3/2024 8:30`, the day first where both can be."""
    return _slashed(text, american=False)


def day_of_folders(text: str) -> Stamp | None:
    """Read the first folders of an address that name a day: `/2024/03/15/`, `/2024/march/15/`, `/2024-03-15`."""
    found = _FOLDERS.search(text)
    if not found:
        return None
    month = MONTHS[found[3].lower()] if found[3] else int(found[2])
    return Stamp(datetime(int(found[1]), month, int(found[4]), tzinfo=UTC), False)


def day_of_file_name(text: str) -> Stamp | None:
    """Read the first eight digits that name a day behind a hyphen or an underscore: `rain-ends-20240315.html`."""
    found = _NAME_OF_FILE.search(text)
    return Stamp(datetime(int(found[1]), int(found[2]), int(found[3]), tzinfo=UTC), False) if found else None


def rfc2822(text: str) -> Stamp | None:
    """Read RFC 2822 and what mail programs make of it; a zone's name other than those of the RFC counts as none."""
    try:
        return _in_utc(parsedate_to_datetime(text))
    except (TypeError, IndexError):
        return None


def rfc822_with_zones(text: str) -> Stamp | None:
    """Read RFC 822 and its many cousins in feeds: with the zones of HOURS, and seconds beyond 59."""
    text = _SHORT_SHIFT.sub(lambda shift: f" {shift[1]}{shift[2]:0>2}{shift[3] or '00'}", NAMED_SHIFT.sub("", text))
    if not _THREE_LETTERS.search(text) or not text.isascii() or _HALF_DAY.search(text):
        return None
    named = _LAST_WORD.search(text)
    shift = HOURS.get(named[1]) if named else None
    try:
        parts = parsedate_tz(text[: named.start()] + "+0000" if named and shift is not None else text)
        if parts is None or not (1 <= parts[1] <= 12 and 1 <= parts[2] <= 31):
            return None
        datetime(*parts[:5])  # a date that the calendar has
        ahead = timedelta(hours=shift or 0, seconds=parts[9] or 0)
        zoned = shift is not None or _ENDS_IN_ZONE.search(text) is not None
        return Stamp(datetime.fromtimestamp(timegm(parts[:9]), UTC) - ahead, zoned)
    except (TypeError, IndexError):
        return None


PAGE_FORMS: tuple[Form, ...] = (iso_at_start, compact, epoch_at_start, date_command, month_first, rfc2822)
PAGE_FORMS_DAY_FIRST: tuple[Form, ...] = (iso_at_start, compact, epoch_at_start, date_command, day_first, rfc2822)
FEED_FORMS: tuple[Form, ...] = (iso_whole, epoch_whole, rfc822_with_zones)
ADDRESS_FORMS: tuple[Form, ...] = (day_of_folders, day_of_file_name)


def _slashed(text: str, american: bool) -> Stamp | None:
    found = _SLASHED.search(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[2])
    month, day = (first, second) if (american and first <= 12) or second > 12 else (second, first)
    hour, minute, seconds = (int(found[i] or 0) for i in (4, 5, 6))
    if found[7]:
        hour = hour % 12 + (12 if found[7] in "pP" else 0)
    when = datetime(int(found[3]), month, day, hour, minute, min(seconds, 59), tzinfo=UTC)
    return Stamp(when, False, found[4] is not None)


def _in_utc(when: datetime) -> Stamp:
    if when.tzinfo is None:
        return Stamp(when.replace(tzinfo=UTC), False)
    return Stamp(when.astimezone(UTC), True)


def ahead_of_utc(zone: str | None, most: timedelta) -> timedelta:
    """Return how far ahead of UTC `+05:30`, `-0800` or `+01` is; nothing for a name or none.

    Raises ValueError where that is more than `most`.
    """
    if not zone or zone[0] not in "+-":
        return timedelta()
    hours, _, minutes = zone[1:].partition(":")
    digits = f"{hours:0>2}{minutes}".ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size > most:
        raise ValueError(zone)
    return -size if zone[0] == "-" else size
