"""Manage the list of sources: list, check, add, import and export them: `feeds`."""

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from copydesk.app.feed_run import read_files
from copydesk.app.page_service import GAP
from copydesk.cli.feed_services import FeedLists, Private, feed_lists, make_fetcher
from copydesk.cli.feed_table import health_table
from copydesk.cli.output import FAILED, complain, console, errors, literal, print_json
from copydesk.cli.wiring import nothing_yet, open_log
from copydesk.errors import FetchFailed, InputError
from copydesk.identity import host_of
from copydesk.pipeline import FEEDS_STATE
from copydesk.producers.feeds.check import Checked, check
from copydesk.producers.feeds.discovery import discover
from copydesk.producers.feeds.feed_list import LANGUAGE_CODE, Source, SourceList, append_sources, load_sources
from copydesk.producers.feeds.health import health
from copydesk.producers.feeds.opml import read_opml, write_opml
from copydesk.producers.feeds.parse_process import FeedReader
from copydesk.producers.web.hosts import HostThrottle
from copydesk.settings import load
from copydesk.web.fetcher import Fetcher
from copydesk.web.urls import public

app = typer.Typer(help="The list of feeds: see how they are, check, add, import, export.", no_args_is_help=True)

_File = Annotated[
    Path | None, typer.Option("--file", help="The list of sources; default: COPYDESK_FEEDS, else seeds/feeds.toml.")
]
_Yes = Annotated[bool, typer.Option("--yes", help="Also edit a list that git tracks.")]
_Json = Annotated[bool, typer.Option("--json", help="JSON instead of a table.")]


class _NothingKnown:
    """Stand for the state of feeds that were never asked."""

    def get(self, key: str) -> None:
        """Return no state."""

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Yield nothing."""
        return iter(())

    def refresh(self) -> None:
        """Do nothing."""


@app.command("list")
def list_(files: FeedLists = None, json: _Json = False) -> None:
    """Every source: how it is, when it is asked next, how much it brings."""
    settings = load()
    sources, problems = read_files(feed_lists(files, settings))
    for problem in problems:
        complain(problem)
    if not settings.log and nothing_yet(settings):
        rows = [health(source, _NothingKnown(), time.time()) for source in sources]
    else:
        log = open_log(settings)
        try:
            table = log.table(FEEDS_STATE)
            table.refresh()
            rows = [health(source, table, time.time()) for source in sources]
        finally:
            log.close()
    if json:
        print_json([row.as_dict() for row in rows])
        return
    shown, failures = health_table(rows, time.time(), console)
    console.print(shown)
    for failure in failures:
        console.print(failure)


@app.command("check")
def check_(
    targets: Annotated[list[str] | None, typer.Argument(help="Lists of sources or addresses.")] = None,
    allow_private: Private = False,
    json: _Json = False,
) -> None:
    """Ask every source once, from this machine, and say what it brings; remembers nothing."""
    lists = [_sources(target) for target in targets or map(str, feed_lists(None, load()))]
    problems = [problem for found in lists for problem in found.problems]
    if not json:
        for problem in problems:
            errors.print("[red]no[/]  ", literal(problem), soft_wrap=True)
    checked = _check([source for found in lists for source in found.sources], allow_private, quiet=json)
    if json:
        print_json([{"ok": False, "problem": problem} for problem in problems] + [_as_dict(each) for each in checked])
    bad = sum(not each.good for each in checked) + len(problems)
    if not json:
        whole = len(checked) + len(problems)
        console.print(f"{whole - bad} of {whole} sources bring a feed.")
    if bad:
        raise typer.Exit(FAILED)


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="A feed, or a page that has one.")],
    file: _File = None,
    name: Annotated[str | None, typer.Option("--name", help="How to call it; default: its own title.")] = None,
    allow_private: Private = False,
    yes: _Yes = False,
) -> None:
    """Find the feed at an address, show what it brings, and add it to the list."""
    file = _list_to_edit(file, yes)
    url = url if "://" in url else f"https://{url}"
    fetcher = make_fetcher(load(), allow_private)

    async def find() -> list[str]:
        async with fetcher:
            return [found.url for found in await discover(fetcher, url, HostThrottle(GAP))]

    try:
        found = asyncio.run(find())
    except FetchFailed as failure:
        complain(f"{public(url)}: {failure}")
        raise typer.Exit(FAILED) from failure
    if not found:
        complain(f"no feed was found at {public(url)}")
        raise typer.Exit(FAILED)
    (checked,) = _check([Source(name=host_of(found[0]) or found[0], feed=found[0])], allow_private)
    if not checked.good:
        raise typer.Exit(FAILED)
    source = Source(
        name=name or checked.title or checked.source.name,
        feed=None if checked.format.startswith("sitemap") else found[0],
        sitemap=found[0] if checked.format.startswith("sitemap") else None,
        language=checked.language if checked.language and LANGUAGE_CODE.fullmatch(checked.language) else None,
        full_text="feed" if checked.whole_texts * 2 > checked.items else "page",
    )
    added = append_sources(file, [source])
    where = f"texts come from the {'feed itself' if source.full_text == 'feed' else 'pages it names'}"
    console.print(f"Added {added[0].name!r} to {file}; {where}." if added else f"{file} has it already.", markup=False)
    for other in found[1:]:
        console.print(f"There is also: {public(other)}", markup=False)


@app.command("import")
def import_(opml: Annotated[Path, typer.Argument(help="An OPML file.")], file: _File = None, yes: _Yes = False) -> None:
    """Add the feeds of an OPML file to the list, and name what is left out; folders are kept as a field."""
    file = _list_to_edit(file, yes)
    try:
        data = opml.read_bytes()
    except OSError as error:
        raise InputError(f"{opml}: {error.strerror or error}") from error
    sources, problems = read_opml(data, str(opml))
    added = append_sources(file, sources)
    there = len(sources) - len(added)
    known = f"; it has {there} already" if there else ""
    left = f"; {len(problems)} outlines were left out" if problems else ""
    console.print(f"Added {len(added)} of {len(sources)} feeds to {file}{known}{left}.", markup=False)
    for problem in problems:
        complain(f"left out: {problem}")


@app.command()
def export(
    opml: Annotated[Path | None, typer.Argument(help="Where to write; default: standard output.")] = None,
    file: _File = None,
    with_secrets: Annotated[
        bool, typer.Option("--with-secrets", help="Also feeds whose addresses hold passwords or keys.")
    ] = False,
) -> None:
    """Write the feeds of the list as OPML."""
    text, left_out = write_opml(load_sources(file or feed_lists(None, load())[0]).sources, with_secrets=with_secrets)
    if opml is None:
        typer.echo(text, nl=False)
    else:
        try:
            opml.write_text(text, "utf-8")
        except OSError as error:
            raise InputError(f"{opml}: {error.strerror or error}") from error
    if left_out:
        complain(f"left out {left_out} feeds whose addresses hold passwords or keys; see --with-secrets")


def _list_to_edit(file: Path | None, yes: bool) -> Path:
    """Return the list to add to; one that git tracks only when that is wanted. Raises InputError."""
    file = file or feed_lists(None, load())[0]
    if yes or not file.exists() or not _is_tracked(file):
        return file
    if sys.stdin.isatty() and typer.confirm(f"git tracks {file}, and will see the change. Edit it?", err=True):
        return file
    raise InputError(f"git tracks {file}: name a list of your own by --file or COPYDESK_FEEDS, or say --yes to edit it")


def _is_tracked(file: Path) -> bool:
    asked = ["git", "ls-files", "--error-unmatch", "--", file.name]
    try:
        return subprocess.run(asked, cwd=file.parent, capture_output=True, check=False, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False  # there is no git here that could track it


def _sources(target: str) -> SourceList:
    if "://" in target:
        return SourceList([Source(name=public(target), feed=target)], [])
    return read_files([Path(target)])


def _check(sources: list[Source], allow_private: bool, quiet: bool = False) -> list[Checked]:
    def tell(checked: Checked) -> None:
        if not quiet:
            mark = "[green]ok[/]  " if checked.good else "[red]no[/]  "
            (console if checked.good else errors).print(mark, literal(_line(checked)), soft_wrap=True)

    async def run(fetcher: Fetcher, reader: FeedReader) -> list[Checked]:
        try:
            return await check(sources, fetcher, reader, time.time, tell)
        finally:
            await fetcher.aclose()

    reader = FeedReader()
    try:
        return asyncio.run(run(make_fetcher(load(), allow_private), reader))
    finally:
        reader.close()


def _line(checked: Checked) -> str:
    name = checked.source.name
    if not checked.good:
        return f"{name}: {checked.problem}"
    newest = f", newest {checked.newest:%Y-%m-%d %H:%M}" if checked.newest else ""
    whole = f", {checked.whole_texts} with their whole text" if checked.whole_texts else ""
    note = f" ({checked.problem})" if checked.problem else ""
    return f"{name}: {checked.format}, {checked.items} items{newest}{whole}{note}"


def _as_dict(checked: Checked) -> dict[str, object]:
    return {
        "name": checked.source.name, "url": public(checked.source.url), "ok": checked.good, "problem": checked.problem,
        "found_at": checked.found_at, "format": checked.format, "title": checked.title, "items": checked.items,
        "newest": checked.newest, "language": checked.language, "whole_texts": checked.whole_texts,
    }  # fmt: skip
