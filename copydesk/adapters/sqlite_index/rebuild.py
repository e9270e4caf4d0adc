"""Rebuild the embedded index inside its own file: fill a second generation of tables, then switch to it."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from uuid import uuid4

import apsw

from copydesk.adapters.sqlite_file import transaction
from copydesk.adapters.sqlite_index import tables
from copydesk.adapters.sqlite_index.document import Codec
from copydesk.adapters.sqlite_index.editions import EDITION_TABLES, lacking_articles
from copydesk.adapters.sqlite_index.past import TABLES, carry_past
from copydesk.adapters.sqlite_index.store import Store
from copydesk.errors import CopydeskError, StorageError
from copydesk.events import CleanArticle
from copydesk.index_port import Verdict
from copydesk.log_port import EventPlace

logger = logging.getLogger("copydesk.sqlite")
_BODIES_AT_ONCE = 20


class SqliteRebuild:
    """Implement the Rebuild port. Until it takes over, a rebuild that begins later drops it."""

    def __init__(self, store: Store) -> None:
        """Drop what earlier rebuilds left, and make the new tables."""
        self.id = uuid4().hex[:12]
        self._store = store
        self._codec = Codec()
        with store.connection() as connection, transaction(connection):
            _drop_unsearched(connection)
            ((number,),) = connection.execute("SELECT max(number) + 1 FROM generations")
            self._number = int(str(number))
            connection.execute("INSERT INTO generations (number, build, searched, written) VALUES (?, ?, false, false)",
                               (self._number, self.id))  # fmt: skip
            connection.execute(tables.tables(self._number))

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """See the port."""
        if not articles:
            return []
        with self._ours() as connection:
            first = tables.first_indexed(connection, tables.searched(connection), [each.id for each in articles])
            verdicts = tables.upsert(connection, [self._number], articles, events, places, self._codec, first)
        self._store.check_written()
        return verdicts

    def lacking(self) -> Iterator[CleanArticle]:
        """See the port. No transaction stays open between articles."""
        for withdrawn in (False, True):
            after, found = "", [("", b"", 0)] * _BODIES_AT_ONCE
            while len(found) == _BODIES_AT_ONCE:
                with self._ours() as connection:
                    live = tables.searched(connection)
                    found = lacking_articles(
                        connection, live, self._number, after, _BODIES_AT_ONCE, withdrawn=withdrawn
                    )  # fmt: skip
                yield from (self._codec.article(body, indexed_at) for _, body, indexed_at in found)
                after = found[-1][0] if found else after

    def take_writes(self) -> None:
        """See the port. The old generation is written as well, until this one is searched."""
        with self._ours() as connection:
            connection.execute("UPDATE generations SET written = true WHERE number = ?", (self._number,))

    def take_searches(self) -> None:
        """See the port."""
        with self._ours() as connection:
            if (live := tables.searched(connection)) != self._number:
                carry_past(connection, live, self._number)
            connection.execute(
                "UPDATE generations SET searched = (number = ?1), written = (number = ?1)", (self._number,)
            )

    def abandon(self) -> None:
        """See the port."""
        with suppress(CopydeskError), self._ours() as connection:
            if tables.searched(connection) != self._number:
                _drop(connection, self._number)

    @contextmanager
    def _ours(self) -> Iterator[apsw.Connection]:
        """Run the block in a transaction in which our generation is there."""
        with self._store.connection() as connection, transaction(connection):
            found = connection.execute(
                "SELECT 1 FROM generations WHERE number = ? AND build = ?", (self._number, self.id)
            )
            if not found.fetchall():
                raise StorageError("this rebuild is gone: another has begun since, or the index was deleted")
            yield connection


def _drop_unsearched(connection: apsw.Connection) -> None:
    for (number,) in connection.execute("SELECT number FROM generations WHERE NOT searched").fetchall():
        _drop(connection, int(str(number)))


def _drop(connection: apsw.Connection, number: int) -> None:
    connection.execute("DELETE FROM generations WHERE number = ?", (number,))
    for name in ("articles", "bodies", "words", "given", "labels", *TABLES, *EDITION_TABLES):
        connection.execute(f"DROP TABLE IF EXISTS {name}_{number}")
    logger.info("dropped generation %d of the index, which is not used any more", number)
