"""An Elasticsearch index of the test's own, and a proxy before its server."""

from collections.abc import Iterator

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from tests.support.elasticsearch_place import Place
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
