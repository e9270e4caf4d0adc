"""Decide which of a page's runs are the article's text, and how sure that is."""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.classifier import PageModel, shipped_model
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare, size_of
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.main_text import BODY_LIKELY, DOUBT, LEAST_REPEAT, LIKELY_EDGE, NEAR_REPEAT, OPINION


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
        likely = _weighed(likely, np.array(told))
        likely[list(without)] = 0.0
        sure = expected_f1(likely, sizes)
    kept: list[bool] = (likely >= BODY_LIKELY).tolist()
    headline = bare(title.text)
    for i, run in enumerate(page.runs):
        if kept[i] and (i == title.at or (run.box.tag == "h1" and headline and bare(run.text) in headline)):
            kept[i] = False
    return Body(_without_repeats(page.runs, kept), round(sure, 3), likely.tolist())


def _without_repeats(runs: list[Run], kept: list[bool]) -> list[bool]:
    """Keep a summary that stands again as a caption once; refrains further on stay."""
    last: list[str] = []
    repeats: set[int] = set()
    for i, run in enumerate(runs):
        if not kept[i]:
            continue
        if len(run.text) >= LEAST_REPEAT and run.text in last:
            repeats.add(i)
        else:
            last = [*last[1 - NEAR_REPEAT :], run.text]
    return [keep and i not in repeats for i, keep in enumerate(kept)] if repeats else kept


def expected_f1(likely: NDArray[np.float64], sizes: NDArray[np.float64]) -> float:
    """Return the F1 to expect of keeping what is likely, by the probabilities themselves."""
    kept = likely >= BODY_LIKELY
    return float(2 * (likely * sizes)[kept].sum() / (sizes[kept].sum() + (likely * sizes).sum() + 1e-9))


def _weighed(likely: NDArray[np.float64], told: NDArray[np.bool_]) -> NDArray[np.float64]:
    bounded = np.clip(likely, LIKELY_EDGE, 1 - LIKELY_EDGE)
    odds = np.log(bounded / (1 - bounded)) + np.where(told, OPINION, -OPINION)
    return np.asarray(1 / (1 + np.exp(-odds)))
