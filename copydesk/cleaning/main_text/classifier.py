"""The trained model of pages: for each run the probability that it is the article's text."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.forest import Forest, load
from copydesk.cleaning.main_text.agreement_features import agreement
from copydesk.cleaning.main_text.class_name_features import Names, naming
from copydesk.cleaning.main_text.layout import Layout, Places, lay_out
from copydesk.cleaning.main_text.position_features import Columns, shifted, standing
from copydesk.cleaning.main_text.word_features import MARKS, SCORES, marks_of, score_words, words_of
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts


class Look(NamedTuple):
    """What of a page needs no learned scores: its layout, the runs looked at, their words, and columns of numbers."""

    layout: Layout
    at: Places
    words: list[list[str]]
    columns: Columns


class Model(NamedTuple):
    """Scores of names and of words, the columns in the order the forest reads them, and the forest."""

    names: Names
    words: Mapping[str, float]
    columns: Sequence[str]
    forest: Forest

    def probabilities(
        self, page: Page, facts: Facts, title: Title, without: frozenset[int] = frozenset()
    ) -> NDArray[np.float64]:
        """(runs,) for a page that has runs; 0 for those not looked at, and for those of `without`."""
        seen = look(page, facts, title, without)
        found = np.zeros(len(page.runs))
        if len(seen.at):
            columns = seen.columns | scored(page, seen, self.names, self.words)
            rows = np.array([columns[name] for name in self.columns], dtype=np.float32).T
            found[seen.at] = self.forest.probability(rows)
        return found


def look(page: Page, facts: Facts, title: Title, without: frozenset[int] = frozenset()) -> Look:
    """Measure a page that has runs."""
    layout = lay_out(page, without)
    at = layout.candidates()
    texts = [page.runs[i].text for i in at.tolist()]
    words = [words_of(text) for text in texts]
    marks = np.array([marks_of(text) for text in texts], dtype=np.float64).reshape(len(texts), len(MARKS))
    columns: Columns = {"size": np.log1p(layout.size[at]), "link": layout.link[at], "ends": layout.ends[at]}
    columns.update(zip(MARKS, marks.T, strict=True))
    columns.update(_repeats(page, texts))
    columns.update(standing(page, layout, at))
    columns.update(agreement(page, facts, title, at, words))
    return Look(layout, at, words, columns)


def scored(page: Page, seen: Look, names: Names, words: Mapping[str, float]) -> Columns:
    """The columns that learned scores make."""
    columns = naming(page, seen.layout, seen.at, names)
    scores = np.array([score_words(some, words) for some in seen.words]).reshape(len(seen.words), len(SCORES))
    columns.update(zip(SCORES, scores.T, strict=True))
    said = np.zeros(len(page.runs))
    said[seen.at] = scores[:, 0]
    columns.update({f"said{step}": values for step, values in shifted(said, seen.at).items()})
    last = seen.layout.headed[seen.at]
    columns["heading_said"] = np.where(last >= 0, said[np.maximum(last, 0)], 0.0)
    return columns


def _repeats(page: Page, texts: list[str]) -> Columns:
    counts: dict[str, int] = {}
    for run in page.runs:
        counts[run.text] = counts.get(run.text, 0) + 1
    return {"repeats": np.array([min(counts[text], 9) for text in texts], dtype=np.float64)}


@cache
def shipped() -> Model:
    """The model this package brings, read once."""
    folder = files("copydesk.cleaning.weights")
    told = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    with (folder / "pages.npz").open("rb") as file:
        forest = load(file)
    return Model(Names(told["names"]), told["words"], told["columns"], forest)
