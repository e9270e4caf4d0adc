"""Read times as people type them: dates, instants, and spans back from now."""

import re
from datetime import UTC, date, datetime, time, timedelta

from copydesk.errors import InputError
from copydesk.machine_dates import iso_of_python, read_instant

_SPAN = re.compile(r"(\d{1,9})\s*(min|h|d|w)", re.ASCII)
_UNITS = {"min": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
_DURATION = re.compile(r"(\d{1,9})\s*(s|min|m|h|d)?", re.ASCII)
_DURATIONS = {None: 1, "s": 1, "min": 60, "m": 60, "h": 3600, "d": 86_400}
_FORMS = "a date (2024-03-31), an instant (2024-03-31T18:30Z) or a span back from now (30min, 24h, 7d, 2w)"


def between(
    since: str | None, until: str | None, now: datetime, *, dashes: str = "--"
) -> tuple[datetime | None, datetime | None]:
    """Return the bounds of `since` (included) and `until` (not included; a date means to the end of that day).

    Times without a zone are UTC. Raises InputError, one line that names the option, with `dashes` before it.
    """
    first = None if since is None else _moment(f"{dashes}since", since, now)
    last = None if until is None else _moment(f"{dashes}until", until, now, whole_day=True)
    if first is not None and last is not None and first >= last:
        raise InputError(f"{dashes}since {since} is not before {dashes}until {until}")
    return first, last


def moment_of(option: str, text: str | None, now: datetime) -> datetime | None:
    """Return the instant that is meant, a date being its beginning; raises InputError that names the option."""
    return None if text is None else _moment(option, text, now)


def seconds_of(option: str, text: str) -> float:
    """Return the seconds of a duration: a number of them, or 90s, 5min, 1h. Raises InputError that names the option."""
    found = _DURATION.fullmatch(text.strip())
    if found is None:
        raise InputError(f"{option} is {text!r}; it must be a number of seconds, or such as 90s, 5min, 1h")
    return int(found[1]) * _DURATIONS[found[2]]


def _moment(option: str, text: str, now: datetime, *, whole_day: bool = False) -> datetime:
    text = text.strip()
    try:
        if span := _SPAN.fullmatch(text):
            return now - int(span[1]) * _UNITS[span[2]]
        if day := _date(text):
            return datetime.combine(day + timedelta(days=whole_day), time(tzinfo=UTC))
    except OverflowError:
        raise InputError(f"{option} is {text!r}; it must be {_FORMS}") from None
    if found := read_instant(text, (iso_of_python,)):
        return found.when
    raise InputError(f"{option} is {text!r}; it must be {_FORMS}")


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
