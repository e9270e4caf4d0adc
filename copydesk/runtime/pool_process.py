"""Run the worker process of the pool: receive documents, process them, send the outcomes."""

import contextlib
import ctypes
import gc
import os
import resource
import signal
import socket
import struct
import sys
import time
from collections.abc import Callable
from ctypes import c_ulonglong
from itertools import count

from copydesk.runtime.outcome import Outcome

_LENGTH = struct.Struct("!I")
RESULT = struct.Struct("!cfII")
"""What a result frame begins with: a letter, the seconds of work, and how many bytes were measured and learned; these
follow, and then the next event, or the reason.
"""
_GATHER_BYTES, _READ_BYTES = 128 << 10, 256 << 10
_LETTER = {"done": b"K", "refused": b"R", "failed": b"F"}
_PR_SET_PDEATHSIG = 1

HELLO = b"H"
"""The first frame of a process: it is up and reads."""

RETIRED = 70
"""Exit code of a process that had grown and left between two documents: nobody is to blame."""
WARM_UP = 300
"""Documents until a process holds what documents of its kind need: word lists, patterns, caches."""
GROWTH, SHARE = 1.5, 0.8
"""How many times that a process may hold, and how much of its memory limit, until it is thrown away for a new one.

A fixed limit below what all languages need would throw every process away as soon as it is warm.
"""
MEMORY = 71
"""Exit code of a process that reached its memory limit."""


def serve(
    channel: socket.socket, function: Callable[[bytes], Outcome], memory: int, begun: c_ulonglong, gather: float
) -> None:
    """Say hello, then answer documents until the parent closes its end. `memory` bounds the process, in bytes.

    `begun` is in memory that the parent sees too: how many documents were begun. Answers wait up to `gather` seconds
    for others, as long as documents come.
    """
    _behave(memory)
    answers, documents = _Answers(channel, gather), _Documents(channel)
    answers.add(HELLO)
    bound = int(memory * SHARE)
    for number in count(1):
        try:
            if not documents.is_there():
                answers.send()  # somebody may wait for them, and we are about to
            value = documents.take()
        except MemoryError:
            os._exit(MEMORY)
        begun.value = number
        began = time.perf_counter()
        try:
            outcome = function(value)
        except MemoryError:
            os._exit(MEMORY)
        except Exception as error:  # noqa: BLE001 - whatever a document makes the function raise must reach its dead letter
            outcome = Outcome("failed", reason=f"{type(error).__name__}: {error}"[:500])
        body = outcome.value if outcome.status == "done" else outcome.reason.encode("utf-8", "replace")
        measured, learned = outcome.measured, outcome.learned
        took = time.perf_counter() - began
        head = RESULT.pack(_LETTER[outcome.status], took, len(measured), len(learned))
        answers.add(head, measured, learned, body)
        if number == WARM_UP:
            level = _held()
            bound = max(level, min(bound, int(level * GROWTH)))
        if _holds_over(bound):
            answers.send()
            os._exit(RETIRED)


class _Documents:
    """Take documents off the channel, as many as have arrived at a time."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel, self._held, self._at = channel, bytearray(), 0
        self._buffer = memoryview(bytearray(_READ_BYTES))

    def is_there(self) -> bool:
        """Whether a whole document has arrived."""
        return len(self._held) >= self._end()

    def take(self) -> bytes:
        """Return the next document, once it has arrived. Ends the process with the parent."""
        if not self.is_there():
            del self._held[: self._at]
            self._at = 0
            while not self.is_there():
                self._held += self._receive()
        end = self._end()
        with memoryview(self._held) as held:
            value = bytes(held[self._at + _LENGTH.size : end])
        self._at = end
        return value

    def _end(self) -> int:
        head = self._at + _LENGTH.size
        return head if len(self._held) < head else head + int(_LENGTH.unpack_from(self._held, self._at)[0])

    def _receive(self) -> memoryview:
        try:
            size = self._channel.recv_into(self._buffer)
        except OSError:  # a parent that was killed before it had read every answer resets the channel
            size = 0
        return self._buffer[:size] if size else os._exit(0)


class _Answers:
    """Gather answers while documents are short, and send them together."""

    def __init__(self, channel: socket.socket, seconds: float) -> None:
        self._channel, self._seconds = channel, seconds
        self._parts, self._size, self._since = list[bytes](), 0, 0.0

    def add(self, *parts: bytes) -> None:
        """Add an answer. Those that have waited, and those that are many bytes, are sent."""
        now = time.monotonic()
        size = sum(map(len, parts))
        self._since = self._since if self._parts else now
        self._parts += (_LENGTH.pack(size), *parts)
        self._size += size
        if now - self._since >= self._seconds or self._size > _GATHER_BYTES:
            self.send()

    def send(self) -> None:
        """Send what was gathered. Ends the process with the parent."""
        if self._parts:
            try:
                self._channel.sendall(b"".join(self._parts))
            except OSError:
                os._exit(0)
            self._parts, self._size = [], 0


def _behave(memory: int) -> None:
    # Cleaning makes many small objects and hardly a cycle: looking for cycles as usual takes a tenth of its time.
    gc.freeze()
    gc.set_threshold(50_000, 20, 100)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if sys.platform == "linux":
        # The parent may be killed while a document hangs here: the kernel then ends this process too.
        ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _holds_over(limit: int) -> bool:
    """Whether this process holds more bytes of memory than that now; no, where the system does not tell."""
    if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10 <= limit:
        return False  # it never did, and this is the cheaper question
    return _held() > limit


def _held() -> int:
    """Return the bytes of memory that this process holds now; none, where the system does not tell."""
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[1]) * resource.getpagesize()
    except OSError:
        return 0
