"""Run the stage watch-sources: clean articles and dead letters in, the figures of each source and alarms out.

One process at a time does it, elected by the log: it holds the first partition of `sources.health`; others stand by. So
it sees all sources, and what they share on a day. What it knows is the latest value per source in that topic; it is
saved, after the alarms, before anything is committed. Whoever comes next goes on from there: what is read twice is
known by its offset, and an alarm that is published twice has the same id.
"""

import hashlib
import logging
import math
import threading
import time
from collections.abc import Callable
from typing import get_args

import msgspec

from copydesk.consumers.source_sightings import read_article, read_letter, refusal_of
from copydesk.errors import Unavailable
from copydesk.events import SCHEMA_VERSION, Alarm, AlarmKind, DeadLetter, encode, headers
from copydesk.health.figures import SourceFigures, is_new_record
from copydesk.health.stream import SourceWatch
from copydesk.index_port import Note, Notes
from copydesk.log_port import Log, Message, Partition, Reader, Record
from copydesk.pipeline import ALERTS, CLEAN, DEAD, HEALTH, WATCH_STAGE
from copydesk.runtime import dead_letters
from copydesk.runtime.progress import Counts
from copydesk.telemetry import figures
from copydesk.telemetry.waits import WaitReport

logger = logging.getLogger("copydesk.watch_sources")

LETTERS_GROUP, LEASE_GROUP = f"{WATCH_STAGE.name}.dead", f"{WATCH_STAGE.name}.lease"
SAVE_SECONDS, IDLE_SECONDS, SAVE_RECORDS = 10.0, 2.0, 4000
"""How long, and for how many records, figures are not saved while more comes, and while nothing does: each is written
whole."""
SWEEP_SECONDS = 60.0
"""How often the clock on the wall is asked whether a source is silent."""
ELECTION_SECONDS = 10.0
"""How long a drain waits to be elected: after that another process does the work."""
HEALTH_HEADERS = {"type": "SourceFigures", "schema_version": str(SCHEMA_VERSION)}
_FIRST = Partition(HEALTH, 0)
_BATCH, _BATCH_BYTES, _STATES = 500, 32 << 20, 200
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0


class SourceWatcher:
    """Run until stopped, or, once `drain` is set, until all is read. `counts` says how it is doing.

    `wall` is the clock by which a source is silent when nothing comes at all; without it, all that counts is what has
    come in the end. `notes` take alarms and dead letters for dashboards.
    """

    def __init__(
        self,
        log: Log,
        *,
        wall: Callable[[], float] | None = time.time,
        beat: Callable[[], None] | None = None,
        notes: Notes | None = None,
    ) -> None:
        self.counts = Counts()
        self._log, self._wall, self._beat = log, wall, beat
        self._notes = notes
        self._lease: Reader | None = None
        self._work: _Watching | None = None
        self._looked_at = -SWEEP_SECONDS
        self._waits = WaitReport(WATCH_STAGE.name, logger)

    def run(self, stop: threading.Event, drain: threading.Event | None = None) -> None:
        """Loop; what does not answer is waited for, visibly. Raises only what no retry can mend."""
        wait, elect_until = _FIRST_WAIT, 0.0
        try:
            while not stop.is_set():
                self.counts.turned_at = time.monotonic()
                draining = drain is not None and drain.is_set()
                try:
                    if self._elected():
                        if self._go_on(draining) and draining:
                            return
                    else:
                        elect_until = elect_until or time.monotonic() + ELECTION_SECONDS
                        if draining and time.monotonic() >= elect_until:
                            logger.info("another process watches the sources of this log")
                            return
                        stop.wait(0.2)
                    if self.counts.waiting:
                        self._log.lag(CLEAN, WATCH_STAGE.name)  # raises: to read nothing is no sign of its return
                    wait, self.counts.waiting = _FIRST_WAIT, ""
                    self._waits.goes_on()
                    if self._beat is not None:
                        self._beat()
                except Unavailable as error:
                    if str(error) != self.counts.waiting:
                        logger.warning("stage %s waits and tries again: %s", WATCH_STAGE.name, error)
                    self.counts.waiting = str(error)
                    self._waits.waits()
                    stop.wait(wait)
                    wait = min(2 * wait, _LONGEST_WAIT)
            self._finish()
        finally:
            self._put_down()
            if self._lease is not None:
                self._lease.close()

    def _elected(self) -> bool:
        if self._lease is None:
            self._lease = self._log.reader(HEALTH, LEASE_GROUP)
        self._lease.poll(0.0 if self._work else 0.2, max_records=0)
        held = _FIRST in self._lease.assigned()
        if not held:
            self._put_down()  # what is not saved is not committed: whoever is elected reads it again
        return held

    def _go_on(self, draining: bool) -> bool:
        """Do a step; whether there was nothing to do and all is saved."""
        if self._work is None:
            self._work = _Watching(self._log, self.counts, self._notes)
        read = not self._work.is_full and self._work.read(0.0 if draining else 0.5)
        if not read:
            self._look(draining)
        if self._work.is_due(self._save_after(read, draining)):
            for alarm in self._work.save():
                logger.info("%s: %s%s", alarm.source, alarm.what, " — ended" if alarm.ended_at else "")
                if alarm.ended_at is None:
                    figures.ALARMS.add(1, alarm.kind)
            figures.ALARMS_OPEN.replace(self._work.open_alarms())
            figures.LAST_COMMIT.set(time.time(), WATCH_STAGE.name)
        if read or not self._work.is_done():
            return False
        if draining and self._work.is_behind():
            self._work.read(0.2)  # a group that was just joined has no partitions yet
            return False
        return True

    def _save_after(self, read: bool, draining: bool) -> float:
        """Return after how many seconds to save; a run, which has no clock on the wall, does it in the end."""
        if draining and not read:
            return 0.0
        return math.inf if self._wall is None else SAVE_SECONDS if read else IDLE_SECONDS

    def _look(self, draining: bool) -> None:
        assert self._work is not None
        if draining:
            self._work.look(None)
        elif self._wall is not None and time.monotonic() - self._looked_at >= SWEEP_SECONDS:
            self._looked_at = time.monotonic()
            self._work.look(self._wall())

    def _finish(self) -> None:
        if self._work is not None:
            try:
                self._work.save()
            except Unavailable as error:
                logger.warning("stage %s stopped while waiting: %s", WATCH_STAGE.name, error)

    def _put_down(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None


class _Watching:
    """Hold both readers and the figures of all sources, while elected."""

    def __init__(self, log: Log, counts: Counts, notes: Notes | None) -> None:
        self._log, self._counts, self._notes = log, counts, notes
        self._notes_due: list[Note] = []
        table = log.table(HEALTH)
        table.refresh()
        self._watch = SourceWatch({source: read_figures(value) for source, value in table.items()})
        self._articles = log.reader(CLEAN, WATCH_STAGE.name)
        self._letters = log.reader(DEAD, LETTERS_GROUP)
        self._offsets: dict[Partition, int] = {}
        self._alarms: list[Alarm] = []
        self._unsaved, self._saved_at, self._stale = 0, time.monotonic(), True

    def read(self, timeout: float) -> bool:
        """Take in what is there, letters first, so that an article's refused neighbours are known; whether any was."""
        letters = self._letters.poll(0.0, _BATCH, _BATCH_BYTES).records
        for record in letters:
            self._note(record)
            letter = read_letter(record.value or b"")
            if letter is not None and self._notes is not None:
                self._notes_due.append(note_of_letter(letter))
            refused = refusal_of(letter) if letter is not None else None
            if refused is not None and self._is_new(refused.source, "dead", record):
                self._watch.refusal(refused, record.partition)
        articles = self._articles.poll(0.0 if letters else timeout, _BATCH, _BATCH_BYTES).records
        for record in articles:
            self._note(record)
            seen = read_article(record.value or b"")
            if seen is not None and self._is_new(seen.source, "clean", record):
                self._alarms += self._watch.article(seen, record.partition)
        self._stale = self._stale or bool(letters or articles)
        return bool(letters or articles)

    def look(self, wall: float | None) -> None:
        """Judge all sources, now that all is read: by the clock on the wall, or once by how far the stream has come."""
        if wall is not None or self._stale:
            self._alarms += self._watch.sweep(wall)
            self._stale = False

    @property
    def is_full(self) -> bool:
        """Whether so much is not saved that nothing more is to be read."""
        return self._unsaved >= 2 * SAVE_RECORDS

    def is_due(self, seconds: float) -> bool:
        """Whether it is time to save, when that was last done so many seconds ago."""
        old = time.monotonic() - self._saved_at >= seconds
        return bool(self._alarms) or self._unsaved >= SAVE_RECORDS or (old and not self.is_done())

    def is_done(self) -> bool:
        """Whether all that was read is saved and committed."""
        return not (self._unsaved or self._alarms or self._watch.changed or self._watch.gone)

    def is_behind(self) -> bool:
        """Whether either topic holds events that are not committed. Raises LogUnavailable."""
        groups = ((CLEAN, WATCH_STAGE.name), (DEAD, LETTERS_GROUP))
        return any(self._log.lag(topic, group) for topic, group in groups)

    def save(self) -> list[Alarm]:
        """Publish alarms, then figures, then commit; returns the alarms. Raises LogUnavailable: call again."""
        watch = self._watch
        published = [Message(each.source, encode(each), headers(Alarm)) for each in self._alarms]
        if published:
            self._log.publish(ALERTS, published)
            self._notes_due += [note_of_alarm(each) for each in self._alarms] if self._notes is not None else []
        told, self._alarms = self._alarms, []
        if self._notes is not None and self._notes_due:
            self._notes.write(self._notes_due)
            self._notes_due.clear()
        gone = [Message(source, None, HEALTH_HEADERS) for source in watch.gone]
        changed = [
            Message(source, msgspec.json.encode(watch.sources[source]), HEALTH_HEADERS)
            for source in watch.changed
            if source in watch.sources
        ]
        for start in range(0, len(states := gone + changed), _STATES):
            self._log.publish(HEALTH, states[start : start + _STATES])
        watch.changed.clear()
        watch.gone.clear()
        for reader, topic in ((self._articles, CLEAN), (self._letters, DEAD)):
            offsets = {place: offset for place, offset in self._offsets.items() if place.topic == topic}
            if offsets:
                reader.commit(offsets)
        self._offsets.clear()
        self._unsaved, self._saved_at = 0, time.monotonic()
        return told

    def open_alarms(self) -> dict[tuple[str, ...], float]:
        """Count the open alarms by kind, every kind."""
        found: dict[tuple[str, ...], float] = {(kind,): 0.0 for kind in get_args(AlarmKind)}
        for source in self._watch.sources.values():
            for alarm in source.alarms:
                found[(alarm.kind,)] += 1
        return found

    def close(self) -> None:
        """Leave both groups."""
        self._articles.close()
        self._letters.close()

    def _note(self, record: Record) -> None:
        self._offsets[Partition(record.topic, record.partition)] = record.offset + 1
        self._unsaved += 1
        self._counts.read += 1
        self._counts.done += 1
        figures.READ.add(1, WATCH_STAGE.name)
        figures.OUTCOMES.add(1, WATCH_STAGE.name, "done")

    def _is_new(self, source: str, stream: str, record: Record) -> bool:
        known = self._watch.figures_of(source)
        return is_new_record(known, f"{stream}.{record.partition}", record.offset, record.timestamp)


def note_of_alarm(alarm: Alarm) -> Note:
    """Return what a dashboard shows of an alarm; it is the same note when it ends."""
    shown = alarm.articles[-1] if alarm.articles else None
    return Note(
        id=alarm.id, type="alarm", at=alarm.found_at, source=alarm.source, name=alarm.kind, words=alarm.what,
        title=shown.title if shown else "", article=shown.id if shown else "", ended_at=alarm.ended_at,
    )  # fmt: skip


def note_of_letter(letter: DeadLetter) -> Note:
    """Return what a dashboard shows of a dead letter; its repeats are one note, and so is its being put aside."""
    named = hashlib.sha256("\n".join(dead_letters.identity(letter)).encode()).hexdigest()[:32]
    return Note(
        id=named, type="dead_letter", at=letter.failed_at, source=letter.source,
        name="discarded" if letter.discarded else letter.class_, words=letter.reason, stage=letter.stage,
        title=letter.title or "", article=letter.id or "",
    )  # fmt: skip


def read_figures(value: bytes) -> SourceFigures:
    """Read a source's figures as stored; unreadable ones are none, since they can be learned again."""
    try:
        return msgspec.json.decode(value, type=SourceFigures)
    except msgspec.DecodeError as error:
        logger.warning("a source's figures cannot be read and start anew: %s", error)
        return SourceFigures()
