"""Hold what the handlers of the API and the pages work on."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

from litestar.di import NamedDependency

from copydesk.answers.reclean_runs import RecleanRuns
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.producers.feeds.feed_list import Source
from copydesk.server.cleaning_queue import CleaningQueue
from copydesk.server.pipeline_watch import PipelineWatch
from copydesk.web.fetcher import Fetched

FindFeed = Callable[[str, str | None], Awaitable[tuple[Source, str]]]
"""Finds the feed at an address and how to call it; gives what a list takes in, and why not, empty where it may be.

Raises FetchFailed.
"""
FetchPage = Callable[[str], Awaitable[Fetched]]
"""Fetches one page by the safe fetcher; raises FetchFailed."""


@dataclass(frozen=True)
class EditableLists:
    """Hold the lists of feeds that the pages show and change.

    `to_edit` gives a list that may be changed, and raises InputError for one that may not; `find` is None where the
    packages that fetch are not installed.
    """

    files: tuple[Path, ...]
    to_edit: Callable[[Path], Path]
    find: FindFeed | None = None


@dataclass(frozen=True)
class Desk:
    """Hold the ports, what cleans documents and the past, and the key that the desk's own forms carry.

    `watch` knows what the pipeline has done lately. `fetch_page` is None where the packages that fetch are not
    installed, `feeds` where there is no list of feeds.
    """

    log: Log
    index: Index
    cleaning: CleaningQueue
    recleaning: RecleanRuns
    fetch_page: FetchPage | None = None
    feeds: EditableLists | None = None
    watch: PipelineWatch = field(default_factory=PipelineWatch)
    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)


TheDesk = NamedDependency[Desk]
"""The desk, as a handler takes it."""
