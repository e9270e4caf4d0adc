"""Score class and id words of markup, as learned from pages, along the boxes around each run."""

from collections.abc import Mapping

import numpy as np

from copydesk.cleaning.blocks import name_words
from copydesk.cleaning.main_text.layout import Layout
from copydesk.cleaning.main_text.places import Numbers, Places
from copydesk.cleaning.main_text.position_features import Columns
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.thresholds.page_features import NAMES_FADE

_CACHED = 20_000

NameScore = tuple[float, float, float]
"""The sum of a name's word scores, the least and the most."""


class NameScores:
    """Score names, and remember the scores: the same few hundred names stand on every page of a site."""

    def __init__(self, table: Mapping[str, float]) -> None:
        self.table = dict(table)
        self._known: dict[str, NameScore] = {}

    def score(self, name: str) -> NameScore:
        """Return the log odds of the name's words that are known; positive for body text."""
        known = self._known.get(name)
        if known is None:
            table = self.table
            scores = [table[word] for word in name_words(name) if word in table]
            known = (sum(scores), min(scores, default=0.0), max(scores, default=0.0))
            if len(self._known) >= _CACHED:
                self._known.clear()
            self._known[name] = known
        return known


def class_name_features(page: Page, layout: Layout, at: Places, names: NameScores) -> Columns:
    """Return a column of len(at) numbers per name: scores of each run's box, those around, what opens it."""
    box, parent = layout.box[at], layout.boxes.parent
    above = parent[box]
    own, line = _scores(page, names, {*box.tolist(), layout.near})
    inner = [names.score(page.runs[i].inner) if page.runs[i].inner else (0.0, 0.0, 0.0) for i in at.tolist()]
    opening = np.array(inner).reshape(len(at), 3)
    near = line[layout.near]
    return {
        "name": own[box, 0],
        "name_least": own[box, 1],
        "name_most": own[box, 2],
        "name_above": own[above, 0],
        "name_outer": own[parent[above], 0],
        "names": line[box, 0],
        "names_least": line[box, 1],
        "names_most": line[box, 2],
        "names_above": line[above, 0],
        "names_to_near": line[box, 0] - near[0],
        "names_least_to_near": line[box, 1] - near[1],
        "names_near": np.full(len(at), near[0]),
        "name_inner": opening[:, 0],
        "name_inner_least": opening[:, 1],
    }


def _scores(page: Page, names: NameScores, wanted: set[int]) -> tuple[Numbers, Numbers]:
    """Return (boxes, 3) each box's own score, and (boxes, 3) the fading sum, the least and the most along its line.

    Of the wanted boxes and those around them; the others' are 0.
    """
    own = np.zeros((len(page.boxes), 3))
    line = np.zeros((len(page.boxes), 3))
    lines: dict[int, NameScore] = {}
    for i in sorted(_with_outer(page, wanted)):
        box = page.boxes[i]
        total, least, most = lines[box.parent.index] if box.parent else (0.0, 0.0, 0.0)
        total *= NAMES_FADE
        if box.name and box.tag != "body":
            score = names.score(box.name)
            own[i] = score
            total, least, most = total + score[0], min(least, score[1]), max(most, score[2])
        line[i] = lines[i] = (total, least, most)
    return own, line


def _with_outer(page: Page, wanted: set[int]) -> set[int]:
    found: set[int] = set()
    for i in wanted:
        while i not in found:
            found.add(i)
            parent = page.boxes[i].parent
            if parent is not None:
                i = parent.index
    return found
