"""What every index does with all it found: order, pages, filters, and counts by facet."""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta, timezone

import pytest

from copydesk.events import CleanArticle
from copydesk.index_port import FACET_DAYS, FACET_VALUES
from copydesk.search.query import MAX_RESULTS, Query
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import DAY, HOUR, NOON


def test_of_equal_matches_the_newest_comes_first(shelf: Shelf) -> None:
    articles = [shelf.article("the same words", seen_at=NOON + number * HOUR) for number in range(5)]
    shelf.put(*articles)
    assert shelf.ids("words") == [each.id for each in reversed(articles)]


def test_results_sort_by_time_either_way(shelf: Shelf) -> None:
    articles = [shelf.article("word " * (number * 5 % 7), seen_at=NOON + number * DAY) for number in range(7)]
    shelf.put(*articles)
    ids = [each.id for each in articles]
    assert shelf.ids(sort="oldest") == ids
    assert shelf.ids(sort="newest") == ids[::-1]
    for sort, order in (("oldest", ids), ("newest", ids[::-1]), ("relevance", ids[::-1])):
        listed = shelf.index.search(Query(source=shelf.source, sort=sort))
        assert [hit.article.id for hit in listed.hits] == order
        assert {hit.score for hit in listed.hits} == {0.0}


def test_pages_make_up_the_whole(shelf: Shelf) -> None:
    shelf.put(*(shelf.article("page", seen_at=NOON + number % 3 * HOUR) for number in range(23)))
    whole = shelf.ids("page")
    assert len(whole) == 23
    pages = [shelf.search("page", limit=5, offset=offset) for offset in range(0, 30, 5)]
    assert [hit.article.id for page in pages for hit in page.hits] == whole
    assert {page.total for page in pages} == {23}
    assert len({str(page.facets) for page in pages}) == 1


@pytest.mark.parametrize(
    ("limit", "offset", "shown"),
    [(0, 0, 0), (-1, 0, 0), (2, -5, 2), (5, 2, 1), (5, 3, 0), (1, MAX_RESULTS, 0), (10**9, 0, 3), (3, 10**9, 0)],
)
def test_any_limit_and_offset_will_do(shelf: Shelf, limit: int, offset: int, shown: int) -> None:
    shelf.put(*(shelf.article() for _ in range(3)))
    results = shelf.search(limit=limit, offset=offset)
    assert (len(results.hits), results.total) == (shown, 3)
    assert results.facets["source"] == {shelf.source: 3}


def test_filters_hold_alone_and_together(shelf: Shelf) -> None:
    wanted = shelf.article(language="fr", seen_at=NOON)
    others = [
        shelf.article(language="de", seen_at=NOON),
        shelf.article(language=None, seen_at=NOON),
        shelf.article(language="fr", seen_at=NOON + DAY),
        shelf.article(language="fr", seen_at=NOON, source=f"other-{shelf.source}"),
    ]
    shelf.put(wanted, *others)
    together = {"language": "fr", "source": shelf.source, "since": NOON, "until": NOON + DAY}
    assert shelf.ids(**together) == [wanted.id]
    assert len(shelf.ids(language="fr")) == 3
    assert len(shelf.ids(source=shelf.source)) == 4
    for field, value in {"language": "FR", "source": shelf.source.upper(), "since": NOON + DAY, "until": NOON}.items():
        assert shelf.ids(**{**together, field: value}) == [], field
    for odd in ("", "*", "\0", "\ud800", "'", "a" * 40_000):
        assert shelf.ids(source=odd) == shelf.ids(language=odd) == []


def test_since_is_included_and_until_is_not(shelf: Shelf) -> None:
    hours = [shelf.article(seen_at=NOON + number * HOUR) for number in range(4)]
    shelf.put(*hours)
    assert shelf.ids(since=NOON + HOUR, until=NOON + 3 * HOUR, sort="oldest") == [hours[1].id, hours[2].id]
    elsewhere = (NOON + HOUR).astimezone(timezone(timedelta(hours=-9)))
    assert shelf.ids(since=elsewhere, sort="oldest") == [each.id for each in hours[1:]]
    assert shelf.ids(until=elsewhere) == [hours[0].id]
    assert shelf.ids(since=datetime.min.replace(tzinfo=UTC), until=datetime.max.replace(tzinfo=UTC)) != []


def counted(articles: list[CleanArticle]) -> dict[str, dict[str, int]]:
    """Count the facets of these articles, one by one."""

    def frequent(values: list[str]) -> dict[str, int]:
        return dict(sorted(Counter(values).items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES])

    days = Counter(each.seen_at.astimezone(UTC).date().isoformat() for each in articles)
    return {
        "source": frequent([each.source for each in articles]),
        "language": frequent([each.language for each in articles if each.language]),
        "day": dict(sorted(days.items())[-FACET_DAYS:]),
    }


def test_facets_count_all_matches_not_only_the_page(shelf: Shelf) -> None:
    chance = random.Random(5)
    articles = [
        shelf.article(
            chance.choice(["odd", "even"]),
            source=f"{chance.randrange(30)}.{shelf.source}",
            language=chance.choice(["en", "fr", "zh", None]),
            seen_at=NOON + chance.randrange(60 * 24) * HOUR,
        )
        for _ in range(300)
    ]
    shelf.put(*articles)
    odd = [each for each in articles if each.paragraphs[0] == "odd"]
    late = [each for each in odd if each.seen_at >= NOON + 20 * DAY and each.language == "fr"]
    for matches, text, filters in (
        (articles, "", {}),
        (odd, "odd", {}),
        (late, "odd", {"since": NOON + 20 * DAY, "language": "fr"}),
    ):
        results = shelf.search(text, limit=3, **filters)
        assert results.total == len(matches)
        assert {name: list(values.items()) for name, values in results.facets.items()} == {
            name: list(values.items()) for name, values in counted(matches).items()
        }


def test_equally_frequent_facets_go_by_name(shelf: Shelf) -> None:
    languages = ["zu", "it", "xh", "sv"]
    sources = [f"{letter}.{shelf.source}" for letter in "mfyc"]
    shelf.put(*(shelf.article(language=code, source=site) for code, site in zip(languages, sources, strict=True)))
    facets = shelf.search().facets
    assert list(facets["language"]) == sorted(languages)
    assert list(facets["source"]) == sorted(sources)
    many = [shelf.article(source=f"{number:02}.{shelf.source}") for number in range(FACET_VALUES + 9)]
    shelf.put(*many[::-1])
    assert list(shelf.search().facets["source"]) == [each.source for each in many[:FACET_VALUES]]


def test_facets_go_by_the_day_in_utc(shelf: Shelf) -> None:
    east = timezone(timedelta(hours=10))
    shelf.put(
        shelf.article(seen_at=datetime(2024, 5, 2, 3, tzinfo=east)),
        shelf.article(seen_at=datetime(1969, 12, 31, 23, tzinfo=UTC)),
    )
    assert shelf.search().facets["day"] == {"1969-12-31": 1, "2024-05-01": 1}


def test_a_query_without_words_lists_what_passes_the_filters(shelf: Shelf) -> None:
    old, new = shelf.article(seen_at=NOON), shelf.article(seen_at=NOON + DAY)
    shelf.put(old, new)
    results = shelf.index.search(Query(source=shelf.source))
    assert [hit.article.id for hit in results.hits] == [new.id, old.id]
    assert [hit.highlights for hit in results.hits] == [(), ()]
    assert results.total == 2
