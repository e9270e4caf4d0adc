"""Look up what is known of a source as it stands, and learn nothing: for cleaning the past again."""

from collections.abc import Mapping

from copydesk.cleaning.corrections import Corrections
from copydesk.cleaning.recurring_counts import recurring_texts
from copydesk.consumers.recurring_header import SourceTexts, encode_header
from copydesk.consumers.source_corrections import CorrectionTable
from copydesk.consumers.source_memory import read_source_memory
from copydesk.log_port import Log
from copydesk.pipeline import FURNITURE


class StandingMemory:
    """Return the headers of sources, the same ones for as long as it lives.

    `instead` holds corrections by source that count in place of those that were recorded.
    """

    def __init__(self, log: Log, instead: Mapping[str, Corrections] | None = None) -> None:
        self._furniture, self._corrections = log.table(FURNITURE, by_need=True), CorrectionTable(log)
        self._instead = instead or {}
        self._headers: dict[str, bytes] = {}

    def header(self, source: str) -> bytes:
        """Return what is put before an event of this source, as the clean stage would."""
        if source not in self._headers:
            recurring = recurring_texts(read_source_memory(self._furniture.get(source)))
            corrections = self._instead.get(source, self._corrections.of(source))
            self._headers[source] = encode_header(SourceTexts(recurring, corrections))
        return self._headers[source]
