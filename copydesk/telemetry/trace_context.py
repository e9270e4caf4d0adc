"""Carry the W3C `traceparent` of the event that is worked on, to what is published and logged on its behalf."""

import re
from contextvars import ContextVar

_HEADER = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}", re.ASCII)
CURRENT_TRACE: ContextVar[str | None] = ContextVar("copydesk_trace", default=None)
"""The `traceparent` of the event that this thread or task works on; None where it works on none."""


def trace_id_of(traceparent: str | None) -> str | None:
    """Return the trace id of a header, 32 hex digits; None where it is no `traceparent`."""
    found = _HEADER.fullmatch(traceparent or "")
    return found[1] if found else None


def trace_fields(traceparent: str | None) -> dict[str, str]:
    """Return the field of a log line that names the trace; none where there is none."""
    found = trace_id_of(traceparent)
    return {"trace_id": found} if found else {}


def span_ids(traceparent: str | None) -> tuple[int, int] | None:
    """Return trace and span of a header as numbers; None where it is no `traceparent`, or names none."""
    found = _HEADER.fullmatch(traceparent or "")
    ids = (int(found[1], 16), int(found[2], 16)) if found else (0, 0)
    return ids if all(ids) else None
