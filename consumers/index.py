"""Run the index stage: clean articles into the index, in batches; what the index refuses for good is a dead letter."""

import time
from collections import Counter
from collections.abc import Callable, Hashable

import msgspec

from copydesk.errors import IndexMissing, IndexUnavailable
from copydesk.events import CleanArticle, decode
from copydesk.identity import problem_of_event
from copydesk.index_port import Writable
from copydesk.log_port import EventPlace
from copydesk.runtime.in_flight import Ticket
from copydesk.runtime.outcome import Outcome
from copydesk.telemetry import figures
from copydesk.telemetry.spans import span_listener

INDEX_BATCH = 200


class IndexWriter:
    """Execute the index stage. A batch that the index did not answer for is kept and written again.

    `on_stored` is told of each article that the index took; `cure` says what to do about a missing index.
    """

    def __init__(
        self,
        index: Writable,
        on_stored: Callable[[CleanArticle], None] | None = None,
        cure: Callable[[IndexMissing], str] = str,
    ) -> None:
        self._index = index
        self._on_stored, self._cure = on_stored, cure
        self._waiting: list[tuple[Hashable, CleanArticle, bytes]] = []
        self._unreadable: list[tuple[Hashable, Outcome]] = []
        self.verdicts: Counter[str] = Counter()
        self.removed: Counter[str] = Counter()

    @property
    def pending(self) -> int:
        """Count the articles that are not written yet."""
        return len(self._waiting) + len(self._unreadable)

    def submit(self, ticket: Hashable, key: str, value: bytes) -> None:  # noqa: ARG002 - the port's
        """Take in an article to be written with the next batch."""
        try:
            article = decode(CleanArticle, value)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            self._unreadable.append((ticket, Outcome("failed", reason=f"not a CleanArticle event: {error}")))
            return
        if problem := problem_of_event(article.id, article.revision, time.time_ns() // 1_000_000):
            self._unreadable.append((ticket, Outcome("refused", reason=problem)))
        else:
            self._waiting.append((ticket, article, value))

    def completed(self, timeout: float) -> list[tuple[Hashable, Outcome]]:  # noqa: ARG002 - the port's
        """Write one batch and return what came of its articles. Raises what the index does: call again."""
        done, self._unreadable = self._unreadable, []
        batch = self._waiting[:INDEX_BATCH]
        if batch:
            began, began_ns = time.perf_counter(), time.time_ns()
            try:
                tickets, articles, events = zip(*batch, strict=True)
                verdicts = self._index.upsert(articles, events, [_place(ticket) for ticket in tickets])
            except BaseException as error:
                self._unreadable = done
                if isinstance(error, IndexMissing):
                    raise IndexUnavailable(self._cure(error)) from error
                raise
            del self._waiting[: len(batch)]
            figures.BULK_DOCUMENTS.observe(len(batch))
            figures.BULK_SECONDS.observe(time.perf_counter() - began)
            if listener := span_listener():
                listener.stored([each.traceparent for each in tickets if isinstance(each, Ticket)], began_ns)
            for (ticket, article, _), verdict in zip(batch, verdicts, strict=True):
                self.verdicts[verdict.outcome] += 1
                figures.INDEX_DOCUMENTS.add(1, verdict.outcome)
                if self._on_stored is not None and verdict.outcome == "stored":
                    self._on_stored(article)
                if verdict.outcome == "refused":
                    done.append((ticket, Outcome("failed", reason=f"the index refused it: {verdict.reason}")))
                else:
                    self.removed.update([piece.kind for piece in article.removed])
                    done.append((ticket, Outcome("done")))
        return done

    def close(self) -> None:
        """Drop what is not written."""
        self._waiting.clear()
        self._unreadable.clear()


def _place(ticket: Hashable) -> EventPlace | None:
    """Return where an article's event stands, for what a worker has taken in."""
    return EventPlace(*ticket.partition, ticket.offset) if isinstance(ticket, Ticket) else None
