"""What became of one event in a stage, and who runs a stage's function: the words the worker loop speaks."""

from collections.abc import Hashable
from typing import Literal, NamedTuple, Protocol


class Outcome(NamedTuple):
    """`done` with the next event's bytes (empty when the stage ends here), or `refused`/`failed` with a reason.

    `trace` is the next event's `traceparent` where its way begins here; else it goes on with that of the event before.
    """

    status: Literal["done", "refused", "failed"]
    value: bytes = b""
    reason: str = ""
    attempts: int = 1
    trace: str | None = None


class Executor(Protocol):
    """Runs a stage's function on events, one outcome each, in any order. Not thread-safe: one loop owns it."""

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        """Take an event in, with the key it was published under; does not block, never raises for its content."""
        ...

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        """What came to an end, waiting up to `timeout` seconds for the first. Raises Unavailable: call again later."""
        ...

    @property
    def pending(self) -> int:
        """How many events were submitted and not yet given back."""
        ...

    def close(self) -> None:
        """Drop what is pending and release everything. Never raises."""
        ...
