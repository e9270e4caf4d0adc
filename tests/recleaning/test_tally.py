"""Counts add up, the articles that change most are kept, and the page shows both without trusting any text."""

from typing import Any

import msgspec

from copydesk.events import CleanArticle, Refused
from copydesk.recleaning.page import passed_line, recleaning_page
from copydesk.recleaning.tally import MOST_EXAMPLES, Tally, tally_document
from copydesk.recleaning.verdict import compare_answers
from tests.contracts.index_samples import appeal, article

EVIL = "<script>alert(1)</script> & so on"


def added(tally: Tally, before: CleanArticle | None, after: CleanArticle | Refused) -> None:
    tally.add(before, after, compare_answers(before, after))


def pair(number: int, **fields: Any) -> tuple[CleanArticle, CleanArticle]:
    """An article whose last paragraph of `number` words is cut now."""
    tail = " ".join(["word"] * number)
    was = article("It stays.", tail, **{"source": f"s{number % 3}.example", **fields})
    return was, msgspec.structs.replace(was, paragraphs=("It stays.",), removed=(appeal(tail),))


def test_an_article_is_counted_once_and_each_of_its_changes_for_itself() -> None:
    tally = Tally()
    was, now = pair(3)
    added(tally, was, msgspec.structs.replace(now, title="Another"))
    added(tally, was, was)
    added(tally, was, Refused("The page is a list"))
    added(tally, None, was)
    added(tally, None, Refused("The page is a list"))
    assert (tally.compared, tally.changed, tally.unchanged) == (4, 3, 1)
    assert {name: times for name, times in tally.changes.items() if times} == {
        "text_lost": 1, "metadata_changed": 1, "now_refused": 1, "now_accepted": 1,
    }  # fmt: skip
    assert tally.sources == {
        was.source: {
            "changed": 3, "unchanged": 1, "text_lost": 1, "metadata_changed": 1, "now_refused": 1, "now_accepted": 1,
        }
    }  # fmt: skip
    assert (tally.kinds["donation_appeal"].cut, tally.kinds["donation_appeal"].kept) == (1, 0)
    assert tally.fields == {"title": 1}
    assert tally.reasons == {"The page is a list": 1}
    assert tally.passed == {"still_refused": 1}


def test_those_that_change_most_are_kept_the_most_first() -> None:
    tally = Tally()
    for number in (5, 80, 1, *range(10, 60)):
        added(tally, *pair(number))
    lost = [each.comparison.lost for each in tally.most_changed]
    assert len(lost) == MOST_EXAMPLES
    assert lost == sorted((4 * number for number in (80, *range(59, 40, -1))), reverse=True)


def test_a_document_lists_the_sources_that_change_most_first_and_no_blocks() -> None:
    tally = Tally()
    added(tally, *pair(4))
    for _ in range(2):
        added(tally, *pair(2))
    document = tally_document(tally)
    assert list(document.sources) == ["s2.example", "s1.example"]
    assert b"before" not in msgspec.json.encode(document)
    assert tally.most_changed[0].before


def test_a_tally_comes_back_as_it_was_saved() -> None:
    tally = Tally()
    added(tally, *pair(4))
    tally.passed_over("older")
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(tally), type=Tally) == tally


def test_the_page_shows_both_sides_and_escapes_everything() -> None:
    tally = Tally()
    was, now = pair(4, title=EVIL)
    added(tally, was, msgspec.structs.replace(now, title=EVIL))
    added(tally, was, Refused(EVIL))
    page = recleaning_page(tally, EVIL)
    assert "<script" not in page
    assert page.count("&lt;script&gt;") >= 4
    for words in ("1 blocks as they were", "word word word word", "donation_appeal", "refused today", "s1.example"):
        assert words in page
    assert 'class="cut"' in page


def test_what_is_passed_over_is_told_in_words() -> None:
    assert passed_line({}) == ""
    assert (
        passed_line({"older": 1200, "waiting": 2}) == "Other events: 1,200 of older revisions, 2 not in the index yet."
    )
