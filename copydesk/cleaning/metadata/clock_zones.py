"""Find the time zone of a clock that names none: by the page's other dates, its source's setting, or its country."""

import calendar
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from copydesk.identity import host_of

Offset = tuple[datetime, timedelta]
"""An instant, and how far ahead of UTC the clock was that it was written with."""


class ClockPlace(NamedTuple):
    """Hold where a clock hangs: the address of its page or source, and the time zone that is set for the source."""

    address: str | None = None
    zone: tzinfo | None = None


def clock_place(url: str | None, source: str, zone: tzinfo | None) -> ClockPlace:
    """Return where an article's clocks hang: by its address, else by a source that is the name of a domain."""
    return ClockPlace(url or (f"https://{source}/" if "." in source.strip(".") else None), zone)


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


def offset_of(clock: datetime, elsewhere: Iterable[Offset], place: ClockPlace) -> timedelta | None:
    """Return how far ahead of UTC a clock is that names no zone; None where nothing tells.

    `elsewhere` are other instants of the page with the offset each was written with: the nearest in time counts, as
    zones change over the year. UTC itself is left out: programs write it where they know no better.
    """
    told = [(abs(when - clock), ahead) for when, ahead in elsewhere if ahead]
    if told:
        return min(told)[1]
    if place.zone is not None:
        return clock.replace(tzinfo=place.zone).utcoffset()
    country = (host_of(place.address) or "").rpartition(".")[2] if place.address else ""
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
