"""Decide which of a page's runs are the article's text, and how sure that is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.classifier import PageModel, shipped_model
from copydesk.cleaning.main_text.repeats import find_repeats
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare, size_of
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.main_text import BODY_LIKELY, DOUBT, LIKELY_EDGE, OPINION


class Body(NamedTuple):
    """Hold for each run whether it is body text, and how likely; and the confidence in the whole, 0 to 1."""

    kept: list[bool]
    confidence: float
    likely: list[float]


def choose_body(
    page: Page,
    facts: Facts,
    title: Title,
    ask: Callable[[], list[bool] | None],
    model: PageModel | None = None,
    without: frozenset[int] = frozenset(),
) -> Body:
    """Choose the body among the page's runs but those of `without`, with the shipped model or another.

    `ask` gives another's verdict per run, None for none; it is called where the model doubts.
    """
    if not page.runs:
        return Body([], 0.0, [])
    likely = (model or shipped_model()).probabilities(page, facts, title, without)
    sizes = np.array([size_of(run.text) for run in page.runs], dtype=np.float64)
    sure = expected_f1(likely, sizes)
    if sure < DOUBT and (told := ask()) and any(told):
        weighed = _weighed(likely, np.array(told))
        weighed[list(without)] = 0.0
        if any(weighed >= BODY_LIKELY) or not any(likely >= BODY_LIKELY):  # a clash that keeps nothing tells nothing
            likely = weighed
            sure = expected_f1(likely, sizes)
    kept: list[bool] = (likely >= BODY_LIKELY).tolist()
    headline = bare(title.text)
    for i, run in enumerate(page.runs):
        if kept[i] and (i == title.at or (run.box.tag == "h1" and headline and bare(run.text) in headline)):
            kept[i] = False
    for i in find_repeats(page.runs, kept):
        kept[i] = False
    return Body(kept, round(sure, 3), likely.tolist())


def expected_f1(likely: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Return the F1 to expect of keeping what is likely, by the probabilities themselves."""
    kept = likely >= BODY_LIKELY
    return float(2 * (likely * sizes)[kept].sum() / (sizes[kept].sum() + (likely * sizes).sum() + 1e-9))


def _weighed(likely: NDArray[np.float64], told: NDArray[np.bool_]) -> NDArray[np.float64]:
    bounded = np.clip(likely, LIKELY_EDGE, 1 - LIKELY_EDGE)
    odds = np.log(bounded / (1 - bounded)) + np.where(told, OPINION, -OPINION)
    return np.asarray(1 / (1 + np.exp(-odds)))
