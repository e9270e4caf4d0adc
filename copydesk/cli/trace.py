"""Trace a document through the pipeline: `trace`."""

from datetime import UTC, datetime
from typing import Annotated

import typer
from rich.text import Text

from copydesk.answers.trace import trace as traced
from copydesk.answers.trace_steps import TraceStep
from copydesk.cli.output import FAILED, console, literal, print_json
from copydesk.cli.wiring import engines
from copydesk.settings import load


def trace(
    which: Annotated[
        str,
        typer.Argument(metavar="URL|ID", help="An address however it is written, an id, a dead letter's, a file:line."),
    ],
    json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False,
) -> None:
    """Say what became of an address or an article: each step from where it was found to where it is, or stopped."""
    with engines(load(), reading=True) as (log, index):
        found = traced(log, index, which)
    if json:
        print_json(found)
    else:
        for step in found.steps:
            console.print(_line(step), soft_wrap=True)
        for url in found.similar:
            console.print(Text(" " * 21 + "similar   ", style="dim").append_text(literal(url)), soft_wrap=True)
    if found.fate == "unknown":
        raise typer.Exit(FAILED)


def _line(step: TraceStep) -> Text:
    at = f"{step.at.astimezone(UTC):%Y-%m-%d %H:%M:%S}" if isinstance(step.at, datetime) else ""
    line = Text(f"{at:<19}  {step.step:<9} ", style="dim").append_text(literal(step.words))
    return line.append(f"  {step.place}", style="dim") if isinstance(step.place, str) else line
