"""Compute the health of a source from its stored feed state. Pure."""

from typing import NamedTuple

from copydesk.ports import Table
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.schedule import decayed, items_a_day
from copydesk.producers.feeds.state import FeedState, feed_key, read_head
from copydesk.producers.feeds.state_changes import utc_instant
from copydesk.web.urls import public


class Health(NamedTuple):
    """Hold one source: its configuration and its state, None when it was never asked."""

    source: Source
    state: FeedState | None
    a_day: float

    @property
    def word(self) -> str:
        """Return the state in a word."""
        if not self.source.enabled:
            return "off"
        if self.state is None or not self.state.asked:
            return "never asked"
        if self.state.retired:
            return "gone for good"
        if self.state.failures:
            return "failing"
        return "odd" if self.state.problem else "good"

    def cells(self, now: float) -> tuple[str, ...]:
        """Return the row of a table."""
        state = self.state or FeedState(name=self.source.name)
        waiting = self.source.enabled and not state.retired and bool(state.next_at)
        return (
            self.source.name,
            self.word,
            f"{span(now - state.good_at)} ago" if state.good_at else "never",
            (f"in {span(state.next_at - now)}" if state.next_at > now else "due") if waiting else "",
            span(state.interval) if state.asked else "",
            f"{self.a_day:.1f}" if state.good_at else "",
            str(state.failures or ""),
            state.error or state.problem,
        )

    def as_dict(self) -> dict[str, object]:
        """Return configuration, state and rates of the source, to be written as JSON; instants are datetimes in UTC."""
        state = self.state or FeedState(name=self.source.name)
        return {
            "name": self.source.name,
            "url": public(self.source.url),
            "state": self.word,
            "address": public(state.address) if state.address else None,
            "last_good": utc_instant(state.good_at) if state.good_at else None,
            "next": utc_instant(state.next_at) if state.next_at and not state.retired else None,
            "interval_seconds": state.interval,
            "articles_a_day": round(self.a_day, 2),
            "failures": state.failures,
            "error": state.error or state.problem,
            "items": state.items,
            "published": state.published,
            "asked": state.asked,
        }


def health(source: Source, table: Table, now: float) -> Health:
    """Return how a source is at an instant (seconds since the epoch)."""
    state = read_head(table.get(feed_key(source.url)))
    return Health(source, state, articles_a_day(state, now) if state else 0.0)


def articles_a_day(state: FeedState, now: float) -> float:
    """Return the articles a source brings a day, by what was counted and by the dates of the first visit's items."""
    return items_a_day(decayed(max(0.0, state.weight - state.assumed), now - state.weighed_at))


def span(seconds: float) -> str:
    """Return a duration in its largest unit: 45 s, 12 min, 3 h, 2 d."""
    seconds = max(0.0, seconds)
    for size, unit in ((86_400.0, "d"), (3600.0, "h"), (60.0, "min")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
