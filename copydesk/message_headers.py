"""Make the headers of messages: how to read one, what it was made from, and which article's way it belongs to.

Each has `type` (the record's name) and `schema_version`, where an article is being followed `traceparent`, and on what
was made from another event `parent`, the place of that one in the log.
"""

from copydesk.events import SCHEMA_VERSION, Event

PARENT = "parent"
"""The header that names the event a message was made from, as `articles.raw[3]@42`."""
TOOK = "took_ms"
"""The header that says how many milliseconds the stage worked on what it made the message of, its wait left out."""


def trace_of(article_id: str, revision: int) -> str:
    """Return the W3C `traceparent` of an article's way: the id is the trace, the revision the first span."""
    return f"00-{article_id}-{revision & 0xFFFFFFFFFFFFFFFF:016x}-01"


def headers(
    kind: type[Event], traceparent: str | None = None, parent: str | None = None, seconds: float = 0.0
) -> dict[str, str]:
    """Return the message headers that say how to read an event of this kind, where it comes from, and what it took."""
    found = {"type": kind.__name__, "schema_version": str(SCHEMA_VERSION)}
    more = {"traceparent": traceparent, PARENT: parent, TOOK: f"{1000 * seconds:.1f}" if seconds else None}
    return found | {name: value for name, value in more.items() if value}
