"""The engines that a desk stands on, each pair new and of one partition, so that places in two logs can be compared."""

import uuid
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.settings import load
from tests.support.stack.elasticsearch import forget
from tests.support.stack.kafka import delete_topics


@contextmanager
def embedded(_: pytest.FixtureRequest, folder: Path) -> Iterator[tuple[Log, Index]]:
    """Make both engines, new files."""
    with (
        closing(SqliteLog(folder / "log.sqlite3", partitions=1)) as log,
        closing(SqliteIndex(folder / "index.sqlite3")) as index,
    ):
        yield log, index


@contextmanager
def servers(request: pytest.FixtureRequest, _: Path) -> Iterator[tuple[Log, Index]]:
    """Use a real Kafka and Elasticsearch, with topics and an index of our own on them."""
    prefix = f"desk-{uuid.uuid4().hex[:8]}-"
    kafka, elasticsearch = request.getfixturevalue("kafka_url"), request.getfixturevalue("elasticsearch_url")
    environment = {
        "COPYDESK_LOG": kafka, "COPYDESK_KAFKA_PREFIX": prefix, "COPYDESK_PARTITIONS": "1",
        "COPYDESK_INDEX": elasticsearch, "COPYDESK_ELASTICSEARCH_PREFIX": prefix,
    }  # fmt: skip
    settings = load(environment)
    try:
        with (
            closing(KafkaLog.from_settings(settings)) as log,
            closing(ElasticsearchIndex.from_settings(settings)) as index,
        ):
            yield log, index
    finally:
        delete_topics(kafka, prefix)
        forget(elasticsearch, prefix)
