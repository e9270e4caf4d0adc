"""The services under fire on real servers: nothing lost, doubled or stale, and poison where it belongs.

Faults come in random order, from a fixed seed, while a producer publishes. `make soak` runs the long version.
"""

import os
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.errors import Unavailable
from copydesk.pipeline import CLEAN, CLEAN_STAGE, INDEX_STAGE, RAW
from copydesk.settings import load
from tests.support.collector import Collector
from tests.support.command import copydesk
from tests.support.stack.checker import Ledger, Press, Report, check
from tests.support.stack.elasticsearch import Elasticsearch
from tests.support.stack.kafka import Broker
from tests.support.stack.proxy import Proxy
from tests.support.stack.services import Services
from tests.support.waiting import eventually

pytestmark = pytest.mark.stack

BATCH = 50
PATIENCE = 400.0
ROLLOVER = 1_000_000


@dataclass
class Battlefield:
    """Servers, proxies in front of them, the services behind the proxies, and a producer that needs none."""

    broker: Broker
    server: Elasticsearch
    kafka: Proxy
    elasticsearch: Proxy
    services: Services
    direct: dict[str, str]
    data: Path
    chance: random.Random
    done: Counter[str] = field(default_factory=Counter)
    let: Callable[[], object] = bool
    """Lets the producer publish the share of articles that belongs to this fault; a second time does nothing."""

    @property
    def index(self) -> str:
        """The index behind the alias that is written."""
        (name,) = self.server.ask("GET", f"/_alias/{self.direct['COPYDESK_ELASTICSEARCH_PREFIX']}articles-write")
        return str(name)

    def cleaner(self) -> str:
        return self.chance.choice(["clean 1", "clean 2"])

    def soon(self, least: float = 0.1, most: float = 1.5) -> None:
        """A random moment."""
        time.sleep(self.chance.uniform(least, most))  # how long a fault lasts


class Once:
    """A call that is made the first time only."""

    def __init__(self, call: Callable[[], None]) -> None:
        self._calls = [call]

    def __call__(self) -> None:
        while self._calls:
            self._calls.pop()()


def kill_cleaner(field: Battlefield) -> None:
    name = field.cleaner()
    field.services.kill(name)
    field.soon()
    field.services.start(name)


def kill_indexer(field: Battlefield) -> None:
    field.services.kill("index")
    field.soon()
    field.services.start("index")


def kill_watcher(field: Battlefield) -> None:
    field.services.kill("watch")
    field.soon()
    field.services.start("watch")


def kill_broker(field: Battlefield) -> None:
    field.broker.kill()
    field.soon()
    field.broker.launch()


def kill_elasticsearch(field: Battlefield) -> None:
    field.server.kill()
    field.soon()
    field.server.launch()


def cut_connections(field: Battlefield) -> None:
    for _ in range(3):
        field.kafka.cut()
        field.elasticsearch.cut()
        field.soon(0.1, 0.5)


def freeze_kafka(field: Battlefield) -> None:
    field.kafka.freeze()
    field.soon(2, 4)
    field.kafka.mend()


def freeze_elasticsearch(field: Battlefield) -> None:
    field.elasticsearch.freeze()
    field.soon(2, 4)
    field.elasticsearch.mend()


def lose_answers(field: Battlefield) -> None:
    """Requests that worked and whose answers are lost: to bulk requests, and to whatever goes to Kafka."""
    field.elasticsearch.lose_answers(lambda data: b"/_bulk" in data, times=2)
    field.kafka.lose_answers(times=3)
    field.soon(1, 3)
    field.elasticsearch.mend()
    field.kafka.mend()


def block(field: Battlefield, kind: str) -> None:
    index = field.index
    field.server.ask("PUT", f"/{index}/_settings", {f"index.blocks.{kind}": True})
    field.soon(2, 4)
    field.server.ask("PUT", f"/{index}/_settings", {f"index.blocks.{kind}": None})


def flood_stage(field: Battlefield) -> None:
    """What Elasticsearch does when its disk is nearly full: 429 for every document."""
    block(field, "read_only_allow_delete")


def read_only(field: Battlefield) -> None:
    """What an administrator does: 403 for every document."""
    block(field, "write")


def freeze_cleaner(field: Battlefield) -> None:
    """Longer than its membership lasts: its partitions go to the other, and what it has in hand is not its own."""
    name = field.cleaner()
    process = field.services.running[name]
    os.kill(process.pid, 19)
    time.sleep(17)  # the outage
    os.kill(process.pid, 18)


def rebalance(field: Battlefield) -> None:
    """Members that come, read, and leave without committing."""
    topic, group = field.chance.choice([(RAW, CLEAN_STAGE.name), (CLEAN, INDEX_STAGE.name)])
    log = KafkaLog.from_settings(load(field.direct))
    reader = log.reader(topic, group)
    until = time.monotonic() + field.chance.uniform(1, 3)
    while time.monotonic() < until:
        with suppress(Unavailable):
            reader.poll(0.1, max_records=5)
    reader.close()
    log.close()


def delete_index(field: Battlefield) -> None:
    """The index goes under the indexer; a rebuild from the log brings everything back."""
    field.server.ask("DELETE", f"/{field.index}")
    field.soon()
    built = copydesk("reindex", data=field.data, environment=field.direct)
    assert built.returncode in {0, 1}, built.stderr.decode()  # 1: the poison for the index was in it


def overload(field: Battlefield) -> None:
    """What Elasticsearch, or a balancer before it, says to whole requests when it has too much to do: 429, then 503."""
    for status, words in ((429, "Too Many Requests"), (503, "Service Unavailable")):
        answered = field.elasticsearch.answered
        field.elasticsearch.answer(_refusal(status, words), to=lambda data: data.startswith((b"PUT ", b"POST ")))
        field.let()
        eventually(
            lambda answered=answered: field.elasticsearch.answered >= answered + 2,  # type: ignore[misc]
            PATIENCE,
            f"somebody to meet a {status}",
        )
    field.elasticsearch.mend()


def roll_over(field: Battlefield) -> None:
    """The next index begins, by `setup` as it is run daily, while the indexer writes that was just killed."""
    full = field.index
    eventually(lambda: _size(field, full) >= ROLLOVER, PATIENCE, "articles enough for the next index", pause=0.5)
    kill_indexer(field)
    more = {"COPYDESK_ELASTICSEARCH_ROLLOVER_MB": "1"}
    assert copydesk("setup", data=field.data, environment=field.direct | more).returncode == 0
    assert field.index != full
    kill_indexer(field)


def _size(field: Battlefield, index: str) -> int:
    stats = field.server.ask("GET", f"/{index}/_stats/store")["_all"]["primaries"]
    return int(stats.get("store", {}).get("size_in_bytes", 0))


def _refusal(status: int, words: str) -> bytes:
    body = b'{"error":{"type":"es_rejected_execution_exception","reason":"too much to do"},"status":%d}' % status
    head = f"HTTP/1.1 {status} {words}\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


KILLS = (kill_cleaner, kill_indexer, kill_broker, kill_elasticsearch)
Fault = Callable[[Battlefield], None]


@pytest.fixture
def battlefield(own_broker: Broker, own_elasticsearch: Elasticsearch, tmp_path: Path) -> Iterator[Battlefield]:
    prefix = f"faults-{uuid.uuid4().hex[:8]}-"
    direct = {
        "COPYDESK_LOG": own_broker.url,
        "COPYDESK_INDEX": own_elasticsearch.url(),
        "COPYDESK_KAFKA_PREFIX": prefix,
        "COPYDESK_ELASTICSEARCH_PREFIX": prefix,
        "COPYDESK_PARTITIONS": "6",
    }
    made = copydesk("setup", data=tmp_path / "data", environment=direct)
    assert made.returncode == 0, made.stderr.decode()
    with ExitStack() as stack:
        kafka = Proxy(own_broker.proxied_port, own_broker.advertised_proxy)
        stack.callback(kafka.close)
        elasticsearch = Proxy(own_elasticsearch.port)
        stack.callback(elasticsearch.close)
        proxied = {
            "COPYDESK_LOG": f"kafka://127.0.0.1:{kafka.port}",
            "COPYDESK_INDEX": own_elasticsearch.url(port=elasticsearch.port),
        }
        services = stack.enter_context(Services(direct | proxied, tmp_path))
        for name in ("clean 1", "clean 2", "index"):
            services.start(name)
        yield Battlefield(
            own_broker,
            own_elasticsearch,
            kafka,
            elasticsearch,
            services,
            direct,
            tmp_path / "data",
            random.Random(20261122),
        )


@contextmanager
def publishing(
    field: Battlefield, articles: int, faults: int, more: int
) -> Iterator[tuple[Ledger, Callable[[int], None]]]:
    """A producer in the background; with each fault it may publish one share more of the articles."""
    ledger, stop, share = Ledger(), threading.Event(), threading.Semaphore(0)
    log = KafkaLog.from_settings(load(field.direct))
    press = Press(log, ledger, more=more)
    batches = -(-articles // BATCH)
    errors: list[BaseException] = []

    def publish() -> None:
        try:
            for _ in range(batches):
                while not share.acquire(timeout=0.2):
                    if stop.is_set():
                        return
                press.publish(BATCH, stop)
        except BaseException as error:  # noqa: BLE001 - raised in the test's thread
            errors.append(error)

    def let(number: int) -> None:
        for _ in range(batches * (number + 1) // faults - batches * number // faults):
            share.release()

    thread = threading.Thread(target=publish)
    thread.start()
    try:
        yield ledger, let
        thread.join(PATIENCE)
        assert not thread.is_alive(), "the producer hangs"
        if errors:
            raise errors[0]
        assert press.articles >= articles
    finally:
        stop.set()
        thread.join()
        log.close()


def survive(field: Battlefield, articles: int, faults: list[Fault], more: int = 0) -> Report:
    """All faults in random order while articles come, of so many paragraphs more; what is wrong when it has settled."""
    field.chance.shuffle(faults)
    began = time.monotonic()
    with publishing(field, articles, len(faults), more) as (ledger, let):
        for number, fault in enumerate(faults):
            field.let = Once(partial(let, number))
            if fault is not overload:  # which must be there first, to be met
                field.let()
                field.soon(0.0, 1.0)
            fault(field)
            field.done[fault.__name__] += 1
            print(f"{time.monotonic() - began:6.0f} s  {fault.__name__}", flush=True)  # noqa: T201 - of a soak
            field.services.restart_what_ended()
    faulty = time.monotonic() - began
    field.services.drained(load(field.direct), PATIENCE)
    print(  # noqa: T201 - the figures of a soak
        f"{len(ledger.revisions)} articles in {ledger.messages} messages, {len(ledger.poisons)} poisons, "
        f"{sum(field.done[kill.__name__] for kill in KILLS)} kills, {field.services.restarts} services that ended, "
        f"{faulty:.0f} s of faults, {time.monotonic() - began - faulty:.0f} s to settle: {dict(field.done)}"
    )
    prefix = field.direct["COPYDESK_ELASTICSEARCH_PREFIX"]
    field.server.ask("POST", f"/{prefix}articles/_refresh")
    settings = load(field.direct)
    log, index = KafkaLog.from_settings(settings), ElasticsearchIndex.from_settings(settings)
    try:
        return check(ledger, log, index)
    finally:
        log.close()
        index.close()


@pytest.mark.timeout(1500)
def test_nothing_is_lost_doubled_or_stale_whatever_fails(battlefield: Battlefield) -> None:
    faults: list[Fault] = [
        kill_cleaner, kill_cleaner, kill_indexer, kill_indexer, kill_broker, kill_elasticsearch, cut_connections,
        freeze_kafka, freeze_elasticsearch, lose_answers, flood_stage, read_only, overload, rebalance, rebalance,
        delete_index,
    ]  # fmt: skip
    assert survive(battlefield, 2_000, faults) == Report()
    assert battlefield.services.restarts == 0, "a service gave up where it should have waited"
    for name, code in battlefield.services.stop().items():
        assert code == 0, battlefield.services.said(name)[-2000:]


@pytest.mark.soak
@pytest.mark.timeout(1500)
def test_nothing_is_lost_with_figures_traces_watch_desk_and_rollover_on(
    battlefield: Battlefield, collector: Collector
) -> None:
    services = battlefield.services
    for name in list(services.running):
        services.kill(name)
    services.environment |= {
        "COPYDESK_METRICS": "127.0.0.1:0", "COPYDESK_TRACES": collector.address,
        "COPYDESK_ELASTICSEARCH_ROLLOVER_MB": "1",
    }  # fmt: skip
    for name in ("clean 1", "clean 2", "index", "watch", "serve"):
        services.start(name)
    faults: list[Fault] = [
        kill_cleaner, kill_cleaner, kill_indexer, kill_watcher, kill_broker, kill_elasticsearch, roll_over, roll_over,
        cut_connections, lose_answers, flood_stage, overload,
    ]  # fmt: skip
    assert survive(battlefield, 4_000, faults, more=12) == Report()
    assert services.restarts == 0, "a service gave up where it should have waited"
    indices = battlefield.server.ask("GET", f"/{battlefield.direct['COPYDESK_ELASTICSEARCH_PREFIX']}articles-0*")
    exported = Counter(service for service, *_ in collector.spans)
    print(f"{len(indices)} indices, spans {dict(exported)}")  # noqa: T201 - the figures of a soak
    assert len(indices) >= 3, "the index was to roll over twice at least, while services and servers are killed"
    assert {"copydesk-clean", "copydesk-index"} <= exported.keys()
    for name, code in services.stop().items():
        assert code == 0, services.said(name)[-2000:]


@pytest.mark.soak
@pytest.mark.timeout(3600)
def test_nothing_is_lost_doubled_or_stale_in_a_long_fight(battlefield: Battlefield) -> None:
    faults: list[Fault] = [
        *[kill_cleaner] * 8, *[kill_indexer] * 7, *[kill_broker] * 5, *[kill_elasticsearch] * 4,
        *[cut_connections, freeze_kafka, freeze_elasticsearch, lose_answers, flood_stage, read_only, overload] * 3,
        freeze_cleaner, freeze_cleaner, delete_index, delete_index,
    ]  # fmt: skip
    over = threading.Event()

    def rebalance_all_the_time() -> None:
        while not over.wait(3):
            with suppress(Unavailable):
                rebalance(battlefield)
                battlefield.done["rebalance"] += 1

    restless = threading.Thread(target=rebalance_all_the_time)
    restless.start()
    try:
        report = survive(battlefield, 20_000, faults)
    finally:
        over.set()
        restless.join()
    assert report == Report()
    assert battlefield.services.restarts == 0, "a service gave up where it should have waited"
