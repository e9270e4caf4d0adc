"""The Elasticsearch index against a real server: templates, permissions, blocks, faults."""

import threading
import urllib.error
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from copydesk.adapters.elasticsearch_index import setup
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.elasticsearch_index.refolded import refolded
from copydesk.adapters.elasticsearch_index.upkeep import IndexBounds
from copydesk.errors import ConfigError, IndexUnavailable, NewerStorage
from copydesk.events import Image
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Query, parse
from copydesk.search.words import words
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import NOON, appeal, article, unique
from tests.support.stack.elasticsearch import Elasticsearch, forget, request
from tests.support.stack.proxy import Proxy
from tests.support.waiting import eventually

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


class Place:
    """Names of the test's own on the shared server."""

    def __init__(self, server: Elasticsearch) -> None:
        self.server, self.prefix = server, f"test-{uuid.uuid4().hex[:8]}-"
        self.opened: list[ElasticsearchIndex] = []

    def index(self, user: str = "copydesk", url: str = "") -> ElasticsearchIndex:
        self.opened.append(ElasticsearchIndex(url or self.server.url(user), prefix=self.prefix))
        return self.opened[-1]

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """Send a request about our names: `~` in the path stands for the prefix."""
        return self.server.ask(method, path.replace("~", self.prefix), body)

    def put(self, setting: str, value: Any) -> None:
        self.ask("PUT", "/~articles-000001/_settings", {setting: value})


@pytest.fixture
def place(elasticsearch_server: Elasticsearch) -> Iterator[Place]:
    there = Place(elasticsearch_server)
    yield there
    for each in there.opened:
        each.close()
    forget(elasticsearch_server.url("admin"), there.prefix)


@pytest.fixture
def index(place: Place) -> ElasticsearchIndex:
    made = place.index()
    made.setup()
    return made


def outcomes(index: ElasticsearchIndex, *articles: Any) -> list[str]:
    return [verdict.outcome for verdict in index.upsert(articles)]


def test_setup_makes_what_is_missing_and_touches_nothing_else(place: Place, index: ElasticsearchIndex) -> None:
    one = article(revision=3)
    index.upsert([one])
    place.put("index.refresh_interval", "900ms")
    before = place.ask("GET", "/~articles-0*")
    index.setup()
    assert place.ask("GET", "/~articles-0*") == before
    ((name, made),) = before.items()
    assert name.endswith("articles-000001")
    assert {alias.removeprefix(place.prefix) for alias in made["aliases"]} == {"articles", "articles-write"}
    assert made["mappings"]["dynamic"] == "strict"


def test_many_setups_at_once_make_one_index(place: Place) -> None:
    indices, errors = [place.index() for _ in range(4)], []

    def setup(each: ElasticsearchIndex) -> None:
        try:
            each.setup()
        except BaseException as error:
            errors.append(error)
            raise

    threads = [threading.Thread(target=setup, args=(each,)) for each in indices]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len(place.ask("GET", "/~articles-0*")) == 1
    assert outcomes(indices[0], article()) == ["stored"]


def test_a_setup_that_another_one_overtakes_changes_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    look, overtaken = setup.live, iter([True])

    def late(*asked: Any) -> Any:
        found = look(*asked)
        if next(overtaken, False):
            place.index().setup()
        return found

    monkeypatch.setattr(setup, "live", late)
    place.index().setup()
    assert len(place.ask("GET", "/~articles-0*")) == 1


def test_shards_and_replicas_are_settings(place: Place) -> None:
    made = ElasticsearchIndex(place.server.url(), prefix=place.prefix, shards=3, replicas=0)
    place.opened.append(made)
    made.setup()
    (settings,) = place.ask("GET", "/~articles-0*/_settings").values()
    assert settings["settings"]["index"]["number_of_shards"] == "3"
    assert settings["settings"]["index"]["number_of_replicas"] == "0"
    shelf = Shelf(made)
    shelf.put(*(shelf.article(source=f"{at % 7}.{shelf.source}") for at in range(60)))
    assert shelf.search(limit=0).total == 60
    assert sum(shelf.search(limit=0).facets["source"].values()) == 60


def test_what_a_newer_version_put_is_left_alone(place: Place) -> None:
    body = {"version": 10_000, "template": {}}
    place.ask("PUT", "/_component_template/~articles-settings", body)
    with pytest.raises(NewerStorage, match="newer Copydesk"):
        place.index().setup()


def test_an_index_in_the_place_of_the_alias_is_named(place: Place) -> None:
    place.ask("PUT", "/~articles")
    with pytest.raises(ConfigError, match=f"an index named {place.prefix}articles"):
        place.index().setup()
    place.ask("DELETE", "/~articles")


def test_before_setup_everything_says_so_and_nothing_is_made(place: Place) -> None:
    index = place.index()
    for ask in (lambda: index.upsert([article()]), lambda: index.search(Query()), lambda: index.get("a" * 32),
                lambda: index.revisions(["a" * 32]), lambda: list(index.scan(Query()))):  # fmt: skip
        with pytest.raises(IndexUnavailable, match="copydesk setup"):
            ask()
    assert "copydesk setup" in index.status().waiting
    assert place.ask("GET", "/~articles-0*") == {}


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


def test_values_beyond_the_bounds_of_keywords_are_kept(index: ElasticsearchIndex) -> None:
    long = "https://long.example/" + "x" * 40_000
    one = article(url=long, canonical_url=long, section="s" * 40_000, tags=("t" * 40_000,), authors=("ä" * 40_000,))
    assert outcomes(index, one) == ["stored"]
    found = index.get(one.id)
    assert found is not None
    assert (found.url, found.section, found.authors) == (one.url, one.section, one.authors)


def test_a_document_that_the_mapping_refuses_costs_no_other(index: ElasticsearchIndex, place: Place) -> None:
    for name in place.ask("GET", "/~articles-0*"):
        place.server.ask("DELETE", f"/{name}")
    mapping = setup.load_template("articles-mappings")["template"]["mappings"]
    mapping["properties"]["section"] = {"type": "integer"}
    aliases = {f"{place.prefix}articles": {}, f"{place.prefix}articles-write": {}}
    place.ask("PUT", "/~articles-000001", {"mappings": mapping, "aliases": aliases})
    batch = [article(section=str(at) if at % 10 else "poison") for at in range(40)]
    verdicts = index.upsert(batch)
    assert [verdict.outcome for verdict in verdicts] == ["stored" if at % 10 else "refused" for at in range(40)]
    assert "section" in verdicts[0].reason
    assert set(index.revisions([each.id for each in batch])) == {each.id for at, each in enumerate(batch) if at % 10}


def test_an_article_beyond_the_memory_of_the_server_is_refused_and_its_neighbours_are_stored(
    index: ElasticsearchIndex,
) -> None:
    """It must not be waited for: a node with a heap of 1 GiB would say the same for ever."""
    huge = article("some words " * 2_800_000)
    assert outcomes(index, article(), huge, article()) == ["stored", "refused", "stored"]


def test_a_wrong_password_is_one_clear_line(place: Place) -> None:
    url = place.server.url("admin").replace("admin-secret", "not-this-one")
    index = place.index(url=url)
    for ask in (index.setup, index.status, lambda: index.upsert([article()]), lambda: index.get("a" * 32),
                lambda: index.search(Query()), index.rebuild):  # fmt: skip
        with pytest.raises(ConfigError, match="refuses the credentials") as caught:
            ask()
        assert "not-this-one" not in str(caught.value)
        assert "\n" not in str(caught.value)


def test_who_may_only_read_can_search_and_is_told_that_he_may_not_write(
    place: Place, index: ElasticsearchIndex
) -> None:
    shelf = Shelf(index)
    one = shelf.article()
    shelf.put(one)
    reader = place.index("reader")
    assert [hit.article.id for hit in reader.search(Query(parse(shelf.word))).hits] == [one.id]
    assert reader.get(one.id) == index.get(one.id)
    assert reader.get(one.id[:20]) == index.get(one.id)
    assert [each.id for each in reader.scan(Query())] == [one.id]
    assert reader.revisions([one.id]) == {one.id: 1}
    assert reader.status().documents == 1
    elsewhere = Place(place.server).index("reader")
    for ask in (lambda: reader.upsert([article()]), reader.rebuild, elsewhere.setup):
        with pytest.raises(ConfigError, match=r"does not permit it.*user \[reader\]"):
            ask()
    with pytest.raises(ConfigError, match="does not permit it"):
        place.index("nobody").search(Query())


def test_who_writes_articles_may_neither_make_nor_delete_an_index(place: Place, index: ElasticsearchIndex) -> None:
    shelf, writer = Shelf(index), place.index("writer")
    one = shelf.article()
    assert outcomes(writer, one) == ["stored"]
    shelf.wait(one)
    assert [hit.article.id for hit in writer.search(Query(parse(shelf.word))).hits] == [one.id]
    assert [each.id for each in writer.scan(Query(source=shelf.source))] == [one.id]
    assert (writer.status().documents, writer.status().waiting) == (1, "")
    with pytest.raises(ConfigError, match=r"does not permit it.*user \[writer\]"):
        writer.rebuild()
    for path in ("/~articles-000001", "/~articles-archive"):
        with pytest.raises(urllib.error.HTTPError, match="403"):
            request(place.server.url("writer"), "DELETE", path.replace("~", place.prefix))
    with pytest.raises(urllib.error.HTTPError, match="403"):
        request(place.server.url(), "PUT", f"/{place.prefix}articles-archive")


def test_an_older_setup_leaves_newer_templates_alone_where_the_index_is_there(
    place: Place, index: ElasticsearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    name = "/_component_template/~articles-settings"
    place.ask("PUT", name, setup.load_template("articles-settings") | {"version": 10_000})
    index.setup()
    assert "newer Copydesk" in caplog.text
    assert place.ask("GET", name)["component_templates"][0]["component_template"]["version"] == 10_000
    assert outcomes(index, article()) == ["stored"]


def test_an_index_made_for_another_version_is_told_and_waited_for(index: ElasticsearchIndex, place: Place) -> None:
    for old in ("/~articles-000001", "/_index_template/~articles"):
        place.ask("DELETE", old)
    mapping = setup.load_template("articles-mappings")["template"]["mappings"]
    del mapping["properties"]["section"]
    aliases = {f"{place.prefix}articles": {}, f"{place.prefix}articles-write": {}}
    place.ask("PUT", "/~articles-000001", {"mappings": mapping, "aliases": aliases})
    with pytest.raises(IndexUnavailable, match="copydesk reindex"):
        index.upsert([article(section="Harbour")])
    assert "lacks section: run `copydesk reindex`" in index.status().waiting
    build = index.rebuild()
    build.take_writes()
    build.take_searches()
    assert index.status().waiting == ""
    assert outcomes(index, article(section="Harbour")) == ["stored"]


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("index.blocks.read_only", "read-only"),
        ("index.blocks.write", "write"),
        ("index.blocks.read_only_allow_delete", "flood-stage"),
    ],
)
def test_a_block_is_waited_out_and_never_refuses_a_document(
    index: ElasticsearchIndex, place: Place, setting: str, says: str
) -> None:
    one, two = article(), article()
    index.upsert([one])
    place.put(setting, True)
    for _ in range(2):
        with pytest.raises(IndexUnavailable):
            index.upsert([two])
    assert says in index.status().waiting
    found = index.get(one.id)
    assert found is not None
    place.put(setting, None)
    assert index.status().waiting == ""
    assert outcomes(index, two) == ["stored"]


def test_a_closed_index_is_waited_for(index: ElasticsearchIndex, place: Place) -> None:
    place.ask("POST", "/~articles-000001/_close")
    with pytest.raises(IndexUnavailable):
        index.upsert([article()])
    with pytest.raises(IndexUnavailable, match="closed"):
        index.status()
    place.ask("POST", "/~articles-000001/_open")
    eventually(lambda: index.status().waiting == "")
    assert outcomes(index, article()) == ["stored"]


def test_a_deleted_index_is_not_made_by_writing(index: ElasticsearchIndex, place: Place) -> None:
    index.upsert([article()])
    place.ask("DELETE", "/~articles-000001")
    for _ in range(3):
        with pytest.raises(IndexUnavailable, match="copydesk setup"):
            index.upsert([article()])
    assert place.ask("GET", "/~articles-0*") == {}
    assert index.status().documents == 0
    index.setup()
    assert outcomes(index, article()) == ["stored"]


@pytest.fixture
def proxy(elasticsearch_server: Elasticsearch) -> Iterator[Proxy]:
    between = Proxy(elasticsearch_server.port)
    yield between
    between.close()


def test_an_answer_lost_after_success_is_written_again_without_harm(place: Place, proxy: Proxy) -> None:
    index = place.index(url=place.server.url(port=proxy.port))
    index.setup()
    batch = [article(revision=5) for _ in range(30)]
    index.upsert(batch[:1])
    proxy.lose_answers(lambda data: b"/_bulk" in data.split(b"\r\n", 1)[0])
    with pytest.raises(IndexUnavailable):
        index.upsert(batch)
    assert proxy.lost == 1
    assert set(outcomes(index, *batch)) == {"stale"}
    assert index.revisions([each.id for each in batch]) == {each.id: 5 for each in batch}


def test_connections_that_break_raise_and_mend(place: Place, proxy: Proxy) -> None:
    index = place.index(url=place.server.url(port=proxy.port))
    index.setup()
    one = article()
    proxy.refuse()
    for ask in (lambda: index.upsert([one]), lambda: index.get(one.id), lambda: index.search(Query()), index.status):
        with pytest.raises(IndexUnavailable, match="cannot be reached"):
            ask()
    proxy.mend()
    assert outcomes(index, one) == ["stored"]


@pytest.mark.usefixtures("index")
def test_status_gives_up_on_a_frozen_server_within_seconds(place: Place, proxy: Proxy) -> None:
    frozen = place.index(url=place.server.url(port=proxy.port))
    assert frozen.status().waiting == ""
    proxy.freeze()
    with pytest.raises(IndexUnavailable, match="did not answer in time"):
        frozen.status()
    proxy.mend()
    assert frozen.status().waiting == ""


def test_a_server_killed_after_its_answer_has_kept_everything(own_elasticsearch: Elasticsearch) -> None:
    index = ElasticsearchIndex(own_elasticsearch.url())
    index.setup()
    batch = [article(revision=at) for at in range(300)]
    assert set(outcomes(index, *batch)) == {"stored"}
    own_elasticsearch.kill()
    with pytest.raises(IndexUnavailable):
        index.upsert(batch)
    own_elasticsearch.launch()
    assert index.revisions([each.id for each in batch]) == {each.id: each.revision for each in batch}
    assert set(outcomes(index, *batch)) == {"stale"}
    index.close()


def test_where_the_server_knows_a_language_other_forms_of_a_word_are_found(
    place: Place, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The analyzer `simple` stands for a stemmer: it finds a word within what others take for one."""
    shipped: Callable[[str], dict[str, Any]] = setup.load_template

    def load_template(name: str) -> dict[str, Any]:
        found = shipped(name)
        if name == setup.LANGUAGES_TEMPLATE:
            for name, field in found["template"]["mappings"]["properties"].items():
                if name.startswith("stemmed.en."):
                    field["analyzer"] = "simple"
        return found

    monkeypatch.setattr(setup, "load_template", load_template)
    caplog.set_level("INFO", "copydesk.elasticsearch")
    index = place.index()
    index.setup()
    (made,) = place.ask("GET", "/~articles-0*/_mapping").values()
    fields = {name for name in made["mappings"]["properties"] if name.startswith("stemmed.")}
    assert fields == {"stemmed.en.title", "stemmed.en.paragraphs"}
    assert "german" in caplog.text
    shelf = Shelf(index)
    english = shelf.article("The covid19 wave is over.", title="Wave2 ends", language="en-GB")
    german = shelf.article("Die covid19 Welle ist vorbei.", language="de")
    shelf.put(english, german)
    assert shelf.ids("covid") == [english.id]
    assert set(shelf.ids("covid19")) == {english.id, german.id}
    assert shelf.ids("-covid") != []
    (hit,) = index.search(Query(parse("covid"), source=shelf.source)).hits
    assert hit.highlights == (f"The {HIGHLIGHT_START}covid{HIGHLIGHT_END}19 wave is over.",)
    found = index.get(english.id)
    assert found is not None
    assert found.paragraphs == english.paragraphs


def test_where_the_server_knows_no_language_the_log_says_so(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    place.index().setup()
    assert "has no analyzers for languages" in caplog.text
    (made,) = place.ask("GET", "/~articles-0*/_mapping").values()
    assert not [name for name in made["mappings"]["properties"] if name.startswith("stemmed")]


def test_times_are_ordered_by_the_microsecond(index: ElasticsearchIndex) -> None:
    shelf = Shelf(index)
    instants = [datetime(2024, 1, 1, 0, 0, 0, 100 + at, tzinfo=UTC) for at in range(5)]
    articles = [shelf.article(seen_at=each) for each in instants]
    shelf.put(*reversed(articles))
    assert shelf.ids(sort="oldest") == [each.id for each in articles]
    assert shelf.ids(since=instants[1], until=instants[3], sort="oldest") == [each.id for each in articles[1:3]]


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


def test_aliases_that_someone_removed_are_asked_for(index: ElasticsearchIndex, place: Place) -> None:
    place.ask("DELETE", "/~articles-000001/_alias/~articles")
    with pytest.raises(ConfigError, match="copydesk reindex"):
        index.setup()
    build = index.rebuild()
    build.take_writes()
    build.take_searches()
    index.setup()
    assert index.status().waiting == ""
