"""Read the documents that a command is given: those of a file of any kind, or of standard input."""

import gzip
import io
import sys
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import IO, Annotated, NamedTuple, cast

import typer

from copydesk.documents import raw_of
from copydesk.errors import InputError
from copydesk.events import RawArticle, Refused
from copydesk.identity import host_of, strip_credentials
from copydesk.producers.seeds.byte_reader import CHUNK_BYTES
from copydesk.producers.seeds.field_names import FieldNames
from copydesk.producers.seeds.kinds.entries import FileEntry, LeftOut
from copydesk.producers.seeds.kinds.link_lists import Listed
from copydesk.producers.seeds.kinds.packed import ChunkStream, chunks_of
from copydesk.producers.seeds.kinds.read import entries, row_of_entry
from copydesk.producers.seeds.kinds.table import kind_of_name
from copydesk.producers.seeds.nameless import Nameless
from copydesk.producers.seeds.rows import NoContent, SeedRow, row_of_line
from copydesk.producers.seeds.saved_pages import FoundAddress, address_beside, with_address

FieldMap = Annotated[
    str | None,
    typer.Option("--map", metavar="KEY=FIELD,…", help="What the keys of rows mean: body=text,headline=title."),
]
SourceFromFolder = Annotated[
    bool, typer.Option("--source-from-folder", help="Source of articles without a URL: the folder they stand in.")
]
SitesFolder = Annotated[
    Path | None, typer.Option("--sites", metavar="DIR", help="Rules for single sites; default: COPYDESK_SITES.")
]
DocumentUrl = Annotated[str | None, typer.Option("--url", help="Where the one document came from.")]
_ADDRESS = ("http://", "https://")
_TO_FETCH = "put it into a list, such as links.txt: copydesk run links.txt fetches it"


class InputDocument(NamedTuple):
    """Hold one document of a file, or why it is none, and where it stands: `pages.zip/a.html`, `rows.csv:3`."""

    place: str
    content: RawArticle | Refused


def read_documents(file: str, url: str | None, names: FieldNames | None = None) -> Iterator[InputDocument]:
    """Yield the documents of a file of any kind, or of standard input; `names` are fields by the keys of its rows.

    Raises InputError that names the way out, also for a file whose only document cannot be read.
    """
    if url is not None and host_of(url) is None:
        raise InputError(f"--url must be an http or https address, not {url!r}")
    with open_file(file) as stream:
        try:
            found = _documents(stream, file, url, names)
            first, second = next(found, None), next(found, None)
            if first is None:
                raise InputError(f"{file} holds no article")
            if second is None and isinstance(first.content, Refused):
                raise InputError(f"{first.place}: {first.content.reason}")
            yield from chain((first,), () if second is None else (second,), found)
        except OSError as error:
            raise InputError(f"{file} cannot be read: {error.strerror or error}") from error


def read_document(file: str, url: str | None) -> RawArticle:
    """Read the one document of a file or of standard input; raises InputError."""
    found = read_documents(file, url)
    first = next(found)
    if next(found, None) is not None or not isinstance(first.content, RawArticle):
        raise InputError(f"{file} holds several documents, and one is read here: take it out of there")
    return first.content


def paths_of(given: Sequence[str]) -> list[Path]:
    """Return the paths that a person named; raises InputError, saying what to do with it, where one is an address."""
    for each in given:
        if each.lower().startswith(_ADDRESS):
            raise InputError(
                f"{each} is an address, and files are read here: {_TO_FETCH}; a feed: copydesk feeds add {each}"
            )
    return [Path(each) for each in given]


def open_file(file: str) -> IO[bytes]:
    """Open a file for its bytes; raises InputError that names the way out."""
    if file == "-":
        if sys.stdin.isatty():
            typer.echo("Paste the document, then press Enter and Ctrl-D.", err=True)
        return sys.stdin.buffer
    if file.lower().startswith(_ADDRESS):
        raise InputError(
            f"{file} is an address, and a file is read here: save the page and name it, with --url {file}; "
            f"or {_TO_FETCH}"
        )
    path = Path(file)
    if path.exists() and not path.is_file():
        raise InputError(f"{file} is no regular file: name a file, or - for standard input")
    try:
        return path.open("rb", buffering=CHUNK_BYTES)
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


def open_lines(file: str) -> IO[bytes]:
    """Open a file of lines, unpacked where its name ends in .gz; raises InputError as `open_file` does."""
    opened = open_file(file)
    return cast("IO[bytes]", gzip.open(opened)) if file.lower().endswith(".gz") else opened


def _documents(opened: IO[bytes], file: str, url: str | None, names: FieldNames | None) -> Iterator[InputDocument]:
    stream = cast("io.BufferedReader", opened)
    if not stream.seekable():  # a pipe, whose beginning may come in small pieces
        stream = io.BufferedReader(ChunkStream(chunks_of(stream)), CHUNK_BYTES)
    if _holds_rows(file, stream.peek(CHUNK_BYTES)):
        raise InputError(
            f"{file} holds JSON rows, and one document is read here: copydesk clean --jsonl {file} cleans each row"
        )
    told = FoundAddress(strip_credentials(url), "--url") if url else address_beside(Path(file))
    links, others, nameless = 0, False, Nameless()
    for entry in entries(stream, Path(file).name, names=names, otherwise="text"):
        row = row_of_entry(entry, names)
        if isinstance(row, Listed):
            links += 1
        elif isinstance(row, NoContent) and row.keys and not others:
            nameless.take(row.keys, b"")
        elif row is not None and not isinstance(row, LeftOut):
            others = others or isinstance(row, SeedRow)
            if isinstance(row, SeedRow) and told is not None and entry.alone:
                row = with_address(row, told)
            yield InputDocument(_place(file, entry), raw_of(row) if isinstance(row, SeedRow) else row)
    if nameless.rows:
        yield InputDocument(file, Refused(nameless.reason()))
    if links:
        words = "is a link" if links == 1 else f"are {links:,} links"
        yield InputDocument(
            file, Refused(f"There {words} in the file, and none is fetched here: copydesk run {file} does")
        )


def _holds_rows(file: str, head: bytes) -> bool:
    """Whether a file is one for --jsonl, by its name or its first line."""
    if (kind := kind_of_name(file)) is not None and kind != "text":
        return kind == "rows"
    first = head.lstrip().partition(b"\n")[0]
    return first.startswith(b"{") and isinstance(row_of_line(first), SeedRow)


def _place(file: str, entry: FileEntry) -> str:
    name = f"{file}/{entry.member}" if entry.member else file
    return name if entry.number is None else f"{name}:{entry.number}"
