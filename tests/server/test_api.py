"""The API answers as the command line prints, says what is wrong, and pages without end."""

import gzip
import json
from concurrent.futures import ThreadPoolExecutor

import httpx
import msgspec
import pytest

from copydesk.answers.letter_actions import fold_reason
from copydesk.events import CleanArticle, decode, encode
from copydesk.log_port import Message
from copydesk.pipeline import DEAD, RAW
from tests.contracts.index_samples import NOON
from tests.server.conftest import FERRY, OTHERS, WICKED, letter
from tests.support.command import copydesk
from tests.support.desk import ServedDesk


@pytest.mark.parametrize(
    ("path", "command"),
    [
        ("articles?q=ferry", "search ferry --json"),
        ("articles?source=tides.example&limit=3", "search --source tides.example --limit 3 --json"),
        ("articles?q=...", "search ... --json"),
        (f"articles/{FERRY.id}", f"show {FERRY.id} --json"),
        (f"articles/{FERRY.id[:8]}", f"show {FERRY.id[:8]} --json"),
        (f"articles/{FERRY.id}/raw", f"show {FERRY.id} --raw --json"),
        ("sources", "sources list --json"),
        ("pipeline", "status --json"),
    ],
)
def test_answers_are_what_the_command_line_prints(desk: ServedDesk, path: str, command: str) -> None:
    printed = json.loads(copydesk(*command.split(), data=desk.folder).stdout)
    answered = desk.api(path)
    if path == "pipeline":  # the command, too, writes to the file that is measured
        printed["index"].pop("size_bytes"), answered["index"].pop("size_bytes")
    assert answered == printed


def test_dead_letters_are_those_of_the_command_line(desk: ServedDesk) -> None:
    printed = copydesk("dead", "list", "--json", data=desk.folder).stdout
    assert desk.api("dead") == [json.loads(line) for line in printed.splitlines()]


def test_what_was_removed_is_of_the_article(desk: ServedDesk) -> None:
    assert desk.api(f"articles/{FERRY.id}/removed") == desk.api(f"articles/{FERRY.id}")["removed"]


@pytest.mark.parametrize("sort", ["newest", "oldest", "relevance"])
def test_cursors_lead_through_all(desk: ServedDesk, sort: str) -> None:
    found, asked = [], {"q": "tide", "sort": sort, "limit": 7}
    answer = desk.api("articles", **asked)
    while True:
        found += [hit["id"] for hit in answer["hits"]]
        if "cursor" not in answer:
            break
        answer = desk.api("articles", **asked, cursor=answer["cursor"])
    assert sorted(found) == sorted(each.id for each in OTHERS)


def test_counts_are_of_intervals_and_values(desk: ServedDesk) -> None:
    counted = desk.api("counts", interval="month", by="source", until="2024-03-10")
    assert {"start": "2024-02-01", "value": "tides.example", "count": 20} in counted
    assert {each["value"] for each in desk.api("counts", interval="week")} == {None}
    assert desk.api("counts", q="...") == []


@pytest.mark.parametrize(
    ("path", "status", "field"),
    [
        ("articles?sort=up", 400, "sort"),
        ("articles?limit=0", 400, "limit"),
        ("articles?limit=x", 400, "limit"),
        ("articles?since=soon", 400, "since"),
        ("articles?since=2024-02-02&until=2024-01-01", 400, "since"),
        ("articles?cursor=nonsense", 400, "cursor"),
        ("articles?cursor=é", 400, "cursor"),
        ("counts?interval=year", 400, "interval"),
        ("dead?class=odd", 400, "class"),
        ("articles/ffffff/diff?from=x", 400, "from"),
        ("trace", 400, "q"),
        ("articles/ffffff", 404, None),
        ("sources/none.example", 404, None),
        ("events/nothing", 404, None),
        ("nothing", 404, None),
    ],
)
def test_a_problem_names_the_field_and_the_way_out(desk: ServedDesk, path: str, status: int, field: str | None) -> None:
    answer = desk.client.get(f"/api/v1/{path}")
    problem = answer.json()
    assert answer.status_code == problem["status"] == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert problem.get("field") == field
    assert field is None or field in problem["detail"]
    assert problem["title"]


def test_a_problem_names_the_fields_of_a_body_and_the_range_of_a_number(desk: ServedDesk) -> None:
    wrong = desk.client.post("/api/v1/clean", json={"txt": "A story."}).json()
    assert "`txt`; it may have html, text, url, language" in wrong["detail"]
    for limit in ("zero", "0"):
        wrong = desk.client.get("/api/v1/articles", params={"limit": limit}).json()
        assert wrong["detail"].startswith("limit: it must be a number from 1 to ")


def test_a_problem_says_what_may_be_given_instead(desk: ServedDesk) -> None:
    assert "day, week, month" in desk.client.get("/api/v1/counts?interval=year").json()["detail"]
    assert "source, language, section" in desk.client.get("/api/v1/counts?by=place").json()["detail"]
    body = desk.client.post("/api/v1/clean", content=b'{"text"', headers={"content-type": "application/json"})
    assert (body.status_code, body.json()["title"]) == (400, "Unusable input")
    assert "/api/v1/openapi.json" in body.json()["detail"]
    method = desk.client.put("/api/v1/clean")
    assert (method.status_code, method.json()["title"]) == (405, "Method Not Allowed")
    assert "POST" in method.headers["allow"]


@pytest.mark.parametrize("path", ["/", "/healthz", f"/api/v1/articles/{FERRY.id}"])
def test_head_is_get_without_the_body(desk: ServedDesk, path: str) -> None:
    asked, got = desk.client.head(path), desk.client.get(path)
    assert (asked.status_code, asked.content) == (got.status_code, b"")
    assert asked.headers.get("etag") == got.headers.get("etag")


def test_an_article_has_a_tag_and_is_not_sent_twice(desk: ServedDesk) -> None:
    first = desk.client.get(f"/api/v1/articles/{FERRY.id}")
    again = desk.client.get(f"/api/v1/articles/{FERRY.id}", headers={"if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    other = desk.client.get(f"/api/v1/articles/{WICKED.id}", headers={"if-none-match": first.headers["etag"]})
    assert other.status_code == 200


def test_answers_are_packed_for_those_who_can_unpack(desk: ServedDesk) -> None:
    with desk.client.stream("GET", "/api/v1/pipeline", headers={"accept-encoding": "gzip"}) as answer:
        packed = b"".join(answer.iter_raw())
    assert answer.headers["content-encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed))["topics"]


def test_a_document_is_cleaned_and_not_stored(desk: ServedDesk) -> None:
    before = desk.api("pipeline")["topics"]["articles.raw"]
    text = "The old mill\n\n" + "The water mill turned on Sunday, and the baker was there to see it.\n\n" * 3
    text += "Support us from 3 euros a month\n"
    answer = desk.client.post("/api/v1/clean", json={"text": text, "language": "en"})
    article = decode(CleanArticle, answer.content)
    assert answer.status_code == 200
    assert [piece.text for piece in article.removed] == ["Support us from 3 euros a month"]
    assert desk.api("pipeline")["topics"]["articles.raw"] == before


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({}, 400, "html"),
        ({"html": "<p>a", "text": "a"}, 400, "html"),
        ({"text": "a b c", "url": "ftp://a"}, 400, "url"),
        ({"text": ""}, 422, "text"),
        ({"html": "<p>no article</p>"}, 422, "html"),
        ({"text": 7}, 400, None),
        ({"txt": "a"}, 400, None),
    ],
)
def test_what_cannot_be_cleaned_says_why(
    desk: ServedDesk, body: dict[str, object], status: int, field: str | None
) -> None:
    answer = desk.client.post("/api/v1/clean", json=body)
    assert answer.status_code == status, answer.text
    assert answer.json()["detail"]
    if field:
        assert answer.json()["field"] == field


def test_dead_letters_are_grouped_with_numbers_and_names_folded(own_desk: ServedDesk) -> None:
    own_desk.log.publish(DEAD, [Message("a", encode(letter(f"title {n}", n)), {}) for n in range(1, 4)])
    (group,) = own_desk.api("dead/groups")
    assert (group["stage"], group["class"], group["count"]) == ("clean", "refused", 3)
    assert group["reason"] == "The text has # words of “…”"
    assert fold_reason("failed at https://a.example/1?x: took 3.5 s") == "failed at … took # s"
    assert len(own_desk.api("dead", reason=group["reason"], stage="clean")) == 3
    assert own_desk.api("dead", **{"class": "failed"}) == []


def test_letters_are_published_again_before_it_is_answered(own_desk: ServedDesk) -> None:
    own_desk.log.publish(DEAD, [Message("a", encode(letter(f"title {n}", n)), {}) for n in range(1, 4)])
    done = own_desk.client.post("/api/v1/dead/replay", json={"class": "refused"})
    assert done.json() == {"published": 3, "gone": 0}
    assert {json.loads(record.value or b"")["revision"] for record in own_desk.log.scan(RAW)} == {1, 2, 3}
    one = own_desk.client.post("/api/v1/dead/replay", json={"letters": [f"{2:032x}"]})
    assert one.json() == {"published": 1, "gone": 0}
    assert own_desk.client.post("/api/v1/dead/replay", json={}).status_code == 400
    assert own_desk.client.post("/api/v1/dead/replay", json={"letters": ["none"]}).status_code == 404


def test_letters_are_put_aside_with_a_reason_before_it_is_answered(own_desk: ServedDesk) -> None:
    own_desk.log.publish(DEAD, [Message("a", encode(letter(f"title {n}", n)), {}) for n in range(1, 4)])
    done = own_desk.client.post("/api/v1/dead/discard", json={"letters": [f"{2:032x}"], "because": "an old test"})
    assert done.json() == {"discarded": 1}
    assert [each["revision"] for each in own_desk.api("dead")] == [1, 3]
    last = json.loads(list(own_desk.log.scan(DEAD))[-1].value or b"")
    assert (last["revision"], last["discarded"]) == (2, "an old test")
    assert own_desk.api("pipeline")["dead_letters"] == {"refused": 2, "failed": 0, "discarded": 1}
    assert own_desk.client.post("/api/v1/dead/discard", json={"because": "all"}).status_code == 400


def test_events_are_sent_as_they_are_published(own_desk: ServedDesk) -> None:
    with own_desk.client.stream("GET", "/api/v1/events/articles.dead", timeout=30) as answer:
        lines = answer.iter_lines()
        assert next(line for line in lines if line).startswith(":")
        own_desk.log.publish(DEAD, [Message("a", encode(letter("now")), {})])
        data = next(line for line in lines if line.startswith("data:"))
    assert json.loads(data.removeprefix("data:"))["title"] == "now"
    assert answer.headers["content-type"].startswith("text/event-stream")


def test_the_description_is_openapi_and_names_every_operation(desk: ServedDesk) -> None:
    schema = desk.api("openapi.json")
    assert schema["openapi"].startswith("3.1")
    operations = {(method.upper(), path) for path, methods in schema["paths"].items() for method in methods}
    assert {("GET", "/api/v1/articles"), ("POST", "/api/v1/clean"), ("POST", "/api/v1/dead/replay")} <= operations
    fields = schema["components"]["schemas"]["CleanArticle"]["properties"]
    assert set(fields) >= set(CleanArticle.__struct_fields__) - {"class_"}
    assert all("/api/v1/" in path for _, path in operations)


def test_many_clients_at_once_are_all_answered(desk: ServedDesk) -> None:
    def ask(number: int) -> int:
        return httpx.get(f"{desk.url}/api/v1/articles?q=tide&limit={number % 9 + 1}", timeout=60).status_code

    with ThreadPoolExecutor(25) as clients:
        assert set(clients.map(ask, range(75))) == {200}


def test_instants_are_as_in_the_record(desk: ServedDesk) -> None:
    assert msgspec.convert(desk.api(f"articles/{FERRY.id}")["seen_at"], type(NOON)) == NOON
