"""The design holds: who imports whom, who owns which library, schemas equal to the records, one place per setting."""

import ast
import re
from pathlib import Path

import pytest

from copydesk.events import BY_TYPE
from scripts.write_schemas import documents

ROOT = Path(__file__).parent.parent
FILES = sorted(
    path for folder in ("copydesk", "producers", "consumers", "schemas") for path in (ROOT / folder).rglob("*.py")
)
OWNED = {"kafka", "elasticsearch", "elastic_transport", "apsw", "sqlite3", "httpx", "aiohttp", "crc32c"}
IMPURE = {"os", "socket", "time", "random", "subprocess", "urllib.request", "threading", "logging", "pathlib"}


def imports(path: Path) -> set[str]:
    """Every module a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the arrows"
            found |= {node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def place(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_only_adapters_import_the_libraries_they_are_named_for() -> None:
    for path in FILES:
        if not place(path).startswith("copydesk/adapters/"):
            wrong = {name for name in imports(path) if name.split(".")[0] in OWNED}
            assert not wrong, f"{place(path)} imports {wrong}"


def test_the_text_folder_is_pure() -> None:
    for path in FILES:
        if place(path).startswith("copydesk/text/"):
            wrong = {
                name
                for name in imports(path)
                if name in IMPURE
                or name.startswith(("producers", "consumers", "copydesk.adapters", "copydesk.cli", "copydesk.settings"))
            }
            assert not wrong, f"{place(path)} imports {wrong}"


def test_producers_and_consumers_are_handed_their_ports() -> None:
    for path in FILES:
        if place(path).startswith(("producers/", "consumers/")):
            wrong = {name for name in imports(path) if name.startswith(("copydesk.adapters", "copydesk.cli"))}
            assert not wrong, f"{place(path)} imports {wrong}"


def test_adapters_know_the_ports_and_nothing_downstream() -> None:
    for path in FILES:
        if place(path).startswith("copydesk/adapters/"):
            wrong = {
                name
                for name in imports(path)
                if name.startswith(("producers", "consumers", "copydesk.cli", "copydesk.worker", "copydesk.run"))
            }
            assert not wrong, f"{place(path)} imports {wrong}"


def test_only_settings_reads_the_environment() -> None:
    for path in FILES:
        if path.name != "settings.py":
            assert not re.search(r"os\.environ|os\.getenv|\bgetenv\(", path.read_text(encoding="utf-8")), place(path)


def test_every_module_opens_with_a_sentence() -> None:
    for path in FILES:
        assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))), place(path)


@pytest.mark.parametrize("path", documents(), ids=lambda path: path.name)
def test_the_schemas_equal_the_records(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "run `make schemas`"


def test_there_is_a_schema_for_every_event() -> None:
    assert len(documents()) == len(BY_TYPE)
