"""Run one function on documents in worker processes, each with a deadline and a memory limit.

A document that hangs, crashes its process or takes too much memory costs that process and an attempt; its neighbours
go on. The parent never blocks on a socket (`pool_member`). A worker says hello when it is up: a deadline is for a
document, not for the start of a process on a busy machine.

Short documents go to a process many at a time, and their answers come back so: each message wakes two processes, which
costs as much as passing on a short document does. Long ones go a few at a time, so that no process runs dry while
another has a queue.
"""

import logging
import os
import selectors
import time
from collections import deque
from collections.abc import Callable, Hashable, Sequence
from typing import Literal

from copydesk.runtime.fork_server import preload_modules, start_server
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.pool_member import NOBODYS, PoolMember, PoolTask
from copydesk.runtime.pool_process import MEMORY, RESULT, RETIRED
from copydesk.telemetry.figures import PROCESSES_ENDED, WORK_SECONDS

logger = logging.getLogger("copydesk.runtime.process_pool")

_FEWEST_AHEAD, _MOST_AHEAD, _AHEAD_SECONDS = 3, 32, 0.05
"""How many documents a process is given at least and at most, and between these, how much work."""
_GATHER_SECONDS = 0.02
"""How long the answers of a process wait for others. Not where there is one process alone: what was done before a
document that hangs could be done by no other one."""
_SMOOTHING = 0.1
"""How much each document counts for what documents take."""
MEMORY_LIMIT = 1 << 30
"""Bytes that a process may hold of its own. Texts of all languages take about 400 MiB; the rest is for a document."""
_STATUS: dict[bytes, Literal["done", "refused", "failed"]] = {b"K": "done", b"R": "refused", b"F": "failed"}

_ENDINGS: dict[int | None, str] = {RETIRED: "retired", MEMORY: "memory"}


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
        self._waiting: deque[PoolTask] = deque()
        self._finished: list[tuple[Hashable, Outcome]] = []
        self._members: list[PoolMember] = []
        self._selector = selectors.DefaultSelector()
        self._looked = time.monotonic()
        self._open = 0
        self._seconds = _AHEAD_SECONDS
        self._owner = os.getpid()
        self.retired = 0
        """How many processes had grown too much and were replaced."""
        preload_modules(preload)
        start_server()

    @property
    def pending(self) -> int:
        """See the port."""
        return self._open

    @property
    def pids(self) -> list[int]:
        """Return the process ids of the workers that live now."""
        return [member.process.pid for member in self._members if member.process.pid]

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:  # noqa: ARG002 - the port's
        """See the port."""
        self._waiting.append(PoolTask(ticket, value, 0))
        self._open += 1
        if len(self._members) < self._workers or not all(member.given for member in self._members):
            self._hand_out()  # others are handed out together, when answers are asked for

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        """See the port. Raises nothing."""
        self._pause()
        until = time.monotonic() + timeout
        while True:
            self._hand_out()
            left = until - time.monotonic()
            wait = 0.0 if self._finished or not self._open else max(0.0, min(left, self._next_deadline()))
            self._pump(wait)
            self._enforce_deadlines()
            if self._finished or left <= 0 or not self._open:
                done, self._finished = self._finished, []
                self._open -= len(done)
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
        self._open = 0
        self._selector.close()

    def _hand_out(self) -> None:
        if len(self._members) > 1:
            for member in self._members:
                if member.slow:
                    self._waiting.extendleft(reversed(member.take_back()))
        if len(self._members) < self._workers and self._waiting:
            idle = sum(1 for member in self._members if not member.given)
            for _ in range(min(self._workers - len(self._members), len(self._waiting) - idle)):
                member = PoolMember(self._function, self._memory, _GATHER_SECONDS if self._workers > 1 else 0.0)
                self._members.append(member)
                self._selector.register(member.socket, selectors.EVENT_READ, member)
        ahead = min(_MOST_AHEAD, max(_FEWEST_AHEAD, int(_AHEAD_SECONDS / self._seconds)))
        free = [member for member in self._members if self._waiting and member.has_room(ahead)]
        while self._waiting and free:
            member = min(free, key=lambda each: len(each.given))
            member.give(self._waiting.popleft())
            if not member.has_room(ahead):
                free.remove(member)
        for member in self._members:
            if member.sending:
                self._flush(member)

    def _flush(self, member: PoolMember) -> None:
        try:
            member.write()
        except OSError:
            return  # its end of file is about to be read, and settles what it was given
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if member.sending else 0)
        if self._selector.get_key(member.socket).events != events:
            self._selector.modify(member.socket, events, member)

    def _pump(self, timeout: float) -> None:
        for key, events in self._selector.select(timeout):
            member: PoolMember = key.data
            if events & selectors.EVENT_READ:
                alive = member.read()
                for task, frame in member.results():
                    if task is NOBODYS:
                        continue
                    outcome = _outcome(frame)._replace(attempts=task.attempts + 1)
                    WORK_SECONDS.observe(outcome.seconds, self._work)
                    self._seconds += _SMOOTHING * (max(outcome.seconds, 1e-6) - self._seconds)
                    self._settle(task, outcome)
                if not alive:
                    self._lose(member, "")
                    continue
            if events & selectors.EVENT_WRITE:
                self._flush(member)

    def _settle(self, task: PoolTask, outcome: Outcome) -> None:
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
                member.forgive(away)

    def _enforce_deadlines(self) -> None:
        for member in list(self._members):
            if member.given and time.monotonic() > member.due(self._deadline):
                self._lose(member, f"took longer than {self._deadline:g} s")

    def _lose(self, member: PoolMember, reason: str) -> None:
        """Drop a process that is gone or must go: blame the document it was on, give the others to another.

        Those before that one were done, and their answers not sent yet: they are done again.
        """
        self._members.remove(member)
        self._selector.unregister(member.socket)
        code = member.end()
        given, running = list(member.given), member.running
        PROCESSES_ENDED.add(1, "deadline" if reason else _ENDINGS.get(code, "crash"))
        if code == RETIRED:
            self.retired += 1
            logger.info("a process had grown too much and is replaced, %d so far", self.retired)
        blamed = given[running] if running < len(given) and (reason or code != RETIRED) else NOBODYS
        others = [task for task in given if task is not NOBODYS and task is not blamed]
        if blamed is not NOBODYS:
            blamed = blamed._replace(attempts=blamed.attempts + 1)
            if blamed.attempts >= self._tries:
                words = reason or _describe(code, self._memory)
                failed = Outcome("failed", reason=f"{words}, {blamed.attempts} times", attempts=blamed.attempts)
                self._settle(blamed, failed)
            else:
                others.append(blamed)
        self._waiting.extendleft(reversed(others))


def _outcome(frame: bytes) -> Outcome:
    letter, seconds, *sizes = RESULT.unpack_from(frame)
    measured = RESULT.size + sizes[0]
    learned = measured + sizes[1]
    return Outcome(
        _STATUS[letter], frame[learned:], "", measured=frame[RESULT.size : measured], learned=frame[measured:learned],
        seconds=seconds,
    )  # fmt: skip


def _describe(code: int | None, memory: int) -> str:
    if code == MEMORY:
        return f"took over {memory >> 20} MiB of memory"
    if code is not None and code < 0:
        return f"crashed the process (signal {-code})"
    return f"ended the process (exit code {code})"
