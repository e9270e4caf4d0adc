"""Describe what was learned about each source: the articles seen, and the text that recurs in them."""

from functools import partial
from typing import Literal

from msgspec import Struct

from copydesk.cleaning.corrections import Corrections
from copydesk.cleaning.recurring_counts import Memory, count_in_window, recurring_texts
from copydesk.consumers.source_corrections import PINS, CorrectionTable
from copydesk.consumers.source_memory import read_source_memory
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
    """Describe one text that recurs: `count` of the counted articles hold it, the last one `unseen_for` ago.

    It is `pinned` or `released` where a person decided, else `cut` or `kept` as often as it recurs.
    """

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
    corrections, found = CorrectionTable(log), []
    for key, value in sorted(log.table(FURNITURE).items()):
        if not key.startswith(PINS):
            memory = read_source_memory(value)
            cut = _cut(memory, corrections.of(key))
            found.append(LearnedSource(key, memory.articles, len(memory.entries), len(cut)))
    return found


def learned_text(log: Log, source: str) -> LearnedText:
    """Describe what recurs at a source, what is cut first; raises NotFound."""
    memory, corrections = read_learned(log, source)
    cut = _cut(memory, corrections)
    counts = {hashed: count_in_window(entry, memory.articles) for hashed, entry in memory.entries.items()}
    state = partial(_state, cut=cut, corrections=corrections)
    entries = sorted(memory.entries.items(), key=lambda item: (item[0] not in cut, -counts[item[0]]))
    rows = [
        LearnedEntry(hashed, state(hashed), counts[hashed], entry.example, memory.articles - entry.last)
        for hashed, entry in entries
        if counts[hashed] > 1 or hashed in cut
    ]
    gone = (corrections.cut | corrections.keep) - memory.entries.keys()
    rows += [LearnedEntry(hashed, state(hashed), 0, "", None) for hashed in sorted(gone)]
    return LearnedText(source, memory.articles, rows)


def read_learned(log: Log, source: str) -> tuple[Memory, Corrections]:
    """Return the memory of a source and people's corrections; raises NotFound where there is neither."""
    value, corrections = log.table(FURNITURE, by_need=True).get(source), CorrectionTable(log).of(source)
    if value is None and not corrections:
        raise NotFound(f"nothing is remembered of the source {source!r}; `copydesk sources list` shows the known ones")
    return read_source_memory(value), corrections


def _cut(memory: Memory, corrections: Corrections) -> frozenset[str]:
    return frozenset(recurring_texts(memory)) - corrections.keep | corrections.cut


def _state(hashed: str, cut: frozenset[str], corrections: Corrections) -> EntryState:
    if hashed in corrections.cut:
        return "pinned"
    if hashed in corrections.keep:
        return "released"
    return "cut" if hashed in cut else "kept"
