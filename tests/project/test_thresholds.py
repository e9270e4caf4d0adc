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
    "not_article/page_type.py": {"TENTHS"},  # the unit that weights are stored in
}
"""Numbers that decide nothing, by module."""
PLAIN = {0, 1, 2}
"""What counts, doubles and halves, and decides nothing by itself in most places."""
WITHIN = {
    "lexicon/tokens.py": {128, 256},  # characters of ASCII, and of a byte
    "lines/datelines.py": {12, 100, 2000},  # months, hours, and years of two digits
    "lines/person_names.py": {3},  # letters of `the`
    "main_text/class_name_features.py": {3},  # measures of a name
    "main_text/weighing.py": {1e-9},  # so that nothing is divided by zero
    "metadata/clock_zones.py": {3, 10},  # March and October
    "metadata/dates.py": {16},  # characters of day and time as they are written
    "not_article/reasons.py": {80},  # characters of a text that are quoted
    "recurring_counts.py": {6, 8, 12},  # bytes and digits of short names for articles and texts
    "site_rules.py": {4},  # bytes of a version's name
}
"""Numbers within functions that no data could set otherwise, by module."""


def _modules() -> list[Path]:
    return [path for path in sorted(CLEANING.rglob("*.py")) if THRESHOLDS not in path.parents]


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
    assert own == {(module, name) for module, names in STRUCTURE.items() for name in names}


def _numbers_within(path: Path) -> Iterator[float]:
    """Yield the numbers in the functions of a module, but for those that tell only how something is written.

    Those are the place of an item, decimals to round to, and code points or bits, which stand in hexadecimal digits.
    """
    text = path.read_text(encoding="utf-8")
    for function in ast.walk(ast.parse(text)):
        if isinstance(function, ast.FunctionDef | ast.Lambda):
            body = function.body if isinstance(function.body, list) else [function.body]
            nodes = [node for statement in body for node in ast.walk(statement)]
            written = {id(node.slice) for node in nodes if isinstance(node, ast.Subscript)}
            for node in nodes:
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "round":
                    written |= set(map(id, node.args[1:]))
            for node in nodes:
                if not isinstance(node, ast.Constant) or not _is_numeric(node) or id(node) in written:
                    continue
                if not (ast.get_source_segment(text, node) or "").startswith("0x"):
                    yield node.value


def test_no_function_has_a_number_of_its_own() -> None:
    own: dict[str, set[float]] = {}
    for path in _modules():
        if numbers := set(_numbers_within(path)) - PLAIN:
            own[path.relative_to(CLEANING).as_posix()] = numbers
    assert own == WITHIN


def test_numbers_within_functions_are_seen(tmp_path: Path) -> None:
    module = tmp_path / "module.py"
    module.write_text(
        "def f(x):\n    y = x[3][4:5] * 6 if 7 < x <= -8 else round(x, 9)\n"
        "    return [z for z in range(10) if z & 0xFF and z > .5] + g(y, key=lambda n: n + 11)\n"
    )
    assert set(_numbers_within(module)) == {4, 5, 6, 7, 8, 10, 0.5, 11}


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
