"""Elect the one active poller of a log: the holder of the first partition of `feeds.state`; the others stand by.

The log's own consumer groups decide, so a poller that dies is followed by the next one on both engines.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from copydesk.errors import LogUnavailable
from copydesk.log_port import Log, Partition, Reader
from copydesk.pipeline import FEEDS_STATE

GROUP = "feeds"
_FIRST = Partition(FEEDS_STATE, 0)
_EVERY = 2.0


class Lease:
    """Hold the right to poll. All calls to the log are made in a thread of its own."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._reader: Reader | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="feeds-lease")

    async def acquire(self, patience: float) -> bool:
        """Wait up to `patience` seconds for the right; whether we have it."""
        loop = asyncio.get_running_loop()
        until = loop.time() + patience
        while not (held := await self.held(0.5)) and loop.time() < until:
            await asyncio.sleep(0.1)
        return held

    async def lost(self) -> None:
        """Return when the right went to somebody else; keeps it alive until then."""
        while await self.held(0.1):
            await asyncio.sleep(_EVERY)

    async def held(self, timeout: float) -> bool:
        """Whether we have the right now. A log that does not answer leaves it as it was."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self._poll, timeout)

    def _poll(self, timeout: float) -> bool:
        try:
            if self._reader is None:
                self._reader = self._log.reader(FEEDS_STATE, GROUP)
            self._reader.poll(timeout, max_records=0)
        except LogUnavailable:
            return self._reader is not None and _FIRST in self._reader.assigned()
        return _FIRST in self._reader.assigned()

    def close(self) -> None:
        """Give up the right to poll."""
        if self._reader is not None:
            self._thread.submit(self._reader.close)
        self._thread.shutdown(wait=True)
