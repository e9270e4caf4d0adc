"""Finds promtool, which checks rules and tests them: the one on the path, else that of Debian's package."""

import shutil
import subprocess
import tempfile
from functools import cache
from pathlib import Path

from tests.support.stack.artifacts import StackUnavailable, cache_folder, lock


@cache
def promtool() -> Path:
    """Return the program, fetched once and kept between runs; raises StackUnavailable."""
    if found := shutil.which("promtool"):
        return Path(found)
    kept = cache_folder() / "promtool"
    with lock("promtool"):
        if not kept.exists():
            _fetch(kept)
    return kept


def _fetch(kept: Path) -> None:
    if shutil.which("apt-get") is None:
        raise StackUnavailable("no promtool, and no apt-get to fetch Debian's package `prometheus` with")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # apt fetches as a user of its own
        if _said(["apt-get", "download", "-qq", "prometheus"], folder) is None:
            _said(["apt-get", "update", "-qq"], folder)  # a new machine has no list of packages
            if _said(["apt-get", "download", "-qq", "prometheus"], folder) is None:
                raise StackUnavailable("Debian's package `prometheus`, which has promtool, cannot be fetched")
        [package] = folder.glob("prometheus_*.deb")
        if _said(["dpkg-deb", "--extract", str(package), "out"], folder) is None:
            raise StackUnavailable(f"{package.name} cannot be opened")
        part = kept.with_suffix(".part")
        shutil.copy2(folder / "out" / "usr" / "bin" / "promtool", part)
        part.replace(kept)


def _said(command: list[str], folder: Path) -> str | None:
    """Return what a command says, None where it fails."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return None if done.returncode else done.stdout
