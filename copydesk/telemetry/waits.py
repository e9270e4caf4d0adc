"""Tell how long one who does his work has waited for a log or an index, and when he goes on."""

import logging
import time
from collections.abc import Callable

from copydesk.telemetry.figures import WAITING, WAITING_SECONDS


class WaitReport:
    """Count and log the waits of one stage or producer; `clock` is in seconds and never set."""

    def __init__(self, who: str, logger: logging.Logger, clock: Callable[[], float] = time.monotonic) -> None:
        """Count under the name `who`, and log to `logger`."""
        self._who, self._logger, self._clock = who, logger, clock
        self._since: float | None = None
        self._counted = 0.0
        WAITING_SECONDS.add(0, who)
        WAITING.set(0, who)

    def waits(self) -> None:
        """Note that something does not answer; to be called again while that lasts."""
        now = self._clock()
        if self._since is None:
            self._since = self._counted = now
            WAITING.set(1, self._who)
        WAITING_SECONDS.add(now - self._counted, self._who)
        self._counted = now

    def goes_on(self) -> None:
        """Note that all is well; the end of a wait is logged."""
        if self._since is None:
            return
        self.waits()
        self._logger.warning(
            "%s goes on after %s", self._who, span_words(self._clock() - self._since), extra={"stage": self._who}
        )
        self._since = None
        WAITING.set(0, self._who)


def span_words(seconds: float) -> str:
    """Return a span as people say it: `2 min 31 s`, `1 h 4 min`; below ten seconds with a tenth."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    parts = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    return " ".join([f"{number} {unit}" for number, unit in parts if number][:2])
