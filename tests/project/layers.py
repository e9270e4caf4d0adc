"""The layers as data: which part of the code may import which, which library belongs to which adapter, what is pure.

`LAYERS` maps a room to the modules or packages in it and to the rooms it may import. A module belongs to the room with
the longest matching prefix. `docs/architecture.md` is printed from this table; `test_layers.py` holds it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
FOLDERS = ("copydesk", "producers", "consumers", "schemas")


class Room(NamedTuple):
    """What stands in a room (dotted prefixes), and the rooms that it may import besides itself."""

    holds: tuple[str, ...]
    may_import: tuple[str, ...] = ()


CONTRACT = (
    "copydesk", "copydesk.errors", "copydesk.events", "copydesk.identity", "copydesk.pipeline", "copydesk.ports",
    "copydesk.settings",
)  # fmt: skip

LAYERS = {
    "search": Room(("copydesk.search",)),
    "contract": Room(CONTRACT, ("search",)),
    "web": Room(
        ("copydesk.web",),
        ("contract",),
    ),
    "runtime": Room(
        ("copydesk.runtime",),
        ("contract",),
    ),
    "cleaning": Room(("copydesk.cleaning",), ("contract", "web")),
    "sites": Room(("copydesk.sites",), ("contract", "cleaning")),
    "schemas": Room(("copydesk.schemas",)),
    "adapters": Room(("copydesk.adapters",), ("contract", "search", "web")),
    "producers": Room(("copydesk.producers",), ("contract", "runtime", "web", "cleaning")),
    "consumers": Room(("copydesk.consumers",), ("contract", "runtime", "cleaning")),
    "app": Room(
        ("copydesk.app",), ("contract", "runtime", "web", "cleaning", "producers", "consumers")
    ),
    "cli": Room(
        ("copydesk.__main__", "copydesk.cli"),
        (
            "contract", "search", "runtime", "web", "cleaning", "sites", "adapters", "producers", "consumers", "app",
        ),
    ),
}  # fmt: skip

LIBRARIES = {
    "charset_normalizer": "copydesk.web.charset", "idna": "copydesk.web.allowed_addresses",
    "brotli": "copydesk.web.content_encoding",
    "publicsuffixlist": "copydesk.identity", "kafka": "copydesk.adapters", "elasticsearch": "copydesk.adapters",
    "elastic_transport": "copydesk.adapters", "apsw": "copydesk.adapters", "httpx": "copydesk.adapters",
    "httpcore": "copydesk.adapters", "feedparser": "copydesk.producers.feeds.formats.parse",
    "trafilatura": "cleaning", "numpy": "cleaning", "py3langid": "cleaning", "typer": "copydesk.cli",
    "rich": "copydesk.cli",
}  # fmt: skip
"""Libraries and the only room or package that may import each."""

FORBIDDEN = ("sqlite3", "requests", "aiohttp")
"""Libraries that nobody may import: another one does that work here."""

PURE = ("search", "cleaning")
IMPURE = {"os", "socket", "time", "random", "subprocess", "urllib.request", "threading", "logging", "pathlib"}
"""Rooms without input, output, clock or settings, and the modules of the standard library that bring these."""


def modules() -> dict[str, Path]:
    """Every module of the program by its dotted name."""
    return {_dotted(path): path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))}


def _dotted(path: Path) -> str:
    """The import name: the other folders are packages of copydesk as well, though they stand beside it."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return name if name.partition(".")[0] == "copydesk" else f"copydesk.{name}"


def room_of(module: str) -> str:
    """The room with the longest prefix of the module's name; raises LookupError where there is none."""
    held = [(len(prefix), name) for name, room in LAYERS.items() for prefix in room.holds if _within(module, prefix)]
    if not held:
        raise LookupError(f"{module} belongs to no room of LAYERS")
    return max(held)[1]


def _within(module: str, prefix: str) -> bool:
    """Whether a module is the one named or below it; the top package itself holds no others."""
    return module == prefix or (prefix != "copydesk" and module.startswith(f"{prefix}."))


def imports(path: Path) -> Iterator[str]:
    """Every module a file imports, in full, and `module.name` for each name it takes from one."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative imports hide the arrows"
            yield node.module or ""
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def arrows() -> set[tuple[str, str, str, str]]:
    """(room, room it imports, module, module it imports), within the program and between rooms."""
    known, found = modules(), set()
    for module, path in known.items():
        for name in imports(path):
            if name in known and name != "copydesk" and room_of(name) != room_of(module):
                found.add((room_of(module), room_of(name), module, name))
    return found
