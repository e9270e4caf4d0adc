"""Keep the list of an article's revisions: one for each text it ever had, and the one that stands now. Pure.

A page that is fetched again with the same text is a revision too. Of a run of equal texts the list holds the first,
which says since when the text stood so, and the last, which says where the event of the present revision is: so an
article that never changes has two rows, however often it is fetched.
"""

from collections.abc import Iterable, Sequence
from itertools import chain

from copydesk.index_port import StoredRevision


def with_revision(rows: Sequence[StoredRevision], new: StoredRevision) -> tuple[StoredRevision, ...]:
    """Return the rows, by revision, with one more; a row of the same revision is replaced."""
    return merged_revisions(rows, [new])


def merged_revisions(*lists: Iterable[StoredRevision]) -> tuple[StoredRevision, ...]:
    """Return the rows of several lists as one, by revision; of the same revision, that of the last list counts.

    What is written again without its event keeps the place that was known.
    """
    found: dict[int, StoredRevision] = {}
    for row in chain.from_iterable(lists):
        known = found.get(row.revision)
        same = known is not None and known.content_hash == row.content_hash
        found[row.revision] = row._replace(place=row.place or known.place) if known and same else row
    kept: list[StoredRevision] = []
    for _, row in sorted(found.items()):
        if len(kept) > 1 and kept[-2].content_hash == kept[-1].content_hash == row.content_hash:
            kept.pop()
        kept.append(row)
    return tuple(kept)


def distinct_revisions(rows: Iterable[StoredRevision]) -> tuple[StoredRevision, ...]:
    """Return the rows whose text differs from that of the row before, each with a place where its text can be read.

    Of a run of equal texts that is the place of the last: it is in the log for longest.
    """
    kept: list[StoredRevision] = []
    for row in rows:
        if kept and kept[-1].content_hash == row.content_hash:
            kept[-1] = kept[-1]._replace(place=row.place or kept[-1].place)
        else:
            kept.append(row)
    return tuple(kept)
