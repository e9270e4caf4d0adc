"""Run the stage watch-sources: clean articles and dead letters in, the figures of each source and alarms out.

One process at a time does it, elected by the log: it holds the first partition of `sources.health`; others stand by. So
it sees all sources, and what they share on a day. What it knows is the latest value per source in that topic; it is
saved, after the alarms, before anything is committed (`watched_sources`).
"""

import logging
import math
import threading
import time
from collections.abc import Callable

from copydesk.consumers.watched_sources import WatchedSources
from copydesk.errors import Unavailable
from copydesk.index_port import Notes
from copydesk.log_port import Log, Partition, Reader
from copydesk.pipeline import CLEAN, HEALTH, WATCH_STAGE
from copydesk.runtime.progress import Counts
from copydesk.telemetry import figures
from copydesk.telemetry.waits import WaitReport

logger = logging.getLogger("copydesk.watch_sources")

LEASE_GROUP = f"{WATCH_STAGE.name}.lease"
SAVE_SECONDS, IDLE_SECONDS = 10.0, 2.0
"""How long figures are not saved while more comes, and while nothing does."""
SWEEP_SECONDS = 60.0
"""How often the clock on the wall is asked whether a source is silent."""
ELECTION_SECONDS = 10.0
"""How long a drain waits to be elected: after that another process does the work."""
_FIRST = Partition(HEALTH, 0)
_FIRST_WAIT, _LONGEST_WAIT = 0.2, 5.0


class SourceWatcher:
    """Run until stopped, or, once `drain` is set, until all is read. `counts` says how it is doing.

    `wall` is the clock by which a source is silent when nothing comes at all; without it, all that counts is what has
    come in the end. `notes` take alarms and dead letters for dashboards.
    """

    def __init__(
        self,
        log: Log,
        *,
        wall: Callable[[], float] | None = time.time,
        beat: Callable[[], None] | None = None,
        notes: Notes | None = None,
    ) -> None:
        self.counts = Counts()
        self._log, self._wall, self._beat = log, wall, beat
        self._notes = notes
        self._lease: Reader | None = None
        self._work: WatchedSources | None = None
        self._looked_at = -SWEEP_SECONDS
        self._waits = WaitReport(WATCH_STAGE.name, logger)

    def run(self, stop: threading.Event, drain: threading.Event | None = None) -> None:
        """Loop; what does not answer is waited for, visibly. Raises only what no retry can mend."""
        wait, elect_until = _FIRST_WAIT, 0.0
        try:
            while not stop.is_set():
                self.counts.turned_at = time.monotonic()
                draining = drain is not None and drain.is_set()
                try:
                    if self._elected():
                        if self._go_on(draining) and draining:
                            return
                    else:
                        elect_until = elect_until or time.monotonic() + ELECTION_SECONDS
                        if draining and time.monotonic() >= elect_until:
                            logger.info("another process watches the sources of this log")
                            return
                        stop.wait(0.2)
                    if self.counts.waiting:
                        self._log.lag(CLEAN, WATCH_STAGE.name)  # raises: to read nothing is no sign of its return
                    wait, self.counts.waiting = _FIRST_WAIT, ""
                    self._waits.goes_on()
                    if self._beat is not None:
                        self._beat()
                except Unavailable as error:
                    if str(error) != self.counts.waiting:
                        logger.warning("stage %s waits and tries again: %s", WATCH_STAGE.name, error)
                    self.counts.waiting = str(error)
                    self._waits.waits()
                    stop.wait(wait)
                    wait = min(2 * wait, _LONGEST_WAIT)
            self._finish()
        finally:
            self._put_down()
            if self._lease is not None:
                self._lease.close()

    def _elected(self) -> bool:
        if self._lease is None:
            self._lease = self._log.reader(HEALTH, LEASE_GROUP)
        self._lease.poll(0.0 if self._work else 0.2, max_records=0)
        held = _FIRST in self._lease.assigned()
        if not held:
            self._put_down()  # what is not saved is not committed: whoever is elected reads it again
        return held

    def _go_on(self, draining: bool) -> bool:
        """Do a step; whether there was nothing to do and all is saved."""
        if self._work is None:
            self._work = WatchedSources(self._log, self.counts, self._notes)
        read = not self._work.is_full and self._work.read(0.0 if draining else 0.5)
        if not read:
            self._look(draining)
        if self._work.is_due(self._save_after(read, draining)):
            for alarm in self._work.save():
                logger.info("%s: %s%s", alarm.source, alarm.what, " — ended" if alarm.ended_at else "")
                if alarm.ended_at is None:
                    figures.ALARMS.add(1, alarm.kind)
            figures.ALARMS_OPEN.replace(self._work.open_alarms())
            figures.LAST_COMMIT.set(time.time(), WATCH_STAGE.name)
        if read or not self._work.is_done():
            return False
        if draining and self._work.is_behind():
            self._work.read(0.2)  # a group that was just joined has no partitions yet
            return False
        return True

    def _save_after(self, read: bool, draining: bool) -> float:
        """Return after how many seconds to save; a run, which has no clock on the wall, does it in the end."""
        if draining and not read:
            return 0.0
        return math.inf if self._wall is None else SAVE_SECONDS if read else IDLE_SECONDS

    def _look(self, draining: bool) -> None:
        assert self._work is not None
        if draining:
            self._work.look(None)
        elif self._wall is not None and time.monotonic() - self._looked_at >= SWEEP_SECONDS:
            self._looked_at = time.monotonic()
            self._work.look(self._wall())

    def _finish(self) -> None:
        if self._work is not None:
            try:
                self._work.save()
            except Unavailable as error:
                logger.warning("stage %s stopped while waiting: %s", WATCH_STAGE.name, error)

    def _put_down(self) -> None:
        if self._work is not None:
            self._work.close()
            self._work = None
