"""The services of the compose file as processes, against a real Kafka and a real Elasticsearch.

What no Docker is here to do is done by the test: names and ports of containers become those of this machine, and a
server in front of Elasticsearch answers for the users' API, which the test distribution does not have.
"""

import base64
import os
import re
import shutil
import signal
import subprocess
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import Message
from pathlib import Path
from typing import Any

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.events import DeadLetter, RawArticle, decode
from copydesk.pipeline import CLEAN, DEAD, FEEDS_STATE, RAW
from copydesk.settings import load
from tests.project.test_compose import COPYDESK, ROOT, services
from tests.support.stack.elasticsearch import USERS, Elasticsearch, forget
from tests.support.stack.kafka import Broker, delete_topics
from tests.support.stack.processes import free_ports
from tests.support.stack.scripted import PRODUCT, Answer, Asked, scripted
from tests.support.waiting import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]
PATIENCE = 240.0


@contextmanager
def front(server: Elasticsearch) -> Iterator[int]:
    """A port that passes all on to Elasticsearch, as its superuser, but what concerns users; yields the port."""

    def respond(asked: Asked) -> Answer:
        if asked.path.startswith("/_security/"):
            return Answer(200, {})
        request = urllib.request.Request(f"http://127.0.0.1:{server.port}{asked.path}", asked.body or None)
        request.method = asked.method
        for name in ("content-type", "accept"):
            if name in asked.headers:
                request.add_header(name, asked.headers[name])
        request.add_header("authorization", f"Basic {basic}")
        try:
            with urllib.request.urlopen(request, timeout=120) as answer:
                return Answer(answer.status, answer.read(), told(answer.headers))
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read(), told(error.headers))

    def told(headers: Message) -> dict[str, str]:
        return PRODUCT | {"Content-Type": headers.get("content-type", "application/json")}

    basic = base64.b64encode(f"admin:{USERS['admin']}".encode()).decode()
    with scripted(respond) as running:
        yield running.port


class Stack:
    """The services, with the addresses and folders of this machine in the place of the containers'."""

    def __init__(self, broker: Broker, server: Elasticsearch, front_port: int, folder: Path) -> None:
        self.prefix = f"compose-{uuid.uuid4().hex[:8]}-"
        self.secrets = folder / "secrets"
        self.replacements = {
            "kafka://kafka:19092": broker.url,
            "http://elastic@elasticsearch:9200": f"http://elastic@127.0.0.1:{front_port}",
            "http://copydesk@elasticsearch:9200": f"http://writer@127.0.0.1:{server.port}",
            "/seeds": str(ROOT / "seeds"),
        }
        self.folder = folder

    def here(self, service: str, text: str) -> str:
        mounts = {
            volume["target"]: str(self.secrets / volume["source"].removesuffix("-secrets"))
            for volume in services()[service].get("volumes", ())
            if volume["source"].endswith("-secrets")
        }
        mounts.setdefault("/secrets", str(self.secrets))
        ours = mounts | self.replacements
        theirs = "|".join(re.escape(each) for each in sorted(ours, key=len, reverse=True))
        return re.sub(theirs, lambda found: ours[found[0]], text)  # once: what stands in for a folder may hold its name

    def environment(self, service: str) -> dict[str, str]:
        given: dict[str, Any] = services()[service].get("environment") or {}
        return {
            "PATH": os.environ["PATH"],
            "COPYDESK_DATA": str(self.folder / "no-data"),
            "COPYDESK_KAFKA_PREFIX": self.prefix,
            "COPYDESK_ELASTICSEARCH_PREFIX": self.prefix,
            **{name: self.here(service, value or "") for name, value in given.items()},
            "COPYDESK_HEARTBEAT": str(self.sign(service)),
            "COPYDESK_METRICS": f"127.0.0.1:{free_ports(1)[0]}",  # containers have a port 9464 each
        }

    def sign(self, service: str) -> Path:
        """What a service shows that it works, for its health check to see."""
        return self.folder / f"{service}-works"

    def start(self, service: str) -> "subprocess.Popen[str]":
        command = [self.here(service, word) for word in services()[service]["command"]]
        return subprocess.Popen(
            [COPYDESK, *command],
            env=self.environment(service),
            cwd=self.folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def once(self, service: str) -> str:
        with self.start(service) as process:
            try:
                said, _ = process.communicate(timeout=PATIENCE)
            finally:
                process.kill()
        assert process.returncode == 0, said
        assert "Traceback" not in said, said
        return said


@pytest.fixture(scope="module")
def stack(
    kafka_broker: Broker, elasticsearch_server: Elasticsearch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    with front(elasticsearch_server) as port:
        made = Stack(kafka_broker, elasticsearch_server, port, tmp_path_factory.mktemp("compose"))
        yield made
    forget(elasticsearch_server.url("admin"), made.prefix)
    delete_topics(kafka_broker.url, made.prefix)


def stopped(process: "subprocess.Popen[str]", grace: float) -> str:
    """What it said, after SIGTERM; it must end well within the time that Docker gives it."""
    process.send_signal(signal.SIGTERM)
    said, _ = process.communicate(timeout=grace)
    assert process.returncode == 0, said
    assert "Traceback" not in said, said
    return said


def seconds(text: str) -> float:
    return float(text.removesuffix("s"))


def test_the_services_bring_the_seeds_into_the_index(stack: Stack, elasticsearch_server: Elasticsearch) -> None:
    assert "elastic, kibana_system, copydesk, copydesk-admin" in stack.once("passwords")
    (stack.secrets / "copydesk" / "copydesk").write_text(
        USERS["writer"]
    )  # the test server's users are made at its start
    assert "Topics and index are there" in stack.once("setup")
    stack.once("setup")
    stack.once("seeds")
    settings = load(stack.environment("indexer"))
    log, index = KafkaLog.from_settings(settings), ElasticsearchIndex.from_settings(settings)
    with ExitStack() as running:
        running.callback(log.close)
        running.callback(index.close)
        raw = [decode(RawArticle, record.value or b"") for record in log.scan(RAW)]
        assert len(raw) >= 20
        processes = {name: stack.start(name.split()[0]) for name in ("cleaner 1", "cleaner 2", "indexer")}
        for process in processes.values():
            running.callback(process.kill)

        def all_done() -> bool:
            assert all(process.poll() is None for process in processes.values())
            return not log.lag(RAW, "clean") and not log.lag(CLEAN, "index")

        eventually(all_done, PATIENCE, "the services to come to an end", pause=0.2)
        dead = {decode(DeadLetter, record.value or b"").id for record in log.scan(DEAD)}
        signs = {name: {"/tmp/working": str(stack.sign(name))} for name in ("cleaner", "indexer")}
        assert all(healthy(name, sign) for name, sign in signs.items())
        for name, process in processes.items():
            stopped(process, seconds(services()[name.split()[0]]["stop_grace_period"]))
        assert not any(healthy(name, sign) for name, sign in signs.items())
        highest = {each.id: each.revision for each in sorted(raw, key=lambda each: each.revision)}
        assert {**index.revisions(list(highest)), **{id: highest[id] for id in dead if id}} == highest
        assert index.status().documents == len(highest) - len(dead)
        stack.once("seeds")
        assert sum(1 for _ in log.scan(RAW)) == len(raw), "the seeds were published a second time"
        assert not (stack.folder / "no-data").exists(), "a container without a data folder would have failed"


def healthy(service: str, replacements: dict[str, str]) -> bool:
    """What the health check of a service says, on this machine."""
    kind, *command = services()[service]["healthcheck"]["test"]
    assert kind == "CMD"
    for theirs, ours in replacements.items():
        command = [word.replace(theirs, ours) for word in command]
    command = [word.replace("$$", "$") for word in command]
    return subprocess.run(command, capture_output=True, timeout=120).returncode == 0


@pytest.mark.parametrize("service", ["cleaner", "indexer"])
def test_the_health_check_of_a_stage_tells_working_from_waiting(service: str, tmp_path: Path) -> None:
    sign = tmp_path / "works"
    sign.touch()
    assert healthy(service, {"/tmp/working": str(sign)})
    os.utime(sign, (time.time() - 130, time.time() - 130))
    assert not healthy(service, {"/tmp/working": str(sign)})


def test_the_health_check_of_kafka_tells_up_from_down(kafka_broker: Broker) -> None:
    (closed,) = free_ports(1)
    assert healthy("kafka", {"/9092": f"/{kafka_broker.port}"})
    assert not healthy("kafka", {"/9092": f"/{closed}"})


@pytest.mark.skipif(shutil.which("curl") is None, reason="the health checks of the images use curl")
def test_the_health_check_of_elasticsearch_tells_up_from_down(
    elasticsearch_server: Elasticsearch, tmp_path: Path
) -> None:
    (closed,) = free_ports(1)
    (tmp_path / "elastic").write_text(USERS["admin"])
    right = {"/secrets": str(tmp_path), "elastic:": "admin:", ":9200": f":{elasticsearch_server.port}"}
    assert healthy("elasticsearch", right)
    assert not healthy("elasticsearch", {**right, ":9200": f":{closed}"})
    (tmp_path / "elastic").write_text("wrong")
    assert not healthy("elasticsearch", right)


@pytest.mark.skipif(shutil.which("curl") is None, reason="the health checks of the images use curl")
def test_the_health_check_of_kibana_tells_ready_from_starting() -> None:
    with scripted(lambda _: Answer(302, b"", {"location": "/login"})) as kibana:
        assert healthy("kibana", {":5601": f":{kibana.port}"})
        kibana.respond = lambda _: Answer(503, b"Kibana server is not ready yet")
        assert not healthy("kibana", {":5601": f":{kibana.port}"})


def test_feeds_and_pages_run_and_stop(stack: Stack, elasticsearch_server: Elasticsearch) -> None:
    stack.once("passwords")
    (stack.secrets / "copydesk" / "copydesk").write_text(USERS["writer"])
    stack.once("setup")
    lists = stack.folder / "lists"
    lists.mkdir()
    (lists / "feeds.toml").write_text('[[source]]\nname = "Inside"\nfeed = "http://127.0.0.1:8099/rss"\n')
    stack.replacements = {"/seeds": str(lists), **{k: v for k, v in stack.replacements.items() if k != "/seeds"}}
    processes = {name: stack.start(name) for name in ("feeds", "pages")}
    settings = load(stack.environment("feeds"))
    log = KafkaLog.from_settings(settings)
    try:

        def asked() -> bool:
            assert all(process.poll() is None for process in processes.values())
            return bool(list(log.scan(FEEDS_STATE)))  # the address inside is refused, and that is remembered

        eventually(asked, PATIENCE, "the feeds service to ask for the feed", pause=0.2)
        for name in processes:
            sign = {"/tmp/working": str(stack.sign(name))}
            eventually(lambda name=name, sign=sign: healthy(name, sign), 60, f"{name} to be healthy", pause=0.2)  # type: ignore[misc]
        for name, process in processes.items():
            stopped(process, seconds(services()[name]["stop_grace_period"]))
    finally:
        stack.replacements["/seeds"] = str(ROOT / "seeds")
        log.close()
        for process in processes.values():
            process.kill()
            process.communicate()
