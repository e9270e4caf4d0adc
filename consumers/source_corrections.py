"""Read people's corrections from the log: the latest value per text in the compacted topic `sources.corrections`.

Its key is the source, a space and the hash of the text, so that two who decide at once decide on different keys. What
was pinned and released before that topic was there stood in `sources.furniture`; `copydesk setup` moves it.
"""

import logging
from collections.abc import Iterator
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from copydesk.cleaning.corrections import UNCORRECTED, Corrections
from copydesk.events import Correction, decode, encode
from copydesk.log_port import Log, Message, Table
from copydesk.message_headers import headers
from copydesk.pipeline import CORRECTIONS, FURNITURE

PINS = "pins:"
"""What stands before the source in a key of `sources.furniture` that holds its pins of old."""
_BEFORE = datetime(2026, 1, 1, tzinfo=UTC)
logger = logging.getLogger("copydesk.corrections")


class _Pins(Struct, frozen=True):
    pinned: frozenset[str] = frozenset()
    released: frozenset[str] = frozenset()


class CorrectionTable:
    """Look corrections up by source. Not thread-safe. Every method may raise LogUnavailable."""

    def __init__(self, log: Log) -> None:
        self._corrections = log.table(CORRECTIONS)
        self._known: dict[str, Corrections] = {}
        self.refresh()

    def refresh(self) -> None:
        """Take in what was decided before this call."""
        self._corrections.refresh()
        decided: dict[str, list[Correction]] = {}
        for each in all_corrections(self._corrections):
            decided.setdefault(each.source, []).append(each)
        self._known = {source: _summed(some) for source, some in decided.items()}

    def of(self, source: str) -> Corrections:
        """Return what was decided for a source."""
        return self._known.get(source, UNCORRECTED)


def correction_key(source: str, hashed: str) -> str:
    """Return the key of a correction in its topic."""
    return f"{source} {hashed}"


def all_corrections(corrections: Table) -> Iterator[Correction]:
    """Yield every correction that stands."""
    for key, value in corrections.items():
        try:
            yield decode(Correction, value)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            logger.warning("the correction %r cannot be read and counts for nothing: %s", key, error)


def move_old_pins(log: Log) -> int:
    """Make corrections of pins that stand in `sources.furniture`, and return how many; what was said since stays.

    An unreadable value is an error, since nobody else knows them.
    """
    corrections, moved = log.table(CORRECTIONS), 0
    for key, value in log.table(FURNITURE).items():
        if not key.startswith(PINS):
            continue
        made = {correction_key(each.source, each.hash): each for each in _old_pins(key, value)}
        new = [
            Message(name, encode(each), headers(Correction))
            for name, each in made.items()
            if corrections.get(name) is None
        ]
        log.publish(CORRECTIONS, new)
        log.publish(FURNITURE, [Message(key, None, {})])
        moved += len(new)
    return moved


def _old_pins(key: str, value: bytes) -> Iterator[Correction]:
    pins = msgspec.json.decode(value, type=_Pins)
    for decision, hashes in (("cut", pins.pinned), ("keep", pins.released)):
        for hashed in sorted(hashes):
            yield Correction(source=key.removeprefix(PINS), hash=hashed, decision=decision, text="", decided_at=_BEFORE)  # type: ignore[arg-type]  # one of the two


def _summed(some: list[Correction]) -> Corrections:
    return Corrections(
        keep=frozenset(each.hash for each in some if each.decision == "keep"),
        cut=frozenset(each.hash for each in some if each.decision == "cut"),
    )
