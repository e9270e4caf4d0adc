"""Implement the Index port on one SQLite file with FTS5, rebuilt from the log whenever it is lost."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import apsw
from msgspec import structs

from copydesk.adapters.index_values import SHORTEST_ID_PREFIX, from_microseconds, is_encodable
from copydesk.adapters.sqlite_file import LOCK_PATIENCE, transaction
from copydesk.adapters.sqlite_index import tables
from copydesk.adapters.sqlite_index.document import Codec, day_of
from copydesk.adapters.sqlite_index.editions import withdrawn_bodies
from copydesk.adapters.sqlite_index.intervals import counts_by_interval
from copydesk.adapters.sqlite_index.past import has_past, read_rows, with_changes
from copydesk.adapters.sqlite_index.rebuild import SqliteRebuild
from copydesk.adapters.sqlite_index.search import (
    Selection,
    Statement,
    counts,
    counts_by_day,
    frequent_values,
    hits,
    page_of_keys,
    select,
)
from copydesk.adapters.sqlite_index.store import Store
from copydesk.events import CleanArticle
from copydesk.index_port import (
    FACET_DAYS,
    FACET_VALUES,
    Count,
    CountedBy,
    Hit,
    IndexStatus,
    Interval,
    Results,
    StoredRevision,
    TermField,
    Verdict,
)
from copydesk.log_port import EventPlace
from copydesk.search.highlight import highlights, needles
from copydesk.search.query import Query

_STATUS_PATIENCE = 3.0
_KEYS_AT_ONCE, _BODIES_AT_ONCE = 5_000, 20


class SqliteIndex:
    """Keep the Index port's promises on one file, opened on first use; threads may share it, one at a time."""

    def __init__(self, path: Path, patience: float = LOCK_PATIENCE) -> None:
        """Wait up to `patience` seconds while another process holds the file, before IndexUnavailable."""
        self._store = Store(path, patience)
        self._codec = Codec()

    def setup(self) -> None:
        """Create the file when it is missing; check that it is ours."""
        with self._store.connection():
            pass

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """See the port. All of it is one transaction, on disk when this returns."""
        if not articles:
            return []
        with self._store.connection() as connection, transaction(connection):
            verdicts = tables.upsert(connection, tables.written(connection), articles, events, places, self._codec)
        self._store.check_written()
        return verdicts

    def get(self, id: str) -> CleanArticle | None:  # noqa: A002 - the port's
        """See the port."""
        if not is_encodable(id):
            return None
        with self._reading() as (connection, generation):
            found = self._articles(connection, generation, [id])
            if not found and tables.has_given_ids(connection, generation):
                given = f"""SELECT id FROM given_{generation} JOIN articles_{generation} USING (number)
                            WHERE given = ? LIMIT 2"""
                several = _run(connection, Statement(given, (id,)))
                found = self._articles(connection, generation, several[0]) if len(several) == 1 else {}
            if not found and has_past(connection, generation):
                other = f"""SELECT articles.id FROM addresses_{generation} others
                            JOIN articles_{generation} articles USING (number) WHERE others.id = ? LIMIT 2"""
                several = _run(connection, Statement(other, (id,)))
                found = self._articles(connection, generation, several[0]) if len(several) == 1 else {}
            if not found and len(id) >= SHORTEST_ID_PREFIX:
                prefix = f"SELECT id FROM articles_{generation} WHERE id >= ? AND id < ? LIMIT 2"
                several = _run(connection, Statement(prefix, (id, id + "\U0010ffff")))
                if len(several) == 1:
                    found = self._articles(connection, generation, several[0])
        return next(iter(found.values()), None)

    def count_ids(self, prefix: str) -> int:
        """See the port."""
        if not is_encodable(prefix):
            return 0
        with self._reading() as (connection, generation):
            counting = f"SELECT COUNT(*) FROM articles_{generation} WHERE id >= ? AND id < ?"
            return int(_run(connection, Statement(counting, (prefix, prefix + "\U0010ffff")))[0][0])

    def search(self, query: Query) -> Results:
        """See the port."""
        wanted = needles(query.terms)
        counted, found = [], []
        with self._reading() as (connection, generation):
            if selected := _select(connection, query, generation):
                counted = _run(connection, counts(selected))
                for key, score in _run(connection, hits(query, selected)):
                    article = self._articles(connection, generation, [key])[key]
                    shown = article if query.removed else structs.replace(article, removed=())
                    found.append(Hit(shown, score, highlights(article.title, article.paragraphs, wanted)))
        return Results(sum(row[3] for row in counted), found, _facets(counted))

    def counts(self, query: Query, interval: Interval, by: CountedBy | None = None) -> Sequence[Count]:
        """See the port."""
        with self._reading() as (connection, generation):
            selected = _select(connection, query, generation)
            if by == "section" and not tables.has_labels(connection, generation):
                return []
            counted = _run(connection, counts_by_day(selected, by, generation)) if selected else []
        return counts_by_interval(counted, interval)

    def terms(self, query: Query, field: TermField, limit: int = FACET_VALUES) -> Mapping[str, int]:
        """See the port."""
        with self._reading() as (connection, generation):
            selected = _select(connection, query, generation)
            if not selected or not (field in {"source", "language"} or tables.has_labels(connection, generation)):
                return {}
            return dict(_run(connection, frequent_values(selected, field, generation, limit)))

    def scan(self, query: Query) -> Iterator[CleanArticle]:
        """See the port. No transaction stays open between articles; what changes meanwhile may be seen or not."""
        after: tuple[int, str] | None = None
        while True:
            with self._reading() as (connection, generation):
                selected = _select(connection, query, generation)
                keys = _run(connection, page_of_keys(selected, after, _KEYS_AT_ONCE)) if selected else []
            for some in tables.slices([key for _, key in keys], _BODIES_AT_ONCE):
                with self._reading() as (connection, generation):
                    articles = self._articles(connection, generation, some)
                yield from (articles[key] for key in some if key in articles)
            if len(keys) < _KEYS_AT_ONCE:
                return
            after = keys[-1]

    def standing(self, ids: Sequence[str]) -> Mapping[str, CleanArticle]:
        """See the port."""
        found: dict[str, CleanArticle] = {}
        for some in tables.slices([each for each in ids if is_encodable(each)], _BODIES_AT_ONCE):
            with self._reading() as (connection, generation):
                found |= self._articles(connection, generation, some)
                for key, body, indexed_at in withdrawn_bodies(connection, generation, some):
                    found[key] = self._codec.article(body, indexed_at)
        return found

    def revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        """See the port."""
        with self._reading() as (connection, generation):
            there = tables.stored(connection, generation, ids)
        return {key: each.version[0] for key, each in there.items() if not each.withdrawn}

    def history(self, article_id: str) -> Sequence[StoredRevision]:
        """See the port."""
        with self._reading() as (connection, generation):
            there = tables.stored(connection, generation, [article_id]).get(article_id)
            if there is None or not has_past(connection, generation):
                return []
            return read_rows(connection, generation, there.number)

    def status(self) -> IndexStatus:
        """See the port. It makes no file."""
        if not self._store.there():
            return IndexStatus(0, 0, None, f"there is no {self._store}: run `copydesk setup`", missing=True)
        totals = Statement("SELECT documents, newest_indexed_at FROM generations WHERE searched", ())
        with self._store.connection(_STATUS_PATIENCE) as connection:
            tables.searched(connection)  # or it is damaged
            ((documents, newest),) = _run(connection, totals)
        return IndexStatus(documents, self._store.size(), None if newest is None else from_microseconds(newest))

    def rebuild(self) -> SqliteRebuild:
        """See Rebuildable in the ports. A damaged file is set aside, so that its cure is one command."""
        self._store.set_aside_damaged()
        return SqliteRebuild(self._store)

    def close(self) -> None:
        """See the port."""
        self._store.close()

    @contextmanager
    def _reading(self) -> Iterator[tuple[apsw.Connection, int]]:
        """Lend one state of the file for several statements, and the generation that is searched in it."""
        with self._store.connection() as connection:
            connection.execute("BEGIN")
            try:
                yield connection, tables.searched(connection)
            finally:
                with suppress(apsw.Error):  # SQLite has ended it by itself after some errors
                    connection.execute("ROLLBACK")

    def _articles(self, connection: apsw.Connection, generation: int, ids: Sequence[str]) -> dict[str, CleanArticle]:
        sql = f"""SELECT id, number, body, indexed_at FROM articles_{generation} JOIN bodies_{generation} USING (number)
                  WHERE id IN ({",".join("?" * len(ids))})"""
        return {
            key: with_changes(connection, generation, number, self._codec.article(body, indexed_at))
            for key, number, body, indexed_at in _run(connection, Statement(sql, tuple(ids)))
        }


def _select(connection: apsw.Connection, query: Query, generation: int) -> Selection | None:
    """Return what is selected; None where nothing can be, as the file is of a version that kept no such thing."""
    labelled = query.section is not None or query.author is not None or query.removed_kinds is not None
    return None if labelled and not tables.has_labels(connection, generation) else select(query, generation)


def _run(connection: apsw.Connection, statement: Statement) -> list[Any]:
    return connection.execute(statement.sql, statement.values).fetchall()


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
        "day": {day_of(day).isoformat(): days[day] for day in newest},
    }


def _most_frequent(counter: Counter[str]) -> dict[str, int]:
    return dict(sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:FACET_VALUES])
