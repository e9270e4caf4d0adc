"""Read mail: a newsletter is an article, its HTML part first, with subject, sender, date and Message-ID as facts."""

import email
import email.errors
import email.policy
import io
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email.message import EmailMessage, MIMEPart
from email.utils import getaddresses, parsedate_to_datetime
from typing import TypeVar

from copydesk.cleaning.normalise import bare
from copydesk.events import ContentType, Hints, Refused
from copydesk.identity import registrable_domain
from copydesk.producers.feeds.formats.authors import read_authors
from copydesk.producers.seeds.byte_reader import LINE_LIMIT, LongLine, split_lines
from copydesk.producers.seeds.kinds.entries import FileEntry
from copydesk.producers.seeds.kinds.packed import chunks_of
from copydesk.producers.seeds.rows import SITE_LIMIT, SeedRow
from copydesk.web.charset import decode_text

_SEPARATOR = b"From "
_HEADER_LIMIT = 2000
_TOO_LONG = f"The mail is over the limit of {LINE_LIMIT >> 20} MiB"
T = TypeVar("T")
_TYPES: dict[str, ContentType] = {"html": "text/html", "plain": "text/plain"}


def row_of_mail(data: bytes) -> SeedRow | Refused:
    """Return the article that a mail is; Refused for one without text."""
    message = message_of(data)
    if isinstance(message, Refused):
        return message
    part = body_part(message, ("html", "plain"))
    if part is None:
        return Refused("The mail has neither an HTML part nor one of text")
    text = part_text(part)
    if isinstance(text, Refused):
        return text
    names, address = _senders(message)
    sent = date_of(message)
    given = header_of(message, "Message-ID").strip("<> ") or None
    domain = address.rpartition("@")[2]
    site = registrable_domain(domain)[:SITE_LIMIT] if "." in domain else None
    people = read_authors([name for name in names if bare(name) != (site or "").partition(".")[0]], "")
    hints = Hints(
        title=header_of(message, "Subject") or None, authors=people, published_at=sent, guid=given, given=True
    )
    kind = _TYPES[part.get_content_subtype()]
    return SeedRow(text[0], kind, text[1], None, given, site, hints)


def mailbox_entries(stream: io.BufferedIOBase) -> Iterator[FileEntry]:
    """Yield an entry a mail of an mbox file, one mail at a time held."""
    held, size, number, blank = list[bytes](), 0, 0, True
    for line in split_lines(chunks_of(stream), 0, 0, LINE_LIMIT):
        data = b"" if isinstance(line, LongLine) else line.data
        if blank and data.startswith(_SEPARATOR):
            if number:
                yield FileEntry(_mail(held, size), number=number)
            held, size, number = [], 0, number + 1
        elif number:
            size += line.size if isinstance(line, LongLine) else len(data) + 1
            if size <= LINE_LIMIT:
                held.append(data[1:] if data.startswith(b">") and data.lstrip(b">").startswith(_SEPARATOR) else data)
            else:
                held.clear()
        blank = not data.strip()
    if number:
        yield FileEntry(_mail(held, size), number=number)
    else:
        yield FileEntry(Refused("The file holds no mail: none of its lines begins with `From `"))


def message_of(data: bytes) -> EmailMessage | Refused:
    """Return the message that bytes are; its parts and headers are read where they are asked for."""
    message = _try(lambda: email.message_from_bytes(data, policy=email.policy.default))
    if message is None or not message.keys():
        return Refused("The document is no mail: it does not begin with headers")
    return message


def body_part(message: EmailMessage, kinds: tuple[str, ...]) -> MIMEPart | None:
    """Return the part that holds the text, of the first of these kinds that there is."""
    found = _try(lambda: message.get_body(preferencelist=kinds))
    if found is None:  # parts that are laid out wrong
        parts = _try(lambda: [part for part in message.walk() if part.get_content_maintype() == "text"]) or []
        for kind in kinds:
            found = found or next((each for each in parts if each.get_content_subtype() == kind), None)
    return found if found is None or found.get_content_subtype() in _TYPES else None


def part_text(part: MIMEPart) -> tuple[str, str] | Refused:
    """Return the text of a part and its encoding."""
    data = _try(lambda: part.get_payload(decode=True))
    found = decode_text(data if isinstance(data, bytes) else b"", _try(part.get_content_charset), repair=True)
    if isinstance(found, Refused):
        return found
    return found if found.text.strip() else Refused("The document is empty")


def header_of(message: MIMEPart, name: str) -> str:
    """Return a header, decoded, on one line; "" where there is none that can be read."""
    value = _try(lambda: message.get(name))
    text = str(value or "").encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(text.split())[:_HEADER_LIMIT]


def date_of(message: EmailMessage) -> datetime | None:
    """Return the instant of the Date header, None where it cannot be read."""
    sent = _try(lambda: parsedate_to_datetime(header_of(message, "Date")))
    if sent is None:
        return None
    return _try(lambda: (sent.replace(tzinfo=UTC) if sent.tzinfo is None else sent).astimezone(UTC))


def _senders(message: EmailMessage) -> tuple[tuple[str, ...], str]:
    """Return the names of the senders, and the first one's address."""
    found = _try(lambda: getaddresses([header_of(message, "From")])) or []
    return tuple(name for name, _ in found if name and "@" not in name), found[0][1] if found else ""


def _mail(lines: list[bytes], size: int) -> SeedRow | Refused:
    return Refused(_TOO_LONG) if size > LINE_LIMIT else row_of_mail(b"\n".join(lines))


def _try(read: Callable[[], T]) -> T | None:
    """Return what is read of a damaged message, None where the parser fails on it."""
    try:
        return read()
    except Exception:  # noqa: BLE001 - on damaged headers the standard parser raises errors of any type
        return None
