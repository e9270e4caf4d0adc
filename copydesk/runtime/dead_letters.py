"""Keep an event that could not go on as a dead letter, and publish it again."""

import hashlib
import logging
from datetime import UTC, datetime
from typing import Any

import msgspec
from msgspec import UNSET, UnsetType

from copydesk.errors import MessageTooLarge
from copydesk.events import DeadClass, DeadLetter, encode
from copydesk.log_port import Log, Message, Record, read_place
from copydesk.message_headers import headers
from copydesk.partition_keys import source_of_key
from copydesk.pipeline import DEAD
from copydesk.telemetry.figures import DEAD_LETTERS
from copydesk.telemetry.reason_classes import reason_class
from copydesk.telemetry.trace_context import trace_fields

logger = logging.getLogger("copydesk.dead_letters")


class _Glimpse(msgspec.Struct):
    """Hold what a dead letter shows of an event, as far as it can be read."""

    id: str | None = None
    revision: int | None = None
    source: str | None = None
    title: str | None = None
    hints: dict[str, msgspec.Raw] = {}
    extra: msgspec.Raw = msgspec.Raw(b"{}")


class _Origin(msgspec.Struct):
    """Hold where an event says that its document came from."""

    url: str | None = None
    fetch: dict[str, str] = {}


def from_record(
    record: Record, stage: str, class_: DeadClass, reason: str, *, attempts: int = 1, now: datetime | None = None
) -> DeadLetter:
    """Return the dead letter of a record that was read from the log, holding the whole event."""
    value = record.value or b""
    seen = _glimpse(value)
    title = seen.title
    if title is None and "title" in seen.hints:
        title = _text(bytes(seen.hints["title"]))
    source = seen.source or source_of_key(record.key)
    return DeadLetter(
        stage=stage,
        class_=class_,
        reason=reason,
        attempts=attempts,
        failed_at=now or datetime.now(UTC),
        place=str(record.place),
        source=source,
        id=seen.id,
        revision=seen.revision,
        title=title,
        topic=record.topic,
        key=record.key if record.key != source else None,
        headers=dict(record.headers),
        event=msgspec.Raw(value) if _is_json(value) else UNSET,
        event_text=None if _is_json(value) else value.decode("utf-8", "backslashreplace"),
        sha256=hashlib.sha256(value).hexdigest(),
        size=len(value),
        extra=_object(bytes(seen.extra)) or _object(bytes(seen.hints.get("extra", b"{}"))),
    )


def publish(log: Log, letters: list[DeadLetter]) -> None:
    """Append dead letters durably; one that is over the log's limit goes without its event, by hash and place."""
    letters = list(letters)
    while True:
        messages = [Message(letter.source, encode(letter), _headers(letter)) for letter in letters]
        try:
            log.publish(DEAD, messages)
        except MessageTooLarge as error:
            letter = letters[error.position]
            if letter.event is UNSET and letter.event_text is None:
                raise
            letters[error.position] = msgspec.structs.replace(letter, event=UNSET, event_text=None)
        else:
            break
    for letter in letters:
        _tell(letter)


def _tell(letter: DeadLetter) -> None:
    """Count and log a dead letter that is with the log; a person who puts one aside makes none."""
    if letter.discarded is not None:
        return
    kind = reason_class(letter.reason)
    DEAD_LETTERS.add(1, letter.stage, letter.class_, kind)
    logger.info(
        "stage %s, %s %s: %s", letter.stage, letter.class_, letter.place, letter.reason,
        extra={
            "stage": letter.stage, "id": letter.id, "source": letter.source, "reason_class": kind,
            **trace_fields(letter.headers.get("traceparent")),
        },
    )  # fmt: skip


def _headers(letter: DeadLetter) -> dict[str, str]:
    place = read_place(letter.place)
    return headers(DeadLetter, letter.headers.get("traceparent"), parent=str(place) if place else None)


def original(letter: DeadLetter, log: Log) -> Message | None:
    """Return the message to publish again to `letter.topic`; None when it never was an event or is gone.

    A letter without its event (too large) is looked up at its place in the log.
    """
    if letter.topic is None:
        return None
    if not isinstance(letter.event, UnsetType):
        return Message(letter.key or letter.source, bytes(letter.event), letter.headers)
    if letter.event_text is not None:
        return None
    place = read_place(letter.place)
    record = log.read(*place) if place else None
    if record is None or hashlib.sha256(record.value or b"").hexdigest() != letter.sha256:
        return None
    return Message(record.key, record.value, record.headers)


def origin(letter: DeadLetter) -> str:
    """Return what a person knows the document by: its file and line, else its address, else the letter's place."""
    seen = _origin(letter)
    if file := seen.fetch.get("file"):
        line = seen.fetch.get("line")
        return f"{file}:{line}" if line else file
    return seen.url or letter.place


def address(letter: DeadLetter) -> str | None:
    """Return the document's address, as far as its event can be read."""
    return _origin(letter).url


def _origin(letter: DeadLetter) -> _Origin:
    if isinstance(letter.event, UnsetType):
        return _Origin()
    try:
        return msgspec.json.decode(letter.event, type=_Origin)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Origin()


def identity(letter: DeadLetter) -> tuple[str, ...]:
    """Return what repeats share, to count as one: stage, id and revision, else stage, place and content."""
    if letter.id is not None and letter.revision is not None:
        return (letter.stage, letter.id, str(letter.revision))
    return (letter.stage, letter.place, letter.sha256 or letter.reason)


def _glimpse(value: bytes) -> _Glimpse:
    try:
        return msgspec.json.decode(value, type=_Glimpse)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _Glimpse()


def _is_json(value: bytes) -> bool:
    try:
        msgspec.json.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True


def _text(value: bytes) -> str | None:
    try:
        return msgspec.json.decode(value, type=str)
    except msgspec.DecodeError:
        return None


def _object(value: bytes) -> dict[str, Any]:
    try:
        return msgspec.json.decode(value, type=dict[str, Any])
    except msgspec.DecodeError:
        return {}
