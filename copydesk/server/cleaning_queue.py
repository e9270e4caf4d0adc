"""Clean documents for requests in a pool of processes, each with its deadline and memory limit."""

import asyncio
import contextlib
import itertools
import queue
import threading
from collections.abc import Hashable
from concurrent.futures import Future, InvalidStateError

from copydesk.answers.clean_again import OF_NO_SOURCE, behind_header
from copydesk.api import clean_answer
from copydesk.errors import Unavailable
from copydesk.events import CleanArticle, RawArticle, Refused
from copydesk.runtime.outcome import Executor, Outcome

_MOST_WAITING = 64
_LOOK_EVERY = 0.02


class CleaningQueue:
    """Give documents to an executor from any task, and the answers back; a thread of its own owns the executor.

    The executor's function is `clean_behind_header`.
    """

    def __init__(self, executor: Executor) -> None:
        self._executor = executor
        self._given: queue.Queue[tuple[bytes, Future[Outcome]] | None] = queue.Queue(_MOST_WAITING)
        self._thread = threading.Thread(target=self._run, name="copydesk-cleaning", daemon=True)
        self._thread.start()

    async def clean(self, raw: RawArticle, header: bytes = OF_NO_SOURCE) -> CleanArticle | Refused:
        """Clean one article, by itself or with what the header knows of its source; raises Unavailable when too many
        wait already.
        """
        answer: Future[Outcome] = Future()
        try:
            self._given.put_nowait((behind_header(header, raw), answer))
        except queue.Full:
            raise Unavailable("too many documents wait to be cleaned; try again in a few seconds") from None
        return clean_answer(await asyncio.wrap_future(answer))

    def warm(self, raw: RawArticle) -> None:
        """Have a process started by a document whose answer nobody waits for."""
        self._given.put_nowait((behind_header(OF_NO_SOURCE, raw), Future()))

    def close(self) -> None:
        """End the thread and its processes. Never raises."""
        with contextlib.suppress(queue.Full):
            self._given.put(None, timeout=1.0)
        self._thread.join(timeout=5.0)

    def _run(self) -> None:
        waiting: dict[Hashable, Future[Outcome]] = {}
        tickets = itertools.count()
        try:
            while True:
                with contextlib.suppress(queue.Empty):
                    item = self._given.get(block=not waiting)
                    if item is None:
                        return
                    ticket = next(tickets)
                    waiting[ticket] = item[1]
                    self._executor.submit(ticket, "", item[0])
                    continue
                for done, outcome in self._executor.completed(_LOOK_EVERY):
                    with contextlib.suppress(InvalidStateError):  # whoever asked has gone
                        waiting.pop(done).set_result(outcome)
        finally:
            self._executor.close()
            for answer in waiting.values():
                answer.cancel()
