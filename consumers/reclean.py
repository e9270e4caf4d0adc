"""Clean what came in before with today's cleaner, and compare it with what stands in the index.

Each event of `articles.raw` up to its present end is read once. What counts is the event of the revision that stands,
and of what was refused. With `apply` the answers that differ are published as a higher edition of the same revision.
"""

import hashlib
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import NamedTuple

import msgspec
from msgspec import Struct

from copydesk.cleaning.site_rules import Rules
from copydesk.consumers.clean import CLEANING_PRELOAD, clean_event
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.lost_index import cure
from copydesk.consumers.new_editions import new_edition, send
from copydesk.consumers.reclean_progress import ProgressFile, RecleanProgress, first_progress
from copydesk.consumers.recurring_header import add_header
from copydesk.consumers.standing_memory import StandingMemory
from copydesk.events import LIST_TYPES, CleanArticle, DeadLetter, PageType, Refused, decode
from copydesk.index_port import Index
from copydesk.log_port import Log, Record
from copydesk.partition_keys import source_of_key
from copydesk.pipeline import CLEAN_STAGE, DEAD, INDEX_STAGE, RAW
from copydesk.recleaning.tally import Passed, Tally
from copydesk.recleaning.verdict import AnswerComparison, compare_answers
from copydesk.runtime.in_order import answers_in_order
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.worker import Worker

SAVED_EVERY, MOST_OUTGOING = 2.0, 256
"""Seconds between two savings of the progress, and the messages that are published at once at most."""
_LOOKED_UP, _LOOKED_UP_BYTES = 64, 4 << 20
"""Events whose articles are asked of the index at once."""
_REMEMBERED = 50_000
"""The last events that are known again when they were published twice, as a killed producer does."""
_NOTHING = Outcome("done")


class RecleanWork(NamedTuple):
    """Say what to clean again, and how: events of `source` fetched from `since` on and before `until`, None for all."""

    source: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    rules: Rules | None = None
    refuse: Collection[PageType] = LIST_TYPES
    workers: int = 1
    apply: bool = False


class _Head(Struct):
    """Hold what is read of an event before it is known whether it counts."""

    id: str
    revision: int
    fetched_at: datetime


class _Candidate(NamedTuple):
    """Hold an event and what stands of its article; with `passed` it is compared with nothing."""

    record: Record
    revision: int = 0
    standing: CleanArticle | None = None
    passed: Passed | None = None


class _Repeats:
    """Know the last events again, in bounded memory."""

    def __init__(self) -> None:
        self._seen: OrderedDict[bytes, None] = OrderedDict()

    def seen(self, key: bytes) -> bool:
        """Whether it was asked for this key before, lately."""
        if key in self._seen:
            return True
        self._seen[key] = None
        if len(self._seen) > _REMEMBERED:
            self._seen.popitem(last=False)
        return False


class Recleaning:
    """Run it once: `run` returns the tally, None when it was stopped; `progress` tells how far it is."""

    def __init__(self, log: Log, index: Index, work: RecleanWork, file: ProgressFile | None = None) -> None:
        """Go on from what the file holds, else begin anew; without a file nothing is kept. Raises LogUnavailable."""
        self._log, self._index, self._work, self._file = log, index, work, file
        saved = file.load() if file else None
        self.resumed = saved is not None
        self.progress: RecleanProgress = saved or first_progress(log)
        self._refused = refused_before(log, self.progress.dead_ends)
        self._memory = StandingMemory(log)
        self._repeats = _Repeats()
        self._save_at = 0.0
        if self.resumed:
            send(log, self.progress.outbox)  # whoever was killed may not have come to it

    def run(self, stop: threading.Event, on_step: Callable[[], None] = lambda: None) -> Tally | None:
        """Read, clean and compare until the end, or until `stop`. Raises Unavailable, StorageError: call it again."""
        try:
            self._clean(self._candidates(self._records(), last=False), stop, on_step, last=False)
            if self.progress.put_off and not stop.is_set():
                self._clean(self._candidates(self._put_off(), last=True), stop, on_step, last=True)
            if stop.is_set():
                return None
        finally:
            self._checkpoint()
        if self._file:
            self._file.remove()
        return self.progress.tally

    def _clean(
        self, candidates: Iterable[_Candidate], stop: threading.Event, on_step: Callable[[], None], last: bool
    ) -> None:
        work = self._work
        function = partial(clean_event, rules=work.rules, refuse=work.refuse)
        answers = answers_in_order(candidates, function, work.workers, payload=self._payload, preload=CLEANING_PRELOAD)
        try:
            for candidate, outcome in answers:
                if stop.is_set():
                    return
                self._take(candidate, outcome)
                record = candidate.record
                if last:
                    self.progress.put_off = {
                        key: place
                        for key, place in self.progress.put_off.items()
                        if place != (record.partition, record.offset)
                    }
                else:
                    self.progress.at[record.partition] = record.offset + 1
                    self.progress.tally.read += 1
                if time.monotonic() >= self._save_at or len(self.progress.outbox) >= MOST_OUTGOING:
                    self._checkpoint()
                on_step()
        finally:
            answers.close()

    def _payload(self, candidate: _Candidate) -> bytes | Outcome:
        record = candidate.record
        if candidate.passed or not candidate.revision:
            return _NOTHING
        return add_header(self._memory.header(source_of_key(record.key)), record.value or b"")

    def _take(self, candidate: _Candidate, outcome: Outcome) -> None:
        """Count what came of an event, and put down what is to be published of it."""
        tally = self.progress.tally
        if candidate.passed:
            tally.passed_over(candidate.passed)
        elif not candidate.revision:
            return
        else:
            standing = candidate.standing
            same = standing is not None and standing.revision == candidate.revision
            before = standing if same and standing and not standing.withdrawn else None
            answer = count_answer(tally, before, outcome)
            if answer is not None and answer[1].changes and self._work.apply:
                edition = standing.edition if standing is not None and same else 0
                self.progress.outbox += new_edition(candidate.record, before, answer[0], edition, outcome.seconds)

    def _checkpoint(self) -> None:
        if self._file:
            self._file.save(self.progress)
        send(self._log, self.progress.outbox)
        self.progress.outbox = []
        self._save_at = time.monotonic() + SAVED_EVERY

    def _records(self) -> Iterator[Record]:
        ends = self.progress.ends
        start = dict(self.progress.at)
        if all(start.get(number, 0) >= end for number, end in ends.items()):
            return
        for record in self._log.scan(RAW, start):
            if record.offset < ends.get(record.partition, 0):
                yield record

    def _put_off(self) -> Iterator[Record]:
        for partition, offset in list(self.progress.put_off.values()):
            record = self._log.read(RAW, partition, offset)
            if record is not None:
                yield record

    def _candidates(self, records: Iterator[Record], last: bool) -> Iterator[_Candidate]:
        """Look up what stands of each event's article, many at once."""
        for some in _batches(records):
            heads = [self._head(record) for record in some]
            standing = self._index.standing([head.id for head in heads if isinstance(head, _Head)])
            for record, head in zip(some, heads, strict=True):
                if isinstance(head, _Head):
                    yield self._judge(record, head, standing, last)
                else:
                    yield _Candidate(record, passed=head)

    def _head(self, record: Record) -> _Head | Passed | None:
        """Return what to look up of an event; None for one that is not asked for."""
        work = self._work
        if work.source is not None and source_of_key(record.key) != work.source:
            return None
        try:
            head = msgspec.json.decode(record.value or b"", type=_Head)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return "unreadable"
        if (work.since and head.fetched_at < work.since) or (work.until and head.fetched_at >= work.until):
            return None
        return head

    def _judge(self, record: Record, head: _Head, standing: Mapping[str, CleanArticle], last: bool) -> _Candidate:
        stored, key = standing.get(head.id), event_key(head.id, head.revision)
        if stored is not None and stored.revision > head.revision:
            return _Candidate(record, passed="older")
        stands = stored is not None and stored.revision == head.revision
        if stands and key in self._refused and not last:
            # It was refused once and came in again: of such events the last one decided, and it may be still to come.
            place = (record.partition, record.offset)
            earlier = self.progress.put_off.get(head.id, place)
            self.progress.put_off[head.id] = place
            return _Candidate(record, passed=None if earlier == place else "repeated")
        if not stands and key not in self._refused:
            return _Candidate(record, passed="waiting")
        if not last and self._repeats.seen(key):
            return _Candidate(record, passed="repeated")
        return _Candidate(record, head.revision, stored)


def count_answer(
    tally: Tally, before: CleanArticle | None, outcome: Outcome
) -> tuple[CleanArticle | Refused, AnswerComparison] | None:
    """Count what came of an event beside what stands, None for what was refused; None where no answer came."""
    if outcome.status == "failed":
        tally.passed_over("failed")
        return None
    after = decode(CleanArticle, outcome.value) if outcome.status == "done" else Refused(outcome.reason)
    found = compare_answers(before, after)
    tally.add(before, after, found)
    return after, found


def write_what_waits(log: Log, index: Index, stop: threading.Event) -> None:
    """Write to the index what `articles.clean` holds and the index stage has not done, with others of its group.

    What stands can be compared only once it stands, and new editions hold only once they are written.
    """
    writer, drained = IndexWriter(index, cure=partial(cure, log)), threading.Event()
    drained.set()
    try:
        Worker(INDEX_STAGE, log, writer).run(stop, drained)
    finally:
        writer.close()


def refused_before(log: Log, ends: Mapping[int, int]) -> frozenset[bytes]:
    """Return the keys of the events that the cleaning gave a dead letter, below these offsets of the dead letters."""
    found = set()
    for record in log.scan(DEAD):
        if record.offset >= ends.get(record.partition, 0):
            continue
        try:
            letter = decode(DeadLetter, record.value or b"")
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if letter.stage == CLEAN_STAGE.name and letter.id is not None and letter.revision is not None:
            found.add(event_key(letter.id, letter.revision))
    return frozenset(found)


def event_key(article_id: str, revision: int) -> bytes:
    """Return 8 bytes that stand for an event: its id and revision would take ten times the memory."""
    return hashlib.blake2b(f"{article_id} {revision}".encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _batches(records: Iterator[Record]) -> Iterator[Sequence[Record]]:
    some: list[Record] = []
    size = 0
    for record in records:
        some.append(record)
        size += len(record.value or b"")
        if len(some) >= _LOOKED_UP or size >= _LOOKED_UP_BYTES:
            yield some
            some, size = [], 0
    if some:
        yield some
