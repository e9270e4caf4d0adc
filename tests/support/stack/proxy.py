"""A TCP proxy that fails on purpose: cuts, freezes and slows connections, loses answers, and answers in their place."""

import asyncio
import re
import threading
from collections.abc import Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

T = TypeVar("T")


def any_request(_: bytes) -> bool:
    """For `lose_answers`: whatever comes next."""
    return True


class Proxy:
    """Listens on `port` of the loopback address and passes everything on to `target`, a port there, until told not to.

    All methods may be called from any thread and take effect before they return. `delay` is how many seconds each
    piece of an answer is held back; `lost` counts the answers that were lost, `answered` the requests answered here,
    `connections` those that were made.
    """

    def __init__(self, target: int, port: int = 0) -> None:
        self.target, self.delay, self.lost, self.answered, self.connections = target, 0.0, 0, 0, 0
        self._refusing = False
        self._picks: Callable[[bytes], bool] | None = None
        self._times = 0
        self._reply: tuple[Callable[[bytes], bool], bytes] | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._flowing = asyncio.Event()
        self._flowing.set()
        self._thread = threading.Thread(target=self._loop.run_forever, name="test-proxy", daemon=True)
        self._thread.start()
        self._server = self._do(asyncio.start_server(self._serve, "127.0.0.1", port))
        self.port: int = self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        """Break every connection with a reset; new ones are fine."""
        self._do(self._cut())

    def refuse(self) -> None:
        """Break every connection, and new ones as they come, until `mend`."""
        self._refusing = True
        self.cut()

    def freeze(self) -> None:
        """Nothing gets through in either direction until `mend`; connections stay open, new ones are accepted."""
        self._do(self._flow(False))

    def lose_answers(self, to: Callable[[bytes], bool] = any_request, times: int = 1) -> None:
        """Pass on the next `times` requests that `to` picks, by the bytes they begin with; break off at the answer."""
        self._picks, self._times = to, times

    def answer(self, reply: bytes, to: Callable[[bytes], bool]) -> None:
        """Give this reply to the HTTP requests that `to` picks, by the bytes they begin with; nobody else gets them."""
        self._reply = to, reply

    def mend(self) -> None:
        """Pass everything on again."""
        self._refusing, self._picks, self._times, self._reply, self.delay = False, None, 0, None, 0.0
        self._do(self._flow(True))

    def close(self) -> None:
        """Break every connection and stop listening."""
        self._do(self._finish())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _do(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(30)

    async def _flow(self, on: bool) -> None:
        if on:
            self._flowing.set()
        else:
            self._flowing.clear()

    async def _cut(self) -> None:
        for writer in self._writers:
            writer.transport.abort()

    async def _finish(self) -> None:
        self._server.close()
        self._refusing = True
        self._flowing.set()
        while self._tasks:
            await self._cut()
            await asyncio.wait(self._tasks, timeout=0.1)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self._writers.add(writer)
        try:
            if not self._refusing:
                with suppress(OSError):
                    await self._connect(reader, writer)
        finally:
            writer.transport.abort()
            self._writers.discard(writer)
            self._tasks.discard(task)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        server_reader, server_writer = await asyncio.open_connection("127.0.0.1", self.target)
        self._writers.add(server_writer)
        self.connections += 1
        doomed = asyncio.Event()
        pumps = [
            asyncio.ensure_future(self._requests(reader, writer, server_writer, doomed)),
            asyncio.ensure_future(self._answers(server_reader, writer, doomed)),
        ]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            server_writer.transport.abort()
            self._writers.discard(server_writer)
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)

    async def _requests(
        self,
        reader: asyncio.StreamReader,
        back: asyncio.StreamWriter,
        writer: asyncio.StreamWriter,
        doomed: asyncio.Event,
    ) -> None:
        while data := await reader.read(1 << 16):
            await self._flowing.wait()
            if self._reply is not None and self._reply[0](data):
                reply = self._reply[1]
                await _rest_of_request(data, reader)
                self.answered += 1
                back.write(reply)
                await back.drain()
                continue
            if self._times > 0 and self._picks is not None and self._picks(data):
                self._times -= 1
                doomed.set()
            writer.write(data)
            await writer.drain()

    async def _answers(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, doomed: asyncio.Event) -> None:
        while data := await reader.read(1 << 16):
            await self._flowing.wait()
            if self.delay:
                await asyncio.sleep(self.delay)  # the fault: a slow network
            if doomed.is_set():
                self.lost += 1
                return
            writer.write(data)
            await writer.drain()


async def _rest_of_request(data: bytes, reader: asyncio.StreamReader) -> None:
    """Read an HTTP request to its end."""
    while b"\r\n\r\n" not in data:
        data += await reader.read(1 << 16) or b"\r\n\r\n"
    head, _, body = data.partition(b"\r\n\r\n")
    length = re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE)
    left = (int(length[1]) if length else 0) - len(body)
    while left > 0 and (more := await reader.read(1 << 16)):
        left -= len(more)
