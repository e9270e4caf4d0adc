"""Check a folder of site rules, and show what they change on a page: `sites`."""

import threading
from pathlib import Path
from typing import Annotated

import typer

from copydesk.answers.nothing_found import known_source
from copydesk.answers.source_preview import preview_source
from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.rule_matches import RuleMatch, rule_matches
from copydesk.cleaning.site_rules import Rules, rules_for
from copydesk.cli.input_document import read_document
from copydesk.cli.interrupt import INTERRUPTED
from copydesk.cli.output import console, remark, stopping
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import engines
from copydesk.consumers.reclean import RecleanWork
from copydesk.errors import InputError, NotFound
from copydesk.events import Refused
from copydesk.recleaning.page import CHANGE_WORDS
from copydesk.recleaning.tally import Example
from copydesk.settings import Settings, load
from copydesk.sites.files import SHIPPED, read_folder, read_rules

EXAMPLES_SHOWN = 5

app = typer.Typer(no_args_is_help=True, help="Rules for single sites, as files.")


@app.command("check")
def check(
    folder: Annotated[
        Path | None, typer.Argument(metavar="[DIR]", help="A folder of rules; default: COPYDESK_SITES.")
    ] = None,
    page: Annotated[str | None, typer.Option("--page", metavar="FILE", help="A page to try them on.")] = None,
    url: Annotated[str | None, typer.Option("--url", help="Where that page came from.")] = None,
    source: Annotated[
        str | None, typer.Option("--source", help="A source whose newest articles to clean anew with them.")
    ] = None,
) -> None:
    """Say whether the rules can be read, and what they change: on a --page from --url, or in a --source's articles."""
    settings = load()
    folder = folder or settings.sites
    rules = read_rules(folder)
    listed = read_folder(folder or SHIPPED)
    if not listed:
        example = SHIPPED / "courier.example.toml"
        raise NotFound(f"there are no rules in {folder}: it holds no .toml file; copy {example}, which explains itself")
    names = {one.name: one.hosts for one in listed.values()}
    for name, hosts in sorted(names.items()):
        console.print(f"{safe(name)}: {safe(', '.join(hosts))}{'' if folder else ' (comes with Copydesk)'}")
    if source is not None:
        _preview(settings, source, rules)
    if page is not None:
        _try_on_page(rules, page, url)


def _preview(settings: Settings, source: str, rules: Rules) -> None:
    """Say what the rules would change of a source's articles; raises NotFound where it has none."""
    stop = threading.Event()
    with engines(settings, reading=True) as (log, index), stopping(stop):
        named = known_source(index, source) or source
        work = RecleanWork(named, rules=rules, refuse=settings.refuse, workers=settings.workers)
        found = preview_source(log, index, work, stop=stop)
    if stop.is_set():
        raise typer.Exit(INTERRUPTED)
    if not found.articles and not found.accepted:
        raise NotFound(
            f"no article is of the source {safe(source)}: `copydesk sources list` shows the sources there are"
        )
    if rules_for(rules, f"https://{named}/", named) is None:
        remark(f"no rules are for {safe(named)}; their hosts are listed above")
    console.print(f"Cleaning again with these rules {safe(found.words)}.", markup=False)
    for example in found.tally.most_changed[:EXAMPLES_SHOWN]:
        console.print(example_line(example), markup=False)


def example_line(example: Example) -> str:
    """Return an article that would change as a line: its id, how, and its title."""
    found = example.comparison
    told = ", ".join(CHANGE_WORDS[change] for change in found.changes)
    return f"{example.id[:8]}  {told} (+{found.gained:,} -{found.lost:,}): {safe(example.title)}"


def _try_on_page(rules: Rules, page: str, url: str | None) -> None:
    raw = read_document(page, url)
    mine = rules_for(rules, raw.url, raw.source)
    if mine is None and url is None:
        raise InputError(
            f"say where the page came from: --url https://…; without it its source is {raw.source}, which no hosts name"
        )
    if mine is None:
        raise InputError(f"no rules are for {url}; their hosts are listed above")
    before, after = clean_blocks(raw), clean_blocks(raw, rules)
    lines = _changes(before, after)
    console.print(f"{safe(mine.name)} changes {len(lines)} things on {safe(page)}.")
    for line in [*lines, *_without_effect(rule_matches(mine, raw), changed=bool(lines))]:
        console.print(safe(line), markup=False, highlight=False)


def _without_effect(found: list[RuleMatch], *, changed: bool) -> list[str]:
    """Return a line for each rule that finds nothing; where nothing changed at all, for the others too."""
    lines = [f"{match.rule} finds nothing: {match.why}" for match in found if not match.pieces]
    if not changed:
        lines += [
            f"{match.rule} finds {match.pieces}: it is so already without the rule" for match in found if match.pieces
        ]
    return lines


def _changes(before: Cleaned | Refused, after: Cleaned | Refused) -> list[str]:
    if isinstance(before, Refused) or isinstance(after, Refused):
        was, now = (f"refused: {one.reason}" if isinstance(one, Refused) else "an article" for one in (before, after))
        return [f"was {was}", f"is  {now}"] if was != now else []
    told = [("title", before.title, after.title), ("published", before.published_at, after.published_at)]
    changes = [f"{name}: {was} -> {now}" for name, was, now in told if was != now]
    changes += [f"cut:  {text}" for text in before.paragraphs if text not in after.paragraphs]
    return changes + [f"kept: {text}" for text in after.paragraphs if text not in before.paragraphs]
