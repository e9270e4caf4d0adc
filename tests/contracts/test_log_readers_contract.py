"""What every log promises the readers of a group: everything at least once, in order, each partition to one reader."""

import threading
import time
from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copydesk.ports import Message, Partition, Record
from tests.contracts.log_engines import LogEngine
from tests.contracts.log_helpers import KEYS, LogUnderTest, by_partition, ends, messages, numbers, run_process


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


def test_two_readers_share_the_partitions_and_the_records(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    one, two = tested.reader(topic, group), tested.reader(topic, group, tested.client())
    tested.settle(one, two)
    assert not one.assigned() & two.assigned()
    tested.log.publish(topic, messages(KEYS, 5))
    wanted = by_partition(tested.log.scan(topic))
    for reader in (one, two):
        records = tested.read(reader, sum(len(wanted[partition]) for partition in reader.assigned()))
        assert sorted(records) == sorted(record for each in reader.assigned() for record in wanted[each])


def test_readers_of_one_client_share_too(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    readers = [tested.reader(topic, group) for _ in range(3)]
    tested.settle(*readers)
    assert all(reader.assigned() for reader in readers[:2])


def test_a_reader_more_than_there_are_partitions_waits_and_takes_over(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    readers = [tested.reader(topic, group) for _ in range(len(tested.partitions(topic)) + 1)]
    tested.settle(*readers)
    idle = [reader for reader in readers if not reader.assigned()]
    busy = [reader for reader in readers if reader.assigned()]
    assert len(idle) == 1
    assert not idle[0].poll(0.1).records
    busy[0].close()
    tested.settle(*idle, *busy[1:])
    assert idle[0].assigned()


def test_a_reader_that_loses_partitions_is_told_and_the_other_starts_at_the_commit(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 4))
    one = tested.reader(topic, group)
    records = by_partition(tested.read(one, 4 * len(KEYS)))
    one.commit(dict.fromkeys(records, 1))
    two = tested.reader(topic, group)
    batches, others = tested.settle(one, two)
    assert frozenset().union(*(batch.lost for batch in batches)) >= two.assigned()
    assert not two.assigned() & one.assigned()
    found = [record for batch in others for record in batch.records]
    wanted = [record for each in two.assigned() for record in records[each][1:]]
    if len(found) < len(wanted):
        found += tested.read(two, len(wanted) - len(found))
    assert sorted(found) == sorted(wanted)


def test_a_reader_commits_nothing_for_a_partition_it_has_lost(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 4))
    one = tested.reader(topic, group)
    everything = ends(tested.read(one, 4 * len(KEYS)))
    two = tested.reader(topic, group)
    tested.settle(one, two)
    one.commit(everything)
    tested.wait(lambda: tested.committed(topic, group))
    assert set(tested.committed(topic, group)) == one.assigned()


def test_a_closed_reader_hands_over_at_once(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    one, two = tested.reader(topic, group), tested.reader(topic, group, tested.client())
    tested.settle(one, two)
    one.close()
    tested.settle(two)
    assert two.assigned() == tested.partitions(topic)


def test_the_partitions_of_a_killed_reader_pass_on(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 4))
    doomed = tested.remote(topic, group)
    records = tested.read(doomed, 4 * len(KEYS))
    committed = dict.fromkeys(by_partition(records), 2)
    doomed.commit(committed)
    heir = tested.reader(topic, group)
    doomed.kill()
    before = tested.settle(heir, seconds=tested.engine.takeover)[0]
    found = [record for batch in before for record in batch.records]
    found += tested.read(heir, 4 * len(KEYS) - sum(committed.values()) - len(found))
    assert sorted(found) == sorted(record for record in records if record.offset >= 2)


def test_a_stopped_reader_loses_its_partitions_and_is_told_when_it_goes_on(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    tested.log.publish(topic, messages(KEYS, 4))
    stopped = tested.remote(topic, group)
    records = tested.read(stopped, 4 * len(KEYS))
    stopped.commit(dict.fromkeys(by_partition(records), 1))
    stopped.stop()
    heir = tested.reader(topic, group)
    tested.settle(heir, seconds=tested.engine.takeover)
    heir.commit(dict.fromkeys(heir.assigned(), 2))
    stopped.resume()
    stopped.commit(dict.fromkeys(by_partition(records), 3))
    assert set(tested.committed(topic, group).values()) == {2}, "what it did not know to be lost it cannot commit"
    told = tested.settle(stopped, heir)[0]
    assert frozenset().union(*(batch.lost for batch in told)) == tested.partitions(topic)
    again = [record for batch in told for record in batch.records]
    assert all(record.offset >= 2 for record in again)


def test_keeping_the_membership_alive_without_reading_keeps_the_partitions(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    busy = tested.reader(topic, group)
    tested.settle(busy)
    other = tested.reader(topic, group)
    tested.settle(busy, other)
    held = busy.assigned()
    until = time.monotonic() + 1.3 * tested.engine.lease
    while time.monotonic() < until:
        assert busy.poll(0.0, max_records=0).lost == frozenset()
        assert other.poll(0.1).lost == frozenset()
    assert busy.assigned() == held


def _work(engine: LogEngine, topic: str, group: str, total: int, out: str) -> None:
    """Read, note, commit; until the group has committed everything."""
    client = engine.connect()
    reader = client.reader(topic, group)
    position: dict[Partition, int] = {}
    while client.lag(topic, group):
        batch = reader.poll(0.2, max_records=50)
        for lost in batch.lost:
            position.pop(lost, None)
        position |= ends(list(batch.records))
        if batch.records:
            client.publish(out, [Message(record.key, record.value, {}) for record in batch.records])
            reader.commit(position)
    client.close()


def test_processes_share_the_work_and_lose_nothing(tested: LogUnderTest) -> None:
    topic, out, group = tested.topic("in"), tested.topic("out"), tested.group()
    total = 40 * len(KEYS)
    tested.log.publish(topic, messages(KEYS, 20))
    processes = [run_process(_work, tested.engine, topic, group, total, out) for _ in range(3)]
    tested.log.publish(topic, messages(KEYS, 20, start=20))
    for process in processes:
        process.join(tested.engine.patience * 4)
        assert process.exitcode == 0
    done = Counter(record.value for record in tested.log.scan(out))
    assert set(done) == {record.value for record in tested.log.scan(topic)}
    assert len(done) == total


def test_threads_share_the_work_and_lose_nothing(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    done: Counter[bytes | None] = Counter()
    finished = threading.Event()
    problems: list[BaseException] = []

    def work() -> None:
        reader = tested.log.reader(topic, group)
        try:
            while not finished.is_set():
                records = list(reader.poll(0.05, max_records=20).records)
                done.update(record.value for record in records)
                reader.commit(ends(records))
        except BaseException as problem:  # noqa: BLE001 - shown by the test
            problems.append(problem)
        finally:
            reader.close()

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for start in range(0, 40, 5):
        tested.log.publish(topic, messages(KEYS, 5, start))
    try:
        tested.wait(lambda: problems or tested.log.lag(topic, group) == 0)
    finally:
        finished.set()
        for thread in threads:
            thread.join()
    assert not problems
    assert len(done) == 40 * len(KEYS)


action = st.one_of(
    st.tuples(st.just("publish"), st.lists(st.sampled_from(KEYS[:6]), max_size=8)),
    st.tuples(st.just("poll"), st.integers(0, 9)),
    st.tuples(st.just("commit"), st.integers(0, 3)),
    st.tuples(st.just("restart"), st.none()),
)


def test_a_group_reads_as_the_model_says(tested: LogUnderTest) -> None:
    """The model: positions start at the commit, offsets follow each other, and in the end everything was read."""

    @settings(max_examples=tested.engine.examples, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(action, max_size=25))
    def check(actions: list[tuple[str, object]]) -> None:
        topic, group = tested.topic(), tested.group()
        run = GroupModel(tested, topic, group)
        for name, argument in actions:
            getattr(run, name)(argument)
        run.finish()

    check()


class GroupModel:
    """A group with one reader at a time, and what must hold after each step."""

    def __init__(self, tested: LogUnderTest, topic: str, group: str) -> None:
        self.tested, self.topic, self.group = tested, topic, group
        self.reader = tested.log.reader(topic, group)
        self.published = 0
        self.seen: set[tuple[int, int]] = set()
        self.position: dict[int, int] = {}
        self.committed: dict[int, int] = {}

    def publish(self, keys: list[str]) -> None:
        self.tested.log.publish(self.topic, [Message(key, b"x", {}) for key in keys])
        self.published += len(keys)

    def poll(self, max_records: int) -> None:
        batch = self.reader.poll(0.01, max_records=max_records)
        assert len(batch.records) <= max_records
        assert batch.lost == frozenset(), "there is nobody who could take anything"
        for record in batch.records:
            assert record.offset == self.position.get(record.partition, 0)
            self.position[record.partition] = record.offset + 1
            self.seen.add((record.partition, record.offset))

    def commit(self, behind: int) -> None:
        offsets = {number: max(0, position - behind) for number, position in self.position.items()}
        self.reader.commit({Partition(self.topic, number): offset for number, offset in offsets.items()})
        self.committed |= offsets

    def restart(self, _: None) -> None:
        self.reader.close()
        self.reader = self.tested.log.reader(self.topic, self.group)
        self.position = dict(self.committed)

    def finish(self) -> None:
        assert self.tested.log.lag(self.topic, self.group) == self.published - sum(self.committed.values())
        unread = self.published - sum(self.position.values())

        def nothing_left() -> bool:
            self.poll(500)
            return self.published == sum(self.position.values())

        assert unread >= 0
        self.tested.wait(nothing_left)
        self.reader.close()
        assert len(self.seen) == self.published
        assert self.seen == {(record.partition, record.offset) for record in self.tested.log.scan(self.topic)}
