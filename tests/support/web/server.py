"""A scripted HTTP/1.1 server for hundreds of virtual hosts on one loopback port, with every fault a server can have."""

import asyncio
import contextlib
import ssl
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

REASONS = {200: "OK", 301: "Moved Permanently", 302: "Found", 304: "Not Modified", 404: "Not Found", 410: "Gone"}


class Asked(NamedTuple):
    """One request as it came in; `at` is the server's clock in seconds, header names are in lower case."""

    at: float
    host: str
    path: str
    headers: Mapping[str, str]
    body: bytes = b""


@dataclass
class Answer:
    """What a host answers. The faults: wait before it, cut the body after so many bytes, drip it, or send raw bytes."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    wait: float = 0.0
    cut: int | None = None
    drip: float | None = None
    raw: bytes | None = None
    length: bool = True


Page = Callable[[Asked], Answer | Awaitable[Answer]]


class Web:
    """The server. `hosts` maps a host name to what it answers; every request that was understood is in `asked`."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self.hosts: dict[str, Page] = {}
        self.asked: list[Asked] = []
        self.clock = clock
        self.connections = 0
        self.port = 0
        self.tls_port = 0
        self._servers: list[asyncio.Server] = []
        self._open: set[asyncio.StreamWriter] = set()
        self._idle = asyncio.Event()
        self._idle.set()

    async def start(self, tls: ssl.SSLContext | None = None) -> None:
        """Listen, for https too when there is a certificate."""
        self._servers.append(await asyncio.start_server(self._serve, "127.0.0.1", 0, backlog=1024))
        self.port = self._servers[0].sockets[0].getsockname()[1]
        if tls is not None:
            self._servers.append(await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=tls))
            self.tls_port = self._servers[1].sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close the listeners and drop every connection."""
        for server in self._servers:
            server.close()
        self.drop()
        await self._idle.wait()  # no deadline: in a warped world it would pass at once

    def drop(self) -> None:
        """Drop every connection."""
        for writer in list(self._open):
            writer.transport.abort()

    def page(self, host: str, body: bytes | str = b"", **answer: object) -> None:
        """Let a host answer everything in one way."""
        data = body.encode() if isinstance(body, str) else body
        self.hosts[host] = lambda _asked: Answer(body=data, **answer)  # type: ignore[arg-type]

    def asked_of(self, host: str) -> list[Asked]:
        """Return the requests one host got."""
        return [each for each in self.asked if each.host == host]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self._open.add(writer)
        self._idle.clear()
        with contextlib.suppress(asyncio.IncompleteReadError, asyncio.LimitOverrunError, OSError):
            while await self._one(reader, writer):
                pass
        writer.close()
        with contextlib.suppress(OSError, asyncio.TimeoutError):
            await asyncio.wait_for(writer.wait_closed(), 1.0)
        self._open.discard(writer)
        if not self._open:
            self._idle.set()

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in head[1:] if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        asked = Asked(self.clock(), headers.get("host", "").partition(":")[0], head[0].split(" ")[1], headers, body)
        self.asked.append(asked)
        page = self.hosts.get(asked.host)
        answer = Answer(404, b"no such host") if page is None else page(asked)
        if not isinstance(answer, Answer):
            answer = await answer
        if answer.wait:
            await asyncio.sleep(answer.wait)  # the fault: a slow server
        return await _send(writer, answer)


async def _send(writer: asyncio.StreamWriter, answer: Answer) -> bool:
    if answer.raw is not None:
        writer.write(answer.raw)
        await writer.drain()
        return False
    body = b"" if answer.status == 304 else answer.body
    headers = dict(answer.headers)
    if answer.length and answer.status != 304:
        headers["Content-Length"] = str(len(body))
    else:
        headers["Connection"] = "close" if answer.status != 304 else "keep-alive"
    lines = [
        f"HTTP/1.1 {answer.status} {REASONS.get(answer.status, 'Other')}",
        *(f"{k}: {v}" for k, v in headers.items()),
    ]
    writer.write("\r\n".join([*lines, "", ""]).encode("latin-1"))
    if answer.drip is not None:
        for place in range(len(body)):
            writer.write(body[place : place + 1])
            await writer.drain()
            await asyncio.sleep(answer.drip)  # the fault: an answer that comes byte by byte
    else:
        writer.write(body if answer.cut is None else body[: answer.cut])
    await writer.drain()
    return answer.cut is None and (answer.length or answer.status == 304)
