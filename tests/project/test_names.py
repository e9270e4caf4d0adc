"""One word per idea: no public name stands in two modules, and no module opens with anything but a verb."""

import ast
from collections import defaultdict
from pathlib import Path

import pytest

from copydesk.cli.app import COMMANDS, assembled
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


def commands() -> dict[str, set[str]]:
    """The functions that are commands, by module: they are called as the command is."""
    found: dict[str, set[str]] = defaultdict(set)
    whole = assembled(COMMANDS)
    for app in (whole, *(group.typer_instance for group in whole.registered_groups)):
        for command in app.registered_commands:
            assert command.callback is not None
            found[command.callback.__module__].add(command.callback.__name__)
    return found


def test_a_public_name_stands_in_one_module() -> None:
    where: dict[str, list[str]] = defaultdict(list)
    of_commands = commands()
    for module, path in MODULES.items():
        for name in public_names(path) - of_commands[module]:
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
