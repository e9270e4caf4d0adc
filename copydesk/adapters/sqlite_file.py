"""Open an SQLite file of ours, keep its write-ahead log small, and translate SQLite's errors into Copydesk's.

Never open such a file by other means in the same process (`open`, `Path.read_bytes`): closing any descriptor of a file
drops the process's locks on it, and SQLite would go on without them.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import apsw

from copydesk.errors import ConfigError, CorruptStorage, NewerStorage, StorageError, Unavailable

OLDEST_SQLITE = (3, 51, 3)
LOCK_PATIENCE = 15.0
WAL_LIMIT = 32 << 20
"""Above this many bytes a commit waits for readers, shortly, in order to start the write-ahead log over."""

_CHECKPOINT_FROM = 4 << 20
_RETRY_AFTER = 8 << 20
_CHECKPOINT_WAIT_MS = 250


class FileKind(NamedTuple):
    """Represent a kind of file. `name` and `rebuild` (what to do when it is damaged) are words for people."""

    name: str
    application_id: int
    version: int
    schema: str
    unavailable: type[Unavailable]
    rebuild: str
    page_size: int = 8192


def open_sqlite(path: Path, kind: FileKind, patience: float = LOCK_PATIENCE) -> apsw.Connection:
    """Open the file, creating it and its folder where missing; statements wait up to `patience` seconds for a lock.

    The connection is in WAL mode and syncs every commit. Raises `kind.unavailable`, CorruptStorage, NewerStorage,
    StorageError (not a file of this kind), ConfigError (cannot be opened at all).
    """
    check_library(apsw.sqlite_lib_version())
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except (FileExistsError, NotADirectoryError) as error:
        raise ConfigError(f"{path.parent} is no folder, and one is needed; name another: COPYDESK_DATA") from error
    except OSError as error:
        raise ConfigError(f"{path.parent} cannot be created: {error.strerror}") from error
    with translate_sqlite_errors(path, kind):
        try:
            connection = apsw.Connection(str(path))
        except apsw.CantOpenError as error:
            raise ConfigError(f"{path} cannot be opened: it must be a file in a folder you may write to") from error
        try:
            connection.set_busy_timeout(int(patience * 1000))
            _prepare(connection, path, kind, patience)
        except BaseException:
            connection.close(True)
            raise
    return connection


def check_library(version: str) -> None:
    """Raise StorageError when this SQLite may lose writes: up to 3.51.2 its WAL reset had a race."""
    if tuple(int(part) for part in version.split(".")[:3]) < OLDEST_SQLITE:
        wanted = ".".join(map(str, OLDEST_SQLITE))
        raise StorageError(f"SQLite {version} can damage files several processes use; {wanted} or newer is needed: "
                           "pip install -U apsw")  # fmt: skip


@contextmanager
def translate_sqlite_errors(path: Path, kind: FileKind) -> Iterator[None]:
    """Turn apsw's errors inside the block into ours, with the file's name and the way out."""
    try:
        yield
    except (apsw.CorruptError, apsw.NotADBError, UnicodeDecodeError) as error:
        raise CorruptStorage(f"{path} is damaged ({error}); {kind.rebuild}") from error
    except apsw.SQLError as error:
        if "no such table" not in str(error) and "malformed" not in str(error):
            raise
        raise CorruptStorage(f"{path} is damaged ({error}); {kind.rebuild}") from error
    except (apsw.BusyError, apsw.LockedError, apsw.ProtocolError) as error:
        raise kind.unavailable(f"{path} stays locked by another process ({error}); trying again") from error
    except apsw.FullError as error:
        raise kind.unavailable(f"the disk is full: {path} cannot grow ({error}); free some space") from error
    except (apsw.ReadOnlyError, apsw.PermissionsError) as error:
        raise StorageError(f"{path} cannot be written ({error}); check its permissions and its folder's") from error
    except (apsw.IOError, apsw.CantOpenError, apsw.NoMemError) as error:
        raise kind.unavailable(f"{path} cannot be read or written now ({error}); is the disk full?") from error


@contextmanager
def transaction(connection: apsw.Connection) -> Iterator[None]:
    """Run the block as one write transaction: durable when it ends, undone when it raises."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        with suppress(apsw.Error):  # SQLite has rolled back by itself after some errors
            connection.execute("ROLLBACK")
        raise


def _prepare(connection: apsw.Connection, path: Path, kind: FileKind, patience: float) -> None:
    ours = _is_ours(connection, path, kind)
    if not ours:
        connection.pragma("page_size", kind.page_size)
    _use_wal(connection, patience)
    connection.pragma("synchronous", "FULL")
    connection.pragma("journal_size_limit", WAL_LIMIT)
    connection.pragma("cell_size_check", True)
    if not ours:
        with transaction(connection):
            if not _is_ours(connection, path, kind):
                connection.execute(kind.schema)
                connection.pragma("application_id", kind.application_id)
                connection.pragma("user_version", kind.version)
    connection.set_wal_hook(_WalKeeper(connection.pragma("page_size")))


def _is_ours(connection: apsw.Connection, path: Path, kind: FileKind) -> bool:
    """Whether the file holds our schema; False when it is empty, an error when it is anything else."""
    with connection:  # one view of the file: another process may be creating it just now
        application, version = connection.pragma("application_id"), connection.pragma("user_version")
        tables = connection.execute("SELECT count(*) FROM sqlite_schema").get
    if application == kind.application_id:
        if version > kind.version:
            raise NewerStorage(f"{path} was written by a newer Copydesk (format {version}, this one knows "
                               f"{kind.version}): use that one, or another COPYDESK_DATA")  # fmt: skip
        if version < kind.version:
            raise StorageError(f"{path} has the old format {version}; {kind.rebuild}")
        return True
    if application or version or tables:
        raise StorageError(f"{path} is an SQLite file, but not a Copydesk {kind.name}; it was left as it is")
    return False


def _use_wal(connection: apsw.Connection, patience: float) -> None:
    """Switch to WAL; SQLite does not always wait for the lock that this takes, so we do."""
    deadline = time.monotonic() + patience
    while True:
        try:
            if connection.pragma("journal_mode", "wal") != "wal":
                raise StorageError(f"{connection.filename} cannot use a write-ahead log: is it on a network drive?")
            return
        except apsw.BusyError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)


class _WalKeeper:
    """Copy the write-ahead log into the file; called after each commit with the pages in it.

    SQLite's own way never starts the log over while readers overlap. Above WAL_LIMIT this one holds them up shortly.
    """

    def __init__(self, page_size: int) -> None:
        self._limit = self._next_restart = WAL_LIMIT // page_size
        self._checkpoint_from, self._retry_after = _CHECKPOINT_FROM // page_size, _RETRY_AFTER // page_size

    def __call__(self, connection: apsw.Connection, schema: str, pages: int) -> int:
        if pages < self._limit:
            self._next_restart = self._limit
        # The commit is durable by now: a checkpoint that fails is tried again after the next one.
        with suppress(apsw.Error):
            if pages >= self._next_restart:
                self._next_restart = pages + self._retry_after
                _start_over(connection, schema)
            elif pages >= self._checkpoint_from:
                connection.wal_checkpoint(schema, apsw.SQLITE_CHECKPOINT_PASSIVE)
        return apsw.SQLITE_OK


def _start_over(connection: apsw.Connection, schema: str) -> None:
    patience_ms = connection.pragma("busy_timeout")
    connection.set_busy_timeout(_CHECKPOINT_WAIT_MS)
    try:
        connection.wal_checkpoint(schema, apsw.SQLITE_CHECKPOINT_TRUNCATE)
    finally:
        connection.set_busy_timeout(patience_ms)
