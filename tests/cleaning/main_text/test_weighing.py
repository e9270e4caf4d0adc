"""What another extractor's verdict does to the model's probabilities, and what F1 these let expect."""

import numpy as np
import pytest

from copydesk.cleaning.main_text.weighing import Weighing

WEIGHING = Weighing(likely=0.5, doubt=0.9, slope=1.0, word=1.0, silence=-2.0)
LIKELY = np.array([0.0, 0.2, 0.5, 0.8, 1.0])


def test_a_word_raises_and_silence_lowers_what_was_looked_at() -> None:
    told, silent = (WEIGHING.weighed(LIKELY, np.full(5, each)) for each in (True, False))
    assert (told[1:4] > LIKELY[1:4]).all()
    assert (silent[1:4] < LIKELY[1:4]).all()
    assert told[0] == silent[0] == 0, "what the model has not looked at is no text whoever says so"


def test_silence_does_not_outvote_a_sure_model() -> None:
    assert WEIGHING.weighed(np.array([0.99]), np.array([False]))[0] >= WEIGHING.likely


def test_the_f1_to_expect_is_that_of_the_probabilities() -> None:
    sizes = np.array([100.0, 100.0, 100.0])
    assert WEIGHING.expected_f1(np.array([1.0, 1.0, 0.0]), sizes) == pytest.approx(1)
    assert WEIGHING.expected_f1(np.array([0.5, 0.0, 0.0]), sizes) == pytest.approx(2 * 50 / 150)


def test_another_is_asked_where_the_model_doubts_and_much_turns_on_it() -> None:
    doubted = np.array([0.6, 0.6, 0.6])
    assert WEIGHING.asks(doubted, np.array([100.0, 100.0, 100.0]))
    assert not WEIGHING.asks(np.array([0.99, 0.99, 0.6]), np.array([900.0, 900.0, 100.0])), "little turns on it"
    assert not WEIGHING.asks(np.array([0.99, 0.99, 0.01]), np.array([100.0, 100.0, 100.0])), "the model is sure"
    assert not WEIGHING.asks(np.zeros(3), np.array([100.0, 100.0, 100.0])), "nothing was looked at"


def test_nobody_is_asked_whose_verdict_changes_nothing() -> None:
    firm = np.array([0.995, 0.2, 0.2])
    sizes = np.array([100.0, 100.0, 100.0])
    assert WEIGHING.expected_f1(firm, sizes) < WEIGHING.doubt
    kept = [WEIGHING.weighed(firm, np.full(3, told)) >= WEIGHING.likely for told in (True, False)]
    assert (kept[0] == kept[1]).all()
    assert not WEIGHING.asks(firm, sizes)
