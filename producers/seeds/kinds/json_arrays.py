"""Read JSON that is one document: the elements of an array, in bounded memory, the rows of an object, or JSON Lines."""

import io
import re
from collections.abc import Iterable, Iterator

import msgspec

from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import LINE_LIMIT, Damaged, LongLine, split_lines
from copydesk.producers.seeds.kinds.entries import FileEntry, read_whole
from copydesk.producers.seeds.kinds.link_lists import Listed, link_of_text
from copydesk.producers.seeds.kinds.packed import chunks_of

_TOKEN = re.compile(rb'"(?:[^"\\]++|\\.)*+"|["{}\[\],]', re.DOTALL)
_OPENING, _CLOSING = (b"[", b"{"), (b"]", b"}")
_SPACE = b" \t\r\n"
_MARK = b"\xef\xbb\xbf"
_LOOKED_AT = 64 << 10
JSON_FEED = b"jsonfeed.org/version/"
_TOO_LONG = f"The row is over the limit of {LINE_LIMIT >> 20} MiB"


def line_entries(stream: io.BufferedIOBase) -> Iterator[FileEntry]:
    """Yield an entry a line of JSON Lines, blank ones too."""
    for line in split_lines(chunks_of(stream), 0, 0, LINE_LIMIT):
        if isinstance(line, LongLine):
            yield FileEntry(Refused(_TOO_LONG), number=line.number)
        else:
            yield FileEntry(line.data.removeprefix(_MARK) if line.number == 1 else line.data, number=line.number)


def json_entries(stream: io.BufferedReader) -> Iterator[FileEntry]:
    """Yield an entry an element of an array, a line of JSON Lines, or a row of an object; raises Damaged."""
    head = stream.peek(_LOOKED_AT).removeprefix(_MARK).lstrip(_SPACE)
    if head.startswith(b"["):
        yield from _elements(chunks_of(stream))
    elif _is_object(head.partition(b"\n")[0]):
        yield from line_entries(stream)
    else:
        yield from _rows_of_object(stream)


def _elements(chunks: Iterable[bytes]) -> Iterator[FileEntry]:
    for number, element in enumerate(split_elements(chunks), 1):
        yield FileEntry(_row(element), number=number)


def _row(element: bytes) -> bytes | Listed | Refused:
    """Return a link for a text that is an address; anything else is a row, or is refused as one."""
    if element.startswith(b'"'):
        try:
            found = link_of_text(msgspec.json.decode(element, type=str))
        except (msgspec.DecodeError, UnicodeDecodeError):
            return element
        return found or element
    return element


def split_elements(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the elements of a JSON array as they stand; one of them and one chunk are held. Raises Damaged."""
    held, at, depth = b"", 0, 0
    for chunk in chunks:
        held, begun = held + chunk, 0
        while (token := _TOKEN.search(held, at)) is not None:
            mark = token[0]
            if mark == b'"':  # a text whose end is in the next chunk
                at = token.start()
                break
            at = token.end()
            if mark in _OPENING:
                depth += 1
                begun = at if depth == 1 else begun
            elif mark in _CLOSING or (mark == b"," and depth == 1):
                depth -= mark in _CLOSING
                if depth == 0 or mark == b",":
                    if element := held[begun : token.start()].strip(_SPACE):
                        yield element
                    begun = at
                if depth == 0:
                    return
        else:
            at = len(held)
        held, at = held[begun:], at - begun
        if len(held) > LINE_LIMIT:
            raise Damaged(f"The file holds a row over the limit of {LINE_LIMIT >> 20} MiB; what stands before was read")
    raise Damaged("The file ends in the middle of its JSON array: it is cut; what stands before was read")


def _rows_of_object(stream: io.BufferedReader) -> Iterator[FileEntry]:
    data = read_whole(stream)
    if isinstance(data, Refused):
        yield FileEntry(data)
        return
    data = data.removeprefix(_MARK)
    try:
        fields = msgspec.json.decode(data, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        fields = {}
    lists = [
        bytes(value) for value in fields.values() if bytes(value).lstrip(_SPACE).startswith((b"[{", b"[\n", b"[ "))
    ]
    if len(lists) == 1 and not {"text", "html"} & fields.keys():
        yield from _elements(lists)
    else:
        yield FileEntry(data)


def _is_object(line: bytes) -> bool:
    try:
        msgspec.json.decode(line, type=dict[str, msgspec.Raw])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False
    return True
