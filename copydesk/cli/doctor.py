"""Check versions, settings, files and engines, and say what is wrong in a line each: `doctor`."""

import os
import platform
import shutil
import sys
from collections.abc import Callable, Iterator
from importlib.metadata import PackageNotFoundError, version
from typing import Annotated, NamedTuple

import typer

from copydesk import __version__
from copydesk.answers.feeds_state import feeds_document
from copydesk.cli.ailing_feeds import feeds_in_short, feeds_named
from copydesk.cli.extras import require_extra
from copydesk.cli.output import FAILED, console, print_json
from copydesk.cli.wiring import nothing_yet, open_index, open_log
from copydesk.errors import CopydeskError, MissingExtra
from copydesk.identity import strip_credentials
from copydesk.settings import Settings, load

_CORE = ("apsw", "trafilatura", "selectolax", "numpy")
_EXTRAS = {"feeds": "feedparser", "kafka": "kafka-python", "elasticsearch": "elasticsearch"}
LEAST_FREE = 1 << 30


class Finding(NamedTuple):
    """Hold one line: what was looked at, whether it is well, and what was found or is to be done."""

    check: str
    well: bool
    words: str


def doctor(json: Annotated[bool, typer.Option("--json", help="One JSON document.")] = False) -> None:
    """Look at everything a run needs; exit code 1 when something is wrong."""
    findings = list(_look())
    if json:
        print_json([finding._asdict() for finding in findings])
    else:
        for check, well, words in findings:
            mark = "[green]ok[/]     " if well else "[red]problem[/]"
            console.print(f"{mark} {check:<14}", end="")
            console.print(words, markup=False, soft_wrap=True)
    if not all(finding.well for finding in findings):
        raise typer.Exit(FAILED)


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
        return Finding(check, False, str(error))


def _log_line(settings: Settings) -> str:
    log = open_log(settings)
    try:
        partitions = log.status()
        return f"answers: {len(partitions)} partitions, {sum(each.end for each in partitions):,} records published"
    finally:
        log.close()


def _feeds(settings: Settings) -> Iterator[Finding]:
    """Yield how the feeds are, and a problem for each that fails; a log that does not answer is told elsewhere."""
    try:
        log = open_log(settings)
        try:
            found = feeds_document(log)
        finally:
            log.close()
    except CopydeskError:
        return
    if found["asked"]:
        words = "; ".join([feeds_in_short(found), *feeds_named(found)])
        yield Finding("feeds", not found["failing"], words)


def _index_line(settings: Settings) -> str:
    index = open_index(settings)
    try:
        found = index.status()
        return f"answers: {found.documents:,} articles" + (f"; waiting: {found.waiting}" if found.waiting else "")
    finally:
        index.close()
