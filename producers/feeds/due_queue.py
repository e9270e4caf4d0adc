"""Queue keys by the time they are due, on a monotonic clock that counts suspend."""

import heapq
import itertools
import time
from collections.abc import Callable

LONGEST_IDLE = 60.0


def steady() -> float:
    """Return the seconds of a clock that nobody sets and that counts suspend, where the system has one."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) if hasattr(time, "CLOCK_BOOTTIME") else time.monotonic()


class DueQueue:
    """Hold keys with the instants (seconds since the epoch) they are due at; of two entries of a key the latest counts.

    `wall` is the clock people set. Thousands of keys cost nothing until they are due.
    """

    def __init__(self, wall: Callable[[], float], steady: Callable[[], float]) -> None:
        self._wall, self.steady = wall, steady
        self._line: list[tuple[float, int, str]] = []
        self._place: dict[str, int] = {}
        self._numbers = itertools.count()

    def put(self, key: str, at: float) -> None:
        """Put a key into the queue, anew when it is there already."""
        place = self._place[key] = next(self._numbers)
        heapq.heappush(self._line, (self.steady() + max(0.0, at - self._wall()), place, key))

    def drop(self, key: str) -> None:
        """Take a key out of the line."""
        self._place.pop(key, None)

    def take(self, until: float) -> str | None:
        """Return the first key that is due by now, and by `until` on the steady clock; it leaves the line."""
        due = self.next_due()
        if due is None or due > min(self.steady(), until):
            return None
        _, _, key = heapq.heappop(self._line)
        del self._place[key]
        return key

    def next_due(self) -> float | None:
        """Return when the first key is due, on the steady clock."""
        while self._line and self._place.get(self._line[0][2]) != self._line[0][1]:
            heapq.heappop(self._line)
        return self._line[0][0] if self._line else None

    def idle(self, until: float) -> float:
        """Return for how many seconds nothing is due, at most a minute.

        A loop that sleeps longer would sleep on after the machine did.
        """
        due = self.next_due()
        return LONGEST_IDLE if due is None or due > until else min(LONGEST_IDLE, max(0.0, due - self.steady()))
