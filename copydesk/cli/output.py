"""Print what commands say: to a person on a terminal, or JSON to a program."""

import logging
import signal
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

import msgspec
import typer
from rich.console import Console, ConsoleDimensions
from rich.text import Text

from copydesk.cli.interrupt import INTERRUPTED, leave
from copydesk.cli.terminal import safe, safe_json
from copydesk.settings import LogFormat, LogLevel
from copydesk.telemetry.log_lines import JsonLines, TextLines

_ENDLESS = 100_000
"""The columns of what is no terminal: a line is a line there, as `grep` wants it."""


class _Console(Console):
    """Print to a terminal as wide as it is, and to anything else without breaking lines."""

    @property
    def size(self) -> ConsoleDimensions:
        found = super().size
        return found if self.is_terminal else ConsoleDimensions(_ENDLESS, found.height)

    @size.setter
    def size(self, new_size: tuple[int, int]) -> None:
        self._width, self._height = new_size


console = _Console(highlight=False, emoji=False)  # or the `:x:` of an article would be shown as a picture
errors = _Console(stderr=True, highlight=False, emoji=False)

OK, FAILED, USAGE, UNAVAILABLE, STORAGE, BUG = 0, 1, 2, 3, 4, 70
"""Exit codes: done; something failed or was not found; wrong use, input or setting; a server does not answer; stored
data is damaged or newer; a bug of ours. INTERRUPTED: stopped by Ctrl-C."""
GO_ON = "stopped; run the same command again to go on where it stopped"


def print_json(document: Any) -> None:
    """Print one JSON document on one line, with nothing in it that a terminal would obey."""
    line = document if isinstance(document, bytes) else msgspec.json.encode(document)
    sys.stdout.buffer.write(safe_json(line) + b"\n")
    sys.stdout.buffer.flush()


def literal(text: object) -> Text:
    """Wrap text from outside for a table or a line: no markup of ours in it works, nor any control of the terminal."""
    return Text(safe(str(text)))


def say(text: str | Text, style: str = "", first: Text | None = None, indent: int = 0) -> None:
    """Print text from outside, after `first` and then `indent` columns in.

    It is broken between words where a terminal ends, and whole where the output goes to a file or a program.
    """
    shown = Text(safe(text), style=style) if isinstance(text, str) else text
    head = Text(" " * indent) if first is None else first
    if not console.is_terminal:
        console.print(head + shown, soft_wrap=True)
        return
    for line in shown.wrap(console, max(20, console.width - indent)) or [Text()]:
        line.rstrip()
        console.print(head + line, no_wrap=True, overflow="ignore", crop=False)
        head = Text(" " * indent)


def complain(message: str) -> None:
    """Print one line on standard error; where lines of the log are JSON, as one of these."""
    if _speaks_json():
        logging.getLogger("copydesk.cli").error("%s", message)
        return
    errors.print(f"copydesk: {message}", style="red", markup=False, soft_wrap=True)


def announce(message: str) -> None:
    """Print one line on standard error about where something is served."""
    if _speaks_json():
        logging.getLogger("copydesk.cli").warning("%s", message)
        return
    errors.print(message, markup=False, soft_wrap=True)


def remark(message: str) -> None:
    """Print one line on standard error about what is no error, but may not be what was meant."""
    if _speaks_json():
        logging.getLogger("copydesk.cli").warning("%s", message)
        return
    errors.print(f"copydesk: {message}", style="yellow", markup=False, soft_wrap=True)


def shortened(text: str, most: int) -> str:
    """Return one safe line of at most so many characters, cut between words where there are any, with an ellipsis."""
    line = safe(text)
    if len(line) <= most:
        return line
    head = line[: most - 1]
    return f"{head.rpartition(' ')[0] or head} …" if " " in head[most // 2 :] else f"{head}…"


def on_terminal(text: str, most: int) -> str:
    """Return one safe line, shortened on a terminal, where it would fill the screen, and whole for a program."""
    return shortened(text, most) if console.is_terminal else safe(text)


class _Reporter(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        style = "yellow" if record.levelno < logging.ERROR else "red"
        errors.print(self.format(record), style=style, markup=False, soft_wrap=True)


class _JsonReporter(logging.Handler):
    """Write lines as they are: a program reads them. What a terminal would obey is escaped by JSON."""

    def emit(self, record: logging.LogRecord) -> None:
        sys.stderr.write(self.format(record) + "\n")
        sys.stderr.flush()


def log_to_terminal(verbose: bool, how: LogFormat = "text", level: LogLevel = "warning") -> None:
    """Show our own lines of at least this level on standard error; with `verbose` also what we do."""
    handler: logging.Handler = _JsonReporter() if how == "json" else _Reporter()
    handler.setFormatter(JsonLines() if how == "json" else TextLines())
    root = logging.getLogger("copydesk")
    root.handlers[:] = [handler]
    root.setLevel(min(logging.INFO if verbose else logging.ERROR, logging.getLevelName(level.upper())))
    root.propagate = False


def _speaks_json() -> bool:
    return any(isinstance(handler, _JsonReporter) for handler in logging.getLogger("copydesk").handlers)


class StopRequest:
    """Remember what `stopping` was asked by: `by_hand` when it was Ctrl-C, not the system or a supervisor."""

    by_hand = False

    def end(self, words: str = "stopped") -> None:
        """End the command as one that Ctrl-C stopped, with a line, if it was that."""
        if self.by_hand:
            complain(words)
            raise typer.Exit(INTERRUPTED)


@contextmanager
def stopping(stop: threading.Event) -> Iterator[StopRequest]:
    """Have SIGINT and SIGTERM set `stop`; a second one ends the process at once."""
    asked = StopRequest()

    def ask(number: int, frame: FrameType | None) -> None:
        if stop.is_set():
            leave(number, frame)
        asked.by_hand = number == signal.SIGINT
        stop.set()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
