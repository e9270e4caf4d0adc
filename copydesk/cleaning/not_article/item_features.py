"""Measure the items of a page: boxes of one make that repeat, as teasers, products and posts do."""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import log1p
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.not_article.run_features import Shapes, TypeCounts
from copydesk.cleaning.page.model import Box, Page
from copydesk.cleaning.thresholds.page_type import CARD_LINKS, CARD_SIZE, ITEMS_LEAST, ITEMS_LINK, MAIN_LINK

_OUTSIDE = frozenset(("nav", "header", "footer", "aside", "form", "select"))
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_DIGITS = re.compile(r"\d+")


class _Sums(NamedTuple):
    """Hold sums over the runs in each box and those below it."""

    size: NDArray[np.float64]
    linked: NDArray[np.float64]
    links: NDArray[np.float64]
    kept: NDArray[np.float64]
    prose: NDArray[np.float64]
    prices: NDArray[np.float64]
    teasers: NDArray[np.float64]
    headings: NDArray[np.float64]


def item_features(page: Page, shapes: Shapes) -> TypeCounts:
    """Return numbers of the largest group of boxes, of the largest with links, and of that of the most cards."""
    outside = _outside(page.boxes)
    sums = _sums(page, shapes)
    main = shapes.shown & ~outside[[run.box.index for run in page.runs]]
    total = max(float(shapes.size[main].sum()), 1.0)
    kept = max(float(shapes.size[shapes.kept].sum()), 1.0)
    group = _groups(page.boxes, outside, sums.size)
    known = group >= 0
    number, inside = int(group.max(initial=-1)) + 1, group[known]

    def each(values: NDArray[Any]) -> NDArray[np.float64]:
        return np.bincount(inside, weights=values[known], minlength=number).astype(np.float64)

    count, size = each(np.ones(len(group))), each(sums.size)
    many = count >= ITEMS_LEAST
    lists = many & (each(sums.links > 0) >= ITEMS_LINK * count)
    cards = lists & (size >= CARD_SIZE * count) & (each(sums.links) < CARD_LINKS * count)
    priced = many & (2 * each(sums.prices > 0) > count)

    def most(among: NDArray[np.bool_], worth: NDArray[np.float64]) -> NDArray[np.intp]:
        return np.flatnonzero(group == np.where(among, worth, 0.0).argmax()) if among.any() else np.empty(0, np.intp)

    return {
        **_described("any", most(many, size), sums, total, kept),
        **_described("list", most(lists, size), sums, total, kept),
        **_described("card", most(cards, size * np.sqrt(count)), sums, total, kept),
        "priced": log1p(count[priced].max(initial=0.0)),
        "main_size": log1p(total),
        "main_linked": float((shapes.size * shapes.linked)[main].sum() / total),
        "main_links": log1p((main & (shapes.linked > ITEMS_LINK) & (shapes.size > MAIN_LINK)).sum()),
    }


def _described(name: str, group: NDArray[np.intp], sums: _Sums, total: float, kept: float) -> TypeCounts:
    if not len(group):
        return {}
    size = sums.size[group]
    whole = size.sum()
    return {
        f"{name}_items": log1p(len(group)),
        f"{name}_share": whole / total,
        f"{name}_mean": log1p(size.mean()),
        f"{name}_spread": size.std() / size.mean(),
        f"{name}_linked": sums.linked[group].sum() / whole,
        f"{name}_links": sums.links[group].mean(),
        f"{name}_with_link": (sums.links[group] > 0).mean(),
        f"{name}_with_price": (sums.prices[group] > 0).mean(),
        f"{name}_with_teaser": (sums.teasers[group] > 0).mean(),
        f"{name}_with_heading": (sums.headings[group] > 0).mean(),
        f"{name}_prose": sums.prose[group].sum() / whole,
        f"{name}_kept": sums.kept[group].sum() / whole,
        f"{name}_of_kept": sums.kept[group].sum() / kept,
    }


def _outside(boxes: Sequence[Box]) -> NDArray[np.bool_]:
    """Tell which boxes are hidden or stand in a page's frame: its head, foot, menus and forms."""
    found: list[bool] = []
    for box in boxes:
        found.append(box.hidden or box.tag in _OUTSIDE or (box.parent is not None and found[box.parent.index]))
    return np.array(found)


def _groups(boxes: Sequence[Box], outside: NDArray[np.bool_], size: NDArray[np.float64]) -> NDArray[np.intp]:
    """Give boxes with text that are alike in tag, depth, name and the name around the same number, -1 to the others."""
    found = np.full(len(boxes), -1, dtype=np.intp)
    known: dict[tuple[str, str, str, int], int] = {}
    for i in np.flatnonzero(~outside & (size > 0)).tolist():
        box = boxes[i]
        if box.parent is not None:
            make = (box.tag, _make(box.name), _make(box.parent.name), box.depth)
            found[i] = known.setdefault(make, len(known))
    return found


@lru_cache(8192)
def _make(name: str) -> str:
    """Return the first class of a name without numbers, which tell the items of one make apart."""
    return _DIGITS.sub("", name.partition(" ")[0])


def _sums(page: Page, shapes: Shapes) -> _Sums:
    boxes = page.boxes
    end = np.array([box.end for box in boxes])
    at = np.array([run.box.index for run in page.runs])
    size = shapes.size * shapes.shown

    def below(values: NDArray[Any]) -> NDArray[np.float64]:
        added = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(added[end] - added[:-1])

    def summed(values: NDArray[Any]) -> NDArray[np.float64]:
        return below(np.bincount(at, weights=values * shapes.shown, minlength=len(boxes)))

    return _Sums(
        size=summed(size),
        linked=summed(size * shapes.linked),
        links=summed((shapes.linked > 0) * 1.0),
        kept=summed(size * shapes.kept),
        prose=summed(size * shapes.prose),
        prices=summed(shapes.price * 1.0),
        teasers=summed(shapes.teaser * 1.0),
        headings=below(np.array([box.tag in _HEADINGS for box in boxes]) * 1.0),
    )
