"""Serve an ASGI application by uvicorn, leaving signals to whoever runs it: in a loop, or in a thread."""

import socket
import threading
from collections.abc import Awaitable, Callable, Generator, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any

import uvicorn

from copydesk.errors import InputError

_MOST_AT_ONCE = 64
Application = Callable[
    [MutableMapping[str, Any], Callable[[], Awaitable[Any]], Callable[[Any], Awaitable[None]]], Awaitable[None]
]


class _Server(uvicorn.Server):
    @contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals alone."""
        yield


async def serve_asgi(application: Application, host: str, port: int) -> None:
    """Serve until cancelled. Raises InputError when the address cannot be listened at."""
    config = uvicorn.Config(
        application, host=host, port=port, interface="asgi3", http="h11", ws="none", lifespan="off",
        log_config=None, access_log=False, server_header=False,
        proxy_headers=False, limit_concurrency=_MOST_AT_ONCE, timeout_keep_alive=5, timeout_graceful_shutdown=2,
    )  # fmt: skip
    server = _Server(config)
    try:
        await server.serve()
    except SystemExit:  # what uvicorn makes of an address that is taken
        raise InputError(f"{host}:{port} cannot be listened at; COPYDESK_WEBSUB_LISTEN names another") from None
    finally:
        for listener in getattr(server, "servers", ()):  # which uvicorn leaves open when it is cancelled
            listener.close()


@contextmanager
def served(application: Callable[..., Awaitable[None]], listener: socket.socket) -> Iterator[threading.Thread]:
    """Serve in a thread within the block; the thread ends early only where the server fails."""
    config = uvicorn.Config(
        application, http="h11", ws="none", lifespan="off", log_config=None, access_log=False, server_header=False,
        proxy_headers=False, timeout_graceful_shutdown=2,
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
        listener = socket.create_server((host, port), family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{host} port {port} cannot be listened on ({reason}): choose another with --port") from None
    # Accepted sockets take it over. asyncio sets it only where the socket names its protocol, which this one does not;
    # without it a body that follows its head in a packet of its own waits 40 ms for the client's acknowledgement.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener
