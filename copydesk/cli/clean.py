"""Clean one document, or a stream of JSON lines, without storing anything: the command `clean`."""

import gzip
import sys
import zlib
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from functools import partial
from typing import IO, Annotated, Any

import msgspec
import typer
from rich.table import Table
from rich.text import Text

from copydesk.api import LIBRARY_PRELOAD
from copydesk.cleaning.article import clean_article
from copydesk.cleaning.site_rules import Rules
from copydesk.cli.input_document import FieldMap, InputDocument, SitesFolder, open_lines, read_documents
from copydesk.cli.output import FAILED, complain, console, literal, print_json, say
from copydesk.cli.terminal import safe
from copydesk.documents import LARGEST_DOCUMENT, raw_of
from copydesk.errors import InputError
from copydesk.events import LIST_TYPES, CleanArticle, PageType, Precision, RawArticle, Refused, encode
from copydesk.producers.seeds.field_names import FieldNames, read_field_names
from copydesk.producers.seeds.nameless import Nameless
from copydesk.producers.seeds.rows import ROW_FIELDS, NoContent, SeedRow, row_of_line
from copydesk.runtime.in_order import answers_in_order
from copydesk.runtime.outcome import Outcome
from copydesk.settings import load
from copydesk.sites.files import read_rules

_CHUNK = 1 << 20
_FACTS = frozenset(("modified_at", "language", "section", "tags", "canonical_url"))
"""What a row may state besides the fields that every answer has."""


def clean(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A file of a kind that `run` reads; - is standard input.")
    ],
    url: Annotated[str | None, typer.Option("--url", help="Where the document came from.")] = None,
    json: Annotated[bool, typer.Option("--json", help="Each article as the JSON of its record, on one line.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="FILE holds one JSON row a line; one line out for each.")
    ] = False,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="With --jsonl: processes.")] = None,
    names: FieldMap = None,
    sites: SitesFolder = None,
) -> None:
    """Clean the documents of a file without storing them: title, text, metadata, and what was removed and why."""
    settings = load(workers=workers)
    rules = read_rules(sites or settings.sites)
    named = read_field_names(names, ROW_FIELDS)
    if jsonl:
        function = partial(clean_line, rules=rules, refuse=settings.refuse, names=named)
        _clean_lines(file, settings.workers, function, named)
        return
    cut = partial(clean_article, rules=rules, refuse=settings.refuse)
    documents = enumerate(read_documents(file, url, named))
    if sum(not _clean_document(document, cut, number, json) for number, document in documents):
        raise typer.Exit(FAILED)


def _clean_document(
    document: InputDocument, function: Callable[[RawArticle], CleanArticle | Refused], number: int, json: bool
) -> bool:
    """Print one document cleaned; returns False, and says why, where it is no article."""
    if isinstance(document.content, Refused):
        complain(f"{safe(document.place)}: {safe(document.content.reason)}")
        return False
    found = function(document.content)
    if isinstance(found, Refused):
        complain(f"{safe(document.place)}: not an article: {safe(found.reason)}")
        return False
    if json:
        print_json(encode(found))
    else:
        if number:
            console.print()
        _show(found)
    return True


class _Piece(msgspec.Struct):
    text: str
    kind: str
    why: str


class _Line(msgspec.Struct):
    """Hold what a row becomes; `refused` says why it is no article, `error` why it could not be read or cleaned.

    Where a row states facts, they come out as well, with `provenance` and `originals`; `extra` is what else it holds.
    """

    id: str | None
    title: str = ""
    text: str = ""
    paragraphs: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    published_at: datetime | None = None
    published_precision: Precision | None = None
    removed: list[_Piece] = []
    page_type: PageType | msgspec.UnsetType = msgspec.UNSET
    modified_at: datetime | msgspec.UnsetType = msgspec.UNSET
    language: str | msgspec.UnsetType = msgspec.UNSET
    section: str | msgspec.UnsetType = msgspec.UNSET
    tags: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    canonical_url: str | msgspec.UnsetType = msgspec.UNSET
    provenance: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    originals: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    notes: dict[str, str] | msgspec.UnsetType = msgspec.UNSET
    extra: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET
    refused: str | msgspec.UnsetType = msgspec.UNSET
    error: str | msgspec.UnsetType = msgspec.UNSET


def clean_line(
    line: bytes,
    rules: Rules | None = None,
    refuse: Collection[PageType] = LIST_TYPES,
    names: FieldNames | None = None,
) -> Outcome:
    """Clean one JSON row into one JSON line; a row that is none is `failed` in words."""
    if len(line) > LARGEST_DOCUMENT:
        return Outcome("failed", reason=f"The row is over the limit of {LARGEST_DOCUMENT >> 20} MiB for one article")
    row = row_of_line(line, names)
    if row is None:
        return Outcome("failed", reason="The row is blank")
    if not isinstance(row, SeedRow):
        return Outcome("failed", reason=row.reason)
    found = clean_article(raw_of(row), rules=rules, refuse=refuse)
    pieces = [_Piece(piece.text, piece.kind, piece.why) for piece in found.removed]
    if isinstance(found, Refused):
        text = "\n\n".join(found.left)
        refused = _Line(row.given, text=text, paragraphs=found.left, removed=pieces, refused=found.reason)
        refused.page_type = found.page_type or msgspec.UNSET
        return Outcome("done", msgspec.json.encode(refused))
    line_out = _Line(
        row.given, found.title, found.text, found.paragraphs, found.authors, found.published_at,
        found.published_precision, pieces,
    )  # fmt: skip
    line_out.page_type = found.page_type or msgspec.UNSET
    _add_facts(line_out, found)
    return Outcome("done", msgspec.json.encode(line_out))


def _add_facts(line: _Line, article: CleanArticle) -> None:
    """Add what the row stated: facts and, of all fields, whose word they are; what is no field; how dates were read."""
    given = [field for field, origin in article.provenance.items() if origin == "given"]
    for field in _FACTS.intersection(given):
        setattr(line, field, getattr(article, field))
    if given:
        line.provenance, line.originals = article.provenance, article.originals
    line.notes = article.notes or msgspec.UNSET
    line.extra = {key: value for key, value in article.extra.items() if key != "id"} or msgspec.UNSET


def _clean_lines(file: str, workers: int, function: Callable[[bytes], Outcome], names: FieldNames) -> None:
    with open_lines(file) as lines:
        try:
            bad = _write_cleaned(file, lines, workers, function, names)
        except (EOFError, zlib.error, gzip.BadGzipFile) as error:
            raise InputError(f"{file} breaks off or is damaged: {error}; the rows before that were cleaned") from error
    if bad:
        raise typer.Exit(FAILED)


def _bounded(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield the stream's lines; of one over the limit so much that this can be seen, and the rest is read past."""
    while line := stream.readline(LARGEST_DOCUMENT + 1):
        yield line
        rest = line if len(line) > LARGEST_DOCUMENT else b""
        while rest and not rest.endswith(b"\n"):
            rest = stream.readline(_CHUNK)


def _write_cleaned(
    file: str, lines: IO[bytes], workers: int, function: Callable[[bytes], Outcome], names: FieldNames
) -> int:
    bad, nameless = 0, Nameless()
    answers = answers_in_order(
        _bounded(lines), function, workers, payload=bytes, preload=(__name__, *LIBRARY_PRELOAD), read_ahead=True
    )
    for number, (line, outcome) in enumerate(answers, 1):
        if outcome.status == "failed":
            bad += 1
            row = row_of_line(line, names)
            if isinstance(row, NoContent) and row.keys:
                nameless.take(row.keys, line)
            else:
                complain(f"{file}:{number}: {safe(outcome.reason)}")
            outcome = outcome._replace(value=msgspec.json.encode(_Line(_id_of(line), error=outcome.reason)))
        sys.stdout.buffer.write(outcome.value + b"\n")
        sys.stdout.buffer.flush()
    if nameless.rows:
        complain(f"{file}: {safe(nameless.reason())}")
    return bad


class _Named(msgspec.Struct):
    id: str | int | None = None


def _id_of(line: bytes) -> str | None:
    """Return the id of a row that could not be cleaned, where that much can be read."""
    try:
        found = msgspec.json.decode(line, type=_Named).id
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return None if found is None else str(found)


def _show(article: CleanArticle) -> None:
    say(article.title or "(no title)", "bold")
    facts = {
        "by": ", ".join(article.authors), "published": article.published, "language": article.language,
        "url": article.canonical_url or article.url, "confidence": f"{article.confidence:.2f}",
        "images": "; ".join(" · ".join(filter(None, (image.caption, image.credit))) for image in article.images),
    }  # fmt: skip
    for name, fact in facts.items():
        if fact:
            say(str(fact), "dim", first=Text(f"  {name:<12}", style="dim"), indent=14)
    for paragraph in article.paragraphs:
        console.print()
        say(paragraph)
    console.print(f"\n[bold]Removed: {len(article.removed)}[/]")
    if not article.removed:
        return
    table = Table("block", "kind", "text", "why", "sure", box=None, pad_edge=False)
    for piece in article.removed:
        text = piece.text[:70] + ("…" if len(piece.text) > 70 else "")
        table.add_row(str(piece.position), piece.kind, literal(text), literal(piece.why), f"{piece.confidence:.2f}")
    console.print(table)
