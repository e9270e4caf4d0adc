"""Make raw articles of documents and rows: the checks and the decoding between a caller and the cleaner."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from copydesk.errors import InputError
from copydesk.events import ADDRESS_FACT, ContentType, Hints, RawArticle, Refused, decode
from copydesk.identity import article_id, source_of, strip_credentials
from copydesk.producers.seeds.row_facts import within_limit
from copydesk.producers.seeds.rows import (
    ROW_FIELDS,
    SeedRow,
    name_of_source,
    row_of_fields,
    row_of_line,
    usable_url,
)
from copydesk.web.charset import decode_text

LARGEST_DOCUMENT = 64 << 20
"""The longest document in bytes, or in characters when it is decoded."""


def raw_article(
    document: str | bytes,
    url: str | None = None,
    *,
    content_type: ContentType = "text/html",
    source: str | None = None,
    hints: Hints | None = None,
    fetched_at: datetime | None = None,
    encoding: str | None = None,
) -> RawArticle | Refused:
    """Return the event that stands for a document, or Refused for what is no text, empty, or over `LARGEST_DOCUMENT`.

    `document` is decoded when it is bytes: by its byte order mark, as UTF-8, as `encoding` (the charset of an HTTP
    header) or the document itself says, else by the best guess; single broken bytes become U+FFFD. `url` is where it
    came from, http or https. `source` names the publisher where there is no URL. `hints` are what is known from
    outside, and count where the document says nothing, or before it where they are `given`; `hints.guid` gives the id
    where there is no URL. `fetched_at` is
    now unless given; instants without a time zone are UTC. `revision` is 0: it is no log's event yet.

    Raises InputError for a wrong call: another type, or a URL that is none.
    """
    if not isinstance(document, str | bytes):
        raise InputError(f"a document must be str or bytes, not {type(document).__name__}{_way_out(document)}")
    _expect_text("url", url)
    _expect_text("source", source)
    _expect("fetched_at", fetched_at, datetime)
    _expect("encoding", encoding, str)
    if content_type not in ("text/html", "text/plain"):
        raise InputError(f"content_type must be text/html or text/plain, not {content_type!r}")
    if url is not None and not usable_url(url):
        raise InputError(f"url must be an http or https address, not {url[:200]!r}")
    try:
        source = name_of_source(source, "source") if source else None
    except ValueError as error:
        raise InputError(str(error)) from None
    known = _hints(hints)
    text, how = _text_of(document, encoding)
    if isinstance(text, Refused):
        return text
    address = strip_credentials(url.strip()) if url else None
    return raw_of(SeedRow(text, content_type, how, address, known.guid, source, known, _in_utc(fetched_at)))


def raw_of_row(row: object) -> RawArticle | Refused:
    """Return the event of one row, or Refused with the reason; never raises for any row.

    A row is a mapping with the fields of the command line's JSON Lines (`html` or `text`, and where known `url`, `id`,
    `site`, `title`, `authors`, `published_at`, `fetched_at` and more; others are kept as `extra`), a line of such a
    file as str or bytes, a page as str or bytes, or a RawArticle. What begins with `{` is a line.
    """
    try:
        return _raw_of_row(row)
    except InputError as error:
        return Refused(f"The row cannot be used: {error}")
    except Exception as error:  # noqa: BLE001 - a mapping of somebody's own may raise anything
        return Refused(f"The row cannot be read: {type(error).__name__}: {error}"[:500])


def raw_of(row: SeedRow) -> RawArticle:
    """Return the event that a row stands for, fetched now unless the row says when."""
    source = source_of(row.url, row.site)
    found = {ADDRESS_FACT: row.address_from} if row.address_from else {}
    found |= {"from": "feed"} if row.from_feed else {}
    return RawArticle(
        id=article_id(url=row.url, source=source, given=row.given, content=row.content),
        revision=0, source=source, url=row.url, content=row.content, content_type=row.content_type,
        fetched_at=row.fetched_at or datetime.now(UTC), hints=row.hints, fetch={"encoding": row.encoding} | found,
    )  # fmt: skip


def _raw_of_row(row: object) -> RawArticle | Refused:
    if isinstance(row, RawArticle):  # its fields may be of any type
        found_raw = msgspec.convert(msgspec.to_builtins(row, builtin_types=(datetime, bytes)), RawArticle)
        return decode(RawArticle, msgspec.json.encode(found_raw))
    if isinstance(row, str | bytes):
        row = row.removeprefix("\ufeff") if isinstance(row, str) else row.removeprefix(b"\xef\xbb\xbf")
        if row[:4096].lstrip()[:1] not in {"{", b"{"}:
            return raw_article(row)
        if len(row) > LARGEST_DOCUMENT:
            return _too_large("row")
        found = row_of_line(row if isinstance(row, bytes) else _whole(row).encode())
    elif isinstance(row, Mapping):
        fields: dict[str, Any] = {str(name): row[name] for name in row}
        for name, value in fields.items():
            if isinstance(value, bytearray | memoryview):
                value = bytes(value)
            if isinstance(value, bytes) and name in {"html", "text"}:
                fields[name], _ = _text_of(value, None)
                if isinstance(fields[name], Refused):
                    return Refused(f"The row's `{name}`{fields[name].reason.removeprefix('The document')}")
            elif isinstance(value, str):
                if len(value) > LARGEST_DOCUMENT and name in ROW_FIELDS:
                    return _too_large("row")
                fields[name] = _whole(value)
            elif isinstance(value, float | datetime) and value != value:  # a data frame's NaN or NaT: nothing there
                fields[name] = None
            elif isinstance(value, date):
                fields[name] = value.isoformat()
            elif isinstance(value, list | tuple):
                fields[name] = [_whole(one) if isinstance(one, str) else one for one in value]
        found = row_of_fields(fields)
    else:
        return Refused(f"The row must be a dict, a str, bytes or a RawArticle, not {type(row).__name__}")
    if found is None:
        return Refused("The row is blank")
    return raw_of(found) if isinstance(found, SeedRow) else found


def _text_of(document: str | bytes, encoding: str | None) -> tuple[str | Refused, str]:
    """Return the text of a document and how it was encoded."""
    if len(document) > LARGEST_DOCUMENT:
        return _too_large("document"), ""
    how = "str"
    if isinstance(document, bytes):
        found = decode_text(document, encoding, repair=True)
        if isinstance(found, Refused):
            return found, ""
        document, how = found
    if not document.strip():
        return Refused("The document is empty"), how
    return _whole(document), how


def _whole(text: str) -> str:
    """Return the text as a plain str, with lone surrogates, which no encoding can write, as U+FFFD."""
    text = str.__str__(text)  # of numpy, of parsers and templates: kinds of str that no encoder of JSON takes
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def _too_large(what: str) -> Refused:
    return Refused(f"The {what} is larger than {LARGEST_DOCUMENT >> 20} MiB: too large for one article")


def _hints(hints: Hints | None) -> Hints:
    _expect("hints", hints, Hints)
    if hints is None:
        return Hints()
    try:
        found = {
            name: tuple(_whole(one) if isinstance(one, str) else one for one in value)
            if isinstance(value, list | tuple)
            else _whole(value)
            if isinstance(value, str)
            else value
            for name, value in msgspec.structs.asdict(hints).items()
        }
        known = msgspec.convert(found, Hints)
    except (msgspec.ValidationError, TypeError) as error:
        raise InputError(f"hints: {error}") from None
    return msgspec.structs.replace(
        known,
        published_at=_in_utc(known.published_at),
        modified_at=_in_utc(known.modified_at),
        extra=within_limit(known.extra)[0],
    )


def _in_utc(when: datetime | None) -> datetime | None:
    if when is None:
        return None
    try:
        return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
    except OverflowError:
        raise InputError(f"{when.isoformat()} is no instant in UTC") from None


def _expect(name: str, value: object, kind: type) -> None:
    if value is not None and not isinstance(value, kind):
        raise InputError(f"{name} must be {kind.__name__} or None, not {type(value).__name__}")


def _expect_text(name: str, value: object) -> None:
    _expect(name, value, str)
    if isinstance(value, str) and _whole(value) != value:
        raise InputError(f"{name} holds half of a surrogate pair, which no encoding can write")


def _way_out(document: object) -> str:
    """Say what to do instead, for what is often given by mistake."""
    if hasattr(document, "read_bytes"):
        return ": give what read_bytes() returns"
    if hasattr(document, "read"):
        return ": give what read() returns"
    return ": give its content" if hasattr(document, "content") else ""
