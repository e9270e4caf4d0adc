"""Show how a document was cut, block by block, as one wants to see where a cut seems wrong: the command `explain`."""

from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.text import Text

from copydesk.answers.stored import raw_event_of, stored_article
from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.corrections import CORRECTED, UNCORRECTED, Corrections
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.recurring import without_recurring
from copydesk.cleaning.recurring_counts import EVIDENCE, text_hash
from copydesk.cleaning.report import Shown, html_report, in_order
from copydesk.cleaning.site_rules import Rules
from copydesk.cli.input_document import InputDocument, SitesFolder, read_document, read_documents
from copydesk.cli.output import FAILED, complain, console, say
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines, nothing_yet, open_log
from copydesk.consumers.source_corrections import CorrectionTable
from copydesk.errors import InputError, NotFound, Unavailable
from copydesk.events import PageType, RawArticle, Refused
from copydesk.identity import host_of
from copydesk.settings import Settings, load
from copydesk.sites.files import read_rules

_BESIDE, _BELOW, _NARROW = 34, 6, 80
"""The column where texts begin: beside what is said of them, and below it on a terminal of fewer columns."""
_STYLES = {"title": "bold blue", "body": "green", "cut": "red"}


def explain(
    file: Annotated[
        str,
        typer.Argument(metavar="FILE|ID|-", help="A file that `run` reads, or a stored article; - is standard input."),
    ],
    html: Annotated[Path | None, typer.Option("--html", help="Write the report to this file as a page.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where the document came from.")] = None,
    sites: SitesFolder = None,
) -> None:
    """Show a document's blocks in order, kept and cut, with kind, reason and confidence."""
    settings = load()
    rules, stored = read_rules(sites or settings.sites), _stored(settings, file)
    if stored is None and html is None:
        documents = read_documents(file, url)
    else:
        documents = iter((InputDocument(file, stored.raw if stored else read_document(file, url)),))
    raw, well = None, True
    table = _corrections(settings)
    for document in documents:
        corrections = table.of(document.content.source) if table and document.content else UNCORRECTED
        if stored:
            corrections = Corrections(corrections.keep & stored.kept, stored.corrected)
        found = _blocks(document, rules, settings.refuse, corrections)
        if found is None:
            well = False
            continue
        if stored:
            found = without_recurring(found, stored.recurring)
        if html is not None:
            _write_report(html, found, file, corrections)
            return
        if raw is not None:
            console.print()
        for block in in_order(found, corrections):
            _say(block)
        raw = document.content
    if isinstance(raw, RawArticle):
        console.print()
        for line in _for_good(raw):
            say(line, "dim")
    if not well:
        raise typer.Exit(FAILED)


def _corrections(settings: Settings) -> CorrectionTable | None:
    """Return what people decided for sources; None where there is no log, or one that does not answer."""
    if nothing_yet(settings) and not settings.log:
        return None
    try:
        with closing(open_log(settings, reading=True)) as log:
            return CorrectionTable(log)
    except Unavailable as error:
        complain(f"explained without people's corrections: {safe(str(error))}")
        return None


def _blocks(
    document: InputDocument, rules: Rules, refuse: Collection[PageType], corrections: Corrections
) -> Cleaned | None:
    """Return a document cut into blocks; None, and the reason is said, where it is no article."""
    if isinstance(document.content, Refused):
        complain(f"{safe(document.place)}: {safe(document.content.reason)}")
        return None
    found = clean_blocks(document.content, rules, refuse, corrections)
    if isinstance(found, Refused):
        complain(f"{safe(document.place)}: not an article: {safe(found.reason)}")
        return None
    return found


def _write_report(html: Path, found: Cleaned, file: str, corrections: Corrections) -> None:
    try:
        html.write_text(html_report(found, file, corrections), encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"{html} cannot be written: {error.strerror}") from error
    console.print(f"{html}: {len(found.paragraphs)} paragraphs kept, {len(found.removed)} pieces cut.")


class _Stored(NamedTuple):
    """Hold a stored article as it came in, and by their hashes the texts that stand in it and those cut from it.

    `recurring` are those that its source's memory cut, with the reasons, `corrected` those that a person did.
    """

    raw: RawArticle
    kept: frozenset[str]
    recurring: dict[str, str]
    corrected: frozenset[str]


def _stored(settings: Settings, which: str) -> _Stored | None:
    """Return the stored article of an id or an address; None for a file, or where nothing of that name is stored."""
    if which == "-" or Path(which).exists() or (nothing_yet(settings) and not (settings.index and settings.log)):
        return None
    with engines(settings, reading=True) as (log, index):
        try:
            article = stored_article(index, which, safe(which))
        except NotFound as error:
            if Path(which).suffix or host_of(which):
                return None  # it is meant as a file, which will be said not to be there
            raise NotFound(f"{error}; nor is there a file of that name") from None
        raw = raw_event_of(log, index, article)
    return _Stored(
        raw,
        frozenset(map(text_hash, article.paragraphs)),
        {text_hash(cut.text): cut.why for cut in article.removed if cut.evidence == EVIDENCE},
        frozenset(text_hash(cut.text) for cut in article.removed if cut.evidence == CORRECTED),
    )


def _for_good(raw: RawArticle) -> list[str]:
    """Return what to do where a piece should have been kept or cut."""
    name = ((host_of(raw.url) if raw.url else None) or raw.source).removeprefix("www.")
    where = f" --url {safe(raw.url)}" if raw.url else ""
    return [
        f"To keep a piece that was cut, or cut one that was kept, for good: a file in a folder of rules (--sites, "
        f'COPYDESK_SITES) with hosts = ["{safe(name)}"] and keep_text = ["words of it"] or drop_text = ["words of it"]'
        f"{', or keep and drop with CSS selectors' if raw.content_type == 'text/html' else ''}.",
        f"Try it: copydesk sites check FOLDER --page FILE{where}",
        f"One text of the source, wherever it stands: copydesk sources release {safe(raw.source)} 'TEXT' keeps it, "
        f"copydesk sources pin {safe(raw.source)} 'TEXT' cuts it.",
    ]


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
