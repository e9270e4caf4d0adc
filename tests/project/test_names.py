"""One word per idea: no public name stands in two modules, and no module opens with anything but a verb."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from tests.project.layers import modules

MODULES = modules()
SHARED = {"app", "logger", "main", "T"}
"""What may stand in several modules: a command group, a logger, a program's beginning, a type variable."""

NO_VERBS = """
    a an and all any anything as at both by each every everything for from how if in instants it its many names no
    nothing of on one others our runs several some that the their there these they this those three to two turns
    what whatever when where which who whose why with words
""".split()  # noqa: SIM905 - read as a text
"""Words that an opening sentence does not begin with."""


def public_names(path: Path) -> set[str]:
    """The public classes, functions and constants that a module defines."""
    found: set[str] = set()
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {name.id for target in node.targets for name in ast.walk(target) if isinstance(name, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            found.add(node.target.id)
    return {name for name in found if not name.startswith("_")} - SHARED


def commands(path: Path) -> set[str]:
    """The functions of a module of the command line: they are called as the command is."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_a_public_name_stands_in_one_module() -> None:
    where: dict[str, list[str]] = defaultdict(list)
    for module, path in MODULES.items():
        of_commands = commands(path) if module.startswith("copydesk.cli.") else set()
        for name in public_names(path) - of_commands:
            where[name].append(module)
    assert len(where) > 500
    assert not {name: found for name, found in where.items() if len(found) > 1}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_opens_with_a_verb(module: str) -> None:
    opening = ast.get_docstring(ast.parse(MODULES[module].read_text(encoding="utf-8"))) or ""
    first = opening.split()[0].strip("`:,.").lower()
    assert first not in NO_VERBS
    assert not first.endswith("ing"), "name what it does: `Read …`, not `Reading …`"
    assert opening.split("\n\n")[0].rstrip().endswith(".")
