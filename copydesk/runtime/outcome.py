"""Define the outcome of one event in a stage, and the port of what runs a stage's function."""

from collections.abc import Hashable
from typing import Literal, NamedTuple, Protocol


class Outcome(NamedTuple):
    """Hold `done` and the next event's bytes (empty where the stage ends), or `refused`/`failed` and a reason.

    `trace` is the next event's `traceparent` where its way begins here; else it goes on with that of the event before.
    `key` is the next event's key where it is not the source that the event before was keyed by.
    `seconds` is how long the function worked, 0 where nobody knows.
    `measured` is what the stage measured on the way, for its figures, as JSON. `learned` is what whoever gave the event
    is to remember of it, likewise.
    """

    status: Literal["done", "refused", "failed"]
    value: bytes = b""
    reason: str = ""
    attempts: int = 1
    trace: str | None = None
    key: str | None = None
    measured: bytes = b""
    learned: bytes = b""
    seconds: float = 0.0


class Executor(Protocol):
    """Run a stage's function on events, one outcome each, in any order. Not thread-safe: one loop owns it."""

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        """Take an event in, with the key it was published under; does not block, never raises for its content."""
        ...

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        """Return the outcomes so far, waiting up to `timeout` seconds for one. Raises Unavailable: call again later."""
        ...

    @property
    def pending(self) -> int:
        """Return how many events were submitted and not yet given back."""
        ...

    def close(self) -> None:
        """Drop what is pending and release everything. Never raises."""
        ...
