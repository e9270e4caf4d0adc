"""Keep what the embedded index knows of the past of its articles: their revisions, changes and other addresses.

It stands in tables beside those of the articles: files of earlier versions have none of them until they are written.
"""

from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

import apsw
import msgspec

from copydesk.adapters.index_values import from_microseconds, to_microseconds
from copydesk.events import ALL_CHANGE_CLASSES, Changes, CleanArticle
from copydesk.history.revisions import merged_revisions, with_revision
from copydesk.index_port import StoredRevision
from copydesk.log_port import EventPlace
from copydesk.pipeline import CLEAN

TABLES = ("revisions", "changes", "addresses")
_ROW = "revision, fetched_at, hash, title, partition, place"


class PastEntry(NamedTuple):
    """Hold one revision to be noted: the article's number, the article with its changes so far, and its place."""

    number: int
    article: CleanArticle
    place: EventPlace | None


def past_tables(generation: int) -> str:
    """Return the SQL that makes the tables where they are not there yet. `classes` has a bit for each class."""
    g = generation
    return f"""
    CREATE TABLE IF NOT EXISTS revisions_{g} (
        number INTEGER, revision INTEGER, fetched_at INTEGER NOT NULL, hash NOT NULL, title TEXT NOT NULL,
        partition INTEGER, place INTEGER, PRIMARY KEY (number, revision)
    ) WITHOUT ROWID;
    CREATE TABLE IF NOT EXISTS changes_{g} (
        number INTEGER PRIMARY KEY, changed_at INTEGER NOT NULL, count INTEGER NOT NULL, classes INTEGER NOT NULL
    );
    CREATE INDEX IF NOT EXISTS changes_by_time_{g} ON changes_{g} (changed_at);
    CREATE TABLE IF NOT EXISTS addresses_{g} (id TEXT, number INTEGER, PRIMARY KEY (id, number)) WITHOUT ROWID;
    CREATE INDEX IF NOT EXISTS addresses_by_number_{g} ON addresses_{g} (number);
    """


def has_past(connection: apsw.Connection, generation: int) -> bool:
    """Whether a generation has these tables."""
    return bool(
        connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"addresses_{generation}",)).fetchall()
    )


def write_past(
    connection: apsw.Connection, generation: int, entries: Sequence[PastEntry], known: Container[int]
) -> None:
    """Note revisions, in the order they were stored; `known` has the numbers of which something may be noted already.

    What is noted first of an article takes one statement for all of them: nothing has to be read or replaced.
    """
    if not has_past(connection, generation):
        connection.execute(past_tables(generation))
    stood: dict[int, Sequence[StoredRevision]] = {}
    stands: dict[int, Sequence[StoredRevision]] = {}
    latest: dict[int, CleanArticle] = {}
    for number, article, place in entries:
        if number not in stands:
            stands[number] = stood[number] = read_rows(connection, generation, number) if number in known else []
        new = StoredRevision(article.revision, article.fetched_at, article.content_hash, article.title, place)
        stands[number] = with_revision(stands[number], new)
        latest[number] = article
    _replace(connection, generation, stood, stands)
    old = [(number,) for number in latest if number in known]
    for table in ("changes", "addresses"):
        connection.executemany(f"DELETE FROM {table}_{generation} WHERE number = ?", old)
    connection.executemany(f"INSERT INTO changes_{generation} VALUES (?, ?, ?, ?)", _changes_rows(latest))
    others = [(each, number) for number, article in latest.items() for each in article.other_ids]
    connection.executemany(f"INSERT INTO addresses_{generation} VALUES (?, ?)", others)


def read_rows(connection: apsw.Connection, generation: int, number: int) -> list[StoredRevision]:
    """Return the revisions of an article, by its number, oldest first."""
    found = connection.execute(f"SELECT {_ROW} FROM revisions_{generation} WHERE number = ? ORDER BY 2", (number,))
    return [_stored(*row) for row in found]


def with_changes(connection: apsw.Connection, generation: int, number: int, article: CleanArticle) -> CleanArticle:
    """Return the article of a number with when it changed last, how often and how, as far as it did."""
    if not has_past(connection, generation):
        return article
    sql = f"SELECT changed_at, count, classes FROM changes_{generation} WHERE number = ?"
    for changed_at, count, classes in connection.execute(sql, (number,)):
        changes = Changes(count=count, classes=_classes(classes))
        return msgspec.structs.replace(article, changed_at=from_microseconds(changed_at), changes=changes)
    return article


def carry_past(connection: apsw.Connection, live: int, new: int) -> None:
    """Add to a new generation what only the live one knows: of what the log no longer held when it was filled."""
    if not has_past(connection, live):
        return
    connection.execute(past_tables(new))
    lacking = f"""
        SELECT fresh.number, {", ".join(f"kept.{name}" for name in _ROW.split(", "))}
        FROM articles_{new} fresh JOIN articles_{live} old USING (id) JOIN revisions_{live} kept
        ON kept.number = old.number LEFT JOIN revisions_{new} there
        ON there.number = fresh.number AND there.revision = kept.revision
        WHERE (there.number IS NULL OR there.place IS NULL) AND kept.revision <= fresh.revision"""
    found: dict[int, list[StoredRevision]] = {}
    for number, *row in connection.execute(lacking):
        found.setdefault(number, []).append(_stored(*row))
    stood = {number: read_rows(connection, new, number) for number in found}
    _replace(connection, new, stood, {number: merged_revisions(rows, stood[number]) for number, rows in found.items()})
    connection.execute(f"""
        INSERT OR REPLACE INTO changes_{new}
        SELECT fresh.number, kept.changed_at, kept.count, kept.classes
        FROM articles_{new} fresh JOIN articles_{live} old ON old.id = fresh.id AND old.revision = fresh.revision
        JOIN changes_{live} kept ON kept.number = old.number
        LEFT JOIN changes_{new} there ON there.number = fresh.number
        WHERE there.number IS NULL OR there.count < kept.count""")


def mask_of(classes: Sequence[str]) -> int:
    """Return the bits of some classes of changes."""
    return sum(1 << ALL_CHANGE_CLASSES.index(name) for name in ALL_CHANGE_CLASSES if name in classes)


def _classes(mask: int) -> tuple[Any, ...]:
    return tuple(name for bit, name in enumerate(ALL_CHANGE_CLASSES) if mask >> bit & 1)


def _changes_rows(articles: Mapping[int, CleanArticle]) -> list[tuple[int, int, int, int]]:
    return [
        (number, to_microseconds(article.changed_at), article.changes.count, mask_of(article.changes.classes))
        for number, article in articles.items()
        if article.changed_at is not None and article.changes is not None
    ]


def _replace(
    connection: apsw.Connection,
    generation: int,
    before: Mapping[int, Sequence[StoredRevision]],
    after: Mapping[int, Sequence[StoredRevision]],
) -> None:
    """Write what differs of the revisions of articles, by their numbers."""
    gone = [(number, row.revision) for number, rows in before.items() for row in rows if row not in after[number]]
    connection.executemany(f"DELETE FROM revisions_{generation} WHERE number = ? AND revision = ?", gone)
    connection.executemany(
        f"INSERT INTO revisions_{generation} VALUES (?, ?, ?, ?, ?, ?, ?)",
        [(number, row.revision, to_microseconds(row.fetched_at), _packed(row.content_hash), row.title,
          row.place and row.place.partition, row.place and row.place.offset)
         for number, rows in after.items() for row in rows if row not in before[number]],
    )  # fmt: skip


def _stored(
    revision: int, fetched_at: int, hash_: bytes | str, title: str, partition: int | None, offset: int | None
) -> StoredRevision:
    place = None if partition is None or offset is None else EventPlace(CLEAN, partition, offset)
    content_hash = hash_.hex() if isinstance(hash_, bytes) else hash_
    return StoredRevision(revision, from_microseconds(fetched_at), content_hash, title, place)


def _packed(content_hash: str) -> bytes | str:
    """Return a hash as half as many bytes, where it is one of ours."""
    try:
        packed = bytes.fromhex(content_hash)
    except ValueError:
        return content_hash
    return packed if packed.hex() == content_hash else content_hash
