"""Create and describe Kafka topics, and tell how far each group has read them."""

import logging
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kafka import TopicPartition
from kafka import errors as kafka_errors
from kafka.admin import ConfigResource, ConfigResourceType
from kafka.protocol.consumer import OffsetSpec

from copydesk.adapters.kafka_log.client import CONNECT_TIMEOUT, open_admin
from copydesk.adapters.kafka_log.cluster import Cluster
from copydesk.adapters.kafka_log.errors import AlreadyThere, translate_kafka_errors
from copydesk.errors import ConfigError, NotFound

logger = logging.getLogger("copydesk.kafka")

OVERHEAD = 16 << 10
"""What a record batch may need beyond the bytes of one message: its header, lengths, and what compression adds."""

_NOT_READY = (
    kafka_errors.NotCoordinatorError,
    kafka_errors.CoordinatorNotAvailableError,
    kafka_errors.CoordinatorLoadInProgressError,
    kafka_errors.LeaderNotAvailableError,
)
"""What a cluster says for a moment while it moves things, or makes its own topics when they are first used."""

_DAY_MS = 86_400_000


class TopicFacts(NamedTuple):
    """Hold what must be known of a topic: partitions, and the largest message it takes (None: it does not tell)."""

    partitions: int
    max_bytes: int | None


class TopicPlan(NamedTuple):
    """Hold how topics are created. `retention_days` None keeps all; `replication` None leaves it to the brokers."""

    partitions: int = 8
    replication: int | None = None
    retention_days: float | None = None
    max_message_bytes: int = 16 << 20

    def configs(self, compacted: bool) -> dict[str, str]:
        """Return the topic's settings."""
        found = {
            "max.message.bytes": str(self.max_message_bytes + OVERHEAD),
            # The time a record was appended, whatever the clock of the machine it came from says.
            "message.timestamp.type": "LogAppendTime",
        }
        if (self.replication or 0) >= 3:
            found["min.insync.replicas"] = "2"
        if compacted:
            # Small segments: only closed ones are compacted, and a table is read from the beginning.
            return found | {"cleanup.policy": "compact", "segment.bytes": str(64 << 20), "segment.ms": str(_DAY_MS)}
        days = self.retention_days
        return found | {"cleanup.policy": "delete", "retention.ms": str(-1 if days is None else int(days * _DAY_MS))}


USUAL_PLAN = TopicPlan()


class Topics:
    """Ask a cluster what an administrator sees. One instance may be used from several threads."""

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = threading.Lock()
        self._admin: Any = None
        self._facts: dict[str, TopicFacts] = {}

    def facts(self, topic: str, doing: str = "read") -> TopicFacts:
        """Return what is known of a topic, remembered after the first time; raises NotFound. Errors say `doing`."""
        if topic not in self._facts:
            count = self.counts([topic], doing).get(topic)
            if count is None:
                raise NotFound(f"there is no Kafka topic {topic!r}: create it with `copydesk setup`")
            limit = self._configs(topic).get("max.message.bytes")
            self._facts[topic] = TopicFacts(count, int(limit) - OVERHEAD if limit else None)
        return self._facts[topic]

    def forget(self, topic: str) -> None:
        """Ask again next time: something about it does not hold any more."""
        self._facts.pop(topic, None)

    def counts(self, topics: Iterable[str] | None, doing: str = "read") -> dict[str, int]:
        """Return the number of partitions of each of these topics that is there; None: of all that we may see."""
        names = None if topics is None else list(topics)
        described = self._ask(doing, ", ".join(names or ()), "describe_topics", names)
        found = {}
        for each in described:
            error = kafka_errors.for_code(each["error_code"])
            if error in (kafka_errors.UnknownTopicOrPartitionError, kafka_errors.InvalidTopicError):
                continue
            with translate_kafka_errors(self._cluster, doing, each["name"]):
                if error is not kafka_errors.NoError:
                    raise error
            found[each["name"]] = len(each["partitions"])
        return found

    def create(self, topics: Mapping[str, bool], plan: TopicPlan) -> None:
        """Create what is missing (name: compacted?); what is there is left alone, refused when it would lose data."""
        there = self.counts(topics, "create")
        for name in there:
            self._check_settings(name, topics[name], plan)
        missing = [name for name in topics if name not in there]
        for name in missing:
            wanted = {
                "num_partitions": plan.partitions,
                "replication_factor": plan.replication or -1,
                "configs": plan.configs(topics[name]),
            }
            try:
                self._ask("create", name, "create_topics", {name: wanted}, timeout_ms=10_000)
            except AlreadyThere:
                logger.info("the Kafka topic %r was created by someone else just now", name)
        self._ask("create", ", ".join(missing), "wait_for_topics", missing)

    def offsets(self, places: Sequence[TopicPartition]) -> dict[TopicPartition, tuple[int, int]]:
        """Return the first kept and the next offset of each of these partitions."""
        topics = ", ".join(sorted({place.topic for place in places}))
        begins, ends = (
            self._ask("read", topics, "list_partition_offsets", dict.fromkeys(places, spec)) if places else {}
            for spec in (OffsetSpec.EARLIEST, OffsetSpec.LATEST)
        )
        return {place: (begins[place].offset, ends[place].offset) for place in places}

    def groups(self, prefix: str) -> list[str]:
        """Return the consumer groups that are known and whose name begins so."""
        listed = self._ask("read", "", "list_groups")
        return sorted(each["group_id"] for each in listed if each["group_id"].startswith(prefix))

    def committed(self, groups: Sequence[str]) -> dict[str, dict[TopicPartition, int]]:
        """Return what each of these groups has committed."""
        if not groups:
            return {}
        found = self._ask("read", "", "list_group_offsets", list(groups), group=", ".join(groups))
        return {
            group: {place: each.offset for place, each in offsets.items() if each.offset >= 0}
            for group, offsets in found.items()
        }

    def forget_group(self, group: str) -> None:
        """Delete a group and what it committed."""
        said = self._ask("delete", "", "delete_groups", [group], group=group)[group]
        with translate_kafka_errors(self._cluster, "delete", "", group):
            if said not in {"OK", kafka_errors.GroupIdNotFoundError.__name__}:
                raise getattr(kafka_errors, said)

    def close(self) -> None:
        """Release the connection."""
        with self._lock:
            self._drop()

    def _configs(self, topic: str) -> dict[str, str]:
        """Return the topic's settings; empty for a user who may not see them."""
        wanted = [ConfigResource(ConfigResourceType.TOPIC, topic)]
        found = self._ask("read", topic, "describe_configs", wanted, config_filter="all")
        return {name: each["value"] for name, each in found.get("topic", {}).get(topic, {}).items()}

    def _check_settings(self, name: str, compacted: bool, plan: TopicPlan) -> None:
        configs = self._configs(name)
        policy, limit = configs.get("cleanup.policy", ""), configs.get("max.message.bytes")
        if not compacted and "compact" in policy:
            raise ConfigError(
                f"the Kafka topic {name!r} is compacted and would lose articles: set its cleanup.policy to delete"
            )
        if compacted and policy and "compact" not in policy:
            logger.warning("the Kafka topic %r holds state and should have cleanup.policy=compact", name)
        if limit and int(limit) < plan.max_message_bytes + OVERHEAD:
            logger.warning(
                "the Kafka topic %r takes messages of up to %s bytes only: larger ones become dead letters; "
                "raise its max.message.bytes to %s",
                name,
                limit,
                plan.max_message_bytes + OVERHEAD,
            )

    def _ask(self, doing: str, topic: str, question: str, *about: Any, group: str = "", **how: Any) -> Any:
        deadline = time.monotonic() + CONNECT_TIMEOUT
        # One at a time: with several on their way the library finds its connection busy and says there is no broker.
        with self._lock, translate_kafka_errors(self._cluster, doing, topic, group):
            while True:
                if self._admin is None:
                    self._admin = open_admin(self._cluster)
                try:
                    return getattr(self._admin, question)(*about, **how)
                except Exception as error:
                    # It remembers a refused password, and a coordinator that is none any more: begin anew.
                    self._drop()
                    if not isinstance(error, _NOT_READY) or time.monotonic() > deadline:
                        raise
                time.sleep(0.1)

    def _drop(self) -> None:
        admin, self._admin = self._admin, None
        if admin is not None:
            admin.close()
