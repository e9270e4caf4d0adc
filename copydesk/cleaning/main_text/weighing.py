"""Weigh another extractor's verdict on a page against the model's probabilities, as learned where both were wrong."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.places import Numbers
from copydesk.cleaning.thresholds.main_text import LIKELY_EDGE, OPINION_DECIDES


class Weighing(NamedTuple):
    """Hold what is chosen with a model, on pages that it has not seen.

    `likely` is the probability from which a run is the article's; `doubt` the expected F1 below which the other may be
    asked; `slope` what the model's own log odds count for then, `word` and `silence` what the other's verdict adds.
    """

    likely: float
    doubt: float
    slope: float
    word: float
    silence: float

    def expected_f1(self, likely: Numbers, sizes: Numbers) -> float:
        """Return the F1 to expect of keeping what is likely, by the probabilities themselves."""
        kept = likely >= self.likely
        return float(2 * (likely * sizes)[kept].sum() / (sizes[kept].sum() + (likely * sizes).sum() + 1e-9))

    def asks(self, likely: Numbers, sizes: Numbers) -> bool:
        """Whether the other is worth its time: the model doubts, and a good part of the text turns on the verdict."""
        return self.expected_f1(likely, sizes) < self.doubt and self._at_stake(likely, sizes) >= OPINION_DECIDES

    def _at_stake(self, likely: Numbers, sizes: Numbers) -> float:
        """Return the share of the text that a word keeps and silence does not."""
        word, silence = (self.weighed(likely, np.full(len(likely), told)) >= self.likely for told in (True, False))
        turns = word & ~silence
        return float(sizes[turns].sum() / (sizes[turns | (likely >= self.likely)].sum() + 1e-9))

    def weighed(self, likely: Numbers, told: NDArray[np.bool_]) -> Numbers:
        """Return the probabilities with the other's verdict; runs that the model has not looked at stay at 0."""
        odds = self.slope * log_odds(likely) + np.where(told, self.word, self.silence)
        return np.asarray(np.where(likely > 0, 1 / (1 + np.exp(-odds)), 0.0))


def log_odds(likely: Numbers) -> Numbers:
    """Return the log odds of probabilities, those next to 0 and 1 bounded."""
    bounded = np.clip(likely, LIKELY_EDGE, 1 - LIKELY_EDGE)
    return np.asarray(np.log(bounded / (1 - bounded)))
