"""A log is copied into one with more partitions, or on another engine, and nothing of it is lost."""

from collections import defaultdict

import pytest

from copydesk.consumers.copy_log import copy_log
from copydesk.errors import ConfigError
from copydesk.log_port import Log, Message, Record
from copydesk.pipeline import Topic
from tests.contracts.log_helpers import LogUnderTest
from tests.support.fakes import MemoryLog

KEYS = 40


def fill(log: Log, raw: str, state: str, group: str) -> None:
    """Publish five records a key, of which the group has done some; state of each key, with one that was deleted."""
    log.publish(raw, [Message(f"key {n % KEYS}", b"%d" % n, {"type": "Raw", "n": str(n)}) for n in range(3 * KEYS)])
    reader = log.reader(raw, group)
    left = 3 * KEYS
    while left:
        left -= len(reader.poll(0.5).records)
    reader.commit({each.partition: each.end for each in log.status() if each.partition.topic == raw})
    reader.close()
    log.publish(raw, [Message(f"key {n % KEYS}", b"%d" % n, {}) for n in range(3 * KEYS, 5 * KEYS)])
    for turn in range(2):
        log.publish(state, [Message(f"key {n}", b"%d" % (n + turn), {"type": "State"}) for n in range(KEYS)])
    log.publish(state, [Message("key 0", None, {})])


def by_key(log: Log, topic: str) -> dict[str, list[Record]]:
    found = defaultdict[str, list[Record]](list)
    for record in log.scan(topic):
        found[record.key].append(record)
    return found


def read_on(log: Log, topic: str, group: str, count: int) -> set[bytes]:
    """What a member of the group reads next."""
    reader, found = log.reader(topic, group), set[bytes]()
    while len(found) < count:
        found |= {record.value or b"" for record in reader.poll(0.5).records}
    assert not reader.poll(0.0).records
    reader.close()
    return found


@pytest.mark.parametrize("direction", ["out of the engine", "into the engine"])
def test_a_copy_has_every_record_in_order_all_state_and_what_was_done(tested: LogUnderTest, direction: str) -> None:
    topics = [Topic(tested.topic("raw")), Topic(tested.topic("state", compacted=True), compacted=True)]
    raw, state = (topic.name for topic in topics)
    memory = MemoryLog(partitions=13, topics=topics)
    source, target = (tested.log, memory) if direction == "out of the engine" else (memory, tested.log)
    group, told = tested.group(), dict[str, int]()
    fill(source, raw, state, group)
    assert copy_log(source, target, told.__setitem__, topics) == sum(told.values()) >= 6 * KEYS - 1
    before, after = by_key(source, raw), by_key(target, raw)
    assert after.keys() == before.keys()
    for key, records in after.items():
        assert [(each.value, each.headers) for each in records] == [(each.value, each.headers) for each in before[key]]
        assert len({each.partition for each in records}) == 1
    assert dict(target.table(state).items()) == {f"key {n}": b"%d" % (n + 1) for n in range(1, KEYS)}
    assert read_on(target, raw, group, 2 * KEYS) == {b"%d" % n for n in range(3 * KEYS, 5 * KEYS)}
    with pytest.raises(ConfigError, match="holds records already"):
        copy_log(source, target, told.__setitem__, topics)


def test_a_log_that_is_written_to_meanwhile_is_no_whole_copy(tested: LogUnderTest) -> None:
    topic = Topic(tested.topic("raw"))
    target = MemoryLog(topics=[topic])
    tested.log.publish(topic.name, [Message("key", b"1", {})])

    def write_more(name: str, records: int) -> None:
        tested.log.publish(topic.name, [Message("key", b"2", {})])

    with pytest.raises(ConfigError, match="while it was copied"):
        copy_log(tested.log, target, write_more, [topic])
