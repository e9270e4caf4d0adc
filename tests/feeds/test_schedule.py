"""When a source is asked next."""

import random

import pytest

from copydesk.producers.feeds import schedule
from copydesk.producers.feeds.schedule import LONGEST_INTERVAL, SHORTEST_INTERVAL
from copydesk.producers.web.outage import Outage
from copydesk.web.fetcher import freshness

DAY = 86_400.0
NOW = 1_780_000_000.0


def run(gap: float, days: float, quiet: float = 0.0) -> list[float]:
    """Poll a source that has an item every `gap` seconds, then none for `quiet`; the intervals used."""
    weight, at, weighed, last_item = schedule.first_weight([gap * n for n in range(20)]), NOW, NOW, NOW
    intervals = []
    while at < NOW + days * DAY + quiet:
        interval = schedule.poll_interval(schedule.decayed(weight, at - weighed))
        intervals.append(interval)
        at += interval
        end = min(at, NOW + days * DAY)
        new = max(0, int((end - last_item) / gap)) if end > last_item else 0
        last_item += new * gap
        weight, weighed = schedule.decayed(weight, at - weighed) + new, at
    return intervals


@pytest.mark.parametrize("gap", [120.0, 600.0, 3600.0, 6 * 3600.0])
def test_the_interval_settles_at_a_third_of_the_gap_between_items(gap: float) -> None:
    settled = run(gap, 14)[-10:]
    assert all(max(SHORTEST_INTERVAL, gap / 6) <= each <= gap for each in settled)


def test_the_interval_stays_within_a_minute_and_a_day() -> None:
    assert schedule.poll_interval(1e9) == SHORTEST_INTERVAL
    assert schedule.poll_interval(0.0) == LONGEST_INTERVAL
    assert min(run(1.0, 3)) >= SHORTEST_INTERVAL
    assert run(600.0, 7, quiet=60 * DAY)[-1] == LONGEST_INTERVAL


def test_a_quiet_night_hardly_slows_a_source_down() -> None:
    intervals = run(600.0, 7, quiet=8 * 3600.0)
    assert intervals[-1] < 2 * intervals[-60]


def test_a_sources_own_limits_hold() -> None:
    assert schedule.poll_interval(1e9, shortest=600) == 600
    assert schedule.poll_interval(0.0, longest=3600) == 3600
    assert schedule.poll_interval(1e9, shortest=1) == SHORTEST_INTERVAL
    assert schedule.poll_interval(0.0, longest=1e9) == LONGEST_INTERVAL


def test_a_source_without_dates_starts_at_a_quarter_of_an_hour() -> None:
    assert schedule.poll_interval(schedule.first_weight([])) == pytest.approx(900)
    assert schedule.items_a_day(schedule.first_weight([])) == pytest.approx(32)


def test_servers_say_how_long_an_answer_is_fresh() -> None:
    fresh = freshness
    assert fresh({}, None, NOW) == 0
    assert fresh({}, 1800, NOW) == 1800
    assert fresh({"cache-control": "public, max-age=600"}, None, NOW) == 600
    assert fresh({"cache-control": "public, max-age=600", "age": "500"}, 60, NOW) == 100
    assert fresh({"cache-control": "s-maxage=900"}, None, NOW) == 0
    assert fresh({"cache-control": "no-cache, max-age=600"}, None, NOW) == 0
    assert fresh({"cache-control": "no-cache"}, 1200, NOW) == 1200
    assert fresh({"cache-control": "max-age=99999999"}, None, NOW) == LONGEST_INTERVAL
    dates = {"date": "Mon, 01 Jun 2026 10:00:00 GMT", "expires": "Mon, 01 Jun 2026 10:30:00 GMT"}
    assert fresh(dates, None, NOW) == 1800, "by the server's own clock"
    assert fresh(dates | {"expires": "0"}, None, NOW) == 0
    assert fresh(dates | {"cache-control": "max-age=60"}, None, NOW) == 60


def test_jitter_only_ever_waits_longer() -> None:
    for _ in range(100):
        at = schedule.after_success(NOW, 600, 900, random.random())
        assert NOW + 900 <= at <= NOW + 990


def test_failures_wait_longer_each_time_up_to_a_day_and_never_for_ever() -> None:
    waits = [schedule.after_failure(NOW, 900, n, None, 0.0) - NOW for n in (1, 2, 3, 4, 8, 100, 10_000)]
    assert waits == [900, 1800, 3600, 7200, LONGEST_INTERVAL, LONGEST_INTERVAL, LONGEST_INTERVAL]
    assert schedule.after_failure(NOW, 10, 1, None, 0.0) - NOW == SHORTEST_INTERVAL


def test_retry_after_is_obeyed() -> None:
    assert schedule.after_failure(NOW, 900, 1, 5000.0, 0.0) - NOW == 5000
    assert schedule.after_failure(NOW, 900, 1, 5.0, 0.0) - NOW == 900


def test_a_remembered_instant_far_ahead_is_brought_near() -> None:
    assert schedule.plausible_next(NOW + DAY, NOW, 900) == NOW + DAY
    assert schedule.plausible_next(NOW + 365 * DAY, NOW, 900) == NOW + 900
    assert schedule.plausible_next(NOW - 5, NOW, 900) == NOW - 5


def test_an_outage_of_our_own_is_told_from_the_sources_failures() -> None:
    ours = Outage()
    for host in "abcdef":
        ours.answered(host)
    for host in "abcxyz":
        ours.failed(host)
        ours.failed(host)
    assert not ours.on, "hosts that never answered are no evidence"
    ours.failed("d")
    assert ours.on
    ours.answered("z")
    assert not ours.on
    pair = Outage()
    pair.remember("a")
    pair.remember("b")
    pair.failed("a")
    assert not pair.on
    pair.failed("b")
    assert pair.on
    alone = Outage()
    alone.answered("a")
    for _ in range(9):
        alone.failed("a")
    assert not alone.on
