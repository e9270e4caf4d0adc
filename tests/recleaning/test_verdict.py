"""What changes of an article is told apart: text that comes and goes, metadata, and whether it is one at all."""

from typing import Any

import pytest

from copydesk.events import CleanArticle, Refused
from copydesk.recleaning.verdict import AnswerComparison, compare_answers
from tests.contracts.index_samples import NOON, appeal, article

STORY = ("The ferry sails again on Monday.", "The harbour office said so.", "Tickets cost more than before.")


def story(*paragraphs: str, **fields: Any) -> CleanArticle:
    return article(*(paragraphs or STORY), **{"id": "a" * 32, **fields})


def test_what_a_version_says_of_itself_is_no_change() -> None:
    again = story(
        cleaner_version="99+abc", furniture_version="f" * 12, confidence=0.5, edition=3, content_hash="1" * 32,
        provenance={"title": "json-ld"}, indexed_at=NOON,
    )  # fmt: skip
    assert compare_answers(story(), again) == AnswerComparison()


def test_a_paragraph_that_goes_is_text_lost_and_its_kind_is_told() -> None:
    now = story(*STORY[:2], removed=(appeal(STORY[2]),), removed_kinds=("donation_appeal",))
    found = compare_answers(story(), now)
    assert found == AnswerComparison(("text_lost",), lost=25, cut=("donation_appeal",))
    back = compare_answers(now, story())
    assert back == AnswerComparison(("text_gained",), gained=25, kept=("donation_appeal",))


def test_words_within_a_paragraph_count_for_themselves() -> None:
    found = compare_answers(story(), story("Reuters. " + STORY[0], STORY[1], STORY[2].removesuffix(" than before.")))
    assert found.changes == ("text_gained", "text_lost")
    assert (found.gained, found.lost) == (len("Reuters"), len("thanbefore"))


def test_characters_are_counted_where_no_spaces_are() -> None:
    assert compare_answers(story("港口委员会投票", "旧码头"), story("港口委员会投票")).lost == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [("title", "Another"), ("authors", ("A. Writer",)), ("published_at", NOON), ("language", "de"), ("tags", ("x",)),
     ("section", "World"), ("paywalled", True), ("page_type", "forum"), ("feed", "main")],
)  # fmt: skip
def test_metadata_that_changes_is_named(field: str, value: object) -> None:
    assert compare_answers(story(), story(**{field: value})) == AnswerComparison(("metadata_changed",), fields=(field,))


def test_the_same_words_in_other_paragraphs_are_no_text_gained() -> None:
    found = compare_answers(story(), story(STORY[0] + " " + STORY[1], STORY[2]))
    assert found == AnswerComparison(("metadata_changed",), fields=("paragraphs",))


def test_the_same_pieces_called_otherwise_are_told() -> None:
    was = story(removed=(appeal("Give."),), removed_kinds=("other",))
    now = story(removed=(appeal("Give."),), removed_kinds=("donation_appeal",))
    assert compare_answers(was, now) == AnswerComparison(("metadata_changed",), fields=("removed_kinds",))


def test_an_article_refused_now_and_one_accepted_now() -> None:
    refused = Refused("The page is a list")
    assert compare_answers(story(), refused).changes == ("now_refused",)
    assert compare_answers(story(), refused).reason == "The page is a list"
    assert compare_answers(None, story()).changes == ("now_accepted",)
    assert compare_answers(None, refused).changes == ()
