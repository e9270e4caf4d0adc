"""On real servers `status --check` and `doctor` tell a monitor each thing that goes wrong, and when it is over."""

import json
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.elasticsearch_index.setup import load_template
from tests.end_to_end.test_stack_pipeline import Desk, variables
from tests.support.served_service import served_service
from tests.support.stack.elasticsearch import Elasticsearch, forget
from tests.support.stack.kafka import Broker, delete_topics
from tests.support.stack.proxy import Proxy
from tests.support.waiting import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
WELL, WRONG, UNAVAILABLE, LOST = 0, 1, 3, 4
BOUNDS = ("--max-lag", "4", "--max-dead", "0", "--max-age", "1h")


@pytest.fixture
def proxy(elasticsearch_server: Elasticsearch) -> Iterator[Proxy]:
    made = Proxy(elasticsearch_server.port)
    yield made
    made.close()


@pytest.fixture
def desk(kafka_broker: Broker, elasticsearch_server: Elasticsearch, proxy: Proxy, tmp_path: Path) -> Iterator[Desk]:
    """Engines that are set up, under a name of their own; Elasticsearch is behind the proxy."""
    prefix = f"monitor-{uuid.uuid4().hex[:8]}-"
    environment = variables(kafka_broker, elasticsearch_server, prefix)
    made = Desk(tmp_path / "data", environment | {"COPYDESK_INDEX": elasticsearch_server.url(port=proxy.port)})
    assert made("setup").returncode == WELL
    yield made
    forget(elasticsearch_server.url("admin"), prefix)
    delete_topics(kafka_broker.url, prefix)


def checked(desk: Desk, *bounds: str) -> tuple[int, str]:
    """The exit code of `status --check`, and what it said."""
    done = desk("status", "--check", *(bounds or BOUNDS))
    return done.returncode, (done.stdout + done.stderr).decode()


def doctored(desk: Desk) -> tuple[int, str]:
    """The exit code of `doctor`, and the words of what it found wrong."""
    done = desk("doctor", "--json")
    return done.returncode, " ".join(each["words"] for each in json.loads(done.stdout) if not each["well"])


def come(desk: Desk, first: int, count: int, poison: bool = False) -> None:
    """Publish articles, and a page that is none."""
    rows = [
        {
            "id": str(number), "site": "harbour.example",
            "text": f"Council reads report {number}\n\nThe council read report number {number} on Tuesday and sent it "
            "to the committee that had asked for it in the spring.\n\nIt will be heard again in June, the mayor said.",
        }
        for number in range(first, first + count)
    ]  # fmt: skip
    if poison:
        page = "<html><body><nav><a href='/'>Home</a></nav></body></html>"
        rows.append({"id": f"poison {first}", "site": "harbour.example", "html": page})
    file = desk.data.parent / f"rows-{first}.jsonl"
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert desk("produce", "seeds", file).returncode == WELL


def drain(desk: Desk, *stages: str) -> None:
    for stage in stages:
        options = ("--workers", "1") if stage == "clean" else ()
        assert desk("consume", stage, "--drain", *options).returncode == WELL


def test_a_monitor_sees_a_stage_that_stands_still_and_dead_letters(desk: Desk) -> None:
    assert checked(desk, "--max-lag", "4") == (WELL, "All is well.\n")
    come(desk, 0, 6, poison=True)
    assert checked(desk, "--max-lag", "4") == (WRONG, "the stage clean is 7 events behind, more than 4\n")
    assert checked(desk, "--max-lag", "7") == (WELL, "All is well.\n")
    code, said = checked(desk, "--max-age", "0s")
    assert code == WRONG
    assert re.search(r"^the stage clean has an event to do that is .+ s old, more than 0.0 s$", said, re.M)
    drain(desk, "clean")
    assert checked(desk, "--max-lag", "4") == (WRONG, "the stage index is 6 events behind, more than 4\n")
    drain(desk, "index")
    assert checked(desk, "--max-lag", "0")[0] == WELL, "nobody watches the sources here"
    drain(desk, "watch-sources")
    come(desk, 10, 6)
    drain(desk, "clean", "index")
    assert checked(desk, "--max-lag", "0") == (WRONG, "the stage watch-sources is 6 events behind, more than 0\n")
    drain(desk, "watch-sources")
    assert checked(desk) == (WRONG, "there are 1 dead letters, more than 0\n")
    assert doctored(desk)[0] == WELL
    assert desk("dead", "discard", "--all").returncode == WELL
    assert checked(desk) == (WELL, "All is well.\n")


def test_a_monitor_sees_an_index_that_is_away_or_lost(
    desk: Desk, elasticsearch_server: Elasticsearch, proxy: Proxy
) -> None:
    come(desk, 0, 6)
    drain(desk, "clean", "index")
    assert (checked(desk)[0], doctored(desk)) == (WELL, (WELL, ""))

    proxy.refuse()
    code, said = checked(desk)
    assert (code, "the index does not answer" in said) == (UNAVAILABLE, True)
    code, said = doctored(desk)
    assert (code, "Elasticsearch at" in said) == (WRONG, True)
    proxy.mend()
    assert (checked(desk)[0], doctored(desk)) == (WELL, (WELL, ""))

    prefix = desk.environment["COPYDESK_ELASTICSEARCH_PREFIX"]
    (old,) = elasticsearch_server.ask("GET", f"/_alias/{prefix}articles-write")
    elasticsearch_server.ask("DELETE", f"/{old}")
    for code, said in (checked(desk), doctored(desk)):
        assert (code, "`copydesk reindex` brings back" in said) == (LOST, True), said
    assert desk("reindex").returncode == WELL
    assert (checked(desk)[0], doctored(desk)) == (WELL, (WELL, ""))


def test_a_monitor_sees_a_stage_that_waits_as_the_index_is_of_another_version(
    desk: Desk, elasticsearch_server: Elasticsearch
) -> None:
    prefix = desk.environment["COPYDESK_ELASTICSEARCH_PREFIX"]
    for made in (f"{prefix}articles-000001", f"_index_template/{prefix}articles"):
        elasticsearch_server.ask("DELETE", f"/{made}")
    mapping = load_template("articles-mappings")["template"]["mappings"]
    del mapping["properties"]["section"]
    aliases = {f"{prefix}articles": {}, f"{prefix}articles-write": {"is_write_index": True}}
    elasticsearch_server.ask("PUT", f"/{prefix}articles-000001", {"mappings": mapping, "aliases": aliases})
    come(desk, 0, 6)
    with served_service("consume", "index", data=desk.data, **desk.environment) as (_, said_by_index):
        drain(desk, "clean")
        eventually(lambda: "waits and tries again" in said_by_index.read_text(), what=said_by_index.read_text)
        code, said = checked(desk)
        assert (code, "lacks section" in said, "the stage index is 6 events behind" in said) == (WRONG, True, True)
        code, said = doctored(desk)
        assert (code, "lacks section" in said) == (WRONG, True)
        assert desk("reindex").returncode == WELL
        eventually(lambda: checked(desk)[0] == WELL, what=lambda: checked(desk)[1], pause=0.5)
    assert doctored(desk) == (WELL, "")
    assert len(desk.documents()) == 6
