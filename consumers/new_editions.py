"""Publish today's answer to an event as a new edition of its revision; what is refused now is withdrawn and dead."""

from collections.abc import Sequence

from msgspec.structs import replace

from copydesk.consumers.reclean_progress import Outgoing
from copydesk.errors import MessageTooLarge
from copydesk.events import CleanArticle, DeadLetter, RawArticle, Refused, decode, encode
from copydesk.log_port import Log, Message, Record
from copydesk.message_headers import headers
from copydesk.partition_keys import source_of_key
from copydesk.pipeline import CLEAN, CLEAN_STAGE, DEAD
from copydesk.runtime import dead_letters


def new_edition(
    record: Record, before: CleanArticle | None, after: CleanArticle | Refused, edition: int, seconds: float = 0.0
) -> list[Outgoing]:
    """Return what to publish where today's answer to the event in `record` is another than `before`.

    `edition` is the one that stands, `seconds` what the cleaning took; nothing is published of what was refused before
    and is.
    """
    trace, key = record.headers.get("traceparent"), source_of_key(record.key)
    heads = headers(CleanArticle, trace, parent=str(record.place), seconds=seconds)
    if isinstance(after, CleanArticle):
        fresh = replace(after, edition=max(edition, after.edition) + 1)
        return [Outgoing(CLEAN, key, encode(fresh), heads)]
    if before is None:
        return []
    gone = withdrawn_article(before, edition + 1, after.reason)
    return [
        Outgoing(CLEAN, key, encode(gone), heads),
        Outgoing(DEAD, key, encode(_letter(record, gone.edition, after.reason)), {}),
    ]


def withdrawn_article(article: CleanArticle, edition: int, reason: str) -> CleanArticle:
    """Return the event that takes an article out of the index: what it was known by, without its text."""
    return replace(
        article, edition=edition, withdrawn=reason, paragraphs=(), removed=(), removed_kinds=(), images=(),
        indexed_at=None,
    )  # fmt: skip


def _letter(record: Record, edition: int, reason: str) -> DeadLetter:
    """Return the letter of an article that is refused now. Replayed, it comes to an edition above the withdrawn one."""
    raw = replace(decode(RawArticle, record.value or b""), edition=edition + 1)
    again = record._replace(value=encode(raw))
    return dead_letters.from_record(again, CLEAN_STAGE.name, "refused", reason)


def send(log: Log, outbox: Sequence[Outgoing]) -> None:
    """Publish all of it, articles before letters; an article that is too large for the log is left as it stands.

    Raises LogUnavailable: send it again.
    """
    waiting = [Message(each.key, each.value, each.headers) for each in outbox if each.topic == CLEAN]
    while waiting:
        try:
            log.publish(CLEAN, waiting)
            break
        except MessageTooLarge as error:
            del waiting[error.position]
    letters = [decode(DeadLetter, each.value) for each in outbox if each.topic == DEAD]
    if letters:
        dead_letters.publish(log, letters)
