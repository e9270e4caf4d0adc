"""What every index does with results over time: pages by a place instead of a number, and counts by interval."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from copydesk.index_port import Count, Hit
from copydesk.search.query import MAX_RESULTS, Query, ResultPlace, Sort
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import DAY, HOUR, NOON


def place(hit: Hit) -> ResultPlace:
    return ResultPlace(hit.score, hit.article.seen_at, hit.article.id)


def pages(shelf: Shelf, text: str, sort: Sort, size: int = 4) -> list[str]:
    """Every id, page by page, each behind the last hit of the one before."""
    found: list[str] = []
    after: ResultPlace | None = None
    while hits := shelf.search(text, sort=sort, limit=size, after=after).hits:
        found += [hit.article.id for hit in hits]
        after = place(hits[-1])
    return found


@pytest.mark.parametrize("sort", ["relevance", "newest", "oldest"])
@pytest.mark.parametrize("text", ["", "-missing", "page"])
def test_pages_by_place_make_up_the_whole(shelf: Shelf, sort: Sort, text: str) -> None:
    shelf.put(*(shelf.article("page " * (1 + n * 7 % 5), seen_at=NOON + n % 3 * HOUR) for n in range(19)))
    whole = shelf.ids(text, sort=sort)
    assert len(whole) == 19
    assert pages(shelf, text, sort) == whole


def test_equal_scores_and_instants_are_parted_by_the_id(shelf: Shelf) -> None:
    shelf.put(*(shelf.article("same", seen_at=NOON + timedelta(microseconds=n // 6)) for n in range(12)))
    assert pages(shelf, "same", "relevance", 1) == shelf.ids("same")


def test_a_place_survives_new_articles(shelf: Shelf) -> None:
    shelf.put(*(shelf.article(seen_at=NOON + n * HOUR) for n in range(6)))
    whole = shelf.ids(sort="newest")
    first = shelf.search(sort="newest", limit=3).hits
    shelf.put(shelf.article(seen_at=NOON + DAY), shelf.article(seen_at=NOON + 2 * DAY))
    rest = shelf.search(sort="newest", limit=9, after=place(first[-1])).hits
    assert [hit.article.id for hit in (*first, *rest)] == whole


def test_behind_a_place_the_offset_counts_for_nothing_and_totals_stay(shelf: Shelf) -> None:
    shelf.put(*(shelf.article(seen_at=NOON + n * HOUR) for n in range(5)))
    first = shelf.search(sort="oldest", limit=2)
    found = shelf.search(sort="oldest", limit=2, offset=MAX_RESULTS, after=place(first.hits[-1]))
    assert [hit.article.seen_at for hit in found.hits] == [NOON + 2 * HOUR, NOON + 3 * HOUR]
    assert (found.total, found.facets) == (5, first.facets)


def test_counts_by_day_are_of_utc_days_and_leave_empty_ones_out(shelf: Shelf) -> None:
    late = datetime(2024, 3, 12, 23, 30, tzinfo=timezone(timedelta(hours=-3)))
    shelf.put(*(shelf.article(seen_at=when) for when in (NOON, NOON + HOUR, late)))
    counted = shelf.index.counts(Query(source=shelf.source), "day")
    assert list(counted) == [Count(date(2024, 3, 10), "", 2), Count(date(2024, 3, 13), "", 1)]


def test_weeks_begin_on_monday_and_months_on_the_first(shelf: Shelf) -> None:
    instants = [datetime(2024, 2, 29, 1, tzinfo=UTC), datetime(2024, 3, 3, 23, 59, 59, 999_999, tzinfo=UTC)]
    instants += [datetime(2024, 3, 4, tzinfo=UTC), datetime(1969, 12, 31, 5, tzinfo=UTC)]
    shelf.put(*(shelf.article(seen_at=when) for when in instants))
    asked = Query(source=shelf.source)
    weeks = [(date(1969, 12, 29), 1), (date(2024, 2, 26), 2), (date(2024, 3, 4), 1)]
    months = [(date(1969, 12, 1), 1), (date(2024, 2, 1), 1), (date(2024, 3, 1), 2)]
    assert [(each.start, each.articles) for each in shelf.index.counts(asked, "week")] == weeks
    assert [(each.start, each.articles) for each in shelf.index.counts(asked, "month")] == months


def test_counts_by_a_field_are_in_order_of_its_values(shelf: Shelf) -> None:
    languages = ["fr", "en", None, "en"]
    shelf.put(*(shelf.article(language=language, seen_at=NOON) for language in languages))
    asked = Query(source=shelf.source)
    day = NOON.date()
    assert list(shelf.index.counts(asked, "day", "language")) == [Count(day, "en", 2), Count(day, "fr", 1)]
    assert list(shelf.index.counts(asked, "day", "source")) == [Count(day, shelf.source, 4)]


def test_counts_are_of_what_the_query_matches(shelf: Shelf) -> None:
    shelf.put(*(shelf.article("counted", seen_at=NOON + n * DAY) for n in range(4)), shelf.article("other"))
    query = shelf.query("counted", since=NOON + DAY, until=NOON + 3 * DAY, limit=1, sort="oldest")
    assert [each.articles for each in shelf.index.counts(query, "day")] == [1, 1]
    assert list(shelf.index.counts(Query(source="\ud800"), "day")) == []


def test_more_intervals_than_one_answer_holds_are_all_counted(shelf: Shelf) -> None:
    shelf.put(*(shelf.article(seen_at=NOON - n * DAY) for n in range(1_050)))
    counted = shelf.index.counts(Query(source=shelf.source), "day")
    assert len(counted) == 1_050
    assert [each.start for each in counted] == sorted(each.start for each in counted)
