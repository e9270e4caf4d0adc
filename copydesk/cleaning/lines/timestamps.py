"""Instants in the formats that machines write: ISO 8601 and near it, RFC 2822, Unix time, the output of `date`."""

import re
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
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

LONGEST = 100
_ISO = re.compile(
    r"((?:19|20)\d\d)([-/.]?)(\d\d)\2(\d\d)(?!\d)"
    r"(?:[T\s,]+(\d{1,2}):?(\d\d)(?::?(\d\d)(?:[.,]\d+)?)?\s*(Z|UTC|GMT|[+-]\d\d:?\d\d(?!\d)|[+-]\d\d(?!\d))?)?",
    re.I,
)
_COMPACT = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?$")
_EPOCH = re.compile(r"(\d{10})(?:\.\d+|\d{3})?$")
_SLASHED = re.compile(
    r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)\d\d)(?!\d)"
    r"(?:[T\s,]+([01]?\d|2[0-3]):(\d\d)(?::(\d\d))?(?:\s?([ap])\.?m\b)?)?",
    re.I,
)
_UNIX = re.compile(r"\w{3} (\w{3}) {1,2}(\d{1,2}) (\d\d):(\d\d):(\d\d) (\w{3,4}) ((?:19|20)\d\d)$")


class Stamp(NamedTuple):
    """An instant in UTC, and whether the text said in which time zone it was written."""

    when: datetime
    zoned: bool


def parse_stamp(text: str, american: bool = True) -> Stamp | None:
    """An instant in a format for machines; without an offset it is read as UTC; None if it cannot be read.

    `american` says that `3/4/2024` means March.
    """
    text = text[: 2 * LONGEST].strip()[:LONGEST]
    try:
        return _iso(text) or _counted(text) or _unix(text) or _slashed(text, american) or _rfc2822(text)
    except (ValueError, OverflowError):
        return None


def either_way(text: str) -> bool:
    """Whether a text names its day by two small numbers, so that it depends on the country which is the month."""
    found = _SLASHED.search(text[:LONGEST])
    return bool(found and not _ISO.match(text) and found[1] != found[2] and int(found[1]) <= 12 and int(found[2]) <= 12)


def _iso(text: str) -> Stamp | None:
    found = _ISO.match(text)
    if not found:
        return None
    year, month, day, hour, minute, second = (int(found[i] or 0) for i in (1, 3, 4, 5, 6, 7))
    when = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=_offset(found[8]))
    return Stamp(when.astimezone(UTC), found[8] is not None)


def _counted(text: str) -> Stamp | None:
    """`20240315083000`, or the seconds or milliseconds since 1970."""
    if found := _COMPACT.match(text):
        year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
        return Stamp(datetime(year, month, day, hour, minute, second, tzinfo=UTC), False)
    if found := _EPOCH.match(text):
        return Stamp(datetime.fromtimestamp(int(found[1]), UTC), True)
    return None


def _unix(text: str) -> Stamp | None:
    found = _UNIX.match(text)
    month = MONTHS.get(found[1].lower()) if found else None
    if not found or not month:
        return None
    zone = zone_of(found[6])
    time = (int(found[3]), int(found[4]), int(found[5]))
    when = datetime(int(found[7]), month, int(found[2]), *time, tzinfo=zone or UTC)
    return Stamp(when.astimezone(UTC), zone is not None)


def _slashed(text: str, american: bool) -> Stamp | None:
    found = _SLASHED.search(text)
    if not found:
        return None
    first, second = int(found[1]), int(found[2])
    month, day = (first, second) if (american and first <= 12) or second > 12 else (second, first)
    hour, minute, seconds = (int(found[i] or 0) for i in (4, 5, 6))
    if found[7]:
        hour = hour % 12 + (12 if found[7] in "pP" else 0)
    return Stamp(datetime(int(found[3]), month, day, hour, minute, min(seconds, 59), tzinfo=UTC), False)


def _rfc2822(text: str) -> Stamp | None:
    try:
        found = parsedate_to_datetime(text)
    except (TypeError, IndexError):
        return None
    zoned = found.tzinfo is not None
    return Stamp((found if zoned else found.replace(tzinfo=UTC)).astimezone(UTC), zoned)


def _offset(text: str | None) -> timezone:
    if not text or text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return timezone(-delta if text[0] == "-" else delta)


def zone_of(name: str) -> timezone | None:
    """The zone of a name in any case; None if it is unknown."""
    hours = HOURS.get(name.upper())
    return None if hours is None else timezone(timedelta(hours=hours))
