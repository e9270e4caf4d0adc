"""Run the worker loop of every stage, on every engine: read, run the stage's function, publish, commit last.

Nothing is committed before what came of it is acknowledged: the next event in the next topic, or the dead letter.
When the log or the index does not answer, the loop waits and tries again, for ever and visibly, and keeps its
membership alive meanwhile; what it holds is bounded in count and bytes.
"""

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Collection
from typing import NamedTuple

from copydesk.errors import MessageTooLarge, NewerStorage, Unavailable
from copydesk.events import CleanArticle, DeadClass, DeadLetter, Event, Link, RawArticle
from copydesk.log_port import Log, Message, Partition, Reader, Record
from copydesk.message_headers import headers
from copydesk.partition_keys import source_of_key
from copydesk.pipeline import CLEAN, LINKS, RAW, Stage
from copydesk.runtime import dead_letters
from copydesk.runtime.event_versions import NewerEvents, unreadable
from copydesk.runtime.in_flight import HeldRecord, InFlight, Ticket
from copydesk.runtime.outcome import Executor, Outcome
from copydesk.runtime.progress import WorkerProgress

logger = logging.getLogger("copydesk.runtime.worker")

EVENT_OF: dict[str, type[Event]] = {LINKS: Link, RAW: RawArticle, CLEAN: CleanArticle}
COMMIT_EVERY = 0.25
GATHER, GATHER_SECONDS = 64, 0.2
"""How many outcomes are published together, and how long the first of them waits for others while more is under way.

Each call of the log and, further on, of the index costs as much as several articles do. One alone does not wait.
"""
FIRST_RETRY_WAIT, LONGEST_RETRY_WAIT = 0.1, 15.0
READ_AGAIN = 16
"""How many records that were set aside are read again at once: each is a question to the log."""


class WorkerLimits(NamedTuple):
    """Bound what is read and not yet committed, in records and bytes, and how long outcomes gather, in seconds."""

    max_records: int = 512
    max_bytes: int = 64 << 20
    gather: float = GATHER_SECONDS


USUAL_LIMITS = WorkerLimits()


class Worker:
    """Run one stage until stopped, or until the stage before it has ended and nothing is left.

    `group` is the consumer group, where it is not the one of the stage's name, because all is to be read again.
    `on_outcome` is called with each record whose outcome was published. `beat` is called at the end of each pass of the
    loop, several times a second: not while something that does not answer is waited for.
    """

    def __init__(
        self,
        stage: Stage,
        log: Log,
        executor: Executor,
        *,
        limits: WorkerLimits = USUAL_LIMITS,
        on_outcome: Callable[[Record, Outcome], None] | None = None,
        group: str | None = None,
        beat: Callable[[], None] | None = None,
    ) -> None:
        self.stage, self._progress = stage, WorkerProgress(stage)
        self.counts = self._progress.counts
        self._group = group or stage.name
        self._log, self._executor = log, executor
        self._limits, self._on_outcome, self._beat = limits, on_outcome, beat
        self._held = InFlight()
        self._outbox: list[tuple[Ticket, HeldRecord]] = []
        self._commit_at = 0.0
        self._may_read: Callable[[], bool] | None = None
        self._newer = NewerEvents(stage.name)
        self._type = EVENT_OF[stage.reads]

    def run(
        self, stop: threading.Event, drain: threading.Event | None = None, room: Callable[[], bool] | None = None
    ) -> None:
        """Loop until `stop` is set; or, once `drain` is set, until everything in the topic is committed.

        `room` says whether more may be read now: while it does not, what is held is finished and nothing is taken on.
        A partition that has come to an event of a newer schema waits there, visibly, for a worker of that version:
        which versions run is a deployment's state, not a fault of the event. A drain cannot wait so.

        Raises only what no retry can mend (StorageError, ConfigError, a bug); nothing is half done then either.
        """
        reader = self._log.reader(self.stage.reads, self._group)
        wait, self._may_read = FIRST_RETRY_WAIT, room
        try:
            while not stop.is_set():
                self._progress.turned()
                draining = drain is not None and drain.is_set()
                try:
                    self._step(reader)
                    if wait > FIRST_RETRY_WAIT:
                        self._log.lag(self.stage.reads, self._group)  # raises: to read nothing is no sign of its return
                    if draining and self._idle():
                        if self._newer.partitions and self._newer.partitions == self._behind():
                            raise NewerStorage(self._newer.words())
                        if self._log.lag(self.stage.reads, self._group) == 0:
                            return
                    wait = FIRST_RETRY_WAIT
                    self._progress.is_well(self._newer.words())
                    self._newer.tell()
                    if not self.counts.waiting and self._beat is not None:
                        self._beat()
                except Unavailable as error:
                    self._progress.waits(error, aloud=wait >= LONGEST_RETRY_WAIT)
                    self._sit_out(reader, stop, wait)
                    wait = min(wait * 2, LONGEST_RETRY_WAIT)
            self._finish(reader)
        finally:
            reader.close()

    def _sit_out(self, reader: Reader, stop: threading.Event, seconds: float) -> None:
        """Wait without losing the membership: a reader that does not poll loses its partitions."""
        until = time.monotonic() + seconds
        while not stop.wait(max(0.0, min(1.0, until - time.monotonic()))) and time.monotonic() < until:
            self._progress.sits()
            with contextlib.suppress(Unavailable):  # the log may be what is waited for
                self._drop(reader.poll(0.0, max_records=0).lost)

    def _idle(self) -> bool:
        return not self._held.count and not self._held.aside and not self._outbox

    def _step(self, reader: Reader) -> None:
        self._read(reader)
        self._read_again()
        if self._executor.pending:
            # Short while there is room for more records, so that new ones are not kept waiting.
            self._collect(0.02 if self._room() else 0.2)
        self._publish()
        self._commit(reader, force=self._idle())

    def _room(self) -> int:
        if self._outbox or self._held.bytes >= self._limits.max_bytes:
            return 0
        return max(0, self._limits.max_records - self._held.count)

    def _read(self, reader: Reader) -> None:
        room = self._room()
        if room and self._may_read is not None and not self._may_read():
            room = 0
        began = time.time_ns()
        batch = reader.poll(
            0.0 if self._held.count else 0.2,
            max_records=room,
            max_bytes=max(1, self._limits.max_bytes - self._held.bytes),
            paused=self._held.crowded(0.75, self._limits.max_records) | self._newer.partitions,
        )
        self._drop(batch.lost)
        self._progress.holds(reader.assigned(), batch.lost)
        self._progress.received(self._group, batch.records, began)
        now = time.monotonic()
        for record in batch.records:
            if self._newer.hold(record):
                continue  # it is not committed, and read again by who takes the partition over
            ticket = self._held.add(record, now)
            if ticket is not None:
                self._begin(ticket, record)

    def _drop(self, lost: Collection[Partition]) -> None:
        self._held.drop(lost)
        self._newer.drop(lost)

    def _read_again(self) -> None:
        """Take up what was set aside behind a document that hung, as its turn has come."""
        room = min(READ_AGAIN, self._limits.max_records - self._held.count)
        for ticket, known in self._held.due(room) if room > 0 else ():
            record = self._log.read(known.topic, known.partition, known.offset)
            self._held.restore(ticket, record or known)
            self._begin(ticket, record or known)  # without a value it fails, and the dead letter says so

    def _begin(self, ticket: Ticket, record: Record) -> None:
        problem = unreadable(record, self._type)
        if problem:
            self._outbox += self._held.settle(ticket, Outcome("failed", reason=problem))
        else:
            ticket = ticket._replace(traceparent=record.headers.get("traceparent"))
            self._executor.submit(ticket, record.key, record.value or b"")

    def _behind(self) -> frozenset[Partition]:
        """Return the partitions that this group has not done, as the log has it."""
        return frozenset(
            each.partition
            for each in self._log.status()
            if each.partition.topic == self.stage.reads
            and each.end > max(each.begin, each.committed.get(self._group, 0))
        )

    def _collect(self, timeout: float) -> None:
        until = None
        while True:
            for ticket, outcome in self._executor.completed(timeout):
                self._outbox += self._held.settle(ticket, outcome)
            if not 0 < len(self._outbox) < GATHER or not self._executor.pending:
                return
            until = until or time.monotonic() + self._limits.gather
            timeout = until - time.monotonic()
            if timeout <= 0:
                return

    def _publish(self) -> None:
        self._outbox = [(ticket, entry) for ticket, entry in self._outbox if self._held.holds(ticket)]
        if not self._outbox:
            return
        self._progress.publishes(self._group, [entry for _, entry in self._outbox])
        self._publish_events()
        letters = [self._letter(entry) for _, entry in self._outbox if _outcome(entry).status != "done"]
        if letters:
            dead_letters.publish(self._log, letters)
        for ticket, entry in self._outbox:
            self._held.resolve(ticket)
            self._count(entry)
        self._outbox = []

    def _publish_events(self) -> None:
        topic = self.stage.writes
        if topic is None:
            return None
        kind = EVENT_OF[topic]
        while True:
            going = [entry for _, entry in self._outbox if _outcome(entry).status == "done" and _outcome(entry).value]
            if not going:
                return None
            try:
                began, messages = time.time_ns(), [_message(kind, each) for each in going]
                self._log.publish(topic, messages)
            except MessageTooLarge as error:
                entry = going[error.position]
                too_large = f"{error.size:,} bytes are over the log's limit of {error.limit:,} bytes"
                entry.outcome = Outcome(
                    "failed", reason=f"What the stage {self.stage.name} made is too large: {too_large}"
                )
            else:
                return self._progress.published(topic, messages, began)

    def _letter(self, entry: HeldRecord) -> DeadLetter:
        outcome, record = _outcome(entry), entry.record
        if record.value is None:  # it was let go when the outcome still was `done`
            record = self._log.read(record.topic, record.partition, record.offset) or record
        class_: DeadClass = "refused" if outcome.status == "refused" else "failed"
        return dead_letters.from_record(record, self.stage.name, class_, outcome.reason, attempts=outcome.attempts)

    def _count(self, entry: HeldRecord) -> None:
        outcome = _outcome(entry)
        self._progress.came_to(outcome, entry)
        if self._on_outcome is not None:
            self._on_outcome(entry.record, outcome)

    def _commit(self, reader: Reader, force: bool) -> None:
        now = time.monotonic()
        if not force and now < self._commit_at:
            return
        offsets = self._held.committable()
        if offsets:
            reader.commit(offsets)
            self._held.committed(offsets)
            self._progress.committed()
        self._commit_at = now + COMMIT_EVERY

    def _finish(self, reader: Reader) -> None:
        """Publish and commit what is complete, when stopping; the rest is read again by whoever comes next."""
        try:
            self._publish()
            self._commit(reader, force=True)
        except Unavailable as error:
            logger.warning("stage %s stopped while waiting: %s", self.stage.name, error)


def _message(kind: type[Event], entry: HeldRecord) -> Message:
    outcome = _outcome(entry)
    found = headers(kind, _trace(entry), parent=str(entry.record.place), seconds=outcome.seconds)
    return Message(outcome.key or source_of_key(entry.record.key), outcome.value, found)


def _trace(entry: HeldRecord) -> str | None:
    """Return the `traceparent` of what comes of a record: that of this stage's span, else the record's own goes on."""
    if entry.span is not None:
        return entry.span.traceparent
    return entry.record.headers.get("traceparent") or _outcome(entry).trace


def _outcome(entry: HeldRecord) -> Outcome:
    assert entry.outcome is not None
    return entry.outcome
