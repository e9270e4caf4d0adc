"""The Elasticsearch index on a real server that blocks, closes, freezes, or loses answers."""

import pytest

from copydesk.adapters.elasticsearch_index import setup
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.errors import IndexUnavailable
from copydesk.search.query import Query
from tests.contracts.index_samples import article
from tests.support.elasticsearch_place import Place, outcomes
from tests.support.stack.elasticsearch import Elasticsearch
from tests.support.stack.proxy import Proxy
from tests.support.waiting import eventually

pytestmark = pytest.mark.stack


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
