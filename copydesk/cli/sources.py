"""Show what the pipeline has learned about each source, and take people's corrections to it: `sources`."""

from contextlib import closing
from typing import Annotated

import typer
from rich.table import Table

from copydesk.answers.corrections import correct
from copydesk.answers.learned_text import learned_sources, learned_text
from copydesk.answers.source_health import sources_health, unwatched_sources
from copydesk.cleaning.recurring_counts import window
from copydesk.cli import sources_correct
from copydesk.cli.output import console, literal, print_json
from copydesk.cli.terminal import safe
from copydesk.cli.wiring import open_log
from copydesk.events import Decision
from copydesk.settings import load

app = typer.Typer(help="What was learned about each source; people's corrections.", no_args_is_help=True)
app.add_typer(sources_correct.app, name="correct")

_Source = Annotated[str, typer.Argument(help="A source, such as courier.example.")]
_Which = Annotated[str, typer.Argument(metavar="HASH|TEXT", help="A hash of `sources show`, or the text itself.")]
_Json = Annotated[bool, typer.Option("--json", help="One JSON document.")]


@app.command("list")
def list_(json: _Json = False) -> None:
    """The sources that have a memory: articles seen, texts remembered, texts cut."""  # noqa: D401 - help
    with closing(open_log(load(), reading=True)) as log:
        rows = learned_sources(log)
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
    with closing(open_log(load(), reading=True)) as log:
        found = learned_text(log, source)
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
    """Always cut this text from the source's articles: as `sources correct add --cut`."""  # noqa: D401 - help
    _correct(source, which, "cut")


@app.command()
def release(source: _Source, which: _Which) -> None:
    """Never cut this text from the source's articles: as `sources correct add --keep`."""
    _correct(source, which, "keep")


def _correct(source: str, which: str, decision: Decision) -> None:
    with closing(open_log(load(), reading=True)) as log:
        made = correct(log, source, which, decision)
    said = "is pinned: it is cut" if decision == "cut" else "is released: it stays"
    console.print(f"{made.hash} {said}; articles cleaned from now on follow.")


@app.command()
def health(
    source: Annotated[str | None, typer.Argument(help="One source; default: all of them.")] = None,
    alarms: Annotated[bool, typer.Option("--alarms", help="Only sources with an open alarm.")] = False,
    json: _Json = False,
) -> None:
    """What each source brings: articles a day, words, what is cut, what is missing, refused; and what changed."""  # noqa: D401 - help
    with closing(open_log(load(), reading=True)) as log:
        found = sources_health(log, source)
        others = None if source or alarms or json else unwatched_sources(log)
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
    if others and others.sources:
        console.print(
            f"Not here are {len(others.sources)} of the sources of `copydesk sources list`: `consume watch-sources` "
            f"saw nothing of theirs in the {others.days} days before the newest article, or has not come to it yet.",
            markup=False,
            soft_wrap=True,
        )
    for each in found:
        for alarm in each.alarms:
            words = f"{safe(each.source)}: {safe(alarm.what)} (as found on {alarm.found_at:%Y-%m-%d})"
            console.print(words, markup=False, style="yellow", soft_wrap=True)
            for article in alarm.articles:
                console.print(f"  copydesk show {article.id[:12]}  {safe(article.title)}", markup=False, soft_wrap=True)
