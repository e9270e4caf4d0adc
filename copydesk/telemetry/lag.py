"""Measure how far each consumer group is behind, in records and in seconds, alike on every log."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from copydesk.errors import Unavailable
from copydesk.log_port import Log, Partition, PartitionStatus
from copydesk.pipeline import Stage
from copydesk.telemetry import figures
from copydesk.telemetry.instruments import Labels


class GroupLag(NamedTuple):
    """Hold how many records of a partition a group has not committed, and when the oldest of them was published."""

    group: str
    partition: Partition
    records: int
    oldest: datetime | None = None

    @property
    def labels(self) -> Labels:
        """Return the label values of the figures."""
        return self.group, self.partition.topic, str(self.partition.number)


def group_lags(log: Log, stages: Iterable[Stage], found: Sequence[PartitionStatus]) -> Iterator[GroupLag]:
    """Yield the lag of each stage on each partition of its topic, as `found` is the log's status.

    One record of each partition that is behind is read. Raises LogUnavailable.
    """
    for stage in stages:
        for each in found:
            if each.partition.topic == stage.reads:
                at = max(each.committed.get(stage.name, 0), each.begin)
                yield GroupLag(stage.name, each.partition, max(0, each.end - at), _published(log, each, at))


def _published(log: Log, status: PartitionStatus, at: int) -> datetime | None:
    if at >= status.end:
        return None
    record = log.read(status.partition.topic, status.partition.number, at)
    return None if record is None else datetime.fromtimestamp(record.timestamp / 1000, UTC)


def note_lag(log: Log, stages: Sequence[Stage], now: datetime) -> list[GroupLag]:
    """Measure and set the gauges of lag; where the log does not answer they are gone, and `copydesk_log_up` is 0."""
    try:
        found = list(group_lags(log, stages, log.status()))
    except Unavailable:
        found = []
        figures.LOG_UP.set(0)
    else:
        figures.LOG_UP.set(1)
    figures.LAG.replace({each.labels: each.records for each in found})
    figures.LAG_SECONDS.replace(
        {
            each.labels: max(0.0, (now - each.oldest).total_seconds()) if each.oldest else 0.0
            for each in found
            if each.oldest or not each.records
        }
    )
    return found
