"""Tell how the feeds of the lists are, and which source each brings articles of."""

import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from msgspec import Struct

from copydesk.errors import InputError
from copydesk.identity import source_of
from copydesk.log_port import Log
from copydesk.pipeline import FEEDS_STATE
from copydesk.producers.feeds.feed_list import load_sources
from copydesk.producers.feeds.health import health
from copydesk.producers.feeds.state_changes import utc_instant
from copydesk.web.urls import public


class ListedFeed(Struct, frozen=True):
    """Describe one source of a list: its name there, the source of its articles, and how it is."""

    name: str
    source: str
    address: str
    file: str
    state: str
    enabled: bool
    a_day: float
    last_good: datetime | None
    next: datetime | None
    error: str


def listed_feeds(log: Log, files: Sequence[Path]) -> tuple[list[ListedFeed], list[str]]:
    """Return the feeds of the lists, and what is wrong with the rest of them. Raises LogUnavailable."""
    table, now = log.table(FEEDS_STATE), time.time()
    table.refresh()
    found: list[ListedFeed] = []
    problems: list[str] = []
    for file in files:
        try:
            listed = load_sources(file)
        except InputError as error:
            problems.append(str(error))
            continue
        problems += listed.problems
        for each in listed.sources:
            known = health(each, table, now)
            state = known.state
            found.append(
                ListedFeed(
                    name=each.name, source=source_of(each.url), address=public(each.url), file=str(file),
                    state=known.word, enabled=each.enabled, a_day=round(known.a_day, 1),
                    last_good=utc_instant(state.good_at) if state and state.good_at else None,
                    next=utc_instant(state.next_at) if state and state.next_at and each.enabled else None,
                    error=state.error or state.problem if state else "",
                )
            )  # fmt: skip
    return found, problems
