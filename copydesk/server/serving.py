"""Run the desk on a socket, in a thread of its own, until it is told to stop."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from litestar.types import ASGIApp

from copydesk.errors import InputError

_PATIENCE = 2
"""Seconds that answers under way may take at the end; streams of events never end by themselves."""


class _Server(uvicorn.Server):
    """Leave the signals to the command."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextmanager
def served(app: ASGIApp, listener: socket.socket) -> Iterator[threading.Thread]:
    """Serve within the block; the thread ends early only where the server fails."""
    config = uvicorn.Config(
        app, log_config=None, access_log=False, server_header=False, lifespan="off",
        timeout_graceful_shutdown=_PATIENCE, ws="none", h11_max_incomplete_event_size=64 << 10,
    )  # fmt: skip
    server = _Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), name="copydesk-serve", daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        server.should_exit = True
        thread.join()


def listen(host: str, port: int) -> socket.socket:
    """Return a socket that takes connections; raises InputError that names the way out."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{host} port {port} cannot be listened on ({reason}): choose another with --port") from None
