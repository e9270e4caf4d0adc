"""What every log keeps: records in order, with places of their own, found again by scan, fetch and table."""

import threading
import time
from collections import Counter
from itertools import islice

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.errors import MessageTooLarge, NotFound
from copydesk.log_port import Log, Message, Partition
from copydesk.pipeline import Topic
from tests.contracts.log_engines import LogEngine
from tests.contracts.log_helpers import KEYS, LogUnderTest, by_partition, ends, messages, numbers, run_process


def test_records_of_one_key_are_in_one_partition_in_the_order_published(tested: LogUnderTest) -> None:
    topic = tested.topic()
    for start in range(0, 30, 10):
        tested.log.publish(topic, messages(KEYS, 10, start))
    records = list(tested.log.scan(topic))
    for key in KEYS:
        assert numbers(records, key) == list(range(30))
        assert len({record.partition for record in records if record.key == key}) == 1
    assert set(by_partition(records)) == tested.partitions(topic), "keys spread over all partitions"


def test_another_client_gives_a_key_the_same_partition(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 1))
    tested.client().publish(topic, messages(KEYS, 1))
    places = {(record.key, record.partition) for record in tested.log.scan(topic)}
    assert len(places) == len(KEYS)


def test_offsets_are_dense_from_zero(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 3))
    tested.client().publish(topic, messages(KEYS, 2, start=3))
    for some in by_partition(tested.log.scan(topic)).values():
        assert [record.offset for record in some] == list(range(len(some)))


def test_a_record_comes_back_as_it_was_published(tested: LogUnderTest) -> None:
    topic = tested.topic()
    sent = [
        Message("Ünïcödé 新聞 🙂", "Свобода".encode(), {"type": "RawArticle", "schema_version": "1"}),
        Message("", b"", {}),
        Message("nul\0 and \n line", bytes(range(256)) * 50, {"": "", "日本": "ключ 🙂", "quote": '"\\'}),
        Message("no value", None, {"type": "x"}),
        Message("k" * 2000, b"x", {"long": "v" * 5000}),
    ]
    before = time.time() * 1000
    tested.log.publish(topic, sent)
    after = time.time() * 1000
    records = list(tested.log.scan(topic))
    found = {record.key: Message(record.key, record.value, dict(record.headers)) for record in records}
    assert found == {message.key: message for message in sent}
    assert all(record.topic == topic and before - 1000 <= record.timestamp <= after + 1000 for record in records)


@pytest.mark.parametrize("size", [0, 1, 100, 1023, 1024, 1025, 4000, 70_000, 500_000])
def test_values_of_all_sizes_come_back(tested: LogUnderTest, size: int) -> None:
    topic = tested.topic()
    plain, noise = (b"paragraph <p> " * (size // 14 + 1))[:size], bytes(i * i % 251 for i in range(size))
    tested.log.publish(topic, [Message("a", plain, {}), Message("a", noise, {})])
    assert [record.value for record in tested.log.scan(topic)] == [plain, noise]


def test_publishing_nothing_is_fine(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, [])
    assert list(tested.log.scan(topic)) == []


def test_a_message_over_the_limit_is_named_and_nothing_of_the_call_is_sent(tested: LogUnderTest) -> None:
    topic, limit = tested.topic(), tested.engine.max_message
    with pytest.raises(MessageTooLarge) as caught:
        tested.log.publish(topic, [Message("a", b"fits", {}), Message("a", b"x" * (limit + 1), {})])
    assert caught.value.position == 1
    assert caught.value.size > caught.value.limit
    assert list(tested.log.scan(topic)) == []
    with pytest.raises(MessageTooLarge):
        tested.log.publish(topic, [Message("k", bytes(limit), {})])


def test_a_message_just_under_the_limit_is_sent(tested: LogUnderTest) -> None:
    topic = tested.topic()
    value = bytes(i % 251 for i in range(tested.engine.max_message - 4096))
    tested.log.publish(topic, [Message("a", value, {})])
    assert [record.value for record in tested.log.scan(topic)] == [value]


def test_an_unknown_topic_is_not_found(tested: LogUnderTest) -> None:
    name = tested.engine.fresh("nowhere")
    with pytest.raises(NotFound, match="nowhere"):
        tested.log.publish(name, [Message("a", b"1", {})])
    with pytest.raises(NotFound):
        tested.log.reader(name, "group").poll(1.0)
    with pytest.raises(NotFound):
        list(tested.log.scan(name))
    with pytest.raises(NotFound):
        tested.log.read(name, 0, 0)
    with pytest.raises(NotFound):
        tested.log.table(name).get("a")
    with pytest.raises(NotFound):
        tested.log.lag(name, "group")


def test_setup_adds_what_is_missing_and_leaves_what_is_there(tested: LogUnderTest) -> None:
    old, new = tested.topic("old"), tested.engine.fresh("new")
    tested.log.publish(old, messages(KEYS, 1))
    tested.client().setup([Topic(old), Topic(new)])
    tested.client().setup([Topic(old), Topic(new)])
    assert len(list(tested.log.scan(old))) == len(KEYS)
    assert list(tested.log.scan(new)) == []
    assert len(tested.partitions(new)) == len(tested.partitions(old)) > 1


def test_a_topic_that_another_client_created_is_found(tested: LogUnderTest) -> None:
    topic = tested.engine.fresh("late")
    with pytest.raises(NotFound):
        tested.log.publish(topic, [Message("a", b"1", {})])
    tested.client().setup([Topic(topic)])
    tested.log.publish(topic, [Message("a", b"1", {})])
    assert [record.value for record in tested.client().scan(topic)] == [b"1"]


def test_a_scan_ends_at_what_was_the_end_when_it_began(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 10))
    records = tested.log.scan(topic)
    first = next(records)
    tested.log.publish(topic, messages(KEYS, 10, start=10))
    assert len([first, *records]) == 10 * len(KEYS)


def test_a_scan_from_the_end_brings_nothing_unless_it_follows(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 1))
    assert list(tested.log.scan(topic, "end")) == []


def test_a_scan_is_roughly_in_order_of_time(tested: LogUnderTest) -> None:
    topic = tested.topic()
    for number in range(5):
        tested.log.publish(topic, messages(KEYS, 1, number))
        time.sleep(0.01)  # so that their times differ
    seen = [record.timestamp for record in tested.log.scan(topic)]
    assert seen == sorted(seen)


def test_a_scan_from_offsets_brings_what_is_there_from_them_on(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 4))
    everything = list(tested.log.scan(topic))
    first = everything[0].partition
    found = list(tested.log.scan(topic, {first: 2}))
    assert sorted(found) == sorted(r for r in everything if r.partition != first or r.offset >= 2)
    beyond = {partition.number: end for partition, end in ends(everything).items()}
    assert (
        list(tested.log.scan(topic, {**dict.fromkeys(range(len(tested.partitions(topic))), 1 << 40), **beyond})) == []
    )


def test_a_long_scan_brings_everything_once(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 100))
    seen = Counter((record.partition, record.offset) for record in tested.log.scan(topic))
    assert len(seen) == 100 * len(KEYS)
    assert set(seen.values()) == {1}


def test_a_scan_of_one_long_partition_among_short_ones_comes_to_its_end(tested: LogUnderTest) -> None:
    """One of 10,000 records among others of 1,000: the long one is paused and read further again and again."""
    log, topic = tested.wide()
    log.publish(topic, [Message(f"key {number}", b"0", {}) for number in range(60)])
    keys = {record.partition: record.key for record in log.scan(topic)}
    long, *short = keys.values()
    for number in range(100):
        some = [Message(long, b"%d" % number, {}) for _ in range(100)]
        log.publish(topic, some + [Message(key, b"%d" % number, {}) for key in short for _ in range(10)])
    for _ in range(3):
        seen = Counter(record.key for record in log.scan(topic))
        assert (seen[long], {seen[key] for key in short}) == (10_001, {1_001})


@pytest.mark.parametrize("start", ["beginning", "end"])
def test_a_following_scan_brings_what_is_published_later_by_others(tested: LogUnderTest, start: str) -> None:
    topic, other = tested.topic(), tested.client()
    tested.log.publish(topic, messages(KEYS, 1))
    records = tested.log.scan(topic, "end" if start == "end" else "beginning", follow=True)
    old = list(islice(records, len(KEYS))) if start == "beginning" else []
    assert len(old) == (len(KEYS) if start == "beginning" else 0)
    publisher = threading.Timer(0.2, lambda: other.publish(topic, messages(KEYS, 1, start=1)))
    publisher.start()
    new = list(islice(records, len(KEYS)))
    publisher.join()
    assert {(record.key, record.value) for record in new} == {(key, f"{key}:1".encode()) for key in KEYS}


def test_a_record_is_read_by_its_place(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 2))
    for record in tested.log.scan(topic):
        assert tested.log.read(topic, record.partition, record.offset) == record


def test_there_is_nothing_to_read_where_no_record_is(tested: LogUnderTest) -> None:
    topic, other = tested.topic(), tested.topic()
    tested.log.publish(topic, messages(KEYS, 2))
    tested.log.publish(other, messages(KEYS, 2))
    for partition, end in ends(list(tested.log.scan(topic))).items():
        for nowhere in (end, -1, 1 << 40, 1 << 42, 1 << 62):
            assert tested.log.read(topic, partition.number, nowhere) is None
    for nowhere in (-1, len(tested.partitions(topic)), 1024, 5000):
        assert tested.log.read(topic, nowhere, 0) is None


def test_status_says_how_far_partitions_go(tested: LogUnderTest) -> None:
    topic = tested.topic()
    empty = [each for each in tested.log.status() if each.partition.topic == topic]
    assert [(each.begin, each.end, dict(each.committed)) for each in empty] == [(0, 0, {})] * len(empty)
    tested.log.publish(topic, messages(KEYS, 5))
    wanted = ends(list(tested.log.scan(topic)))
    found = {each.partition: each.end for each in tested.client().status() if each.partition.topic == topic}
    assert found == wanted
    assert len(found) == len(empty) > 1


def test_lag_counts_what_a_group_has_not_committed(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    assert tested.log.lag(topic, group) == 0
    tested.log.publish(topic, messages(KEYS, 5))
    assert tested.log.lag(topic, group) == 5 * len(KEYS)
    reader = tested.reader(topic, group)
    records = tested.read(reader, 5 * len(KEYS))
    assert tested.log.lag(topic, group) == 5 * len(KEYS), "reading is not committing"
    partition, end = sorted(ends(records).items())[0]
    reader.commit({partition: end - 1})
    tested.wait(lambda: tested.client().lag(topic, group) == 5 * len(KEYS) - end + 1)
    assert tested.committed(topic, group) == {partition: end - 1}
    reader.commit(ends(records))
    tested.wait(lambda: tested.log.lag(topic, group) == 0)
    assert tested.log.lag(topic, tested.group("other")) == 5 * len(KEYS)


def test_threads_publish_through_one_client_without_mixing_up_a_key(tested: LogUnderTest) -> None:
    topic = tested.topic()

    def publish(key: str) -> None:
        for start in range(0, 50, 10):
            tested.log.publish(topic, messages([key], 10, start))

    threads = [threading.Thread(target=publish, args=(key,)) for key in KEYS[:8]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    records = list(tested.log.scan(topic))
    for key in KEYS[:8]:
        assert numbers(records, key) == list(range(50))
    for some in by_partition(records).values():
        assert [record.offset for record in some] == list(range(len(some)))


def _publish_one_key(engine: LogEngine, topic: str, key: str) -> None:
    client = engine.connect()
    for start in range(0, 100, 5):
        client.publish(topic, messages([key], 5, start))
    client.close()


def test_processes_publish_at_once_without_mixing_up_a_key(tested: LogUnderTest) -> None:
    topic = tested.topic()
    processes = [run_process(_publish_one_key, tested.engine, topic, key) for key in KEYS[:3]]
    for process in processes:
        process.join()
        assert process.exitcode == 0
    records = list(tested.log.scan(topic))
    for key in KEYS[:3]:
        assert numbers(records, key) == list(range(100))
    for some in by_partition(records).values():
        assert [record.offset for record in some] == list(range(len(some)))


def test_closing_twice_is_fine(tested: LogUnderTest) -> None:
    client = tested.engine.connect()
    topic = tested.topic()
    reader = client.reader(topic, tested.group())
    reader.poll(0.1)
    for _ in range(2):
        reader.close()
        client.close()
    unused = tested.engine.connect()
    unused.close()
    unused.close()


texts = st.text(st.characters(codec="utf-8"), max_size=20)
sent = st.builds(Message, texts, st.none() | st.binary(max_size=3000), st.dictionaries(texts, texts, max_size=3))


def test_what_is_published_is_what_is_read(log: Log, log_engine: LogEngine) -> None:
    @settings(max_examples=log_engine.examples, suppress_health_check=list(HealthCheck))
    @given(st.lists(st.lists(sent, max_size=6), max_size=6))
    def check(calls: list[list[Message]]) -> None:
        topic = log_engine.fresh("any")
        log.setup([Topic(topic)])
        wanted: dict[str, list[Message]] = {}
        for call in calls:
            log.publish(topic, call)
            for message in call:
                wanted.setdefault(message.key, []).append(message)
        found: dict[str, list[Message]] = {}
        for record in log.scan(topic):
            found.setdefault(record.key, []).append(Message(record.key, record.value, dict(record.headers)))
        assert found == wanted

    check()


def test_a_partition_is_a_topic_and_a_number(tested: LogUnderTest) -> None:
    topic = tested.topic()
    assert tested.partitions(topic) == {Partition(topic, number) for number in range(len(tested.partitions(topic)))}
