"""Write lines of the log as text for people, or as JSON for programs, with the trace of what is worked on."""

import logging
from datetime import UTC, datetime

import msgspec

from copydesk.telemetry.trace_context import CURRENT_TRACE, trace_fields

_OWN = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}


def _fields(record: logging.LogRecord) -> dict[str, object]:
    """Return what a line says besides its words: fields that were given with it, and the trace."""
    given = {name: value for name, value in vars(record).items() if name not in _OWN and value is not None}
    return trace_fields(CURRENT_TRACE.get()) | given


class TextLines(logging.Formatter):
    """Write a line for people; the trace, where there is one, stands at its end."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - the library's
        """Return the line without an exception's."""
        trace = _fields(record).get("trace_id")
        return super().formatMessage(record) + (f" [trace {trace}]" if trace else "")


class JsonLines(logging.Formatter):
    """Write one JSON object a line: time, level, logger, message, and the fields that were given with it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        found: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **_fields(record),
        }
        if record.exc_info:
            found["exception"] = self.formatException(record.exc_info)
        return msgspec.json.encode(found, enc_hook=str).decode()
