"""Parse rows of input: a JSON line, a document or a listed URL; or return the reason why it is none. Pure."""

import re
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from copydesk.events import ContentType, Hints, Refused
from copydesk.identity import host_of, registrable_domain, strip_credentials
from copydesk.machine_dates import ROW_FORMS, read_epoch, read_instant
from copydesk.web.charset import decode_text


class SeedRow(NamedTuple):
    """Hold an article as a file gives it. `site` is a source's name, `given` an id of the file's own.

    `odd_url` is what stood as the URL without being an http(s) address: kept as a fact, and as an id for want of one.
    """

    content: str
    content_type: ContentType
    encoding: str
    url: str | None = None
    given: str | None = None
    site: str | None = None
    hints: Hints = Hints()
    fetched_at: datetime | None = None
    odd_url: str | None = None


class _Line(msgspec.Struct):
    text: str | None = None
    html: str | None = None
    id: str | int | None = None
    url: str | None = None
    site: str | None = None
    title: str | None = None
    authors: str | list[str | None] | None = None
    published_at: str | int | float | None = None
    fetched_at: str | int | float | None = None


URL_LIMIT, SITE_LIMIT = 8192, 200
ROW_FIELDS = _Line.__struct_fields__
_decoder = msgspec.json.Decoder(_Line)
_PATH = re.compile(r" - at `\$\.?(.*)`$")
_GOT = re.compile(r", got `(\w+)`")
_LONE_SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_EXPECTED = {
    "id": "a text or a whole number", "authors": "a text or a list of texts",
    "published_at": "an ISO date or seconds since 1970", "fetched_at": "an ISO date or seconds since 1970",
}  # fmt: skip
_GOT_WORDS = {
    "int": "a number", "float": "a number", "bool": "true or false", "array": "a list", "object": "an object",
    "str": "a text", "null": "null",
}  # fmt: skip


def row_of_line(line: bytes) -> SeedRow | Refused | None:
    """Return the row of one line of JSON Lines, None for a blank line."""
    if not line or line.isspace():
        return None
    try:
        return _row(_decoder.decode(line))
    except UnicodeDecodeError as error:
        return Refused(f"The row is not UTF-8: {_broken_byte(line) or error.reason}")
    except msgspec.ValidationError as error:
        return Refused(_shape(str(error)))
    except msgspec.DecodeError as error:
        return Refused(_syntax(str(error), line))
    except RecursionError:
        return Refused("The row is JSON nested too deep to be read")
    except _WrongField as error:
        return Refused(str(error))


def row_of_fields(fields: dict[str, Any]) -> SeedRow | Refused:
    """Return the row of a mapping with the fields of a JSON line (`ROW_FIELDS`)."""
    try:
        return _row(msgspec.convert(fields, _Line))
    except msgspec.ValidationError as error:
        return Refused(_shape(str(error)))
    except _WrongField as error:
        return Refused(str(error))


class _Named(msgspec.Struct):
    id: Any = None
    url: Any = None
    site: Any = None


def names_of_line(line: bytes) -> tuple[str | None, str | None, str | None]:
    """Return the id, address and site that a line names, though it is no row; each None where that cannot be read."""
    try:
        found = msgspec.json.decode(line, type=_Named)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None, None, None
    given = str(found.id).strip() if isinstance(found.id, str | int) else ""
    url = found.url.strip() if isinstance(found.url, str) and host_of(found.url) else None
    return given or None, url, found.site if isinstance(found.site, str) else None


def row_of_document(data: bytes, *, html: bool) -> SeedRow | Refused:
    """Return the row of a whole file of text or HTML, in any encoding that can be told."""
    if not data.strip():
        return Refused("The document is empty")
    found = decode_text(data)
    if isinstance(found, Refused):
        return found
    if not found.text.strip():
        return Refused("The document is empty")
    html = html or found.text.lstrip()[:15].lower().startswith(("<!doctype html", "<html"))
    return SeedRow(found.text, "text/html" if html else "text/plain", found.encoding)


def name_of_source(name: str, where: str) -> str | None:
    """Return a name for articles without a URL: one line of at most 200 characters, an address becoming its domain.

    None when it is blank; raises ValueError in words that name `where`.
    """
    name = name.strip()
    if _CONTROL.search(name) or len(name) > SITE_LIMIT:
        raise ValueError(f"{where} must be a name of at most {SITE_LIMIT} characters, on one line")
    host = host_of(name)
    return registrable_domain(host) if host else name or None


class _WrongField(Exception):
    pass


def _row(line: _Line) -> SeedRow:
    html = bool(line.html and not line.html.isspace())
    content = line.html if html else line.text
    if not content or content.isspace():
        raise _WrongField("The row has neither a `text` nor an `html` with anything in it")
    try:
        site = name_of_source(line.site, "The row's `site`") if line.site else None
    except ValueError as error:
        raise _WrongField(str(error)) from None
    authors = [line.authors] if isinstance(line.authors, str) else line.authors or []
    given = None if line.id is None else str(line.id).strip() or None
    hints = Hints(
        title=(line.title or "").strip() or None,
        authors=tuple(name.strip() for name in authors if name and name.strip()),
        published_at=_instant(line.published_at, "published_at"),
        guid=given,
    )
    url = strip_credentials((line.url or "").strip()) or None
    usable = url is not None and usable_url(url)
    return SeedRow(
        content,
        "text/html" if html else "text/plain",
        "utf-8",
        url if usable else None,
        given,
        site,
        hints,
        _instant(line.fetched_at, "fetched_at"),
        None if usable else url,
    )


def usable_url(text: str) -> bool:
    """Whether a text is an http or https address of at most `URL_LIMIT` characters, on one line."""
    try:
        return (
            len(text) <= URL_LIMIT
            and host_of(text) is not None
            and not _CONTROL.search(text)
            and urlsplit(text).port != 0
        )
    except ValueError:
        return False


def _instant(value: str | int | float | None, field: str) -> datetime | None:
    """Parse ISO 8601, or seconds or milliseconds since 1970; without a zone it is UTC. Blank is None."""
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    stamp = read_instant(value, ROW_FORMS) if isinstance(value, str) else read_epoch(value)
    if stamp is None or (field == "fetched_at" and stamp.when.year < 1970):
        shown = repr(value)
        raise _WrongField(f"The row's `{field}` must be {_EXPECTED[field]}, not {shown[:60]}")
    return stamp.when


def _shape(message: str) -> str:
    """Put msgspec's words about a wrong type in ours."""
    path, got = _PATH.search(message), _GOT.search(message)
    words = _GOT_WORDS.get(got[1], got[1]) if got else "that"
    if path is None:
        return f"The row must be a JSON object, not {words}"
    field = re.split(r"[.\[]", path[1])[0]
    expected = _EXPECTED.get(field, "a text")
    if got is None:
        return f"The row's `{path[1]}` must be {expected} ({message[: path.start()].lower()})"
    return f"The row's `{path[1]}` must be {'a text' if '[' in path[1] else expected}, not {words}"


def _syntax(message: str, line: bytes) -> str:
    if _LONE_SURROGATE.search(line) and ("surrogate" in message or "hex escape" in message or "truncated" in message):
        return "The row is not JSON: a \\ud800 to \\udfff escape without its other half"
    if "truncated" in message:
        return "The row is not JSON: it ends too early"
    return f"The row is not JSON: {message.removeprefix('JSON is malformed: ')}"


def _broken_byte(line: bytes) -> str | None:
    try:
        line.decode()
    except UnicodeDecodeError as error:
        return f"byte 0x{line[error.start]:02x} at column {error.start + 1}"
    return None
