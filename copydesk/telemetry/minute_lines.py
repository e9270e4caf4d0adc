"""Say once a minute how a service is doing, in a line of the log: rate, lag, refusals, waits."""

import logging
from collections.abc import Sequence

from copydesk.telemetry import figures
from copydesk.telemetry.lag import GroupLag
from copydesk.telemetry.vitals import Vital
from copydesk.telemetry.waits import span_words

logger = logging.getLogger("copydesk.minute")

_SAID = ("done", "refused", "failed")


class MinuteLines:
    """Keep what the figures were at the last line; `say` logs one a stage, and one for feeds where they are polled."""

    def __init__(self, stages: Sequence[str]) -> None:
        self._stages = stages
        self._before = self._now()

    def say(self, seconds: float, lags: Sequence[GroupLag], vitals: Sequence[Vital], oldest: dict[str, float]) -> None:
        """Log how the last `seconds` went. `oldest` has the age in seconds of what each stage has not done."""
        before, now = self._before, self._now()
        self._before = now
        change = {key: now[key] - before.get(key, 0.0) for key in now}
        waiting = {each.name: each.waiting for each in vitals}
        for stage in self._stages:
            told = {word: int(change.get((stage, word), 0)) for word in _SAID}
            rate = sum(told.values()) / max(seconds, 0.001)
            behind = sum(each.records for each in lags if each.group == stage)
            lag = str(behind) if any(each.group == stage for each in lags) else "unknown"  # the log does not answer
            age = f", the oldest of {span_words(oldest[stage])} ago" if stage in oldest else ""
            wait = f"; waits: {waiting[stage]}" if waiting.get(stage) else ""
            logger.info(
                "stage %s: %.1f/s, %d done, %d refused, %d failed; lag %s%s%s",
                stage, rate, told["done"], told["refused"], told["failed"], lag, age, wait,
                extra={"stage": stage, "rate": round(rate, 1), "lag": behind, "lag_seconds": oldest.get(stage, 0.0)}
                | told,
            )  # fmt: skip
        if "feeds" in waiting:
            asked = int(sum(number for (kind, _), number in change.items() if kind == "feeds"))
            words = ", ".join(f"{int(change[key])} {key[1].replace('_', ' ')}" for key in sorted(change)
                              if key[0] == "feeds" and change[key])  # fmt: skip
            wait = f"; waits: {waiting['feeds']}" if waiting["feeds"] else ""
            logger.info(
                "feeds: %d asked%s%s",
                asked,
                f": {words}" if words else "",
                wait,
                extra={"stage": "feeds", "asked": asked},
            )

    def _now(self) -> dict[tuple[str, str], float]:
        found = {(stage, word): figures.OUTCOMES.value(stage, word) for stage in self._stages for word in _SAID}
        return found | {("feeds", answer): number for (answer,), number in figures.FEED_VISITS.samples().items()}
