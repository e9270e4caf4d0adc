"""Describe what was learned about each source: the articles seen, and the text that recurs in them."""

from typing import Literal

from msgspec import Struct

from copydesk.cleaning.recurring import Memory, Pins, count_in_window, recurring_texts
from copydesk.consumers.source_memory import PINS, read_pins, read_source_memory
from copydesk.errors import NotFound
from copydesk.log_port import Log
from copydesk.pipeline import FURNITURE

EntryState = Literal["pinned", "released", "cut", "kept"]


class LearnedSource(Struct, frozen=True):
    """Count a source's articles, the texts remembered of them, and those that are cut."""

    source: str
    articles: int
    remembered: int
    furniture: int


class LearnedEntry(Struct, frozen=True):
    """Describe one text that recurs: `count` of the counted articles hold it, the last one `unseen_for` ago."""

    hash: str
    state: EntryState
    count: int
    example: str
    unseen_for: int | None


class LearnedText(Struct, frozen=True):
    """Hold what `sources show --json` prints of a source."""

    source: str
    articles: int
    entries: list[LearnedEntry]


def learned_sources(log: Log) -> list[LearnedSource]:
    """List the sources that have a memory, by name."""
    table = log.table(FURNITURE)
    found = []
    for key, value in sorted(table.items()):
        if not key.startswith(PINS):
            memory = read_source_memory(value)
            cut = recurring_texts(memory, read_pins(table.get(PINS + key)))
            found.append(LearnedSource(key, memory.articles, len(memory.entries), len(cut)))
    return found


def learned_text(log: Log, source: str) -> LearnedText:
    """Describe what recurs at a source, what is cut first; raises NotFound."""
    memory, pins = read_learned(log, source)
    cut = recurring_texts(memory, pins)
    counts = {hashed: count_in_window(entry, memory.articles) for hashed, entry in memory.entries.items()}
    entries = sorted(memory.entries.items(), key=lambda item: (item[0] not in cut, -counts[item[0]]))
    rows = [
        LearnedEntry(hashed, _state(hashed, cut, pins), counts[hashed], entry.example, memory.articles - entry.last)
        for hashed, entry in entries
        if counts[hashed] > 1 or hashed in cut
    ]
    gone = (pins.pinned | pins.released) - memory.entries.keys()
    rows += [LearnedEntry(hashed, _state(hashed, cut, pins), 0, "", None) for hashed in sorted(gone)]
    return LearnedText(source, memory.articles, rows)


def read_learned(log: Log, source: str) -> tuple[Memory, Pins]:
    """Return the memory of a source and people's pins; raises NotFound where there is neither."""
    table = log.table(FURNITURE)
    value, pins = table.get(source), table.get(PINS + source)
    if value is None and pins is None:
        raise NotFound(f"nothing is remembered of the source {source!r}; `copydesk sources list` shows the known ones")
    return read_source_memory(value), read_pins(pins)


def _state(hashed: str, cut: dict[str, str], pins: Pins) -> EntryState:
    if hashed in pins.pinned:
        return "pinned"
    if hashed in pins.released:
        return "released"
    return "cut" if hashed in cut else "kept"
