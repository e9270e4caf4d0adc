"""Serve an ASGI application by uvicorn, within an event loop that runs already and leaves signals to its owner."""

from collections.abc import Awaitable, Callable, Generator, MutableMapping
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
