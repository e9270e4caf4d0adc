"""Each change of a source is told once, with since when and two articles, and once more when it is over."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest

from copydesk.health.thresholds import DAY
from tests.health.streams import START, Told, refusal, sighting, times


def day_of(day: float) -> datetime:
    return datetime.fromtimestamp(START + day * DAY, UTC)


@pytest.mark.parametrize(
    ("kind", "changes"),
    [
        ("words_lost", {"words": 40}),
        ("cuts_doubled", {"cut": {"related_links": 0.1, "navigation": 0.2}}),
        ("titles_gone", {"title": ""}),
        ("titles_gone", {"title": "The Courier"}),
        ("authors_gone", {"has_authors": False}),
        ("dates_gone", {"published": None}),
        ("language_changed", {"language": "fr"}),
    ],
)
def test_a_change_of_the_articles_is_found_within_twenty_and_ends_by_itself(kind: str, changes: dict[str, Any]) -> None:
    told = Told().articles(0, 30, 8)
    assert not told.alarms
    told.articles(30, 33, 8, **changes)
    [begun] = told.alarms
    assert (begun.kind, begun.ended_at) == (kind, None)
    assert abs((begun.since - day_of(30)).total_seconds()) < DAY / 2
    assert begun.found_at - begun.since < day_of(20 / 8) - day_of(0)
    usual, changed = (int(article.id[2:]) for article in begun.articles)
    assert usual <= 241 <= changed  # a title that is repeated is one of its own the first time
    assert usual < changed
    told.articles(33, 40, 8)
    [_, ended] = told.alarms
    assert (ended.id, ended.kind, ended.ended_because) == (begun.id, kind, "as before")


def test_what_lasts_becomes_usual() -> None:
    told = Told().articles(0, 30, 8).articles(30, 60, 8, words=40)
    assert told.kinds() == [("words_lost", False), ("words_lost", True)]
    assert told.alarms[-1].ended_because == "usual now"


def test_the_words_name_the_loss_and_the_day() -> None:
    [alarm] = Told().articles(0, 30, 8).articles(30, 32, 8, words=40).alarms
    assert re.fullmatch(
        r"90% fewer words since Sunday, 3 November 2024: 40 instead of (39|40)\d in the median article", alarm.what
    )
    assert (alarm.now, alarm.since.date()) == (40, day_of(30).date())


def test_refusals_that_rise_are_told_and_end() -> None:
    told = Told()
    for day in range(30):
        told.articles(day, day + 1, 9).refusals(day, day + 1, 1)
    told.sweep()
    assert not told.alarms
    for day in range(30, 32):
        told.refusals(day, day + 1, 8).articles(day, day + 1, 2)
    told.sweep()
    kinds = told.kinds()
    assert ("refusals_risen", False) in kinds
    [alarm] = [each for each in told.alarms if each.kind == "refusals_risen"]
    assert "The page holds no article" in alarm.what
    assert alarm.since == day_of(30)
    for day in range(32, 40):
        told.articles(day, day + 1, 9).refusals(day, day + 1, 1)
    assert ("refusals_risen", True) in told.kinds()


def test_a_source_that_is_refused_altogether_is_found_by_the_time_of_the_others() -> None:
    told = Told()
    for day in range(33):
        told.articles(day, day + 1, 9, source="other.example")
        if day < 30:
            told.articles(day, day + 1, 9)
        else:
            told.refusals(day, day + 1, 9)
    assert ("refusals_risen", False) in told.kinds()


def test_an_alarm_is_the_same_whoever_finds_it() -> None:
    first, second = (Told().articles(0, 30, 8).articles(30, 33, 8, words=40).alarms for _ in range(2))
    assert [each.id for each in first] == [each.id for each in second]


def test_what_comes_twice_counts_once() -> None:
    told = Told()
    for number, at in enumerate(times(0, 20, 5)):
        for _ in range(2):
            told.watch.article(sighting(at, number), 0)
        told.watch.refusal(refusal(at, number), 0)
        told.watch.refusal(refusal(at, number), 0)
    figures = told.watch.sources["courier.example"]
    assert set(figures.articles) == set(figures.refused) == {5}
