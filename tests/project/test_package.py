"""What is built for the image and the index: one package, whole, that runs beside files of any name."""

import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest

from copydesk import __version__
from tests.project.layers import modules
from tests.support.places import ROOT

FOLDERS = {"copydesk": "copydesk", **{f"copydesk/{name}": name for name in ("consumers", "producers", "schemas")}}


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what git tracks or would."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows what git tracks; these are the files of a source distribution")
    source = tmp_path_factory.mktemp("built") / "source"
    tracked = subprocess.run(
        ["git", "ls-files", "-zco", "--exclude-standard"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    for name in filter(None, tracked.split("\0")):
        if (ROOT / name).is_file():
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            (source / name).write_bytes((ROOT / name).read_bytes())
    return source


@pytest.fixture(scope="module")
def packed(source: Path, tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names in a wheel that is built from it."""
    place = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", place, source],
        check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    [wheel] = place.glob("*.whl")
    return {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}


def test_the_wheel_holds_every_file_of_the_package_and_no_other(packed: set[str]) -> None:
    wanted = {
        f"{name}/{path.relative_to(ROOT / folder).as_posix()}"
        for name, folder in FOLDERS.items()
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert packed == wanted


def test_the_source_distribution_holds_all_that_git_tracks(source: Path, tmp_path: Path) -> None:
    wanted = {path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    wanted = {name for name in wanted if ".egg-info/" not in name and not name.startswith("build/")}
    program = f"from setuptools import build_meta; print(build_meta.build_sdist({str(tmp_path)!r}))"
    subprocess.run([sys.executable, "-c", program], cwd=source, check=True, capture_output=True, timeout=120)
    [archive] = tmp_path.glob("*.tar.gz")
    assert archive.name == f"copydesk-{__version__}.tar.gz"
    with tarfile.open(archive) as packed:
        names = {member.name.partition("/")[2] for member in packed if member.isfile()}
    assert {name for name in names if ".egg-info/" not in name} - {"PKG-INFO", "setup.cfg"} == wanted


def test_the_version_stands_once() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
    assert metadata.version("copydesk") == __version__


def test_every_package_is_named_in_the_build(packed: set[str]) -> None:
    named = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]["packages"]
    known = {module for module, path in modules().items() if path.name == "__init__.py"} | {"copydesk.sites"}
    assert set(named) == known
    assert {name.partition("/")[0] for name in packed} == {"copydesk"}


@pytest.mark.parametrize("way", ["here", "path"])
def test_the_program_runs_in_a_folder_with_files_of_our_names(way: str, tmp_path: Path) -> None:
    for name in ("consumers", "producers", "schemas", "events", "cleaning"):
        (tmp_path / f"{name}.py").write_text("raise SystemExit('the wrong file was imported')\n")
    page = tmp_path / "page.txt"
    page.write_text("The ferry\n\nThe night ferry to Skerrow will run all winter, the council has decided.\n" * 3)
    environment = {**os.environ, "PYTHONPATH": "."} if way == "path" else dict(os.environ)
    done = subprocess.run(
        [sys.executable, "-m", "copydesk", "run", str(page)],
        cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "indexed" in done.stdout
