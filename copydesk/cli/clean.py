"""`clean`: one document, or a stream of JSON lines, cleaned without storing anything."""

import gzip
import queue
import sys
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Annotated, cast

import msgspec
import typer
from producers.seeds import read_document
from rich.markup import escape
from rich.table import Table

from consumers.clean import clean_line
from copydesk.cli.output import FAILED, complain, console, print_json
from copydesk.crew import Crew
from copydesk.errors import InputError
from copydesk.events import CleanArticle, encode
from copydesk.outcome import Outcome
from copydesk.run import PRELOAD
from copydesk.settings import load
from copydesk.text.block import Refused
from copydesk.text.clean import clean as clean_article
from copydesk.text.terminal import safe

WINDOW, WINDOW_BYTES = 64, 64 << 20


def clean(
    file: Annotated[str, typer.Argument(metavar="FILE|-", help="A .txt or .html file; - is standard input.")],
    url: Annotated[str | None, typer.Option("--url", help="Where the document came from.")] = None,
    json: Annotated[bool, typer.Option("--json", help="The CleanArticle record as one JSON document.")] = False,
    jsonl: Annotated[
        bool, typer.Option("--jsonl", help="FILE holds one JSON row a line; one line out for each.")
    ] = False,
    workers: Annotated[int | None, typer.Option("--workers", min=1, help="With --jsonl: processes.")] = None,
) -> None:
    """Clean a document without storing it: title, text, metadata, and what was removed and why."""
    if jsonl:
        _clean_lines(file, load(workers=workers).workers)
        return
    raw = read_document(file, url=url)
    found = clean_article(raw)
    if isinstance(found, Refused):
        complain(f"{file}: not an article: {safe(found.reason)}")
        raise typer.Exit(FAILED)
    print_json(encode(found)) if json else _show(found)


def _clean_lines(file: str, workers: int) -> None:
    bad = 0
    with _open(file) as lines:
        for number, outcome in enumerate(in_order(lines, workers), 1):
            if outcome.status == "failed":
                bad += 1
                complain(f"{file}:{number}: {safe(outcome.reason)}")
                outcome = outcome._replace(value=msgspec.json.encode({"error": outcome.reason}))
            sys.stdout.buffer.write(outcome.value + b"\n")
            sys.stdout.buffer.flush()
    if bad:
        raise typer.Exit(FAILED)


def in_order(lines: Iterable[bytes], workers: int) -> Iterator[Outcome]:
    """Clean rows in a crew and give the outcomes back in the rows' order, as soon as they are there.

    A thread reads ahead, so that a row's answer never waits for the row after it; what is held is bounded.
    """
    ahead: queue.Queue[bytes | BaseException | None] = queue.Queue(WINDOW)
    threading.Thread(target=_read_ahead, args=(lines, ahead), daemon=True).start()
    crew = Crew(clean_line, workers, preload=PRELOAD)
    sizes: deque[int] = deque()
    done: dict[int, Outcome] = {}
    first = held = 0
    ended = False
    try:
        while not ended or sizes:
            while not ended and len(sizes) < WINDOW * workers and held < WINDOW_BYTES:
                try:
                    line = ahead.get(timeout=None if not sizes else 0.0 if crew.pending else 0.01)
                except queue.Empty:
                    break
                if isinstance(line, BaseException):
                    raise line
                ended = line is None
                if line is not None:
                    crew.submit(first + len(sizes), "", line)
                    sizes.append(len(line))
                    held += len(line)
            done.update((cast("int", ticket), outcome) for ticket, outcome in crew.completed(0.05))
            while first in done:
                held -= sizes.popleft()
                yield done.pop(first)
                first += 1
    finally:
        crew.close()


def _read_ahead(lines: Iterable[bytes], ahead: "queue.Queue[bytes | BaseException | None]") -> None:
    try:
        for line in lines:
            ahead.put(line)
        ahead.put(None)
    except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
        ahead.put(error)


def _open(file: str) -> IO[bytes]:
    if file == "-":
        return sys.stdin.buffer
    path = Path(file)
    try:
        return cast("IO[bytes]", gzip.open(path)) if path.suffix == ".gz" else path.open("rb")
    except OSError as error:
        raise InputError(f"{file} cannot be read: {error.strerror}") from error


def _show(article: CleanArticle) -> None:
    console.print(f"[bold]{escape(safe(article.title))}[/]", soft_wrap=True)
    facts = {
        "by": ", ".join(article.authors), "published": article.published_at, "language": article.language,
        "url": article.canonical_url or article.url, "confidence": f"{article.confidence:.2f}",
        "images": "; ".join(" · ".join(filter(None, (image.caption, image.credit))) for image in article.images),
    }  # fmt: skip
    for name, fact in facts.items():
        if fact:
            console.print(f"  {name:<12}{safe(str(fact))}", markup=False, style="dim", soft_wrap=True)
    for paragraph in article.paragraphs:
        console.print(f"\n{safe(paragraph)}", markup=False, soft_wrap=True)
    console.print(f"\n[bold]Removed: {len(article.removed)}[/]")
    table = Table("block", "kind", "text", "why", "sure", box=None, pad_edge=False)
    for piece in article.removed:
        text = safe(piece.text)
        table.add_row(
            str(piece.position), piece.kind, escape(text[:70] + ("…" if len(text) > 70 else "")),
            escape(safe(piece.why)), f"{piece.confidence:.2f}",
        )  # fmt: skip
    console.print(table)
