"""Look up what is known of a source as it stands, and learn nothing: for cleaning the past again."""

from copydesk.cleaning.recurring import recurring_texts
from copydesk.consumers.recurring_header import SourceTexts, encode_header
from copydesk.consumers.source_corrections import CorrectionTable
from copydesk.consumers.source_memory import read_source_memory
from copydesk.log_port import Log
from copydesk.pipeline import FURNITURE


class StandingMemory:
    """Return the headers of sources, the same ones for as long as it lives."""

    def __init__(self, log: Log) -> None:
        self._furniture, self._corrections = log.table(FURNITURE, by_need=True), CorrectionTable(log)
        self._headers: dict[str, bytes] = {}

    def header(self, source: str) -> bytes:
        """Return what is put before an event of this source, as the clean stage would."""
        if source not in self._headers:
            recurring = recurring_texts(read_source_memory(self._furniture.get(source)))
            self._headers[source] = encode_header(SourceTexts(recurring, self._corrections.of(source)))
        return self._headers[source]
