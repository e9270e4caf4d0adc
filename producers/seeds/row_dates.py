"""Read the dates of rows in the forms that tables and exports write them in, and say how where it could be another."""

import re
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from copydesk.cleaning.lexicon.load import known_months
from copydesk.cleaning.normalise import fold_letters
from copydesk.events import HintPrecision
from copydesk.machine_dates import (
    HOURS,
    Stamp,
    date_command,
    epoch_exactly,
    iso_of_python,
    iso_whole,
    read_epoch,
    read_instant,
    rfc822_with_zones,
    rfc2822,
)
from copydesk.spelled_dates import spelled_out

_LONGEST, _LONGEST_SHOWN = 100, 60
_ABSENT = frozenset(("", "-", "n/a", "na", "nan", "nat", "nil", "none", "null", "unknown"))
"""What tables write where there is no date."""
_DAY_CHARACTERS = len("2025-03-01")
_CENTURY_TURNS = 70
"""Years of two digits from here on are of the last century."""

_NUMBERS = re.compile(r"(?:[^\W\d_]{2,9}\.?,?\s{1,3})?(\d{1,2})([./-])(\d{1,2})\2(\d{4}|\d\d)(?!\d)")
"""A day as three numbers, behind a day of the week or without."""
_DAY = re.compile(r"[\d./-]+")
_WORD = re.compile(r"[^\W\d_]+")
_DIGITS = re.compile(r"(?:19|20)\d{6}", re.ASCII)
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
    for form in (_known, _numbered, _written, _mailed):
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


def _written(text: str) -> RowDate | None:
    """Read a day as people write it, in any language we know: `March 4, 2025 5:45 pm`, `4. März 2025`, `2025/3/4`."""
    months, folded = known_months(None), fold_letters(text)
    stamp = read_instant(folded, (spelled_out(months),))
    if stamp is None or not (stamp.timed or _DAY.fullmatch(text) or any(w in months for w in _WORD.findall(folded))):
        return None  # numbers, with something behind them that is no clock
    return _as_row_date(stamp)


def _numbered(text: str) -> RowDate | None:
    """Read a day of numbers, and say which of two small ones was taken for the day.

    Dots and hyphens put the day first; so do slashes where the first number is no month.
    """
    found = _NUMBERS.match(text)
    if not found:
        return None
    one, two, year = int(found[1]), int(found[3]), int(found[4])
    day_first = one > 12 or (found[2] != "/" and two <= 12)
    if len(found[4]) == 2:
        year += 1900 if year >= _CENTURY_TURNS else 2000
    day = f"{year:04}-{two if day_first else one:02}-{one if day_first else two:02}"
    read = _written(day + text[found.end() :])
    if read is None:
        return None
    first = "day" if day_first else "month"
    return read._replace(note=f"The given date {text!r} was read with the {first} first: {day}")


def _as_row_date(stamp: Stamp) -> RowDate:
    """Return a row's date; midnight without a zone is what tables write for a day."""
    clock = stamp.timed and (stamp.when.hour, stamp.when.minute, stamp.when.second) != (0, 0, 0)
    return RowDate(stamp.when, ("clock" if clock else "day") if stamp.day_only else None)
