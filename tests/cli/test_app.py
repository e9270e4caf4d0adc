"""What holds for the command line as a whole."""

import subprocess
import sys
from pathlib import Path

import pytest

from copydesk import __version__
from copydesk.cli.app import COMMANDS, app_for
from tests.support.command import copydesk


def test_the_version_needs_no_command(tmp_path: Path) -> None:
    done = copydesk("--version", data=tmp_path)
    assert done.returncode == 0
    assert done.stdout.decode() == f"copydesk {__version__}\n"


@pytest.mark.parametrize("word", ["search", "show", "history", "trace", "dead", "copy-log"])
def test_a_command_that_cleans_nothing_does_not_load_what_cleans(word: str) -> None:
    program = (
        f"import sys; from copydesk.cli.app import app_for; app_for(['-v', {word!r}, 'x']); "
        "print([name for name in sys.modules if name == 'numpy' or name.startswith('copydesk.cleaning.')])"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, timeout=120)
    assert done.stdout == b"[]\n"


def test_a_line_that_names_no_command_gets_all_of_them() -> None:
    for words in ([], ["--help"], ["serach", "x"], ["-v"]):
        app = app_for(words)
        assert {info.name for info in [*app.registered_commands, *app.registered_groups]} == set(COMMANDS)


def test_a_misspelt_command_is_told_what_was_meant(tmp_path: Path) -> None:
    done = copydesk("serach", "x", data=tmp_path)
    assert done.returncode == 2
    assert b"search" in done.stderr
