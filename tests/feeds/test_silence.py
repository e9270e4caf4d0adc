"""A feed that answers and brings nothing new is silent, by its own rhythm; who fails and who is silent is told."""

from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from copydesk.log_port import Message
from copydesk.pipeline import FEEDS_STATE
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.formats.items import Feed, Item
from copydesk.producers.feeds.health import ailing, health_of
from copydesk.producers.feeds.new_items import RecognisedItem
from copydesk.producers.feeds.schedule import is_silent, next_rhythm
from copydesk.producers.feeds.state import FeedState, feed_key, write
from copydesk.producers.feeds.state_changes import Contents, Visit, after_visit
from copydesk.web.fetcher import Fetched
from tests.support.fakes import MemoryLog

HOUR, DAY = 3600.0, 86_400.0
NOW = 1_000 * DAY


@pytest.mark.parametrize(
    ("rhythm", "silence", "odd"),
    [
        (HOUR, 2 * DAY, False),  # a weekend
        (HOUR, 4 * DAY, True),
        (7 * DAY, 20 * DAY, False),
        (7 * DAY, 50 * DAY, True),
        (0.0, 20 * DAY, False),
        (0.0, 40 * DAY, True),
    ],
)
def test_silence_goes_by_the_rhythm(rhythm: float, silence: float, odd: bool) -> None:
    assert is_silent(rhythm, silence) is odd


def test_the_rhythm_follows_the_gaps_slowly() -> None:
    assert next_rhythm(0.0, HOUR) == HOUR
    rhythm = HOUR
    for _ in range(50):
        rhythm = next_rhythm(rhythm, DAY)
    assert HOUR < next_rhythm(HOUR, DAY) < DAY / 2
    assert rhythm == pytest.approx(DAY, rel=0.01)


def state(name: str, **told: float | str) -> FeedState:
    known: dict[str, float | str] = {"asked": 9, "asked_at": NOW, "good_at": NOW, "fresh_at": NOW, "rhythm": HOUR}
    return FeedState(name=name, **known | told)  # type: ignore[arg-type]


def test_failing_and_silent_feeds_are_told_and_those_of_old_lists_are_not() -> None:
    log = MemoryLog()
    states = [
        state("good"), state("silent", fresh_at=NOW - 9 * DAY), state("fails", failures=3, error="HTTP status 500"),
        state("fails more", failures=7), state("left", failures=9, asked_at=NOW - 40 * DAY),
        state("paused", fresh_at=NOW - 20 * DAY, good_at=NOW - 19 * DAY, asked_at=NOW - 19 * DAY),
    ]  # fmt: skip
    log.publish(FEEDS_STATE, [Message(feed_key(f"https://{one.name}/"), write(one), {}) for one in states])
    log.publish(FEEDS_STATE, [Message(f"{feed_key('https://good/')}/1/0", b"{}", {})])
    table = log.table(FEEDS_STATE)
    table.refresh()
    found = ailing(table, NOW)
    assert found.asked == 5
    assert [each.name for each in found.failing] == ["fails more", "fails"]
    assert [each.name for each in found.silent] == ["silent"], "the paused one was not asked: nothing is known of it"


def test_a_list_of_feeds_names_the_silence() -> None:
    source = Source(name="Post", feed="https://post.example/f")
    found = health_of(source, state("Post", fresh_at=NOW - 9 * DAY), NOW)
    assert found.word == "silent"
    assert found.cells(NOW)[-1] == "nothing new for 9 d"
    assert found.as_dict()["last_new"] == datetime.fromtimestamp(NOW, UTC) - timedelta(days=9)


def visited(before: FeedState, at: float, ages_in_days: list[float], new: int) -> FeedState:
    """Return the state after a visit that read items so old."""
    now = datetime.fromtimestamp(at, UTC)
    items = [Item(url=f"https://post.example/{age}", published_at=now - timedelta(days=age)) for age in ages_in_days]
    known = [RecognisedItem(item, ("k",), "h", "i", "post.example") for item in items]
    contents = Contents("digest", Feed(format="RSS 2.0"), known, new, new)
    visit = Visit(at, answer=Fetched("https://post.example/f", 200, {}, b""), contents=contents)
    return after_visit(Source(name="Post", feed="https://post.example/f"), before, visit, 0.5)


def test_a_feed_has_its_rhythm_from_the_dates_of_its_items_and_then_from_what_comes() -> None:
    first = visited(FeedState(name="Post", asked=1), NOW, [1.0, 3.0, 5.0], 3)
    assert (first.fresh_at, first.rhythm) == (NOW - DAY, 2 * DAY)
    again = visited(first, NOW + DAY, [2.0, 4.0, 6.0], 0)
    assert (again.fresh_at, again.rhythm) == (first.fresh_at, first.rhythm), "it was read, and nothing was new"
    more = visited(again, NOW + 3 * DAY, [0.0, 4.0], 1)
    assert more.fresh_at == NOW + 3 * DAY
    assert 2 * DAY < more.rhythm < 4 * DAY
    source = Source(name="Post", feed="https://post.example/f")
    for days, word in ((10, "good"), (20, "silent")):
        at = NOW + 3 * DAY + days * DAY
        answered = after_visit(source, more, Visit(at, answer=Fetched("https://post.example/f", 304, {}, b"")), 0.5)
        answered = structs.replace(answered, asked=9)
        assert health_of(source, answered, at).word == word


def test_a_feed_without_dates_counts_from_the_first_visit() -> None:
    items = [RecognisedItem(Item(url="https://post.example/1"), ("k",), "h", "i", "post.example")]
    contents = Contents("digest", Feed(format="RSS 2.0"), items, 1, 1)
    visit = Visit(NOW, answer=Fetched("https://post.example/f", 200, {}, b""), contents=contents)
    found = after_visit(Source(name="Post", feed="https://post.example/f"), FeedState(name="Post"), visit, 0.5)
    assert (found.fresh_at, found.rhythm) == (NOW, 0.0)
