"""Settings to ports: the one place that chooses an engine."""

from collections.abc import Iterator
from contextlib import contextmanager

from copydesk.errors import NotFound
from copydesk.pipeline import TOPICS
from copydesk.ports import Index, Log
from copydesk.settings import Settings


def nothing_yet(settings: Settings) -> str | None:
    """That the data folder holds neither a log nor an index, and the way out, in words; None when it holds one."""
    if settings.log_file.exists() or settings.index_file.exists():
        return None
    return (
        f"nothing has been run here yet: {settings.data.absolute()} holds no articles. Fill it with: copydesk run "
        "PATH, such as copydesk run seeds/; or name the folder that holds them: COPYDESK_DATA"
    )


def open_log(settings: Settings, *, reading: bool = False) -> Log:
    """The log the settings name; on the embedded engine its topics are created when missing.

    With `reading` no folder is made for it: raises NotFound where nothing has been run yet.
    """
    if settings.log:
        from copydesk.adapters.kafka_log import KafkaLog

        return KafkaLog.from_settings(settings)
    if reading and (words := nothing_yet(settings)):
        raise NotFound(words)
    from copydesk.adapters.sqlite_log import SqliteLog

    log = SqliteLog(settings.log_file, partitions=settings.partitions, retention_days=settings.retention_days)
    log.setup(TOPICS)
    return log


def open_index(settings: Settings, *, reading: bool = False) -> Index:
    """The index the settings name; the embedded one is created when missing. `reading` as for `open_log`."""
    if settings.index:
        from copydesk.adapters.elasticsearch_index import ElasticsearchIndex

        return ElasticsearchIndex.from_settings(settings)
    if reading and (words := nothing_yet(settings)):
        raise NotFound(words)
    from copydesk.adapters.sqlite_index import SqliteIndex

    index = SqliteIndex(settings.index_file)
    index.setup()
    return index


@contextmanager
def engines(settings: Settings, *, reading: bool = False) -> Iterator[tuple[Log, Index]]:
    """Both ports, closed at the end. Where one of them is a server, the other may have nothing yet."""
    reading = reading and not (settings.log or settings.index)
    log = open_log(settings, reading=reading)
    try:
        index = open_index(settings, reading=reading)
        try:
            yield log, index
        finally:
            index.close()
    finally:
        log.close()
