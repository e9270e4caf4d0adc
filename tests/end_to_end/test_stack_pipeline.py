"""The whole pipeline on a real Kafka and Elasticsearch gives what the embedded one gives, by the same commands."""

import json
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from copydesk.settings import load
from tests.support.command import copydesk
from tests.support.places import SEEDS
from tests.support.stack.elasticsearch import USERS as PEOPLE
from tests.support.stack.elasticsearch import Elasticsearch, forget
from tests.support.stack.kafka import USERS as CLIENTS
from tests.support.stack.kafka import Broker, delete_topics
from tests.support.stack.services import Services

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

TIMES = {"fetched_at", "indexed_at", "revision"}
OK, USAGE, UNAVAILABLE = 0, 2, 3


class Desk:
    """The command line on one pair of engines."""

    def __init__(self, data: Path, environment: dict[str, str]) -> None:
        self.data, self.environment = data, environment

    def __call__(self, *args: str | Path, **more: str) -> "subprocess.CompletedProcess[bytes]":
        return copydesk(*args, data=self.data, environment=self.environment | more)

    def documents(self) -> dict[str, dict[str, Any]]:
        """Every document of the index by id."""
        done = self("export")
        assert done.returncode == OK, done.stderr.decode()
        rows = [json.loads(line) for line in done.stdout.splitlines()]
        found = {row["id"]: row for row in rows}
        assert len(found) == len(rows), "a document is there twice"
        return found

    def json(self, *args: str) -> Any:
        done = self(*args, "--json")
        assert done.returncode == OK, done.stderr.decode()
        return json.loads(done.stdout)

    def lines(self, *args: str) -> list[dict[str, Any]]:
        done = self(*args, "--json")
        assert done.returncode == OK, done.stderr.decode()
        return [json.loads(line) for line in done.stdout.splitlines()]


def timeless(document: dict[str, Any]) -> dict[str, Any]:
    """A document without what depends on when it was fetched and indexed."""
    kept = {name: value for name, value in document.items() if name not in TIMES}
    if document["published_at"] is None:  # it was seen when it was fetched
        del kept["seen_at"]
    return kept


@pytest.fixture(scope="module")
def environment(kafka_broker: Broker, elasticsearch_server: Elasticsearch) -> Iterator[dict[str, str]]:
    """The variables of a pair of engines that is set up, with names of this module's own."""
    prefix = f"pipeline-{uuid.uuid4().hex[:8]}-"
    yield variables(kafka_broker, elasticsearch_server, prefix)
    forget(elasticsearch_server.url("admin"), prefix)
    delete_topics(kafka_broker.url, prefix)


def variables(broker: Broker, server: Elasticsearch, prefix: str) -> dict[str, str]:
    return {
        "COPYDESK_LOG": broker.url,
        "COPYDESK_INDEX": server.url(),
        "COPYDESK_KAFKA_PREFIX": prefix,
        "COPYDESK_ELASTICSEARCH_PREFIX": prefix,
        "COPYDESK_PARTITIONS": "4",
    }


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """The embedded engines after a run over the seeds."""
    desk = Desk(tmp_path_factory.mktemp("embedded") / "data", {})
    assert desk("run", SEEDS, "--workers", "1").returncode == OK
    return desk


@pytest.fixture(scope="module")
def seeded(embedded: Desk) -> dict[str, dict[str, Any]]:
    """The documents of the seeds, before any test adds others."""
    return embedded.documents()


@pytest.fixture(scope="module")
def stack(environment: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """Kafka and Elasticsearch after setup and a run over the seeds."""
    desk = Desk(tmp_path_factory.mktemp("stack") / "data", environment)
    made = desk("setup")
    assert made.returncode == OK, made.stderr.decode()
    assert b"Topics and index are there" in made.stdout
    ran = desk("run", SEEDS, "--workers", "1")
    assert ran.returncode == OK, ran.stderr.decode()
    return desk


def test_a_run_gives_the_same_documents_field_by_field(seeded: dict[str, dict[str, Any]], stack: Desk) -> None:
    expected, found = seeded, stack.documents()
    assert len(expected) >= 15
    assert found.keys() == expected.keys()
    for id, document in expected.items():
        assert timeless(found[id]) == timeless(document)
        assert found[id]["indexed_at"]
    assert not stack.data.exists(), "nothing is kept beside Kafka and Elasticsearch"


@pytest.mark.parametrize("query", ["energy", '"food bank"', "ferr*", "night -ferry", "фонд OR 湿地"])
def test_search_finds_the_same(embedded: Desk, stack: Desk, query: str) -> None:
    ours, theirs = stack.json("search", query), embedded.json("search", query)
    assert ours["total"] == theirs["total"]
    assert {hit["id"] for hit in ours["hits"]} == {hit["id"] for hit in theirs["hits"]}
    assert ours["facets"].keys() == theirs["facets"].keys()
    for name in ("source", "language"):
        assert ours["facets"][name] == theirs["facets"][name]


def test_show_prints_the_same_article_and_what_came_in(embedded: Desk, stack: Desk) -> None:
    id = min(embedded.documents())
    assert timeless(stack.json("show", id[:12])) == timeless(embedded.json("show", id[:12]))
    assert stack.json("show", id, "--raw")["content"] == embedded.json("show", id, "--raw")["content"]
    assert stack("show", id, "--removed").returncode == OK
    missing = stack("show", "0" * 32)
    assert missing.returncode == 1
    assert b"the index has no article" in missing.stderr


def test_status_counts_the_same_and_nothing_lags(embedded: Desk, stack: Desk) -> None:
    ours, theirs = stack.json("status"), embedded.json("status")
    assert ours["index"]["documents"] == theirs["index"]["documents"]
    assert ours["dead_letters"] == theirs["dead_letters"]
    for topic in ("articles.raw", "articles.clean", "articles.dead", "links"):
        assert ours["topics"][topic]["records"] == theirs["topics"][topic]["records"]
    assert ours["topics"].keys() == theirs["topics"].keys()
    for topic, group in (("articles.raw", "clean"), ("articles.clean", "index")):
        assert ours["topics"][topic]["groups"][group]["lag"] == 0
    assert stack("status").returncode == OK
    assert stack("doctor").returncode == OK


def test_tail_prints_every_event_of_a_topic(embedded: Desk, stack: Desk) -> None:
    for topic in ("articles.raw", "articles.clean"):
        ours, theirs = stack.lines("tail", topic), embedded.lines("tail", topic)
        assert sorted(each["id"] for each in ours) == sorted(each["id"] for each in theirs)
        assert len(stack("tail", topic).stdout.splitlines()) == len(ours)


def test_dead_letters_are_listed_shown_and_replayed_as_embedded(embedded: Desk, stack: Desk, tmp_path: Path) -> None:
    page = tmp_path / "menu.html"
    page.write_text("<html><body><p></p><!-- nothing to read --></body></html>")
    found = []
    for desk in (embedded, stack):
        desk("run", page, "--workers", "1")
        found.append({letter["id"]: letter for letter in desk.lines("dead", "list")})
    theirs, ours = found
    assert ours.keys() == theirs.keys()
    for id, letter in ours.items():
        for name in ("class", "stage", "reason", "source", "topic", "attempts"):
            assert letter[name] == theirs[id][name]
    (letter,) = (letter for letter in ours.values() if letter["id"] and "nothing to read" in letter["event"]["content"])
    assert stack.json("dead", "show", letter["id"])["sha256"] == letter["sha256"]
    assert b"1 of 1 published again" in stack("dead", "replay", letter["id"]).stdout
    assert stack("consume", "clean", "--drain", "--workers", "1").returncode == OK
    assert len([each for each in stack.lines("dead", "list") if each["id"] == letter["id"]]) == 1


def test_a_second_run_changes_nothing(stack: Desk) -> None:
    before, topics = stack.documents(), stack.json("status")["topics"]
    again = stack("run", SEEDS, "--workers", "1")
    assert again.returncode == OK, again.stderr.decode()
    assert stack.documents() == before, "not even the times"
    after = stack.json("status")["topics"]
    for topic in ("articles.raw", "articles.clean", "articles.dead"):
        assert after[topic]["published"] == topics[topic]["published"]
    assert stack("setup").returncode == OK
    assert stack.documents() == before


def test_reindex_builds_the_same_documents_anew(stack: Desk, elasticsearch_server: Elasticsearch) -> None:
    before = stack.documents()
    prefix = stack.environment["COPYDESK_ELASTICSEARCH_PREFIX"]
    (old,) = elasticsearch_server.ask("GET", f"/_alias/{prefix}articles")
    done = stack("reindex")
    assert done.returncode == OK, done.stderr.decode()
    (new,) = elasticsearch_server.ask("GET", f"/_alias/{prefix}articles")
    assert new != old
    groups = set(stack.json("status")["topics"]["articles.clean"]["groups"])
    assert groups == {"index", "watch-sources"}, "the rebuild's own is gone"
    after = stack.documents()
    assert {id: {**document, "indexed_at": None} for id, document in after.items()} == {
        id: {**document, "indexed_at": None} for id, document in before.items()
    }


def test_the_services_as_processes_bring_all_of_it_through(
    kafka_broker: Broker, elasticsearch_server: Elasticsearch, seeded: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    prefix = f"services-{uuid.uuid4().hex[:8]}-"
    desk = Desk(tmp_path / "data", variables(kafka_broker, elasticsearch_server, prefix))
    assert desk("setup").returncode == OK
    with Services(desk.environment, tmp_path) as services:
        for name in ("clean 1", "clean 2", "index"):
            services.start(name)
        assert desk("produce", "seeds", SEEDS).returncode == OK
        services.drained(load(desk.environment), patience=240)
        for name, code in services.stop().items():
            assert code == OK, f"{name} ended with {code}: {services.said(name)}"
    expected, found = seeded, desk.documents()
    assert found.keys() == expected.keys()
    for id, document in expected.items():
        assert timeless(found[id]) == timeless(document)
    forget(elasticsearch_server.url("admin"), prefix)
    delete_topics(kafka_broker.url, prefix)


COMMANDS = (("setup",), ("run", SEEDS), ("status",))


def one_line(done: "subprocess.CompletedProcess[bytes]", *secrets: str) -> str:
    """What a command that failed said: one line, without a secret."""
    said = done.stderr.decode().strip()
    assert "\n" not in said, said
    for secret in secrets:
        assert secret not in said + done.stdout.decode()
    return said


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command[0])
def test_a_wrong_password_for_elasticsearch_is_one_line(
    environment: dict[str, str], stack: Desk, elasticsearch_server: Elasticsearch, command: tuple[str | Path, ...]
) -> None:
    url = f"http://copydesk:wr0ng-secret@127.0.0.1:{elasticsearch_server.port}"
    done = stack(*command, COPYDESK_INDEX=url)
    assert done.returncode == USAGE
    said = one_line(done, "wr0ng-secret")
    assert "refuses the credentials" in said
    assert "COPYDESK_INDEX" in said


def test_a_user_of_elasticsearch_who_may_not_write_is_told_so(
    stack: Desk, elasticsearch_server: Elasticsearch, tmp_path: Path
) -> None:
    article = tmp_path / "article.txt"
    article.write_text(
        "Bridge closes for repairs\n\nThe old bridge over the Lenne closes on Monday, the council said, and stays "
        "closed until the two arches that moved in the spring flood have been made safe.\n\nA ferry takes "
        "pedestrians across from six in the morning; lorries go round by the mill road, as they did before the war."
    )
    reader = elasticsearch_server.url("reader")
    done = stack("run", article, "--workers", "1", COPYDESK_INDEX=reader)
    assert done.returncode == USAGE
    said = one_line(done, PEOPLE["reader"])
    assert "does not permit it" in said
    assert stack("search", "energy", COPYDESK_INDEX=reader).returncode == OK, "reading is allowed"
    before = len(stack.documents())
    assert stack("run", article, "--workers", "1").returncode == OK
    assert len(stack.documents()) == before + 1, "what could not be written was not lost"


@pytest.mark.parametrize("command", [*COMMANDS, ("consume", "clean"), ("tail", "articles.raw")], ids=lambda c: c[0])
def test_a_wrong_password_for_kafka_is_one_line(
    stack: Desk, kafka_broker: Broker, command: tuple[str | Path, ...]
) -> None:
    url = f"kafka://writer:wr0ng-secret@127.0.0.1:{kafka_broker.sasl_port}"
    done = stack(*command, COPYDESK_LOG=url)
    assert done.returncode == USAGE
    said = one_line(done, "wr0ng-secret")
    assert "does not accept the name or password" in said
    assert "COPYDESK_KAFKA_PASSWORD" in said


def test_a_user_of_kafka_who_may_nothing_is_told_so(stack: Desk, kafka_broker: Broker) -> None:
    environment = {
        "COPYDESK_LOG": f"kafka://127.0.0.1:{kafka_broker.sasl_port}",
        "COPYDESK_KAFKA_USERNAME": "stranger",
        "COPYDESK_KAFKA_PASSWORD": CLIENTS["stranger"],
    }
    done = stack("run", SEEDS, "--workers", "1", **environment)
    assert done.returncode == USAGE
    assert "may not" in one_line(done, CLIENTS["stranger"])


def test_signed_in_to_both_everything_works(stack: Desk, kafka_broker: Broker) -> None:
    url = f"kafka+ssl://writer:{CLIENTS['writer']}@127.0.0.1:{kafka_broker.tls_port}"
    before = stack.documents()
    done = stack("run", SEEDS, "--workers", "1", COPYDESK_LOG=url, COPYDESK_KAFKA_CA=str(kafka_broker.ca))
    assert done.returncode == OK, done.stderr.decode()
    assert stack.documents() == before


def test_servers_that_do_not_answer_are_one_line(stack: Desk) -> None:
    for environment in ({"COPYDESK_LOG": "kafka://127.0.0.1:9"}, {"COPYDESK_INDEX": "http://u:s3cret@127.0.0.1:9"}):
        done = stack("status" if "COPYDESK_LOG" in environment else "search", **environment)
        assert done.returncode == UNAVAILABLE
        one_line(done, "s3cret")
