"""A desk that is served on a free port of this machine, over an embedded log and index or others, for tests to ask."""

import json
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import httpx

from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.adapters.uvicorn_server import listen, served
from copydesk.answers.clean_again import clean_behind_header
from copydesk.answers.reclean_runs import RecleanRuns
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.pipeline import TOPICS
from copydesk.runtime.outcome import Outcome
from copydesk.server.app import make_app
from copydesk.server.cleaning_queue import CleaningQueue
from copydesk.server.desk import Desk, EditableLists, FetchPage
from copydesk.server.guard import Policy
from copydesk.server.pipeline_watch import watching

OPEN = Policy()
clean_here = partial(clean_behind_header, rules={}, refuse=frozenset())


class InTurn:
    """An executor that does its work when it is asked for the outcomes."""

    def __init__(self, function: Callable[[bytes], Outcome]) -> None:
        self.function = function
        self.waiting: deque[tuple[Hashable, bytes]] = deque()

    @property
    def pending(self) -> int:
        return len(self.waiting)

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:
        self.waiting.append((ticket, value))

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:
        ticket, value = self.waiting.popleft()
        return [(ticket, self.function(value))]

    def close(self) -> None:
        self.waiting.clear()


@dataclass
class ServedDesk:
    """What is served, its address, and a client that asks it as a program does."""

    folder: Path
    log: Log
    index: Index
    url: str
    client: httpx.Client

    def api(self, path: str, **parameters: Any) -> Any:
        """The answer of the API to a question that it must answer."""
        answer = self.client.get(f"/api/v1/{path}", params=parameters or None)
        assert answer.status_code == 200, answer.text
        return json.loads(answer.content)

    def page(self, path: str) -> str:
        """A page that must be there."""
        answer = self.client.get(path)
        assert answer.status_code == 200, answer.text
        return answer.text


@contextmanager
def desk_on(
    folder: Path,
    policy: Policy = OPEN,
    fetch_page: FetchPage | None = None,
    feeds: EditableLists | None = None,
) -> Iterator[ServedDesk]:
    """Serve a desk over a log and an index in a folder."""
    log, index = SqliteLog(folder / "log.sqlite3"), SqliteIndex(folder / "index.sqlite3")
    try:
        with desk_over(log, index, folder, policy, fetch_page, feeds) as desk:
            yield desk
    finally:
        index.close()
        log.close()


@contextmanager
def desk_over(
    log: Log,
    index: Index,
    folder: Path,
    policy: Policy = OPEN,
    fetch_page: FetchPage | None = None,
    feeds: EditableLists | None = None,
) -> Iterator[ServedDesk]:
    """Serve a desk over engines that are open; they are set up, and left open."""
    log.setup(TOPICS)
    index.setup()
    cleaning, recleaning = CleaningQueue(InTurn(clean_here)), RecleanRuns(log, index)
    desk = Desk(log, index, cleaning, recleaning, fetch_page, feeds)
    try:
        with listen("127.0.0.1", 0) as listener:
            url = f"http://127.0.0.1:{listener.getsockname()[1]}"
            with (
                served(make_app(desk, policy), listener),
                watching(desk.watch, log, index),
                httpx.Client(base_url=url, timeout=60.0) as client,
            ):
                yield ServedDesk(folder, log, index, url, client)
    finally:
        recleaning.close()
        cleaning.close()
