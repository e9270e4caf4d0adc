"""Read a file of any kind: undo packing, open archives, and yield what they hold as rows, links and refusals."""

import io
from collections.abc import Callable, Iterator, Mapping
from typing import cast

from copydesk.errors import MissingExtra
from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import CHUNK_BYTES, Damaged
from copydesk.producers.seeds.field_names import FieldNames
from copydesk.producers.seeds.kinds.archives import ARCHIVE_ERRORS, Member, tar_members, unreadable_words, zip_members
from copydesk.producers.seeds.kinds.entries import HEAD, FileEntry, LeftOut, read_whole
from copydesk.producers.seeds.kinds.json_arrays import JSON_FEED, json_entries, line_entries
from copydesk.producers.seeds.kinds.link_lists import Listed, link_of_line, link_of_text, lists_links
from copydesk.producers.seeds.kinds.mail import mailbox_entries, row_of_mail
from copydesk.producers.seeds.kinds.markdown import fields_of_markdown
from copydesk.producers.seeds.kinds.mhtml import row_of_mhtml
from copydesk.producers.seeds.kinds.packed import unpacked
from copydesk.producers.seeds.kinds.table import ARCHIVE_KINDS, KindName, seed_kind, suffix_of
from copydesk.producers.seeds.kinds.tables import table_entries
from copydesk.producers.seeds.rows import SeedRow, row_of_document, row_of_fields, row_of_line
from copydesk.producers.seeds.saved_pages import with_address

ARCHIVES_DEEP, LAYERS_DEEP = 3, 3
"""How many archives may stand in each other, and how often one file may be packed."""
_MAC = "__macosx"


def entries(
    stream: io.BufferedReader,
    name: str,
    *,
    named: bool = True,
    names: FieldNames | None = None,
    start: int = 0,
    before: int = 0,
    otherwise: KindName | None = None,
) -> Iterator[FileEntry]:
    """Yield what a file holds. `named` says that a person asked for it: its content may then be of any kind.

    A file that is of no kind by name and content is read as `otherwise`, or is one entry that is left out. `names` are
    fields by the keys of rows. With `start`, the offset of an earlier entry, reading begins there, `before` entries
    preceding it. What cannot be read is a Refused, and the rest goes on. Raises MissingExtra for a kind that needs a
    package, and OSError.
    """
    yield from _Reading(named, names, start, before, otherwise).entries(stream, name, archives=0)


def row_of_entry(entry: FileEntry, names: FieldNames | None = None) -> SeedRow | Listed | Refused | LeftOut | None:
    """Return an entry's row, or the link or reason it is instead; None for a blank line."""
    if isinstance(entry.item, bytes):
        return row_of_line(entry.item, names)
    if isinstance(entry.item, dict):
        return row_of_fields(entry.item, names)
    return entry.item


class _Reading:
    def __init__(
        self, named: bool, names: FieldNames | None, start: int, before: int, otherwise: KindName | None
    ) -> None:
        self._named, self._names, self._start, self._before = named, names, start, before
        self._otherwise = otherwise

    def entries(self, stream: io.BufferedReader, name: str, archives: int) -> Iterator[FileEntry]:
        try:
            opened, kind = self._opened(stream, name, archives)
            kind = kind or (None if archives else self._otherwise)
            if kind is None:
                yield FileEntry(LeftOut(suffix_of(name)))
            elif kind in ARCHIVE_KINDS:
                yield from self._members(opened, kind, archives)
            elif kind == "warc":
                yield from self._warc(opened)
            elif kind == "table":
                yield from table_entries(opened, tabs=".tsv" in name.lower(), names=self._names)
            else:
                yield from READERS[kind](opened, name)
        except Damaged as error:
            yield FileEntry(Refused(str(error)), whole=False)
        except (*ARCHIVE_ERRORS, MemoryError) as error:
            yield FileEntry(Refused(unreadable_words(error)), whole=False)

    def _opened(self, stream: io.BufferedReader, name: str, archives: int) -> tuple[io.BufferedReader, KindName | None]:
        """Return the stream without packing, and its kind; raises Damaged."""
        for _ in range(LAYERS_DEEP + 1):
            head = stream.peek(HEAD)[:HEAD]
            kind = seed_kind(name, head, named=self._named and not archives)
            inner = None if kind == "warc" and stream.seekable() else unpacked(stream, head)
            if inner is None:
                return stream, kind
            stream = inner
        raise Damaged("The file is packed in itself again and again: it is read no deeper")

    def _members(self, stream: io.BufferedReader, kind: KindName, archives: int) -> Iterator[FileEntry]:
        if archives >= ARCHIVES_DEEP:
            yield FileEntry(Refused(f"The file is an archive in {ARCHIVES_DEEP} others: archives are read no deeper"))
            return
        members = tar_members(stream) if kind == "tar" else zip_members(
            stream, nested=archives > 0 or not stream.seekable(), folder="archive/" if kind == "wacz" else ""
        )  # fmt: skip
        for member in members:
            parts = member.name.replace("\\", "/").split("/")
            if any((part.startswith(".") and part not in {".", ".."}) or part.lower() == _MAC for part in parts):
                continue
            for entry in self._member(member, archives):
                inner = f"{member.name}/{entry.member}" if entry.member else member.name
                yield entry._replace(member=inner, whole=True, offset=0, token="")

    def _member(self, member: Member, archives: int) -> Iterator[FileEntry]:
        if isinstance(member.content, Refused):
            yield FileEntry(member.content)
            return
        stream = cast("io.BufferedReader", io.BufferedReader(cast("io.RawIOBase", member.content), CHUNK_BYTES))
        try:
            yield from self.entries(stream, member.name, archives + 1)
        except MissingExtra as error:
            yield FileEntry(Refused(f"The file cannot be read: {error}"))

    def _warc(self, stream: io.BufferedReader) -> Iterator[FileEntry]:
        from copydesk.producers.seeds.kinds.warc import warc_entries

        yield from warc_entries(stream, self._start, self._before)


def _document(
    read: Callable[[bytes], SeedRow | Refused | dict[str, object]],
) -> Callable[[io.BufferedReader, str], Iterator[FileEntry]]:
    """Return a reader of files that are one document each."""

    def reader(stream: io.BufferedReader, _name: str) -> Iterator[FileEntry]:
        data = read_whole(stream)
        yield FileEntry(data if isinstance(data, Refused) else read(data))

    return reader


def _page(data: bytes) -> SeedRow | Refused:
    row = row_of_document(data, html=True)
    return row if isinstance(row, Refused) else with_address(row, None)


def _text(stream: io.BufferedReader, _name: str) -> Iterator[FileEntry]:
    data = read_whole(stream)
    row = data if isinstance(data, Refused) else row_of_document(data, html=False)
    if isinstance(row, SeedRow) and row.content_type == "text/plain" and lists_links(row.content):
        yield from _links_of(row.content)
    else:
        yield FileEntry(row)


def _links(stream: io.BufferedReader, _name: str) -> Iterator[FileEntry]:
    for entry in line_entries(stream):
        if isinstance(entry.item, bytes):
            found = link_of_line(entry.item)
            if found is not None:
                yield entry._replace(item=found)
        else:
            yield entry


def _links_of(text: str) -> Iterator[FileEntry]:
    for number, line in enumerate(text.splitlines(), 1):
        if (found := link_of_text(line)) is not None:
            yield FileEntry(found, number=number)


def _array(stream: io.BufferedReader, _name: str) -> Iterator[FileEntry]:
    yield from json_entries(stream)


def _feed(stream: io.BufferedReader, _name: str) -> Iterator[FileEntry]:
    from copydesk.producers.seeds.kinds.feeds import feed_entries  # needs the extra `feeds`

    data = read_whole(stream)
    if isinstance(data, Refused):
        yield FileEntry(data)
    else:
        yield from feed_entries(data)


READERS: Mapping[KindName, Callable[[io.BufferedReader, str], Iterator[FileEntry]]] = {
    "text": _text,
    "html": _document(_page),
    "markdown": _document(fields_of_markdown),
    "rows": lambda stream, _: line_entries(stream),
    "array": lambda stream, name: (_feed if JSON_FEED in stream.peek(HEAD) else _array)(stream, name),
    "links": _links,
    "feed": _feed,
    "mail": _document(row_of_mail),
    "mailbox": lambda stream, _: mailbox_entries(stream),
    "mhtml": _document(row_of_mhtml),
}
"""How each kind of file is read but archives, WARC and tables."""
