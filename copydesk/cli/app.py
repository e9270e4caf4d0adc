"""Assemble the commands, and map errors to exit codes."""

import logging
import os
import sys
from typing import Annotated

import typer

from copydesk import __version__
from copydesk.cli import (
    clean,
    copy_log,
    dead,
    doctor,
    explain,
    feed_services,
    feeds,
    history,
    reclean,
    reindex,
    run,
    search,
    serve,
    services,
    show,
    sites,
    sources,
    stack,
    tail,
    trace,
)
from copydesk.cli.output import BUG, FAILED, OK, STORAGE, UNAVAILABLE, USAGE, complain, log_to_terminal
from copydesk.cli.usage import UsageError, usage_line
from copydesk.cli.wiring import in_full
from copydesk.errors import CopydeskError, IndexMissing, InputError, NotFound, StorageError, Unavailable
from copydesk.settings import log_settings, unknown_variables

app = typer.Typer(
    name="copydesk",
    help="Reads news, cuts what does not belong, says why, and passes clean, searchable articles on.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="markdown",
    context_settings={"help_option_names": ["-h", "--help"]},
)

app.command()(run.run)
app.command()(clean.clean)
app.command()(explain.explain)
app.command()(search.search)
app.command()(show.show)
app.command()(history.history)
app.command()(history.diff)
app.command()(trace.trace)
app.command()(search.export)
app.command()(serve.serve)
app.command()(tail.tail)
app.command()(tail.status)
app.add_typer(dead.app, name="dead")
app.add_typer(feeds.app, name="feeds")
app.add_typer(sources.app, name="sources")
app.add_typer(sites.app, name="sites")
services.produce_app.command("feeds")(feed_services.produce_feeds)
services.produce_app.command("pages")(feed_services.produce_pages)
app.add_typer(services.produce_app, name="produce")
app.add_typer(services.consume_app, name="consume")
app.command()(services.setup)
app.command("copy-log")(copy_log.copy_log)
app.command()(reindex.reindex)
app.command()(reclean.reclean)
app.add_typer(stack.app, name="stack")
app.command()(doctor.doctor)


def _show_version(asked: bool) -> None:
    """Print the version before anything else is looked at: it needs no command."""
    if asked:
        typer.echo(f"copydesk {__version__}")
        raise typer.Exit


@app.callback()
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
        sys.exit(app(standalone_mode=False))
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
