"""Describe the pipeline: topics with their offsets and lag, the index, and how many dead letters there are."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType

from copydesk.answers.feeds_state import feeds_document
from copydesk.answers.letter_counts import LetterCounts
from copydesk.answers.source_health import open_alarms
from copydesk.consumers.lost_index import lost_index
from copydesk.errors import Unavailable
from copydesk.events import Alarm
from copydesk.index_port import Index
from copydesk.log_port import Log, PartitionStatus
from copydesk.pipeline import FEEDS_STATE, HEALTH, STAGES


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
    """Describe an index that answers, as `IndexStatus` does, or say in words why it is `unavailable`, and no more.

    `lost` says that articles are missing in it, and what brings them back; `advice` what would be better, where all
    goes on.
    """

    documents: int | UnsetType = UNSET
    size_bytes: int | UnsetType = UNSET
    newest_indexed_at: datetime | UnsetType | None = UNSET
    waiting: str | UnsetType = UNSET
    missing: bool | UnsetType = UNSET
    lost: str | UnsetType = UNSET
    advice: str | UnsetType = UNSET
    unavailable: str | UnsetType = UNSET


class PipelineState(Struct, frozen=True):
    """Hold what `status --json` prints."""

    topics: dict[str, TopicState]
    index: IndexState
    dead_letters: dict[str, int]
    feeds: dict[str, Any]
    alarms: list[Alarm] = []


class PipelineReader:
    """Read the state of the pipeline again and again, of the log only what is new. For one thread."""

    def __init__(self, log: Log, index: Index) -> None:
        """Raise LogUnavailable."""
        self._log, self._index = log, index
        self._feeds, self._health = log.table(FEEDS_STATE), log.table(HEALTH)
        self._letters = LetterCounts(log, index)

    def now(self) -> PipelineState:
        """Ask log and index how they are. Raises LogUnavailable; an index that does not answer is said to be so."""
        partitions = self._log.status()
        try:
            status = self._index.status()
            words = {"lost": lost_index(self._log, status) or UNSET, "advice": status.advice or UNSET}
            found = IndexState(**status._asdict() | words)
        except Unavailable as error:
            found = IndexState(unavailable=str(error))
        topics, letters = topic_states(partitions), self._letters.now(partitions)
        return PipelineState(topics, found, letters, feeds_document(self._feeds), open_alarms(self._health))


def pipeline_state(log: Log, index: Index) -> PipelineState:
    """Return the state of the pipeline, once; errors as PipelineReader."""
    return PipelineReader(log, index).now()


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
        for reader in sorted({*each.committed, *([readers[name]] if name in readers else [])}):
            group = topic.groups.setdefault(reader, GroupState())
            committed = max(each.committed.get(reader, each.begin), each.begin)
            group.lag += each.end - committed
            group.committed[number] = committed
    return topics
