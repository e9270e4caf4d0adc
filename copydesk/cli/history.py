"""Show the past of an article: its revisions, and what changed between two of them: `history`, `diff`."""

from typing import Annotated

import typer
from rich.text import Text

from copydesk.answers.revisions import Difference, RevisionEntry, difference, revision_entries
from copydesk.answers.stored import stored_article
from copydesk.cli.output import console, literal, print_json, say
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines
from copydesk.history.records import TextChange
from copydesk.settings import load

_Id = Annotated[
    str, typer.Argument(metavar="ID|URL", help="An article's id or its first 6 characters, its row's id, its address.")
]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]
_STYLES = {"same": "", "removed": "red strike", "added": "green"}
_AROUND = {"same": ("", ""), "removed": ("[-", "-]"), "added": ("{+", "+}")}


def history(article_id: _Id, json: _Json = False) -> None:
    """List the revisions of an article that changed its content, and how."""
    with engines(load(), reading=True) as (log, index):
        entries = revision_entries(log, index, stored_article(index, article_id, safe(article_id)))
    if json:
        print_json(entries)
        return
    for number, entry in enumerate(entries):
        _show_entry(entry, first=not number)


def diff(
    article_id: _Id,
    revisions: Annotated[
        list[int] | None, typer.Argument(metavar="[REV REV]", help="Two revisions, or one to compare with the last.")
    ] = None,
    json: _Json = False,
) -> None:
    """Show what changed between two revisions of an article: the last two, or those named."""
    named = revisions or []
    if len(named) > 2:
        raise typer.BadParameter("two revisions are compared, no more")
    with engines(load(), reading=True) as (log, index):
        article = stored_article(index, article_id, safe(article_id))
        found = difference(log, index, article, *sorted(named))
    if json:
        print_json(found)
    else:
        _show_difference(found)


def _show_entry(entry: RevisionEntry, first: bool) -> None:
    how = "" if entry.readable else "; its text is not in the log any more"
    if entry.classes is not None and not first:
        how = f": {', '.join(entry.classes) or 'cleaned otherwise, the source changed nothing'}{how}"
    line = Text(f"{entry.revision}  {entry.fetched_at:%Y-%m-%d %H:%M:%S} UTC  ", style="dim")
    console.print(line.append_text(literal(entry.title or "(no title)")).append(how), soft_wrap=True)


def _show_difference(found: Difference) -> None:
    ends = [f"{each.revision} of {each.fetched_at:%Y-%m-%d %H:%M:%S} UTC" for each in (found.from_, found.to)]
    console.print(f"From revision {ends[0]} to {ends[1]}: {len(found.changes)} changes", markup=False, soft_wrap=True)
    for change in found.changes:
        console.print()
        _show_change(change)


def _show_change(change: TextChange) -> None:
    where = change.old_paragraph if change.new_paragraph is None else change.new_paragraph
    at = "" if where is None else f", paragraph {where + 1}"
    console.print(f"{change.class_}{at}", style="bold", markup=False)
    if change.ours is not None:
        say(f"by Copydesk, not by the source. {change.ours}", style="dim", indent=2)
    if change.words:
        say(_marked(change), indent=2)
    elif change.class_ in {"removed", "moved"} and change.old:
        say(change.old, style=_STYLES["removed"] if change.class_ == "removed" else "", indent=2)
    elif change.new:
        say(change.new, style=_STYLES["added"], indent=2)


def _marked(change: TextChange) -> Text:
    """Return the sentence with what went and what came: in colour, or in signs where there is none."""
    plain = not console.is_terminal or console.no_color
    shown = Text()
    for run in change.words:
        before, after = _AROUND[run.kind] if plain else ("", "")
        text = run.text.rstrip()
        shown.append(f"{before}{safe(text)}{after}{run.text[len(text) :]}", style="" if plain else _STYLES[run.kind])
    return shown
