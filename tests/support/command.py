"""Runs the command line as a user does: in a process of its own, with a data folder of its own."""

import os
import subprocess
import sys
from pathlib import Path

COPYDESK = [sys.executable, "-m", "copydesk"]


def copydesk(
    *args: str | Path, data: Path, stdin: bytes | None = None, environment: dict[str, str] | None = None
) -> "subprocess.CompletedProcess[bytes]":
    """The finished command with its output; a traceback on standard error is a failure of the test."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    done = subprocess.run(
        [*COPYDESK, *map(str, args)],
        input=stdin if stdin is not None else b"",
        capture_output=True,
        env=settings | {"COPYDESK_DATA": str(data), "COLUMNS": "200"} | (environment or {}),
        timeout=240,
        check=False,
    )
    assert b"Traceback" not in done.stderr, done.stderr.decode()
    return done
