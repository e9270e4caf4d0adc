"""What every index filters and counts by beside source, language and time: section, author, kinds of what was cut."""

import pytest

from copydesk.events import CleanArticle
from copydesk.index_port import LONGEST_TERM, Count, TermField
from copydesk.search.query import Query
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import DAY, NOON


def labelled(shelf: Shelf, number: int, section: str | None, authors: str, kinds: str, **fields: int) -> CleanArticle:
    return shelf.article(
        f"number {number}", section=section, authors=tuple(authors.split()), removed_kinds=tuple(kinds.split()),
        seen_at=NOON + number * DAY, **fields,
    )  # fmt: skip


@pytest.fixture
def shelved(shelf: Shelf) -> Shelf:
    shelf.put(
        labelled(shelf, 0, "Sport", "Ada Bo", "caption donation_appeal"),
        labelled(shelf, 1, "Sport", "Bo", "caption"),
        labelled(shelf, 2, "Arts & Life", "Ada", ""),
        labelled(shelf, 3, None, "", "donation_appeal"),
    )
    return shelf


@pytest.mark.parametrize(
    ("filters", "found"),
    [
        ({"section": "Sport"}, [0, 1]),
        ({"section": "Arts & Life"}, [2]),
        ({"section": "sport"}, []),
        ({"author": "Ada"}, [0, 2]),
        ({"author": "Bo", "section": "Sport", "since": NOON + DAY}, [1]),
        ({"removed_kinds": "donation_appeal"}, [0, 3]),
        ({"removed_kinds": "caption", "author": "Ada"}, [0]),
        ({"removed_kinds": "byline"}, []),
        ({"section": "\ud800"}, []),
        ({"author": "' OR 1=1 --"}, []),
    ],
)
def test_filters_narrow_searches_and_counts(shelved: Shelf, filters: dict[str, str], found: list[int]) -> None:
    hits = shelved.search("number", sort="oldest", **filters).hits
    assert [hit.article.seen_at for hit in hits] == [NOON + number * DAY for number in found]
    assert sum(each.articles for each in shelved.index.counts(shelved.query(**filters), "month")) == len(found)
    asked = Query(source=shelved.source, **filters)  # type: ignore[arg-type]
    assert [each.seen_at for each in shelved.index.scan(asked)] == [NOON + number * DAY for number in found]


@pytest.mark.parametrize(
    ("field", "counted"),
    [
        ("section", {"Sport": 2, "Arts & Life": 1}),
        ("author", {"Ada": 2, "Bo": 2}),
        ("removed_kinds", {"caption": 2, "donation_appeal": 2}),
        ("language", {"en": 4}),
    ],
)
def test_terms_are_counted_most_first(shelved: Shelf, field: TermField, counted: dict[str, int]) -> None:
    for query in (shelved.query(), Query(source=shelved.source)):
        assert list(shelved.index.terms(query, field).items()) == list(counted.items())
    first = next(iter(counted.items()))
    assert list(shelved.index.terms(shelved.query(), field, 1).items()) == [first]


def test_terms_are_of_what_the_query_matches(shelved: Shelf) -> None:
    late = shelved.query(since=NOON + DAY)
    assert dict(shelved.index.terms(late, "section")) == {"Sport": 1, "Arts & Life": 1}
    assert dict(shelved.index.terms(shelved.query(author="Ada"), "author")) == {"Ada": 2, "Bo": 1}
    assert dict(shelved.index.terms(shelved.query(section="\ud800"), "author")) == {}
    assert shelved.index.terms(Query(), "removed_kinds")["caption"] >= 2


def test_counts_by_section_leave_out_articles_without_one(shelved: Shelf) -> None:
    counted = list(shelved.index.counts(shelved.query(), "month", "section"))
    month = NOON.date().replace(day=1)
    assert counted == [Count(month, "Arts & Life", 1), Count(month, "Sport", 2)]


def test_a_new_revision_has_its_own_labels_alone(shelf: Shelf) -> None:
    old = labelled(shelf, 0, "Sport", "Ada", "caption", revision=1)
    shelf.put(old)
    new = labelled(shelf, 0, "News", "Bo", "", revision=2)
    shelf.put(CleanArticle(**{name: getattr(new, name) for name in new.__struct_fields__} | {"id": old.id}))
    assert shelf.ids(section="Sport") == shelf.ids(author="Ada") == shelf.ids(removed_kinds="caption") == []
    assert shelf.ids(section="News", author="Bo") == [old.id]


def test_longer_names_are_stored_and_not_found_by(shelf: Shelf) -> None:
    whole, longer = "s" * LONGEST_TERM, "s" * (LONGEST_TERM + 1)
    shelf.put(labelled(shelf, 0, whole, "", ""), labelled(shelf, 1, longer, longer, ""))
    assert len(shelf.ids(section=whole)) == 1
    assert shelf.ids(section=longer) == shelf.ids(author=longer) == []
    assert dict(shelf.index.terms(shelf.query(), "section")) == {whole: 1}
