"""What is due when: keys in line by time, on a clock that never jumps."""

import heapq
import itertools
from collections.abc import Callable

JUMP = 60.0


class Agenda:
    """Keys with the instants (seconds since the epoch) they are due at; of two entries of a key the latest counts.

    `wall` is the clock people set, which may jump; `steady` one that never does. Thousands of keys cost nothing until
    they are due.
    """

    def __init__(self, wall: Callable[[], float], steady: Callable[[], float]) -> None:
        self._wall, self._steady = wall, steady
        self._line: list[tuple[float, int, str]] = []
        self._place: dict[str, int] = {}
        self._numbers = itertools.count()
        self._apart = wall() - steady()

    def put(self, key: str, at: float) -> None:
        """Line a key up, anew when it is there already."""
        place = self._place[key] = next(self._numbers)
        heapq.heappush(self._line, (self._steady() + max(0.0, at - self._wall()), place, key))

    def drop(self, key: str) -> None:
        """Take a key out of the line."""
        self._place.pop(key, None)

    def take(self, until: float) -> str | None:
        """The first key that is due by now, and by `until` on the steady clock; it leaves the line."""
        due = self.next_due()
        if due is None or due > min(self._steady(), until):
            return None
        _, _, key = heapq.heappop(self._line)
        del self._place[key]
        return key

    def next_due(self) -> float | None:
        """When the first key is due, on the steady clock."""
        while self._line and self._place.get(self._line[0][2]) != self._line[0][1]:
            heapq.heappop(self._line)
        return self._line[0][0] if self._line else None

    def idle(self, until: float) -> float:
        """For how many seconds nothing is due, at most a minute."""
        due = self.next_due()
        return JUMP if due is None or due > until else min(JUMP, max(0.0, due - self._steady()))

    def jumped(self) -> bool:
        """Whether the clock of people went ahead of the steady one by more than a minute since this was last asked.

        After a sleep of the machine it does: all keys are then to be put anew.
        """
        apart = self._wall() - self._steady()
        ahead, self._apart = apart - self._apart > JUMP, apart
        return ahead
