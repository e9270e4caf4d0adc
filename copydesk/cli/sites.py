"""Check a folder of site rules, and show what they change on a page: `sites`."""

from pathlib import Path
from typing import Annotated

import typer

from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.site_rules import rules_for
from copydesk.cli.input_document import read_document
from copydesk.cli.output import console
from copydesk.cli.terminal import safe
from copydesk.errors import InputError
from copydesk.events import Refused
from copydesk.settings import load
from copydesk.sites.files import read_rules

SitesFolder = Annotated[
    Path | None, typer.Option("--sites", metavar="DIR", help="Rules for single sites; default: COPYDESK_SITES.")
]

app = typer.Typer(no_args_is_help=True, help="Rules for single sites, as files.")


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder of rules; default: COPYDESK_SITES.")
    ] = None,
    page: Annotated[str | None, typer.Option("--page", metavar="FILE", help="A page to try them on.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where that page came from.")] = None,
) -> None:
    """Say whether the rules can be read, and with --page and --url what they change on that page."""
    rules = read_rules(folder or load().sites)
    names = {one.name: one.hosts for one in rules.values()}
    for name, hosts in sorted(names.items()):
        console.print(f"{safe(name)}: {safe(', '.join(hosts))}", soft_wrap=True)
    if page is None:
        return
    if url is None:
        raise InputError("say where the page came from: --url https://…")
    raw = read_document(page, url)
    mine = rules_for(rules, raw.url, raw.source)
    if mine is None:
        raise InputError(f"no rules are for {url}; their hosts are listed above")
    before, after = clean_blocks(raw), clean_blocks(raw, rules)
    lines = _changes(before, after)
    console.print(f"{safe(mine.name)} changes {len(lines)} things on {safe(page)}.", soft_wrap=True)
    for line in lines:
        console.print(safe(line), soft_wrap=True, markup=False, highlight=False)


def _changes(before: Cleaned | Refused, after: Cleaned | Refused) -> list[str]:
    if isinstance(before, Refused) or isinstance(after, Refused):
        was, now = (f"refused: {one.reason}" if isinstance(one, Refused) else "an article" for one in (before, after))
        return [f"was {was}", f"is  {now}"] if was != now else []
    told = [("title", before.title, after.title), ("published", before.published_at, after.published_at)]
    changes = [f"{name}: {was} -> {now}" for name, was, now in told if was != now]
    changes += [f"cut:  {text}" for text in before.paragraphs if text not in after.paragraphs]
    return changes + [f"kept: {text}" for text in after.paragraphs if text not in before.paragraphs]
