"""Read tables of text, CSV and TSV: rows as mappings of their header, or links where cells are addresses."""

import csv
import io
import re
from collections.abc import Iterator

from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import LINE_LIMIT
from copydesk.producers.seeds.field_names import FieldNames, likely_names
from copydesk.producers.seeds.kinds.entries import FileEntry
from copydesk.producers.seeds.kinds.link_lists import Listed, link_of_text
from copydesk.producers.seeds.rows import ROW_FIELDS
from copydesk.web.charset import decode_text

CONTENT_COLUMNS = ("text", "html")
_ADDRESS_COLUMNS = ("url", "link", "address", "href", "uri")
_TITLE_COLUMNS = ("title", "headline", "name")
_LISTS = frozenset({"authors", "tags"})
_DELIMITERS = ",;\t|"
_SEVERAL = re.compile(r"[;|]")
_SAMPLE = 256 << 10
_LONGEST_TITLE = 300
"""Characters that no title in a list of links has; a longer cell below the name of a text is one."""
csv.field_size_limit(LINE_LIMIT)


def table_entries(
    stream: io.BufferedReader, *, tabs: bool = False, names: FieldNames | None = None
) -> Iterator[FileEntry]:
    """Yield an entry a row. `tabs` says that the name promises tabs; `names` maps columns to fields of a row.

    A table with a column of texts holds articles; one with a column of addresses and no texts holds links. So are rows
    with texts below another usual name articles: their refusal names the map that fits. Encoding and delimiter are told
    from the first 256 kB.
    """
    sample = stream.peek(_SAMPLE)[:_SAMPLE]
    found = decode_text(sample[: sample.rfind(b"\n") + 1] or sample, repair=True)
    if isinstance(found, Refused):
        yield FileEntry(Refused(found.reason.replace("The document", "The file", 1)), whole=False)
        return
    encoding = found.encoding.partition(",")[0]
    text = io.TextIOWrapper(stream, "utf-8-sig" if encoding == "utf-8" else encoding, "surrogateescape", newline="")
    delimiter = _delimiter(found.text.lstrip("\ufeff"), tabs)
    reader = csv.reader(_lines(text), delimiter=delimiter)
    header = list[str]()
    address: int | None = None
    unnamed = list[int]()
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            yield FileEntry(Refused(f"The row cannot be read: {error}"), number=reader.line_num)
            continue
        if cells is None:
            return
        cells = [_mended(cell) for cell in cells]
        if not any(cells) or (reader.line_num == 1 and cells[0].lower().startswith("sep=")):
            continue
        if not header:
            header = [_field(cell, names or {}) for cell in cells]
            address = _address_column(header, cells, names or {})
            unnamed = [] if names else [header.index(key) for key in likely_names(header, CONTENT_COLUMNS)]
            if address is None or not _is_address(cells[address]):
                continue
            header, unnamed = [""] * len(cells), []  # a list without a header
        if any(len(cell) > _LONGEST_TITLE for cell in (cells[at] for at in unnamed if at < len(cells))):
            address = None
        if address is None:
            yield FileEntry(_fields(header, cells), number=reader.line_num)
        else:
            yield FileEntry(_link(header, cells, address), number=reader.line_num)


def _lines(text: io.TextIOWrapper) -> Iterator[str]:
    """Yield lines with their ends; one that is over the limit in pieces, which csv refuses as a field."""
    while line := text.readline(LINE_LIMIT):
        yield line


def _delimiter(sample: str, tabs: bool) -> str:
    first = next((line for line in sample.splitlines() if line.strip()), "")
    if first.lower().startswith("sep=") and len(first) > len("sep="):
        return first[len("sep=")]
    if tabs and "\t" in first:
        return "\t"
    counts = {each: first.count(each) for each in _DELIMITERS}
    best = max(counts, key=lambda each: counts[each])
    return best if counts[best] else ","


def _field(cell: str, names: FieldNames) -> str:
    """Return the name of a column: as it is mapped, or a field of rows in whatever case it is written."""
    name = cell.strip()
    if name in names:
        return name
    return name.lower() if name.lower() in (*ROW_FIELDS, *_ADDRESS_COLUMNS, *_TITLE_COLUMNS) else name


def _address_column(header: list[str], cells: list[str], names: FieldNames) -> int | None:
    """Return the column of a table that holds links; None for one of articles."""
    fields = [names.get(name, name) for name in header]
    if any(name in fields for name in CONTENT_COLUMNS):
        return None
    named = next((at for name in _ADDRESS_COLUMNS for at, field in enumerate(fields) if field == name), None)
    if named is None:
        return next((at for at, cell in enumerate(cells) if _is_address(cell)), None)
    only = _known(fields) <= {*_ADDRESS_COLUMNS, *_TITLE_COLUMNS} or len(fields) == 1
    return named if only else None


def _known(fields: list[str]) -> set[str]:
    return {name for name in fields if name in (*ROW_FIELDS, *_ADDRESS_COLUMNS)}


def _is_address(cell: str) -> bool:
    return isinstance(link_of_text(cell), Listed) and ("/" in cell or cell.lower().startswith("www."))


def _link(header: list[str], cells: list[str], at: int) -> Listed | Refused:
    found = link_of_text(cells[at] if at < len(cells) else "")
    if not isinstance(found, Listed):
        return found or Refused("The row has no address where the others have theirs")
    titles = [cell for name, cell in zip(header, cells, strict=False) if name in _TITLE_COLUMNS]
    return found._replace(title=titles[0].strip()) if titles else found


def _fields(header: list[str], cells: list[str]) -> dict[str, object]:
    """Return a row's fields: cells that hold something, several authors or tags as a list."""
    found: dict[str, object] = {}
    for name, cell in zip(header, cells, strict=False):
        if name and cell.strip():
            found[name] = [one.strip() for one in _SEVERAL.split(cell)] if name in _LISTS else cell
    return found


def _mended(cell: str) -> str:
    """Return a cell with bytes that the table's encoding does not know read as those of an older one."""
    try:
        cell.encode()
    except UnicodeEncodeError:
        found = decode_text(cell.encode("utf-8", "surrogateescape"), "windows-1252", repair=True)
        return cell.encode("utf-8", "replace").decode() if isinstance(found, Refused) else found.text
    return cell
