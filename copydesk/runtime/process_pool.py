"""Run one function on documents in worker processes, each with a deadline and a memory limit.

A document that hangs, crashes its process or takes too much memory costs that process and an attempt; its neighbours
go on. Every worker has one socket: length-prefixed frames in, one result frame each out, in order, so the oldest
unanswered document is the one that runs. The parent never blocks on a socket. A worker says hello when it is up: a
deadline is for a document, not for the start of a process on a busy machine.
"""

import logging
import os
import selectors
import socket
import struct
import time
from collections import deque
from collections.abc import Callable, Hashable, Iterator, Sequence
from multiprocessing import get_context
from typing import Literal, NamedTuple

from copydesk.runtime.fork_server import preload_modules, start_process, start_server
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.pool_process import HELLO, MEMORY, RESULT, RETIRED, serve
from copydesk.telemetry.figures import PROCESSES_ENDED, WORK_SECONDS

logger = logging.getLogger("copydesk.runtime.process_pool")

_LENGTH = struct.Struct("!I")
_AHEAD = 3
_AHEAD_BYTES = 512 << 10
MEMORY_LIMIT = 1 << 30
"""Bytes that a process may hold of its own. Texts of all languages take about 400 MiB; the rest is for a document."""
_SLOW = 1.0
"""Seconds that a document may take until those behind it go to other processes: they have nothing to do with it."""
_STARTUP = 60.0
"""Seconds that a process may take to start, where the deadline is not longer still."""
_STATUS: dict[bytes, Literal["done", "refused", "failed"]] = {b"K": "done", b"R": "refused", b"F": "failed"}

_ENDINGS: dict[int | None, str] = {RETIRED: "retired", MEMORY: "memory"}


class _Task(NamedTuple):
    ticket: Hashable
    value: bytes
    attempts: int


_NOBODYS = _Task(None, b"", 0)
"""Stands where a document was taken back that had been sent already."""


class _Member:
    """Represent one worker process in the parent: what it was given and not yet answered, oldest first."""

    def __init__(self, function: Callable[[bytes], Outcome], memory: int) -> None:
        ours, theirs = socket.socketpair()
        for end in (ours, theirs):
            end.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _AHEAD_BYTES)
        context = get_context("forkserver")
        self.process = context.Process(target=serve, args=(theirs, function, memory), daemon=True)
        start_process(self.process)
        theirs.close()
        ours.setblocking(False)
        self.socket = ours
        self.given: deque[_Task] = deque()
        self.outgoing: deque[memoryview] = deque()
        self.incoming = bytearray()
        self.head_since = time.monotonic()
        self.up = False

    def give(self, task: _Task) -> None:
        if not self.given:
            self.head_since = time.monotonic()
        self.given.append(task)
        self.outgoing.append(memoryview(_LENGTH.pack(len(task.value)) + task.value))

    def has_room(self) -> bool:
        """Whether a document may wait here behind others: not behind one that is slow or has cost a process."""
        if any(task.attempts for task in self.given) or self.slow:
            return False
        return len(self.given) < _AHEAD and (
            len(self.given) < 2 or sum(len(task.value) for task in self.given) < _AHEAD_BYTES
        )

    @property
    def slow(self) -> bool:
        """Whether the oldest document takes long."""
        return self.up and bool(self.given) and time.monotonic() > self.head_since + _SLOW

    def take_back(self) -> list[_Task]:
        """Return what waits behind the oldest document, to be done elsewhere; its answers from here do not count."""
        head, *others = self.given
        self.given = deque([head, *(_NOBODYS for _ in others)])
        return [task for task in others if task is not _NOBODYS]

    def due(self, deadline: float) -> float:
        """Return when the oldest document has had its time, on the monotonic clock."""
        return self.head_since + (deadline if self.up else max(deadline, _STARTUP))

    def write(self) -> None:
        """Send what the socket takes now. Raises OSError when the process is gone."""
        while self.outgoing:
            try:
                sent = self.socket.send(self.outgoing[0])
            except BlockingIOError:
                return
            if sent == len(self.outgoing[0]):
                self.outgoing.popleft()
            else:
                self.outgoing[0] = self.outgoing[0][sent:]

    def read(self) -> bool:
        """Take in what has arrived; False when the process closed its end."""
        while True:
            try:
                data = self.socket.recv(1 << 18)
            except BlockingIOError:
                return True
            except OSError:
                return False
            if not data:
                return False
            self.incoming += data

    def results(self) -> Iterator[tuple[_Task, bytes]]:
        """Yield the finished tasks with their result frames."""
        while len(self.incoming) >= 4:
            (size,) = _LENGTH.unpack_from(self.incoming)
            if len(self.incoming) < 4 + size:
                return
            frame = bytes(self.incoming[4 : 4 + size])
            del self.incoming[: 4 + size]
            self.head_since = time.monotonic()
            if frame == HELLO:
                self.up = True
            else:
                yield self.given.popleft(), frame

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


class ProcessPool:
    """Run `function` in `workers` processes, started when first needed. An Executor.

    `deadline` is in seconds a document, `memory` in bytes a process; a document gets `tries` attempts in all.
    `function` must be importable, take the event's bytes and return an Outcome; `preload` names modules that the
    processes share, already imported. `work` is what its figures call it.
    """

    def __init__(
        self,
        function: Callable[[bytes], Outcome],
        workers: int,
        *,
        deadline: float = 10.0,
        memory: int = MEMORY_LIMIT,
        tries: int = 3,
        preload: Sequence[str] = (),
        work: str = "documents",
    ) -> None:
        self._work = work
        self._function, self._workers = function, workers
        self._deadline, self._memory, self._tries = deadline, memory, tries
        self._waiting: deque[_Task] = deque()
        self._finished: list[tuple[Hashable, Outcome]] = []
        self._members: list[_Member] = []
        self._selector = selectors.DefaultSelector()
        self._looked = time.monotonic()
        self._owner = os.getpid()
        self.retired = 0
        """How many processes had grown too much and were replaced."""
        preload_modules(preload)
        start_server()

    @property
    def pending(self) -> int:
        """See the port."""
        given = sum(task is not _NOBODYS for member in self._members for task in member.given)
        return len(self._waiting) + len(self._finished) + given

    @property
    def pids(self) -> list[int]:
        """Return the process ids of the workers that live now."""
        return [member.process.pid for member in self._members if member.process.pid]

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:  # noqa: ARG002 - the port's
        """See the port."""
        self._waiting.append(_Task(ticket, value, 0))
        self._hand_out()

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        """See the port. Raises nothing."""
        self._pause()
        until = time.monotonic() + timeout
        while True:
            self._hand_out()
            left = until - time.monotonic()
            wait = 0.0 if self._finished or not self.pending else max(0.0, min(left, self._next_deadline()))
            self._pump(wait)
            self._enforce_deadlines()
            if self._finished or left <= 0 or not self.pending:
                done, self._finished = self._finished, []
                self._hand_out()
                self._looked = time.monotonic()
                return done

    def close(self) -> None:
        """See the port: kill every process; in a process that was forked, leave them to their parent."""
        if os.getpid() != self._owner:
            return
        for member in self._members:
            self._selector.unregister(member.socket)
            member.process.kill()
        for member in self._members:
            member.end()
        self._members.clear()
        self._waiting.clear()
        self._selector.close()

    def _hand_out(self) -> None:
        if len(self._members) > 1:
            for member in self._members:
                if member.slow:
                    self._waiting.extendleft(reversed(member.take_back()))
        if len(self._members) < self._workers and self._waiting:
            idle = sum(1 for member in self._members if not member.given)
            for _ in range(min(self._workers - len(self._members), len(self._waiting) - idle)):
                member = _Member(self._function, self._memory)
                self._members.append(member)
                self._selector.register(member.socket, selectors.EVENT_READ, member)
        for depth in range(_AHEAD):
            for member in self._members:
                if self._waiting and len(member.given) == depth and member.has_room():
                    member.give(self._waiting.popleft())
                    self._flush(member)

    def _flush(self, member: _Member) -> None:
        try:
            member.write()
        except OSError:
            return  # its end of file is about to be read, and settles what it was given
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if member.outgoing else 0)
        if self._selector.get_key(member.socket).events != events:
            self._selector.modify(member.socket, events, member)

    def _pump(self, timeout: float) -> None:
        for key, events in self._selector.select(timeout):
            member: _Member = key.data
            if events & selectors.EVENT_READ:
                alive = member.read()
                for task, frame in member.results():
                    if task is _NOBODYS:
                        continue
                    letter, seconds, size = RESULT.unpack_from(frame)
                    end = RESULT.size + size
                    measured = frame[RESULT.size : end]
                    WORK_SECONDS.observe(seconds, self._work)
                    outcome = Outcome(
                        _STATUS[letter], frame[end:], "", task.attempts + 1, measured=measured, seconds=seconds
                    )
                    self._settle(task, outcome)
                if not alive:
                    self._lose(member, "")
                    continue
            if events & selectors.EVENT_WRITE:
                self._flush(member)

    def _settle(self, task: _Task, outcome: Outcome) -> None:
        if outcome.status != "done":
            outcome = outcome._replace(value=b"", reason=outcome.value.decode("utf-8", "replace") or outcome.reason)
        self._finished.append((task.ticket, outcome))

    def _next_deadline(self) -> float:
        due = [member.due(self._deadline) for member in self._members if member.given]
        return max(0.0, min(due) - time.monotonic()) + 0.001 if due else 3600.0

    def _pause(self) -> None:
        """Leave out of the deadlines how long nobody asked: an answer may have waited all that time to be read."""
        away = time.monotonic() - self._looked
        if away > 1.0:
            for member in self._members:
                member.head_since += away

    def _enforce_deadlines(self) -> None:
        for member in list(self._members):
            if member.given and time.monotonic() > member.due(self._deadline):
                self._lose(member, f"took longer than {self._deadline:g} s")

    def _lose(self, member: _Member, reason: str) -> None:
        """Drop a process that is gone or must go: blame the document it was on, give the others to another."""
        self._members.remove(member)
        self._selector.unregister(member.socket)
        code = member.end()
        tasks = [task for task in member.given if task is not _NOBODYS]
        PROCESSES_ENDED.add(1, "deadline" if reason else _ENDINGS.get(code, "crash"))
        if code == RETIRED:
            self.retired += 1
            logger.info("a process had grown too much and is replaced, %d so far", self.retired)
        if tasks and tasks[0] is member.given[0] and (reason or code != RETIRED):
            head = tasks.pop(0)
            head = head._replace(attempts=head.attempts + 1)
            if head.attempts >= self._tries:
                words = reason or _describe(code, self._memory)
                self._settle(head, Outcome("failed", reason=f"{words}, {head.attempts} times", attempts=head.attempts))
            else:
                self._waiting.appendleft(head)
        self._waiting.extendleft(reversed(tasks))


def _describe(code: int | None, memory: int) -> str:
    if code == MEMORY:
        return f"took over {memory >> 20} MiB of memory"
    if code is not None and code < 0:
        return f"crashed the process (signal {-code})"
    return f"ended the process (exit code {code})"
