"""Touch a heartbeat file while a service does its work, so that a supervisor can see it."""

import time
from contextlib import suppress
from pathlib import Path

from copydesk.errors import ConfigError

EVERY = 5.0
"""Seconds between two renewals; whoever looks should allow for ten times as many."""


class Heartbeat:
    """Call it as often as there is something done. `path` None shows nothing. The file is gone when the block ends."""

    def __init__(self, path: Path | None) -> None:
        self._path, self._due = path, 0.0

    def __call__(self) -> None:
        """Renew the file, if it is time to. Raises ConfigError when it cannot be written."""
        now = time.monotonic()
        if self._path is not None and now >= self._due:
            try:
                self._path.touch()
            except OSError as error:
                raise ConfigError(f"COPYDESK_HEARTBEAT names {self._path}: {error.strerror}") from error
            self._due = now + EVERY

    def __enter__(self) -> "Heartbeat":
        return self

    def __exit__(self, *_: object) -> None:
        if self._path is not None:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)
