"""How many articles come is judged by the source's own weekdays, by its own scatter, and by what all sources share."""

import pytest

from copydesk.health.thresholds import DAY
from tests.health.streams import START, Told, sighting, times


def test_a_dead_feed_is_found_in_two_days_by_the_articles_of_others() -> None:
    told = Told()
    for day in range(32):
        told.articles(day, day + 1, 6, source="other.example")
        if day < 30:
            told.articles(day, day + 1, 6)
    assert told.kinds() == [("silent", False)]
    [alarm] = told.alarms
    assert (alarm.source, alarm.now) == ("courier.example", 0.0)
    assert len(alarm.articles) == 2
    told.articles(33, 34, 6)
    assert told.kinds()[1] == ("silent", True)
    assert told.alarms[1].id == alarm.id


def test_a_dead_feed_is_found_by_the_clock_when_nothing_comes_at_all() -> None:
    told = Told().articles(0, 30, 6)
    assert not told.sweep(START + 30.5 * DAY).alarms
    assert told.sweep(START + 32 * DAY).kinds() == [("silent", False)]


def test_an_archive_is_not_silent_by_the_clock() -> None:
    told = Told().articles(0, 30, 6, fetched=START + 300 * DAY)
    assert not told.sweep(START + 301 * DAY).alarms


def test_a_gap_that_ended_before_anybody_looked_is_told_with_its_end() -> None:
    told = Told().articles(0, 30, 6).articles(36, 37, 6)
    assert told.kinds()[:2] == [("silent", False), ("silent", True)]


def test_weekends_are_no_silence() -> None:
    told = Told()
    for day in range(56):
        told.articles(day, day + 1, 3, source="other.example")
        if (day + 3) % 7 < 5:
            told.articles(day, day + 1, 12)
    assert not told.alarms


def test_a_slow_source_is_silent_later() -> None:
    told = Told()
    for day in range(60):
        told.articles(day, day + 1, 6, source="other.example")
        if day < 36 and day % 2 == 0:
            told.articles(day, day + 1, 1)
        if day < 43:
            assert not told.alarms
    assert told.kinds() == [("silent", False)]


@pytest.mark.parametrize(("a_day", "kind"), [(1, "fewer"), (40, "flood")])
def test_far_fewer_and_far_more_are_told_and_end(a_day: int, kind: str) -> None:
    told = Told().articles(0, 30, 8).articles(30, 33, a_day).articles(33, 38, 8)
    assert told.kinds() == [(kind, False), (kind, True)]
    assert told.alarms[0].since.timestamp() == START + 30 * DAY


@pytest.mark.parametrize("times_as_many", [0, 4])
def test_what_all_sources_share_is_no_alarm(times_as_many: int) -> None:
    told, number = Told(), 0
    for day in range(40):
        a_day = 6 * times_as_many if 30 <= day < 33 else 6
        for at in times(day, day + 1, a_day):
            for source in range(12):
                number += 1
                told.alarms += told.watch.article(sighting(at, number, source=f"source{source}.example"), 0)
        told.articles(day, day + 1, 1, source="always.example")
    assert not told.alarms


def test_one_wrong_date_makes_nobody_silent() -> None:
    told = Told().articles(0, 20, 6)
    ahead = START + 50 * DAY
    told.alarms += told.watch.article(sighting(ahead, 9_999, source="odd.example"), 0)
    told.articles(20, 22, 6)
    assert not told.sweep().alarms


def test_an_old_article_at_the_beginning_makes_no_flood() -> None:
    told = Told()
    told.watch.article(sighting(START - 40 * DAY, 0), 0)
    assert not told.articles(0, 30, 20).alarms


def test_undated_articles_of_an_archive_do_not_leave_its_time() -> None:
    fetched = START + 300 * DAY
    told = Told().articles(0, 20, 6, fetched=fetched)
    for number, _ in enumerate(times(20, 21, 6)):
        told.watch.article(sighting(fetched, 5_000 + number, published=None), 0)
    assert told.watch.sources["courier.example"].at < START + 23 * DAY


def test_a_source_of_the_past_is_forgotten() -> None:
    told = Told().articles(0, 30, 6)
    told.articles(30, 180, 2, source="other.example")
    assert set(told.watch.sources) == {"other.example"}
    assert told.watch.gone == {"courier.example"}
    assert told.kinds() == [("silent", False), ("silent", True)]
    assert told.alarms[1].ended_because == "usual now"
