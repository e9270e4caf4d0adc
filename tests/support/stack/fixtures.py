"""The real servers as fixtures: started when asked for, once per session; skipped with the reason where missing."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

import pytest

from tests.support.stack.artifacts import StackUnavailable
from tests.support.stack.elasticsearch import Elasticsearch
from tests.support.stack.kafka import Broker

T = TypeVar("T")
Server = TypeVar("Server", Broker, Elasticsearch)


def available(make: Callable[[], T]) -> T:
    """What `make` gives; where this machine cannot have it the test is skipped, or fails if the stack is required."""
    try:
        return make()
    except StackUnavailable as reason:
        if os.environ.get("COPYDESK_REQUIRE_STACK") == "1":
            pytest.fail(f"COPYDESK_REQUIRE_STACK=1, but {reason}", pytrace=False)
        pytest.skip(str(reason))


@contextmanager
def running(server: Server) -> Iterator[Server]:
    """The server while it runs; afterwards nothing is left of it."""
    try:
        available(server.launch)
        yield server
    finally:
        server.remove()


@pytest.fixture(scope="session")
def kafka_broker() -> Iterator[Broker]:
    """A running broker that the whole session shares: do not stop it, freeze it or change its settings."""
    with running(Broker()) as broker:
        yield broker


@pytest.fixture(scope="session")
def kafka_url(request: pytest.FixtureRequest) -> str:
    """The URL of a broker without a password: COPYDESK_TEST_KAFKA if set, else the session's own."""
    given = os.environ.get("COPYDESK_TEST_KAFKA")
    if given:
        return given if "://" in given else f"kafka://{given}"
    broker: Broker = request.getfixturevalue("kafka_broker")
    return broker.url


@pytest.fixture
def own_broker() -> Iterator[Broker]:
    """A running broker of the test's own, to be killed and frozen at will."""
    with running(Broker()) as broker:
        yield broker


@pytest.fixture(scope="session")
def elasticsearch_server() -> Iterator[Elasticsearch]:
    """A running Elasticsearch that the whole session shares: do not stop it, freeze it or change cluster settings."""
    with running(Elasticsearch()) as server:
        yield server


@pytest.fixture(scope="session")
def elasticsearch_url(request: pytest.FixtureRequest) -> str:
    """The URL, with user and password, of COPYDESK_TEST_ELASTICSEARCH if set, else of the session's own server."""
    given = os.environ.get("COPYDESK_TEST_ELASTICSEARCH")
    if given:
        return given
    server: Elasticsearch = request.getfixturevalue("elasticsearch_server")
    return server.url()


@pytest.fixture
def own_elasticsearch() -> Iterator[Elasticsearch]:
    """A running Elasticsearch of the test's own, to be killed and frozen at will."""
    with running(Elasticsearch()) as server:
        yield server
