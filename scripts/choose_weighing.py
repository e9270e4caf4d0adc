"""Choose with a model when it is sure, and what another's verdict counts where it is not, on pages it has not seen."""

from collections import defaultdict
from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.weighing import Weighing, log_odds
from scripts.page_documents import Document

DOUBT = (0.0, 0.85, 0.9, 0.93)
"""Values that are tried; 0 asks nobody. Above .93 more than one page in eight would be asked, which costs time."""
MODEL_ALONE = Weighing(likely=0.5, doubt=0.0, slope=1.0, word=0.0, silence=0.0)
"""The model alone, whose probabilities are taken at their word: what is likelier than not is text."""
_STEPS = 25

Numbers = NDArray[np.float64]


class Judged(NamedTuple):
    """Hold a document with the probabilities of a model that has not seen it."""

    document: Document
    likely: Numbers


def choose_weighing(judged: list[Judged]) -> Weighing:
    """Return what the best F1 comes of, in characters, mean over the sets."""
    tried = [Weighing(MODEL_ALONE.likely, doubt, *learn_weights(judged, doubt)) for doubt in DOUBT]
    return max(tried, key=lambda weighing: mean_f1(judged, weighing))


def learn_weights(judged: Iterable[Judged], doubt: float) -> tuple[float, float, float]:
    """Learn by logistic regression what the model's log odds, a verdict for and one against count on doubted pages."""
    rows, labels, weights = [], [], []
    for d, likely in judged:
        known = d.seen.at[~np.isnan(d.share[d.seen.at])]
        doubted = MODEL_ALONE.expected_f1(likely, d.seen.layout.size) < doubt
        if not len(known) or not doubted or not any(d.opinion or ()):
            continue
        told = np.array(d.opinion, dtype=np.float64)[known]
        weight = np.minimum(d.seen.layout.size[known], 2000) ** 0.8 + 5
        rows.append(np.stack([log_odds(likely[known]), told, 1 - told], axis=1))
        labels.append(d.share[known] >= 0.5)
        weights.append(20 * weight / weight.sum())
    if not rows:
        return 1.0, 0.0, 0.0
    slope, word, silence = _regression(np.concatenate(rows), np.concatenate(labels) * 1.0, np.concatenate(weights))
    return round(slope, 2), round(word, 2), round(silence, 2)


def _regression(rows: Numbers, labels: Numbers, weights: Numbers) -> list[float]:
    """Fit by Newton's steps, held near 0 by one prior row each."""
    found = np.zeros(rows.shape[1])
    for _ in range(_STEPS):
        likely = 1 / (1 + np.exp(-np.clip(rows @ found, -30, 30)))
        slope = rows.T @ (weights * (labels - likely)) - found
        bend = (rows * (weights * likely * (1 - likely))[:, None]).T @ rows + np.eye(len(found))
        found += np.linalg.solve(bend, slope)
    return [float(each) for each in found]


def mean_f1(judged: Iterable[Judged], weighing: Weighing) -> float:
    """Return the mean over the sets of the F1 of a set's mean precision and recall, in characters of runs."""
    pairs: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for d, likely in judged:
        if not d.truth:
            continue
        sizes = d.seen.layout.size
        asked = any(d.opinion or ()) and weighing.asks(likely, sizes)
        found = weighing.weighed(likely, np.array(d.opinion)) if asked else likely
        kept, body = found >= weighing.likely, d.share >= 0.5
        both = float(sizes[kept & body].sum())
        pairs[d.file].append((both / max(float(sizes[kept].sum()), 1.0), both / max(float(sizes[body].sum()), 1.0)))
    means = [np.mean(found, axis=0) for found in pairs.values()]
    return float(np.mean([2 * p * r / max(p + r, 1e-9) for p, r in means]))
