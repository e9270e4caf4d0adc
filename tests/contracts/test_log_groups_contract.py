"""What every log promises readers that share a topic: each partition to one of them, and on to another when it goes."""

import threading
import time
from collections import Counter

from copydesk.errors import LogUnavailable
from copydesk.log_port import Message, Partition
from tests.contracts.log_engines import LogEngine
from tests.contracts.log_helpers import KEYS, LogUnderTest, by_partition, ends, messages, run_process


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


def test_a_group_that_is_forgotten_has_committed_nothing(tested: LogUnderTest) -> None:
    topic, group, other = tested.topic(), tested.group(), tested.group("other")
    tested.log.publish(topic, messages(KEYS, 1))
    for name in (group, other):
        reader = tested.reader(topic, name)
        reader.commit(ends(tested.read(reader, len(KEYS))))
        reader.close()

    def forgotten() -> bool:
        try:
            tested.log.forget_group(topic, group)
        except LogUnavailable:  # the reader is about to leave
            return False
        return True

    tested.wait(forgotten)
    assert tested.committed(topic, group) == {}
    assert tested.log.lag(topic, group) == len(KEYS)
    assert tested.log.lag(topic, other) == 0
    tested.log.forget_group(topic, group)
    assert len(tested.read(tested.reader(topic, group), len(KEYS))) == len(KEYS)


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


def _work(engine: LogEngine, topic: str, group: str, out: str) -> None:
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
    processes = [run_process(_work, tested.engine, topic, group, out) for _ in range(3)]
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
