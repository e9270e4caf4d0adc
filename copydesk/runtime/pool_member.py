"""Keep the parent's end of one worker process: what it was given, which document it is on, and what it answers.

Documents go out as length-prefixed frames, as many in one message as there are; answers come back in the same order, as
many in one message as were ready. So the oldest unanswered document need not be the one that runs: the process notes
in shared memory how many documents it has begun.
"""

import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from itertools import islice
from multiprocessing import get_context
from multiprocessing.sharedctypes import RawValue
from typing import NamedTuple

from copydesk.runtime.fork_server import start_process
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.pool_process import HELLO, serve

_LENGTH = struct.Struct("!I")
_AHEAD_BYTES = 512 << 10
_READ_BYTES = 256 << 10
_BUFFERS_AT_ONCE = 64
"""How many pieces of memory go out with one call; systems take 1,024 at most."""
_SLOW = 1.0
"""Seconds that a document may take until those behind it go to other processes: they have nothing to do with it."""
_STARTUP = 60.0
"""Seconds that a process may take to start, where the deadline is not longer still."""


class PoolTask(NamedTuple):
    """Hold a document on its way, and how often a process was lost over it."""

    ticket: Hashable
    value: bytes
    attempts: int


NOBODYS = PoolTask(None, b"", 0)
"""Stands where a document was taken back that had been sent already."""


class PoolMember:
    """Represent one worker process in the parent: what it was given and not yet answered, oldest first."""

    def __init__(self, function: Callable[[bytes], Outcome], memory: int, gather: float) -> None:
        """Start the process. `memory` bounds it, in bytes; its answers wait `gather` seconds for others."""
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _AHEAD_BYTES)
        self._begun = RawValue("Q", 0)
        arguments = (theirs, function, memory, self._begun, gather)
        self.process = get_context("forkserver").Process(target=serve, args=arguments, daemon=True)
        start_process(self.process)
        theirs.close()
        ours.setblocking(False)
        self.socket = ours
        self.given: deque[PoolTask] = deque()
        self.up = False
        self._outgoing: deque[memoryview] = deque()
        self._incoming = bytearray()
        self._buffer = memoryview(bytearray(_READ_BYTES))
        self._answered = self._seen = self._bytes = self._tried = 0
        self._since = time.monotonic()

    def give(self, task: PoolTask) -> None:
        """Add a document to what is to be sent; `write` sends it."""
        if not self.given:
            self._since = time.monotonic()
        self.given.append(task)
        self._bytes += len(task.value)
        self._tried += bool(task.attempts)
        self._outgoing.append(memoryview(_LENGTH.pack(len(task.value))))
        self._outgoing.append(memoryview(task.value))

    def has_room(self, ahead: int) -> bool:
        """Whether a document may wait here behind others, at most `ahead` in all.

        Not behind one that is slow or has cost a process.
        """
        if len(self.given) >= ahead or self._tried or self.slow:
            return False
        return len(self.given) < 2 or self._bytes < _AHEAD_BYTES

    @property
    def running(self) -> int:
        """Return where in `given` the document stands that the process is on, or comes to next."""
        return max(0, int(self._begun.value) - self._answered - 1)

    @property
    def slow(self) -> bool:
        """Whether the document that runs takes long."""
        return self.up and bool(self.given) and time.monotonic() > self._running_since() + _SLOW

    @property
    def sending(self) -> bool:
        """Whether something could not be sent yet."""
        return bool(self._outgoing)

    def take_back(self) -> list[PoolTask]:
        """Return all but the document that runs, to be done elsewhere; their answers from here do not count.

        That is what waits behind it, and what was done before it, of which the answers were not sent yet.
        """
        running = self.running
        others = [task for number, task in enumerate(self.given) if number != running and task is not NOBODYS]
        self.given = deque(task if number == running else NOBODYS for number, task in enumerate(self.given))
        self._bytes = sum(len(task.value) for task in self.given)
        self._tried = sum(bool(task.attempts) for task in self.given)
        return others

    def due(self, deadline: float) -> float:
        """Return when the document that runs has had its time, on the monotonic clock."""
        return self._running_since() + (deadline if self.up else max(deadline, _STARTUP))

    def forgive(self, seconds: float) -> None:
        """Leave so long out of the time that the document has had."""
        self._since += seconds

    def write(self) -> None:
        """Send what the socket takes now. Raises OSError when the process is gone."""
        while self._outgoing:
            try:
                sent = self.socket.sendmsg(islice(self._outgoing, _BUFFERS_AT_ONCE))
            except BlockingIOError:
                return
            while self._outgoing and sent >= len(self._outgoing[0]):
                sent -= len(self._outgoing.popleft())
            if sent:
                self._outgoing[0] = self._outgoing[0][sent:]

    def read(self) -> bool:
        """Take in what has arrived; False when the process closed its end."""
        while True:
            try:
                size = self.socket.recv_into(self._buffer)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not size:
                return False
            self._incoming += self._buffer[:size]

    def results(self) -> Iterator[tuple[PoolTask, bytes]]:
        """Yield the finished tasks with their result frames."""
        at, held = 0, self._incoming
        while len(held) >= at + 4:
            (size,) = _LENGTH.unpack_from(held, at)
            if len(held) < at + 4 + size:
                break
            with memoryview(held) as view:
                frame = bytes(view[at + 4 : at + 4 + size])
            at += 4 + size
            self._since = time.monotonic()  # answers are sent between two documents
            if frame == HELLO:
                self.up = True
                continue
            task = self.given.popleft()
            self._answered += 1
            self._bytes -= len(task.value)
            self._tried -= bool(task.attempts)
            yield task, frame
        del held[:at]

    def end(self) -> int | None:
        """Kill the process, reap it, and return its exit code (negative: the signal)."""
        if self.process.exitcode is None:
            self.process.join(0.05)
        self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        self.socket.close()
        return code

    def _running_since(self) -> float:
        """Return when the document that runs was first seen to run; it is asked many times a second."""
        begun = int(self._begun.value)
        if begun != self._seen:
            self._seen, self._since = begun, time.monotonic()
        return self._since
