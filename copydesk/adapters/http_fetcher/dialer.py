"""Connect to checked addresses only: resolve a name once, check every answer, and dial none but those."""

import asyncio
import contextlib
import socket
from collections.abc import Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor

import httpcore

from copydesk.errors import FetchFailed
from copydesk.web.allowed_addresses import why_blocked

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""The addresses of a host name, as text; raises OSError."""
Dial = Callable[[str, int], tuple[str, int]]
"""Where a checked address and port is really dialled: itself, save in tests, whose web is on the loopback."""
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

_TRIES = 4
_PATIENCE = 8.0


def dial_unchanged(address: str, port: int) -> tuple[str, int]:
    """Return the checked address and port unchanged: the Dial of everything but tests."""
    return address, port


class SystemResolver:
    """Resolve with the machine's own resolver, in threads of its own so that slow names hold up nothing else."""

    def __init__(self, threads: int = 16) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="resolve")

    async def __call__(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a name, each once, in the resolver's order."""
        found = await asyncio.get_running_loop().run_in_executor(
            self._threads, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        )
        return list(dict.fromkeys(str(each[4][0]) for each in found))

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=False, cancel_futures=True)


class CheckedNetwork(httpcore.AnyIOBackend):
    """Connect for httpcore, to checked addresses only."""

    def __init__(self, resolve: Resolve, dial: Dial, allow_private: bool) -> None:
        self._resolve, self._dial, self._allow_private = resolve, dial, allow_private

    async def addresses(self, host: str, port: int) -> Sequence[str]:
        """Return the addresses of a host, all of them allowed; raises FetchFailed.

        One bad answer among good ones refuses them all: an honest site does not name an address inside.
        """
        try:
            found = [host] if _is_address(host) else await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise FetchFailed("temporary", f"no address for {host}: {_words(error)}") from error
        for address in found:
            reason = why_blocked(address, self._allow_private)
            if reason is not None:
                own = "" if why_blocked(address, True) else "; --allow-private (of run, serve, feeds) asks one's own"
                raise FetchFailed("blocked", f"{host} is at an address that must not be asked ({reason}){own}")
        if not found:
            raise FetchFailed("temporary", f"no address for {host}")
        return found

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,  # noqa: ARG002 - httpcore's
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first of the host's addresses that answers."""
        failure: Exception | None = None
        for address in (await self.addresses(host, port))[:_TRIES]:
            real_host, real_port = self._dial(address, port)
            try:
                return await super().connect_tcp(real_host, real_port, timeout or _PATIENCE, None, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")

    async def connect_unix_socket(self, *_: object, **__: object) -> httpcore.AsyncNetworkStream:
        """Refuse: nothing on the web is at a path of this machine. Raises FetchFailed."""
        raise FetchFailed("blocked", "a socket of this machine must not be asked")


def _is_address(host: str) -> bool:
    for family in (socket.AF_INET, socket.AF_INET6):
        with contextlib.suppress(OSError):
            socket.inet_pton(family, host)
            return True
    return False


def _words(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__
