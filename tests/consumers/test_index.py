"""What the index stage lets in: events whose id and revision can be ours."""

import time

import msgspec
import pytest

from copydesk.consumers.clean import clean_event
from copydesk.consumers.index import IndexWriter
from copydesk.consumers.recurring_header import EMPTY_HEADER, add_header
from copydesk.errors import IndexMissing, IndexUnavailable
from copydesk.events import CleanArticle, encode
from copydesk.index_port import Verdict
from copydesk.runtime.outcome import Outcome
from tests.contracts.index_samples import article
from tests.support.documents import raw_event

NOW = int(time.time() * 1000)
DAY = 24 * 3600 * 1000
TEXT = "The harbour council voted on Tuesday to close the old pier for good, the mayor said.\n\n" * 4


class Shelf:
    """An index that keeps what it is given, or is not there."""

    def __init__(self, missing: bool = False) -> None:
        self.kept: list[str] = []
        self.missing = missing

    def upsert(self, articles: list[CleanArticle], *_: object) -> list[Verdict]:
        if self.missing:
            raise IndexMissing("there is no index")
        self.kept += [each.id for each in articles]
        return [Verdict("stored")] * len(articles)


def written(shelf: Shelf, one: CleanArticle) -> Outcome:
    writer = IndexWriter(shelf)  # type: ignore[arg-type]
    writer.submit(1, one.source, encode(one))
    ((_, outcome),) = writer.completed(0.0)
    return outcome


@pytest.mark.parametrize("odd", ["../../etc", "", "a" * 31, "a" * 33, "A" * 32, "g" * 32, "٣" * 32, "a" * 32 + "\n"])
def test_an_id_that_is_none_enters_neither_stage(odd: str) -> None:
    shelf = Shelf()
    raw = encode(raw_event(odd, TEXT, source="a.example"))
    for outcome in (written(shelf, article(id=odd)), clean_event(add_header(EMPTY_HEADER, raw))):
        assert outcome.status == "refused"
        assert outcome.reason.startswith("The event's `id` must be 32 hex digits, not ")
    assert shelf.kept == []


def test_a_revision_of_the_far_future_enters_neither_stage() -> None:
    shelf = Shelf()
    for revision, status in ((NOW + DAY - 60_000, "done"), (NOW + DAY + 3_600_000, "refused"), (1 << 62, "refused")):
        raw = encode(raw_event("a" * 32, TEXT, source="a.example", revision=revision))
        one = msgspec.structs.replace(article(), revision=revision)
        assert [written(shelf, one).status, clean_event(add_header(EMPTY_HEADER, raw)).status] == [status] * 2
    assert len(shelf.kept) == 1


def test_what_to_do_about_a_missing_index_is_said_by_who_knows_the_log() -> None:
    writer = IndexWriter(Shelf(missing=True), cure=lambda error: f"{error.fact}: run this")  # type: ignore[arg-type]
    writer.submit(1, "a.example", encode(article()))
    for _ in range(2):
        with pytest.raises(IndexUnavailable, match=r"^there is no index: run this$"):
            writer.completed(0.0)
    assert writer.pending == 1
