"""Open the embedded index's file on first use, and again when it was deleted and made anew meanwhile."""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from copydesk.adapters.sqlite_file import FileKind, open_sqlite, translate_sqlite_errors
from copydesk.adapters.sqlite_index.document import DamagedDocument
from copydesk.adapters.sqlite_index.tables import SCHEMA
from copydesk.errors import CorruptStorage, IndexUnavailable

_KIND = FileKind(
    name="index",
    application_id=0x43444958,  # "CDIX"
    version=1,
    schema=SCHEMA,
    unavailable=IndexUnavailable,
    rebuild="set it aside or delete it and run `copydesk reindex`, which builds it anew from the log",
)
logger = logging.getLogger("copydesk.sqlite")


class Store:
    """Lend one connection to the file to one thread at a time. `patience`: seconds to wait for others' locks."""

    def __init__(self, path: Path, patience: float) -> None:
        self._path, self._patience = path, patience
        self._lock = threading.RLock()
        self._opened: apsw.Connection | None = None
        self._file: tuple[int, int] | None = None

    def __str__(self) -> str:
        return str(self._path)

    @contextmanager
    def connection(self, patience: float | None = None) -> Iterator[apsw.Connection]:
        """Lend the open file; errors inside the block leave it as ours."""
        waited = self._patience if patience is None else min(patience, self._patience)
        with self._lock:
            if self._opened is not None and self._file != self._identity():
                self.close()  # the way out of damage is to delete the file, also under a service that goes on
            if self._opened is None:
                self._opened = open_sqlite(self._path, _KIND, waited)
                self._file = self._identity()
            with translate_sqlite_errors(self._path, _KIND):
                self._opened.set_busy_timeout(int(waited * 1000))
                try:
                    yield self._opened
                except DamagedDocument as error:
                    raise CorruptStorage(f"{self._path} is damaged ({error}); {_KIND.rebuild}") from error

    def set_aside_damaged(self) -> None:
        """Rename a file that is damaged anywhere, so that the next use makes a new one; a whole one stays."""
        try:
            with self.connection() as connection:
                said = connection.execute("PRAGMA quick_check(1)").fetchall()
            if said == [("ok",)]:
                return
        except CorruptStorage as error:
            logger.info("%s", error)
        with self._lock:
            self.close()
            for part in ("-shm", "-wal", ""):
                file = self._path.with_name(self._path.name + part)
                with suppress(FileNotFoundError):
                    file.replace(self._path.with_name(f"{self._path.name}.damaged{part}"))
        logger.warning("%s is damaged: it is %s.damaged now, and a new one is built", self._path, self._path.name)

    def there(self) -> bool:
        """Whether there is a file."""
        return self._path.exists()

    def check_written(self) -> None:
        """Raise IndexUnavailable, after a commit, when it went to a file that had been deleted by then."""
        if self._file != self._identity():
            raise IndexUnavailable(f"{self._path} was deleted while it was written to; trying again")

    def size(self) -> int:
        """Return the bytes on disk."""
        files = (self._path, self._path.with_name(self._path.name + "-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    def close(self) -> None:
        """Close the file; it is opened again when it is used again. Never raises."""
        with self._lock, suppress(apsw.Error):
            opened, self._opened = self._opened, None
            if opened is not None:
                opened.close()

    def _identity(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_dev, found.st_ino
