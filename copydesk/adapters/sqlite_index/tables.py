"""Write the embedded index's tables, in generations: one is searched, a second grows while it is built anew.

All changes are inside one file and so inside transactions: no reader ever sees a generation half swapped.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from itertools import count
from typing import TypeVar

import apsw

from copydesk.adapters.index_values import is_encodable, to_microseconds
from copydesk.adapters.sqlite_index.document import Codec, DamagedDocument, Row, Unstorable
from copydesk.adapters.sqlite_index.editions import (
    StoredVersion,
    highest_number,
    stored_versions,
    withdrawn_bodies,
    write_editions,
)
from copydesk.adapters.sqlite_index.past import PastEntry, past_tables, with_changes, write_past
from copydesk.events import CleanArticle
from copydesk.history.follow import followed
from copydesk.index_port import Verdict
from copydesk.log_port import EventPlace

T = TypeVar("T")
_IDS_AT_ONCE = 500


def tables(generation: int) -> str:
    """Return the SQL that makes a generation's tables.

    `words` keeps no text, only where each word is; the text to show is in `bodies`, apart from what is filtered by.
    """
    return f"""
    CREATE TABLE articles_{generation} (
        number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, source TEXT NOT NULL,
        language TEXT, seen_at INTEGER NOT NULL, day INTEGER NOT NULL, indexed_at INTEGER NOT NULL
    );
    CREATE INDEX articles_by_time_{generation} ON articles_{generation} (seen_at, id);
    CREATE INDEX articles_by_facet_{generation} ON articles_{generation} (source, language, day);
    {given_ids(generation)}
    {labels(generation)}
    {past_tables(generation)}
    CREATE TABLE bodies_{generation} (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
    CREATE VIRTUAL TABLE words_{generation} USING fts5 (
        title, body, content='', contentless_delete=1, tokenize='ascii'
    );
    """


def given_ids(generation: int) -> str:
    """Return the SQL that makes the table of the ids that rows gave to articles, where it is not there yet.

    It stands apart from the articles: files of earlier versions have none.
    """
    return (
        f"CREATE TABLE IF NOT EXISTS given_{generation} (number INTEGER PRIMARY KEY, given TEXT NOT NULL);"
        f"CREATE INDEX IF NOT EXISTS given_by_id_{generation} ON given_{generation} (given);"
    )


def labels(generation: int) -> str:
    """Return the SQL that makes the table of what articles are filtered by and have many of, where it is not there yet.

    Files of earlier versions have none.
    """
    return (
        f"CREATE TABLE IF NOT EXISTS labels_{generation}"
        " (field TEXT NOT NULL, value TEXT NOT NULL, number INTEGER NOT NULL, PRIMARY KEY (field, value, number))"
        " WITHOUT ROWID;"
        f"CREATE INDEX IF NOT EXISTS labels_by_article_{generation} ON labels_{generation} (number, field, value);"
    )


SCHEMA = f"""
CREATE TABLE generations (
    number INTEGER PRIMARY KEY, build TEXT NOT NULL, searched INTEGER NOT NULL, written INTEGER NOT NULL,
    documents INTEGER NOT NULL DEFAULT 0, newest_indexed_at INTEGER
);
INSERT INTO generations (number, build, searched, written) VALUES (1, '', true, true);
{tables(1)}
"""


def searched(connection: apsw.Connection) -> int:
    """Return the generation that is searched."""
    found = connection.execute("SELECT number FROM generations WHERE searched").fetchall()
    if len(found) != 1:
        raise DamagedDocument("it does not say which generation of its tables is searched")
    return int(str(found[0][0]))


def written(connection: apsw.Connection) -> list[int]:
    """Return the generations that every write goes to, the searched one first."""
    found = connection.execute("SELECT number FROM generations WHERE written ORDER BY searched DESC")
    return [int(str(number)) for (number,) in found]


def upsert(
    connection: apsw.Connection,
    generations: Sequence[int],
    articles: Sequence[CleanArticle],
    events: Sequence[bytes],
    places: Sequence[EventPlace | None],
    codec: Codec,
    first: Mapping[tuple[str, int], int] | None = None,
) -> list[Verdict]:
    """Write to each generation, inside a transaction of the caller's; the verdicts are those of the first one.

    `first` holds when ids in a revision were indexed first, in µs, where that was before now.
    """
    made: dict[int, Row | Unstorable] = {}

    def row(position: int) -> Row | Unstorable:
        if position not in made:
            try:
                made[position] = codec.row(articles[position], events[position] if events else None)
            except Unstorable as error:
                made[position] = error
        return made[position]

    placed = list(zip(articles, places or [None] * len(articles), strict=True))
    verdicts, *_ = [_upsert(connection, each, placed, row, codec, first or {}) for each in generations]
    return verdicts


def stored(connection: apsw.Connection, generation: int, ids: Sequence[str]) -> dict[str, StoredVersion]:
    """Return what stands of each of these ids, withdrawn ones too."""
    found: dict[str, StoredVersion] = {}
    for some in slices([each for each in ids if is_encodable(each)], _IDS_AT_ONCE):
        found |= stored_versions(connection, generation, some)
    return found


def _article_there(
    connection: apsw.Connection, generation: int, article_id: str, there: StoredVersion, codec: Codec
) -> CleanArticle:
    """Return what stands of an id, with its changes."""
    if not there.withdrawn:
        return article_of_number(connection, generation, there.number, codec)
    ((_, body, at),) = withdrawn_bodies(connection, generation, [article_id])
    return with_changes(connection, generation, there.number, codec.article(body, at))


def article_of_number(connection: apsw.Connection, generation: int, number: int, codec: Codec) -> CleanArticle:
    """Return the article of a number, with its changes."""
    sql = f"""SELECT body, indexed_at FROM articles_{generation} JOIN bodies_{generation} USING (number)
              WHERE number = ?"""
    found: tuple[bytes, int] = connection.execute(sql, (number,)).fetchone()  # type: ignore[assignment]  # as they are
    return with_changes(connection, generation, number, codec.article(*found))


def first_indexed(connection: apsw.Connection, generation: int, ids: Sequence[str]) -> dict[tuple[str, int], int]:
    """Return when each of these ids that is there was indexed, in µs, by id and revision."""
    found: dict[tuple[str, int], int] = {}
    for some in slices([each for each in ids if is_encodable(each)], _IDS_AT_ONCE):
        marks = ",".join("?" * len(some))
        sql = f"SELECT id, revision, indexed_at FROM articles_{generation} WHERE id IN ({marks})"
        found.update({(key, revision): at for key, revision, at in connection.execute(sql, some)})
    return found


def slices(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """Return the items in parts of at most that size."""
    return (items[start : start + size] for start in range(0, len(items), size))


def _upsert(
    connection: apsw.Connection,
    generation: int,
    articles: Sequence[tuple[CleanArticle, EventPlace | None]],
    row_of: Callable[[int], Row | Unstorable],
    codec: Codec,
    first: Mapping[tuple[str, int], int],
) -> list[Verdict]:
    there = stored(connection, generation, [article.id for article, _ in articles])
    last = {key: each.version for key, each in there.items()}
    rows: dict[str, Row] = {}
    verdicts = []
    past: list[tuple[CleanArticle, EventPlace | None]] = []
    latest: dict[str, CleanArticle] = {}
    for position, (article, place) in enumerate(articles):
        if article.id in last and article.version <= last[article.id]:
            revision, edition = last[article.id]
            verdicts.append(Verdict("stale", f"revision {revision}, edition {edition}, is there"))
            continue
        row = row_of(position)
        if isinstance(row, Unstorable):
            verdicts.append(Verdict("refused", str(row)))
            continue
        before = latest.get(row.id)
        if before is None and row.id in there:
            before = _article_there(connection, generation, row.id, there[row.id], codec)
        latest[row.id] = followed(before, article)
        if not row.withdrawn and (before is None or before.revision != article.revision):
            past.append((latest[row.id], place))  # another edition is no other revision
        rows[row.id], last[row.id] = row, article.version
        verdicts.append(Verdict("stored"))
    if rows:
        now = to_microseconds(datetime.now(UTC))
        timed = [(row, first.get((row.id, row.revision), now)) for row in rows.values()]
        numbers = _write(connection, generation, timed, there)
        known = {each.number for each in there.values()}
        write_past(connection, generation, [PastEntry(numbers[each.id], each, place) for each, place in past], known)
    return verdicts


def _write(
    connection: apsw.Connection,
    generation: int,
    rows: Sequence[tuple[Row, int]],
    there: Mapping[str, StoredVersion],
) -> dict[str, int]:
    """Write rows, each with the instant it was indexed, in µs; return their numbers by id."""
    fresh = count(highest_number(connection, generation) + 1)
    every = [(there[row.id].number if row.id in there else next(fresh), row, at) for row, at in rows]
    numbered = [each for each in every if not each[1].withdrawn]
    connection.executemany(
        f"INSERT OR REPLACE INTO articles_{generation} VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        ((no, row.id, row.revision, row.source, row.language, row.seen_at, row.day, at) for no, row, at in numbered),
    )
    connection.executemany(
        f"INSERT OR REPLACE INTO bodies_{generation} VALUES (?, ?)",
        ((number, row.body) for number, row, _ in numbered),
    )
    _write_given_ids(connection, generation, [(number, row) for number, row, _ in every])
    _write_labels(connection, generation, [(number, row) for number, row, _ in every])
    connection.executemany(
        f"INSERT OR REPLACE INTO words_{generation} (rowid, title, body) VALUES (?, ?, ?)",
        ((number, row.title, row.text) for number, row, _ in numbered),
    )
    write_editions(connection, generation, every, there)
    shown = {key for key, each in there.items() if not each.withdrawn}
    connection.execute(
        "UPDATE generations SET documents = documents + ?,"
        " newest_indexed_at = max(coalesce(newest_indexed_at, ?2), ?2) WHERE number = ?3",
        (sum((not row.withdrawn) - (row.id in shown) for row, _ in rows), max(at for _, at in rows), generation),
    )
    return {row.id: number for number, row, _ in every}


def _write_given_ids(connection: apsw.Connection, generation: int, numbered: Sequence[tuple[int, Row]]) -> None:
    given = [(number, row.given) for number, row in numbered if row.given is not None]
    known = has_given_ids(connection, generation)
    if known:
        without = [(number,) for number, row in numbered if row.given is None]
        connection.executemany(f"DELETE FROM given_{generation} WHERE number = ?", without)
    if given:
        if not known:
            connection.execute(given_ids(generation))
        connection.executemany(f"INSERT OR REPLACE INTO given_{generation} VALUES (?, ?)", given)


def _write_labels(connection: apsw.Connection, generation: int, numbered: Sequence[tuple[int, Row]]) -> None:
    if not has_labels(connection, generation):
        connection.execute(labels(generation))
    connection.executemany(f"DELETE FROM labels_{generation} WHERE number = ?", [(number,) for number, _ in numbered])
    connection.executemany(
        f"INSERT OR IGNORE INTO labels_{generation} VALUES (?, ?, ?)",
        ((field, value, number) for number, row in numbered for field, value in row.labels),
    )


def has_given_ids(connection: apsw.Connection, generation: int) -> bool:
    """Whether a generation has a table of the ids that rows gave."""
    return _is_there(connection, f"given_{generation}")


def has_labels(connection: apsw.Connection, generation: int) -> bool:
    """Whether a generation has a table of sections, authors and kinds of cuts."""
    return _is_there(connection, f"labels_{generation}")


def _is_there(connection: apsw.Connection, name: str) -> bool:
    return bool(connection.execute("SELECT 1 FROM sqlite_master WHERE name = ?", (name,)).fetchall())
