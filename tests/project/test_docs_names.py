"""What the documents name is there: commands and their options, targets, services, paths, modules, threads."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

from scripts.command_tree import Command, Parameter, commands, root_options
from tests.project import pages
from tests.project.pages import PAGES
from tests.support.places import ROOT

FOLDERS = ("bench", "consumers", "copydesk", "docs", "examples", "producers", "schemas", "scripts", "seeds", "tests")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
LOOKED_AT = [page for page in PAGES if page.name != "CHANGELOG.md"]
"""A changelog names what was, too."""


@pytest.mark.parametrize(("page", "command"), sorted(set(pages.all_commands())))
def test_a_command_in_a_block_is_one(page: str, command: str) -> None:
    for part in re.split(r" && | \| ", command):
        check(part)


@pytest.mark.parametrize("page", LOOKED_AT, ids=pages.name)
def test_commands_in_sentences_exist(page: Path) -> None:
    for span in pages.spans(page):
        if re.match(r"(copydesk [a-z]|make [a-z]|docker compose |python -m )", span):
            check(span, loosely=True)


def check(command: str, *, loosely: bool = False) -> None:
    """That the command exists, and each option, target, service and path it names; `loosely`: with words left out."""
    given = pages.words(command)
    if given[0] == "copydesk":
        check_ours(given[1:], loosely)
    elif given[0] == "make":
        for target in (word for word in given[1:] if "=" not in word and word != "…"):
            assert re.search(rf"^{re.escape(target)}:.*## ", (ROOT / "Makefile").read_text(), re.MULTILINE), command
    elif given[:2] == ["python", "-m"]:
        assert given[2] == "copydesk" or (ROOT / f"{given[2].replace('.', '/')}.py").exists(), command
    elif given[:2] == ["pip", "install"]:
        for extra in re.findall(r"\w+", " ".join(re.findall(r"\[(.*?)\]", command))):
            assert extra in PROJECT["optional-dependencies"], command
    elif given[:2] == ["docker", "compose"]:
        check_compose(given[2:], loosely)
    for word in given:
        if word.startswith(FOLDERS) and "/" in word and word.split("/")[0] in FOLDERS:
            assert (ROOT / word).exists(), command


def check_ours(given: list[str], loosely: bool) -> None:
    rest = list(given)
    while rest and rest[0].startswith("-"):
        assert any(rest[0] in option.names for option in root_options()) or rest[0] in {"--help", "-h"}, given
        rest.pop(0)
    command = next((each for each in commands() if tuple(rest[: len(each.words)]) == each.words), None)
    if command is None:
        groups = {each.words[0] for each in commands()}
        known = loosely and (not rest or rest[0] in groups)
        assert known, f"no such command: copydesk {' '.join(given)}"
        return
    positional = check_options(command, rest[len(command.words) :])
    if not loosely:
        assert len(positional) >= sum(each.required for each in command.arguments), given
    if not any(each.repeated for each in command.arguments):
        assert len([word for word in positional if word != "…"]) <= len(command.arguments), given


def check_options(command: Command, given: list[str]) -> list[str]:
    positional, rest = [], iter(given)
    for word in rest:
        if word.startswith("--") or re.fullmatch(r"-[a-z]", word):
            name, equals, _ = word.partition("=")
            option: Parameter | None = command.option(name)
            assert option is not None or name in {"--help", "-h"}, f"copydesk {' '.join(command.words)} has no {name}"
            if option is not None and option.value and not equals:
                next(rest, None)
        else:
            positional.append(word)
    return positional


def check_compose(given: list[str], loosely: bool) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))["services"]
    profiles = {profile for service in services.values() for profile in service.get("profiles", ())}
    while given[0] in {"--env-file", "--profile"}:
        option, value, *given = given
        assert (ROOT / value).is_file() if option == "--env-file" else value in profiles
    verb, rest = given[0], [word for word in given[1:] if word not in {"--rm", "-T"}]
    assert verb in {"up", "down", "ps", "run", "exec", "logs", "watch"}
    if verb in {"up", "watch"}:
        assert {word for word in rest if re.fullmatch(r"[a-z-]+", word) and not word.startswith("-")} <= services.keys()
    if verb in {"run", "exec"}:
        assert rest[0] in services, given
        if verb == "run":
            check_ours(rest[1:], loosely)
    for scaled in re.findall(r"--scale (\w+)=", " ".join(rest)):
        assert scaled in services


@pytest.mark.parametrize("page", [page for page in PAGES if page.parent == ROOT], ids=pages.name)
def test_links_beside_the_site_lead_somewhere(page: Path) -> None:
    """Check what mkdocs does not: it looks at the links of docs/ alone."""
    for link in re.findall(r"\]\(([^)\s]+)\)", pages.outside(page)):
        if link.startswith("https://"):
            continue
        path, _, anchor = link.partition("#")
        text = (ROOT / path if path else page).read_text(encoding="utf-8")
        headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
        assert not anchor or anchor in {re.sub(r"[^\w -]", "", each).lower().replace(" ", "-") for each in headings}, (
            link
        )


@pytest.mark.parametrize("page", LOOKED_AT, ids=pages.name)
def test_paths_that_a_page_names_are_there(page: Path) -> None:
    for span in pages.spans(page):
        if re.fullmatch(rf"(?:{'|'.join(FOLDERS)})/[\w./-]*", span) and not re.search(r"[A-Z]{3}", span):
            assert (ROOT / span).exists(), span
        elif re.fullmatch(r"[a-z_]+/(?:[a-z_]+\.py)?|[a-z_]+\.py", span) and page.name == "architecture.md":
            assert any((ROOT / room / span).exists() for room in ("", "copydesk", "copydesk/cleaning")), span


def test_the_extras_that_the_library_page_lists_are_those_there_are() -> None:
    listed = re.search(
        r"^\| extra \|.*?\n\n", (ROOT / "docs" / "python.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
    )
    assert listed is not None
    assert set(re.findall(r"^\| `(\w+)`", listed[0], re.MULTILINE)) == PROJECT["optional-dependencies"].keys() - {
        "dev",
        "docs",
        "train",
        "peers",
    }


@pytest.mark.parametrize("drawing", sorted((ROOT / "docs" / "img").glob("*.svg")), ids=lambda path: path.name)
def test_modules_that_a_drawing_names_are_there(drawing: Path) -> None:
    rooms = ("", "copydesk", "copydesk/cleaning", "producers")
    for word in re.findall(r"\b([a-z_]+/[a-z_]+)\b", re.sub(r"<[^>]*>", " ", drawing.read_text(encoding="utf-8"))):
        assert any((ROOT / room / f"{word}{end}").exists() for room in rooms for end in ("", ".py")), word


def test_the_threads_that_the_feed_run_shows_are_the_programs() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for folder in ("copydesk/app", "producers")
        for path in (ROOT / folder).rglob("*.py")
    )
    for name in re.findall(r'name="(copydesk-[a-z]+)"', code):
        assert name in page or name in (ROOT / "docs" / "img" / "feed-run.svg").read_text(encoding="utf-8"), name
    for name in re.findall(r'thread_name_prefix="([a-z-]+)"', code):
        assert f"`{name}`" in page, name
    for name in re.findall(r'_begin\("([a-z]+)"', code):
        assert f"`copydesk-{name}`" in page, name
