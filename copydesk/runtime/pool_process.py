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
from itertools import count

from copydesk.runtime.outcome import Outcome

_LENGTH = struct.Struct("!I")
RESULT = struct.Struct("!cfI")
"""What a result frame begins with: a letter, the seconds of work, and how many bytes were measured; these follow, and
then the next event, or the reason.
"""
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


def serve(channel: socket.socket, function: Callable[[bytes], Outcome], memory: int) -> None:
    """Say hello, then answer documents until the parent closes its end. `memory` bounds the process, in bytes."""
    _behave(memory)
    with contextlib.suppress(OSError):  # a parent that is gone is noticed below
        channel.sendall(_LENGTH.pack(len(HELLO)) + HELLO)
    reader = channel.makefile("rb", buffering=1 << 18)
    bound = int(memory * SHARE)
    for number in count(1):
        try:
            head = reader.read(_LENGTH.size)
            if len(head) < _LENGTH.size:
                os._exit(0)
            value = reader.read(_LENGTH.unpack(head)[0])
        except OSError:  # a parent that was killed before it had read every answer resets the channel
            os._exit(0)
        except MemoryError:
            os._exit(MEMORY)
        began = time.perf_counter()
        try:
            outcome = function(value)
        except MemoryError:
            os._exit(MEMORY)
        except Exception as error:  # noqa: BLE001 - whatever a document makes the function raise must reach its dead letter
            outcome = Outcome("failed", reason=f"{type(error).__name__}: {error}"[:500])
        body = outcome.value if outcome.status == "done" else outcome.reason.encode("utf-8", "replace")
        measured = outcome.measured
        head = RESULT.pack(_LETTER[outcome.status], time.perf_counter() - began, len(measured))
        size = _LENGTH.pack(len(head) + len(measured) + len(body))
        try:
            channel.sendall(b"".join((size, head, measured, body)))
        except OSError:
            os._exit(0)
        if number == WARM_UP:
            level = _held()
            bound = max(level, min(bound, int(level * GROWTH)))
        if _holds_over(bound):
            os._exit(RETIRED)


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
