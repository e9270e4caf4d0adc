"""Keeping the Elasticsearch index in its bounds on a real server: the next index by size, retention by age."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from copydesk.adapters.elasticsearch_index import setup
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.elasticsearch_index.upkeep import IndexBounds
from copydesk.errors import IndexUnavailable
from copydesk.search.query import Query
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import NOON
from tests.support.elasticsearch_place import Place, outcomes
from tests.support.waiting import eventually

pytestmark = pytest.mark.stack


def rolling(place: Place, **bounds: Any) -> ElasticsearchIndex:
    place.opened.append(ElasticsearchIndex(place.server.url(), prefix=place.prefix, bounds=IndexBounds(**bounds)))
    return place.opened[-1]


def numbers(place: Place, alias: str) -> list[str]:
    return sorted(name[-1] for name in place.ask("GET", f"/{alias}/_alias"))


def test_the_next_index_begins_by_size_and_no_article_is_in_two(index: ElasticsearchIndex, place: Place) -> None:
    shelf = Shelf(index)
    old = [shelf.article(f"first {at}", revision=5, seen_at=NOON) for at in range(20)]
    shelf.put(*old)
    rolling(place, megabytes=1000).setup()
    assert numbers(place, "~articles") == ["1"]
    rolling(place, megabytes=0.000001).setup()
    assert numbers(place, "~articles") == ["1", "2"]
    assert numbers(place, "~articles-write") == ["2"]
    new = [shelf.article(f"second {at}", revision=5, seen_at=NOON) for at in range(20)]
    edited = [msgspec.structs.replace(each, revision=6, title="edited") for each in old[:5]]
    stale = [msgspec.structs.replace(each, revision=4, title="stale") for each in old[5:10]]
    assert outcomes(index, *new, *edited, *stale) == ["stored"] * 25 + ["stale"] * 5
    shelf.wait(*new, *edited)
    assert shelf.search(limit=0).total == 40
    counts = [place.ask("GET", f"/~articles-00000{at}/_count")["count"] for at in (1, 2)]
    assert counts == [20, 20], "an article stays where it was seen first"
    found = index.revisions([each.id for each in (*old, *new)])
    assert found == {each.id: 6 if at < 5 else 5 for at, each in enumerate((*old, *new))}
    assert len({each.id for each in index.scan(Query(source=shelf.source))}) == index.status().documents == 40
    assert (index.status().waiting, index.status().advice) == ("", "")
    rolling(place, megabytes=0.000001).setup()
    assert numbers(place, "~articles") == ["1", "2", "3"]
    assert outcomes(index, msgspec.structs.replace(new[0], revision=7), shelf.article()) == ["stored", "stored"]
    build = index.rebuild()
    build.upsert(list(build.lacking()))
    build.take_writes()
    build.take_searches()
    assert numbers(place, "~articles") == numbers(place, "~articles-write") == ["4"]
    assert numbers(place, "~articles-unused") == ["1", "2", "3"]
    shelf.wait(*edited)
    assert shelf.search(limit=0).total == 41


def test_an_article_that_comes_just_as_the_next_index_begins_is_written_home(
    index: ElasticsearchIndex, place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf(index)
    old = shelf.article("once", revision=1)
    shelf.put(old)
    look, beginning = setup.live, iter([True])

    def late(*asked: Any) -> Any:
        found = look(*asked)
        if next(beginning, False):
            rolling(place, megabytes=0.000001).setup()
        return found

    monkeypatch.setattr(setup, "live", late)
    edited = msgspec.structs.replace(old, revision=2, title="edited")
    with pytest.raises(IndexUnavailable, match="the next index began"):
        index.upsert([edited])
    assert outcomes(index, edited, shelf.article()) == ["stored", "stored"]
    counts = [place.ask("POST", f"/~articles-00000{at}/_refresh") and
              place.ask("GET", f"/~articles-00000{at}/_count")["count"] for at in (1, 2)]  # fmt: skip
    assert counts == [1, 1]
    assert [each.title for each in map(index.get, [old.id]) if each] == ["edited"]


def test_a_service_that_may_not_make_an_index_says_who_can(
    index: ElasticsearchIndex, place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    shelf = Shelf(index)
    shelf.put(shelf.article())
    writer = ElasticsearchIndex(place.server.url("writer"), prefix=place.prefix, bounds=IndexBounds(0.000001))
    place.opened.append(writer)
    assert outcomes(writer, shelf.article()) == ["stored"]
    assert "run `copydesk setup`" in caplog.text
    assert numbers(place, "~articles") == ["1"]


def test_articles_beyond_the_time_of_retention_go_and_indices_with_them(
    index: ElasticsearchIndex, place: Place
) -> None:
    shelf, now = Shelf(index), datetime.now(UTC)
    gone = [shelf.article(fetched_at=now - timedelta(days=31)) for _ in range(30)]
    shelf.put(*gone)
    rolling(place, megabytes=0.000001).setup()
    old, young = shelf.article(fetched_at=now - timedelta(days=31)), shelf.article(fetched_at=now - timedelta(days=29))
    shelf.put(old, young)
    rolling(place, days=32).setup()
    assert (numbers(place, "~articles"), shelf.search(limit=0).total) == (["1", "2"], 32)
    rolling(place, days=30).setup()
    assert numbers(place, "~articles") == ["2"], "an index whose articles are all old goes as a whole"
    eventually(lambda: [each.id for each in index.scan(Query(source=shelf.source))] == [young.id])
    assert outcomes(index, shelf.article()) == ["stored"]
