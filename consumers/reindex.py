"""Build the index anew from `articles.clean` while ingestion and searching go on, then let the new one take over."""

import logging
import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from functools import partial
from itertools import islice
from typing import NamedTuple, ParamSpec, TypeVar

from copydesk.consumers.index import INDEX_BATCH, IndexWriter
from copydesk.errors import CopydeskError, StorageError, Unavailable
from copydesk.events import CleanArticle
from copydesk.index_port import Rebuild, Rebuildable
from copydesk.log_port import Log, Record
from copydesk.pipeline import CLEAN, INDEX_STAGE
from copydesk.runtime.outcome import Outcome
from copydesk.runtime.worker import FIRST_RETRY_WAIT, LONGEST_RETRY_WAIT, Worker

GROUPS = "reindex-"
"""How the consumer group of a rebuild is named, with the rebuild's id behind it."""

logger = logging.getLogger("copydesk.reindex")
_P = ParamSpec("_P")
T = TypeVar("T")
_STOP_SEEN_WITHIN = 0.2
_POLLS_TO_SHARE = 4


class Rebuilt(NamedTuple):
    """Count the events by outcome: stored, superseded by a higher revision of the same article, dead letters."""

    stored: int
    superseded: int
    dead: int


def reindex(
    log: Log,
    index: Rebuildable,
    stop: threading.Event,
    on_outcome: Callable[[Record, Outcome], None] | None = None,
    on_stored: Callable[[CleanArticle], None] | None = None,
    on_carried: Callable[[CleanArticle], None] | None = None,
    workers: int = 1,
) -> Rebuilt | None:
    """Fill a new index with every event the log has and put it in the place of the live one; None when stopped.

    So many `workers` share the partitions, each a thread; the callbacks are called by one of them at a time.

    All events of the log are in the new index before it is written by others, and those that came meanwhile before it
    is searched: every event is in the log before the index stage writes it. What the log no longer holds, as its time
    of retention is over, is carried over from the live index. Waits for log and index for as long as it takes. Raises
    ConfigError, StorageError; the live index is as it was then, unless the new one has taken over.
    """
    build = _patiently(index.rebuild, stop)
    if build is None:
        return None
    _forget_groups(log)  # of rebuilds that were killed: retention would keep for ever what they had not read
    told = threading.Lock()
    writers = [IndexWriter(build, _one_at_a_time(told, on_stored)) for _ in range(workers)]
    on_read = _one_at_a_time(told, on_outcome)
    taken_over = False
    try:
        for turn in (build.take_writes, partial(_finish, build, on_carried)):
            _catch_up(log, build.id, writers, stop, on_read)
            if stop.is_set() or not _patiently(partial(_done, turn), stop):
                return None
        taken_over = True
    finally:
        for writer in writers:
            writer.close()
        if not taken_over:
            build.abandon()
        _forget_groups(log)
    outcomes = ("stored", "stale", "refused")
    return Rebuilt(*(sum(writer.verdicts[each] for writer in writers) for each in outcomes))


def _finish(build: Rebuild, on_carried: Callable[[CleanArticle], None] | None) -> None:
    """Carry over what only the live index holds, then let searches go to the new one. Can be called again."""
    lacking = build.lacking()
    while batch := list(islice(lacking, INDEX_BATCH)):
        for article, verdict in zip(batch, build.upsert(batch), strict=True):
            if verdict.outcome == "refused":  # it would be lost: it is no dead letter, as it came from no event
                raise StorageError(
                    f"the log no longer holds the article {article.id}, and the new index refuses it "
                    f"({verdict.reason}): the index stays as it was"
                )
            if on_carried is not None and verdict.outcome == "stored":
                on_carried(article)
    build.take_searches()


def _catch_up(
    log: Log,
    build_id: str,
    writers: Sequence[IndexWriter],
    stop: threading.Event,
    on_outcome: Callable[[Record, Outcome], None] | None,
) -> None:
    """Write what the log has and this rebuild has not read yet, until there is nothing left or `stop` is set."""
    to_the_end, ending = threading.Event(), threading.Event()
    to_the_end.set()
    polls = dict.fromkeys(range(len(writers)), 0)

    def all_have_joined(number: int) -> bool:
        """Whether the partitions are shared out: who came first would read those of the others too, for nothing."""
        polls[number] += 1
        return len(writers) == 1 or min(polls.values()) >= _POLLS_TO_SHARE

    def work(number: int, writer: IndexWriter) -> None:
        worker = Worker(INDEX_STAGE, log, writer, on_outcome=on_outcome, group=f"{GROUPS}{build_id}")
        try:
            worker.run(ending, to_the_end, partial(all_have_joined, number))
        except BaseException:
            ending.set()  # the others need not go on
            raise

    with ThreadPoolExecutor(len(writers), thread_name_prefix="reindex") as threads:
        left = done = {threads.submit(work, number, writer) for number, writer in enumerate(writers)}
        while left:
            left = wait(left, _STOP_SEEN_WITHIN).not_done
            if stop.is_set():
                ending.set()
    for future in done:
        future.result()


def _one_at_a_time(told: threading.Lock, tell: Callable[_P, None] | None) -> Callable[_P, None] | None:
    """Return the callback for several threads, one of which calls it at a time."""
    if tell is None:
        return None

    def tell_alone(*told_of: _P.args, **more: _P.kwargs) -> None:
        with told:
            tell(*told_of, **more)

    return tell_alone


def _forget_groups(log: Log) -> None:
    """Remove what rebuilds have committed. Try a few times, since a reader may take a moment to leave."""
    for pause in (0.1, 0.5, 2.0, 0.0):
        try:
            known = {group for each in log.status() if each.partition.topic == CLEAN for group in each.committed}
            for group in known:
                if group.startswith(GROUPS):
                    log.forget_group(CLEAN, group)
            return
        except Unavailable as error:
            problem: CopydeskError = error
            time.sleep(pause)
        except StorageError:
            return  # who rebuilds meets it too, and says it once
        except CopydeskError as error:
            problem = error
            break
    logger.warning("the consumer groups of rebuilds stay in the log: %s", problem)


def _done(step: Callable[[], None]) -> bool:
    step()
    return True


def _patiently(step: Callable[[], T], stop: threading.Event) -> T | None:
    """Return what the step gives, tried again with growing waits while the index does not answer; None when stopped."""
    pause = FIRST_RETRY_WAIT
    while not stop.is_set():
        try:
            return step()
        except Unavailable as error:
            logger.warning("reindex waits and tries again: %s", error)
            stop.wait(pause)
            pause = min(pause * 2, LONGEST_RETRY_WAIT)
    return None
