"""Find families: boxes of one make beside each other, each of several runs, as comments, cards and teasers are."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.places import Numbers, Places
from copydesk.cleaning.page.model import Box, Run
from copydesk.cleaning.thresholds.page_features import FAMILY_LEAST, FAMILY_TIMED, TIME_LINE

_TIME = re.compile(r"\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d\d\b|\d{1,2}[./-]\d{1,2}[./-]\d")
_DIGIT = re.compile(r"\d")  # one set of characters: a fast look for most lines
_NUMBERS = re.compile(r"\d+")


class Families(NamedTuple):
    """Hold per box the number of its own family and that of the largest around it, 0 for none.

    `members` is how many boxes a family has, by its number.
    """

    own: Places
    around: Places
    members: Places

    def sums(self, values: Numbers) -> Numbers:
        """Sum the values of a family's boxes."""
        return np.asarray(np.bincount(self.own, weights=values, minlength=len(self.members)), dtype=np.float64)

    def share(self, holds: NDArray[np.bool_]) -> Numbers:
        """Return the share of a family's boxes of which something holds; 0 for none."""
        shares = self.sums(holds.astype(np.float64)) / np.maximum(self.members, 1)
        shares[0] = 0.0
        return shares

    def dated(self, timed: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which boxes stand in a family whose members mostly hold a line with a time, as comments do."""
        return np.asarray(self.share(timed)[self.around] >= FAMILY_TIMED)


def find_families(boxes: Sequence[Box], parents: Sequence[int], runs: Numbers) -> Families:
    """Find the families of a page; `runs` is how many runs stand in each box and those below it."""
    own, around = np.zeros(len(boxes), dtype=np.intp), np.zeros(len(boxes), dtype=np.intp)
    ids: dict[tuple[int, str, str], int] = {}
    wide = np.flatnonzero(runs >= 2).tolist()
    for i in wide:
        own[i] = ids.setdefault((parents[i], boxes[i].tag, make_of(boxes[i].name)), len(ids) + 1)
    count = np.bincount(own, minlength=len(ids) + 1)
    count[0] = 0
    counts, numbers, best = count.tolist(), own.tolist(), [0] * len(boxes)
    for i, number in enumerate(numbers):
        above = best[parents[i]]
        best[i] = number if counts[number] >= FAMILY_LEAST and counts[number] > counts[above] else above
    around[:] = best
    return Families(own, around, count)


def has_time(run: Run) -> bool:
    """Whether a run is a line with a time or a date, as stand above comments and teasers."""
    text = run.text
    return len(text) <= TIME_LINE and _DIGIT.search(text) is not None and _TIME.search(text) is not None


@lru_cache(8192)
def make_of(name: str) -> str:
    """Return a name without its numbers: `comment-17 odd` is made like `comment-19 odd`."""
    return _NUMBERS.sub("", name)
