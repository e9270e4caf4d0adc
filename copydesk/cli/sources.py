"""Show what the pipeline has learned about each source, and take people's corrections to it: `sources`."""

from typing import Annotated

import msgspec
import typer
from rich.table import Table

from copydesk.answers.learned_text import learned_sources, learned_text, read_learned
from copydesk.answers.source_health import sources_health
from copydesk.cleaning.recurring import Pins, text_hash, window
from copydesk.cli.output import console, literal, print_json
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import open_log
from copydesk.consumers.source_memory import FURNITURE_HEADERS, PINS
from copydesk.errors import InputError
from copydesk.log_port import Message
from copydesk.pipeline import FURNITURE
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
        rows = learned_sources(log)
    finally:
        log.close()
    if json:
        print_json(rows)
        return
    shown = Table("source", "articles", "remembered", "furniture", box=None, pad_edge=False)
    for row in rows:
        shown.add_row(literal(row.source), f"{row.articles:,}", f"{row.remembered:,}", f"{row.furniture:,}")
    console.print(shown)


@app.command()
def show(source: _Source, json: _Json = False) -> None:
    """What recurs in a source's articles, how often, with an example each; what is cut is marked."""  # noqa: D401 - help
    log = open_log(load(), reading=True)
    try:
        found = learned_text(log, source)
    finally:
        log.close()
    if json:
        print_json(found)
        return
    counted = window(found.articles) if found.articles else 0
    console.print(f"{safe(source)}: {found.articles:,} articles seen, the last {counted:,} counted", markup=False)
    table = Table("hash", "state", "in articles", "example", box=None, pad_edge=False)
    for entry in found.entries:
        table.add_row(literal(entry.hash), entry.state, str(entry.count), literal(entry.example))
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
        memory, pins = read_learned(log, source)
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


@app.command()
def health(
    source: Annotated[str | None, typer.Argument(help="One source; default: all of them.")] = None,
    alarms: Annotated[bool, typer.Option("--alarms", help="Only sources with an open alarm.")] = False,
    json: _Json = False,
) -> None:
    """What each source brings: articles a day, words, what is cut, what is missing, refused; and what changed."""  # noqa: D401 - help
    log = open_log(load(), reading=True)
    try:
        found = sources_health(log, source)
    finally:
        log.close()
    found = [each for each in found if each.alarms or not alarms]
    if json:
        print_json(found)
        return
    table = Table(
        "source", "a day", "latest day", "words", "cut", "no title", "no author", "no date", "refused", "languages",
        box=None, pad_edge=False,
    )  # fmt: skip
    for each in found:
        shares = (each.cut, each.without_title, each.without_authors, each.without_date, each.refused)
        table.add_row(
            literal(each.source),
            "learning" if each.articles_a_day is None else f"{each.articles_a_day:,.1f}",
            f"{each.articles_on_latest_day:,}",
            f"{each.words:,}",
            *(f"{share:.0%}" for share in shares),
            literal(" ".join(each.languages)),
        )
    console.print(table)
    for each in found:
        for alarm in each.alarms:
            console.print(f"{safe(each.source)}: {safe(alarm.what)}", markup=False, style="yellow", soft_wrap=True)
            for article in alarm.articles:
                console.print(f"  copydesk show {article.id[:12]}  {safe(article.title)}", markup=False, soft_wrap=True)
