"""Add counts of days up to counts of weeks and months. Pure."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, timedelta

from copydesk.adapters.sqlite_index.document import day_of
from copydesk.index_port import Count, Interval


def counts_by_interval(counted: Iterable[tuple[int, str, int]], interval: Interval) -> list[Count]:
    """Add up (UTC day since 1970, value, how many), in order of the interval and the value."""
    found = Counter[tuple[date, str]]()
    for day, value, times in counted:
        found[interval_start(day_of(day), interval), value] += times
    return [Count(start, value, times) for (start, value), times in sorted(found.items())]


def interval_start(day: date, interval: Interval) -> date:
    """Return the first day of the interval that a day is in."""
    if interval == "month":
        return day.replace(day=1)
    return day - timedelta(days=day.weekday()) if interval == "week" else day
