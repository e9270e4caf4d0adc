"""Where the program begins: Ctrl-C ends it quietly from here on, also while the commands are still being imported."""

import os
import signal
from contextlib import suppress
from types import FrameType

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended."""
_ERRORS = 2


def main() -> None:
    """Run the command line and exit with a code that means something."""
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:  # or somebody wants us to go on, as `nohup` does
        signal.signal(signal.SIGINT, leave)
    from copydesk.cli.app import main as run  # takes most of a second: only where a Ctrl-C is provided for

    run()


def leave(number: int, frame: FrameType | None) -> None:
    """End the process at once, with one line: a KeyboardInterrupt would come out of whatever just runs.

    Nothing is lost by that: what is stored is stored in transactions, and workers end with their parent.
    """
    with suppress(OSError):
        # On a terminal the cursor stands behind ^C, and a progress bar may have hidden it.
        os.write(_ERRORS, (b"\x1b[?25h\n" if os.isatty(_ERRORS) else b"") + b"copydesk: stopped\n")
    os._exit(INTERRUPTED)
