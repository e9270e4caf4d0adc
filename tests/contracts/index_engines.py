"""The engines that the index contract runs on, by name. To add one: a factory here, nothing in the suite."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path
from typing import Protocol

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.index_port import Index
from tests.support.stack.elasticsearch import forget
from tests.support.stack.elasticsearch import request as ask


class Engine(Protocol):
    """One index that a whole module shares; each call opens another client of it, closed at the end."""

    def __call__(self) -> Index: ...


@contextmanager
def sqlite(_: pytest.FixtureRequest, folder: Path) -> Iterator[Engine]:
    """Make the embedded index, a new file."""
    with ExitStack() as stack:

        def client() -> Index:
            index = SqliteIndex(folder / "index.sqlite3")
            stack.callback(index.close)
            index.setup()
            return index

        yield client


@contextmanager
def elasticsearch(request: pytest.FixtureRequest, _: Path) -> Iterator[Engine]:
    """Use a real Elasticsearch, with aliases and an index of our own on it."""
    url, prefix = request.getfixturevalue("elasticsearch_url"), f"contract-{uuid.uuid4().hex[:8]}-"
    with ExitStack() as stack:

        def client() -> Index:
            index = ElasticsearchIndex(url, prefix=prefix)
            stack.callback(index.close)
            return index

        client().setup()
        stack.callback(forget, url, prefix)
        ask(url, "PUT", f"/{prefix}articles/_settings", {"index": {"refresh_interval": "50ms"}})  # to wait less
        yield client


Factory = Callable[[pytest.FixtureRequest, Path], AbstractContextManager[Engine]]
ENGINES = [
    pytest.param(sqlite, id="sqlite"),
    pytest.param(elasticsearch, id="elasticsearch", marks=pytest.mark.stack),
]
"""Factories take the request, for fixtures such as servers, and an empty folder. Tests keep to words, ids and sources
of their own, so an index may be shared, long-lived and full of other things."""
