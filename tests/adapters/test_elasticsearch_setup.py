"""Setting up the Elasticsearch index on a real server: templates, aliases, permissions, languages."""

import threading
import urllib.error
from collections.abc import Callable
from typing import Any

import pytest

from copydesk.adapters.elasticsearch_index import setup
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.errors import ConfigError, IndexUnavailable, NewerStorage
from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Query, parse
from tests.contracts.index_fixtures import Shelf
from tests.contracts.index_samples import article
from tests.support.elasticsearch_place import Place, outcomes
from tests.support.stack.elasticsearch import request

pytestmark = pytest.mark.stack


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


def test_aliases_that_someone_removed_are_asked_for(index: ElasticsearchIndex, place: Place) -> None:
    place.ask("DELETE", "/~articles-000001/_alias/~articles")
    with pytest.raises(ConfigError, match="copydesk reindex"):
        index.setup()
    build = index.rebuild()
    build.take_writes()
    build.take_searches()
    index.setup()
    assert index.status().waiting == ""
