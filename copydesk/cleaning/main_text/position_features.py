"""Compute the position features of each candidate run: its boxes, its siblings, its place in the order."""

from collections.abc import Hashable, Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.layout import HEADINGS, Layout
from copydesk.cleaning.main_text.places import Numbers, Places
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.thresholds.page_features import (
    FAR_HEADING,
    FAR_PARAGRAPH,
    MOST_AWAY,
    MOST_ITEM_UP,
    NEIGHBOUR_STEPS,
    NO_HEADING,
)

Columns = dict[str, NDArray[Any]]

_FLAGS = {name: 1 << bit for bit, name in enumerate(("article", "aside", "figure", "figcaption", "blockquote", "ul"))}
_FLAGS["ol"] = _FLAGS["ul"]
_TAGS = ("p", "div", "li", "h1", "h2", "h3", "figcaption")
_FARTHEST = max(map(abs, NEIGHBOUR_STEPS))


def position_features(page: Page, layout: Layout, at: Places) -> Columns:
    """Return a column of len(at) numbers per name, for the runs numbered in `at`."""
    tags = [box.tag for box in page.boxes]
    path, item = _lines(tags, layout.boxes.parent.tolist())
    columns = _around(layout, at)
    columns.update(_boxes(tags, layout, at))
    columns["item_up"] = np.array(item)[layout.box[at]]
    columns.update(_own([page.runs[i] for i in at.tolist()]))
    columns.update(_siblings(page, path, layout, at))
    columns.update(_order(layout, at))
    columns.update(_headings(layout, at))
    columns.update(_whole(layout, len(at)))
    return columns


def shifted(values: Numbers, at: Places, outside: float = 0.0) -> dict[str, Numbers]:
    """Return per step of NEIGHBOUR_STEPS the values of the runs that many places on, for each run of `at`."""
    edge = np.full(_FARTHEST, outside)
    wide = np.concatenate([edge, values, edge])
    return {f"{step:+d}": wide[at + (_FARTHEST + step)] for step in NEIGHBOUR_STEPS}


def _around(layout: Layout, at: Places) -> Columns:
    """Measure how the boxes around each run share in prose, links and runs."""
    boxes, box, place = layout.boxes, layout.box[at], layout.place[at]
    total = max(float(boxes.prose[0]), 1.0)
    above = boxes.parent[place]
    columns: Columns = {}
    size = np.maximum(boxes.size, 1.0)
    of_boxes = {
        "share": boxes.prose / total, "own": boxes.own / total, "linked": boxes.linked / size,
        "size": np.log1p(boxes.size), "count": np.log1p(boxes.runs), "dense": boxes.prose / size,
    }  # fmt: skip
    for name, of in (("box", box), ("place", place), ("above", above), ("outer", boxes.parent[above])):
        columns.update({f"{name}_{what}": values[of] for what, values in of_boxes.items()})
    for name, main, shared in (
        ("near", layout.near, layout.shared[box]),
        ("far", layout.far, boxes.shared_depth(layout.far)[box]),
    ):
        columns[f"in_{name}"] = (box >= main) & (box < boxes.end[main])
        columns[f"up_{name}"] = boxes.depth[box] - shared
        columns[f"down_{name}"] = boxes.depth[main] - shared
    columns["depth"] = boxes.depth[box]
    columns["deeper"] = columns["depth"] - boxes.depth[layout.near]
    return columns


def _lines(tags: list[str], parents: list[int]) -> tuple[list[int], list[int]]:
    """Return per box a number for the line of tags down to it, and how many boxes up the nearest list item is."""
    path, item = [0], [MOST_ITEM_UP]
    ids: dict[tuple[int, str], int] = {}
    for tag, parent in zip(tags[1:], parents[1:], strict=True):
        path.append(ids.setdefault((path[parent], tag), len(ids) + 1))
        item.append(0 if tag == "li" else min(item[parent] + 1, MOST_ITEM_UP))
    return path, item


def _boxes(tags: list[str], layout: Layout, at: Places) -> Columns:
    """Tell which elements are around, and how many of them are named for boilerplate."""
    flags, end = np.zeros(len(tags), dtype=np.intp), layout.boxes.end
    for i, tag in enumerate(tags):
        if tag in _FLAGS:
            flags[i : end[i]] |= _FLAGS[tag]
    mine = flags[layout.box[at]]
    columns: Columns = {f"in_{name}": (mine & bit) > 0 for name, bit in _FLAGS.items() if name != "ol"}
    columns["bad"] = layout.bad[at]
    return columns


def _own(runs: list[Run]) -> Columns:
    """Describe each run's own element, and what stands within it."""
    tags = [run.box.tag for run in runs]
    columns: Columns = {f"is_{tag}": np.array([each == tag for each in tags], dtype=np.bool_) for tag in _TAGS}
    columns["is_heading"] = np.array([tag in HEADINGS for tag in tags], dtype=np.bool_)
    columns["hidden"] = np.array([run.box.hidden for run in runs], dtype=np.bool_)
    columns["links"] = np.array([run.links for run in runs], dtype=np.intp)
    columns["bold"] = np.array([run.bold_chars / len(run.text) for run in runs], dtype=np.float64)
    columns["inlines"] = np.array([run.inlines for run in runs], dtype=np.intp)
    return columns


def _siblings(page: Page, path: list[int], layout: Layout, at: Places) -> Columns:
    """Describe the runs of the same make: same tag and name, with the parent's, with the same line of tags."""
    makes = [(run.box.tag, run.box.name) for run in page.runs]
    parents = [run.box.parent for run in page.runs]
    columns: Columns = {}
    for name, keys in (
        ("make", makes),
        ("nest", [(make, box.tag, box.name) if box else make for make, box in zip(makes, parents, strict=True)]),
        ("path", [path[box] for box in layout.box.tolist()]),
    ):
        columns.update(_group(name, keys, layout, at))
    return columns


def _group(name: str, keys: Iterable[Hashable], layout: Layout, at: Places) -> Columns:
    ids: dict[Hashable, int] = {}
    group = np.array([ids.setdefault(key, len(ids)) for key in keys], dtype=np.intp)
    count = np.bincount(group)
    size = np.bincount(group, weights=layout.size)
    prose = np.bincount(group, weights=layout.prose) / max(float(layout.prose.sum()), 1.0)
    linked = np.bincount(group, weights=layout.size * layout.link) / size
    mine = group[at]
    return {
        f"{name}_prose": prose[mine],
        f"{name}_count": np.log1p(count[mine]),
        f"{name}_linked": linked[mine],
        f"{name}_mean": np.log1p(size[mine] / count[mine]),
    }


def _order(layout: Layout, at: Places) -> Columns:
    """Measure where in the page's order the run stands, and what stands before and after it."""
    runs = len(layout.box)
    prose, total = layout.prose, max(float(layout.prose.sum()), 1.0)
    first, last = layout.span()
    seen_near = np.cumsum(np.where(layout.inside(layout.near), prose, 0.0))
    columns = {
        "share": at / runs,
        "characters_share": (np.cumsum(layout.size) / layout.size.sum())[at],
        "before": np.clip(first - at, -1, MOST_AWAY),
        "after": np.clip(at - last, -1, MOST_AWAY),
        "within": (at - first) / max(last - first + 1, 1),
        "seen_near": (seen_near / max(float(seen_near[-1]), 1.0))[at],
        "seen": (np.cumsum(prose) / total)[at],
    }
    columns.update(_neighbours(layout, at))
    columns.update(_place(layout, at))
    columns.update({f"size{step}": values for step, values in shifted(np.log1p(layout.size), at).items()})
    columns.update({f"link{step}": values for step, values in shifted(layout.link, at, 1.0).items()})
    return columns


def _neighbours(layout: Layout, at: Places) -> Columns:
    """Measure the way to the nearest paragraphs before and after."""
    where = np.flatnonzero(layout.prose > 0)
    if not len(where):
        return {name: np.zeros(len(at)) for name in ("since", "until", "since_place", "since_size", "until_size")}
    before, after = np.searchsorted(where, at, side="left"), np.searchsorted(where, at, side="right")
    previous, following = where[np.maximum(before - 1, 0)], where[np.minimum(after, len(where) - 1)]
    return {
        "since": np.where(before > 0, np.minimum(at - previous, FAR_PARAGRAPH), FAR_PARAGRAPH),
        "until": np.where(after < len(where), np.minimum(following - at, FAR_PARAGRAPH), FAR_PARAGRAPH),
        "since_place": (layout.place[previous] == layout.place[at]),
        "since_size": layout.prose[previous],
        "until_size": layout.prose[following],
    }


def _place(layout: Layout, at: Places) -> Columns:
    """Place the run among those of its box: how many are paragraphs, how much prose came before it and is to come."""
    boxes = len(layout.boxes.parent)
    order = np.argsort(layout.place, kind="stable")
    passed = np.concatenate([[0.0], np.cumsum(layout.prose[order])])
    count = np.bincount(layout.place, minlength=boxes)
    start = np.concatenate([[0], np.cumsum(count)[:-1]])
    seen = np.empty(len(layout.box))
    seen[order] = passed[1:]
    place = layout.place[at]
    mine = seen[at] - passed[start[place]]
    paragraphs = np.bincount(layout.place, weights=layout.prose > 0, minlength=boxes)[place]
    total = layout.boxes.own[place]
    return {
        "place_paragraphs": paragraphs,
        "place_paragraphs_share": paragraphs / count[place],
        "place_seen": mine / np.maximum(total, 1.0),
        "place_left": np.log1p(np.maximum(total - mine, 0.0)),
    }


def _headings(layout: Layout, at: Places) -> Columns:
    last = layout.headed[at]
    some = np.maximum(last, 0)
    return {
        "heading_since": np.where(last >= 0, np.minimum(at - last, FAR_HEADING), NO_HEADING),
        "heading_place": (layout.place[some] == layout.place[at]),
        "heading_linked": np.where(last >= 0, layout.link[some], 0.0),
        "heading_up": (layout.boxes.depth - layout.shared)[layout.box[some]],
    }


def _whole(layout: Layout, count: int) -> Columns:
    boxes = layout.boxes
    total = max(float(boxes.prose[0]), 1.0)
    paragraphs = float(((layout.prose > 0) & layout.inside(layout.near)).sum())
    return {
        "page_runs": np.full(count, np.log1p(len(layout.box))),
        "page_prose": np.full(count, np.log1p(total)),
        "page_near": np.full(count, boxes.prose[layout.near] / total),
        "page_far": np.full(count, boxes.prose[layout.far] / total),
        "page_paragraphs": np.full(count, paragraphs),
    }
