"""Choose the engines that the settings name: the one place that does."""

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from functools import cache
from pathlib import Path

import typer

from copydesk.cli.extras import require_extra
from copydesk.consumers.lost_index import cure, lost_index, was_indexed
from copydesk.errors import IndexMissing, LostIndex, Unavailable
from copydesk.index_port import Index, Notes
from copydesk.log_port import Log
from copydesk.pipeline import TOPICS
from copydesk.settings import Settings, load


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


def open_index(settings: Settings, *, reading: bool = False, even_lost: bool = False) -> Index:
    """Open the index the settings name; the embedded one is created when missing. `reading` as for `open_log`.

    Raises LostIndex where the embedded one was filled and is gone or empty now, unless `even_lost`: then its status
    tells.
    """
    if settings.index:
        require_extra("elasticsearch", "an index on Elasticsearch (COPYDESK_INDEX)")
        from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex

        return ElasticsearchIndex.from_settings(settings)
    from copydesk.adapters.sqlite_index.index import SqliteIndex

    nowhere = reading and nothing_yet(settings)
    index = SqliteIndex(_empty(settings) / "index.sqlite3" if nowhere else settings.index_file)
    if not even_lost and not nowhere:
        _refuse_lost(settings, index)
    if not even_lost or nowhere:
        index.setup()
    return index


@contextmanager
def notes_for_dashboards(settings: Settings) -> Iterator[Notes | None]:
    """Open what Kibana shows beside the articles; None where there is no Elasticsearch."""
    if not settings.index:
        yield None
        return
    require_extra("elasticsearch", "an index on Elasticsearch (COPYDESK_INDEX)")
    from copydesk.adapters.elasticsearch_index.notes import ElasticsearchNotes

    notes = ElasticsearchNotes.from_settings(settings)
    try:
        yield notes
    finally:
        notes.close()


def _refuse_lost(settings: Settings, index: Index) -> None:
    if index.status().documents or not (settings.log or settings.log_file.exists()):
        return  # the usual case costs no look at the log
    with closing(open_log(settings)) as log:
        if lost := lost_index(log, index.status()):
            raise LostIndex(lost)


def in_full(error: IndexMissing) -> IndexMissing | LostIndex:
    """Return the error to show for a missing index: the log says whether it is a lost one."""
    with closing(open_log(load(), reading=True)) as log, suppress(Unavailable):
        return LostIndex(cure(log, error)) if was_indexed(log) else error
    return error


@contextmanager
def engines(settings: Settings, *, reading: bool = False) -> Iterator[tuple[Log, Index]]:
    """Open both ports, and close them at the end. Where one of them is a server, the other may have nothing yet.

    Raises LostIndex, unless for `reading`: what is said about the log is as true then.
    """
    even_lost, reading = reading, reading and not (settings.log or settings.index)
    with (
        closing(open_log(settings, reading=reading)) as log,
        closing(open_index(settings, reading=reading, even_lost=True)) as index,
    ):
        lost = ""
        with suppress(Unavailable):  # what does not answer is waited for, or told
            lost = lost_index(log, index.status())
        if lost and not even_lost:
            raise LostIndex(lost)
        if not lost and not settings.index:
            index.setup()
        yield log, index
