"""Read the document that a command is given: a file, or standard input."""

import gzip
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Annotated, cast

import typer

from copydesk.documents import LARGEST_DOCUMENT, raw_of
from copydesk.errors import InputError
from copydesk.events import RawArticle
from copydesk.identity import host_of, strip_credentials
from copydesk.producers.seeds.rows import SeedRow, row_of_document, row_of_line
from copydesk.producers.seeds.saved_pages import FoundAddress, address_beside, with_address

FieldMap = Annotated[
    str | None,
    typer.Option("--map", metavar="KEY=FIELD,…", help="What the keys of rows mean: body=text,headline=title."),
]
SourceFromFolder = Annotated[
    bool, typer.Option("--source-from-folder", help="Source of articles without a URL: the folder they stand in.")
]
DocumentUrl = Annotated[str | None, typer.Option("--url", help="Where the one document came from.")]
_ADDRESS = ("http://", "https://")
_TO_FETCH = "put it into a list, such as links.txt: copydesk run links.txt, then copydesk produce pages fetches it"
_ROWS = (".jsonl", ".ndjson", ".jsonl.gz", ".ndjson.gz")


def read_document(file: str, url: str | None) -> RawArticle:
    """Read the document of a file or of standard input; raises InputError."""
    if url is not None and host_of(url) is None:
        raise InputError(f"--url must be an http or https address, not {url!r}")
    with open_file(file) as stream:
        try:
            data = stream.read(LARGEST_DOCUMENT + 1)
        except (OSError, EOFError) as error:
            raise InputError(f"{file} cannot be read: {error}") from error
    if len(data) > LARGEST_DOCUMENT:
        raise InputError(f"{file} is larger than {LARGEST_DOCUMENT >> 20} MiB: too large for one document")
    if _holds_rows(file, data):
        raise InputError(
            f"{file} holds JSON rows, and one document is read here: copydesk clean --jsonl {file} cleans each row"
        )
    row = row_of_document(data, html=Path(file).suffix.lower() in {".html", ".htm", ".xhtml"})
    if not isinstance(row, SeedRow):
        raise InputError(f"{file}: {row.reason}")
    told = FoundAddress(strip_credentials(url), "--url") if url else address_beside(Path(file))
    return raw_of(with_address(row, told))


def paths_of(given: Sequence[str]) -> list[Path]:
    """Return the paths that a person named; raises InputError, saying what to do with it, where one is an address."""
    for each in given:
        if each.lower().startswith(_ADDRESS):
            raise InputError(
                f"{each} is an address, and files are read here: {_TO_FETCH}; a feed: copydesk feeds add {each}"
            )
    return [Path(each) for each in given]


def _holds_rows(file: str, data: bytes) -> bool:
    """Whether a file is one for --jsonl, by its name or its first line."""
    if file.lower().endswith(_ROWS):
        return True
    first = data.lstrip().partition(b"\n")[0]
    return first.startswith(b"{") and isinstance(row_of_line(first), SeedRow)


def open_file(file: str) -> IO[bytes]:
    """Open a file for its bytes, unpacked where its name ends in .gz; raises InputError that names the way out."""
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
        return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error
