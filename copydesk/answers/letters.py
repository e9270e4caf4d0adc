"""Read the dead letters as people see them: each once, with what has become of its document since."""

import os
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from copydesk.errors import Unavailable
from copydesk.events import DeadLetter, decode
from copydesk.identity import article_id
from copydesk.index_port import Index
from copydesk.log_port import Log, Record
from copydesk.pipeline import DEAD, PAGES_STAGE, SEEDS_STATE
from copydesk.producers.seeds.ledger import Ledger
from copydesk.producers.seeds.paths import printable_path
from copydesk.runtime import dead_letters

LetterState = Literal["open", "resolved", "discarded"]
_LINE = re.compile(r":\d+$", re.ASCII)


class FoundLetter(NamedTuple):
    """Hold a dead letter under its handle, `partition@offset` in articles.dead; repeats of an event count as one."""

    handle: str
    letter: DeadLetter
    state: LetterState = "open"

    @property
    def document(self) -> str | None:
        """Return the id that the article has or would have, where that is known."""
        address = dead_letters.address(self.letter) if self.letter.stage == PAGES_STAGE.name else None
        return self.letter.id or (article_id(url=address) if address else None)

    @property
    def revision(self) -> int:
        """Return the revision from which on the document is past this: its own, else the instant of the failure."""
        known = self.letter.revision
        return int(self.letter.failed_at.timestamp() * 1000) if known is None else known


def read_letters(log: Log, before: datetime | None = None) -> Iterator[FoundLetter]:
    """Yield every distinct dead letter, the latest of its repeats, oldest first; a discarded one is told as such.

    With `before`, as they were at that instant.
    """
    latest: dict[tuple[str, ...], FoundLetter] = {}
    for record in log.scan(DEAD):
        letter = read_letter_record(record)
        if before is None or letter.failed_at < before:
            take_in(latest, record, letter)
    yield from latest.values()


def read_letter_record(record: Record) -> DeadLetter:
    """Return the letter of a record; one that cannot be read is a letter of that."""
    try:
        return decode(DeadLetter, record.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        return dead_letters.from_record(record, "dead", "failed", f"an unreadable dead letter: {error}")


def take_in(latest: dict[tuple[str, ...], FoundLetter], record: Record, letter: DeadLetter) -> None:
    """Put a letter behind all others, in the place of its repeat where there is one."""
    key = dead_letters.identity(letter)
    latest.pop(key, None)
    state: LetterState = "open" if letter.discarded is None else "discarded"
    latest[key] = FoundLetter(f"{record.partition}@{record.offset}", letter, state)


def with_what_became(found: Sequence[FoundLetter], log: Log, index: Index) -> list[FoundLetter]:
    """Tell which are resolved: the article is in the index, in that revision or a later one, or its file is read whole.

    An index that does not answer resolves none.
    """
    wanted = sorted({each.document for each in found if each.document and each.state == "open"})
    try:
        stored = index.revisions(wanted) if wanted else {}
    except Unavailable:
        stored = {}
    mended = _Mended(log)

    def now(each: FoundLetter) -> FoundLetter:
        if each.state != "open":
            return each
        past = each.document is not None and stored.get(each.document, -1) >= each.revision
        return each._replace(state="resolved") if past or mended(each.letter) else each

    return [now(each) for each in found]


class _Mended:
    """Whether the file of a letter, which never became an event, was read again with nothing in it refused."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._ledger: Ledger | None = None
        self._files: dict[str, bool] = {}

    def __call__(self, letter: DeadLetter) -> bool:
        if letter.stage != "seeds" or letter.topic is not None:
            return False
        return any(self._is_whole(place) for place in {letter.place, _LINE.sub("", letter.place)})

    def _is_whole(self, place: str) -> bool:
        if place not in self._files:
            if self._ledger is None:
                self._ledger = Ledger(self._log.table(SEEDS_STATE), lambda: datetime.now(UTC))
            state = self._ledger.file(f"file:{printable_path(Path(os.path.abspath(place)))}")
            self._files[place] = state is not None and state.done and not state.refused and state.rows > 0
        return self._files[place]
