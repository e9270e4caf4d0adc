"""The engines that the log contract runs on, by name. To add one: a factory here, nothing in the suite."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from copydesk.adapters.kafka_log.log import KafkaLog, Timeouts
from copydesk.adapters.kafka_log.topics import TopicPlan
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Log
from tests.support.fakes import MemoryLog
from tests.support.memory_log_server import served
from tests.support.stack.kafka import delete_topics


@dataclass(frozen=True)
class LogEngine:
    """A log to be tested, and what to expect of its speed. Times are in seconds.

    `connect` opens a client of the log that is independent of all others; it can be pickled, so that another process
    can open one too. `max_message` is the size in bytes that key, headers and value of one message must not exceed
    together. Topics that tests set up get at least two partitions.
    """

    connect: Callable[[], Log]
    max_message: int
    patience: float
    """The longest that anything may take that should happen at once: a test that waits longer fails."""
    lease: float
    """How long a reader that does not poll keeps its partitions, at least."""
    takeover: float
    """The longest until the partitions of a dead or stopped reader have passed on."""
    examples: int
    """How many examples a hypothesis test of the contract may try."""
    wide: Callable[[], Log] | None = None
    """As `connect`, but topics that it sets up get eight partitions, where the engine can do that."""

    def fresh(self, name: str) -> str:
        """Return a topic or group name that no other test uses: the log may be shared, long-lived and full."""
        return f"{name}.{uuid.uuid4().hex[:12]}"


@contextmanager
def memory(_: pytest.FixtureRequest, _folder: Path) -> Iterator[LogEngine]:
    """Make the log in memory that tests of producers rest on; other processes reach it through a socket."""
    limit, lease = 1 << 20, 3.0
    with served(MemoryLog(limit=limit, session=lease)) as connect:
        yield LogEngine(connect, max_message=limit, patience=120.0, lease=lease, takeover=120.0, examples=25)


@contextmanager
def sqlite(_: pytest.FixtureRequest, folder: Path) -> Iterator[LogEngine]:
    """Make the embedded log, a new file, with short leases."""
    limit, lease = 1 << 20, 3.0
    connect = partial(SqliteLog, folder / "log.sqlite3", partitions=4, max_message=limit, lease=lease)
    wide = partial(connect, partitions=8)
    yield LogEngine(connect, max_message=limit, patience=120.0, lease=lease, takeover=120.0, examples=25, wide=wide)


@contextmanager
def kafka(request: pytest.FixtureRequest, _: Path) -> Iterator[LogEngine]:
    """Use a real broker, with the shortest sessions that it allows."""
    url, prefix, limit, lease = request.getfixturevalue("kafka_url"), f"contract-{uuid.uuid4().hex}.", 1 << 20, 6.0
    connect = partial(
        KafkaLog,
        url,
        prefix=prefix,
        plan=TopicPlan(4, max_message_bytes=limit),
        timeouts=Timeouts(session=lease, max_poll_interval=lease),
    )
    try:
        wide = partial(connect, plan=TopicPlan(8, max_message_bytes=limit))
        yield LogEngine(connect, max_message=limit, patience=120.0, lease=lease, takeover=120.0, examples=4, wide=wide)
    finally:
        delete_topics(url, prefix)


Factory = Callable[[pytest.FixtureRequest, Path], AbstractContextManager[LogEngine]]
ENGINES = [
    pytest.param(memory, id="memory"),
    pytest.param(sqlite, id="sqlite"),
    pytest.param(kafka, id="kafka", marks=pytest.mark.stack),
]
"""Factories take the request, for fixtures such as servers, and an empty folder; each is used once per test module."""
