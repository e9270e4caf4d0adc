"""List the revisions of an article and compare two of them, with their texts read from where they stand in the log."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from msgspec import Struct

from copydesk.errors import InputError, NotFound
from copydesk.events import ChangeClass, CleanArticle, decode
from copydesk.history.compare import compare
from copydesk.history.follow import classes_of, version_of
from copydesk.history.records import TextChange
from copydesk.history.revisions import distinct_revisions
from copydesk.index_port import Index, StoredRevision
from copydesk.log_port import Log


class RevisionEntry(Struct, frozen=True):
    """Hold one revision that changed the content: `readable` says whether its text is still there.

    `classes` are the ways in which the source changed it since the one before it, none where it was cleaned otherwise;
    None where one of the two cannot be read.
    """

    revision: int
    fetched_at: datetime
    title: str
    content_hash: str
    place: str | None
    readable: bool
    classes: tuple[ChangeClass, ...] | None


class ComparedRevision(Struct, frozen=True):
    """Name one of two revisions that are compared."""

    revision: int
    fetched_at: datetime
    title: str


class Difference(Struct, frozen=True, kw_only=True):
    """Hold what changed between two revisions of an article; `classes` are those of the source's changes."""

    id: str
    from_: ComparedRevision = msgspec.field(name="from")
    to: ComparedRevision
    classes: tuple[ChangeClass, ...]
    changes: list[TextChange]


def revision_entries(log: Log, index: Index, article: CleanArticle) -> list[RevisionEntry]:
    """Return the revisions that changed an article's content, oldest first; raises LogUnavailable, IndexUnavailable."""
    found: list[RevisionEntry] = []
    before: CleanArticle | None = None
    for row in rows_of(index, article):
        text = _text(log, article, row)
        classes = classes_of(compare(version_of(before), version_of(text))) if before and text else None
        first = () if not found else classes
        place = str(row.place) if row.place else None
        found.append(
            RevisionEntry(row.revision, row.fetched_at, row.title, row.content_hash, place, text is not None, first)
        )
        before = text
    return found


def difference(
    log: Log, index: Index, article: CleanArticle, old: int | None = None, new: int | None = None
) -> Difference:
    """Compare two revisions of an article, the last two where none are named; one alone is compared with the last.

    Raises NotFound where there is no such revision or its text is gone, InputError for one and the same.
    """
    rows = rows_of(index, article)
    if old is None and len(rows) < 2:
        raise NotFound(f"the article {article.id} has one text only: nothing changed since it was first seen")
    last = rows[-1]
    earlier = rows[-2] if old is None else _row(rows, old, article)
    later = last if new is None else _row(rows, new, article)
    if earlier == later:
        raise InputError(f"revision {earlier.revision} is to be compared with itself: name two that differ")
    one, other = _readable(log, article, earlier), _readable(log, article, later)
    changes = compare(version_of(one), version_of(other))
    return Difference(
        id=article.id, from_=_compared(earlier), to=_compared(later), classes=classes_of(changes), changes=changes
    )


def rows_of(index: Index, article: CleanArticle) -> Sequence[StoredRevision]:
    """Return the revisions that differ; where the index keeps none, as it was filled by an earlier version, the one."""
    rows = distinct_revisions(index.history(article.id))
    return rows or (StoredRevision(article.revision, article.fetched_at, article.content_hash, article.title),)


def _row(rows: Sequence[StoredRevision], revision: int, article: CleanArticle) -> StoredRevision:
    for row in reversed(rows):
        if row.revision <= revision and revision >= rows[0].revision and revision <= article.revision:
            return row  # a revision that changed nothing has the text of the one before it
    known = ", ".join(str(row.revision) for row in rows)
    raise NotFound(f"the article {article.id} has no revision {revision}; it has {known}")


def _text(log: Log, article: CleanArticle, row: StoredRevision) -> CleanArticle | None:
    """Return the article of a revision: the stored one, or what its place in the log holds; None where it is gone."""
    if row.content_hash == article.content_hash:
        return article
    record = None
    if row.place is not None:
        try:
            record = log.read(*row.place)
        except NotFound:
            record = None
    try:
        found = decode(CleanArticle, record.value or b"") if record else None
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return found if found and found.id == article.id and found.content_hash == row.content_hash else None


def _readable(log: Log, article: CleanArticle, row: StoredRevision) -> CleanArticle:
    found = _text(log, article, row)
    if found is None:
        raise NotFound(
            f"the text of revision {row.revision} of {article.id} is not in the log any more: "
            "its time of retention is over"
        )
    return found


def _compared(row: StoredRevision) -> ComparedRevision:
    return ComparedRevision(row.revision, row.fetched_at, row.title)
