"""Preview what rules, or a correction that is not recorded yet, would change of one source: its newest articles anew.

The newest articles are looked up in the index, and what came in as each is read by its place, so the log is not
searched. They are cleaned and compared as cleaning the past again does.
"""

import threading
import time
from collections.abc import Iterator
from functools import partial
from typing import NamedTuple

from msgspec import UNSET, Struct

from copydesk.answers.letters import read_letters, with_what_became
from copydesk.answers.stored import placed_record
from copydesk.cleaning.corrections import Corrections
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.consumers.clean import CLEANING_PRELOAD, clean_event
from copydesk.consumers.reclean import RecleanWork, count_answer
from copydesk.consumers.recurring_header import add_header
from copydesk.consumers.source_corrections import CorrectionTable
from copydesk.consumers.standing_memory import StandingMemory
from copydesk.events import CleanArticle, Decision
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.pipeline import CLEAN_STAGE
from copydesk.recleaning.tally import Tally
from copydesk.recleaning.verdict import AnswerComparison
from copydesk.runtime.in_order import answers_in_order
from copydesk.runtime.outcome import Outcome
from copydesk.search.query import Query

NEWEST_PREVIEWED, PREVIEW_SECONDS = 500, 20.0
"""The articles of a source that are looked at, and after how long no more are."""
_LETTERS, _LOOKED_UP = 100, 50
_UNTOUCHED = Outcome("done")


class TextDecision(NamedTuple):
    """Hold a decision on a text, by its hash, that is not recorded; None takes one back."""

    hashed: str
    decision: Decision | None

    def touches(self, article: CleanArticle) -> bool:
        """Whether the text stands in the article otherwise than decided; with one taken back, whether at all."""
        kept = article.paragraphs if self.decision != "keep" else ()
        cut = [piece.text for piece in article.removed] if self.decision != "cut" else []
        return any(text_hash(text) == self.hashed for text in (*kept, *cut))


class SourcePreview(Struct, frozen=True):
    """Tell what would change: `changed` of the newest `compared` articles, of the `articles` that the source has.

    `accepted` were refused and would be articles. Of `gone`, what came in has left the log. `tally` counts and shows.
    """

    source: str
    articles: int
    compared: int
    changed: int
    accepted: int
    gone: int
    tally: Tally

    @property
    def words(self) -> str:
        """Return it as a sentence without its beginning: `would change 14 of 230 articles of marlow.example`."""
        of = f"{self.compared:,}" if self.compared >= self.articles else f"the newest {self.compared:,}"
        more = "" if self.compared + self.gone >= self.articles else f" ({self.articles:,} in all)"
        plural = "" if self.compared == 1 else "s"
        accepted = f", and accept {self.accepted:,} that {'was' if self.accepted == 1 else 'were'} refused"
        gone = f"; what came in as {self.gone:,} more has left the log" if self.gone else ""
        told = f"would change {self.changed:,} of {of} article{plural} of {self.source}{more}"
        return f"{told}{accepted if self.accepted else ''}{gone}"


class _Item(NamedTuple):
    """Hold an event to clean, b"" for one that the decision does not touch, and the article that stands of it."""

    event: bytes
    before: CleanArticle | None


def preview_source(
    log: Log,
    index: Index,
    work: RecleanWork,
    decided: TextDecision | None = None,
    stop: threading.Event | None = None,
) -> SourcePreview:
    """Clean the newest articles of `work.source` anew, with its rules, and with a decision as if it were recorded.

    With a decision, articles that it does not touch are counted as they stand. Raises Unavailable.
    """
    source, stop = work.source or "", stop or threading.Event()
    memory = StandingMemory(log, {source: _with(log, source, decided)} if decided else None)
    found = index.search(Query(source=source, sort="newest", limit=NEWEST_PREVIEWED, removed=True))
    tally, gone, until = Tally(), [0], time.monotonic() + PREVIEW_SECONDS

    def items() -> Iterator[_Item]:
        for hit in found.hits:
            if decided and not decided.touches(hit.article):
                yield _Item(b"", hit.article)
                continue
            if stop.is_set() or time.monotonic() > until:
                return
            record = placed_record(log, index, hit.article)
            if record is None:
                gone[0] += 1
            else:
                yield _Item(record.value or b"", hit.article)
        if decided is None or decided.decision != "cut":
            yield from (_Item(event, None) for event in _refused_events(log, index, source))

    def payload(item: _Item) -> bytes | Outcome:
        return add_header(memory.header(source), item.event) if item.event else _UNTOUCHED

    function = partial(clean_event, rules=work.rules, refuse=work.refuse)
    answers = answers_in_order(items(), function, work.workers, payload=payload, preload=CLEANING_PRELOAD)
    try:
        for item, outcome in answers:
            if item.event:
                count_answer(tally, item.before, outcome)
            elif item.before is not None:
                tally.add(item.before, item.before, AnswerComparison())
            if stop.is_set() or time.monotonic() > until:
                break
    finally:
        answers.close()
    accepted = tally.changes["now_accepted"]
    return SourcePreview(
        source, found.total, tally.compared - accepted, tally.changed - accepted, accepted, gone[0], tally
    )


def _with(log: Log, source: str, decided: TextDecision) -> Corrections:
    return CorrectionTable(log).of(source).with_decision(*decided)


def _refused_events(log: Log, index: Index, source: str) -> list[bytes]:
    """Return the newest raw articles of the source that the cleaning refused, and that did not go through since."""
    letters = [
        each
        for each in read_letters(log)
        if each.letter.source == source and each.letter.stage == CLEAN_STAGE.name and each.letter.class_ == "refused"
    ][-_LETTERS:]
    known = with_what_became(letters, log, index)
    return [bytes(each.letter.event) for each in known if each.state == "open" and each.letter.event is not UNSET]
