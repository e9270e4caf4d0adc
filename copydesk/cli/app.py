"""Assemble the command that is called, and map errors to exit codes."""

import logging
import os
import sys
from collections.abc import Iterable, Sequence
from importlib import import_module
from itertools import takewhile
from typing import Annotated

import typer

from copydesk import __version__
from copydesk.cli.output import BUG, FAILED, OK, STORAGE, UNAVAILABLE, USAGE, complain, log_to_terminal
from copydesk.cli.usage import UsageError, usage_line
from copydesk.cli.wiring import in_full
from copydesk.errors import CopydeskError, IndexMissing, InputError, NotFound, StorageError, Unavailable
from copydesk.settings import log_settings, unknown_variables

COMMANDS = {
    "run": "run.run",
    "clean": "clean.clean",
    "explain": "explain.explain",
    "search": "search.search",
    "show": "show.show",
    "history": "history.history",
    "diff": "history.diff",
    "trace": "trace.trace",
    "export": "search.export",
    "serve": "serve.serve",
    "tail": "tail.tail",
    "status": "tail.status",
    "dead": "dead.app",
    "feeds": "feeds.app",
    "sources": "sources.app",
    "sites": "sites.app",
    "produce": "produce.app",
    "consume": "services.consume_app",
    "setup": "services.setup",
    "copy-log": "copy_log.copy_log",
    "reindex": "reindex.reindex",
    "reclean": "reclean.reclean",
    "stack": "stack.app",
    "doctor": "doctor.doctor",
}
"""Every command, or group of commands, and where it stands in `copydesk.cli`."""


def app_for(words: Sequence[str]) -> typer.Typer:
    """Assemble what a command line needs: the command it names alone, all of them where it names none that there is.

    Each command imports what it uses, which takes from a tenth of a second to a whole one.
    """
    before = list(takewhile(lambda word: word.startswith("-"), words))
    named = words[len(before)] if len(words) > len(before) else ""
    if "--version" in before:
        return assembled(())
    return assembled((named,) if named in COMMANDS else COMMANDS)


def assembled(names: Iterable[str]) -> typer.Typer:
    """Return the program with these commands."""
    app = typer.Typer(
        name="copydesk",
        help="Reads news, cuts what does not belong, says why, and passes clean, searchable articles on.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode="markdown",
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.callback()(root)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(".")
        command = getattr(import_module(f"copydesk.cli.{module}"), attribute)
        if isinstance(command, typer.Typer):
            app.add_typer(command, name=name)
        else:
            app.command(name)(command)
    return app


def _show_version(asked: bool) -> None:
    """Print the version before anything else is looked at: it needs no command."""
    if asked:
        typer.echo(f"copydesk {__version__}")
        raise typer.Exit


def root(
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Say more on standard error.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback does it
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Print the version and stop.")
    ] = False,
) -> None:
    """Settings come from flags, then COPYDESK_* variables, then defaults; see README."""  # noqa: D401 - help
    log_to_terminal(verbose, *log_settings())
    for name, meant in unknown_variables().items():
        complain(f"{name} is set, but no variable of Copydesk" + (f"; is {meant} meant?" if meant else ""))


def main() -> None:
    """Run the command line and map errors to exit codes."""
    try:
        sys.exit(app_for(sys.argv[1:])(standalone_mode=False))
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # whoever read our output has gone (`| head`): no error
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(OK)
        raise
    except UsageError as error:
        if words := usage_line(error, sys.argv[1:]):  # without a command the help is printed, and nothing else said
            complain(words)
        sys.exit(USAGE)
    except CopydeskError as error:
        told = in_full(error) if isinstance(error, IndexMissing) else error
        complain(str(told))
        sys.exit(exit_code(told))
    except Exception as error:
        if logging.getLogger("copydesk").isEnabledFor(logging.INFO):
            raise
        complain(f"this is a bug in copydesk: {type(error).__name__}: {error} (the same command with -v says where)")
        sys.exit(BUG)


def exit_code(error: CopydeskError) -> int:
    """Return the exit code of an error that ends a command."""
    if isinstance(error, NotFound):
        return FAILED
    if isinstance(error, InputError):
        return USAGE
    if isinstance(error, Unavailable):
        return UNAVAILABLE
    return STORAGE if isinstance(error, StorageError) else FAILED
