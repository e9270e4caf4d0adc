"""Describe the pipeline: topics with their offsets and lag, the index, and how many dead letters there are."""

from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec import UNSET, Struct, UnsetType

from copydesk.errors import Unavailable
from copydesk.events import DeadLetter, decode
from copydesk.pipeline import DEAD, STAGES
from copydesk.ports import Index, Log, PartitionStatus
from copydesk.runtime import dead_letters


class OffsetRange(Struct):
    """Hold the first offset that a partition keeps, and the next one that is written."""

    begin: int
    end: int


class GroupState(Struct):
    """Hold how far a consumer group is, by partition, and how many records it has not taken."""

    lag: int = 0
    committed: dict[str, int] = {}


class TopicState(Struct):
    """Count a topic's records, those kept and those ever published, and hold its partitions and groups."""

    partitions: int = 0
    records: int = 0
    published: int = 0
    offsets: dict[str, OffsetRange] = {}
    groups: dict[str, GroupState] = {}


class IndexState(Struct, frozen=True):
    """Describe an index that answers, as `IndexStatus` does, or say in words why it is `unavailable`, and no more."""

    documents: int | UnsetType = UNSET
    size_bytes: int | UnsetType = UNSET
    newest_indexed_at: datetime | UnsetType | None = UNSET
    waiting: str | UnsetType = UNSET
    unavailable: str | UnsetType = UNSET


class PipelineState(Struct, frozen=True):
    """Hold what `status --json` prints."""

    topics: dict[str, TopicState]
    index: IndexState
    dead_letters: dict[str, int]


def pipeline_state(log: Log, index: Index) -> PipelineState:
    """Ask log and index how they are. Raises LogUnavailable; an index that does not answer is said to be so."""
    partitions = log.status()
    try:
        found = IndexState(*index.status())
    except Unavailable as error:
        found = IndexState(unavailable=str(error))
    return PipelineState(topic_states(partitions), found, dead_counts(log))


def topic_states(partitions: Iterable[PartitionStatus]) -> dict[str, TopicState]:
    """Add the partitions of each topic up."""
    topics: dict[str, TopicState] = {}
    readers = {stage.reads: stage.name for stage in STAGES}
    for each in partitions:
        name, number = each.partition.topic, str(each.partition.number)
        topic = topics.setdefault(name, TopicState())
        topic.partitions += 1
        topic.records += each.end - each.begin
        topic.published += each.end
        topic.offsets[number] = OffsetRange(each.begin, each.end)
        for reader in {*each.committed, *([readers[name]] if name in readers else [])}:
            group = topic.groups.setdefault(reader, GroupState())
            committed = max(each.committed.get(reader, each.begin), each.begin)
            group.lag += each.end - committed
            group.committed[number] = committed
    return topics


def dead_counts(log: Log) -> dict[str, int]:
    """Count the distinct dead letters by class; what cannot be read is `unreadable`."""
    unique: dict[tuple[str, ...], str] = {}
    for record in log.scan(DEAD):
        try:
            letter = decode(DeadLetter, record.value or b"")
        except msgspec.DecodeError:
            unique[(record.topic, str(record.partition), str(record.offset))] = "unreadable"
        else:
            unique[dead_letters.identity(letter)] = letter.class_
    counts: dict[str, int] = {"refused": 0, "failed": 0}
    for class_ in unique.values():
        counts[class_] = counts.get(class_, 0) + 1
    return counts
