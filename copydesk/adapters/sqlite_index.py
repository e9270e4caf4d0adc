"""The embedded index: one SQLite file with FTS5, rebuilt from the log whenever it is lost."""

import threading
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import apsw

from copydesk.adapters.sqlite_document import Codec, DamagedDocument, Row, Unstorable, day_name, instant, micros
from copydesk.adapters.sqlite_file import PATIENCE, FileKind, open_file, transaction, translated
from copydesk.adapters.sqlite_search import Statement, counts, hits, page, select, writable
from copydesk.errors import CorruptStorage, IndexUnavailable
from copydesk.events import CleanArticle
from copydesk.highlight import highlights, needles
from copydesk.ports import FACET_DAYS, FACET_VALUES, Hit, IndexStatus, Results, Verdict
from copydesk.query import Query

T = TypeVar("T")
SHORTEST_PREFIX = 6
_STATUS_PATIENCE = 3.0
_KEYS_AT_ONCE, _BODIES_AT_ONCE, _IDS_AT_ONCE = 5_000, 20, 500

# `words` keeps no text, only where each word is; the text to show is in `bodies`, apart from what is filtered by.
_SCHEMA = """
CREATE TABLE articles (
    number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, revision INTEGER NOT NULL, source TEXT NOT NULL,
    language TEXT, seen_at INTEGER NOT NULL, day INTEGER NOT NULL, indexed_at INTEGER NOT NULL
);
CREATE INDEX articles_by_time ON articles (seen_at, id);
CREATE INDEX articles_by_facet ON articles (source, language, day);
CREATE TABLE bodies (number INTEGER PRIMARY KEY, body BLOB NOT NULL);
CREATE VIRTUAL TABLE words USING fts5 (title, body, content='', contentless_delete=1, tokenize='ascii');
CREATE TABLE totals (documents INTEGER NOT NULL, newest_indexed_at INTEGER);
INSERT INTO totals VALUES (0, NULL);
"""

_KIND = FileKind(
    name="index",
    application_id=0x43444958,  # "CDIX"
    version=1,
    schema=_SCHEMA,
    unavailable=IndexUnavailable,
    rebuild="delete it and run `copydesk reindex`, the log has all of it",
)


class SqliteIndex:
    """The Index port on one file. Opened on first use; may be used from several threads, one of them at a time."""

    def __init__(self, path: Path, patience: float = PATIENCE) -> None:
        """`patience`: for how many seconds to wait while another process holds the file, before IndexUnavailable."""
        self._path = path
        self._patience = patience
        self._codec = Codec()
        self._lock = threading.RLock()
        self._opened: apsw.Connection | None = None

    def setup(self) -> None:
        """Create the file when it is missing; check that it is ours."""
        with self._connection():
            pass

    def upsert(self, articles: Sequence[CleanArticle]) -> Sequence[Verdict]:
        """See the port. All of it is one transaction, on disk when this returns."""
        if not articles:
            return []
        with self._connection() as connection, transaction(connection):
            stored = _stored(connection, [article.id for article in articles])
            rows: dict[str, Row] = {}
            verdicts = []
            for article in articles:
                last = rows[article.id].revision if article.id in rows else stored.get(article.id, (0, None))[1]
                verdict, row = self._judge(article, last)
                verdicts.append(verdict)
                if row:
                    rows[row.id] = row
            if rows:
                _write(connection, rows.values(), {id: number for id, (number, _) in stored.items()})
        return verdicts

    def get(self, id: str) -> CleanArticle | None:
        """See the port."""
        if not writable(id):
            return None
        chosen = "SELECT b.body, a.indexed_at FROM articles a JOIN bodies b USING (number) WHERE "
        with self._connection() as connection:
            found = _run(connection, Statement(f"{chosen} a.id = ?", (id,)))
            if not found and len(id) >= SHORTEST_PREFIX:
                bounds = (id, id + "\U0010ffff")
                found = _run(connection, Statement(f"{chosen} a.id >= ? AND a.id < ? LIMIT 2", bounds))
            return self._codec.article(*found[0]) if len(found) == 1 else None

    def search(self, query: Query) -> Results:
        """See the port."""
        selected = select(query)
        if selected is None:
            return Results(0, [], _facets(()))
        wanted = needles(query.terms)
        found = []
        with self._connection() as connection, _snapshot(connection):
            counted = _run(connection, counts(selected))
            for number, score in _run(connection, hits(query, selected)):
                article = self._by_number(connection, [number])[number]
                found.append(Hit(article, score, highlights(article.title, article.paragraphs, wanted)))
        return Results(sum(row[3] for row in counted), found, _facets(counted))

    def scan(self, query: Query) -> Iterator[CleanArticle]:
        """See the port. No transaction stays open between articles; what changes meanwhile may be seen or not."""
        selected = select(query)
        after: tuple[int, str] | None = None
        while selected:
            with self._connection() as connection:
                keys = _run(connection, page(selected, after, _KEYS_AT_ONCE))
            for some in _slices([number for _, _, number in keys], _BODIES_AT_ONCE):
                with self._connection() as connection:
                    articles = self._by_number(connection, some)
                yield from (articles[number] for number in some if number in articles)
            if len(keys) < _KEYS_AT_ONCE:
                return
            after = keys[-1][:2]

    def revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        """See the port."""
        with self._connection() as connection:
            return {id: revision for id, (_, revision) in _stored(connection, ids).items()}

    def status(self) -> IndexStatus:
        """See the port."""
        with self._connection(min(self._patience, _STATUS_PATIENCE)) as connection:
            ((documents, newest),) = connection.execute("SELECT documents, newest_indexed_at FROM totals")
        files = (self._path, self._path.with_name(self._path.name + "-wal"))
        size = sum(file.stat().st_size for file in files if file.exists())
        return IndexStatus(documents, size, None if newest is None else instant(newest))

    def close(self) -> None:
        """See the port."""
        with self._lock, suppress(apsw.Error):
            if self._opened:
                self._opened.close()
                self._opened = None

    @contextmanager
    def _connection(self, patience: float | None = None) -> Iterator[apsw.Connection]:
        """The open file, for one thread; errors inside the block leave it as ours."""
        waited = self._patience if patience is None else patience
        with self._lock:
            if self._opened is None:
                self._opened = open_file(self._path, _KIND, waited)
            with translated(self._path, _KIND):
                self._opened.set_busy_timeout(int(waited * 1000))
                try:
                    yield self._opened
                except DamagedDocument as error:
                    raise CorruptStorage(f"{self._path} is damaged ({error}); {_KIND.rebuild}") from error

    def _judge(self, article: CleanArticle, last: int | None) -> tuple[Verdict, Row | None]:
        if last is not None and article.revision <= last:
            return Verdict("stale", f"revision {last} is there"), None
        try:
            return Verdict("stored"), self._codec.row(article)
        except Unstorable as error:
            return Verdict("refused", str(error)), None

    def _by_number(self, connection: apsw.Connection, numbers: Sequence[int]) -> dict[int, CleanArticle]:
        marks = ",".join("?" * len(numbers))
        found = connection.execute(
            f"SELECT number, body, indexed_at FROM articles JOIN bodies USING (number) WHERE number IN ({marks})",
            tuple(numbers),
        )
        return {number: self._codec.article(body, indexed_at) for number, body, indexed_at in found}


@contextmanager
def _snapshot(connection: apsw.Connection) -> Iterator[None]:
    """One state of the file for several statements."""
    connection.execute("BEGIN")
    try:
        yield
    finally:
        with suppress(apsw.Error):
            connection.execute("ROLLBACK")


def _slices(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _run(connection: apsw.Connection, statement: Statement) -> list[Any]:
    return connection.execute(statement.sql, statement.values).fetchall()


def _stored(connection: apsw.Connection, ids: Sequence[str]) -> dict[str, tuple[int, int]]:
    """The number and revision of each of these ids that is there."""
    found = {}
    for some in _slices([id for id in ids if writable(id)], _IDS_AT_ONCE):
        sql = f"SELECT id, number, revision FROM articles WHERE id IN ({','.join('?' * len(some))})"
        found.update({id: (number, revision) for id, number, revision in connection.execute(sql, some)})
    return found


def _write(connection: apsw.Connection, rows: Iterable[Row], numbers: Mapping[str, int]) -> None:
    now = micros(datetime.now(UTC))
    ((last,),) = connection.execute("SELECT coalesce(max(number), 0) FROM articles")
    fresh = count(last + 1)
    numbered = [(numbers.get(row.id) or next(fresh), row) for row in rows]
    connection.executemany(
        "INSERT OR REPLACE INTO articles VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (number, row.id, row.revision, row.source, row.language, row.seen_at, row.day, now)
            for number, row in numbered
        ),
    )
    connection.executemany(
        "INSERT OR REPLACE INTO bodies VALUES (?, ?)", ((number, row.body) for number, row in numbered)
    )
    connection.executemany(
        "INSERT OR REPLACE INTO words (rowid, title, body) VALUES (?, ?, ?)",
        ((number, row.title, row.text) for number, row in numbered),
    )
    connection.execute(
        "UPDATE totals SET documents = documents + ?, newest_indexed_at = max(coalesce(newest_indexed_at, 0), ?)",
        (next(fresh) - last - 1, now),
    )


def _facets(counted: Iterable[tuple[str, str | None, int, int]]) -> dict[str, dict[str, int]]:
    sources, languages, days = Counter[str](), Counter[str](), Counter[int]()
    for source, language, day, times in counted:
        sources[source] += times
        days[day] += times
        if language is not None:
            languages[language] += times
    newest = sorted(days)[-FACET_DAYS:]
    return {
        "source": _most_frequent(sources),
        "language": _most_frequent(languages),
        "day": {day_name(day): days[day] for day in newest},
    }


def _most_frequent(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES])
