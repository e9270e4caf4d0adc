"""Parse rows of input: a JSON line, a mapping or a document; or return the reason why it is none. Pure."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import msgspec

from copydesk.events import ContentType, Hints, Refused
from copydesk.identity import host_of, registrable_domain, strip_credentials
from copydesk.producers.seeds.field_names import FieldNames, renamed_line, under_fields
from copydesk.producers.seeds.row_dates import read_row_date
from copydesk.producers.seeds.row_errors import SHAPES, broken_byte, wrong_shape, wrong_syntax
from copydesk.producers.seeds.row_facts import language_of_row, names_of, texts_of_row, within_limit
from copydesk.web.charset import decode_text


class SeedRow(NamedTuple):
    """Hold an article as a file gives it. `site` is a source's name, `given` an id of the file's own.

    `odd_url` is what stood as the URL without being an http(s) address: kept as a fact, and as an id for want of one.
    `address_from` says where the URL of a saved page was found, where nobody gave it. `from_feed`
    says that the hints are a feed's word.
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
    address_from: str = ""
    from_feed: bool = False


class NoContent(Refused, frozen=True):
    """Say that a row has no article in it; `keys` are those it has, none where it is empty by any name."""

    keys: tuple[str, ...] = ()


class _Line(msgspec.Struct):
    text: str | None = None
    html: str | None = None
    id: str | int | None = None
    url: str | None = None
    site: str | None = None
    title: str | None = None
    authors: str | dict[str, Any] | list[str | dict[str, Any] | None] | None = None
    published_at: Any = None
    modified_at: Any = None
    language: Any = None
    section: Any = None
    tags: Any = None
    canonical_url: Any = None
    fetched_at: str | int | float | None = None


URL_LIMIT, SITE_LIMIT = 8192, 200
ROW_FIELDS = _Line.__struct_fields__
_decoder = msgspec.json.Decoder(_Line)
_keys = msgspec.json.Decoder(dict[str, msgspec.Raw])
_FIRST_TAG = re.compile(r"\s{0,99}<(?:p|div|article|section|main|h[1-6]|ul|ol|blockquote|figure|table)[\s>]", re.I)
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def row_of_line(line: bytes, names: FieldNames | None = None) -> SeedRow | Refused | None:
    """Return the row of one line of JSON Lines, None for a blank line; `names` are fields by the keys of the rows."""
    if not line or line.isspace():
        return None
    try:
        line = renamed_line(line, names) if names else line
        return _row(_decoder.decode(line), _keys.decode(line))
    except UnicodeDecodeError as error:
        return Refused(f"The row is not UTF-8: {broken_byte(line) or error.reason}")
    except msgspec.ValidationError as error:
        return Refused(wrong_shape(str(error)))
    except msgspec.DecodeError as error:
        return Refused(wrong_syntax(str(error), line))
    except RecursionError:
        return Refused("The row is JSON nested too deep to be read")
    except _WrongField as error:
        return Refused(str(error))


def row_of_fields(fields: Mapping[str, Any], names: FieldNames | None = None) -> SeedRow | Refused:
    """Return the row of a mapping with the fields of a JSON line (`ROW_FIELDS`), and any others, which are kept."""
    fields = under_fields(fields, names) if names else fields
    try:
        return _row(msgspec.convert({name: fields.get(name) for name in ROW_FIELDS}, _Line), fields)
    except msgspec.ValidationError as error:
        return Refused(wrong_shape(str(error)))
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


def _row(line: _Line, fields: Mapping[str, Any]) -> SeedRow | Refused:
    """Return the row of the fields that are read, `fields` being all there are."""
    html = bool(line.html and not line.html.isspace())
    content = line.html if html else line.text
    if not content or content.isspace():
        keys = () if {"text", "html"} & fields.keys() else tuple(fields)
        return NoContent("The row has neither a `text` nor an `html` with anything in it", keys=keys)
    try:
        site = name_of_source(line.site, "The row's `site`") if line.site else None
    except ValueError as error:
        raise _WrongField(str(error)) from None
    hints = _facts(line, fields)
    url = strip_credentials((line.url or "").strip()) or hints.canonical_url
    usable = url is not None and usable_url(url)
    return SeedRow(
        content,
        "text/html" if html or is_markup(content) else "text/plain",
        "utf-8",
        url if usable else None,
        hints.guid,
        site,
        hints,
        _fetched(line.fetched_at),
        None if usable else url,
    )


def _facts(line: _Line, fields: Mapping[str, Any]) -> Hints:
    """Return what the row says of its article; what cannot be used as the field it is called stays in `extra`."""
    published, modified = read_row_date(line.published_at), read_row_date(line.modified_at)
    language, tags = language_of_row(line.language), texts_of_row(line.tags)
    section = (line.section.strip(),) if isinstance(line.section, str) else texts_of_row(line.section)
    canonical = line.canonical_url.strip() if isinstance(line.canonical_url, str) else ""
    used = {
        "language": language is not None, "section": any(section), "tags": bool(tags),
        "canonical_url": usable_url(canonical), "id": False,
    }  # fmt: skip
    others = {key: value for key, value in fields.items() if not used.get(key, key in ROW_FIELDS)}
    extra, left_out = within_limit(others)
    notes = {"published_at": published.note, "modified_at": modified.note, "extra": left_out}
    return Hints(
        title=(line.title or "").strip() or None,
        authors=names_of(line.authors),
        published_at=published.when,
        published_precision=published.precision,
        modified_at=modified.when,
        modified_precision=modified.precision,
        language=language,
        section=section[0] if any(section) else None,
        canonical_url=strip_credentials(canonical) if used["canonical_url"] else None,
        guid=None if line.id is None else str(line.id).strip() or None,
        tags=tags,
        extra=extra,
        notes={field: note for field, note in notes.items() if note},
        given=True,
    )


def is_markup(text: str) -> bool:
    """Whether what is called a text is a piece of a page: it begins and ends with tags."""
    return _FIRST_TAG.match(text) is not None and text.rstrip().endswith(">") and "</" in text


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


def _fetched(value: str | int | float | None) -> datetime | None:
    """Return when the row was fetched, in UTC unless it says otherwise; None for a blank."""
    found = read_row_date(value)
    if found.when is None and not found.note:
        return None
    if found.when is None or found.when.year < 1970:
        raise _WrongField(f"The row's `fetched_at` must be {SHAPES['fetched_at']}, not {repr(value)[:60]}")
    return found.when
