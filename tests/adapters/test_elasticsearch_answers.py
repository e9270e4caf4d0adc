"""What the Elasticsearch index makes of every kind of answer; the server is a script."""

import json
import logging
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import trustme
from hypothesis import given
from hypothesis import strategies as st

from copydesk.adapters.elasticsearch_index import bulk, client
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.elasticsearch_index.query import selection
from copydesk.adapters.elasticsearch_index.refolded import searchable
from copydesk.adapters.elasticsearch_index.setup import load_template
from copydesk.adapters.elasticsearch_index.upkeep import IndexBounds
from copydesk.errors import ConfigError, CopydeskError, IndexUnavailable
from copydesk.events import CleanArticle
from copydesk.search.query import Query
from copydesk.search.words import words
from copydesk.settings import load
from tests.contracts.index_samples import article
from tests.support.stack.processes import free_ports
from tests.support.stack.scripted import Answer, Asked, Scripted, scripted
from tests.support.waiting import PATIENCE

SECRET = "p%40ss-w0rd"
STORED = {"status": 201}
STALE = {"status": 409, "error": {"type": "version_conflict_engine_exception", "reason": "[x]: version conflict"}}
FULL = {"status": 429, "error": {"type": "es_rejected_execution_exception", "reason": "rejected execution"}}


def failed(status: int, kind: str, reason: str = "because", **more: Any) -> dict[str, Any]:
    return {"status": status, "error": {"type": kind, "reason": reason, **more}}


POISON = failed(400, "document_parsing_exception", "failed to parse field [n]", caused_by={"reason": "not a number"})


def elasticsearch(bulk: Callable[[Asked], Answer]) -> Callable[[Asked], Answer]:
    """Answer as a server that knows our index, and leave bulk requests to the function."""

    def respond(asked: Asked) -> Answer:
        if "/_bulk" in asked.path:
            return bulk(asked)
        if "/_mget" in asked.path:
            docs = json.loads(asked.body)["docs"]
            return Answer(200, {"docs": [{"_id": each["_id"], "found": False} for each in docs]})
        if "/_mapping" in asked.path:
            return Answer(200, {"articles-000001": {"mappings": {"properties": {}}}})
        return Answer(404, {"error": {"type": "resource_not_found_exception", "reason": asked.path}, "status": 404})

    return respond


def items(*found: dict[str, Any]) -> Callable[[Asked], Answer]:
    return lambda _: Answer(200, {"errors": True, "items": [{"index": item} for item in found]})


def all_stored(asked: Asked) -> Answer:
    return Answer(200, {"errors": False, "items": [{"index": STORED}] * (asked.body.count(b"\n") // 2)})


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted(elasticsearch(all_stored)) as running:
        yield running


@pytest.fixture
def index(server: Scripted) -> Iterator[ElasticsearchIndex]:
    opened = ElasticsearchIndex(f"http://editor:{SECRET}@127.0.0.1:{server.port}")
    yield opened
    opened.close()


def two() -> Sequence[CleanArticle]:
    return [article("one"), article("two")]


@pytest.mark.parametrize("primaries", [{}, {"primaries": {}}])
def test_an_index_whose_shards_are_not_up_yet_is_not_full(server: Scripted, primaries: dict[str, Any]) -> None:
    others = elasticsearch(all_stored)

    def respond(asked: Asked) -> Answer:
        if asked.path.startswith("/_alias/"):
            return Answer(200, {"articles-000001": {"aliases": {"articles": {}, "articles-write": {}}}})
        return Answer(200, {"_all": primaries}) if "/_stats" in asked.path else others(asked)

    server.respond = respond
    index = ElasticsearchIndex(f"http://editor:{SECRET}@127.0.0.1:{server.port}", bounds=IndexBounds(megabytes=1))
    with closing(index):
        index.upsert(two())
    assert any("/_stats" in asked.path for asked in server.asked)
    assert not [asked.path for asked in server.asked if asked.path.startswith("/articles-000002")]


def test_every_item_of_an_answer_is_read(server: Scripted, index: ElasticsearchIndex) -> None:
    server.respond = elasticsearch(items(STORED, STALE, POISON, {"status": 200}))
    verdicts = index.upsert([*two(), *two()])
    assert [verdict.outcome for verdict in verdicts] == ["stored", "stale", "refused", "stored"]
    assert verdicts[2].reason == "failed to parse field [n]: not a number"


def test_a_bulk_request_holds_versions_and_never_makes_an_index(server: Scripted, index: ElasticsearchIndex) -> None:
    one = article("one", revision=7)
    index.upsert([one])
    (asked,) = [asked for asked in server.asked if "_bulk" in asked.path]
    action, document = map(json.loads, asked.body.splitlines())
    assert asked.path.startswith("/articles-write/_bulk?")
    assert "require_alias=true" in asked.path
    assert action == {"index": {"_id": one.id, "version": 7 << 20, "version_type": "external"}}
    assert document["id"] == one.id
    assert document["indexed_at"]


@pytest.mark.parametrize(
    "item",
    [
        FULL,
        failed(503, "unavailable_shards_exception"),
        failed(500, "translog_exception"),
        failed(408, "process_cluster_event_timeout_exception"),
        failed(403, "cluster_block_exception", "index [x] blocked by: [FORBIDDEN/5/index read-only (api)]"),
        failed(429, "cluster_block_exception", "disk usage exceeded flood-stage watermark"),
        failed(400, "index_closed_exception", "closed"),
        failed(400, "illegal_argument_exception", "number of documents in the index cannot exceed 2147483519"),
        failed(400, "something_new_exception"),
        failed(409, "something_new_exception"),
        {"status": 302},
        {},
    ],
    ids=str,
)
def test_an_item_without_a_final_answer_is_unknown(
    server: Scripted, index: ElasticsearchIndex, item: dict[str, Any]
) -> None:
    server.respond = elasticsearch(items(STORED, item, POISON))
    with pytest.raises(IndexUnavailable):
        index.upsert([*two(), article()])


@given(st.text() | st.text("aB1_-'.,: \t\n\x00\x1f\x7féШ手\u0301"))
def test_what_is_sent_to_be_searched_is_the_words_of_the_text(text: str) -> None:
    assert searchable(text).lower().split() == " ".join(words(text)).lower().split()


def test_a_missing_index_says_what_to_run(server: Scripted, index: ElasticsearchIndex) -> None:
    server.respond = elasticsearch(items(STORED, failed(404, "index_not_found_exception", "no such index")))
    with pytest.raises(IndexUnavailable, match="copydesk setup"):
        index.upsert(two())


def test_an_index_of_another_version_is_waited_for(server: Scripted, index: ElasticsearchIndex) -> None:
    server.respond = elasticsearch(items(STORED, failed(400, "strict_dynamic_mapping_exception", "[1:6] [new]")))
    with pytest.raises(IndexUnavailable, match="copydesk reindex"):
        index.upsert(two())


FORBIDDEN = failed(403, "security_exception", "action [indices:data/write/bulk[s]] is unauthorized for user [editor]")
WRONG = {"error": {"type": "security_exception", "reason": "unable to authenticate user [editor]"}, "status": 401}


@pytest.mark.parametrize(
    "refusing", [items(STORED, FORBIDDEN), lambda _: Answer(403, FORBIDDEN), lambda _: Answer(401, WRONG)]
)
def test_no_permission_is_an_error_at_first_and_waited_for_later(
    server: Scripted, index: ElasticsearchIndex, refusing: Callable[[Asked], Answer]
) -> None:
    server.respond = elasticsearch(refusing)
    with pytest.raises(ConfigError):
        index.upsert(two())
    server.respond = elasticsearch(all_stored)
    index.upsert(two())
    server.respond = elasticsearch(refusing)
    with pytest.raises(IndexUnavailable):
        index.upsert(two())


@pytest.mark.parametrize(
    "answer",
    [
        Answer(429, failed(429, "circuit_breaking_exception", "[parent] Data too large")),
        Answer(503, {"error": {"type": "cluster_block_exception", "reason": "no master"}, "status": 503}),
        Answer(403, {"error": {"type": "cluster_block_exception", "reason": "cluster read-only (api)"}, "status": 403}),
        Answer(502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"}),
        Answer(504, b"", {}),
        Answer(500, {"error": "oh"}),
        Answer(200, b'{"items": [{"ind'),
        Answer(200, b""),
        Answer(200, {"errors": False, "items": []}),
        Answer(200, {"took": 3}),
    ],
    ids=str,
)
def test_a_whole_answer_that_says_nothing_is_unknown(
    server: Scripted, index: ElasticsearchIndex, answer: Answer
) -> None:
    server.respond = elasticsearch(lambda _: answer)
    with pytest.raises(IndexUnavailable):
        index.upsert(two())


def test_too_large_a_request_is_halved_down_to_the_document_at_fault(
    server: Scripted, index: ElasticsearchIndex
) -> None:
    large = article("long " * 3000)

    def narrow(asked: Asked) -> Answer:
        return all_stored(asked) if len(asked.body) < 15_000 else Answer(413, b"", {})

    server.respond = elasticsearch(narrow)
    verdicts = index.upsert([*two(), large, *two(), *two()])
    assert [verdict.outcome for verdict in verdicts] == ["stored", "stored", "refused", *["stored"] * 4]


def rejected(needed: int, allowed: int) -> dict[str, Any]:
    counted = f"all_bytes=9, primary_operation_bytes={needed}, max_primary_bytes={allowed}"
    return failed(429, "es_rejected_execution_exception", f"rejected execution of primary operation [{counted}]")


def test_a_document_beyond_the_memory_of_the_server_is_not_waited_for(
    server: Scripted, index: ElasticsearchIndex
) -> None:
    large = article("long " * 3000)

    def small(asked: Asked) -> Answer:
        count, needed = asked.body.count(b"\n") // 2, 4 * len(asked.body)
        item = rejected(needed, 60_000) if needed > 60_000 else STORED
        return Answer(200, {"errors": True, "items": [{"index": item}] * count})

    server.respond = elasticsearch(small)
    verdicts = index.upsert([*two(), large, *two(), *two()])
    assert [verdict.outcome for verdict in verdicts] == ["stored", "stored", "refused", *["stored"] * 4]
    server.respond = elasticsearch(items(rejected(1000, 60_000), STORED))
    with pytest.raises(IndexUnavailable):
        index.upsert(two())
    server.respond = elasticsearch(lambda _: Answer(429, rejected(70_000, 60_000)))
    assert [verdict.outcome for verdict in index.upsert(two())] == ["refused"] * 2


def test_batches_are_bounded_and_several_are_under_way(
    server: Scripted, index: ElasticsearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH_COUNT", 10)
    monkeypatch.setattr(bulk, "BATCH_BYTES", 40_000)
    meet = threading.Barrier(bulk.IN_FLIGHT, timeout=PATIENCE)
    first = iter(range(bulk.IN_FLIGHT))

    def together(asked: Asked) -> Answer:
        if next(first, None) is not None:
            meet.wait()
        return all_stored(asked)

    server.respond = elasticsearch(together)
    articles = [article("x " * (10_000 if at % 20 == 0 else 1)) for at in range(60)]
    assert len(index.upsert(articles)) == 60
    sent = [asked.body for asked in server.asked if "_bulk" in asked.path]
    assert all(body.count(b"\n") <= 20 and len(body) < 60_000 for body in sent)
    ids = [json.loads(line)["index"]["_id"] for body in sent for line in body.splitlines()[::2]]
    assert sorted(ids) == sorted(each.id for each in articles)


def test_one_lost_batch_makes_the_whole_unknown_and_leaves_none_under_way(
    server: Scripted, index: ElasticsearchIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH_COUNT", 1)
    poor = article("poor")
    answered: list[Asked] = []
    refused = threading.Event()

    def respond(asked: Asked) -> Answer:
        if poor.id.encode() in asked.body:
            refused.set()
            return Answer(503, b"")
        refused.wait(PATIENCE)
        time.sleep(0.2)  # a server that is slow with the others: who does not wait for them is done before they are
        answered.append(asked)
        return all_stored(asked)

    server.respond = elasticsearch(respond)
    with pytest.raises(IndexUnavailable):
        index.upsert([poor, *two(), *two()])
    assert len(answered) == 4


def test_nobody_listening_is_one_clear_line() -> None:
    (port,) = free_ports(1)
    index = ElasticsearchIndex(f"http://editor:{SECRET}@127.0.0.1:{port}/prefix/")
    words = f"http://127.0.0.1:{port}/prefix cannot be reached \\(Connection refused\\)$"
    for ask in (lambda: index.upsert(two()), index.status, index.setup, lambda: index.get("a" * 32)):
        with pytest.raises(IndexUnavailable, match=words) as caught:
            ask()
        assert "\n" not in str(caught.value)
        assert "ss-w0rd" not in str(caught.value)
    index.close()


@pytest.mark.usefixtures("index")
def test_a_server_that_does_not_answer_is_given_up(server: Scripted, monkeypatch: pytest.MonkeyPatch) -> None:
    late = threading.Event()

    def sleep(asked: Asked) -> Answer:
        late.wait(PATIENCE)
        return all_stored(asked)

    server.respond = sleep
    monkeypatch.setattr(client, "TIMEOUT", 0.2)
    impatient = ElasticsearchIndex(f"http://127.0.0.1:{server.port}")
    with pytest.raises(IndexUnavailable, match="did not answer in time"):
        impatient.upsert(two())
    late.set()
    impatient.close()


def test_another_product_is_told_from_elasticsearch(server: Scripted, index: ElasticsearchIndex) -> None:
    server.respond = lambda _: Answer(200, {"version": "1"}, {})
    with pytest.raises(ConfigError, match="is not Elasticsearch"):
        index.upsert(two())


def test_a_search_is_asked_once_more_when_its_index_was_replaced(server: Scripted, index: ElasticsearchIndex) -> None:
    gone = {"error": {"type": "index_not_found_exception", "reason": "no such index"}, "status": 404}
    none = {"hits": {"total": {"value": 0}, "hits": []}, "aggregations": {}}
    none["aggregations"] = {name: {"buckets": []} for name in ("source", "language", "day")}
    answers = [Answer(404, gone), Answer(200, none)]
    server.respond = lambda _: answers.pop(0)
    assert index.search(Query()).total == 0
    answers += [Answer(404, gone), Answer(404, gone)]
    with pytest.raises(IndexUnavailable, match="copydesk setup"):
        index.search(Query())


@pytest.fixture
def tls(tmp_path: Path) -> Iterator[tuple[Scripted, Path]]:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with scripted(elasticsearch(all_stored), context) as running:
        yield running, tmp_path / "ca.pem"


def test_a_certificate_must_be_trusted(tls: tuple[Scripted, Path]) -> None:
    server, ca = tls
    url = f"https://editor:{SECRET}@127.0.0.1:{server.port}"
    strange, known = ElasticsearchIndex(url), ElasticsearchIndex(url, ca=ca)
    with pytest.raises(ConfigError, match="COPYDESK_ELASTICSEARCH_CA"):
        strange.upsert(two())
    assert [verdict.outcome for verdict in known.upsert(two())] == ["stored"] * 2
    assert server.asked[-1].headers["authorization"] == "Basic ZWRpdG9yOnBAc3MtdzByZA=="
    for index in (strange, known):
        index.close()


def test_a_server_that_asks_who_connects_is_shown_our_certificate(tmp_path: Path) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    authority.configure_trust(context)
    context.verify_mode = ssl.CERT_REQUIRED
    ours = authority.issue_cert("copydesk.example")
    files = {name: tmp_path / f"{name}.pem" for name in ("ca", "certificate", "key", "both")}
    authority.cert_pem.write_to_path(str(files["ca"]))
    ours.cert_chain_pems[0].write_to_path(str(files["certificate"]))
    ours.private_key_pem.write_to_path(str(files["key"]))
    ours.private_key_and_cert_chain_pem.write_to_path(str(files["both"]))
    with scripted(elasticsearch(all_stored), context) as running:
        given = {"COPYDESK_INDEX": f"https://127.0.0.1:{running.port}", "COPYDESK_ELASTICSEARCH_CA": str(files["ca"])}
        for more in (
            {"CERTIFICATE": files["certificate"], "KEY": files["key"]},
            {"CERTIFICATE": files["both"]},
        ):
            settings = load({**given, **{f"COPYDESK_ELASTICSEARCH_{name}": str(file) for name, file in more.items()}})
            index = ElasticsearchIndex.from_settings(settings)
            assert [verdict.outcome for verdict in index.upsert(two())] == ["stored"] * 2
            index.close()
        unknown = ElasticsearchIndex.from_settings(load(given))
        with pytest.raises(CopydeskError):
            unknown.upsert(two())
        unknown.close()
    for wrong in ({"certificate": files["both"]}, {"key": files["key"]}, {"ca": tmp_path / "none"}):
        with pytest.raises(ConfigError, match="COPYDESK_ELASTICSEARCH_"):
            ElasticsearchIndex("http://127.0.0.1:1", **wrong)


def test_settings_reach_the_server(server: Scripted, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("from a file\n")
    for more, expected in (
        ({"COPYDESK_ELASTICSEARCH_PASSWORD_FILE": str(file)}, "Basic ZWRpdG9yOmZyb20gYSBmaWxl"),
        ({"COPYDESK_ELASTICSEARCH_API_KEY": "a2V5"}, "ApiKey a2V5"),
        ({"COPYDESK_ELASTICSEARCH_API_KEY_FILE": str(file)}, "ApiKey from a file"),
    ):
        settings = load({"COPYDESK_INDEX": f"http://editor@127.0.0.1:{server.port}", **more})
        index = ElasticsearchIndex.from_settings(settings)
        index.upsert(two())
        index.close()
        assert server.asked[-1].headers["authorization"] == expected
        assert "a2V5" not in repr(settings)


@pytest.mark.parametrize(
    ("url", "more", "says"),
    [
        ("https://host:notaport", {}, "unreadable port"),
        ("https://:9200", {}, "must look like"),
        ("ftp://host", {}, "must look like"),
        ("https://host", {"ca": Path("/no/such/file")}, "COPYDESK_ELASTICSEARCH_CA"),
        ("https://editor@host", {"password_file": Path("/no/such/file")}, "/no/such/file cannot be read"),
    ],
)
def test_a_wrong_setting_is_named(url: str, more: dict[str, Any], says: str) -> None:
    with pytest.raises(ConfigError, match=says):
        ElasticsearchIndex(url, **more)


def test_no_password_is_ever_shown(
    server: Scripted, index: ElasticsearchIndex, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    index.upsert(two())
    said = [repr(index), repr(index._client)]
    for answer in (Answer(401, WRONG), Answer(403, FORBIDDEN), Answer(503, b""), Answer(400, failed(400, "x"))):
        server.respond = lambda _, answer=answer: answer  # type: ignore[misc]
        for ask in (index.setup, index.status, lambda: index.upsert(two()), lambda: list(index.scan(Query()))):
            with pytest.raises(CopydeskError) as caught:
                ask()
            said.append(str(caught.value))
    assert caplog.records
    for text in (*said, caplog.text):
        assert "w0rd" not in text
        assert "ZWRpdG9y" not in text


def test_a_filter_longer_than_any_keyword_is_not_even_asked_for() -> None:
    properties = load_template("articles-mappings")["template"]["mappings"]["properties"]
    for field in ("source", "language"):
        longest = properties[field]["ignore_above"]
        assert selection(Query(**{field: "a" * longest})) is not None
        assert selection(Query(**{field: "a" * (longest + 1)})) is None
