"""Wait for other connections, of any process, to write to an SQLite file: no spinning, within milliseconds.

SQLite tells on request whether the file changed, but calls nobody. On Linux inotify does, for the write-ahead log: a
write to it comes shortly before the commit can be seen, so the file is asked at short intervals for a while after.
Where there is no inotify, it is asked all the time, at intervals that cost about one percent of a core.
"""

import ctypes
import os
import select
import time
import weakref
from pathlib import Path

import apsw

_FIRST_PAUSE, _LAST_PAUSE = 0.001, 0.064
_SPINNING_PAUSE = 0.015
_ANYWAY = 0.25
"""Seconds after which the file is asked though inotify is silent: not every file system reports what others write."""

_IN_MODIFY = 0x2


class ChangeWatch:
    """Tell whether other connections changed the file of `connection`, and wait for it; for one thread."""

    def __init__(self, connection: apsw.Connection) -> None:
        self._connection = connection
        self._seen: int | None = None
        self._pause = _ANYWAY
        self._events = _inotify(Path(connection.filename_wal))
        self._poll = select.poll()
        if self._events is not None:
            self._poll.register(self._events, select.POLLIN)
            self._close = weakref.finalize(self, os.close, self._events)

    def changed(self) -> bool:
        """Whether anything was committed by others since the call before; True at first. Takes microseconds."""
        version: int = self._connection.execute("PRAGMA data_version").get
        before, self._seen = self._seen, version
        return version != before

    def wait(self, seconds: float) -> None:
        """Return when it is worth asking `changed` again, after `seconds` at the latest."""
        if self._events is None:
            time.sleep(max(0.0, min(seconds, _SPINNING_PAUSE)))
            return
        pause, self._pause = self._pause, self._pause * 2 if self._pause < _LAST_PAUSE else _ANYWAY
        if self._poll.poll(1000 * max(0.0, min(seconds, pause))):
            time.sleep(_FIRST_PAUSE)  # a commit is many writes: one look for all of them
            os.read(self._events, 1 << 16)
            self._pause = _FIRST_PAUSE

    def close(self) -> None:
        """Stop watching."""
        if self._events is not None:
            self._poll.unregister(self._events)
            self._close()
            self._events = None


def _inotify(path: Path) -> int | None:
    """Return a descriptor, readable when the file was written to; None where that cannot be had."""
    libc = ctypes.CDLL(None)
    if not hasattr(libc, "inotify_init1"):
        return None
    descriptor: int = libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
    if descriptor < 0:
        return None
    if libc.inotify_add_watch(descriptor, os.fsencode(path), _IN_MODIFY) < 0:
        os.close(descriptor)
        return None
    return descriptor
