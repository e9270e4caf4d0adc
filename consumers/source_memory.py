"""Learn from the cleaned articles which text recurs at each source, and hand that to the cleaning of the next ones.

The memory is the latest value per source in the compacted topic `sources.furniture`. People's corrections go with it
to the cleaning. A source's articles are in one partition, so one process at a time learns about a source; one that
takes a partition over reads what the one before it saved. A hot source's articles are in several: what each of their
cleaners sees is a fair sample of it, so each goes on from what any of them saved last, and the last one wins. Lost
learning costs nothing but a little time.

A process reads of the topic the partitions of the sources that come to it, as they come, and lets go of a source that
has not come for FORGET_SECONDS: those of a partition that another process took over, too.
"""

import contextlib
import logging
import time
from collections import deque
from collections.abc import Collection, Hashable
from dataclasses import dataclass, field

import msgspec

from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.cleaning.recurring_counts import Memory, may_recur, observe, recurring_texts
from copydesk.cleaning.stored_memory import encode_memory
from copydesk.consumers.recurring_header import (
    EMPTY_HEADER,
    Lesson,
    SourceTexts,
    add_header,
    decode_lesson,
    encode_header,
)
from copydesk.consumers.source_corrections import CorrectionTable
from copydesk.errors import Unavailable
from copydesk.events import SCHEMA_VERSION
from copydesk.identity import LOCAL
from copydesk.log_port import Log, Message, Table
from copydesk.partition_keys import source_of_key
from copydesk.pipeline import FURNITURE
from copydesk.runtime.outcome import Executor, Outcome

logger = logging.getLogger("copydesk.furniture")

SAVE_EVERY = 25
"""Articles of a source between two saves of its memory, when what is cut does not change."""
YOUNG, RECOUNT_EVERY = 64, 8
"""From this many articles on, what recurs is worked out once in so many articles only."""
REREAD_SECONDS, CORRECTIONS_SECONDS, FORGET_SECONDS = 5.0, 1.0, 600.0
FURNITURE_HEADERS = {"type": "Furniture", "schema_version": str(SCHEMA_VERSION)}


@dataclass
class _Source:
    """Hold one source's memory as this process has it; `stored` is the value it was read from or saved as."""

    memory: Memory
    stored: bytes | None
    corrections: Corrections = UNCORRECTED
    recurring: dict[str, str] = field(default_factory=dict)
    header: bytes = EMPTY_HEADER
    used: float = 0.0
    unsaved: int = 0
    changed: bool = False


class SourceMemory:
    """Wrap the Executor that cleans. Each event goes in behind a header that says which texts recur."""

    def __init__(self, cleaning: Executor, log: Log) -> None:
        self._cleaning, self._log = cleaning, log
        self._table: Table | None = None
        self._corrections: CorrectionTable | None = None
        self._sources: dict[str, _Source] = {}
        self._waiting: deque[tuple[Hashable, str, bytes]] = deque()
        self._keys: dict[Hashable, str] = {}
        self._reread_at = self._corrections_at = 0.0

    @property
    def pending(self) -> int:
        """Count the events that are being cleaned, or wait to be."""
        return self._cleaning.pending + len(self._waiting)

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        """Have an event cleaned with what recurs at its source; where that must be read first, `completed` does it."""
        if time.monotonic() >= self._corrections_at:
            self._reread_corrections()
        if source_of_key(key) in self._sources:
            self._begin(ticket, key, value)
        else:
            self._waiting.append((ticket, key, value))

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        """Pass on what was cleaned, and learn from it; now and then save what was learned.

        Raises LogUnavailable where what is known of a source cannot be read now; its events wait for that.
        """
        while self._waiting:
            self._begin(*self._waiting[0])
            self._waiting.popleft()
        done = self._cleaning.completed(timeout)
        for ticket, outcome in done:
            key = self._keys.pop(ticket)
            if outcome.learned and key != LOCAL:
                self._learn(key, decode_lesson(outcome.learned))
        self._save()
        if time.monotonic() >= self._reread_at:
            self._reread()
        return done

    def close(self) -> None:
        """Save what was learned and close what is wrapped."""
        self._save(self._sources)
        self._cleaning.close()

    def _begin(self, ticket: Hashable, key: str, value: bytes) -> None:
        name = source_of_key(key)
        source = self._source(name)
        source.used = time.monotonic()
        self._keys[ticket] = name
        self._cleaning.submit(ticket, key, add_header(source.header, value))

    def _source(self, key: str) -> _Source:
        source = self._sources.get(key)
        if source is None:
            source = _Source(Memory(), None, used=time.monotonic())
            self._load(key, source)
            self._sources[key] = source
        return source

    def _load(self, key: str, source: _Source) -> None:
        if self._table is None:
            self._table = self._log.table(FURNITURE, by_need=True)
        if self._corrections is None:
            self._corrections = CorrectionTable(self._log)
        source.stored = self._table.get(key)
        source.memory = read_source_memory(source.stored)
        source.corrections = self._corrections.of(key)
        _activate(source)

    def _learn(self, key: str, lesson: Lesson) -> None:
        source = self._source(key)
        memory = observe(source.memory, lesson.id, lesson.texts)
        if memory is not source.memory:
            source.memory = memory
            source.unsaved += 1
            young = memory.articles < YOUNG
            if (young or memory.articles % RECOUNT_EVERY == 0) and (source.recurring or may_recur(memory)):
                _activate(source)

    def _save(self, also: Collection[str] = ()) -> None:
        """Save what has changed enough, and what has changed at all of the sources in `also`."""
        due = [
            (key, source, encode_memory(source.memory))
            for key, source in self._sources.items()
            if source.unsaved and (source.changed or source.unsaved >= SAVE_EVERY or key in also)
        ]
        if not due:
            return
        # What is learned is worth less than the article that taught it: an unavailable log is asked again later.
        with contextlib.suppress(Unavailable):
            self._log.publish(FURNITURE, [Message(key, value, FURNITURE_HEADERS) for key, _, value in due])
            for _, source, value in due:
                source.stored, source.unsaved, source.changed = value, 0, False

    def _reread(self) -> None:
        """Take in what another process learned while it held the source, and let go of sources that do not come."""
        now = time.monotonic()
        self._reread_at = now + REREAD_SECONDS
        if self._table is None:
            return
        with contextlib.suppress(Unavailable):
            self._table.refresh()
            for key, source in self._sources.items():
                if self._table.get(key) != source.stored and not source.unsaved:
                    self._load(key, source)
            self._forget(self._table, now - FORGET_SECONDS)

    def _forget(self, table: Table, before: float) -> None:
        """Let go of the sources that did not come since; what another process has saved of them meanwhile stays."""
        busy = set(self._keys.values())
        gone = {key for key, source in self._sources.items() if source.used < before and key not in busy}
        if gone:
            self._save({key for key in gone if table.get(key) == self._sources[key].stored})
            self._sources = {key: source for key, source in self._sources.items() if key not in gone}
            table.keep(self._sources)
            table.refresh()  # what was just saved is what is read should one come again

    def _reread_corrections(self) -> None:
        """Take in what people decided since."""
        self._corrections_at = time.monotonic() + CORRECTIONS_SECONDS
        with contextlib.suppress(Unavailable):
            if self._corrections is None:
                return
            self._corrections.refresh()
            for key, source in self._sources.items():
                if source.corrections != (now := self._corrections.of(key)):
                    source.corrections = now
                    _activate(source)


def _activate(source: _Source) -> None:
    recurring = recurring_texts(source.memory)
    if recurring.keys() != source.recurring.keys():
        source.changed = True
    source.recurring, source.header = recurring, encode_header(SourceTexts(recurring, source.corrections))


def read_source_memory(value: bytes | None) -> Memory:
    """Read a memory as stored; an unreadable one is an empty one, since it can be learned again."""
    try:
        return msgspec.json.decode(value, type=Memory) if value else Memory()
    except msgspec.DecodeError as error:
        logger.warning("a source's memory cannot be read and starts anew: %s", error)
        return Memory()
