"""Tell when something that does not answer was waited for too long: a run that is to end gives up then."""

import time
from collections.abc import Callable


class WaitLimit:
    """Measure for how long something is waited for without a break; `seconds` None waits for ever. One thread asks."""

    def __init__(self, seconds: float | None, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self._clock = seconds, clock
        self._since: float | None = None

    def is_over(self, waiting: str) -> bool:
        """Whether what is waited for, in words and empty for nothing, has been for as long as was to be borne."""
        if not waiting or self.seconds is None:
            self._since = None
            return False
        now = self._clock()
        if self._since is None:
            self._since = now
        return now - self._since >= self.seconds
