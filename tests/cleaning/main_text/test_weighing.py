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
