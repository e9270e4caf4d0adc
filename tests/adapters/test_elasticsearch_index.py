"""The Elasticsearch index against a real server: what plain requests find, and values beyond the usual."""

from datetime import UTC, datetime
from typing import Any

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.elasticsearch_index.refolded import refolded
from copydesk.events import Image
from copydesk.search.words import words
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import NOON, appeal, article, unique
from tests.support.elasticsearch_place import Place, outcomes

pytestmark = pytest.mark.stack


def test_text_is_found_by_search_without_being_asked_for(index: ElasticsearchIndex, place: Place) -> None:
    interval = place.ask("GET", "/~articles-000001/_settings?include_defaults=true&flat_settings=true")
    assert next(iter(interval.values()))["settings"]["index.refresh_interval"] == "500ms"
    shelf = Shelf(index)
    shelf.put(shelf.article())


def test_plain_requests_find_text_and_not_what_was_removed(index: ElasticsearchIndex, place: Place) -> None:
    kept, cut = unique(), unique()
    shelf = Shelf(index)
    shelf.put(shelf.article(f"About {kept}.", removed=(appeal(f"Give {cut}"),), removed_kinds=("donation_appeal",)))

    def total(query: str) -> int:
        return int(place.ask("GET", f"/~articles/_search?q={query}")["hits"]["total"]["value"])

    assert total(kept) == total(f"paragraphs:{kept.upper()}") == 1
    assert total(cut) == total(f"removed.text:{cut}") == 0
    assert total("removed_kinds:donation_appeal") == 1
    (hit,) = place.ask("GET", f"/~articles/_search?q={kept}")["hits"]["hits"]
    assert hit["_source"]["removed"]["text"] == [f"Give {cut}"]


def test_plain_requests_find_folded_words_phrases_and_figures(index: ElasticsearchIndex, place: Place) -> None:
    shelf = Shelf(index)
    one = shelf.article(
        "La señora Ibáñez inauguró el puerto; it wasn’t open before 9:30.", "手机 costs 20 €.", url="https://x.example/1",
        title="El niño de Peñarrubia", seen_at=NOON, images=(Image(caption="Él mismo", credit="Ana"), Image()),
        removed=(appeal("Give now"), appeal("or never")), section="Port",
    )  # fmt: skip
    shelf.put(one)

    def total(**query: Any) -> int:
        found = {"bool": {"must": query, "filter": {"term": {"source": shelf.source}}}}
        return int(place.ask("GET", "/~articles/_search", {"query": found})["hits"]["total"]["value"])

    for field, asked in (
        ("paragraphs", ("senora", "señora", "SEÑORA", "inauguro", "Ibáñez", "ibanez", "puerto", "手机")),
        ("title", ("nino", "niño", "penarrubia", "el")),
    ):
        for word in asked:
            assert total(match={field: word}) == 1, word
    for phrase in ("la senora ibanez inauguro el puerto", "La señora Ibáñez", "puerto it wasn t open"):
        assert total(match_phrase={"paragraphs": phrase}) == 1, phrase
    assert total(term={"title.keyword": one.title}) == total(term={"url.domain": shelf.source}) == 1
    assert total(term={"title.keyword": "El nino de Penarrubia"}) == 0
    assert total(range={"@timestamp": {"gte": NOON.isoformat(), "lte": NOON.isoformat()}}) == 1
    assert total(match={"images.caption": "mismo"}) == total(term={"images.credit": "Ana"}) == 1
    kept = sum(map(len, one.paragraphs))
    for field, number in (("kept_chars", kept), ("removed_chars", 16), ("removed_count", 2), ("words", 17)):
        assert total(term={field: number}) == 1, field
        added = {"sum": {"sum": {"field": field}}}
        assert place.ask("GET", "/~articles/_search?size=0", {"aggs": added})["aggregations"]["sum"]["value"] == number
    found = index.get(one.id)
    assert found is not None
    assert (found.removed, found.images, found.paragraphs) == (one.removed, one.images, one.paragraphs)


def test_what_the_analyzer_reads_as_we_do_is_not_indexed_twice_and_all_else_is(place: Place) -> None:
    """Every character of the basic plane, in the middle of words, at their ends and by itself."""
    characters = [chr(code) for code in range(1, 0x10000) if not 0xD800 <= code <= 0xDFFF]
    for start in range(0, len(characters), 1000):
        texts = [f"ab{each}cd q{each} {each}z" for each in characters[start : start + 1000]]
        alike = [text for text in texts if not refolded([text])]
        asked = {"analyzer": "standard", "text": alike}
        tokens = place.ask("POST", "/_analyze?filter_path=tokens.token", asked)["tokens"] if alike else []
        assert [each["token"] for each in tokens] == [word for text in alike for word in words(text)]


def test_values_beyond_the_bounds_of_keywords_are_kept(index: ElasticsearchIndex) -> None:
    long = "https://long.example/" + "x" * 40_000
    one = article(url=long, canonical_url=long, section="s" * 40_000, tags=("t" * 40_000,), authors=("ä" * 40_000,))
    assert outcomes(index, one) == ["stored"]
    found = index.get(one.id)
    assert found is not None
    assert (found.url, found.section, found.authors) == (one.url, one.section, one.authors)


def test_times_are_ordered_by_the_microsecond(index: ElasticsearchIndex) -> None:
    shelf = Shelf(index)
    instants = [datetime(2024, 1, 1, 0, 0, 0, 100 + at, tzinfo=UTC) for at in range(5)]
    articles = [shelf.article(seen_at=each) for each in instants]
    shelf.put(*reversed(articles))
    assert shelf.ids(sort="oldest") == [each.id for each in articles]
    assert shelf.ids(since=instants[1], until=instants[3], sort="oldest") == [each.id for each in articles[1:3]]
