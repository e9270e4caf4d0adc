"""Look up which text recurs at a source as its memory stands, and learn nothing: for cleaning the past again."""

from copydesk.cleaning.recurring import recurring_texts
from copydesk.consumers.recurring_header import EMPTY_HEADER, encode_header
from copydesk.consumers.source_memory import PINS, read_pins, read_source_memory
from copydesk.identity import LOCAL
from copydesk.log_port import Log
from copydesk.pipeline import FURNITURE


class StandingMemory:
    """Return the headers of sources, the same ones for as long as it lives."""

    def __init__(self, log: Log) -> None:
        self._table = log.table(FURNITURE)
        self._headers: dict[str, bytes] = {LOCAL: EMPTY_HEADER}

    def header(self, source: str) -> bytes:
        """Return what is put before an event of this source, as the clean stage would."""
        if source not in self._headers:
            memory, pins = read_source_memory(self._table.get(source)), read_pins(self._table.get(PINS + source))
            self._headers[source] = encode_header(recurring_texts(memory, pins))
        return self._headers[source]
