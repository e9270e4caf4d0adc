"""Count and tell how a worker is doing: figures, and lines of the log about partitions, waits and recovery."""

import logging
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import get_args

from copydesk.log_port import Message, Partition, Record
from copydesk.pipeline import Stage
from copydesk.runtime.in_flight import HeldRecord
from copydesk.runtime.outcome import Outcome
from copydesk.telemetry import figures
from copydesk.telemetry.spans import ProcessedEvent, instant_of, span_listener
from copydesk.telemetry.waits import WaitReport

logger = logging.getLogger("copydesk.runtime.worker")


@dataclass
class Counts:
    """Count how a worker is doing. `waiting` says in words what it waits for, empty when all is well.

    `turned_at` is when its loop last came round (on the monotonic clock), also while it waits; None before it began.
    """

    read: int = 0
    done: int = 0
    refused: int = 0
    failed: int = 0
    waiting: str = ""
    turned_at: float | None = None


class WorkerProgress:
    """Note what one worker does, in its counts, the figures of this process, and the log."""

    def __init__(self, stage: Stage) -> None:
        self.counts = Counts()
        self._stage = stage
        self._waits = WaitReport(stage.name, logger)
        self._held: frozenset[Partition] = frozenset()
        for status in get_args(Outcome.__annotations__["status"]):
            figures.OUTCOMES.add(0, stage.name, status)  # a counter that begins with its first event hides that one

    def turned(self) -> None:
        """Note that the loop comes round: the thread lives."""
        self.counts.turned_at = time.monotonic()

    def received(self, group: str, records: Sequence[Record], began: int) -> None:
        """Note events that were read, by a poll that began at an instant (nanoseconds since the epoch)."""
        if records:
            self.counts.read += len(records)
            figures.READ.add(len(records), self._stage.name)
            if listener := span_listener():
                listener.received(self._stage.reads, group, [_trace(each) for each in records], began)

    def publishes(self, group: str, entries: Sequence[HeldRecord]) -> None:
        """Begin the spans of events whose outcomes are to be published now, where somebody listens."""
        listener = span_listener()
        for entry in entries if listener else ():
            if entry.span is None and listener:
                event = _processed(self._stage, group, entry)
                entry.span = listener.processing(event, instant_of(entry.since))

    def published(self, topic: str, messages: Sequence[Message], began: int) -> None:
        """Note that what came of events is in the next topic; publishing began at an instant as above."""
        if listener := span_listener():
            listener.sent(topic, [found for each in messages if (found := each.headers.get("traceparent"))], began)

    def came_to(self, outcome: Outcome, entry: HeldRecord) -> None:
        """Note that an event came to its end, and what came of it is published."""
        name, status = self._stage.name, outcome.status
        setattr(self.counts, status, getattr(self.counts, status) + 1)
        figures.OUTCOMES.add(1, name, status)
        figures.STAGE_SECONDS.observe(time.monotonic() - entry.since, name)
        if entry.span is not None:
            entry.span.end(status, outcome.reason)

    def committed(self) -> None:
        """Note that offsets were committed."""
        figures.LAST_COMMIT.set(time.time(), self._stage.name)

    def holds(self, held: frozenset[Partition], lost: Collection[Partition]) -> None:
        """Note the partitions held after a poll, and those lost before it; what changed is logged."""
        gained = held.difference(self._held.difference(lost))
        if lost:
            self._tell("lost", lost, held)
        if gained:
            self._tell("gained", gained, held)
        if gained or lost or not self._held:
            figures.PARTITIONS.set(len(held), self._stage.name)
        self._held = held

    def waits(self, error: Exception, *, aloud: bool) -> None:
        """Note that log or index does not answer; said once, and again where it is to be said `aloud`."""
        if str(error) != self.counts.waiting or aloud:
            logger.warning(
                "stage %s waits and tries again: %s", self._stage.name, error, extra={"stage": self._stage.name}
            )
        self.counts.waiting = str(error)
        self._waits.waits()

    def sits(self) -> None:
        """Note that it still waits."""
        self.turned()
        self._waits.waits()

    def is_well(self, words: str = "") -> None:
        """Note that a pass of the loop went through; `words` says what it waits for that is no outage."""
        self.counts.waiting = words
        self._waits.goes_on()

    def _tell(self, what: str, partitions: Collection[Partition], held: frozenset[Partition]) -> None:
        numbers = ", ".join(str(each.number) for each in sorted(partitions))
        logger.info(
            "stage %s %s partitions of %s: %s; it has %d now", self._stage.name, what, self._stage.reads, numbers,
            len(held), extra={"stage": self._stage.name, "partitions": numbers},
        )  # fmt: skip


def _trace(record: Record) -> str | None:
    return record.headers.get("traceparent")


def _processed(stage: Stage, group: str, entry: HeldRecord) -> ProcessedEvent:
    record, outcome = entry.record, entry.outcome
    before = _trace(record) or (outcome.trace if outcome else None)
    place = (record.topic, record.partition, record.offset)
    return ProcessedEvent(stage.name, group, *place, record.key, entry.read_size, before)
