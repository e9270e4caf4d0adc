"""Lag in records and in seconds is measured alike on every log, and gone where the log does not answer."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from copydesk.errors import LogUnavailable
from copydesk.log_port import Message, Partition, PartitionStatus
from copydesk.pipeline import Stage
from copydesk.telemetry import figures
from copydesk.telemetry.lag import group_lags, note_lag
from tests.contracts.log_helpers import LogUnderTest
from tests.support.fakes import MemoryLog
from tests.support.waiting import eventually


class Silent(MemoryLog):
    """A log that does not answer."""

    def status(self) -> Sequence[PartitionStatus]:
        raise LogUnavailable("away")


def test_lag_is_what_is_not_committed_and_its_age_that_of_the_oldest(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    stage = Stage(group, reads=topic, writes=None)
    before = datetime.now(UTC) - timedelta(seconds=5)
    tested.log.publish(topic, [Message("a", b"x", {}) for _ in range(5)])

    def measure() -> dict[Partition, tuple[int, datetime | None]]:
        found = group_lags(tested.log, [stage], tested.log.status())
        return {each.partition: (each.records, each.oldest) for each in found}

    first = measure()
    (held,) = [partition for partition, (records, _) in first.items() if records]
    assert first[held][0] == 5
    assert all(each == (0, None) for partition, each in first.items() if partition != held)
    assert before < (first[held][1] or before) < datetime.now(UTC) + timedelta(seconds=5)
    reader = tested.reader(topic, group)
    eventually(lambda: reader.poll(0.2).records, tested.engine.patience)
    reader.commit({held: 3})
    eventually(lambda: measure()[held][0] == 2, tested.engine.patience)
    assert (measure()[held][1] or before) >= (first[held][1] or before)
    reader.commit({held: 5})
    eventually(lambda: measure()[held] == (0, None), tested.engine.patience)


def test_the_gauges_are_of_the_last_look_and_gone_when_the_log_is(tested: LogUnderTest) -> None:
    topic, group = tested.topic(), tested.group()
    stage = Stage(group, reads=topic, writes=None)
    tested.log.publish(topic, [Message("a", b"x", {}), Message("a", b"y", {})])
    note_lag(tested.log, [stage], datetime.now(UTC) + timedelta(minutes=2))
    behind = {labels: records for labels, records in figures.LAG.samples().items() if records}
    assert [(labels[:2], records) for labels, records in behind.items()] == [((group, topic), 2.0)]
    assert 100 < max(figures.LAG_SECONDS.samples().values()) < 140
    assert figures.LOG_UP.value() == 1
    note_lag(Silent(), [stage], datetime.now(UTC))
    assert figures.LOG_UP.value() == 0
    assert not figures.LAG.samples()
    assert not figures.LAG_SECONDS.samples()
