"""Finds Java, and resolves pinned Maven artifacts into a cache folder that is kept between runs."""

import fcntl
import hashlib
import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from tests.support.places import ROOT

JAVA = 21
_PLUGIN = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
_TRIES, _TIMEOUT = 3, 300.0


class StackUnavailable(Exception):
    """The servers cannot be had on this machine; the message is the reason, in one line."""


def cache_folder() -> Path:
    """Where artifacts stay between runs: COPYDESK_STACK_CACHE, else `.cache/stack` in the checkout."""
    given = os.environ.get("COPYDESK_STACK_CACHE")
    folder = Path(given) if given else ROOT / ".cache" / "stack"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


@cache
def java_home() -> Path:
    """The newest Java of at least version 21 on this machine; raises StackUnavailable."""
    found = {home: _java_version(home) for home in _java_candidates()}
    best = max(found, key=lambda home: found[home], default=None)
    if best is None or found[best] < JAVA:
        raise StackUnavailable(f"no Java {JAVA} or newer: set JAVA_HOME, or install one under /usr/lib/jvm")
    return best


def _java_candidates() -> Iterator[Path]:
    yield from (Path(os.environ[name]) for name in ("JAVA_HOME", "ES_JAVA_HOME") if os.environ.get(name))
    if on_path := shutil.which("java"):
        yield Path(on_path).resolve().parents[1]
    for folder in (Path("/usr/lib/jvm"), Path("/opt/java"), Path.home() / ".sdkman" / "candidates" / "java"):
        if folder.is_dir():
            yield from sorted({home.resolve() for home in folder.iterdir()})


def _java_version(home: Path) -> int:
    """The major version, 0 when this is no usable Java."""
    try:
        ran = subprocess.run([home / "bin" / "java", "-version"], capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return 0
    match = re.search(r'version "(?:1\.)?(\d+)', ran.stderr)
    return int(match[1]) if match and ran.returncode == 0 else 0


def artifacts(name: str, coordinates: Sequence[str], *, transitive: bool = True) -> Path:
    """A folder with the files of `group:artifact:version[:type]` and, if transitive, of what they depend on.

    Fetched once with `mvn`, however many test runs ask at the same time. Raises StackUnavailable.
    """
    pom = _pom(name, coordinates)
    digest = hashlib.sha256(f"{pom}{transitive}".encode()).hexdigest()[:12]
    folder = cache_folder() / f"{name}-{digest}"
    with lock(name):
        if not folder.is_dir():
            _fetch(pom, folder, transitive)
    return folder


@contextmanager
def lock(name: str) -> Iterator[None]:
    """One process at a time works on this part of the cache; the lock ends with its holder."""
    with (cache_folder() / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _pom(name: str, coordinates: Sequence[str]) -> str:
    dependencies = []
    for parts in (coordinate.split(":") for coordinate in coordinates):
        tags = zip(("groupId", "artifactId", "version", "type"), parts, strict=False)
        dependencies.append("".join(f"<{tag}>{escape(text)}</{tag}>" for tag, text in tags))
    return (
        '<project xmlns="http://maven.apache.org/POM/4.0.0"><modelVersion>4.0.0</modelVersion>'
        f"<groupId>copydesk.tests</groupId><artifactId>{escape(name)}</artifactId><version>1</version><dependencies>"
        + "".join(f"<dependency>{tags}</dependency>" for tags in dependencies)
        + "</dependencies></project>"
    )


def _fetch(pom: str, folder: Path, transitive: bool) -> None:
    mvn = shutil.which("mvn")
    if mvn is None:
        raise StackUnavailable("no Maven: install `mvn`, it fetches the servers")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    (part / "pom.xml").write_text(pom, encoding="utf-8")
    command = [mvn, "-B", "-q", "-f", str(part / "pom.xml"), f"{_PLUGIN}:copy-dependencies"]
    command += [f"-DoutputDirectory={part}", f"-DexcludeTransitive={str(not transitive).lower()}"]
    said = ""
    for attempt in range(_TRIES):
        time.sleep(5 * attempt)  # for a server that has too much to do
        code, said = _run(command)
        if code == 0:
            part.rename(folder)
            return
    line = next((line for line in said.splitlines() if "ERROR" in line), said.strip()[-200:] or "it took too long")
    raise StackUnavailable(f"Maven cannot fetch {folder.name}: {line}")


def _run(command: Sequence[str]) -> tuple[int, str]:
    """Exit code and output; a run over time is killed with its children and counts as failed."""
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        said, _ = process.communicate(timeout=_TIMEOUT)
    except BaseException as error:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        if not isinstance(error, subprocess.TimeoutExpired):
            raise
        return 1, ""
    return process.returncode, said
