"""An event loop whose clock jumps over idle time: a week of sleeping, polling and timing out passes in seconds.

Sockets are real. Time stands still while anything is ready, or any thread works for the loop, and otherwise goes on to
the next timer at once.
"""

import asyncio
import contextlib
import selectors
from collections.abc import Callable, Coroutine
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")
START = 1_780_000_000.0


class _Selector(selectors.DefaultSelector):
    """Never waits for time to pass when nothing else can happen."""

    loop: "WarpLoop"

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.loop.busy or timeout is None:
            return super().select(0.01 if self.loop.busy else timeout)
        self.loop.now += timeout
        return []


class WarpLoop(asyncio.SelectorEventLoop):
    """`now` is the loop's time in seconds; `jump` is what the clock people set is off by."""

    def __init__(self) -> None:
        self.now, self.busy, self.jump = 0.0, 0, 0.0
        selector = _Selector()
        selector.loop = self
        super().__init__(selector)

    def time(self) -> float:
        return self.now

    def wall(self) -> float:
        """Seconds since the epoch, in the warped world."""
        return START + self.now + self.jump

    def steady(self) -> float:
        """Return the same on a clock that nobody sets."""
        return START + self.now

    def run_in_executor(self, executor: Executor | None, func: Callable[..., T], *args: Any) -> "asyncio.Future[T]":  # type: ignore[override]
        self.busy += 1
        future = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._idle)
        return future

    def _idle(self, _future: object) -> None:
        self.busy -= 1


def run(main: Callable[[WarpLoop], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in a warped world of its own."""
    loop = WarpLoop()
    try:
        asyncio.set_event_loop(loop)
        return loop.run_until_complete(main(loop))
    finally:
        with contextlib.suppress(RuntimeError):
            for task in asyncio.all_tasks(loop):
                task.cancel()
            loop.run_until_complete(asyncio.sleep(0))
            loop.run_until_complete(loop.shutdown_asyncgens())
        asyncio.set_event_loop(None)
        loop.close()
