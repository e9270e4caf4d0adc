"""Implement copydesk.log_port.Log on a Kafka cluster, through kafka-python: topics, groups, tables.

Appends are idempotent while a producer lives, and acknowledged by all replicas in sync. After an unknown outcome they
are published again: delivery is at least once, order per key holds within each attempt.
"""

import contextlib
import threading
import weakref
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple, TypeVar

from kafka import TopicPartition
from kafka.record import util as kafka_record

from copydesk.adapters.kafka_log.browse import RecordLookup
from copydesk.adapters.kafka_log.client import open_consumer, quiet_library
from copydesk.adapters.kafka_log.cluster import ANONYMOUS, Access, parse_cluster
from copydesk.adapters.kafka_log.publisher import Publisher, size
from copydesk.adapters.kafka_log.reader import KafkaReader
from copydesk.adapters.kafka_log.scan import TopicScan, merge_by_time
from copydesk.adapters.kafka_log.table import KafkaTable
from copydesk.adapters.kafka_log.topics import USUAL_PLAN, TopicPlan, Topics
from copydesk.errors import ConfigError, LogUnavailable, MessageTooLarge
from copydesk.log_port import Message, Partition, PartitionStatus, Reader, Record, ScanStart, Table
from copydesk.pipeline import TOPICS, Topic
from copydesk.settings import Settings

P = TypeVar("P", TopicScan, KafkaReader)


class Timeouts(NamedTuple):
    """Hold how long things may take, in seconds.

    `publish` is for acknowledgements; `session` is how long a reader may be silent before its partitions go to others,
    `max_poll_interval` how long it may go without a poll.
    """

    publish: float = 30.0
    session: float = 15.0
    max_poll_interval: float = 60.0


USUAL_TIMEOUTS = Timeouts()


class KafkaLog:
    """Keep a log on the Kafka cluster that a URL names; connect nothing before it is needed.

    `plan` is for the topics that `setup` creates; `prefix` goes before the names of topics and groups. The text of a
    log has no password.
    """

    def __init__(
        self,
        url: str,
        *,
        access: Access = ANONYMOUS,
        plan: TopicPlan = USUAL_PLAN,
        prefix: str = "",
        timeouts: Timeouts = USUAL_TIMEOUTS,
    ) -> None:
        if kafka_record.crc32c_c is None:
            raise ConfigError("the crc32c package is missing, without it Kafka is 20 times slower: pip install crc32c")
        quiet_library()
        self._cluster = parse_cluster(url, access)
        self._plan, self._prefix, self._timeouts = plan, prefix, timeouts
        self._names = frozenset(topic.name for topic in TOPICS)
        self._topics, self._browser = Topics(self._cluster), RecordLookup(self._cluster)
        self._publisher = Publisher(
            self._cluster, timeout=timeouts.publish, max_message_bytes=plan.max_message_bytes, prefix=prefix
        )
        self._open: weakref.WeakSet[TopicScan | KafkaReader] = weakref.WeakSet()
        self._lock = threading.Lock()

    @classmethod
    def from_settings(cls, settings: Settings) -> "KafkaLog":
        """Return the log that the settings name."""
        return cls(
            settings.log,
            access=Access(
                settings.kafka_username,
                settings.kafka_password,
                settings.kafka_mechanism,
                settings.kafka_ca,
                settings.kafka_certificate,
                settings.kafka_key,
            ),
            plan=TopicPlan(
                settings.partitions,
                settings.kafka_replication,
                settings.retention_days,
                settings.kafka_max_message_bytes,
            ),
            prefix=settings.kafka_prefix,
        )

    def __repr__(self) -> str:
        return f"KafkaLog({str(self._cluster)!r})"

    def setup(self, topics: Sequence[Topic]) -> None:
        """Create the topics that are missing. Raises LogUnavailable, ConfigError."""
        self._topics.create({self._real(topic.name): topic.compacted for topic in topics}, self._plan)

    def publish(self, topic: str, messages: Sequence[Message]) -> None:
        """Append in order, acknowledged by all replicas in sync before this returns; see copydesk.log_port.Log."""
        real = self._real(topic)
        limit = self._limit(real)
        for position, message in enumerate(messages):
            if size(message) > limit:
                raise MessageTooLarge(position, size(message), limit)
        try:
            self._publisher.send(real, messages)
        except MessageTooLarge as error:
            # The topic's limit is not what it was; or another thread met that, and the producer died of it.
            self._topics.forget(real)
            limit = self._limit(real)
            if error.size > limit:
                raise MessageTooLarge(error.position, error.size, limit) from error
            raise LogUnavailable(f"Kafka at {self._cluster} did not write {real}: the producer starts anew") from error
        except BaseException:
            self._topics.forget(real)
            raise

    def reader(self, topic: str, group: str) -> Reader:
        """Join a consumer group; the first poll connects. Raises NotFound."""
        real, real_group = self._real(topic), self._real_group(topic, group)
        with contextlib.suppress(LogUnavailable):  # the first poll will say so, and can be called again
            self._topics.facts(real)
        return self._kept(KafkaReader(self._cluster, real, topic, real_group, lambda: self._member(real, real_group)))

    def scan(self, topic: str, start: ScanStart = "beginning", follow: bool = False) -> Iterator[Record]:
        """Read a topic without a group, merged by time; see copydesk.log_port.Log. Raises NotFound, LogUnavailable."""
        topic_scan = self._scan_of(topic, self._numbers(topic), {} if isinstance(start, str) else start)
        ends = topic_scan.ends()
        if start == "end":
            topic_scan.seek(ends)
        return merge_by_time(topic, topic_scan, ends, follow)

    def read(self, topic: str, partition: int, offset: int) -> Record | None:
        """Return one record by its place, None when it is not there (any more). Raises NotFound, LogUnavailable."""
        real = self._real(topic)
        if offset < 0 or not 0 <= partition < self._topics.facts(real).partitions:
            return None
        return self._browser.read(topic, TopicPartition(real, partition), offset)

    def table(self, topic: str, by_need: bool = False) -> Table:
        """Return a compacted topic as a table, read to its end unless `by_need`. Raises NotFound, LogUnavailable."""
        numbers = self._numbers(topic)
        return KafkaTable(partial(self._scan_of, topic), len(numbers), () if by_need else numbers)

    def status(self) -> Sequence[PartitionStatus]:
        """Return every partition of our topics, with what each group committed. Raises LogUnavailable in seconds."""
        # With a prefix, all topics that begin so are ours; without one, those that we know by name.
        counts = self._topics.counts(None if self._prefix else sorted(self._names))
        places = [
            TopicPartition(real, number)
            for real, count in sorted(counts.items())
            if real.startswith(self._prefix)
            for number in range(count)
        ]
        offsets = self._topics.offsets(places)
        committed = self._topics.committed(self._topics.groups(self._prefix))
        return [
            PartitionStatus(
                Partition(self._name(place.topic), place.partition),
                *offsets[place],
                {
                    self._name(group).removesuffix(f".{self._name(place.topic)}"): at[place]
                    for group, at in committed.items()
                    if place in at
                },
            )
            for place in places
        ]

    def lag(self, topic: str, group: str) -> int:
        """Return how many offsets of the topic the group has not committed, of those that are still there."""
        real, real_group = self._real(topic), self._real_group(topic, group)
        places = [TopicPartition(real, number) for number in range(self._topics.facts(real).partitions)]
        committed = self._topics.committed([real_group])[real_group]
        ends = self._browser.ends(places)
        open_ended = [place for place in places if committed.get(place, 0) < ends[place]]
        begins = self._browser.begins(open_ended)
        return sum(max(0, ends[place] - max(committed.get(place, 0), begins[place])) for place in open_ended)

    def forget_group(self, topic: str, group: str) -> None:
        """Delete a group that nobody is in."""
        self._topics.forget_group(self._real_group(topic, group))

    def close(self) -> None:
        """Release everything. Never raises."""
        with self._lock:
            open_ones = list(self._open)
        closers: list[Callable[[], None]] = [each.close for each in open_ones]
        for close in (*closers, self._publisher.close, self._browser.close, self._topics.close):
            with contextlib.suppress(Exception):  # the next one is to be closed as well
                close()

    def _limit(self, real: str) -> int:
        ours, theirs = self._plan.max_message_bytes, self._topics.facts(real, "write").max_bytes
        return ours if theirs is None else min(ours, theirs)

    def _real(self, topic: str) -> str:
        """Return the topic's name on the cluster. One that was asked for is one of ours from now on."""
        with self._lock:
            self._names |= {topic}
        return self._prefix + topic

    def _real_group(self, topic: str, group: str) -> str:
        """Return the group's name on the cluster: one group on two topics is two there, and they do not meet."""
        return f"{self._prefix}{group}.{topic}"

    def _name(self, real: str) -> str:
        return real.removeprefix(self._prefix)

    def _kept(self, part: P) -> P:
        """Remember what holds a connection, to close it with the log."""
        with self._lock:
            self._open.add(part)
        return part

    def _numbers(self, topic: str) -> range:
        return range(self._topics.facts(self._real(topic)).partitions)

    def _scan_of(self, topic: str, numbers: Iterable[int], at: Mapping[int, int]) -> TopicScan:
        return self._kept(TopicScan(self._cluster, open_consumer(self._cluster), self._real(topic), numbers, at))

    def _member(self, topic: str, group: str) -> Any:
        self._topics.facts(topic)
        return open_consumer(
            self._cluster,
            group_id=group,
            client_id=f"copydesk-{group}",
            session_timeout_ms=int(self._timeouts.session * 1000),
            max_poll_interval_ms=int(self._timeouts.max_poll_interval * 1000),
            # A rebalance is noticed by a heartbeat's answer, and takes two of them.
            heartbeat_interval_ms=1000,
        )
