"""Find the time zone of a clock that names none: by the page's other dates, or by the country of its address."""

import calendar
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from copydesk.identity import host_of

Offset = tuple[datetime, timedelta]
"""An instant, and how far ahead of UTC the clock was that it was written with."""

_EUROPE = {
    0: "ie uk",
    1: "ad al at ba be ch cz de dk fr hr hu it li lu mc mk mt nl no pl rs se si sk sm va",
    2: "bg cy ee fi gr lt lv ro ua",
}
"""Hours ahead of UTC in winter, and the domains of countries with one zone and the European Union's summer time."""
_FIXED = {
    -6: "cr gt hn ni sv",
    -5: "jm pa pe",
    -4: "bo do pr tt ve",
    -3: "ar uy",
    0: "ci gh is sn",
    1: "dz ng tn",
    2: "bw mz za zm zw",
    3: "bh by et iq ke kw qa sa tz ug ye",
    4: "ae am az ge om",
    5: "pk uz",
    5.5: "in lk",
    5.75: "np",
    6: "bd",
    6.5: "mm",
    7: "kh th vn",
    8: "cn hk my ph sg tw",
    9: "jp kr",
}
"""The same without summer time. Domains that sites elsewhere like to take stand in neither."""


def _by_domain(table: dict[float, str] | dict[int, str]) -> dict[str, timedelta]:
    return {domain: timedelta(hours=hours) for hours, domains in table.items() for domain in domains.split()}


_WINTER, _ALWAYS = _by_domain(_EUROPE), _by_domain(_FIXED)


def offset_of(clock: datetime, elsewhere: Iterable[Offset], url: str | None) -> timedelta | None:
    """Return how far ahead of UTC a clock is that names no zone; None where nothing tells.

    `elsewhere` are other instants of the page with the offset each was written with: the nearest in time counts, as
    zones change over the year. UTC itself is left out: programs write it where they know no better.
    """
    told = [(abs(when - clock), ahead) for when, ahead in elsewhere if ahead]
    if told:
        return min(told)[1]
    country = (host_of(url) or "").rpartition(".")[2] if url else ""
    if country in _WINTER:
        return _WINTER[country] + timedelta(hours=_is_summer(clock - _WINTER[country]))
    return _ALWAYS.get(country)


def _is_summer(when: datetime) -> bool:
    """Whether the European Union has summer time: between the last Sundays of March and October, 1:00 UTC."""
    begins, ends = (_last_sunday(when.year, month) for month in (3, 10))
    return begins <= when < ends


def _last_sunday(year: int, month: int) -> datetime:
    day = max(week[calendar.SUNDAY] for week in calendar.monthcalendar(year, month))
    return datetime(year, month, day, 1, tzinfo=UTC)
