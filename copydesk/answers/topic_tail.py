"""Read the last events of a topic, newest first."""

from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from copydesk.errors import NotFound
from copydesk.log_port import Log, Record
from copydesk.pipeline import TOPICS

_SHOWN = 2000


class TailedEvent(Struct, frozen=True):
    """Show an event: its place, when it was published, its key and kind, and the beginning of what it holds."""

    place: str
    at: datetime
    key: str
    kind: str
    size: int
    text: str


def check_topic(topic: str) -> str:
    """Return the name of a topic of ours; raises NotFound for another."""
    names = [each.name for each in TOPICS]
    if topic not in names:
        raise NotFound(f"there is no topic {topic[:64]!r}; the topics are {', '.join(names)}")
    return topic


def tail_of(log: Log, topic: str, count: int) -> list[TailedEvent]:
    """Return the last events of a topic that are kept, newest first. Raises NotFound, LogUnavailable."""
    check_topic(topic)
    found: list[Record] = []
    for each in log.status():
        if each.partition.topic == topic:
            offsets = range(each.end - 1, max(each.begin, each.end - count) - 1, -1)
            found += [record for at in offsets if (record := log.read(topic, each.partition.number, at))]
    found.sort(key=lambda record: (record.timestamp, record.partition, record.offset), reverse=True)
    return [_shown(record) for record in found[:count]]


def value_as_line(value: bytes | None) -> bytes:
    """Return an event as one line of JSON, whatever it holds."""
    try:
        return msgspec.json.format(value or b"null", indent=-1)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return msgspec.json.encode({"unreadable": (value or b"").decode("utf-8", "backslashreplace")})


def _shown(record: Record) -> TailedEvent:
    text = value_as_line(record.value).decode("utf-8", "replace")
    return TailedEvent(
        f"{record.partition}@{record.offset}", datetime.fromtimestamp(record.timestamp / 1000, UTC), record.key,
        record.headers.get("type", ""), len(record.value or b""), text[:_SHOWN],
    )  # fmt: skip
