"""Check versions, settings, files and engines, and say what is wrong in a line each: `doctor`."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, NamedTuple

import typer

from copydesk import __version__
from copydesk.answers.feeds_state import feeds_document
from copydesk.cli.ailing_feeds import feeds_in_short, feeds_named
from copydesk.cli.extras import require_extra
from copydesk.cli.output import FAILED, STORAGE, console, print_json
from copydesk.cli.wiring import nothing_yet, open_index, open_log
from copydesk.consumers.lost_index import lost_index
from copydesk.errors import CopydeskError, LostIndex, MissingExtra, StorageError, Unavailable
from copydesk.identity import strip_credentials
from copydesk.index_port import IndexStatus
from copydesk.pipeline import FEEDS_STATE
from copydesk.search.query import Query
from copydesk.settings import Settings, load, set_variables, unknown_variables

_CORE = ("apsw", "trafilatura", "selectolax", "numpy")
_EXTRAS = {"feeds": "feedparser", "kafka": "kafka-python", "elasticsearch": "elasticsearch"}
LEAST_FREE = 1 << 30


class Finding(NamedTuple):
    """Hold one line: what was looked at, whether it is well, and what was found or is to be done."""

    check: str
    well: bool
    words: str
    code: int = FAILED


def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Look at everything a run needs; exit code 1 when something is wrong, 4 where stored data is lost or damaged."""
    findings = list(_look())
    if json:
        print_json([{"check": each.check, "well": each.well, "words": each.words} for each in findings])
    else:
        for check, well, words, _ in findings:
            mark = "[green]ok[/]     " if well else "[red]problem[/]"
            console.print(f"{mark} {check:<14}", end="")
            console.print(words, markup=False, soft_wrap=True)
    wrong = [finding.code for finding in findings if not finding.well]
    if wrong:
        raise typer.Exit(max(wrong))


def _look() -> Iterator[Finding]:
    yield Finding("copydesk", True, f"{__version__}, Python {platform.python_version()} on {platform.system()}")
    yield Finding("python", sys.version_info >= (3, 11), "3.11 or newer is needed")
    yield from map(_package, _CORE)
    yield from (_extra(extra, name) for extra, name in _EXTRAS.items())
    try:
        settings = load()
    except CopydeskError as error:
        yield Finding("settings", False, str(error))
        return
    yield Finding("settings", True, _settings_line(settings))
    yield from _variables()
    yield _data_directory(settings)
    unused = nothing_yet(settings)
    yield _ask("log", lambda: unused if unused and not settings.log else _log_line(settings))
    yield _ask("index", lambda: unused if unused and not settings.index else _index_line(settings))
    if settings.log or not unused:
        yield from _feeds(settings)


def _package(name: str) -> Finding:
    try:
        return Finding(name, True, version(name))
    except PackageNotFoundError:
        return Finding(name, False, "is not installed: run `make install`")


def _extra(extra: str, name: str) -> Finding:
    try:
        require_extra(extra, f"the extra {extra}")
    except MissingExtra as error:
        return Finding(name, True, f"optional: {error}")
    return _package(name)


def _settings_line(settings: Settings) -> str:
    log = strip_credentials(settings.log) or "embedded"
    index = strip_credentials(settings.index) or "embedded"
    return f"data {settings.data}, log {log}, index {index}, {settings.workers} workers"


def _variables() -> Iterator[Finding]:
    """List the variables that are set, by name: what they hold may be a secret."""
    if found := set_variables():
        yield Finding("variables", True, ", ".join(found))
    for name, meant in unknown_variables().items():
        yield Finding("variables", False, f"{name} is no variable of Copydesk" + (f": {meant} is" if meant else ""))


def _data_directory(settings: Settings) -> Finding:
    place = settings.data.absolute()
    existing = next(path for path in (place, *place.parents) if path.exists())
    if not os.access(existing, os.W_OK | os.X_OK):
        return Finding("data", False, f"{existing} cannot be written: choose another with COPYDESK_DATA")
    free = shutil.disk_usage(existing).free
    return Finding("data", free >= LEAST_FREE, f"{place}, {free / 1e9:.1f} GB free on its disk")


def _ask(check: str, question: Callable[[], str]) -> Finding:
    try:
        return Finding(check, True, question())
    except (CopydeskError, ImportError) as error:
        return Finding(check, False, str(error), STORAGE if isinstance(error, StorageError) else FAILED)


def _log_line(settings: Settings) -> str:
    with closing(open_log(settings)) as log:
        partitions = log.status()
        return f"answers: {len(partitions)} partitions, {sum(each.end for each in partitions):,} records published"


def _feeds(settings: Settings) -> Iterator[Finding]:
    """Yield how the feeds are, and a problem for each that fails; a log that does not answer is told elsewhere."""
    try:
        with closing(open_log(settings)) as log:
            found = feeds_document(log.table(FEEDS_STATE))
    except CopydeskError:
        return
    if found["asked"]:
        words = "; ".join([feeds_in_short(found), *feeds_named(found)])
        yield Finding("feeds", not found["failing"], words)


def _index_line(settings: Settings) -> str:
    with closing(open_index(settings, even_lost=True)) as index:
        found = index.status()
        if not found.documents:
            _refuse_lost(settings, found)
        if found.missing and not settings.index:
            return "nothing is indexed yet"
        if found.waiting:
            raise Unavailable(f"answers: {found.documents:,} articles; waiting: {found.waiting}")
        index.search(Query(limit=1))  # reads all tables: what is damaged there the status does not tell
        return f"answers: {found.documents:,} articles" + (f"; {found.advice}" if found.advice else "")


def _refuse_lost(settings: Settings, found: IndexStatus) -> None:
    with closing(open_log(settings, reading=True)) as log, suppress(Unavailable):  # which its own line tells
        if lost := lost_index(log, found):
            raise LostIndex(lost)
