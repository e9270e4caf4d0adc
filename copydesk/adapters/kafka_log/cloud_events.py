"""Describe each record on Kafka as a CloudEvent, in its headers: the value stays plain JSON (binary mode).

The names are those of version 1.0 of the specification and its Kafka binding. The id is a hash of topic, key and value:
a message that is sent again, as its outcome was not known, is the same event.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime

import crc32c

from copydesk.log_port import Message

CONTENT_TYPE = "application/json; charset=utf-8"
CLOUD_EVENT_HEADERS = frozenset(("ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", "content-type"))
"""Headers that are Kafka's record's alone: the log's messages have them on no engine, and are read without them."""
_HEAD = 4096
"""Bytes at the beginning of a value that are hashed whole; of the rest a checksum is."""


def ce_time(now: datetime) -> str:
    """Return an instant as `ce_time` has it, RFC 3339 in UTC."""
    return now.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def cloud_event_headers(topic: str, message: Message, time: str) -> Iterator[tuple[str, str]]:
    """Yield the headers that make a message of a topic, as we call it, a CloudEvent of that time."""
    kind, version = message.headers.get("type", "Record"), message.headers.get("schema_version", "")
    yield "ce_specversion", "1.0"
    yield "ce_id", _event_id(topic, message)
    yield "ce_source", f"urn:copydesk:{topic}"
    yield "ce_type", f"copydesk.{kind}.v{version}" if version else f"copydesk.{kind}"
    yield "ce_time", time
    if message.value is not None:
        yield "content-type", CONTENT_TYPE


def _event_id(topic: str, message: Message) -> str:
    value = message.value or b""
    found = hashlib.blake2b(f"{topic}\0{message.key}\0{len(value)}\0".encode(), digest_size=16)
    found.update(value[:_HEAD])
    found.update(crc32c.crc32c(value[_HEAD:]).to_bytes(4, "big"))
    return found.hexdigest()
