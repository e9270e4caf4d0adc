"""End the process on Ctrl-C at once, with one line and a code of its own."""

import os
from contextlib import suppress
from types import FrameType

INTERRUPTED = 130
"""The exit code of what Ctrl-C ended."""
_ERRORS = 2


def leave(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 - of every signal handler
    """End the process at once, with one line: a KeyboardInterrupt would come out of whatever just runs.

    Nothing is lost by that: what is stored is stored in transactions, and workers end with their parent.
    """
    with suppress(OSError):
        # On a terminal the cursor stands behind ^C, and a progress bar may have hidden it.
        os.write(_ERRORS, (b"\x1b[?25h\n" if os.isatty(_ERRORS) else b"") + b"copydesk: stopped\n")
    os._exit(INTERRUPTED)
