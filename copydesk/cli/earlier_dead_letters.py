"""Count what earlier runs left among the dead letters of the files and sources that a run names again."""

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import msgspec

from copydesk.identity import article_id
from copydesk.pipeline import DEAD
from copydesk.ports import Index, Log
from copydesk.producers.seeds.paths import printable_path


class _Event(msgspec.Struct, frozen=True):
    """Read an event as far as it says where it was found: a raw article its file, a link `file:line`."""

    fetch: dict[str, str] = {}
    found_at: str = ""
    url: str | None = None


class _Letter(msgspec.Struct, frozen=True):
    failed_at: datetime
    source: str = "local"
    id: str | None = None
    revision: int | None = None
    event: _Event = _Event()


def count_earlier_dead_letters(
    log: Log, index: Index, paths: Sequence[Path], sources: frozenset[str], before: datetime
) -> int:
    """Count documents of these paths, or of these sources, that were dead letters before that instant and are so still.

    What has reached the index since is none. Reads all dead letters once, and of each only what it needs.
    """
    roots = [printable_path(Path(os.path.abspath(path))) for path in paths]
    found: dict[str, int] = {}
    for record in log.scan(DEAD):
        try:
            letter = msgspec.json.decode(record.value or b"", type=_Letter)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # not even an event: `dead list` shows it, and no document of any file is known by it
        event = letter.event
        known = letter.id or (article_id(url=event.url) if event.found_at and event.url else None)
        if letter.failed_at >= before or known is None:
            continue
        file = event.fetch.get("file") or event.found_at.rpartition(":")[0]
        if letter.source in sources or (file and _within(os.path.abspath(file), roots)):
            found[known] = max(letter.revision or 0, found.get(known, 0))
    stored = index.revisions(sorted(found)) if found else {}
    return sum(stored.get(known, -1) < revision for known, revision in found.items())


def _within(file: str, roots: Sequence[str]) -> bool:
    return any(file == root or file.startswith(root.rstrip(os.sep) + os.sep) for root in roots)
