"""Read web archives (WARC): each response of HTML is a page, and what is damaged is passed over to the next record."""

import io
import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from copydesk.errors import MissingExtra
from copydesk.events import Refused
from copydesk.identity import strip_credentials
from copydesk.producers.seeds.byte_reader import CHUNK_BYTES, GZIP_MAGIC, LINE_LIMIT
from copydesk.producers.seeds.kinds.entries import FileEntry, LeftOut
from copydesk.producers.seeds.rows import SeedRow, usable_url
from copydesk.web.charset import decode_text
from copydesk.web.content_encoding import TooBig, Undecodable, decode_body

try:
    from fastwarc.warc import ArchiveIterator, WarcRecord, WarcRecordType
except ModuleNotFoundError as error:
    raise MissingExtra(
        f"a WARC file needs {error.name}, which is not installed: pip install 'copydesk[archives]'"
    ) from error

_PAGES = ("text/html", "application/xhtml+xml")
_PLAIN, _GZIP = re.compile(rb"WARC/1\.[01]\r?\n(?:WARC|Content)-"), re.compile(rb"\x1f\x8b\x08")
_LONGEST_MARK = 32
_CHUNK = re.compile(rb"\s*+([0-9A-Fa-f]{1,8})[^\r\n]{0,200}+\r?\n")
_FIRST_YEAR = 1991
_TOO_LARGE = f"The record is over the limit of {LINE_LIMIT >> 20} MiB for one article"


class _Cut(NamedTuple):
    """Say that a record is not what it promises, so that where it ends cannot be told."""

    refused: Refused


_UNREADABLE = _Cut(Refused("The record cannot be read"))


def warc_entries(stream: io.BufferedReader, start: int = 0, before: int = 0) -> Iterator[FileEntry]:
    """Yield an entry a response or resource record; `start` is the byte of one, `before` how many precede it.

    Behind damaged bytes reading goes on at the next record, where the stream can seek.
    """
    number, at = before, start
    if start:
        stream.seek(start)
    mark = _GZIP if stream.peek(2).startswith(GZIP_MAGIC) else _PLAIN
    good = True
    while True:
        cut, token = None, ""
        try:
            for record in ArchiveIterator(stream, WarcRecordType.response | WarcRecordType.resource):
                number, at, token, cut = number + 1, max(at, record.stream_pos), record.record_id or "", _UNREADABLE
                item = _item(record)
                if isinstance(item, _Cut):
                    cut = item
                    break
                good, cut = True, None
                yield FileEntry(item, "", number, True, at, token)
            else:
                return
        except (OSError, ValueError, EOFError, OverflowError) as error:
            number += cut is None
            cut = _Cut(Refused(f"The record is damaged or cut ({str(error).lower()})"))
        found = _next_record(stream, at + 1, mark) if stream.seekable() else None
        if good:
            yield FileEntry(cut.refused, "", number, found is not None, at, token)
        if found is None:
            return
        at, good = found, False


def _item(record: WarcRecord) -> SeedRow | LeftOut | Refused | _Cut:
    """Return the page of a record, or why there is none."""
    if len(record.headers.get_multiple("WARC-Record-ID")) > 1:
        return _Cut(Refused("The record breaks off in its headers: another one begins there"))
    promised = record.content_length
    body = _body(record)
    if len(body) < min(promised, LINE_LIMIT + 1):
        return _Cut(Refused(f"The record breaks off after {len(body):,} of {promised:,} bytes"))
    if promised > LINE_LIMIT:
        return _Cut(Refused(_TOO_LARGE)) if _PLAIN.search(body) else Refused(_TOO_LARGE)
    headers = record.http_headers if record.is_http_parsed else None
    named = {name.lower(): value for name, value in headers.to_dict().items()} if headers is not None else {}
    kind = (record.http_content_type if headers else record.headers.get("Content-Type") or "") or ""
    kind = kind.partition(";")[0].strip().lower()
    if kind == "application/http":
        return _Cut(Refused("The record holds no whole HTTP response"))
    if headers is not None and headers.status_code is not None and not 200 <= headers.status_code < 300:
        return LeftOut(f"HTTP {headers.status_code}")
    if kind not in _PAGES and (kind or b"<html" not in body[:1000].lower()):
        return LeftOut(kind or "without a type")
    if _PLAIN.search(body) or any(name.startswith("warc-") for name in named):
        return _Cut(Refused("The record breaks off: another one begins within it"))
    decoded = _decoded(body, named)
    text = decoded if isinstance(decoded, Refused) else decode_text(decoded, record.http_charset, repair=True)
    if isinstance(text, Refused):
        return text
    if not text.text.strip():
        return Refused("The document is empty")
    url = strip_credentials((record.headers.get("WARC-Target-URI") or "").strip("<> ")) or None
    usable = url is not None and usable_url(url)
    return SeedRow(
        text.text,
        "text/html",
        text.encoding,
        url if usable else None,
        fetched_at=_date(record),
        odd_url=None if usable else url,
    )


def _body(record: WarcRecord) -> bytes:
    """Return what a record holds behind its headers, and a byte more than the limit at most."""
    found, held = list[bytes](), 0
    while held <= LINE_LIMIT and (piece := record.reader.read(min(CHUNK_BYTES, LINE_LIMIT + 1 - held))):
        found.append(piece)
        held += len(piece)
    return b"".join(found)


def _decoded(body: bytes, headers: dict[str, str]) -> bytes | Refused:
    """Return a page as it was before transfer; crawlers that undo this often keep the headers."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        body = _without_chunks(body)
    try:
        return decode_body(body, headers.get("content-encoding", ""), LINE_LIMIT)
    except TooBig:
        return Refused(_TOO_LARGE)
    except Undecodable as error:
        return body if body.lstrip()[:1] == b"<" else Refused(f"The record cannot be decoded: {error}")


def _without_chunks(body: bytes) -> bytes:
    """Return a body without the lengths of its chunks; as it is where it has none."""
    found, at = list[bytes](), 0
    while (size := _CHUNK.match(body, at)) is not None:
        length = int(size[1], 16)
        if length == 0:
            return b"".join(found)
        found.append(body[size.end() : size.end() + length])
        at = size.end() + length
    return b"".join(found) if found and at >= len(body) else body


def _date(record: WarcRecord) -> datetime | None:
    try:
        date: datetime | None = record.record_date
    except (ValueError, OverflowError):
        return None
    return date if date is not None and date.year >= _FIRST_YEAR else None


def _next_record(stream: io.BufferedReader, start: int, mark: re.Pattern[bytes]) -> int | None:
    """Move the stream to the next place from `start` on where a record may begin, and return it; None at the end."""
    stream.seek(start)
    held, offset = b"", start
    while chunk := stream.read(CHUNK_BYTES):
        held += chunk
        if (found := mark.search(held)) is not None:
            stream.seek(offset + found.start())
            return offset + found.start()
        offset += len(held[:-_LONGEST_MARK])
        held = held[-_LONGEST_MARK:]
    return None
