"""An article's changes are its source's: what was cleaned otherwise is none."""

import msgspec

from copydesk.events import CleanArticle, Removed
from copydesk.history.follow import followed
from copydesk.identity import content_hash
from tests.contracts.index_samples import article

STORY = ("The ferry sails at nine, the office said.", "Nobody was there.")
PLEA = "Write to the harbour office before Friday."


def revision(number: int, *paragraphs: str, cut: str = "") -> CleanArticle:
    removed = (Removed(text=cut, kind="other", why="Cut by a correction", position=9, confidence=0.9),) if cut else ()
    one = article(*paragraphs, title="Ferry", revision=number)
    return msgspec.structs.replace(one, content_hash=content_hash("Ferry", *paragraphs), removed=removed)


def test_a_paragraph_that_a_correction_cuts_is_no_change_of_the_article() -> None:
    before = revision(1, *STORY, PLEA)
    assert followed(before, revision(2, *STORY, cut=PLEA)).changes is None
    assert followed(revision(2, *STORY, cut=PLEA), revision(3, *STORY, PLEA)).changes is None


def test_a_paragraph_that_the_source_removes_is_one() -> None:
    found = followed(revision(1, *STORY, PLEA), revision(2, *STORY)).changes
    assert found is not None
    assert (found.count, found.classes) == (1, ("removed",))
