"""Draw counts over time as SVG: bars that are links, and a line of bars without."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from markupsafe import Markup

from copydesk.index_port import Count, Interval

_WIDTH, _HEIGHT, _GAP = 720, 96, 1
_SPARK_WIDTH, _SPARK_HEIGHT = 180, 32
_FEWEST_BARS, _MOST_BARS = 12, 400
_DAYS: Mapping[Interval, int] = {"day": 1, "week": 7, "month": 31}


_SVG = Markup('<svg class="{}" viewBox="0 0 {} {}" preserveAspectRatio="none" role="{}" aria-label="{}">{}</svg>')


class Histogram(NamedTuple):
    """Hold a drawn histogram, from its first day to its last, and the most that a bar stands for."""

    drawn: Markup
    interval: Interval
    first: date
    last: date
    most: int


def best_interval(first: date, last: date) -> Interval:
    """Return the interval that makes of a span a number of bars that can be told apart."""
    days = (last - first).days
    return "day" if days <= 92 else "week" if days <= 730 else "month"


def next_start(start: date, interval: Interval) -> date:
    """Return where the interval after the one that begins here begins."""
    if interval == "month":
        return date(start.year + start.month // 12, start.month % 12 + 1, 1)
    return start + timedelta(days=_DAYS[interval])


def filled(counts: Sequence[Count], interval: Interval) -> list[Count]:
    """Return the counts with zeros where there are none between the first and the last; the last _MOST_BARS of them."""
    found: list[Count] = []
    for count in counts:
        while found and len(found) < 20_000 and (start := next_start(found[-1].start, interval)) < count.start:
            found.append(Count(start, "", 0))
        found.append(count)
    return found[-_MOST_BARS:]


def histogram(counts: Sequence[Count], interval: Interval, link: Callable[[date, date], str]) -> Histogram:
    """Draw a bar for each interval, a link to what it counts; `link` takes its first day and its last one.

    There must be a count.
    """
    bars = list(_bars(counts, _WIDTH, _HEIGHT))
    parts = [
        Markup(
            '<a href="{}"><title>{}: {}</title><rect class="hit" x="{}" y="0" width="{}" height="{}"/>'
            '<rect class="bar" x="{}" y="{}" width="{}" height="{}"/></a>'
        ).format(
            link(count.start, next_start(count.start, interval) - timedelta(days=1)),
            count.start, count.articles, x, width, _HEIGHT, x, y, width, height,
        )
        for count, x, y, width, height in bars
    ]  # fmt: skip
    first, last = counts[0].start, next_start(counts[-1].start, interval) - timedelta(days=1)
    drawn = _SVG.format("histogram", _WIDTH, _HEIGHT, "group", f"Articles by {interval}", Markup("").join(parts))
    return Histogram(drawn, interval, first, last, max(count.articles for count in counts))


def sparkline(counts: Sequence[Count], label: str) -> Markup:
    """Draw counts small, for the eye; `label` says in words what they are."""
    bars = Markup("").join(
        Markup('<rect class="bar" x="{}" y="{}" width="{}" height="{}"/>').format(x, y, width, height)
        for _, x, y, width, height in _bars(counts, _SPARK_WIDTH, _SPARK_HEIGHT)
    )
    return _SVG.format("sparkline", _SPARK_WIDTH, _SPARK_HEIGHT, "img", label, bars)


def _bars(counts: Sequence[Count], width: int, height: int) -> Iterator[tuple[Count, float, float, float, float]]:
    most = max((count.articles for count in counts), default=0)
    step = width / max(_FEWEST_BARS, len(counts))
    for number, count in enumerate(counts):
        tall = round(height * count.articles / most, 1) if most else 0.0
        yield count, round(number * step, 2), round(height - tall, 1), round(max(0.5, step - _GAP), 2), tall
