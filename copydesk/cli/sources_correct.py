"""Say what of a source's text belongs to its articles, and what does not: `sources correct`."""

from contextlib import closing
from typing import Annotated

import typer
from rich.table import Table

from copydesk.answers.corrections import correct, corrections_of, take_back
from copydesk.cli.output import console, literal, print_json
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import open_log
from copydesk.errors import InputError
from copydesk.events import Decision
from copydesk.settings import load

app = typer.Typer(
    help="People's corrections: what belongs to a source's articles, and what does not.", no_args_is_help=True
)

_Source = Annotated[str, typer.Argument(help="A source, such as courier.example.")]
_Which = Annotated[str, typer.Argument(metavar="HASH|TEXT", help="The text of a paragraph, or its hash.")]
_WORDS: dict[Decision, str] = {"keep": "belongs to the articles", "cut": "does not belong to the articles"}


@app.command()
def add(
    source: _Source,
    which: _Which,
    keep: Annotated[bool, typer.Option("--keep", help="It belongs to the articles.")] = False,
    cut: Annotated[bool, typer.Option("--cut", help="It does not belong to them.")] = False,
    article: Annotated[str | None, typer.Option("--article", help="Id of the article in which it was seen.")] = None,
) -> None:
    """Keep this text in the source's articles, or cut it from them, whatever else says."""
    if keep == cut:
        raise InputError("say one of --keep and --cut: does the text belong to the articles?")
    with closing(open_log(load())) as log:
        made = correct(log, source, which, "keep" if keep else "cut", article)
    said = f"{made.hash} {_WORDS[made.decision]} of {safe(made.source)}"
    console.print(f"{said}; those cleaned from now on follow.", markup=False)


@app.command("list")
def list_(
    source: Annotated[str | None, typer.Argument(help="Only of this source.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """The corrections that stand, newest first."""  # noqa: D401 - help
    with closing(open_log(load(), reading=True)) as log:
        found = corrections_of(log, source)
    if json:
        print_json(found)
        return
    table = Table("source", "hash", "decision", "since", "text", box=None, pad_edge=False)
    for each in found:
        since = f"{each.decided_at:%Y-%m-%d %H:%M}"
        table.add_row(literal(each.source), each.hash, each.decision, since, literal(each.text[:160]))
    console.print(table)


@app.command()
def remove(source: _Source, which: _Which) -> None:
    """Take a correction back: the cleaning decides again."""
    with closing(open_log(load(), reading=True)) as log:
        found = take_back(log, source, which)
    console.print(f"{found.hash} is taken back; articles cleaned from now on follow.")
