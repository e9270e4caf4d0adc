"""Say in one line what is wrong with a command line, and where its help is."""

from collections.abc import Sequence

import typer

from copydesk.cli.terminal import safe

UsageError: type[Exception] = typer.BadParameter.__bases__[0]
"""What Typer raises for a command line that it cannot read; of the click within it, it names this child only."""

_QUERIES = frozenset(("search", "export"))


def usage_line(error: Exception, arguments: Sequence[str]) -> str:
    """Return the line; empty where there is nothing to say, as the help was printed in its place."""
    words = " ".join(safe(error.format_message()).split()).rstrip(".")  # type: ignore[attr-defined]
    context = getattr(error, "ctx", None)
    if not words or context is None:
        return words
    command = context.command_path
    dashed = next((each for each in arguments if each.startswith("-") and each[1:2] not in {"", "-"}), None)
    if context.info_name in _QUERIES and words.startswith("No such option") and dashed:
        return f"{words}; a query that begins with - stands after --: {command} -- {safe(dashed)!r}"
    return f"{words}; {command} --help shows what there is"
