"""Streams of one source or more, made by hand: so many articles a day, evenly over the day."""

from collections.abc import Iterator
from typing import Any

from copydesk.events import Alarm
from copydesk.health.figures import Refusal, Sighting
from copydesk.health.stream import SourceWatch
from copydesk.health.thresholds import DAY

START = 20_000 * DAY


def sighting(at: float, number: int, **changes: Any) -> Sighting:
    """Return an article of 400 words or so, complete, of which a tenth was cut."""
    facts: dict[str, Any] = {
        "source": "courier.example", "id": f"id{number}", "revision": 1, "title": f"Title {number}", "published": at,
        "fetched": at, "words": 300 + number * 37 % 200, "cut": {"related_links": 0.08 + number % 5 / 100},
        "has_authors": True, "language": "en",
    }  # fmt: skip
    return Sighting(**(facts | changes))


def refusal(at: float, number: int, source: str = "courier.example") -> Refusal:
    """Return a dead letter."""
    return Refusal(source, f"clean\nid{number}\n1", f"id{number}", 1, "Title", "The page holds no article", None, at)


def times(first: int, end: int, a_day: int) -> Iterator[float]:
    """Yield instants, from one day to before another."""
    for day in range(first, end):
        for number in range(a_day):
            yield START + (day + (number + 0.5) / a_day) * DAY


class Told:
    """Feed a watch, and keep what it told."""

    def __init__(self) -> None:
        self.watch, self.alarms, self.number = SourceWatch(), list[Alarm](), 0

    def articles(self, first: int, end: int, a_day: int, **changes: Any) -> "Told":
        """Let articles come."""
        for at in times(first, end, a_day):
            self.number += 1
            facts = {name: value(at) if callable(value) else value for name, value in changes.items()}
            self.alarms += self.watch.article(sighting(at, self.number, **facts), 0)
        return self

    def refusals(self, first: int, end: int, a_day: int) -> "Told":
        """Let refusals come."""
        for at in times(first, end, a_day):
            self.number += 1
            self.watch.refusal(refusal(at, self.number), 0)
        return self

    def sweep(self, wall: float | None = None) -> "Told":
        """Look at all sources."""
        self.alarms += self.watch.sweep(wall)
        return self

    def kinds(self) -> list[tuple[str, bool]]:
        """Return what was told: the kind, and whether it is over."""
        return [(alarm.kind, alarm.ended_at is not None) for alarm in self.alarms]
