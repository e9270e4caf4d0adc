"""Detect stalled consumers: those that make no progress though there are records to read. Pure."""

import time
from collections.abc import Callable, Collection, Mapping

CHECK_EVERY = 10.0
"""Seconds until a reader that gets less than it asks for looks whether there is more."""

UNJOINED_CHECKS = 9
"""How many checks in a row may find the consumer outside its group: a rebalance waits for members that hang."""


class StallWatch:
    """Find stalls: silence is fine when nothing is there to be read, not when the same records wait at two checks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self.rest()

    def rest(self) -> None:
        """Reset the watch: as much came as was asked for."""
        self._due = self._clock() + CHECK_EVERY
        self._behind: Mapping[int, int] = {}
        self._unjoined = 0
        self.excused: frozenset[int] = frozenset()

    def due(self, unasked: Collection[int]) -> bool:
        """Whether to check now. It stays so until `check` is called: a check that fails is made again.

        Partitions that nothing was asked of (`unasked`), at any poll since the last check, are excused from it.
        """
        self.excused |= frozenset(unasked)
        return self._clock() >= self._due

    def check(self, joined: bool, positions: Mapping[int, int | None], ends: Mapping[int, int]) -> str:
        """Return why the consumer counts as stalled, from its positions and the partitions' ends; else empty."""
        behind = {number: at or 0 for number, at in positions.items() if (at or 0) < ends[number]}
        stuck = sorted(number for number, at in behind.items() if self._behind.get(number) == at)
        unjoined = 0 if joined else self._unjoined + 1
        self.rest()
        self._behind, self._unjoined = behind, unjoined
        if stuck:
            return f"partitions {stuck} have records and give none"
        return "it does not get into its group" if unjoined >= UNJOINED_CHECKS else ""
