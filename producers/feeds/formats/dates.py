"""Read dates as feeds write them, strictly first and doubtfully last; a wrong date is worse than none. Pure."""

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import mktime_tz, parsedate_tz

from copydesk.cleaning.lines.timestamps import HOURS

_ISO = re.compile(
    r"(\d{4})-?(\d\d)-?(\d\d)"
    r"(?:[T ]\s?(\d\d):?(\d\d)(?::?(\d\d)(?:[.,]\d{1,12})?)?\s?(Z|[+-]\d\d(?::?\d\d)?|UTC|GMT)?)?",
    re.IGNORECASE,
)
_ZONE = re.compile(r"\b([A-Z]{3,4})$")
_EPOCH = re.compile(r"\d{10}(?:\d{3})?")
_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


def read_feed_date(text: str | None, now: datetime, guess: time.struct_time | None = None) -> datetime | None:
    """Return the instant a date names, in UTC; a date without a zone is taken as UTC.

    `guess` is another parser's reading (feedparser's), used only when the text is not understood here and agrees on
    the year. None when there is no sense in it, or it lies before 1995 or more than two days after `now`.
    """
    text = " ".join((text or "")[:100].split())
    found = (_iso(text) or _epoch(text) or _mail(text) or _guessed(text, guess)) if text else None
    return found if found is not None and _EARLIEST <= found <= now + _AHEAD else None


def _iso(text: str) -> datetime | None:
    match = _ISO.fullmatch(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(part or 0) for part in match.groups()[:6])
    next_day = hour == 24 and minute == second == 0
    try:
        local = datetime(year, month, day, 0 if next_day else hour, minute, min(second, 59), tzinfo=UTC)
        return local + timedelta(days=1 if next_day else 0) - _offset(match[7] or "Z")
    except (ValueError, OverflowError):
        return None


def _offset(zone: str) -> timedelta:
    if zone[0] not in "+-":
        return timedelta()
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    if size > timedelta(hours=15):
        raise ValueError
    return size if zone[0] == "+" else -size


def _epoch(text: str) -> datetime | None:
    if not _EPOCH.fullmatch(text):
        return None
    return datetime.fromtimestamp(int(text[:10]), UTC)


def _mail(text: str) -> datetime | None:
    """RFC 822 and its many cousins."""
    if not re.search(r"[A-Za-z]{3}", text) or not text.isascii():
        return None
    zone = _ZONE.search(text)
    shift = HOURS.get(zone[1]) if zone else None
    try:
        parts = parsedate_tz(text if shift is None else text[: zone.start()] + "+0000")  # type: ignore[union-attr]
        if parts is None or not (1 <= parts[1] <= 12 and 1 <= parts[2] <= 31):
            return None
        datetime(*parts[:5])  # a date that the calendar has
        return datetime.fromtimestamp(mktime_tz(parts), UTC) - timedelta(hours=shift or 0)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _guessed(text: str, guess: time.struct_time | None) -> datetime | None:
    if guess is None or str(guess[0]) not in text or not re.search(r"[^\W\d_]", text):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(guess), UTC)
    except (ValueError, TypeError, OverflowError):
        return None
