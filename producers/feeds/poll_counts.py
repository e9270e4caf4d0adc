"""Count what visits of feeds brought: for the display, for the figures, and in the log when one fails again."""

import logging
from collections import Counter
from collections.abc import Sequence

from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.poll_options import PolledSource
from copydesk.producers.feeds.visit import VisitCounts
from copydesk.telemetry import figures
from copydesk.web.urls import public

_SAID_AT = frozenset({3, 10, 30, 100, 300, 1000})
logger = logging.getLogger("copydesk.feeds")


def note_visit(counts: Counter[str], source: Source, visited: VisitCounts) -> None:
    """Add a visit to `counts` (visits, unchanged, failures, links, articles, edits, refused) and to the figures.

    A failure is said louder after so many in a row.
    """
    count_visit(visited)
    quiet = visited.failure is None and not (visited.links or visited.articles)
    counts.update(
        visits=1,
        unchanged=int(quiet),
        failures=int(visited.failure is not None),
        links=visited.links,
        articles=visited.articles,
        edits=visited.edits,
        refused=visited.refused,
    )
    if visited.failure is not None:
        level = logging.WARNING if visited.state.failures in _SAID_AT else logging.INFO
        words = "%s failed %d times in a row: %s"
        logger.log(level, words, public(source.url), visited.state.failures, visited.failure)
    if visited.state.retired:
        logger.warning("%s is gone for good (410); it is not asked any more", public(source.url))


def count_visit(visited: VisitCounts) -> None:
    """Count a visit among the figures, by what it was answered with and what came."""
    if visited.failure is not None:
        answer = "failed"
        figures.FEED_FAILURES.add(1, visited.failure.kind)
    elif visited.links or visited.articles:
        answer = "new"
    else:
        answer = "not_modified" if visited.status == 304 else "unchanged"
    figures.FEED_VISITS.add(1, answer)
    items = {"link": visited.links, "article": visited.articles, "edit": visited.edits, "refused": visited.refused}
    for kind, number in items.items():
        if number:
            figures.FEED_ITEMS.add(number, kind)


def count_feeds(entries: Sequence[PolledSource]) -> dict[tuple[str, ...], float]:
    """Return how many feeds are well, failing and retired, for the gauge of feeds."""
    found = Counter(
        "retired" if each.state.retired else "failing" if each.state.failures else "well" for each in entries
    )
    return {(state,): float(found[state]) for state in ("well", "failing", "retired")}
