"""The layers hold: who imports whom, who owns which library, what is pure; and each rule has met something."""

import ast
import re
import sys
from graphlib import CycleError, TopologicalSorter

import pytest

from tests.project.layers import FORBIDDEN, IMPURE, LAYERS, LIBRARIES, PURE, arrows, imports, modules, room_of

MODULES = modules()
ARROWS = arrows()
PACKAGES = {module for module, path in MODULES.items() if path.name == "__init__.py"}


@pytest.mark.parametrize("name", LAYERS)
def test_a_room_has_modules(name: str) -> None:
    for prefix in LAYERS[name].holds:
        assert any(module == prefix or module.startswith(f"{prefix}.") for module in MODULES), prefix
    assert name in {room_of(module) for module in MODULES}


@pytest.mark.parametrize("name", LAYERS)
def test_a_room_imports_what_it_may_and_nothing_else(name: str) -> None:
    wrong = [arrow for arrow in ARROWS if arrow[0] == name and arrow[1] not in LAYERS[name].may_import]
    assert not wrong


@pytest.mark.parametrize("name", LAYERS)
def test_what_a_room_may_import_it_does(name: str) -> None:
    assert set(LAYERS[name].may_import) == {to for of, to, _, _ in ARROWS if of == name}


def test_no_cycle_between_rooms() -> None:
    try:
        TopologicalSorter({name: room.may_import for name, room in LAYERS.items()}).prepare()
    except CycleError as error:
        pytest.fail(f"{error.args[1]}")


def test_no_cycle_between_modules() -> None:
    graph = {module: _imported(module) for module in MODULES}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        pytest.fail(f"{error.args[1]}")


def _imported(module: str) -> set[str]:
    """The modules that one imports; a package where a name of its own is taken, not where a module in it is."""
    names = {name for name in imports(MODULES[module]) if name in MODULES and name not in {module, "copydesk"}}
    return {name for name in names if name not in PACKAGES or not any(each.startswith(f"{name}.") for each in names)}


@pytest.mark.parametrize("library", LIBRARIES)
def test_a_library_is_imported_by_its_owner_alone(library: str) -> None:
    users = {module for module, path in MODULES.items() if library in {name.split(".")[0] for name in imports(path)}}
    assert users
    assert all(f"{module}.".startswith(f"{LIBRARIES[library]}.") for module in users)


@pytest.mark.parametrize("library", FORBIDDEN)
def test_nobody_imports(library: str) -> None:
    assert not [m for m, path in MODULES.items() if library in {name.split(".")[0] for name in imports(path)}]


@pytest.mark.parametrize("room", PURE)
def test_pure_rooms_have_no_input_output_or_clock(room: str) -> None:
    inside = {module: path for module, path in MODULES.items() if room_of(module) == room}
    assert inside
    assert not {(module, name) for module, path in inside.items() for name in imports(path) if name in IMPURE}


def test_what_is_called_impure_is_of_the_standard_library() -> None:
    assert {name.split(".")[0] for name in IMPURE} <= sys.stdlib_module_names


def test_only_settings_reads_the_environment() -> None:
    reads = re.compile(r"os\.environ|os\.getenv|\bgetenv\(")
    users = {module for module, path in MODULES.items() if reads.search(path.read_text(encoding="utf-8"))}
    assert users == {"copydesk.settings"}


def test_every_module_opens_with_a_sentence() -> None:
    assert not [m for m, path in MODULES.items() if not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))]
