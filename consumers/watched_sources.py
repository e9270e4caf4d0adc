"""Hold what one process knows of all sources while it watches them: both topics read, figures, alarms to be told.

What is read is committed once the figures are saved, and these once the alarms are published: whoever comes next goes
on from there, what is read twice is known by its offset, and an alarm that is published twice has the same id.
"""

import logging
import time
from typing import get_args

import msgspec

from copydesk.consumers.dashboard_notes import note_of_alarm, note_of_letter
from copydesk.consumers.source_sightings import read_article, read_letter, refusal_of
from copydesk.events import SCHEMA_VERSION, Alarm, AlarmKind, encode
from copydesk.health.figures import SourceFigures, is_new_record
from copydesk.health.stream import SourceWatch
from copydesk.index_port import Note, Notes
from copydesk.log_port import Log, Message, Partition, Record
from copydesk.message_headers import headers
from copydesk.pipeline import ALERTS, CLEAN, DEAD, HEALTH, WATCH_STAGE
from copydesk.runtime.progress import Counts
from copydesk.telemetry import figures

logger = logging.getLogger("copydesk.watch_sources")

LETTERS_GROUP = f"{WATCH_STAGE.name}.dead"
SAVE_RECORDS = 4000
"""For how many records figures are not saved while more comes: each is written whole."""
HEALTH_HEADERS = {"type": "SourceFigures", "schema_version": str(SCHEMA_VERSION)}
_BATCH, _BATCH_BYTES, _STATES = 500, 32 << 20, 200


class WatchedSources:
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


def read_figures(value: bytes) -> SourceFigures:
    """Read a source's figures as stored; unreadable ones are none, since they can be learned again."""
    try:
        return msgspec.json.decode(value, type=SourceFigures)
    except msgspec.DecodeError as error:
        logger.warning("a source's figures cannot be read and start anew: %s", error)
        return SourceFigures()
