"""Classify a page's runs with the trained model: the probability of each that it is the article's text."""

import json
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.forest import Forest, load_forest
from copydesk.cleaning.main_text.agreement_features import agreement_features
from copydesk.cleaning.main_text.class_name_features import NameScores, class_name_features
from copydesk.cleaning.main_text.layout import Layout, lay_out
from copydesk.cleaning.main_text.places import Places
from copydesk.cleaning.main_text.position_features import Columns, position_features, shifted
from copydesk.cleaning.main_text.repetition_features import repetition_features
from copydesk.cleaning.main_text.weighing import Weighing
from copydesk.cleaning.main_text.word_features import MARKS, SCORES, first_words, marks_of, score_words
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts


class PageFeatures(NamedTuple):
    """Hold what of a page needs no learned scores: its layout, the runs looked at, their words, columns of numbers."""

    layout: Layout
    at: Places
    words: list[list[str]]
    columns: Columns


class PageModel(NamedTuple):
    """Hold scores of names and words, the columns in the order the forest reads them, the forest, how it decides."""

    names: NameScores
    words: Mapping[str, float]
    columns: Sequence[str]
    forest: Forest
    weighing: Weighing

    def probabilities(
        self, page: Page, facts: Facts, title: Title, without: frozenset[int] = frozenset()
    ) -> NDArray[np.float64]:
        """Return (runs,) for a page that has runs; 0 for those not looked at, and for those of `without`."""
        seen = measure_page(page, facts, title, without)
        found = np.zeros(len(page.runs))
        if len(seen.at):
            columns = seen.columns | learned_columns(page, seen, self.names, self.words)
            rows = np.array([columns[name] for name in self.columns], dtype=np.float32).T
            found[seen.at] = self.forest.probability(rows)
        return found


def measure_page(page: Page, facts: Facts, title: Title, without: frozenset[int] = frozenset()) -> PageFeatures:
    """Measure a page that has runs."""
    layout = lay_out(page, without)
    at = layout.candidates()
    texts = [page.runs[i].text for i in at.tolist()]
    words = [first_words(text) for text in texts]
    marks = np.array([marks_of(text) for text in texts], dtype=np.float64).reshape(len(texts), len(MARKS))
    columns: Columns = {"size": np.log1p(layout.size[at]), "link": layout.link[at], "ends": layout.ends[at]}
    columns.update(zip(MARKS, marks.T, strict=True))
    columns.update(position_features(page, layout, at))
    columns.update(repetition_features(page, layout, at))
    columns.update(agreement_features(page, facts, title, at, words))
    return PageFeatures(layout, at, words, columns)


def learned_columns(page: Page, seen: PageFeatures, names: NameScores, words: Mapping[str, float]) -> Columns:
    """Return the columns that learned scores make."""
    columns = class_name_features(page, seen.layout, seen.at, names)
    scores = np.array([score_words(some, words) for some in seen.words]).reshape(len(seen.words), len(SCORES))
    columns.update(zip(SCORES, scores.T, strict=True))
    said = np.zeros(len(page.runs))
    said[seen.at] = scores[:, 0]
    columns.update({f"said{step}": values for step, values in shifted(said, seen.at).items()})
    last = seen.layout.headed[seen.at]
    columns["heading_said"] = np.where(last >= 0, said[np.maximum(last, 0)], 0.0)
    return columns


@cache
def shipped_model() -> PageModel:
    """Read the model this package brings, once."""
    folder = files("copydesk.cleaning.weights")
    told = json.loads((folder / "pages.json").read_text(encoding="utf-8"))
    with (folder / "pages.npz").open("rb") as file:
        forest = load_forest(file)
    names, words = (_scores(told[table]) for table in ("names", "words"))
    return PageModel(NameScores(names), words, told["columns"], forest, Weighing(**told["weighing"]))


def _scores(stored: Mapping[str, str]) -> dict[str, float]:
    """Read a table of scores with the words that have each, parted by spaces."""
    return {word: float(score) for score, words in stored.items() for word in words.split(" ")}
