"""Choose the engines that the settings name: the one place that does."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import typer

from copydesk.cli.extras import require_extra
from copydesk.pipeline import TOPICS
from copydesk.ports import Index, Log
from copydesk.settings import Settings


def nothing_yet(settings: Settings) -> str | None:
    """Say that the data folder holds neither a log nor an index, and the way out; None when it holds one."""
    if settings.log_file.exists() or settings.index_file.exists():
        return None
    return (
        f"nothing has been run here yet: {settings.data.absolute()} holds no articles. Fill it with: copydesk run "
        "PATH, such as copydesk run seeds/; or name the folder that holds them: COPYDESK_DATA"
    )


def _empty(settings: Settings) -> Path:
    return Path(_nowhere(nothing_yet(settings) or "").name)


@cache
def _nowhere(words: str) -> "tempfile.TemporaryDirectory[str]":
    """Make a folder that is gone when the process ends; the words are said once."""
    typer.echo(f"copydesk: {words}", err=True)
    return tempfile.TemporaryDirectory(prefix="copydesk-empty-")


def open_log(settings: Settings, *, reading: bool = False) -> Log:
    """Open the log the settings name; on the embedded engine its topics are created when missing.

    With `reading` no folder is made for it: where nothing has been run yet, that is said, and the log is an empty one.
    """
    if settings.log:
        require_extra("kafka", "a log on Kafka (COPYDESK_LOG)")
        from copydesk.adapters.kafka_log.log import KafkaLog

        return KafkaLog.from_settings(settings)
    from copydesk.adapters.sqlite_log.log import SqliteLog

    file = _empty(settings) / "log.sqlite3" if reading and nothing_yet(settings) else settings.log_file
    log = SqliteLog(file, partitions=settings.partitions, retention_days=settings.retention_days)
    log.setup(TOPICS)
    return log


def open_index(settings: Settings, *, reading: bool = False) -> Index:
    """Open the index the settings name; the embedded one is created when missing. `reading` as for `open_log`."""
    if settings.index:
        require_extra("elasticsearch", "an index on Elasticsearch (COPYDESK_INDEX)")
        from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex

        return ElasticsearchIndex.from_settings(settings)
    from copydesk.adapters.sqlite_index.index import SqliteIndex

    index = SqliteIndex(
        _empty(settings) / "index.sqlite3" if reading and nothing_yet(settings) else settings.index_file
    )
    index.setup()
    return index


@contextmanager
def engines(settings: Settings, *, reading: bool = False) -> Iterator[tuple[Log, Index]]:
    """Open both ports, and close them at the end. Where one of them is a server, the other may have nothing yet."""
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
