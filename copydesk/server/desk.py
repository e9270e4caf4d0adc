"""Hold what the handlers of the API and the pages work on."""

import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from litestar.di import NamedDependency

from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.server.cleaning_queue import CleaningQueue
from copydesk.web.fetcher import Fetched

FetchPage = Callable[[str], Awaitable[Fetched]]
"""Fetches one page by the safe fetcher; raises FetchFailed."""


@dataclass(frozen=True)
class Desk:
    """Hold the ports, the processes that clean, and the key that the desk's own forms carry.

    `fetch_page` is None where the packages that fetch are not installed.
    """

    log: Log
    index: Index
    cleaning: CleaningQueue
    fetch_page: FetchPage | None = None
    form_key: str = field(default_factory=lambda: secrets.token_urlsafe(16), repr=False)


TheDesk = NamedDependency[Desk]
"""The desk, as a handler takes it."""
