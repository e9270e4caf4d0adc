"""Engines of the test's own: an embedded log, an Elasticsearch index and a proxy before its server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from tests.support.elasticsearch_place import Place
from tests.support.sqlite_logs import TOPICS
from tests.support.stack.elasticsearch import Elasticsearch, forget
from tests.support.stack.proxy import Proxy


@pytest.fixture
def place(elasticsearch_server: Elasticsearch) -> Iterator[Place]:
    there = Place(elasticsearch_server)
    yield there
    for each in there.opened:
        each.close()
    forget(elasticsearch_server.url("admin"), there.prefix)


@pytest.fixture
def index(place: Place) -> ElasticsearchIndex:
    made = place.index()
    made.setup()
    return made


@pytest.fixture
def proxy(elasticsearch_server: Elasticsearch) -> Iterator[Proxy]:
    between = Proxy(elasticsearch_server.port)
    yield between
    between.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where an embedded log is."""
    return tmp_path / "log.sqlite3"


@pytest.fixture
def log(path: Path) -> Iterator[SqliteLog]:
    """An embedded log of four partitions."""
    log = SqliteLog(path, partitions=4)
    log.setup(TOPICS)
    yield log
    log.close()
