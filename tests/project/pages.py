"""Read the documents as data: their fenced blocks, and what they name in code spans."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.places import ROOT

PAGES = [
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
]
_FENCE = re.compile(r"^```(\w*)(?: title=\"([^\"]+)\")?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")


class Block(NamedTuple):
    """A fenced block: its language, the file that it is to be written to, its text, and the line it begins in."""

    language: str
    title: str
    text: str
    line: int


class Shown(NamedTuple):
    """A command of a console block with the output that the page shows, empty where it shows none."""

    command: str
    output: str


def name(page: Path) -> str:
    """Name a page by its path in the project."""
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    """List the fenced blocks of a page in order."""
    text = page.read_text(encoding="utf-8")
    return [Block(m[1], m[2] or "", m[3], text.count("\n", 0, m.start()) + 1) for m in _FENCE.finditer(text)]


def outside(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def spans(page: Path) -> list[str]:
    """List the code spans of a page."""
    return _SPAN.findall(outside(page))


def commands(block: Block) -> list[Shown]:
    """List the commands of a console block; a line without `$` is output."""
    found: list[Shown] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append(Shown(line[2:], ""))
        else:
            assert found, f"line {block.line}: output before any command"
            found[-1] = found[-1]._replace(output=found[-1].output + line + "\n")
    return found


def all_commands() -> Iterator[tuple[str, str]]:
    """Yield (page, command) for every command that a console block shows."""
    for page in PAGES:
        for block in blocks(page):
            if block.language == "console":
                yield from ((name(page), shown.command) for shown in commands(block))


def same(shown: str, came: str) -> bool:
    """Whether output is what a page shows, where `…` stands for anything: in a line, or by itself for lines.

    White space at line ends, blank lines around it, durations and clock times do not count.
    """
    pattern = ""
    for line in _plain(shown).splitlines():
        if line.strip() == "…":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += ".*?".join(map(re.escape, line.split("…"))) + r"\n"
    return re.fullmatch(pattern, _plain(came)) is not None


def _plain(text: str) -> str:
    text = re.sub(r"\b\d+\.\d s\b", "N s", text)
    text = re.sub(r"\b(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d", r"\1 TIME", text)
    return "".join(f"{line.rstrip()}\n" for line in text.strip("\n ").splitlines())


def words(command: str) -> list[str]:
    """Split a command as a shell does; comments go."""
    return shlex.split(command, comments=True)
