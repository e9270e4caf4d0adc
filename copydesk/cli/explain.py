"""Show how a document was cut, block by block, as one wants to see where a cut seems wrong: the command `explain`."""

from collections.abc import Collection
from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.report import Shown, html_report, in_order
from copydesk.cleaning.site_rules import Rules
from copydesk.cli.input_document import InputDocument, read_document, read_documents
from copydesk.cli.output import FAILED, complain, console, say
from copydesk.cli.sites import SitesFolder
from copydesk.cli.terminal import safe
from copydesk.errors import InputError
from copydesk.events import PageType, Refused
from copydesk.settings import load
from copydesk.sites.files import read_rules

_BESIDE, _BELOW, _NARROW = 34, 6, 80
"""The column where texts begin: beside what is said of them, and below it on a terminal of fewer columns."""
_STYLES = {"title": "bold blue", "body": "green", "cut": "red"}


def explain(
    file: Annotated[
        str, typer.Argument(metavar="FILE|-", help="A file of a kind that `run` reads; - is standard input.")
    ],
    html: Annotated[Path | None, typer.Option("--html", help="Write the report to this file as a page.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where the document came from.")] = None,
    sites: SitesFolder = None,
) -> None:
    """Show a document's blocks in order, kept and cut, with kind, reason and confidence."""
    settings = load()
    rules = read_rules(sites or settings.sites)
    if html is not None:
        found = _blocks(InputDocument(file, read_document(file, url)), rules, settings.refuse)
        if found is None:
            raise typer.Exit(FAILED)
        _write_report(html, found, file)
        return
    well = True
    for number, document in enumerate(read_documents(file, url)):
        found = _blocks(document, rules, settings.refuse)
        well = well and found is not None
        if found is not None:
            if number:
                console.print()
            for block in in_order(found):
                _say(block)
    if not well:
        raise typer.Exit(FAILED)


def _blocks(document: InputDocument, rules: Rules, refuse: Collection[PageType]) -> Cleaned | None:
    """Return a document cut into blocks; None, and the reason is said, where it is no article."""
    if isinstance(document.content, Refused):
        complain(f"{safe(document.place)}: {safe(document.content.reason)}")
        return None
    found = clean_blocks(document.content, rules, refuse)
    if isinstance(found, Refused):
        complain(f"{safe(document.place)}: not an article: {safe(found.reason)}")
        return None
    return found


def _write_report(html: Path, found: Cleaned, file: str) -> None:
    try:
        html.write_text(html_report(found, file), encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"{html} cannot be written: {error.strerror}") from error
    console.print(f"{html}: {len(found.paragraphs)} paragraphs kept, {len(found.removed)} pieces cut.")


def _say(block: Shown) -> None:
    """Print place, kind and confidence, and the text beside them; below them where a terminal is narrow."""
    sure = "" if block.confidence is None else f" {block.confidence:.2f}"
    head, indent = Text(f"{block.position:>4}  {block.label + sure:<28}", style="dim"), _BESIDE
    if console.is_terminal and console.width < _NARROW:
        console.print(head, no_wrap=True)
        head, indent = Text(" " * _BELOW), _BELOW
    say(block.text, _STYLES[block.state], first=head, indent=indent)
    if block.why:
        say(block.why, "dim", indent=indent)
