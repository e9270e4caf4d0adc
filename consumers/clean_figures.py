"""Count what the cleaning of each article measured: shares cut by kind, doubt, second opinions, the largest sources."""

import msgspec

from copydesk.cleaning.quality import Quality
from copydesk.log_port import Record
from copydesk.partition_keys import source_of_key
from copydesk.runtime.outcome import Outcome
from copydesk.telemetry import figures
from copydesk.telemetry.top_sources import TopSources

_quality = msgspec.json.Decoder(Quality)
SOURCES_NAMED = 50


class CleanFigures:
    """Add up the figures of the clean stage; hand `note` to its Worker as `on_outcome`. `named` sources have names."""

    def __init__(self, named: int = SOURCES_NAMED) -> None:
        self._sources = TopSources(named)

    def note(self, record: Record, outcome: Outcome) -> None:
        """Count one article that was cleaned, refused or given up."""
        source, dropped = self._sources.name(source_of_key(record.key))
        for name in dropped:
            figures.SOURCE_OUTCOMES.forget(name)
            figures.SOURCE_CHARACTERS.forget(name)
        figures.SOURCE_OUTCOMES.add(1, source, outcome.status)
        if outcome.measured:
            _count(source, _quality.decode(outcome.measured))


def _count(source: str, found: Quality) -> None:
    figures.KEPT_CHARACTERS.add(found.kept)
    figures.CUT_CHARACTERS.add_each(found.cut)
    figures.CUT_PIECES.add_each(found.pieces)
    figures.DOUBT.observe(found.doubt)
    figures.SECOND_OPINIONS.add(float(found.second_opinion))
    figures.SOURCE_CHARACTERS.add(found.kept, source, "kept")
    figures.SOURCE_CHARACTERS.add(sum(found.cut.values()), source, "cut")
