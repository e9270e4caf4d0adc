"""Compute the health of a source from its stored feed state. Pure."""

from typing import NamedTuple

from copydesk.log_port import Table
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.schedule import decayed, is_silent, items_a_day
from copydesk.producers.feeds.state import FeedState, feed_key, read_head
from copydesk.producers.feeds.state_changes import utc_instant
from copydesk.web.urls import public

_LEFT_THE_LISTS = 30 * 86_400.0


class Health(NamedTuple):
    """Hold one source: its configuration and its state, None when it was never asked.

    `silence` is for how many seconds a feed that answers has brought nothing new, where that is odd for it.
    """

    source: Source
    state: FeedState | None
    a_day: float
    silence: float | None = None

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
        if self.silence is not None:
            return "silent"
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
            state.error or (f"nothing new for {span(self.silence)}" if self.silence is not None else state.problem),
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
            "last_new": utc_instant(state.fresh_at) if state.fresh_at else None,
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
    return health_of(source, state, now)


def health_of(source: Source, state: FeedState | None, now: float) -> Health:
    """Return how a source in this state is at an instant (seconds since the epoch)."""
    if state is None:
        return Health(source, None, 0.0)
    return Health(source, state, articles_a_day(state, now), _silence(state, now))


class AilingFeeds(NamedTuple):
    """Hold how many feeds are asked, and of these those that fail and those that are silent, worst first."""

    asked: int
    failing: list[FeedState]
    silent: list[FeedState]


def ailing(table: Table, now: float) -> AilingFeeds:
    """Return how the feeds are that the log knows; those that nobody asked for a month have left the lists."""
    heads = [head for key, value in table.items() if "/" not in key and (head := read_head(value)) is not None]
    asked = [head for head in heads if head.asked and head.asked_at > now - _LEFT_THE_LISTS]
    failing = sorted((head for head in asked if head.failures or head.retired), key=lambda head: -head.failures)
    silent = sorted((head for head in asked if _silence(head, now) is not None), key=lambda head: head.fresh_at)
    return AilingFeeds(len(asked), failing, silent)


def _silence(state: FeedState, now: float) -> float | None:
    """Return for how many seconds a feed that answers brought nothing new; None where that is not odd for it."""
    if not state.fresh_at or state.failures or state.retired:
        return None
    silence = state.good_at - state.fresh_at
    return now - state.fresh_at if is_silent(state.rhythm, silence) else None


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
