"""Share a log in memory with other processes, which reach it through a socket: for the log contract alone."""

import contextlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing.connection import Client, Connection, Listener
from typing import Any, cast

from copydesk.log_port import Log
from tests.support.fakes import MemoryLog

_HERE: dict[tuple[int, str], MemoryLog] = {}
_KEPT = {"reader", "table"}


@dataclass(frozen=True)
class MemoryConnection:
    """Open a client: the log itself in the process that holds it, a proxy in any other. Can be pickled."""

    address: str
    key: bytes

    def __call__(self) -> Log:
        """Return the log or a proxy of it."""
        log = _HERE.get((os.getpid(), self.address))
        return log or cast(Log, _Proxy(Client(self.address, authkey=self.key), 0))


class _Proxy:
    """Pass calls on to an object of the server, by its number among those of this connection."""

    def __init__(self, pipe: "Connection[Any, Any]", number: int) -> None:
        self._pipe, self._number = pipe, number

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def call(*args: Any, **options: Any) -> Any:
            self._pipe.send((self._number, name, args, options))
            found = self._pipe.recv()
            if isinstance(found, BaseException):
                raise found
            return _Proxy(self._pipe, found) if name in _KEPT else found

        return call


@contextmanager
def served(log: MemoryLog) -> Iterator[MemoryConnection]:
    """Serve a log from threads of this process; readers of a client that dies poll no more and lose their leases."""
    key, ending = os.urandom(16), threading.Event()
    with Listener(family="AF_UNIX", authkey=key) as listener:
        connection = MemoryConnection(str(listener.address), key)

        def accept() -> None:
            while True:
                pipe = listener.accept()
                if ending.is_set():
                    return
                threading.Thread(target=_serve, args=(pipe, log), daemon=True).start()

        thread = threading.Thread(target=accept, name="memory-log", daemon=True)
        thread.start()
        _HERE[os.getpid(), connection.address] = log
        try:
            yield connection
        finally:
            del _HERE[os.getpid(), connection.address]
            ending.set()
            Client(connection.address, authkey=key).close()
            thread.join()


def _serve(pipe: "Connection[Any, Any]", log: MemoryLog) -> None:
    held: list[Any] = [log]
    with contextlib.suppress(EOFError, OSError), pipe:
        while True:
            number, name, args, options = pipe.recv()
            try:
                found = getattr(held[number], name)(*args, **options)
            except Exception as error:  # noqa: BLE001 - raised again by the client
                found = error
            else:
                if name in _KEPT:
                    held.append(found)
                    found = len(held) - 1
            pipe.send(found)
