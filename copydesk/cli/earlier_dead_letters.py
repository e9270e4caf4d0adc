"""Count what earlier runs left among the dead letters of the files and sources that a run names again."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec
from msgspec import UnsetType

from copydesk.answers.letters import read_letters, with_what_became
from copydesk.events import DeadLetter
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.producers.seeds.paths import printable_path


class _Found(msgspec.Struct, frozen=True):
    """Read an event as far as it says where it was found: a raw article its file, a link `file:line`."""

    fetch: dict[str, str] = {}
    found_at: str = ""


def count_earlier_dead_letters(
    log: Log, index: Index, paths: Sequence[Path], sources: frozenset[str], before: datetime
) -> int:
    """Count documents of these paths, or of these sources, that were dead letters before that instant and are so still.

    What has reached the index since, or was discarded, is none. Reads all dead letters once.
    """
    roots = [printable_path(Path(os.path.abspath(path))) for path in paths]

    def ours(letter: DeadLetter) -> bool:
        file = _file(letter)
        return letter.source in sources or bool(file and _within(os.path.abspath(file), roots))

    found = [each for each in read_letters(log, before) if each.document and ours(each.letter)]
    return len({each.document for each in with_what_became(found, log, index) if each.state == "open"})


def _file(letter: DeadLetter) -> str:
    """Return the file that the letter's document, or its link, stands in; empty where its event names none."""
    if isinstance(letter.event, UnsetType):
        return ""
    try:
        event = msgspec.json.decode(letter.event, type=_Found)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return ""
    return event.fetch.get("file") or event.found_at.rpartition(":")[0]


def _within(file: str, roots: Sequence[str]) -> bool:
    return any(file == root or file.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
