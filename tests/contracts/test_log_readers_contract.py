"""What every log promises one reader: everything of its group, from the commit on, in order, no more than asked for."""

import threading
import time

import pytest

from copydesk.log_port import Message, Partition, Record
from tests.contracts.log_helpers import KEYS, LogUnderTest, by_partition, ends, messages, numbers


def places(records: list[Record]) -> list[tuple[int, int]]:
    return [(record.partition, record.offset) for record in records]


def test_a_new_group_reads_from_the_beginning_in_order(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 20))
    records = tested.read(tested.reader(topic, tested.group()), 20 * len(KEYS))
    assert sorted(places(records)) == sorted(places(list(tested.log.scan(topic))))
    for some in by_partition(records).values():
        assert [record.offset for record in some] == list(range(len(some)))
    for key in KEYS:
        assert numbers(records, key) == list(range(20))


def test_records_are_the_same_as_in_a_scan(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(
        topic, [Message("ключ", b"1" * 5000, {"type": "x"}), Message("", b"", {}), Message("n", None, {})]
    )
    records = tested.read(tested.reader(topic, tested.group()), 3)
    assert sorted(records) == sorted(tested.log.scan(topic))


def test_groups_read_independently(tested: LogUnderTest) -> None:
    topic, one, two = tested.topic(), tested.group("one"), tested.group("two")
    tested.log.publish(topic, messages(KEYS, 1))
    first = tested.reader(topic, one)
    first.commit(ends(tested.read(first, len(KEYS))))
    assert len(tested.read(tested.reader(topic, two), len(KEYS))) == len(KEYS)
    assert tested.log.lag(topic, one) == 0
    assert tested.log.lag(topic, two) == len(KEYS)


def test_a_group_on_two_topics_is_two_groups(tested: LogUnderTest) -> None:
    one, other, group = tested.topic("one"), tested.topic("other"), tested.group()
    tested.log.publish(one, messages(KEYS, 1))
    tested.log.publish(other, messages(KEYS, 2))
    readers = [tested.reader(one, group), tested.reader(other, group)]
    found = [tested.read(readers[0], len(KEYS)), tested.read(readers[1], 2 * len(KEYS))]
    assert [{record.topic for record in records} for records in found] == [{one}, {other}]
    assert [reader.assigned() for reader in readers] == [tested.partitions(one), tested.partitions(other)]
    readers[0].commit({**ends(found[0]), **ends(found[1])})
    tested.wait(lambda: tested.log.lag(one, group) == 0)
    assert tested.log.lag(other, group) == 2 * len(KEYS), "a reader commits for its own topic only"


def test_nothing_is_assigned_before_the_first_poll(tested: LogUnderTest) -> None:
    assert tested.reader(tested.topic(), tested.group()).assigned() == frozenset()


def test_a_group_goes_on_where_it_committed(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 10))
    reader = tested.reader(topic, group)
    records = tested.read(reader, 10 * len(KEYS))
    kept = {partition: len(some) // 3 for partition, some in by_partition(records).items()}
    reader.commit(kept)
    reader.close()
    again = tested.read(tested.reader(topic, group, tested.client()), 10 * len(KEYS) - sum(kept.values()))
    for partition, some in by_partition(again).items():
        assert [record.offset for record in some] == list(range(kept[partition], kept[partition] + len(some)))


def test_what_was_read_and_not_committed_is_read_again(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 2))
    reader = tested.reader(topic, group)
    first = tested.read(reader, 2 * len(KEYS))
    partition = sorted(by_partition(first))[0]
    reader.commit({partition: len(by_partition(first)[partition])})
    reader.close()
    reader = tested.reader(topic, group)
    again = tested.read(reader, 2 * len(KEYS) - len(by_partition(first)[partition]))
    assert sorted(again) == sorted(record for record in first if record.partition != partition.number)


def test_a_commit_may_go_back(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 2))
    reader = tested.reader(topic, group)
    everything = ends(tested.read(reader, 2 * len(KEYS)))
    reader.commit(everything)
    reader.commit(dict.fromkeys(everything, 0))
    reader.close()
    assert len(tested.read(tested.reader(topic, group), 2 * len(KEYS))) == 2 * len(KEYS)


def test_a_poll_without_news_returns_nothing_in_time(tested: LogUnderTest) -> None:
    reader = tested.reader(tested.topic(), tested.group())
    tested.settle(reader)
    before = time.monotonic()
    assert not reader.poll(0.3).records
    assert 0.25 < time.monotonic() - before < tested.engine.patience


@pytest.mark.parametrize("by", ["the same client", "another client"])
def test_a_waiting_poll_returns_when_something_is_published(tested: LogUnderTest, by: str) -> None:
    topic = tested.topic()
    reader = tested.reader(topic, tested.group())
    tested.settle(reader)
    publisher = tested.log if by == "the same client" else tested.client()
    timer = threading.Timer(0.3, lambda: publisher.publish(topic, [Message("a", b"1", {})]))
    before = time.monotonic()
    timer.start()
    assert [record.value for record in reader.poll(10 * tested.engine.patience).records] == [b"1"]
    assert time.monotonic() - before < tested.engine.patience
    timer.join()


def test_no_poll_brings_more_than_max_records_and_none_is_skipped(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 4))
    reader = tested.reader(topic, tested.group())
    found: list[Record] = []

    def poll() -> bool:
        records = reader.poll(0.2, max_records=7).records
        assert len(records) <= 7
        found.extend(records)
        return len(found) >= 4 * len(KEYS)

    tested.wait(poll)
    assert sorted(found) == sorted(tested.log.scan(topic))


def test_max_records_of_zero_reads_nothing_and_skips_nothing(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 1))
    reader = tested.reader(topic, tested.group())

    def joined() -> bool:
        assert not reader.poll(0.05, max_records=0).records
        return reader.assigned() == tested.partitions(topic)

    tested.wait(joined)
    assert not reader.poll(0.0, max_records=0).records
    assert len(tested.read(reader, len(KEYS))) == len(KEYS)


def test_no_poll_brings_more_than_max_bytes_but_for_a_single_record(tested: LogUnderTest) -> None:
    topic = tested.topic()
    value = bytes(i % 251 for i in range(10_000))
    tested.log.publish(topic, [Message(key, value, {}) for key in KEYS])
    reader = tested.reader(topic, tested.group())
    sizes: list[int] = []

    def poll() -> bool:
        records = reader.poll(0.2, max_bytes=35_000).records
        assert sum(len(record.value or b"") for record in records) <= 35_000
        sizes.append(len(records))
        return sum(sizes) >= len(KEYS)

    tested.wait(poll)
    assert sum(sizes) == len(KEYS)


def test_a_record_over_max_bytes_comes_alone(tested: LogUnderTest) -> None:
    topic = tested.topic()
    sizes = [100, 50_000, 100, 60_000]
    tested.log.publish(topic, [Message("a", b"x" * size, {}) for size in sizes])
    reader = tested.reader(topic, tested.group())
    found: list[list[int]] = []

    def poll() -> bool:
        records = reader.poll(0.2, max_bytes=1000).records
        if records:
            found.append([len(record.value or b"") for record in records])
        return len(found) == 4

    tested.wait(poll)
    assert found == [[100], [50_000], [100], [60_000]]


def test_a_paused_partition_is_held_and_not_read(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(KEYS, 4))
    paused = sorted(tested.partitions(topic))[0]
    everything = by_partition(tested.log.scan(topic))
    reader = tested.reader(topic, tested.group())
    others = 4 * len(KEYS) - len(everything[paused])
    found = tested.read(reader, others, paused={paused})
    assert sorted(found) == sorted(record for each, some in everything.items() if each != paused for record in some)
    assert not reader.poll(0.3, paused=[paused]).records
    assert paused in reader.assigned()
    assert tested.read(reader, len(everything[paused])) == everything[paused]


def test_a_partition_paused_midway_goes_on_where_it_was(tested: LogUnderTest) -> None:
    topic = tested.topic()
    tested.log.publish(topic, messages(["a"], 10))
    reader = tested.reader(topic, tested.group())
    first = tested.read(reader, 1, max_records=4)
    held = {Partition(topic, first[0].partition)}
    assert not reader.poll(0.2, paused=held).records
    assert not reader.poll(0.0, max_records=0).records
    rest = tested.read(reader, 10 - len(first))
    assert numbers([*first, *rest], "a") == list(range(10))
