"""The documents do as they say: every block runs, or is named here with the reason, and prints what is shown."""

import contextlib
import io
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from tests.project import pages
from tests.project.pages import PAGES, Block, Shown
from tests.support.places import ROOT, SEEDS

SERVERS, NETWORK, LONG = "needs servers", "needs the network", "takes too long, and CI runs it anyway or on purpose not"
NOT_RUN = {
    "make ": LONG,
    ".venv/bin/python -m pytest": LONG,
    "docker ": "needs docker",
    "helm ": "needs a cluster",
    "copydesk copy-log": SERVERS,
    "git pull": "changes the checkout",
    "PASSWORD=$(docker": "needs docker",
    "curl ": SERVERS,
    "export COPYDESK_": SERVERS,
    "copydesk serve": "stays until Ctrl-C",
    "copydesk run seeds/ --serve": "stays until Ctrl-C",
    "copydesk setup": SERVERS,
    "copydesk consume clean$": SERVERS,
    "copydesk consume clean --metrics": "stays until Ctrl-C",
    "copydesk consume index$": SERVERS,
    "copydesk consume watch-sources$": SERVERS,
    "copydesk feeds check": NETWORK,
    "copydesk feeds add": NETWORK,
    "copydesk run seeds/feeds.toml": NETWORK,
    "copydesk run my-feeds.toml": NETWORK,
    "pip install": NETWORK,
}
"""Commands that are not run, by how they begin (`$`: and end), with the reason. What they name is looked up still."""

EMPTY = ("docs/quickstart.md",)
"""Pages whose first command fills an empty folder; the others begin where the seeds are indexed."""

DATA = {"json", "toml", "html", "text", "yaml"}
COPYDESK = Path(sys.executable).parent / "copydesk"


MOST = 3000
"""Characters of output that a failure shows."""


def why_not_run(command: str) -> str | None:
    for start, reason in NOT_RUN.items():
        if command == start[:-1] if start.endswith("$") else command.startswith(start):
            return reason
    return None


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which the seeds are indexed."""
    folder = tmp_path_factory.mktemp("indexed")
    shutil.copytree(SEEDS, folder / "seeds")
    run("copydesk run seeds/", folder)
    return folder / ".copydesk"


def run(command: str, folder: Path) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    path = f"{COPYDESK.parent}{os.pathsep}{environment.get('PATH', '')}"
    done = subprocess.run(
        ["bash", "-euc", command], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=240,
        check=False, env=environment | {"COLUMNS": "100", "PATH": path},
    )  # fmt: skip
    said = done.stdout.decode()
    assert done.returncode == 0, f"{command}\n{said}"
    return said


@pytest.mark.parametrize("page", PAGES, ids=pages.name)
def test_blocks_do_what_the_page_shows(
    page: Path, request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = pages.blocks(page)
    assert {block.language for block in found} <= {"python", "console", *DATA}
    monkeypatch.chdir(tmp_path)
    for setting in [name for name in os.environ if name.startswith("COPYDESK_")]:
        monkeypatch.delenv(setting)
    if any(block.language in {"python", "console"} for block in found):
        shutil.copytree(SEEDS, tmp_path / "seeds")
        shutil.copytree(ROOT / "examples", tmp_path / "examples")
        if pages.name(page) not in EMPTY and any(runs(block) for block in found):
            shutil.copytree(request.getfixturevalue("indexed"), tmp_path / ".copydesk")
    names: dict[str, object] = {"__name__": "__main__"}
    for number, block in enumerate(found):
        where = f"{pages.name(page)}:{block.line}"
        read(block, tmp_path)
        if block.language == "python":
            said = execute(block.text, names)
            after = found[number + 1] if number + 1 < len(found) else None
            shown = after.text if after and after.language == "text" else ""
            assert pages.same(shown, said), f"{where} printed\n{said[:MOST]}"
        elif block.language == "console":
            for each in pages.commands(block):
                do(each, tmp_path, where)


def runs(block: Block) -> bool:
    return block.language == "python" or (
        block.language == "console" and any(why_not_run(each.command) is None for each in pages.commands(block))
    )


def read(block: Block, folder: Path) -> None:
    """Data can be read, and what has a title is a file from here on."""
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "toml":
        tomllib.loads(block.text)
    elif block.language == "yaml":
        yaml.safe_load(block.text)
    if block.title:
        (folder / block.title).parent.mkdir(parents=True, exist_ok=True)
        (folder / block.title).write_text(block.text, encoding="utf-8")


def execute(code: str, names: dict[str, object]) -> str:
    said = io.StringIO()
    with contextlib.redirect_stdout(said):
        exec(compile(code, "<page>", "exec"), names)
    return said.getvalue()


def do(each: Shown, folder: Path, where: str) -> None:
    assert each.output.strip() != "…", f"{where}: shows nothing of what {each.command} prints"
    if why_not_run(each.command):
        assert not each.output, f"{where}: the output of {each.command} cannot be checked"
        return
    came = run(each.command, folder)
    assert not each.output or pages.same(each.output, came), f"{where}: {each.command} printed\n{came[:MOST]}"


def test_every_reason_not_to_run_a_command_has_one() -> None:
    found = [command for _, command in pages.all_commands()]
    for start in NOT_RUN:
        assert any(command == start[:-1] if start.endswith("$") else command.startswith(start) for command in found), (
            start
        )


def test_commands_stand_in_blocks_that_are_looked_at() -> None:
    for page in PAGES:
        lines = pages.outside(page).splitlines()
        assert not [line for line in lines if re.match(r"(\t| {4,})(\$ |copydesk |make |pip |docker )", line)], page


def test_readme_says_what_its_first_snippet_needs() -> None:
    """Beside the clone its folder hides the package, and before `make run` there is none."""
    first = (ROOT / "README.md").read_text(encoding="utf-8").partition("```python")[0]
    assert "In the clone, after [`make run`](#start), by `.venv/bin/python`" in first


def test_readme_counts_what_the_quickstart_shows() -> None:
    """The quickstart's block is run above; README says the same in prose."""
    shown = (ROOT / "docs" / "quickstart.md").read_text(encoding="utf-8")
    told = (ROOT / "README.md").read_text(encoding="utf-8")
    pieces, read = re.search(r"pieces removed +(\d+)", shown), re.search(r"^read +(\d+)", shown, re.M)
    kept = re.search(r"indexed +\d+  (\d+) articles", shown)
    assert pieces
    assert read
    assert kept
    assert f"the {read[1]} documents in `seeds/`, which make {kept[1]} articles with\n{pieces[1]} pieces cut" in told
