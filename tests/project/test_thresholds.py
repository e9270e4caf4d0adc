"""Every number of the cleaning that decides something stands in `copydesk/cleaning/thresholds/`, once."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.support.places import ROOT

CLEANING = ROOT / "copydesk/cleaning"
THRESHOLDS = CLEANING / "thresholds"
STRUCTURE = {
    "forest.py": {"LEAVES", "_ROWS_AT_ONCE"},  # bits of a mask, and rows that fit a cache: no answer depends on them
    "main_text/class_name_features.py": {"_CACHED"},  # names remembered
    "lexicon/match.py": {"_MEMO_LIMIT"},
}
"""Numbers that decide nothing, by module."""
TO_COME = ("lexicon", "lines", "metadata")
"""Rooms whose thresholds have not moved yet."""


def _modules() -> list[Path]:
    found = [path for path in sorted(CLEANING.rglob("*.py")) if THRESHOLDS not in path.parents]
    return [path for path in found if path.parent.name not in TO_COME]


def _assigned(path: Path) -> Iterator[tuple[list[str], ast.expr]]:
    """Yield the upper-case names that each statement of a module assigns, with the value."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None:
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            names = [name.id for target in targets for name in ast.walk(target) if isinstance(name, ast.Name)]
            if upper := [name for name in names if name.isupper()]:
                yield upper, node.value


def _is_numeric(value: ast.expr) -> bool:
    """Whether a value is a number, or a tuple, range, dictionary or sum of them: a pattern or a label is none."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float) and not isinstance(value.value, bool)
    if isinstance(value, ast.Tuple | ast.List | ast.Set):
        return any(map(_is_numeric, value.elts))
    if isinstance(value, ast.Dict):
        return any(map(_is_numeric, value.values))
    if isinstance(value, ast.BinOp):
        return _is_numeric(value.left) and _is_numeric(value.right)
    if isinstance(value, ast.UnaryOp):
        return _is_numeric(value.operand)
    return isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id == "range"


def test_no_module_has_a_number_of_its_own() -> None:
    modules = _modules()
    assert len(modules) > 30
    own = {
        (path.relative_to(CLEANING).as_posix(), name)
        for path in modules
        for names, value in _assigned(path)
        if _is_numeric(value)
        for name in names
    }
    assert own == {
        (module, name) for module, names in STRUCTURE.items() for name in names if module.split("/")[0] not in TO_COME
    }


def test_a_threshold_stands_once() -> None:
    where: dict[str, list[str]] = {}
    for path in sorted(THRESHOLDS.glob("*.py")):
        for names, value in _assigned(path):
            assert _is_numeric(value), (path, names)
            for name in names:
                where.setdefault(name, []).append(path.name)
    assert len(where) > 200
    assert not {name: files for name, files in where.items() if len(files) > 1}


def test_every_threshold_is_read() -> None:
    read = {
        alias.name
        for path in CLEANING.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("copydesk.cleaning.thresholds")
        for alias in node.names
    }
    kept = {name for path in THRESHOLDS.glob("*.py") for names, _ in _assigned(path) for name in names}
    assert kept == read
