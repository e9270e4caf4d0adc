"""Rebuilding the Elasticsearch index on a real server, from older layouts too, and reading on meanwhile."""

from datetime import UTC, datetime
from typing import Any

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.search.query import Query
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import appeal
from tests.support.elasticsearch_place import Place, outcomes

pytestmark = pytest.mark.stack

_DATE = {"type": "date", "format": "strict_date_optional_time_nanos"}
_TEXT = {"type": "text", "analyzer": "standard"}
_TYPES = {
    "long": "revision latency_ms seen_us",
    "text": "title paragraphs",
    "float": "confidence page_type_confidence",
    "boolean": "paywalled",
    "keyword": "id source url canonical_url authors published_precision language section tags removed_kinds given_id "
    "content_hash page_type feed cleaner_version furniture_version",
}
FIRST_LAYOUT = {
    "dynamic": "strict",
    "_source": {"excludes": ["words", "stemmed"]},
    "properties": {
        **dict.fromkeys(("published_at", "modified_at", "fetched_at", "seen_at", "indexed_at"), _DATE),
        **{name: {"type": kind} for kind, names in _TYPES.items() for name in names.split()},
        **{
            name: {"type": "object", "enabled": False}
            for name in ("removed", "provenance", "originals", "notes", "extra")
        },
        "images": {"properties": {"url": {"type": "keyword"}, "caption": {"type": "text"}}},
        "words": {"properties": {"title": _TEXT, "paragraphs": {**_TEXT, "position_increment_gap": 100}}},
        "stemmed": {"type": "object", "dynamic": False},
    },
}
"""The mapping of the versions before `layout` 2, as far as it matters."""


def test_an_index_of_the_first_layout_goes_on_until_it_is_rebuilt(
    place: Place, caplog: pytest.LogCaptureFixture
) -> None:
    aliases = {f"{place.prefix}articles": {}, f"{place.prefix}articles-write": {}}
    place.ask("PUT", "/~articles-000001", {"mappings": FIRST_LAYOUT, "aliases": aliases})
    index = place.index()
    index.setup()
    shelf = Shelf(index)
    one = shelf.article("La señora Ibáñez.", removed=(appeal("Give now"),), revision=3)
    shelf.put(one)
    assert "was made by a version before" in caplog.text
    assert shelf.ids("senora") == shelf.ids('"la señora ibañez"') == shelf.ids("ibane*") == [one.id]
    stored = index.get(one.id)
    assert stored is not None
    assert stored.removed == one.removed
    state = index.status()
    assert state.waiting == ""
    assert "copydesk reindex" in state.advice
    build = index.rebuild()
    assert [each.id for each in build.lacking()] == [one.id]
    build.upsert([one])
    build.take_writes()
    build.take_searches()
    assert (index.status().waiting, index.status().advice) == ("", "")
    assert shelf.ids("senora") == [one.id]
    assert index.get(one.id) == stored, "first indexed then"
    assert outcomes(index, shelf.article("y otra")) == ["stored"], "a writer that was there before"


def test_a_scan_goes_on_where_it_was_when_the_index_is_replaced(index: ElasticsearchIndex) -> None:
    shelf = Shelf(index)
    articles = [shelf.article(seen_at=datetime(2024, 1, 1, at // 60, at % 60, tzinfo=UTC)) for at in range(350)]
    shelf.put(*articles)
    scan = index.scan(Query(source=shelf.source))
    found = [next(scan).id for _ in range(120)]
    build = index.rebuild()
    build.upsert(articles)
    build.take_writes()
    build.take_searches()
    found += [each.id for each in scan]
    assert found == [each.id for each in articles]


def test_a_rebuild_that_was_broken_off_is_told_and_mended(index: ElasticsearchIndex, place: Place) -> None:
    shelf = Shelf(index)
    old, new = shelf.article(title="old"), shelf.article(title="new")
    shelf.put(old)
    for steps in (0, 1):
        build = index.rebuild()
        build.upsert([old])
        if steps:
            build.take_writes()  # and the process dies
    assert "copydesk reindex" in index.status().waiting
    assert outcomes(index, new) == ["stored"]
    assert [each.title for each in map(index.get, (old.id, new.id)) if each] == ["old", "new"]
    assert index.revisions([old.id, new.id]) == {old.id: 1, new.id: 1}
    last = index.rebuild()
    last.upsert([old, new])
    last.take_writes()
    last.take_searches()
    shelf.wait(old, new)
    assert index.status().waiting == ""
    assert len(place.ask("GET", "/~articles-0*")) > 1, "those before stay until the next rebuild"
    index.rebuild().abandon()
    assert list(place.ask("GET", "/~articles-0*")) == [last.name]
    aliases = place.ask("GET", f"/{last.name}/_alias")[last.name]
    assert {alias.removeprefix(place.prefix) for alias in aliases["aliases"]} == {"articles", "articles-write"}


def test_an_index_is_refreshed_and_has_replicas_only_when_it_is_filled(index: ElasticsearchIndex, place: Place) -> None:
    def costly(name: str) -> dict[str, Any]:
        (found,) = place.ask("GET", f"/{name}/_settings?flat_settings=true").values()
        names = ("refresh_interval", "number_of_replicas", "auto_expand_replicas")
        return {each: found["settings"].get(f"index.{each}") for each in names}

    usual = costly("~articles")
    assert usual == {"refresh_interval": "500ms", "number_of_replicas": "0", "auto_expand_replicas": "0-1"}
    filled = index.rebuild()
    off = {"refresh_interval": "-1", "number_of_replicas": "0", "auto_expand_replicas": "false"}
    assert costly(filled.name) == off
    one = Shelf(index).article()
    filled.upsert([one])
    filled.take_writes()  # and the process dies
    assert costly(filled.name) == usual
    left = index.rebuild()
    assert costly(left.name) == off  # killed: the next one deletes it
    last = index.rebuild()  # deletes what was left
    last.take_writes()
    last.take_searches()
    assert costly("~articles") == costly("~articles-write") == usual
    assert {each for name in place.ask("GET", "/~articles-0*") for each in [costly(name)["refresh_interval"]]} == {
        "500ms"
    }
