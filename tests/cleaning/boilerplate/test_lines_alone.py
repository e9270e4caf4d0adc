"""Lines that stand alone: what the model of single lines may cut by itself, and which cuts it takes back."""

import numpy as np
import pytest

from copydesk.cleaning.boilerplate.block_signals import Signals, read_signals
from copydesk.cleaning.boilerplate.learned_lines import LEARNED, Learned
from copydesk.cleaning.boilerplate.line_classifier import JudgedLines, lines_kept
from copydesk.cleaning.boilerplate.line_rules import RuleFindings, apply_rules
from copydesk.cleaning.records import Block
from copydesk.events import Kind

SENTENCE, LABEL = Signals(size=9, ends=True), Signals(size=3)


def kept(line: Signals, article: float, listed: bool = True, scores: dict[Kind, float] | None = None) -> bool:
    """Tell whether a lone line stays that is article so likely; with scores, rules cut it."""
    found = RuleFindings([line], [scores or {}], None, [bool(scores)], {}, listed)
    learned = Learned(np.zeros((1, len(LEARNED)), dtype=np.float32), np.array([article], dtype=np.float32))
    return lines_kept(JudgedLines(found, learned, None))[0]


def test_a_short_line_goes_sooner_where_no_list_knows_the_language() -> None:
    assert kept(LABEL, 0.18)
    assert not kept(LABEL, 0.18, listed=False)
    assert kept(LABEL, 0.3, listed=False)


@pytest.mark.parametrize("listed", [True, False])
def test_a_sentence_needs_the_model_to_be_surer(listed: bool) -> None:
    assert kept(SENTENCE, 0.08, listed=listed)
    assert not kept(SENTENCE, 0.03, listed=listed)


def test_the_model_takes_back_what_a_list_cut_unless_it_is_a_clear_case() -> None:
    weak: dict[Kind, float] = {"related_links": 0.6}
    assert kept(LABEL, 0.3, scores=weak)
    assert not kept(LABEL, 0.2, scores=weak)
    assert not kept(SENTENCE, 0.3, scores=weak)
    assert not kept(LABEL, 0.9, scores={"copyright_notice": 0.9})


@pytest.mark.parametrize(("language", "listed"), [("de", True), (None, True), ("hu", False), ("xx", False)])
def test_a_language_is_listed_that_has_words_or_that_nobody_knows(language: str | None, listed: bool) -> None:
    assert apply_rules([Block("Elek Dorka")], language).listed is listed


@pytest.mark.parametrize(
    "text", ["Երկուշաբթի օրը նավահանգիստը փակ էր։", "بندرگاہ پیر کے روز بند رہی۔", "ወደቡ ሰኞ ዕለት ተዘግቶ ነበር።"]
)
def test_sentences_end_in_the_stops_of_their_scripts(text: str) -> None:
    assert read_signals(Block(text), None).ends
