"""Tell what type of page a page is, by a trained model: article, listing, shop category, forum, product and others."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice
from math import expm1, log1p, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.forest import Forest, load_forest
from copydesk.cleaning.not_article.item_features import item_features
from copydesk.cleaning.not_article.run_features import TypeCounts, label_of, run_features, shapes_of
from copydesk.cleaning.not_article.stated_features import address_features, stated_features
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.not_article import LIST_TEASERS
from copydesk.cleaning.thresholds.page_type import (
    AMONG_TEASERS,
    HEADS_READ,
    LABEL_LONGEST,
    LIST_WINS,
    MAIN_HEADS,
    SPAN_LINKED,
)
from copydesk.events import ALL_PAGE_TYPES, LIST_TYPES, PageType

_PART, _PLAIN_PART = re.compile(r"[^\W\d_]{2,}"), re.compile(r"[a-z]{2,}")

TENTHS = 10
"""Log odds are stored as whole numbers of tenths."""
WORDS = ("names", "labels", "heads")
"""The words of PageSigns that are evidence, each sort in a table of its own."""


class PageSigns(NamedTuple):
    """Hold what is known of a page: numbers by name, the words of its class names, the labels that stand alone, and the
    words of its title and main headings.
    """

    counts: TypeCounts
    names: frozenset[str]
    labels: frozenset[str]
    heads: frozenset[str]


class Evidence:
    """Hold what words speak for: a row of log odds a word, in tenths, in the order of ALL_PAGE_TYPES."""

    def __init__(self, words: Iterable[str], tenths: NDArray[np.int8]) -> None:
        self._at = {word: i for i, word in enumerate(words)}
        self._tenths = tenths

    def of(self, said: Iterable[str]) -> list[float]:
        """Return the sum of what the known among these words say, over the root of their number."""
        at = list(map(self._at.__getitem__, self._at.keys() & said))
        # Whole numbers: their sum is the same in whatever order a set gives the words.
        found: list[float] = (self._tenths[at].sum(axis=0, dtype=np.intp) / (TENTHS * sqrt(max(len(at), 1)))).tolist()
        return found


class TypeModel(NamedTuple):
    """Hold the columns in the order the forest reads them, the forest, and the evidence of each of WORDS.

    The forest has as many trees for each of ALL_PAGE_TYPES, one type after the other. A page
    whose odds of a list are `refuse_from` or more is one.
    """

    columns: Sequence[str]
    forest: Forest
    known: Mapping[str, Evidence]
    refuse_from: float

    def probabilities(self, signs: PageSigns) -> NDArray[np.float64]:
        """Return how likely each of ALL_PAGE_TYPES is; together 1."""
        counts = signs.counts | evidence(signs, self.known)
        row = np.array([[counts.get(name, 0.0) for name in self.columns]], dtype=np.float32)
        scores = self.forest.votes(row).reshape(len(ALL_PAGE_TYPES), -1).sum(axis=1)
        likely = np.exp(scores - scores.max())
        return np.asarray(likely / likely.sum())


class TypeFound(NamedTuple):
    """Hold the type of a page, how likely it is, whether that is enough to call it a list, and why, for people."""

    name: PageType
    confidence: float
    is_list: bool
    reason: str


def page_type(signs: PageSigns, model: TypeModel | None = None) -> TypeFound:
    """Name the likeliest type of a page; of a list that is to be refused, the likelier type of list."""
    told = model or shipped_types()
    likely = told.probabilities(signs)
    is_list = list_odds(likely) >= least_odds(signs.counts, told.refuse_from)
    best = max(LIST_TYPES if is_list else ALL_PAGE_TYPES, key=lambda name: likely[ALL_PAGE_TYPES.index(name)])
    reason = list_reason(best, signs.counts) if best in LIST_TYPES else ""
    return TypeFound(best, round(float(likely[ALL_PAGE_TYPES.index(best)]), 3), is_list, reason)


def least_odds(counts: TypeCounts, refuse_from: float) -> float:
    """Return the odds of a list from which a page is one: less where what was kept stands among teasers."""
    return min(AMONG_TEASERS, refuse_from) if stands_among_teasers(counts) else refuse_from


def stands_among_teasers(counts: TypeCounts) -> bool:
    """Whether many teasers stand on a page, and what was kept is no prose, or a line below each of them."""
    if counts["article_dated"] or counts.get("teasers", 0.0) < log1p(LIST_TEASERS):
        return False
    if not counts.get("kept_prose"):
        return True
    side_by_side = counts["kept_group_runs"] > log1p(1)
    return not side_by_side and counts["span_teasers"] >= log1p(LIST_TEASERS) and counts["span_linked"] >= SPAN_LINKED


def list_reason(kind: PageType, counts: TypeCounts) -> str:
    """Say what shows that a page is a list: headlines, prices, items of one make."""
    teasers, prices, items = (round(expm1(counts.get(name, 0.0))) for name in ("teasers", "prices", "card_items"))
    shown = [f"{teasers} headlines lead to other pages"] if teasers else []
    shown += [f"{prices} prices stand on it"] if prices > 1 else []
    shown += [f"{items} items of one make follow each other"] if items and not (teasers and prices > 1) else []
    what = "a list of products" if kind == "collection" else "a list"
    if counts.get("address_depth") == 0:
        what = "the front page of a site"
    return f"The page is {what}: {', '.join([*shown, 'and no article stands on it'])}"


def list_odds(likely: NDArray[np.float64]) -> float:
    """Return how likely a list is rather than an article; 0 where another type is clearly more likely."""
    by_type = dict(zip(ALL_PAGE_TYPES, likely.tolist(), strict=True))
    lists = sum(by_type[name] for name in LIST_TYPES)
    other = max(by_type[name] for name in ALL_PAGE_TYPES if name not in LIST_TYPES and name != "article")
    return lists / (lists + by_type["article"]) if lists >= LIST_WINS * other else 0.0


def measure_type(page: Page, facts: Facts, kept: Sequence[bool], url: str | None) -> PageSigns:
    """Measure a page that has runs; `kept` says which of them are the text that was found on it.

    Where `url` is None, the address is the one that the page calls its own.
    """
    address = url or next((href for rel, href in page.links if rel == "canonical"), None)
    shapes = shapes_of(page.runs, kept)
    counts = {
        **run_features(page, facts, shapes),
        **item_features(page, shapes),
        **stated_features(page, facts),
        **address_features(address),
    }
    names = " ".join({box.name for box in page.boxes if box.tag != "body"}).lower().split()
    each = " ".join(set(names))
    parts = (_PLAIN_PART if each.isascii() else _PART).findall(each)
    labels = {label_of(run.text) for run in page.runs if len(run.text) <= LABEL_LONGEST}
    return PageSigns(counts, frozenset([*names, *parts]), frozenset(labels - {""}), _head_words(page, facts))


def _head_words(page: Page, facts: Facts) -> frozenset[str]:
    """Return the words of a page's title and of its first main headings."""
    main = (run.text for run in page.runs if run.box.tag == "h1" or (run.box.parent and run.box.parent.tag == "h1"))
    heads = " ".join([page.title, facts.meta("og:title"), *islice(main, MAIN_HEADS)])
    return frozenset(_PART.findall(heads[:HEADS_READ].lower()))


def evidence(signs: PageSigns, known: Mapping[str, Evidence]) -> TypeCounts:
    """Return what the words of a page say for each type."""
    return {
        f"{what}_for_{kind}": value
        for what, odds in known.items()
        for kind, value in zip(ALL_PAGE_TYPES, odds.of(getattr(signs, what)), strict=True)
    }


@cache
def shipped_types() -> TypeModel:
    """Read the model this package brings, once."""
    folder = files("copydesk.cleaning.weights")
    told = json.loads((folder / "types.json").read_text(encoding="utf-8"))
    with (folder / "types.npz").open("rb") as file:
        forest = load_forest(file)
    with (folder / "type_words.npz").open("rb") as file, np.load(file, allow_pickle=False) as stored:
        known = {what: Evidence(told[what].split("\n"), stored[what]) for what in WORDS}
    return TypeModel(told["columns"], forest, known, told["refuse_from"])
