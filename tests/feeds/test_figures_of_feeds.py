"""Visits of feeds are counted by what came, and feeds by how they are."""

import msgspec
import pytest

from copydesk.errors import FetchFailed
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.poll_counts import count_feeds, count_visit
from copydesk.producers.feeds.poll_options import PolledSource
from copydesk.producers.feeds.state import FeedState
from copydesk.producers.feeds.visit import VisitCounts
from copydesk.telemetry.figures import FEED_FAILURES, FEED_ITEMS, FEED_VISITS

STATE = FeedState(name="Courier")
FAILED = FetchFailed("forbidden", "HTTP status 403", status=403)


@pytest.mark.parametrize(
    ("visited", "answer"),
    [
        (VisitCounts(STATE, STATE, links=2, edits=1), "new"),
        (VisitCounts(STATE, STATE), "unchanged"),
        (VisitCounts(STATE, STATE, status=304), "not_modified"),
        (VisitCounts(STATE, STATE, failure=FAILED), "failed"),
    ],
)
def test_a_visit_is_counted_by_what_came(visited: VisitCounts, answer: str) -> None:
    visits, links, failures = FEED_VISITS.samples(), FEED_ITEMS.value("link"), FEED_FAILURES.value("forbidden")
    count_visit(visited)
    after = FEED_VISITS.samples()
    assert {key: number - visits.get(key, 0.0) for key, number in after.items() if number != visits.get(key, 0.0)} == {
        (answer,): 1.0
    }
    assert FEED_ITEMS.value("link") - links == visited.links
    assert FEED_FAILURES.value("forbidden") - failures == (answer == "failed")


def test_feeds_are_counted_by_how_they_are() -> None:
    states = (STATE, STATE, msgspec.structs.replace(STATE, failures=2), msgspec.structs.replace(STATE, retired=True))
    source = Source(name="Courier", feed="https://courier.example/feed")
    found = count_feeds([PolledSource(source, str(number), state) for number, state in enumerate(states)])
    assert found == {("well",): 2.0, ("failing",): 1.0, ("retired",): 1.0}
