"""The addresses of the test web: names resolve to public-looking addresses, and only those lead to the loopback.

The address check itself stays on: what it lets through and is not of this web is dialled as it is, and noted.
"""

import errno
import socket
from collections.abc import Mapping, Sequence

from copydesk.adapters.http_fetcher.fetcher import HttpFetcher
from tests.support.web.server import Web

FIRST = (151 << 24) + (101 << 16)


class Net:
    """Resolver and dialler for one web. `names` pins a host to answers, all others get an address of their own."""

    def __init__(self, web: Web, names: Mapping[str, Sequence[str]] | None = None) -> None:
        self.web = web
        self.names = dict(names or {})
        self.resolved: list[str] = []
        self.strangers: list[tuple[str, int]] = []
        self.down = False
        self._given: dict[str, str] = {}

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        """Return the resolver."""
        self.resolved.append(host)
        if self.down:
            raise OSError(errno.ENETUNREACH, "Network is unreachable")
        if host in self.names:
            return self.names[host]
        if host.endswith(".unknown.example"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        number = FIRST + len(self._given) + 1
        address = self._given.setdefault(host, ".".join(str(number >> shift & 255) for shift in (24, 16, 8, 0)))
        return [address]

    def dial(self, address: str, port: int) -> tuple[str, int]:
        """Return the connector: this web's addresses lead to its server, any other one to itself."""
        if address in self._given.values():
            return "127.0.0.1", self.web.tls_port if port in {443, 8443} else self.web.port
        self.strangers.append((address, port))
        return address, port

    def go_down(self) -> None:
        """Nothing can be reached any more, until `down` is false again."""
        self.down = True
        self.web.drop()

    def fetcher(self, **options: object) -> HttpFetcher:
        """Return a fetcher on this web."""
        return HttpFetcher(resolve=self.resolve, dial=self.dial, **options)  # type: ignore[arg-type]
