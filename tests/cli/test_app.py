"""What holds for the command line as a whole."""

from pathlib import Path

from copydesk import __version__
from tests.support.command import copydesk


def test_the_version_needs_no_command(tmp_path: Path) -> None:
    done = copydesk("--version", data=tmp_path)
    assert done.returncode == 0
    assert done.stdout.decode() == f"copydesk {__version__}\n"
