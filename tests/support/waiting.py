"""Wait for what is to happen, with a deadline, and let time pass without waiting for it."""

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds: much more than anything takes that works."""


def eventually(
    true: Callable[[], object],
    seconds: float = PATIENCE,
    what: str | Callable[[], str] = "what is waited for",
    *,
    pause: float = 0.01,
) -> None:
    """Try until `true` returns something true; fails, with what was waited for, after so many seconds.

    `pause` is in seconds between two tries: longer where a look costs a server something.
    """
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            raise AssertionError(f"not so within {seconds:g} seconds: {what if isinstance(what, str) else what()}")
        time.sleep(pause)  # the one place where a test waits for something to happen


class Clock:
    """Stand in for the module `time` where a test moves the clocks itself: patch a module's name `time` with one."""

    def __init__(self) -> None:
        self._ahead = 0.0

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self._ahead += seconds

    def monotonic(self) -> float:
        """Return the steady clock's seconds."""
        return time.monotonic() + self._ahead

    def time(self) -> float:
        """Return seconds since 1970."""
        return time.time() + self._ahead

    def time_ns(self) -> int:
        """Return nanoseconds since 1970."""
        return int(self.time() * 1e9)
