"""Keep what the index in Elasticsearch knows of the past of its articles: their revisions, changes, other addresses.

It stands in the article's own document, so that it is written and replaced with it: never one without the other. So who
writes a document reads the one before it first.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
from msgspec import Struct

from copydesk.adapters.elasticsearch_index.documents import Json, article_in
from copydesk.errors import CorruptStorage
from copydesk.events import Changes, CleanArticle
from copydesk.history.follow import followed
from copydesk.history.revisions import merged_revisions, with_revision
from copydesk.index_port import StoredRevision
from copydesk.log_port import EventPlace, read_place


class _Row(Struct, omit_defaults=True):
    """Hold a revision as a document has it."""

    revision: int
    fetched_at: datetime
    content_hash: str
    title: str
    place: str | None = None


class Known(Struct):
    """Hold what a document tells of the past of its article."""

    revision: int
    changed_at: datetime | None = None
    changes: Changes | None = None
    revisions: list[_Row] = []


class Past(NamedTuple):
    """Hold an article with its changes, None for none, and its revisions."""

    article: CleanArticle | None = None
    revisions: tuple[StoredRevision, ...] = ()

    def with_article(self, new: CleanArticle, place: EventPlace | None) -> "Past":
        """Return what is to be stored of an article that comes in; of the stored revision again, that is the same."""
        row = StoredRevision(new.revision, new.fetched_at, new.content_hash, new.title, place)
        mine, older = self.article, [each for each in self.revisions if each.revision <= new.revision]
        if mine is not None and new.revision <= mine.revision:
            new = msgspec.structs.replace(new, changed_at=mine.changed_at, changes=mine.changes)
        else:
            new = followed(mine, new)
        noted = mine is not None and mine.version < new.version and older and older[-1].revision == new.revision
        if noted or new.withdrawn:  # another edition is no other revision
            return Past(new, tuple(older))
        return Past(new, with_revision(older, row))

    def with_known(self, known: Known) -> "Past":
        """Return it with what another index knows besides, which was filled when the log held more."""
        mine = self.article
        if mine is None:
            return self
        more = known.changes is not None and known.changes.count > (mine.changes.count if mine.changes else 0)
        if known.revision == mine.revision and more:
            mine = msgspec.structs.replace(mine, changed_at=known.changed_at, changes=known.changes)
        older = [row for row in _stored(known) if row.revision <= mine.revision]
        return Past(mine, merged_revisions(older, self.revisions))


def pasts(
    before: Mapping[str, Json], articles: Sequence[CleanArticle], places: Sequence[EventPlace | None]
) -> list[Past]:
    """Return what is to be stored of each article, in order; `before` are the documents that are there, by id."""
    found = []
    latest = {key: Past(article_in(document), revisions_of(document)) for key, document in before.items()}
    for each, place in zip(articles, places or [None] * len(articles), strict=True):
        past = latest.get(each.id, Past()).with_article(each, place)
        found.append(past)
        if each.id not in latest or each.version > _version(latest[each.id]):
            latest[each.id] = past
    return found


def revisions_of(document: Json) -> tuple[StoredRevision, ...]:
    """Return the revisions that a document holds, oldest first; raises CorruptStorage."""
    try:
        return _stored(msgspec.convert(document["_source"], Known))
    except (KeyError, msgspec.ValidationError) as error:
        raise CorruptStorage(
            f"the revisions of {document.get('_id')!r} in Elasticsearch cannot be read ({error}): run "
            "`copydesk reindex`"
        ) from error


def past_fields(past: Past) -> dict[str, Any]:
    """Return what a document holds besides its article, and the changes in that."""
    rows = [
        _Row(row.revision, row.fetched_at, row.content_hash, row.title, str(row.place) if row.place else None)
        for row in past.revisions
    ]
    others = past.article.other_ids if past.article else ()
    return {"revisions": msgspec.to_builtins(rows)} | ({"other_ids": others} if others else {})


def _stored(known: Known) -> tuple[StoredRevision, ...]:
    return tuple(
        StoredRevision(row.revision, row.fetched_at, row.content_hash, row.title, read_place(row.place or ""))
        for row in known.revisions
    )


def _version(past: Past) -> tuple[int, int]:
    return past.article.version if past.article else (-1, 0)
