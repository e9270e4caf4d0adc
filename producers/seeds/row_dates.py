"""Read the dates of rows in the forms that tables and exports write them in, and say how where it could be another."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from copydesk.cleaning.lexicon.load import known_months
from copydesk.cleaning.normalise import fold_letters
from copydesk.events import HintPrecision
from copydesk.machine_dates import (
    HOURS,
    MONTHS,
    Stamp,
    date_command,
    epoch_exactly,
    iso_of_python,
    iso_whole,
    read_epoch,
    read_instant,
    rfc822_with_zones,
    rfc2822,
    spelled_out,
)

_LONGEST, _LONGEST_SHOWN = 100, 60
_ABSENT = frozenset(("", "-", "n/a", "na", "nan", "nat", "nil", "none", "null", "unknown"))
"""What tables write where there is no date."""
_DAY_CHARACTERS = len("2025-03-01")
_CENTURY_TURNS = 70
"""Years of two digits from here on are of the last century."""

_CLOCK = (
    r"(?:,?\s{1,3}(?:at\s|um\s)?\s?|T)(?P<hour>[01]?\d|2[0-3])[:.h](?P<minute>[0-5]\d)(?:[:.](?P<second>[0-5]\d))?"
    r"(?:\s?(?P<half>[aApP])\.?[mM]\.?)?(?:\s?Uhr)?"
    r"(?:\s?\(?(?P<zone>[A-Z]{1,4})?(?P<offset>[+-]\d\d:?\d\d)?\)?)"
)
_MONTH = r"(?P<month>[A-Za-z]{3,9})\.?"
_DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th|\.)?"
_WEEKDAY = r"(?:[A-Za-z]{2,9}\.?,?\s{1,3})?"
_YEAR = r"(?P<year>\d{4})"
_MONTH_FIRST = re.compile(rf"{_WEEKDAY}{_MONTH}\s{{1,3}}{_DAY},?\s{{1,3}}{_YEAR}(?:{_CLOCK})?")
_DAY_FIRST = re.compile(rf"{_WEEKDAY}{_DAY}\s{{1,3}}(?:of\s)?{_MONTH},?\s{{1,3}}{_YEAR}(?:{_CLOCK})?")
_NUMBERS = re.compile(
    rf"{_WEEKDAY}(?P<one>\d{{1,2}})(?P<mark>[./-])(?P<two>\d{{1,2}})(?P=mark)(?P<year>\d{{4}}|\d\d)(?:{_CLOCK})?"
)
_YEAR_FIRST = re.compile(rf"(?P<year>\d{{4}})[/.](?P<month>\d{{1,2}})[/.](?P<day>\d{{1,2}})(?:{_CLOCK})?")
_DIGITS = re.compile(r"(?:19|20)\d{6}", re.ASCII)
_WORD = re.compile(r"[^\W\d_]+")
_SECONDS = re.compile(r"-?\d{1,13}\.\d{1,9}", re.ASCII)


class RowDate(NamedTuple):
    """Hold what a row's date says: the instant in UTC, what of it is sure, and a sentence where one is needed.

    `when` is None for a blank, and with a note for what cannot be read.
    """

    when: datetime | None = None
    precision: HintPrecision | None = None
    note: str = ""


def read_row_date(value: object) -> RowDate:
    """Read a date: ISO 8601 and near it, RFC 2822, English words, numbers with dots or slashes, seconds since 1970.

    Milliseconds since 1970 too. Never raises: what cannot be read has no instant and a note.
    """
    if value is None:
        return RowDate()
    if isinstance(value, int | float) and not isinstance(value, bool):
        if isinstance(value, int) and _DIGITS.fullmatch(str(value)):  # no second of 1970, but a day
            return read_row_date(str(value))
        stamp = read_epoch(value)
        return RowDate(stamp.when) if stamp else _unreadable(value)
    if not isinstance(value, str):
        return _unreadable(value)
    text = " ".join(value[: 2 * _LONGEST].split())
    if text.lower() in _ABSENT:
        return RowDate()
    if len(text) > _LONGEST:
        return _unreadable(value)
    for form in (_known, _spelled, _numbered, _mailed, _worded):
        if found := _tried(form, text):
            return found
    return _unreadable(value)


def _tried(form: Callable[[str], RowDate | None], text: str) -> RowDate | None:
    try:
        return form(text)
    except (ValueError, OverflowError):
        return None  # a form that fits, with a day or hour that is none


def _unreadable(value: object) -> RowDate:
    return RowDate(note=f"The given date cannot be read: {str(value)[:_LONGEST_SHOWN]!r}")


def _known(text: str) -> RowDate | None:
    """Read what programs write."""
    if text[4:5] == "-" and (stamp := read_instant(text, (iso_of_python,))):  # nearly all
        return _as_row_date(stamp._replace(timed=len(text) > _DAY_CHARACTERS))
    stamp = read_epoch(float(text)) if _SECONDS.fullmatch(text) else read_instant(text, (epoch_exactly,))
    if stamp:
        return RowDate(stamp.when)
    stamp = read_instant(text, (iso_of_python,)) or read_instant(text, (iso_whole,))
    stamp = stamp or read_instant(text, (date_command,))
    return stamp and _as_row_date(stamp._replace(timed=len(text) > _DAY_CHARACTERS))


def _mailed(text: str) -> RowDate | None:
    """Read RFC 2822, with the names of zones that mail programs write."""
    stamp = read_instant(text, (rfc2822,))
    if stamp is not None and not stamp.zoned and text.rpartition(" ")[2] in HOURS:
        stamp = read_instant(text, (rfc822_with_zones,))
    return stamp and _as_row_date(stamp._replace(timed=":" in text))


def _spelled(text: str) -> RowDate | None:
    """Read a day whose month is an English word: `March 4, 2025 5:45 pm`, `4 Mar. 2025`."""
    found = _MONTH_FIRST.fullmatch(text) or _DAY_FIRST.fullmatch(text)
    month = MONTHS.get(found["month"][:3].lower()) if found else None
    return _as_row_date(_stamp(found, int(found["year"]), month, int(found["day"]))) if found and month else None


def _worded(text: str) -> RowDate | None:
    """Read a day whose month is a word of any language that is known: `4. März 2025, 17:45 Uhr`, `4 marzo 2025`."""
    months = known_months(None)
    folded = fold_letters(text)
    if not any(word in months for word in _WORD.findall(folded)):
        return None
    stamp = read_instant(folded, (spelled_out(months),))
    return stamp and _as_row_date(stamp)


def _numbered(text: str) -> RowDate | None:
    """Read a day of numbers, and say which of two small ones was taken for the day.

    Dots and hyphens put the day first; so do slashes where the first number is no month.
    """
    if found := _YEAR_FIRST.fullmatch(text):
        return _as_row_date(_stamp(found, int(found["year"]), int(found["month"]), int(found["day"])))
    found = _NUMBERS.fullmatch(text)
    if not found:
        return None
    one, two, year = int(found["one"]), int(found["two"]), int(found["year"])
    day_first = one > 12 or (found["mark"] != "/" and two <= 12)
    if len(found["year"]) == 2:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    read = _as_row_date(_stamp(found, year, *((two, one) if day_first else (one, two))))
    first = "day" if day_first else "month"
    day = f"{year:04}-{two if day_first else one:02}-{one if day_first else two:02}"
    return read._replace(note=f"The given date {text!r} was read with the {first} first: {day}")


def _stamp(found: re.Match[str], year: int, month: int, day: int) -> Stamp:
    """Return the instant of a day and of the clock that was matched with it; raises ValueError where there is none."""
    clock, hour = found["hour"] is not None, int(found["hour"] or 0)
    if found["half"]:
        hour = hour % 12 + (12 if found["half"] in "pP" else 0)
    when = datetime(year, month, day, hour, int(found["minute"] or 0), int(found["second"] or 0), tzinfo=UTC)
    ahead = HOURS.get(found["zone"] or "")
    if found["offset"]:
        digits = found["offset"].replace(":", "")
        size = int(digits[1:3]) + int(digits[3:]) / 60
        ahead = -size if digits[0] == "-" else size
    return Stamp(when - timedelta(hours=ahead or 0), ahead is not None, clock)


def _as_row_date(stamp: Stamp) -> RowDate:
    """Return a row's date; midnight without a zone is what tables write for a day."""
    clock = stamp.timed and (stamp.when.hour, stamp.when.minute, stamp.when.second) != (0, 0, 0)
    return RowDate(stamp.when, ("clock" if clock else "day") if stamp.day_only else None)
