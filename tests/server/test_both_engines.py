"""A desk on Kafka and Elasticsearch answers as one on the embedded engines over the same events."""

import difflib
import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.consumers.copy_log import copy_log
from copydesk.events import CleanArticle, decode
from copydesk.identity import article_id
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.pipeline import CLEAN
from tests.server.engines import embedded, servers
from tests.support.command import copydesk
from tests.support.desk import ServedDesk, desk_over
from tests.support.places import SEEDS
from tests.support.waiting import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

UNLIKE = {"indexed_at", "newest_indexed_at", "size_bytes", "score", "cursor", "advice", "at", "ms_since_raw"}
"""What is of the engine and the moment of writing, and no answer about the events."""
STORY = "The night ferry to the island was taken off the timetable on Monday, the harbour office said. "
ROWS = {
    "first": {"url": "https://quay.example/ferry", "title": "Ferry cut", "text": f"{STORY * 3}\n\nIt had 12 crew."},
    "second": {"url": "https://quay.example/ferry", "title": "Ferry back", "text": f"{STORY * 3}\n\nIt had 14 crew."},
    "refused": {"url": "https://quay.example/menu", "text": "Home"},
    "broken": {"url": "https://quay.example/none", "text": ""},
    "put aside": {"url": "https://quay.example/signup", "text": "Subscribe to our newsletter"},
}


class Pair(NamedTuple):
    """The same events on both."""

    embedded: ServedDesk
    servers: ServedDesk


@pytest.fixture(scope="module")
def pair(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    """Clean the seeds once, copy what became of them into the logs of both desks, and index it in both."""
    made = tmp_path_factory.mktemp("made")
    one = {"COPYDESK_PARTITIONS": "1"}
    copydesk("run", SEEDS, data=made, environment=one)
    for name, row in ROWS.items():
        (made / f"{name}.jsonl").write_text(json.dumps(row), encoding="utf-8")
        copydesk("run", made / f"{name}.jsonl", data=made, environment=one)
    copydesk("sources", "correct", "add", "quay.example", "It had 15 crew.", "--cut", data=made, environment=one)
    copydesk("dead", "discard", article_id(url=ROWS["put aside"]["url"]), "--reason", "old", data=made, environment=one)
    with ExitStack() as stack:
        desks = []
        for engines in (embedded, servers):
            folder = tmp_path_factory.mktemp("desk")
            log, index = stack.enter_context(engines(request, folder))
            desks.append(stack.enter_context(desk_over(log, index, folder)))
            source = SqliteLog(made / "log.sqlite3", partitions=1)
            stack.callback(source.close)
            copy_log(source, log, lambda *_: None)
            fill_index(log, index)
        yield Pair(*desks)


def fill_index(log: Log, index: Index) -> None:
    """Index what was cleaned, as the stage does, and wait until it is found."""
    records = list(log.scan(CLEAN))
    articles = [decode(CleanArticle, record.value or b"") for record in records]
    index.upsert(articles, [], [record.place for record in records])
    eventually(lambda: index.status().documents == len({each.id for each in articles}))


_WAITED = re.compile(r"[\d.,]+ s after it came")


def alike(answer: Any) -> Any:
    """Return an answer without what is the engine's own: how long an event lay there before it was cleaned, too."""
    if isinstance(answer, str):
        return _WAITED.sub("some time after it came", answer)
    if isinstance(answer, dict):
        return {name: alike(each) for name, each in answer.items() if name not in UNLIKE}
    return [alike(each) for each in answer] if isinstance(answer, list) else answer


def lines_that_differ(ours: Any, theirs: Any) -> list[str]:
    """Return the lines that only one of two answers has, but for what is the engines' own."""
    written = [json.dumps(alike(each), indent=1, ensure_ascii=False).splitlines() for each in (ours, theirs)]
    return list(difflib.unified_diff(*written, n=0, lineterm=""))


def both(pair: Pair, path: str, **parameters: Any) -> tuple[Any, Any]:
    return pair.embedded.api(path, **parameters), pair.servers.api(path, **parameters)


SEARCHES: list[dict[str, Any]] = [
    {}, {"limit": 1000}, {"sort": "newest"}, {"sort": "oldest", "limit": 5}, {"language": "fr"}, {"language": "EN"},
    {"source": "quay.example"}, {"source": "QUAY.example"}, {"source": "none.example"}, {"section": "News"},
    {"author": "nobody"}, {"removed_kinds": "donation_appeal"}, {"removed_kinds": "caption", "language": "de"},
    {"since": "2024-01-01"}, {"until": "2024-01-01"}, {"since": "2023-01-01", "until": "2024-06-30"},
    {"changed_since": "1d"}, {"changes": "number"}, {"changes": "headline", "changed_since": "2020-01-01"},
    {"q": "ferry"}, {"q": "ferry", "sort": "newest"}, {"q": "ferry -night"}, {"q": '"night ferry"'}, {"q": "fer*"},
    {"q": "ferry OR mountain"}, {"q": "..."}, {"q": "zzzz"}, {"q": "-ferry", "sort": "oldest"},
]  # fmt: skip


@pytest.mark.parametrize("asked", SEARCHES, ids=str)
def test_searches_find_the_same(pair: Pair, asked: dict[str, Any]) -> None:
    ours, theirs = both(pair, "articles", **{"limit": 100, **asked})
    assert alike(theirs | {"hits": None}) == alike(ours | {"hits": None})
    order = not asked.get("q") or "sort" in asked  # ranks are each engine's own
    found = [alike(each["hits"]) if order else sorted(alike(each["hits"]), key=str) for each in (theirs, ours)]
    assert found[0] == found[1]


@pytest.mark.parametrize("sort", ["newest", "oldest"])
def test_cursors_lead_through_the_same_pages(pair: Pair, sort: str) -> None:
    asked = {"sort": sort, "limit": 4}
    pages, cursors = 0, [""] * 2
    while cursors[0] is not None:
        answers = [
            desk.api("articles", **asked, **({"cursor": cursor} if cursor else {}))
            for desk, cursor in zip(pair, cursors, strict=True)
        ]
        assert alike(answers[1]) == alike(answers[0])
        cursors, pages = [each.get("cursor") for each in answers], pages + 1
        assert (cursors[0] is None) == (cursors[1] is None)
    assert pages > 4


@pytest.mark.parametrize("interval", ["day", "week", "month"])
@pytest.mark.parametrize("by", [None, "source", "language", "section"])
def test_counts_are_the_same(pair: Pair, interval: str, by: str | None) -> None:
    for asked in ({}, {"q": "ferry"}, {"language": "en", "since": "2020-01-01"}, {"removed_kinds": "donation_appeal"}):
        ours, theirs = both(pair, "counts", interval=interval, **asked, **({"by": by} if by else {}))
        assert theirs == ours
        assert ours or asked or by == "section"


@pytest.mark.parametrize("by", ["source", "language", "section", "author", "removed_kinds"])
def test_terms_are_the_same(pair: Pair, by: str) -> None:
    for asked in ({}, {"limit": 3}, {"q": "ferry"}, {"language": "fr"}):
        ours, theirs = both(pair, "terms", by=by, **asked)
        assert list(theirs.items()) == list(ours.items())


@pytest.mark.parametrize(
    "path", ["sources", "sources/quay.example/corrections", "dead", "dead/groups", "pipeline", "openapi.json"]
)
def test_what_the_log_knows_is_the_same(pair: Pair, path: str) -> None:
    ours, theirs = both(pair, path)
    assert lines_that_differ(ours, theirs) == []
    assert ours


def test_each_source_is_the_same(pair: Pair) -> None:
    names = [each["source"] for each in pair.embedded.api("sources")]
    assert "quay.example" in names
    for name in names:
        ours, theirs = both(pair, f"sources/{name}")
        assert theirs == ours


def test_each_article_is_the_same_in_all_its_answers(pair: Pair) -> None:
    hits = pair.embedded.api("articles", limit=1000)["hits"]
    for key in [hit["id"] for hit in hits]:
        for path in (f"articles/{key}", f"articles/{key[:10]}", f"articles/{key}/removed", f"articles/{key}/raw"):
            ours, theirs = both(pair, path)
            assert lines_that_differ(ours, theirs) == [], path
        for path, asked in ((f"articles/{key}/revisions", {}), ("trace", {"q": key})):
            ours, theirs = both(pair, path, **asked)
            assert lines_that_differ(ours, theirs) == [], path


def test_what_changed_and_where_it_came_from_are_the_same(pair: Pair) -> None:
    (hit,) = pair.embedded.api("articles", source="quay.example")["hits"]
    revisions = [each["revision"] for each in pair.embedded.api(f"articles/{hit['id']}/revisions")]
    assert len(revisions) == 2
    for asked in ({}, {"from": revisions[0], "to": revisions[1]}):
        ours, theirs = both(pair, f"articles/{hit['id']}/diff", **asked)
        assert theirs == ours
        assert ours["classes"] == ["headline", "number"]
    letters = pair.embedded.api("dead")
    for which in (hit["url"], "https://quay.example/other", letters[0]["handle"], letters[0]["id"]):
        ours, theirs = both(pair, "trace", q=which)
        assert lines_that_differ(ours, theirs) == []


@pytest.mark.parametrize(
    "path",
    [
        "articles?cursor=x", "articles?since=soon", "articles/ffffff", "articles/abc", "articles/a%20b/raw",
        "sources/none.example", "counts?interval=year", "trace", "events/none", "articles/ffffff/diff",
    ],
)  # fmt: skip
def test_problems_are_the_same(pair: Pair, path: str) -> None:
    ours, theirs = (desk.client.get(f"/api/v1/{path}") for desk in pair)
    assert (theirs.status_code, theirs.json()) == (ours.status_code, ours.json())
    assert ours.status_code >= 400


@pytest.mark.parametrize("path", ["/?sort=newest", "/?q=ferry&sort=oldest", "/sources", "/dead", "/api"])
def test_pages_say_the_same(pair: Pair, path: str) -> None:
    ours, theirs = (re.sub(r'cursor=[\w-]+|name="key" value="[^"]*"', "", desk.page(path)) for desk in pair)
    assert theirs == ours


def test_letters_are_replayed_and_put_aside_alike(pair: Pair) -> None:
    letters = pair.embedded.api("dead")
    assert letters
    for path, body in (
        ("dead/discard", {"letters": [letters[0]["handle"]], "because": "seen"}),
        ("dead/replay", {"stage": letters[-1]["stage"]}),
    ):
        ours, theirs = (desk.client.post(f"/api/v1/{path}", json=body) for desk in pair)
        assert (theirs.status_code, theirs.json()) == (ours.status_code, ours.json())
        assert ours.status_code == 200
    for path in ("dead", "dead/groups", "pipeline"):
        ours, theirs = both(pair, path)
        assert lines_that_differ(ours, theirs) == []
