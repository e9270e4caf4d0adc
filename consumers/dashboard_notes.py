"""Make the notes that dashboards show of alarms and dead letters."""

import hashlib

from copydesk.events import Alarm, DeadLetter
from copydesk.index_port import Note
from copydesk.runtime import dead_letters


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
