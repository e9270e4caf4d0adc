"""Tables and drawings are as the code says, the site is built, and the files beside it are well formed."""

import os
import re
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
import yaml

from copydesk import __version__
from copydesk.cli import interrupt, output
from scripts import write_docs
from tests.support.places import ROOT


@pytest.mark.parametrize("path", write_docs.documents(), ids=lambda path: path.name)
def test_what_is_written_from_the_code_is_as_the_code_says(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == write_docs.documents()[path], "run `make docs`"


def test_every_field_and_variable_has_its_words_and_nothing_else_has() -> None:
    fields = {
        record.__name__: {field.encode_name for field in msgspec.structs.fields(record)}
        for record in write_docs.RECORDS
    }
    assert {name: set(words) for name, words in write_docs.WORDS.items()} == fields | {
        "variables": set(write_docs.variables())
    }


def test_the_exit_codes_are_those_of_the_program() -> None:
    page = (ROOT / "docs" / "command-line.md").read_text(encoding="utf-8")
    shown = {int(code) for code in re.findall(r"^\| (\d+) \|", page, re.MULTILINE)}
    program = {output.OK, output.FAILED, output.USAGE, output.UNAVAILABLE, output.STORAGE, output.BUG}
    assert shown == program | {interrupt.INTERRUPTED}


def test_the_site_is_built_without_a_warning_and_asks_nobody_else(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT, capture_output=True, timeout=240, check=False, env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    for page in tmp_path.rglob("*.html"):
        text = page.read_text(encoding="utf-8")
        assert not re.findall(r"<(?:script|img|iframe)[^>]*\bsrc=\"?(?:https?:)?//", text), page
        assert not re.findall(r"<link[^>]*rel=\"?(?:stylesheet|preconnect)[^>]*href=\"?(?:https?:)?//", text), page


def test_readme_is_one_screen() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 90


def test_the_version_is_in_the_changelog_and_the_citation() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(rf"^## {re.escape(__version__)}\b", changelog, re.MULTILINE)
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert {"cff-version", "message", "title", "type", "authors", "version", "license"} <= citation.keys()
    assert citation["version"] == __version__


@pytest.mark.parametrize("form", sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[a-z]*.yml")), ids=lambda p: p.name)
def test_an_issue_form_can_be_filled_in(form: Path) -> None:
    told = yaml.safe_load(form.read_text(encoding="utf-8"))
    if form.name == "config.yml":
        return
    assert {"name", "description", "body"} <= told.keys()
    ids = [part["id"] for part in told["body"] if part["type"] != "markdown"]
    assert ids
    assert len(ids) == len(set(ids))
    for part in told["body"]:
        assert part["type"] in {"markdown", "input", "textarea", "dropdown", "checkboxes"}
        assert part["attributes"].get("label") or part["type"] == "markdown"


def test_each_hook_before_a_commit_is_a_tool_of_ours() -> None:
    told = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repository in told["repos"] for hook in repository["hooks"]]
    assert {repository["repo"] for repository in told["repos"]} == {"local"}
    for hook in hooks:
        assert hook["language"] == "system"
        tool, *rest = hook["entry"].split()
        assert tool.startswith(".venv/bin/")
        assert (Path(sys.executable).parent / Path(tool).name).exists()
        if rest[:1] == ["-m"]:
            assert (ROOT / f"{rest[1].replace('.', '/')}.py").exists() or rest[1] == "pytest"
