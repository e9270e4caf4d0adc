"""What people decided on a text counts before what the model, word lists, site rules and memory think."""

import msgspec
import pytest

from copydesk.cleaning.article import clean_article, clean_blocks
from copydesk.cleaning.corrections import CORRECTED, KEPT_WHY, Corrections
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.cleaning.report import in_order
from copydesk.cleaning.site_rules import SiteRules
from copydesk.events import CleanArticle, RawArticle
from tests.support.documents import raw_event

STORY = [
    "The harbour board voted on Tuesday to dredge the northern channel before the winter storms arrive.",
    "Two members opposed the plan, saying that the money was needed for the breakwater instead.",
    "The work is to begin in October and will close the fish quay for three weeks, the board said.",
]
APPEAL = "Please support our independent journalism with a donation today."
HEAD = "Harbour board votes to dredge"
CORRECTED_TEXTS = Corrections(keep=frozenset([text_hash(APPEAL)]), cut=frozenset([text_hash(STORY[1])]))


def document(content_type: str) -> RawArticle:
    lines = [HEAD, *STORY, APPEAL]
    text = "\n\n".join(lines)
    if content_type == "text/html":
        body = "".join(f"<p>{line}</p>" for line in lines[1:])
        text = f"<html><head><title>{HEAD}</title></head><body><article><h1>{HEAD}</h1>{body}</article></body></html>"
    return msgspec.structs.replace(raw_event("a" * 32, text, source="pier.example"), content_type=content_type)


def cleaned(raw: RawArticle, corrections: Corrections, **others: object) -> CleanArticle:
    found = clean_article(raw, corrections=corrections, **others)  # type: ignore[arg-type]
    assert isinstance(found, CleanArticle), found
    return found


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_a_correction_outranks_what_the_cleaner_thinks(content_type: str) -> None:
    before = cleaned(document(content_type), Corrections())
    assert APPEAL not in before.paragraphs
    assert STORY[1] in before.paragraphs
    after = cleaned(document(content_type), CORRECTED_TEXTS)
    assert after.paragraphs == (STORY[0], STORY[2], APPEAL)
    [piece] = [each for each in after.removed if each.text == STORY[1]]
    assert (piece.kind, piece.evidence) == ("other", CORRECTED)
    assert "correction" in piece.why
    assert "person" in piece.why
    assert after.furniture_version != before.furniture_version


@pytest.mark.parametrize("content_type", ["text/plain", "text/html"])
def test_it_outranks_site_rules_and_memory(content_type: str) -> None:
    rules = {"pier.example": SiteRules("pier", ("pier.example",), drop_text=(APPEAL[:20],), keep_text=(STORY[1][:20],))}
    recurring = {text_hash(APPEAL): "Stands in all articles", text_hash(STORY[0]): "Stands in all articles"}
    found = cleaned(document(content_type), CORRECTED_TEXTS, rules=rules, furniture=recurring)
    assert APPEAL in found.paragraphs
    assert STORY[1] not in found.paragraphs


def test_a_text_with_other_numbers_is_the_same_text() -> None:
    corrections = Corrections(cut=frozenset([text_hash("Photo 12 of 40")]))
    raw = raw_event("b" * 32, "\n\n".join([HEAD, *STORY, "photo 3  of 7"]), source="pier.example")
    found = cleaned(raw, corrections)
    assert [each.evidence for each in found.removed if each.text == "photo 3 of 7"] == [CORRECTED]


def test_the_report_names_the_correction_as_the_reason() -> None:
    found = clean_blocks(document("text/plain"), corrections=CORRECTED_TEXTS)
    assert isinstance(found, Cleaned)
    shown = {block.text: block.why for block in in_order(found, CORRECTED_TEXTS)}
    assert shown[APPEAL] == KEPT_WHY
    assert "correction" in shown[STORY[1]]
    assert shown[STORY[0]] == ""


def test_where_all_is_cut_by_corrections_nothing_is_left_to_be_an_article() -> None:
    every = Corrections(cut=frozenset(map(text_hash, [*STORY, APPEAL])))
    for content_type in ("text/plain", "text/html"):
        assert not clean_article(document(content_type), corrections=every)


def test_every_piece_stays_kept_or_removed() -> None:
    for content_type in ("text/plain", "text/html"):
        before, after = cleaned(document(content_type), Corrections()), cleaned(document(content_type), CORRECTED_TEXTS)
        texts = [sorted([*each.paragraphs, *(cut.text for cut in each.removed)]) for each in (before, after)]
        assert texts[0] == texts[1]
