"""Show what the pipeline has learned about each source, and take people's corrections to it: `sources`."""

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from copydesk.cleaning.recurring import Memory, Pins, count_in_window, recurring_texts, text_hash, window
from copydesk.cli.output import console, literal, print_json
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import open_log
from copydesk.consumers.source_memory import FURNITURE_HEADERS, PINS, read_pins, read_source_memory
from copydesk.errors import InputError, NotFound
from copydesk.pipeline import FURNITURE
from copydesk.ports import Log, Message
from copydesk.settings import load

app = typer.Typer(help="What was learned about each source; pin and release entries.", no_args_is_help=True)

_Source = Annotated[str, typer.Argument(help="A source, such as courier.example.")]
_Which = Annotated[str, typer.Argument(metavar="HASH|TEXT", help="A hash of `sources show`, or the text itself.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command("list")
def list_(json: _Json = False) -> None:
    """The sources that have a memory: articles seen, texts remembered, texts cut."""  # noqa: D401 - help
    log = open_log(load(), reading=True)
    try:
        table = log.table(FURNITURE)
        rows = []
        for key, value in sorted(table.items()):
            if not key.startswith(PINS):
                memory = read_source_memory(value)
                cut = recurring_texts(memory, read_pins(table.get(PINS + key)))
                rows.append((key, memory.articles, len(memory.entries), len(cut)))
    finally:
        log.close()
    names = ("source", "articles", "remembered", "furniture")
    if json:
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return
    shown = Table(*names, box=None, pad_edge=False)
    for row in rows:
        shown.add_row(literal(row[0]), *(f"{number:,}" for number in row[1:]))
    console.print(shown)


@app.command()
def show(source: _Source, json: _Json = False) -> None:
    """What recurs in a source's articles, how often, with an example each; what is cut is marked."""  # noqa: D401 - help
    log = open_log(load(), reading=True)
    try:
        memory, pins = _read(log, source)
    finally:
        log.close()
    cut = recurring_texts(memory, pins)
    counts = {hashed: count_in_window(entry, memory.articles) for hashed, entry in memory.entries.items()}
    entries = sorted(memory.entries.items(), key=lambda item: (item[0] not in cut, -counts[item[0]]))
    rows = [
        {
            "hash": hashed, "state": _state(hashed, cut, pins), "count": counts[hashed], "example": entry.example,
            "unseen_for": memory.articles - entry.last,
        }
        for hashed, entry in entries
        if counts[hashed] > 1 or hashed in cut
    ]  # fmt: skip
    gone = (pins.pinned | pins.released) - memory.entries.keys()
    rows += [
        {"hash": hashed, "state": _state(hashed, cut, pins), "count": 0, "example": "", "unseen_for": None}
        for hashed in sorted(gone)
    ]
    if json:
        print_json({"source": source, "articles": memory.articles, "entries": rows})
        return
    counted = window(memory.articles) if memory.articles else 0
    console.print(f"{safe(source)}: {memory.articles:,} articles seen, the last {counted:,} counted", markup=False)
    table = Table("hash", "state", "in articles", "example", box=None, pad_edge=False)
    for row in rows:
        table.add_row(literal(row["hash"]), str(row["state"]), str(row["count"]), literal(row["example"]))
    console.print(table)


@app.command()
def pin(source: _Source, which: _Which) -> None:
    """Always cut this text from the source's articles."""  # noqa: D401 - help
    _correct(source, which, pinned=True)


@app.command()
def release(source: _Source, which: _Which) -> None:
    """Never cut this text on account of the memory."""
    _correct(source, which, pinned=False)


def _correct(source: str, which: str, *, pinned: bool) -> None:
    if not which.strip():
        raise InputError("there is no text in it: name the text of a paragraph, or a hash of `copydesk sources show`")
    log = open_log(load(), reading=True)
    try:
        memory, pins = _read(log, source)
        hashed = which if which in memory.entries.keys() | pins.pinned | pins.released else text_hash(which)
        chosen = frozenset([hashed])
        pins = (
            Pins(pins.pinned | chosen, pins.released - chosen)
            if pinned
            else Pins(pins.pinned - chosen, pins.released | chosen)
        )
        log.publish(FURNITURE, [Message(PINS + source, msgspec.json.encode(pins), FURNITURE_HEADERS)])
    finally:
        log.close()
    console.print(f"{hashed} is {'pinned' if pinned else 'released'}; articles cleaned from now on follow.")


def _read(log: Log, source: str) -> tuple[Memory, Pins]:
    table = log.table(FURNITURE)
    value, pins = table.get(source), table.get(PINS + source)
    if value is None and pins is None:
        raise NotFound(f"nothing is remembered of the source {source!r}; `copydesk sources list` shows the known ones")
    return read_source_memory(value), read_pins(pins)


def _state(hashed: str, cut: dict[str, str], pins: Pins) -> str:
    if hashed in pins.pinned:
        return "pinned"
    if hashed in pins.released:
        return "released"
    return "cut" if hashed in cut else "kept"
