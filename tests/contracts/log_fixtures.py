"""Fixtures of the log contract."""

from collections.abc import Iterator

import pytest

from copydesk.log_port import Log
from tests.contracts.log_engines import ENGINES, Factory, LogEngine
from tests.contracts.log_helpers import LogUnderTest


@pytest.fixture(scope="module", params=ENGINES)
def log_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[LogEngine]:
    """One log for a module's tests; each keeps to topics and groups of its own."""
    factory: Factory = request.param
    with factory(request, tmp_path_factory.mktemp("log")) as engine:
        yield engine


@pytest.fixture(scope="module")
def log(log_engine: LogEngine) -> Iterator[Log]:
    """Open a client that a module's tests share."""
    client = log_engine.connect()
    yield client
    client.close()


@pytest.fixture
def tested(log_engine: LogEngine, log: Log) -> Iterator[LogUnderTest]:
    """Hand out the log, and close at the end what the test opens of it."""
    tested = LogUnderTest(log_engine, log)
    yield tested
    tested.close()
