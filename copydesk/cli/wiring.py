"""Settings to ports: the one place that chooses an engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from copydesk.pipeline import TOPICS
from copydesk.ports import Index, Log
from copydesk.settings import Settings


def open_log(settings: Settings) -> Log:
    """The log the settings name; on the embedded engine its topics are created when missing."""
    if settings.log:
        from copydesk.adapters.kafka_log import KafkaLog

        return KafkaLog.from_settings(settings)
    from copydesk.adapters.sqlite_log import SqliteLog

    log = SqliteLog(settings.log_file, partitions=settings.partitions, retention_days=settings.retention_days)
    log.setup(TOPICS)
    return log


def open_index(settings: Settings) -> Index:
    """The index the settings name; the embedded one is created when missing."""
    if settings.index:
        from copydesk.adapters.elasticsearch_index import ElasticsearchIndex

        return ElasticsearchIndex.from_settings(settings)
    from copydesk.adapters.sqlite_index import SqliteIndex

    index = SqliteIndex(settings.index_file)
    index.setup()
    return index


@contextmanager
def engines(settings: Settings) -> Iterator[tuple[Log, Index]]:
    """Both ports, closed at the end."""
    log = open_log(settings)
    try:
        index = open_index(settings)
        try:
            yield log, index
        finally:
            index.close()
    finally:
        log.close()
