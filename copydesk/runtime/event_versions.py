"""Tell which events a worker can read, by their headers: those of its own schema or an older one.

An event of a newer schema is a deployment's state, not a fault of the event: it waits, visibly, in its partition, until
a worker of that version takes the partition over. Nothing behind it is read meanwhile, so that order holds.
"""

import logging
import time
from collections.abc import Collection

from copydesk.events import BY_TYPE, SCHEMA_VERSION, Event
from copydesk.log_port import Partition, Record

logger = logging.getLogger("copydesk.runtime.worker")

TELL_EVERY = 15.0
"""Seconds between two lines of the log about what is waited for."""


class NewerEvents:
    """Keep the partitions that have come to an event of a newer schema."""

    def __init__(self, stage: str) -> None:
        self._stage = stage
        self._found: dict[Partition, str] = {}
        self._tell_at = 0.0

    @property
    def partitions(self) -> frozenset[Partition]:
        """Return the partitions that are not to be read further."""
        return frozenset(self._found)

    def hold(self, record: Record) -> bool:
        """Whether a record must wait: it is of a newer schema, or behind one in its partition."""
        partition = Partition(record.topic, record.partition)
        if partition not in self._found and (version := _newer_version(record)):
            self._found[partition] = f"{record.topic}[{record.partition}]@{record.offset} has schema {version}"
        return partition in self._found

    def drop(self, lost: Collection[Partition]) -> None:
        """Forget partitions that are another reader's now."""
        for partition in lost:
            self._found.pop(partition, None)

    def words(self) -> str:
        """Return what is waited for; empty when nothing is."""
        if not self._found:
            return ""
        places = "; ".join(self._found[partition] for partition in sorted(self._found)[:3])
        return (
            f"the stage {self._stage} waits for a newer Copydesk, as this one reads events up to schema "
            f"{SCHEMA_VERSION}: {places}"
        )

    def tell(self) -> None:
        """Log what is waited for, now and then."""
        if self._found and time.monotonic() >= self._tell_at:
            self._tell_at = time.monotonic() + TELL_EVERY
            logger.warning("%s", self.words())


def unreadable(record: Record, expected: type[Event]) -> str:
    """Return why a record is no event that belongs here; empty when it is one."""
    kind, version = record.headers.get("type"), record.headers.get("schema_version", str(SCHEMA_VERSION))
    if kind is not None and kind not in BY_TYPE:
        return f"an event of the unknown type {kind[:80]!r}"
    if kind is not None and kind != expected.__name__:
        return f"a {kind} event does not belong in the topic {record.topic}"
    if not (version.isascii() and version.isdigit()):
        return f"the schema version {version[:20]!r} is no number"
    return "" if record.value is not None else "an event without content"


def _newer_version(record: Record) -> str:
    version = record.headers.get("schema_version", "")[:20]
    return version if version.isascii() and version.isdigit() and int(version) > SCHEMA_VERSION else ""
