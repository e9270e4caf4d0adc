"""On real servers: figures, health and lag change as an outage comes and goes, and each record is a CloudEvent."""

import json
import re
import uuid
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from kafka import KafkaConsumer, TopicPartition

from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.pipeline import RAW
from tests.end_to_end.test_stack_pipeline import variables
from tests.support.command import copydesk
from tests.support.places import SEEDS
from tests.support.served_service import is_well, served_figures, served_service
from tests.support.stack.elasticsearch import Elasticsearch, forget
from tests.support.stack.kafka import Broker, delete_topics
from tests.support.stack.proxy import Proxy
from tests.support.waiting import eventually

pytestmark = pytest.mark.stack
DONE = "copydesk_stage_outcomes_total", "done"


@pytest.fixture
def proxy(elasticsearch_server: Elasticsearch) -> Iterator[Proxy]:
    made = Proxy(elasticsearch_server.port)
    yield made
    made.close()


def lag(found: dict[tuple[str, ...], float], name: str = "kafka_consumergroup_lag") -> float:
    """The lag of the group index: in all partitions, or of its slowest in seconds."""
    values = [value for key, value in found.items() if key[:2] == (name, "index")]
    return sum(values) if name == "kafka_consumergroup_lag" else max(values, default=0.0)


def test_an_outage_is_seen_in_figures_health_and_log(
    kafka_broker: Broker, elasticsearch_server: Elasticsearch, proxy: Proxy, tmp_path: Path
) -> None:
    prefix, data = f"figures-{uuid.uuid4().hex[:8]}-", tmp_path / "data"
    environment = variables(kafka_broker, elasticsearch_server, prefix)
    environment["COPYDESK_INDEX"] = elasticsearch_server.url(port=proxy.port)
    assert copydesk("setup", data=data, environment=environment).returncode == 0
    lines = {"COPYDESK_LOG_FORMAT": "json", "COPYDESK_LOG_LEVEL": "info"}
    with served_service("consume", "index", data=data, **environment, **lines) as (address, said):
        eventually(lambda: is_well(address), what=said.read_text, pause=0.2)
        proxy.refuse()
        assert copydesk("produce", "seeds", SEEDS, data=data, environment=environment).returncode == 0
        with served_service("consume", "clean", data=data, **environment) as (cleaner, cleaning):
            eventually(
                lambda: served_figures(cleaner).get((*DONE, "clean"), 0) > 10, what=cleaning.read_text, pause=0.3
            )
        eventually(lambda: not is_well(address), what=said.read_text, pause=0.2)
        assert is_well(address, "healthz"), "one that waits is not to be restarted"
        eventually(lambda: lag(served_figures(address)) > 10, what=said.read_text, pause=0.3)
        eventually(lambda: lag(served_figures(address), "kafka_consumergroup_lag_seconds") > 1, pause=0.3)
        assert served_figures(address)["copydesk_waiting", "index"] == 1
        proxy.mend()
        eventually(lambda: is_well(address), what=said.read_text, pause=0.2)
        eventually(lambda: lag(served_figures(address)) == 0, what=said.read_text, pause=0.3)
        found = served_figures(address)
        assert found[*DONE, "index"] > 10
        assert found["copydesk_index_documents_total", "stored"] > 10
        assert found["copydesk_index_bulk_bytes_count",] >= 1
        assert found["copydesk_waiting_seconds_total", "index"] > 0
        assert found["copydesk_waiting", "index"] == 0
    told = [json.loads(line)["message"] for line in said.read_text().splitlines()]
    assert any(re.fullmatch(r"index goes on after .*s", line) for line in told)
    try:
        records_are_cloud_events(kafka_broker.url, prefix)
    finally:
        forget(elasticsearch_server.url("admin"), prefix)
        delete_topics(kafka_broker.url, prefix)


def test_an_outage_of_kafka_is_told_once_and_over_once(
    kafka_broker: Broker, elasticsearch_server: Elasticsearch, tmp_path: Path
) -> None:
    prefix, data = f"outage-{uuid.uuid4().hex[:8]}-", tmp_path / "data"
    environment = variables(kafka_broker, elasticsearch_server, prefix)
    assert copydesk("setup", data=data, environment=environment).returncode == 0
    kafka = Proxy(kafka_broker.proxied_port, kafka_broker.advertised_proxy)
    behind = environment | {"COPYDESK_LOG": f"kafka://127.0.0.1:{kafka.port}", "COPYDESK_LOG_LEVEL": "info"}
    waited = "copydesk_waiting_seconds_total"
    try:
        with (
            served_service("consume", "index", data=data, **behind) as (index, index_said),
            served_service("consume", "watch-sources", data=data, **behind) as (watch, watch_said),
        ):
            stages = ((index, "index", index_said), (watch, "watch-sources", watch_said))
            for address, _, said in stages:
                eventually(lambda address=address: is_well(address), what=said.read_text, pause=0.2)  # type: ignore[misc]
            kafka.refuse()
            for address, name, said in stages:  # longer than a reader takes to give nothing instead of an error
                eventually(
                    lambda address=address, name=name: served_figures(address).get((waited, name), 0) > 30,  # type: ignore[misc]
                    what=said.read_text,
                    pause=0.5,
                )
                assert "goes on" not in said.read_text()
                assert not is_well(address)
            kafka.mend()
            for address, name, said in stages:
                eventually(lambda said=said: "goes on after" in said.read_text(), what=said.read_text, pause=0.2)  # type: ignore[misc]
                eventually(lambda address=address: is_well(address), what=said.read_text, pause=0.2)  # type: ignore[misc]
                assert served_figures(address)["copydesk_waiting", name] == 0
                assert said.read_text().count("goes on after") == 1
    finally:
        kafka.close()
        forget(elasticsearch_server.url("admin"), prefix)
        delete_topics(kafka_broker.url, prefix)


def records_are_cloud_events(url: str, prefix: str) -> None:
    consumer = KafkaConsumer(bootstrap_servers=url.removeprefix("kafka://"), auto_offset_reset="earliest")
    try:
        for topic in (RAW, "articles.clean", "seeds.state"):
            places = [TopicPartition(prefix + topic, number) for number in range(4)]
            consumer.assign(places)
            consumer.seek_to_beginning(*places)
            found = [each for records in consumer.poll(timeout_ms=20_000).values() for each in records]
            assert found, topic
            for each in found:
                headers = {name: value.decode() for name, value in each.headers}
                assert headers["ce_specversion"] == "1.0"
                assert headers["ce_source"] == f"urn:copydesk:{topic}"
                assert re.fullmatch(r"[0-9a-f]{32}", headers["ce_id"])
                assert headers["ce_type"].startswith("copydesk.")
                assert datetime.fromisoformat(headers["ce_time"]).tzinfo is not None
                assert each.value is None or json.loads(each.value)
            assert len({dict(each.headers)["ce_id"] for each in found}) == len(found)
    finally:
        consumer.close()
    log = KafkaLog(url, prefix=prefix)
    try:
        assert all(
            set(record.headers) <= {"type", "schema_version", "traceparent", "parent"} for record in log.scan(RAW)
        )
    finally:
        log.close()
