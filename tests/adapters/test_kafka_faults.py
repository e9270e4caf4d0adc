"""The log on a real Kafka that is killed, frozen, cut off, and rebalanced all the time: nothing is lost."""

import contextlib
import itertools
import threading
import time
import uuid
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import pytest
from kafka import KafkaAdminClient

from copydesk.adapters.kafka_log.log import KafkaLog, Timeouts
from copydesk.adapters.kafka_log.topics import TopicPlan
from copydesk.errors import LogUnavailable, NotFound
from copydesk.log_port import Log, Message, Partition, Record
from copydesk.pipeline import Topic
from tests.support.stack.fixtures import available
from tests.support.stack.kafka import Broker
from tests.support.stack.proxy import Proxy
from tests.support.waiting import eventually

pytestmark = [pytest.mark.stack, pytest.mark.timeout(600)]

KEYS = [f"site-{number}.example" for number in range(12)]
PATIENCE = 200.0
"""Seconds until a test gives up waiting; on a busy machine a broker takes a while to come back."""


@pytest.fixture(scope="module")
def broker() -> Iterator[Broker]:
    """Start a broker of this module's own, which creates topics for whoever mentions one, as brokers do by default."""
    broker = Broker(extra={"auto.create.topics.enable": "true", "group.min.session.timeout.ms": "2000"})
    try:
        available(broker.launch)
        yield broker
    finally:
        broker.remove()


@pytest.fixture
def connect(broker: Broker) -> Iterator[Callable[..., KafkaLog]]:
    """Open logs on topics of the test's own; close them."""
    prefix, logs = f"{uuid.uuid4().hex[:8]}.", list[KafkaLog]()

    def connect(port: int = broker.port, timeout: float = 10.0) -> KafkaLog:
        url = f"kafka://127.0.0.1:{port}"
        log = KafkaLog(url, prefix=prefix, plan=TopicPlan(4), timeouts=Timeouts(timeout, 6.0, 20.0))
        logs.append(log)
        return log

    yield connect
    for log in logs:
        log.close()


def until(true: Callable[[], object], what: str) -> None:
    eventually(true, PATIENCE, what)


class Ledger:
    """Publishes numbered messages of every key until told to stop, each batch until it is acknowledged."""

    def __init__(self, log: Log, topic: str) -> None:
        self.log, self.topic = log, topic
        self.acknowledged = self.failures = 0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        for number in itertools.count():
            messages = [Message(key, f"{number}".encode(), {}) for key in KEYS]
            while True:
                try:
                    self.log.publish(self.topic, messages)
                    break
                except LogUnavailable:
                    self.failures += 1
                    time.sleep(0.1)  # between two tries, as the services pause
            self.acknowledged = number + 1
            if self._stop.is_set():
                return

    def __enter__(self) -> "Ledger":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()


class Member:
    """Reads, notes what it read, commits; leaves and joins again when told to."""

    def __init__(self, log: Log, topic: str, group: str, seen: dict[str, list[int]]) -> None:
        self.log, self.topic, self.group, self.seen = log, topic, group, seen
        self.restart, self._stop = threading.Event(), threading.Event()
        self.problems: list[Exception] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        while not self._stop.is_set():
            self.restart.clear()
            reader = self.log.reader(self.topic, self.group)
            try:
                while not self._stop.is_set() and not self.restart.is_set():
                    try:
                        records = reader.poll(0.1, max_records=100).records
                        self._note(records)
                        reader.commit({Partition(r.topic, r.partition): r.offset + 1 for r in records})
                    except LogUnavailable:
                        time.sleep(0.1)  # between two tries, as the services pause
            except Exception as problem:  # noqa: BLE001 - shown by the test
                self.problems.append(problem)
                return
            finally:
                reader.close()

    def _note(self, records: Sequence[Record]) -> None:
        for record in records:
            self.seen[record.key].append(int(record.value or b""))

    def end(self) -> None:
        self._stop.set()
        self._thread.join()
        assert not self.problems


def in_order_with_repeats(numbers: list[int], count: int) -> bool:
    """Whether every number came, none before all lower ones had come."""
    newest = -1
    for number in numbers:
        if number > newest + 1:
            return False
        newest = max(newest, number)
    return newest == count - 1


def test_a_broker_that_is_killed_while_publishing_loses_nothing_acknowledged(
    broker: Broker, connect: Callable[..., KafkaLog]
) -> None:
    log = connect(timeout=4.0)
    log.setup([Topic("raw")])
    seen: dict[str, list[int]] = defaultdict(list)
    member = Member(connect(), "raw", "group", seen)
    try:
        with Ledger(log, "raw") as ledger:
            for _ in range(2):
                before = ledger.acknowledged
                until(lambda before=before: ledger.acknowledged > before + 20, "publishing")  # type: ignore[misc]
                broker.kill()
                time.sleep(0.5)  # the outage: publishing and reading meet a port that nobody listens on
                broker.launch()
            before = ledger.acknowledged
            until(lambda: ledger.acknowledged > before + 20, "publishing after the restart")
        onlooker = connect()
        until(lambda: nothing_left(onlooker), "reading on after the restart")
        kept: dict[str, list[int]] = defaultdict(list)
        for record in log.scan("raw"):
            kept[record.key].append(int(record.value or b""))
        assert all(in_order_with_repeats(kept[key], ledger.acknowledged) for key in KEYS)
    finally:
        member.end()
    assert all(in_order_with_repeats(seen[key], ledger.acknowledged) for key in KEYS)


def test_a_frozen_broker_is_told_in_bounded_time_and_all_goes_on_when_it_thaws(
    broker: Broker, connect: Callable[..., KafkaLog]
) -> None:
    log = connect(timeout=3.0)
    log.setup([Topic("raw"), Topic("state", compacted=True)])
    table, reader = log.table("state"), log.reader("raw", "group")
    until(lambda: reader.poll(0.2) is None or reader.assigned(), "joining")
    log.publish("raw", [Message("site", b"1", {})])

    def fails(call: Callable[[], object]) -> float:
        began = time.monotonic()
        with pytest.raises(LogUnavailable) as caught:
            call()
        assert "\n" not in str(caught.value)
        return time.monotonic() - began

    calls: list[Callable[[], object]] = [
        lambda: log.publish("raw", [Message("site", b"2", {})]),
        log.status,
        lambda: connect().lag("raw", "group"),
        table.refresh,
        lambda: connect().status(),
    ]
    broker.freeze()
    try:
        with ThreadPoolExecutor(len(calls)) as pool:
            assert max(pool.map(fails, calls)) < PATIENCE, "usually 10 s"
    finally:
        broker.thaw()
    until(lambda: publishes(log, "raw", b"3"), "publishing after the thaw")
    until(lambda: publishes(log, "state", b"value"), "publishing to the table after the thaw")
    found: set[bytes | None] = set()

    def read() -> bool:
        try:
            found.update(record.value for record in reader.poll(0.2).records)
        except LogUnavailable:
            return False
        return found >= {b"1", b"3"}

    until(read, "reading after the thaw")

    def remembers() -> bool:
        with contextlib.suppress(LogUnavailable):
            table.refresh()
        return table.get("site") == b"value"

    until(remembers, "the table after the thaw")
    reader.close()


def nothing_left(log: Log) -> bool:
    try:
        return log.lag("raw", "group") == 0
    except LogUnavailable:
        return False


def publishes(log: Log, topic: str, value: bytes) -> bool:
    try:
        log.publish(topic, [Message("site", value, {})])
    except LogUnavailable:
        return False
    return True


def test_a_reader_says_so_when_the_log_is_gone(
    broker: Broker, connect: Callable[..., KafkaLog], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("copydesk.adapters.kafka_log.stall_watch.CHECK_EVERY", 0.5)
    log = connect()
    log.setup([Topic("raw")])
    proxy = Proxy(broker.proxied_port, broker.advertised_proxy)
    try:
        reader = connect(proxy.port).reader("raw", "group")
        until(lambda: reader.poll(0.2) is None or reader.assigned(), "joining")
        proxy.refuse()
        with pytest.raises(LogUnavailable):
            until(lambda: reader.poll(0.2).records, "the reader to notice")
        proxy.mend()
        log.publish("raw", [Message("site", b"1", {})])

        def read() -> object:
            try:
                return reader.poll(0.2).records
            except LogUnavailable:
                return False

        until(read, "reading when the log is back")
        reader.close()
    finally:
        proxy.close()


def test_an_answer_that_is_lost_after_the_append_makes_no_double(
    broker: Broker, connect: Callable[..., KafkaLog]
) -> None:
    direct = connect()
    direct.setup([Topic("raw")])
    proxy = Proxy(broker.proxied_port, broker.advertised_proxy)
    try:
        log = connect(proxy.port, timeout=60.0)
        log.publish("raw", [Message("site", b"first", {})])
        proxy.lose_answers(to=lambda request: request[4:6] == b"\0\0")  # behind its length: Produce
        log.publish("raw", [Message("site", b"precious", {})])
        assert proxy.lost == 1
        assert [record.value for record in direct.scan("raw")] == [b"first", b"precious"]
        log.close()
    finally:
        proxy.close()


def test_connections_cut_and_frozen_all_the_time_lose_nothing(broker: Broker, connect: Callable[..., KafkaLog]) -> None:
    direct = connect()
    direct.setup([Topic("raw")])
    proxy = Proxy(broker.proxied_port, broker.advertised_proxy)
    seen: dict[str, list[int]] = defaultdict(list)
    through = connect(proxy.port, timeout=4.0)
    member = Member(through, "raw", "group", seen)
    try:
        with Ledger(through, "raw") as ledger:
            for turn in range(6):
                before = ledger.acknowledged
                until(lambda before=before: ledger.acknowledged > before, "publishing between two faults")  # type: ignore[misc]
                if turn % 3 == 2:
                    proxy.freeze()
                    time.sleep(1.0)  # the outage
                    proxy.mend()
                else:
                    proxy.cut()
            before = ledger.acknowledged
            until(lambda: ledger.acknowledged > before + 10, "publishing")
        until(lambda: nothing_left(direct), "reading")
    finally:
        member.end()
        through.close()
        proxy.close()
    assert all(in_order_with_repeats(seen[key], ledger.acknowledged) for key in KEYS)


def read(seen: dict[str, list[int]]) -> int:
    """How many records were read."""
    return sum(map(len, list(seen.values())))


def test_with_one_rebalance_after_the_other_each_record_ends_committed_and_in_order(
    connect: Callable[..., KafkaLog],
) -> None:
    log = connect()
    log.setup([Topic("raw")])
    seen: dict[str, list[int]] = defaultdict(list)
    members = [Member(connect(), "raw", "group", seen) for _ in range(3)]
    try:
        with Ledger(log, "raw") as ledger:
            for turn in range(10):
                restart = members[turn % 3].restart
                restart.set()
                until(lambda restart=restart: not restart.is_set(), "a member to leave and join again")  # type: ignore[misc]
                before = read(seen)
                until(lambda before=before: read(seen) > before + len(KEYS), "reading between two rebalances")  # type: ignore[misc]
            until(lambda: ledger.acknowledged > 20, "publishing")
        until(lambda: nothing_left(log), "committing")
    finally:
        for member in members:
            member.end()
    assert all(in_order_with_repeats(seen[key], ledger.acknowledged) for key in KEYS)


def is_told_it_is_gone(log: Log) -> bool:
    try:
        log.publish("raw", [Message("site", b"2", {})])
    except NotFound:
        return True
    except LogUnavailable:
        return False
    return False


def test_a_topic_that_is_deleted_is_not_made_anew_by_its_readers_and_writers(
    broker: Broker, connect: Callable[..., KafkaLog]
) -> None:
    log = connect(timeout=2.0)
    log.setup([Topic("raw")])
    reader = log.reader("raw", "group")
    log.publish("raw", [Message("site", b"1", {})])
    until(lambda: reader.poll(0.2).records, "reading")
    admin = KafkaAdminClient(bootstrap_servers=f"127.0.0.1:{broker.port}")
    try:
        name = next(each for each in admin.list_topics() if each.endswith(".raw") and each.startswith(log._prefix))
        admin.delete_topics([name])
        until(lambda: name not in admin.list_topics(), "the broker to forget the topic")
        # What a broker forgets it still takes writes for, until it has closed the files.
        for _ in range(5):
            until(lambda: is_told_it_is_gone(log), "the writer to hear of it")
            with contextlib.suppress(LogUnavailable, NotFound):
                reader.poll(0.3)
            assert name not in admin.list_topics()
    finally:
        admin.close()
        reader.close()
