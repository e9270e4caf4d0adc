"""Tell an index that is lost from one that was never filled: the log knows what was indexed."""

import msgspec

from copydesk.errors import IndexMissing
from copydesk.index_port import IndexStatus
from copydesk.log_port import Log
from copydesk.pipeline import CLEAN, INDEX_STAGE

COUNTED = 50_000
"""Events up to which the articles among them are counted; of more, the events."""


class _Id(msgspec.Struct):
    id: str


def lost_index(log: Log, status: IndexStatus) -> str:
    """Return what is lost and the cure, where the log says that articles were indexed which an index does not have.

    Empty for an index with articles, and for one that nothing was written to yet. Raises LogUnavailable.
    """
    if status.documents or not was_indexed(log):
        return ""
    held = articles_held(log)
    what = "is gone" if status.missing else "is empty"
    return f"the index {what}, but the log holds {held}, which `copydesk reindex` brings back" if held else ""


def cure(log: Log, error: IndexMissing) -> str:
    """Return what to do about a missing index, behind what is missing. Raises LogUnavailable."""
    return f"{error.fact}: run `copydesk {'reindex' if was_indexed(log) else 'setup'}`"


def was_indexed(log: Log) -> bool:
    """Whether the index stage has gone through any of the clean articles. Raises LogUnavailable."""
    return any(each.committed.get(INDEX_STAGE.name, 0) > 0 for each in log.status() if each.partition.topic == CLEAN)


def articles_held(log: Log) -> str:
    """Return how many articles `articles.clean` holds, in words; empty for none. Raises LogUnavailable."""
    events = sum(each.end - each.begin for each in log.status() if each.partition.topic == CLEAN)
    if events > COUNTED:
        return f"{events:,} clean articles and revisions"
    ids = set()
    for record in log.scan(CLEAN):
        try:
            ids.add(msgspec.json.decode(record.value or b"", type=_Id).id)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue  # it never became a document
    return f"{len(ids):,} {'article' if len(ids) == 1 else 'articles'}" if ids else ""
