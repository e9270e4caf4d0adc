"""Read articles from files and directories and publish them; reading them again changes nothing.

Paths become files (`paths`), files become lines (`byte_reader`) or what their kind holds (`kinds`), those become rows
(`rows`), and rows become events in batches (`publisher`). How far each file was read and what was published is
remembered in the log (`ledger`), so that the next run goes on where this one stopped or was killed (`resume`).
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from threading import Event

from copydesk.errors import ConfigError, InputError
from copydesk.log_port import Log
from copydesk.pipeline import SEEDS_STATE
from copydesk.producers.outbox import Outbox, Stopped
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.field_names import FieldNames
from copydesk.producers.seeds.files import FilesReader
from copydesk.producers.seeds.ledger import Ledger
from copydesk.producers.seeds.options import SeedOptions
from copydesk.producers.seeds.paths import SeedFile, check_paths, search
from copydesk.producers.seeds.publisher import SeedPublisher
from copydesk.producers.seeds.rows import name_of_source, usable_url

__all__ = ["SeedCounts", "check_paths", "produce"]


def _now() -> datetime:
    return datetime.now(UTC)


def produce(  # noqa: PLR0913 - what a command may say
    paths: Sequence[Path],
    log: Log,
    *,
    source: str | None = None,
    names: FieldNames | None = None,
    url: str | None = None,
    source_from_folder: bool = False,
    stop: Event | None = None,
    clock: Callable[[], datetime] = _now,
    room: Callable[[], bool] | None = None,
    counts: SeedCounts | None = None,
) -> SeedCounts:
    """Publish articles to `articles.raw`, listed URLs to `links`, and what is neither to `articles.dead`.

    Returns when all of it is acknowledged, or soon after `stop` is set; what was not acknowledged then is read again
    by the next run. `source` names articles that have no URL; with `source_from_folder` the folder does that a file
    stands in. `names` are fields by the keys that rows have for them, `url` is the address of the one document. `clock`
    gives instants in UTC. `room` says whether more
    may be published now. `counts` is filled in on the way, for another thread to watch, and returned; its `waiting`
    says when the log does not answer, which is waited out. Raises InputError, before anything is read, for paths that
    do not exist, for a `url` that is none or is of several documents, and ConfigError for an unusable `source`.
    """
    check_paths(paths)
    if url is not None:
        _check_url(url, paths)
    try:
        source = name_of_source(source, "--source") if source else None
    except ValueError as error:
        raise ConfigError(str(error)) from None
    counts = counts if counts is not None else SeedCounts()
    counts.bytes_total = sum(found.size for found in search(paths) if isinstance(found, SeedFile) and found.kind)
    stop = stop or Event()
    options = SeedOptions(source, names or {}, url, source_from_folder, paths)

    def waiting(words: str) -> None:
        counts.waiting = words

    outbox = Outbox(log, stop, room, waiting, "seeds")
    try:
        ledger = outbox.retry_until_answered(lambda: Ledger(log.table(SEEDS_STATE), clock))
        FilesReader(SeedPublisher(outbox, ledger, counts, clock, options), counts, stop).read(search(paths))
    except Stopped:
        counts.waiting = ""
    return counts


def _check_url(url: str, paths: Sequence[Path]) -> None:
    if not usable_url(url):
        raise InputError(f"--url must be an http or https address, not {url[:200]!r}")
    if len(paths) != 1 or paths[0].is_dir():
        raise InputError("--url is the address of one document: name that file alone")
