"""Manage the list of sources: list, check, add, import and export them: `feeds`."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Annotated

import typer

from copydesk.app.feed_run import read_files
from copydesk.app.page_service import GAP
from copydesk.cli.feed_services import FeedLists, Private, feed_lists, list_to_edit, make_fetcher
from copydesk.cli.feed_table import health_table
from copydesk.cli.output import FAILED, complain, console, errors, literal, print_json
from copydesk.cli.wiring import nothing_yet, open_log
from copydesk.errors import FetchFailed, InputError, NotFound
from copydesk.identity import host_of
from copydesk.pipeline import FEEDS_STATE
from copydesk.producers.feeds.check import Checked, check
from copydesk.producers.feeds.feed_list import Source, SourceList, append_sources, load_sources
from copydesk.producers.feeds.find_source import FoundSource, find_source
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

    def keep(self, keys: Iterable[str]) -> None:
        """Do nothing."""

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
        with closing(open_log(settings)) as log:
            table = log.table(FEEDS_STATE)
            table.refresh()
            rows = [health(source, table, time.time()) for source in sources]
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
    if not _is_address(url):
        raise InputError(f"{public(url)!r} is no address: give that of a feed or a page, such as https://example.com")
    file = list_to_edit(file, yes)
    reader = FeedReader()

    async def find() -> FoundSource:
        async with make_fetcher(load(), allow_private) as fetcher:
            return await find_source(fetcher, reader, url, HostThrottle(GAP), time.time, name)

    try:
        found = asyncio.run(find())
    except NotFound as nothing:
        complain(str(nothing))
        raise typer.Exit(FAILED) from nothing
    except FetchFailed as failure:
        complain(f"{public(url if '://' in url else f'https://{url}')}: {failure}")
        raise typer.Exit(FAILED) from failure
    finally:
        reader.close()
    _tell(found.checked)
    if not found.checked.good:
        raise typer.Exit(FAILED)
    added = append_sources(file, [found.source])
    where = f"texts come from the {'feed itself' if found.source.full_text == 'feed' else 'pages it names'}"
    console.print(f"Added {added[0].name!r} to {file}; {where}." if added else f"{file} has it already.", markup=False)
    for other in found.others:
        console.print(f"There is also: {public(other)}", markup=False)


@app.command("import")
def import_(opml: Annotated[Path, typer.Argument(help="An OPML file.")], file: _File = None, yes: _Yes = False) -> None:
    """Add the feeds of an OPML file to the list, and name what is left out; folders are kept as a field."""
    file = list_to_edit(file, yes)
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


def _is_address(text: str) -> bool:
    """Whether a text is an http(s) address, or one without `https://`, whose host then must have a dot or a port."""
    if "://" in text:
        return host_of(text) is not None
    name = text.partition("/")[0]
    return host_of(f"https://{text}") is not None and ("." in name.strip(".") or ":" in name or name == "localhost")


def _sources(target: str) -> SourceList:
    if "://" in target:
        return SourceList([Source(name=public(target), feed=target)], [])
    return read_files([Path(target)])


def _check(sources: list[Source], allow_private: bool, quiet: bool = False) -> list[Checked]:
    async def run(fetcher: Fetcher, reader: FeedReader) -> list[Checked]:
        try:
            return await check(sources, fetcher, reader, time.time, (lambda _: None) if quiet else _tell)
        finally:
            await fetcher.aclose()

    reader = FeedReader()
    try:
        return asyncio.run(run(make_fetcher(load(), allow_private), reader))
    finally:
        reader.close()


def _tell(checked: Checked) -> None:
    mark = "[green]ok[/]  " if checked.good else "[red]no[/]  "
    (console if checked.good else errors).print(mark, literal(_line(checked)), soft_wrap=True)


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
