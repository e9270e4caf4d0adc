"""Keep the editions of articles that were cleaned anew, and what is withdrawn, apart from what is searched.

They stand in tables of their own: files of earlier versions have none until they are written, and most articles never
have a second edition. What is withdrawn leaves all other tables, but keeps its number, and its place against lower
revisions and editions.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import apsw

from copydesk.adapters.sqlite_index.document import Row

EDITION_TABLES = ("editions", "withdrawn")


class StoredVersion(NamedTuple):
    """Hold what stands of an id: its number in the tables, and the (revision, edition) that a higher one replaces."""

    number: int
    version: tuple[int, int]
    withdrawn: bool = False


def make_edition_tables(connection: apsw.Connection, generation: int) -> None:
    """Make the tables where they are not there yet."""
    connection.execute(f"""
        CREATE TABLE IF NOT EXISTS editions_{generation} (number INTEGER PRIMARY KEY, edition INTEGER NOT NULL);
        CREATE TABLE IF NOT EXISTS withdrawn_{generation} (
            id TEXT PRIMARY KEY, number INTEGER NOT NULL, revision INTEGER NOT NULL, edition INTEGER NOT NULL,
            indexed_at INTEGER NOT NULL, body BLOB NOT NULL
        );
    """)


def has_editions(connection: apsw.Connection, generation: int) -> bool:
    """Whether a generation has these tables."""
    return bool(
        connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (f"withdrawn_{generation}",)).fetchall()
    )


def stored_versions(connection: apsw.Connection, generation: int, ids: Sequence[str]) -> dict[str, StoredVersion]:
    """Return what stands of these ids, of no more than a statement may have variables for."""
    marks = ",".join("?" * len(ids))
    if not has_editions(connection, generation):
        sql = f"SELECT id, number, revision, 0, false FROM articles_{generation} WHERE id IN ({marks})"
        found = connection.execute(sql, list(ids))
    else:
        sql = f"""
            SELECT id, a.number, revision, coalesce(edition, 0), false
            FROM articles_{generation} a LEFT JOIN editions_{generation} e ON e.number = a.number WHERE id IN ({marks})
            UNION ALL
            SELECT id, number, revision, edition, true FROM withdrawn_{generation} WHERE id IN ({marks})"""
        found = connection.execute(sql, [*ids, *ids])
    return {
        key: StoredVersion(number, (revision, edition), bool(gone)) for key, number, revision, edition, gone in found
    }


def withdrawn_bodies(connection: apsw.Connection, generation: int, ids: Sequence[str]) -> list[tuple[str, bytes, int]]:
    """Return (id, body, indexed_at) of those of these ids that are withdrawn."""
    if not has_editions(connection, generation):
        return []
    marks = ",".join("?" * len(ids))
    sql = f"SELECT id, body, indexed_at FROM withdrawn_{generation} WHERE id IN ({marks})"
    return connection.execute(sql, list(ids)).fetchall()  # type: ignore[return-value]  # as the tables are


def highest_number(connection: apsw.Connection, generation: int) -> int:
    """Return the highest number of an article, 0 for none; that of one that is withdrawn is never another's."""
    sql = f"SELECT coalesce(max(number), 0) FROM articles_{generation}"
    if has_editions(connection, generation):
        sql = f"SELECT max(({sql}), (SELECT coalesce(max(number), 0) FROM withdrawn_{generation}))"
    return int(str(connection.execute(sql).get))


def write_editions(
    connection: apsw.Connection,
    generation: int,
    rows: Sequence[tuple[int, Row, int]],
    there: Mapping[str, StoredVersion],
) -> None:
    """Note the editions of rows with their numbers and instants, and take out what is withdrawn; `there` stood before.

    Call it when the rows that are not withdrawn are written.
    """
    known = has_editions(connection, generation)
    if not known:
        if not any(row.edition or row.withdrawn for _, row, _ in rows):
            return
        make_edition_tables(connection, generation)
    gone = [(number, row, at) for number, row, at in rows if row.withdrawn]
    back = [(row.id,) for _, row, _ in rows if not row.withdrawn and row.id in there and there[row.id].withdrawn]
    connection.executemany(f"DELETE FROM withdrawn_{generation} WHERE id = ?", back)
    connection.executemany(
        f"INSERT OR REPLACE INTO withdrawn_{generation} VALUES (?, ?, ?, ?, ?, ?)",
        [(row.id, number, row.revision, row.edition, at, row.body) for number, row, at in gone],
    )
    numbers = [(number,) for number, row, _ in gone]
    for table in ("articles", "bodies"):
        connection.executemany(f"DELETE FROM {table}_{generation} WHERE number = ?", numbers)
    connection.executemany(f"DELETE FROM words_{generation} WHERE rowid = ?", numbers)
    connection.executemany(
        f"DELETE FROM editions_{generation} WHERE number = ?",
        [(number,) for number, row, _ in rows if row.withdrawn or not row.edition],
    )
    connection.executemany(
        f"INSERT OR REPLACE INTO editions_{generation} VALUES (?, ?)",
        [(number, row.edition) for number, row, _ in rows if row.edition and not row.withdrawn],
    )


def lacking_articles(
    connection: apsw.Connection, live: int, new: int, after: str, limit: int, *, withdrawn: bool
) -> list[tuple[str, bytes, int]]:
    """Return (id, body, indexed_at) of what the new generation lacks of the live one, or has in a lower version.

    Either of what stands as an article in the live one, or of what is withdrawn there; by id, behind `after`.
    """
    for generation in (live, new):
        make_edition_tables(connection, generation)
    old = f"withdrawn_{live}"
    if not withdrawn:
        old = f"""(SELECT id, revision, coalesce(edition, 0) AS edition, body, indexed_at FROM articles_{live} a
                   JOIN bodies_{live} b ON b.number = a.number LEFT JOIN editions_{live} e ON e.number = a.number)"""
    sql = f"""
        SELECT old.id, old.body, old.indexed_at FROM {old} old
        LEFT JOIN articles_{new} fresh ON fresh.id = old.id
        LEFT JOIN editions_{new} e ON e.number = fresh.number
        LEFT JOIN withdrawn_{new} gone ON gone.id = old.id
        WHERE old.id > ? AND (coalesce(fresh.revision, gone.revision, -1), coalesce(e.edition, gone.edition, 0))
                             < (old.revision, old.edition)
        ORDER BY old.id LIMIT ?"""
    return connection.execute(sql, (after, limit)).fetchall()  # type: ignore[return-value]  # as the tables are
