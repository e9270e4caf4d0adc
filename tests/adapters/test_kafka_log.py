"""The log on a real Kafka: who may do what, what topics are like, how large messages may be, and stalls."""

import logging
import os
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource, ConfigResourceType

from copydesk.adapters.kafka_log import client, stall_watch
from copydesk.adapters.kafka_log.cluster import Access
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.adapters.kafka_log.table import KafkaTable
from copydesk.adapters.kafka_log.topics import OVERHEAD, TopicPlan
from copydesk.errors import ConfigError, LogUnavailable, MessageTooLarge, NotFound
from copydesk.log_port import Message, Partition
from copydesk.pipeline import Topic
from tests.support.stack.kafka import USERS, Broker
from tests.support.waiting import eventually

pytestmark = pytest.mark.stack

HELLO = [Message("site", b"hello", {"type": "x"})]


@pytest.fixture
def prefix() -> str:
    return f"test-{uuid.uuid4().hex[:12]}."


@pytest.fixture
def log(kafka_url: str, prefix: str) -> Iterator[KafkaLog]:
    log = KafkaLog(kafka_url, prefix=prefix, plan=TopicPlan(2, max_message_bytes=1 << 20))
    log.setup([Topic("raw"), Topic("state", compacted=True)])
    yield log
    log.close()


@pytest.fixture
def admin(kafka_url: str) -> Iterator[Any]:
    admin = KafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    yield admin
    admin.close()


def configs(admin: Any, topic: str) -> dict[str, str]:
    found = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)], config_filter="all")
    return {name: each["value"] for name, each in found["topic"][topic].items()}


def calls(log: KafkaLog) -> dict[str, Callable[[], object]]:
    """One call of every kind."""
    return {
        "setup": lambda: log.setup([Topic("raw")]),
        "publish": lambda: log.publish("raw", HELLO),
        "poll": lambda: log.reader("raw", "group").poll(5.0),
        "scan": lambda: next(log.scan("raw")),
        "read": lambda: log.read("raw", 0, 0),
        "table": lambda: log.table("raw"),
        "lag": lambda: log.lag("raw", "group"),
        "status": log.status,
    }


@pytest.mark.parametrize("tls", [False, True])
def test_a_wrong_password_is_told_in_one_line_by_every_call(kafka_broker: Broker, tls: bool) -> None:
    port = kafka_broker.tls_port if tls else kafka_broker.sasl_port
    log = KafkaLog(
        f"kafka{'+ssl' if tls else ''}://writer:wrong-secret@127.0.0.1:{port}", access=Access(ca=kafka_broker.ca)
    )
    for name in ("publish", "poll", "status") if tls else calls(log):
        with pytest.raises(ConfigError) as caught:
            calls(log)[name]()
        said = str(caught.value)
        assert "'writer'" in said, name
        assert "COPYDESK_KAFKA_PASSWORD" in said, name
        assert "wrong-secret" not in said, name
        assert "\n" not in said, name
    log.close()


@pytest.mark.parametrize("tls", [False, True])
def test_with_the_right_password_all_works(kafka_broker: Broker, prefix: str, tls: bool) -> None:
    log = KafkaLog(
        f"kafka{'+ssl' if tls else ''}://127.0.0.1:{kafka_broker.tls_port if tls else kafka_broker.sasl_port}",
        access=Access("writer", USERS["writer"], ca=kafka_broker.ca),
        plan=TopicPlan(1),
        prefix=prefix,
    )
    for call in calls(log).values():
        call()
    log.close()


def test_a_user_without_rights_is_told_which_ones_to_get(kafka_broker: Broker, log: KafkaLog, prefix: str) -> None:
    log.publish("raw", HELLO)
    url = f"kafka://stranger:{USERS['stranger']}@127.0.0.1:{kafka_broker.sasl_port}"
    stranger = KafkaLog(url, prefix=prefix)
    for name, call in calls(stranger).items():
        if name != "status":  # topics that one may not see are not there
            with pytest.raises(
                ConfigError, match=r"the user 'stranger' may not .*raw.* grant it DESCRIBE and "
            ) as caught:
                call()
            assert "\n" not in str(caught.value), name
    assert stranger.status() == []
    stranger.close()


def test_a_certificate_that_is_not_trusted_names_the_setting(kafka_broker: Broker) -> None:
    log = KafkaLog(f"kafka+ssl://writer:{USERS['writer']}@127.0.0.1:{kafka_broker.tls_port}")
    with pytest.raises(ConfigError, match="COPYDESK_KAFKA_CA"):
        log.status()
    log.close()


def test_plain_and_tls_mixed_up_is_told(kafka_broker: Broker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "CONNECT_TIMEOUT", 1.0)
    log = KafkaLog(f"kafka+ssl://127.0.0.1:{kafka_broker.port}")
    with pytest.raises(LogUnavailable, match="without \\+ssl"):
        log.status()
    log.close()
    log = KafkaLog(f"kafka://127.0.0.1:{kafka_broker.tls_port}")
    with pytest.raises(LogUnavailable, match="kafka\\+ssl://"):
        log.status()
    log.close()


def test_an_unknown_topic_is_told_and_not_created(log: KafkaLog, admin: Any, prefix: str) -> None:
    for call in (
        lambda: log.publish("nowhere", HELLO),
        lambda: log.reader("nowhere", "group"),
        lambda: log.scan("nowhere"),
        lambda: log.read("nowhere", 0, 0),
        lambda: log.table("nowhere"),
        lambda: log.lag("nowhere", "group"),
    ):
        with pytest.raises(NotFound, match=r"nowhere.*copydesk setup"):
            call()
    assert f"{prefix}nowhere" not in admin.list_topics()


@pytest.mark.usefixtures("log")
def test_articles_are_never_compacted_and_state_is(admin: Any, prefix: str) -> None:
    raw, state = configs(admin, f"{prefix}raw"), configs(admin, f"{prefix}state")
    assert (raw["cleanup.policy"], raw["retention.ms"]) == ("delete", "-1")
    assert state["cleanup.policy"] == "compact"
    for each in (raw, state):
        assert each["message.timestamp.type"] == "LogAppendTime"
        assert int(each["max.message.bytes"]) == (1 << 20) + OVERHEAD


def test_retention_is_as_set(kafka_url: str, admin: Any, prefix: str) -> None:
    log = KafkaLog(kafka_url, prefix=prefix, plan=TopicPlan(retention_days=2, replication=1))
    log.setup([Topic("raw")])
    assert configs(admin, f"{prefix}raw")["retention.ms"] == str(2 * 86_400_000)
    log.close()


def test_setup_refuses_a_topic_that_would_lose_articles(log: KafkaLog) -> None:
    with pytest.raises(ConfigError, match=r"state.*compacted.*cleanup.policy to delete"):
        log.setup([Topic("state")])


def test_more_replicas_than_brokers_are_refused(kafka_url: str, prefix: str) -> None:
    log = KafkaLog(kafka_url, prefix=prefix, plan=TopicPlan(replication=32))
    with pytest.raises(ConfigError, match="COPYDESK_KAFKA_REPLICATION"):
        log.setup([Topic("raw")])
    log.close()


def test_the_limit_of_a_topic_made_by_others_counts_to_the_byte(
    log: KafkaLog, admin: Any, prefix: str, caplog: pytest.LogCaptureFixture
) -> None:
    limit = 200_000
    admin.create_topics({f"{prefix}small": {"configs": {"max.message.bytes": str(limit + OVERHEAD)}}})
    with caplog.at_level(logging.WARNING):
        # A busy broker tells of a new topic's settings after a while.
        eventually(lambda: log.setup([Topic("small")]) or caplog.text, what="a warning of the topic's limit")
    assert "raise its max.message.bytes" in caplog.text
    fits, over = os.urandom(limit - len("site")), os.urandom(limit - len("site") + 1)
    with pytest.raises(MessageTooLarge) as caught:
        log.publish("small", [*HELLO, Message("site", over, {})])
    assert (caught.value.position, caught.value.size, caught.value.limit) == (1, limit + 1, limit)
    log.publish("small", [Message("site", fits, {})])
    assert [record.value for record in log.scan("small")] == [fits]


def test_a_limit_that_was_lowered_meanwhile_is_a_message_too_large(log: KafkaLog, admin: Any, prefix: str) -> None:
    log.publish("raw", HELLO)
    lower = ConfigResource(ConfigResourceType.TOPIC, f"{prefix}raw", {"max.message.bytes": "50000"})
    admin.alter_configs([lower])
    too_large = [*HELLO, Message("other", os.urandom(100_000), {})]
    with pytest.raises(MessageTooLarge) as caught:  # a broker takes a new limit up a moment later
        eventually(lambda: log.publish("raw", too_large), what="a refusal")
    assert caught.value.position == 1
    log.publish("raw", HELLO)


def test_a_call_of_many_megabytes_goes_out_whole(log: KafkaLog) -> None:
    log.publish("raw", [Message(f"site{n % 7}", os.urandom(900_000), {}) for n in range(50)])
    assert sum(1 for _ in log.scan("raw")) == 50


def test_a_reader_whose_consumer_stops_giving_records_starts_anew(
    log: KafkaLog, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(stall_watch, "CHECK_EVERY", 0.3)
    reader: Any = log.reader("raw", "group")
    eventually(lambda: reader.poll(0.1) is None or len(reader.assigned()) == 2, what="both partitions")

    class Never(set[object]):
        """As if a request to every broker were on its way for ever."""

        def __contains__(self, _: object) -> bool:
            return True

    fetcher = reader._consumer._fetcher
    never = fetcher._nodes_with_pending_fetch_requests = Never(fetcher._nodes_with_pending_fetch_requests)
    # What is on its way would still bring the record.
    eventually(lambda: reader.poll(0.1) is None or not len(never), what="the end of what is on its way")
    log.publish("raw", HELLO)
    found: list[bytes | None] = []
    lost: set[Partition] = set()

    def read() -> object:
        batch = reader.poll(0.1)
        found.extend(record.value for record in batch.records)
        lost.update(batch.lost)
        return found

    eventually(read, what="the record")
    assert found == [b"hello"]
    assert len(lost) == 2
    assert "starts anew" in caplog.text
    reader.close()


def test_closing_leaves_no_threads(kafka_url: str, prefix: str) -> None:
    import threading

    before = set(threading.enumerate())
    log = KafkaLog(kafka_url, prefix=prefix, plan=TopicPlan(1))
    for call in calls(log).values():
        call()
    abandoned = log.scan("raw", follow=True)
    assert next(abandoned).value == b"hello"
    log.close()
    eventually(lambda: set(threading.enumerate()) <= before, what="the end of the log's threads")


def test_who_has_a_partition_of_raw_events_holds_no_other_one_of_a_table_by_need(log: KafkaLog) -> None:
    keys = [f"source-{number}.example" for number in range(32)]
    for topic in ("raw", "state"):
        log.publish(topic, [Message(key, b"x", {}) for key in keys])
    shares = [[record.key for record in log.scan("raw") if record.partition == number] for number in range(2)]
    table = log.table("state", by_need=True)
    assert isinstance(table, KafkaTable)
    for share in shares:
        assert share
        table.keep([])
        assert [table.get(key) for key in share] == [b"x"] * len(share)
        assert table.held == len(share)
    assert len(list(table.items())) == table.held == len(keys)
