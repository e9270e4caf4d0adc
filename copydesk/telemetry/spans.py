"""Let stages and producers tell of their work as spans, where somebody listens; else it costs a look at a variable.

What a span is called and says is for `otel_spans`, which is of an extra; here stands only what is told, and by whom.
"""

import time
from collections.abc import Sequence
from typing import NamedTuple, Protocol


class ProcessedEvent(NamedTuple):
    """Describe one event that a stage has worked on: where it was read and by which group, and what led to it."""

    stage: str
    group: str
    topic: str
    partition: int
    offset: int
    key: str
    size: int
    traceparent: str | None


class OpenSpan(Protocol):
    """Be the span of one event in one stage, until what came of it is published."""

    @property
    def traceparent(self) -> str:
        """Return the header of what the stage publishes for it."""
        ...

    def end(self, status: str, reason: str) -> None:
        """End it as an outcome says."""
        ...


class SpanListener(Protocol):
    """Take what is told. Instants are nanoseconds since the epoch, `traceparents` those of the events concerned."""

    def begun(self, topic: str, traceparents: Sequence[str], began: int) -> None:
        """Take that articles or links began their way: each `traceparent` names the first span of it."""
        ...

    def received(self, topic: str, group: str, traceparents: Sequence[str | None], began: int) -> None:
        """Take that a batch of events was read."""
        ...

    def processing(self, event: ProcessedEvent, began: int) -> OpenSpan:
        """Take that a stage worked on an event from then on."""
        ...

    def sent(self, topic: str, traceparents: Sequence[str], began: int) -> None:
        """Take that a stage published a batch of events."""
        ...

    def stored(self, traceparents: Sequence[str | None], began: int) -> None:
        """Take that a batch of articles was written to the index."""
        ...


_listener: SpanListener | None = None


def listen_to_spans(listener: SpanListener | None) -> None:
    """Have this process' spans told to a listener; None for nobody."""
    global _listener
    _listener = listener


def span_listener() -> SpanListener | None:
    """Return who listens, None where nobody does."""
    return _listener


def instant_of(since: float) -> int:
    """Return an instant of the monotonic clock in nanoseconds since the epoch."""
    return time.time_ns() - int((time.monotonic() - since) * 1e9)
