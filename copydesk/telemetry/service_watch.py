"""Watch a running service from a thread of its own: measure lag, renew gauges, say once a minute how it is."""

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from copydesk.log_port import Log
from copydesk.pipeline import Stage
from copydesk.telemetry.lag import GroupLag, note_lag
from copydesk.telemetry.minute_lines import MinuteLines
from copydesk.telemetry.repeated import repeated
from copydesk.telemetry.vitals import Vitals

MEASURE_EVERY, SAY_EVERY = 10.0, 60.0
logger = logging.getLogger("copydesk.telemetry")


class ServiceWatch:
    """Measure and tell about the `stages` of a service, whose parts are as `vitals` says.

    `renew` is called before each measurement, to set gauges that nobody sets on the way.
    """

    def __init__(
        self, log: Log, stages: Sequence[Stage], vitals: Vitals, renew: Callable[[], None] = lambda: None
    ) -> None:
        self._log, self._stages, self._vitals, self._renew = log, stages, vitals, renew
        self._lines = MinuteLines([stage.name for stage in stages])
        self._said_at = time.monotonic()

    def measure(self) -> None:
        """Measure once, and say how it is where a minute is over. Never raises."""
        try:
            self._renew()
            now = datetime.now(UTC)
            lags = note_lag(self._log, self._stages, now)
            since = time.monotonic() - self._said_at
            if since >= SAY_EVERY:
                self._said_at = time.monotonic()
                self._lines.say(since, lags, self._vitals(), _oldest(lags, now))
        except Exception:  # to watch must never end what is watched
            logger.exception("the service cannot be measured")

    def running(self, every: float = MEASURE_EVERY) -> AbstractContextManager[None]:
        """Measure again and again within the block."""
        return repeated(self.measure, lambda: every)


def _oldest(lags: Sequence[GroupLag], now: datetime) -> dict[str, float]:
    found: dict[str, float] = {}
    for each in lags:
        if each.oldest is not None:
            found[each.group] = max(found.get(each.group, 0.0), (now - each.oldest).total_seconds())
    return found
