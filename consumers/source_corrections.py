"""Read people's corrections from the log: the latest value per text in the compacted topic `sources.corrections`.

Its key is the source, a space and the hash of the text, so that two who decide at once decide on different keys. What
was pinned and released before that topic was there stands in `sources.furniture` still, and is read from there.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.events import Correction, decode
from copydesk.log_port import Log, Table
from copydesk.pipeline import CORRECTIONS, FURNITURE

PINS = "pins:"
"""What stood before the source in a key of `sources.furniture` that held its pins."""
_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
logger = logging.getLogger("copydesk.corrections")


class _Pins(Struct, frozen=True):
    pinned: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()


class CorrectionTable:
    """Look corrections up by source. Not thread-safe. Every method may raise LogUnavailable."""

    def __init__(self, log: Log) -> None:
        self._corrections, self._furniture = log.table(CORRECTIONS), log.table(FURNITURE)
        self._known: dict[str, Corrections] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take in what was decided before this call."""
        self._corrections.refresh()
        decided: dict[str, list[Correction]] = {}
        for each in all_corrections(self._corrections, self._furniture):
            decided.setdefault(each.source, []).append(each)
        self._known = {source: _summed(some) for source, some in decided.items()}

    def of(self, source: str) -> Corrections:
        """Return what was decided for a source."""
        return self._known.get(source, UNCORRECTED)


def correction_key(source: str, hashed: str) -> str:
    """Return the key of a correction in its topic."""
    return f"{source} {hashed}"


def all_corrections(corrections: Table, furniture: Table) -> Iterator[Correction]:
    """Yield every correction that stands, each text of a source once."""
    known = set()
    for key, value in corrections.items():
        try:
            found = decode(Correction, value)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            logger.warning("the correction %r cannot be read and counts for nothing: %s", key, error)
            continue
        known.add((found.source, found.hash))
        yield found
    for key, value in furniture.items():
        if key.startswith(PINS):
            yield from (each for each in old_pins(key, value) if (each.source, each.hash) not in known)


def old_pins(key: str, value: bytes) -> Iterator[Correction]:
    """Yield what an old value of pins says; an unreadable one is an error, since nobody else knows them."""
    pins = msgspec.json.decode(value, type=_Pins)
    for decision, hashes in (("cut", pins.pinned), ("keep", pins.released)):
        for hashed in sorted(hashes):
            yield Correction(source=key.removeprefix(PINS), hash=hashed, decision=decision, text="", decided_at=_BEFORE)  # type: ignore[arg-type]  # one of the two


def _summed(some: list[Correction]) -> Corrections:
    return Corrections(
        keep=frozenset(each.hash for each in some if each.decision == "keep"),
        cut=frozenset(each.hash for each in some if each.decision == "cut"),
    )
