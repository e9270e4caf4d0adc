"""Decide which of a page's runs are the article's text, and how sure that is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from copydesk.cleaning.main_text.classifier import PageModel, shipped_model
from copydesk.cleaning.main_text.repeats import find_repeats
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare, size_of
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts


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

    `ask` gives another's verdict per run, None for none; it is called where the model doubts and much turns on it.
    """
    if not page.runs:
        return Body([], 0.0, [])
    model = model or shipped_model()
    weighing = model.weighing
    likely = model.probabilities(page, facts, title, without)
    sizes = np.array([size_of(run.text) for run in page.runs], dtype=np.float64)
    sure = weighing.expected_f1(likely, sizes)
    if weighing.asks(likely, sizes) and (told := ask()) and any(told):
        weighed = weighing.weighed(likely, np.array(told))
        if any(weighed >= weighing.likely) or not any(likely >= weighing.likely):
            # a clash that keeps nothing tells nothing
            likely = weighed
            sure = weighing.expected_f1(likely, sizes)
    kept: list[bool] = (likely >= weighing.likely).tolist()
    headline = bare(title.text)
    for i, run in enumerate(page.runs):
        if kept[i] and (i == title.at or (run.box.tag == "h1" and headline and bare(run.text) in headline)):
            kept[i] = False
    for i in find_repeats(page.runs, kept):
        kept[i] = False
    return Body(kept, round(sure, 3), likely.tolist())
