"""Detect which clients of a log file are alive, by file locks.

Each client (one open log) locks one byte, at a random place, of a file beside the log. The kernel lets go of it when
the process dies, whatever way it dies; numbers are never used again, so a recycled process id cannot pass for another.
POSIX record locks are not inherited by forked children, which may outlive a killed reader. They fall when the process
closes any descriptor of the file: it is opened once per process, here.
"""

import fcntl
import os
import secrets
import threading
from pathlib import Path

_registry: dict[tuple[int, str], "ClientRegistry"] = {}
_registry_lock = threading.Lock()


class ClientRegistry:
    """Register the clients of one log file in this process."""

    def __init__(self, key: tuple[int, str], descriptor: int) -> None:
        self._key, self._descriptor = key, descriptor
        self._clients: set[int] = set()

    def enter(self) -> int:
        """Register a new client; returns its number."""
        number = secrets.randbits(62)
        fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
        self._clients.add(number)
        return number

    def alive(self, number: int) -> bool:
        """Whether a client still is there, in this process or another."""
        if number in self._clients:
            return True
        with _registry_lock:
            if not self._clients:  # the file is closed, and its descriptor may be another file's by now
                return True
            try:
                fcntl.lockf(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, number)
            except OSError:
                return True
            fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, number)
            return False

    def leave(self, number: int) -> None:
        """Remove a client; the last one of the process closes the file."""
        with _registry_lock:
            if number not in self._clients or self._key[0] != os.getpid():  # a forked child has no lock to let go
                return
            self._clients.discard(number)
            if self._clients:
                fcntl.lockf(self._descriptor, fcntl.LOCK_UN, 1, number)
            else:
                del _registry[self._key]
                os.close(self._descriptor)


def register_client(log_file: Path) -> tuple[ClientRegistry, int]:
    """Make this process known as a user of the log: the registry, and the new client's number. Raises OSError."""
    key = (os.getpid(), os.path.realpath(log_file))  # a forked child starts anew: it inherits no locks
    with _registry_lock:
        presence = _registry.get(key)
        if presence is None:
            name = log_file.with_name(log_file.name + "-clients")
            presence = ClientRegistry(key, os.open(name, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644))
            _registry[key] = presence
        return presence, presence.enter()
