"""The layers as data: which part of the code may import which, which library belongs to which adapter, what is pure.

`LAYERS` maps a room to the modules or packages in it and to the rooms it may import. A module belongs to the room with
the longest matching prefix. `docs/architecture.md` is printed from this table; `test_layers.py` holds it.
"""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.places import ROOT

FOLDERS = ("copydesk", "producers", "consumers", "schemas")


class Room(NamedTuple):
    """What stands in a room (dotted prefixes), and the rooms that it may import besides itself."""

    holds: tuple[str, ...]
    may_import: tuple[str, ...] = ()


_BASE = ("records", "normalise", "language", "forest", "thresholds")
_SHOWN = ("exposition", "lag", "log_lines", "metrics_server", "minute_lines", "otel_spans", "service_watch", "vitals")
"""What brings figures, spans and lines outside; the rest of the package is what those who do the work count with."""
_ENTRIES = (
    "article", "html_page", "scraped_text", "recurring", "recurring_counts", "stored_memory", "site_rules", "report",
)  # fmt: skip

LAYERS = {
    "search": Room(("copydesk.search",)),
    "dates": Room(("copydesk.machine_dates", "copydesk.spelled_dates")),
    "contract": Room(
        (
            "copydesk.errors", "copydesk.events", "copydesk.identity", "copydesk.index_port", "copydesk.log_port",
            "copydesk.message_headers", "copydesk.partition_keys", "copydesk.pipeline", "copydesk.settings",
            "copydesk.tracking",
        ),
        ("search",),
    ),
    "history": Room(("copydesk.history",), ("contract", "search")),
    "web": Room(("copydesk.web",), ("contract", "dates")),
    "figures": Room(("copydesk.telemetry",)),
    "telemetry": Room(tuple(f"copydesk.telemetry.{name}" for name in _SHOWN), ("contract", "figures")),
    "runtime": Room(("copydesk.runtime",), ("contract", "figures")),
    "cleaning.base": Room(tuple(f"copydesk.cleaning.{name}" for name in _BASE), ("contract",)),
    "cleaning.weights": Room(("copydesk.cleaning.weights",)),
    "cleaning.lexicon": Room(("copydesk.cleaning.lexicon",), ("cleaning.base",)),
    "cleaning.page": Room(
        ("copydesk.cleaning.page", "copydesk.cleaning.blocks"), ("contract", "cleaning.base", "cleaning.lexicon")
    ),
    "cleaning.lines": Room(("copydesk.cleaning.lines",), ("dates", "cleaning.base", "cleaning.lexicon")),
    "cleaning.boilerplate": Room(
        ("copydesk.cleaning.boilerplate",),
        ("contract", "cleaning.base", "cleaning.page", "cleaning.lexicon", "cleaning.lines"),
    ),
    "cleaning.not_article": Room(
        ("copydesk.cleaning.not_article",), ("contract", "cleaning.base", "cleaning.page", "cleaning.lexicon")
    ),
    "cleaning.metadata": Room(
        ("copydesk.cleaning.metadata",),
        (
            "contract", "dates", "web", "cleaning.base", "cleaning.page", "cleaning.lexicon", "cleaning.lines",
            "cleaning.not_article",
        ),
    ),
    "cleaning.main_text": Room(
        ("copydesk.cleaning.main_text",),
        (
            "contract", "cleaning.base", "cleaning.page", "cleaning.lexicon", "cleaning.lines",
            "cleaning.boilerplate", "cleaning.metadata", "cleaning.not_article",
        ),
    ),
    "cleaning": Room(
        ("copydesk.cleaning", *(f"copydesk.cleaning.{name}" for name in _ENTRIES)),
        (
            "contract", "dates", "cleaning.base", "cleaning.page", "cleaning.lexicon", "cleaning.lines",
            "cleaning.boilerplate", "cleaning.metadata", "cleaning.not_article", "cleaning.main_text",
        ),
    ),
    "sites": Room(("copydesk.sites",), ("contract", "cleaning")),
    "schemas": Room(("copydesk.schemas",)),
    "adapters": Room(("copydesk.adapters",), ("contract", "dates", "figures", "history", "search", "web")),
    "producers.web": Room(("copydesk.producers.web",), ("contract", "web")),
    "producers.feeds.formats": Room(
        ("copydesk.producers.feeds.formats",),
        ("contract", "dates", "web", "cleaning.base", "cleaning.lexicon", "cleaning.lines", "producers.web"),
    ),
    "producers": Room(("copydesk.producers",), ("contract", "figures", "runtime")),
    "producers.seeds": Room(
        ("copydesk.producers.seeds",),
        (
            "contract", "dates", "web", "cleaning.base", "cleaning.lexicon", "producers", "producers.feeds.formats",
        ),
    ),
    "producers.feeds": Room(
        ("copydesk.producers.feeds",),
        ("contract", "dates", "figures", "runtime", "web", "producers", "producers.web", "producers.feeds.formats"),
    ),
    "producers.pages": Room(
        ("copydesk.producers.pages",), ("contract", "figures", "runtime", "web", "producers", "producers.web")
    ),
    "health": Room(("copydesk.health",), ("contract",)),
    "recleaning": Room(("copydesk.recleaning",), ("contract", "search", "cleaning")),
    "consumers": Room(("copydesk.consumers",), ("contract", "figures", "runtime", "cleaning", "health", "recleaning")),
    "api": Room(
        ("copydesk", "copydesk.api", "copydesk.documents", "copydesk.loaded_models"),
        ("contract", "runtime", "web", "cleaning", "cleaning.base", "cleaning.lexicon", "sites", "producers.seeds"),
    ),
    "answers": Room(
        ("copydesk.answers",),
        (
            "contract", "search", "dates", "history", "web", "runtime", "cleaning", "health", "producers.seeds",
            "producers.feeds", "consumers", "recleaning", "api",
        ),
    ),
    "app": Room(
        ("copydesk.app",),
        ("contract", "runtime", "web", "cleaning", "producers.feeds", "producers.pages", "producers.web", "consumers"),
    ),
    "server": Room(
        ("copydesk.server",),
        ("contract", "search", "web", "runtime", "cleaning", "producers.feeds", "api", "answers", "figures"),
    ),
    "cli": Room(
        ("copydesk.__main__", "copydesk.cli"),
        (
            "contract", "search", "history", "runtime", "web", "cleaning", "cleaning.base", "sites", "adapters", "api",
            "producers.seeds", "producers.feeds", "producers.pages", "producers.web", "consumers", "app", "answers",
            "server", "figures", "telemetry", "recleaning",
        ),
    ),
}  # fmt: skip

LIBRARIES = {
    "apsw": "copydesk.adapters", "backports": "copydesk.web.zstd", "brotli": "copydesk.web.content_encoding",
    "charset_normalizer": "copydesk.web.charset", "elastic_transport": "copydesk.adapters.elasticsearch_index",
    "elasticsearch": "copydesk.adapters.elasticsearch_index",
    "fastwarc": "copydesk.producers.seeds.kinds.warc", "feedparser": "copydesk.producers.feeds.formats",
    "httpcore": "copydesk.adapters.http_fetcher",
    "httpx": "copydesk.adapters", "idna": "copydesk.web.allowed_addresses",
    "jinja2": "copydesk.server.rendering", "kafka": "copydesk.adapters.kafka_log", "litestar": "copydesk.server",
    "lxml": "copydesk.producers.feeds", "markdown_it": "copydesk.producers.seeds.kinds.markdown",
    "numpy": "copydesk.cleaning", "opentelemetry": "copydesk.telemetry.otel_spans",
    "prometheus_client": "copydesk.telemetry.exposition",
    "publicsuffixlist": "copydesk.identity", "py3langid": "copydesk.cleaning.language", "rich": "copydesk.cli",
    "trafilatura": "copydesk.cleaning.main_text.trafilatura_opinion", "typer": "copydesk.cli",
    "uvicorn": "copydesk.adapters.uvicorn_server",
}  # fmt: skip
"""Libraries and the only package that may import each."""

FORBIDDEN = ("sqlite3", "requests", "aiohttp", "courlan")
"""Libraries that nobody may import: another one does that work here, or, as courlan's, we do: ids never change."""

PURE = (
    "search", "dates", "health", "history", "recleaning", *(name for name in LAYERS if name.startswith("cleaning"))
)  # fmt: skip
IMPURE = {"os", "socket", "time", "random", "subprocess", "urllib.request", "threading", "logging", "pathlib"}
"""Rooms without input, output, clock or settings, and the modules of the standard library that bring these."""


def modules() -> dict[str, Path]:
    """Every module of the program by its dotted name."""
    return {_dotted(path): path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py"))}


def _dotted(path: Path) -> str:
    """Return the import name: the other folders are packages of copydesk as well, though they stand beside it."""
    name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
    return name if name.partition(".")[0] == "copydesk" else f"copydesk.{name}"


def room_of(module: str) -> str:
    """Return the room with the longest prefix of the module's name; raises LookupError where there is none."""
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
