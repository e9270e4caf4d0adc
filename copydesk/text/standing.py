"""Where each candidate run of a page stands: its boxes, its likes, its place in the order, as named columns."""

from collections.abc import Hashable, Iterable

import numpy as np

from copydesk.text.layout import HEADINGS, Layout, Numbers, Places
from copydesk.text.page import Page

Columns = dict[str, Numbers]

_FLAGS = {name: 1 << bit for bit, name in enumerate(("article", "aside", "figure", "figcaption", "blockquote", "ul"))}
_FLAGS["ol"] = _FLAGS["ul"]
_TAGS = ("p", "div", "li", "h1", "h2", "h3", "figcaption")
_FAR = 50.0


def standing(page: Page, layout: Layout, at: Places) -> Columns:
    """A column of len(at) numbers per name, for the runs numbered in `at`."""
    columns: Columns = {}
    columns.update(_around(layout, at))
    columns.update(_boxes(page, layout, at))
    columns.update(_likes(page, layout, at))
    columns.update(_order(layout, at))
    columns.update(_headings(layout, at))
    columns.update(_whole(layout, len(at)))
    return columns


def shifted(values: Numbers, step: int, at: Places, outside: float = 0.0) -> Numbers:
    """The value of the run `step` places on, for each run of `at`."""
    other = at + step
    inside = (other >= 0) & (other < len(values))
    return np.where(inside, values[np.where(inside, other, 0)], outside)


def _around(layout: Layout, at: Places) -> Columns:
    """How the boxes around each run share in prose, links and runs."""
    boxes, box, place = layout.boxes, layout.box[at], layout.place[at]
    total = max(float(boxes.prose[0]), 1.0)
    above = boxes.parent[place]
    columns: Columns = {}
    for name, of in (("box", box), ("place", place), ("above", above), ("outer", boxes.parent[above])):
        size = np.maximum(boxes.size[of], 1.0)
        columns[f"{name}_share"] = boxes.prose[of] / total
        columns[f"{name}_own"] = boxes.own[of] / total
        columns[f"{name}_linked"] = boxes.linked[of] / size
        columns[f"{name}_size"] = np.log1p(boxes.size[of])
        columns[f"{name}_count"] = np.log1p(boxes.runs[of])
        columns[f"{name}_dense"] = boxes.prose[of] / size
    for name, main, shared in (
        ("near", layout.near, layout.shared[box]),
        ("far", layout.far, boxes.shared_depth(layout.far)[box]),
    ):
        columns[f"in_{name}"] = ((box >= main) & (box < boxes.end[main])).astype(np.float64)
        columns[f"up_{name}"] = (boxes.depth[box] - shared).astype(np.float64)
        columns[f"down_{name}"] = (boxes.depth[main] - shared).astype(np.float64)
    columns["depth"] = boxes.depth[box].astype(np.float64)
    columns["deeper"] = columns["depth"] - boxes.depth[layout.near]
    return columns


def _boxes(page: Page, layout: Layout, at: Places) -> Columns:
    """What the elements around are, and the run's own."""
    boxes = page.boxes
    flags, item = [0] * len(boxes), [9] * len(boxes)
    for i, box in enumerate(boxes):
        above = box.parent.index if box.parent else i
        flags[i] = flags[above] | _FLAGS.get(box.tag, 0)
        item[i] = 0 if box.tag == "li" else min(item[above] + 1, 9)
    flagged = np.array(flags, dtype=np.intp)[layout.box[at]]
    columns = {f"in_{name}": ((flagged & bit) > 0).astype(np.float64) for name, bit in _FLAGS.items() if name != "ol"}
    columns["item_up"] = np.array(item, dtype=np.float64)[layout.box[at]]
    runs = [page.runs[i] for i in at.tolist()]
    tags = [run.box.tag for run in runs]
    for tag in _TAGS:
        columns[f"is_{tag}"] = np.array([each == tag for each in tags], dtype=np.float64)
    columns["is_heading"] = np.array([each in HEADINGS for each in tags], dtype=np.float64)
    columns["hidden"] = np.array([run.box.hidden for run in runs], dtype=np.float64)
    columns["links"] = np.array([run.links for run in runs], dtype=np.float64)
    columns["bold"] = np.array([run.bold_chars / len(run.text) for run in runs])
    columns["inlines"] = np.array([run.inlines for run in runs], dtype=np.float64)
    columns["bad"] = layout.bad[at]
    return columns


def _likes(page: Page, layout: Layout, at: Places) -> Columns:
    """What the runs of the same make are like: same tag and name, with the parent's, with the same line of tags."""
    path: list[int] = []
    ids: dict[Hashable, int] = {}
    for box in page.boxes:
        above = path[box.parent.index] if box.parent else 0
        path.append(ids.setdefault((above, box.tag), len(ids) + 1))
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
    """Where in the page's order the run stands, and what stands before and after it."""
    runs = len(layout.box)
    prose, total = layout.prose, max(float(layout.prose.sum()), 1.0)
    first, last = layout.span()
    seen_near = np.cumsum(np.where(layout.inside(layout.near), prose, 0.0))
    columns = {
        "share": at / runs,
        "characters_share": (np.cumsum(layout.size) / layout.size.sum())[at],
        "before": np.clip(first - at, -1, 40).astype(np.float64),
        "after": np.clip(at - last, -1, 40).astype(np.float64),
        "within": (at - first) / max(last - first + 1, 1),
        "seen_near": (seen_near / max(float(seen_near[-1]), 1.0))[at],
        "seen": (np.cumsum(prose) / total)[at],
    }
    columns.update(_neighbours(layout, at))
    columns.update(_place(layout, at))
    for step in (1, 2, -1, -2):
        columns[f"size{step:+d}"] = np.log1p(shifted(layout.size, step, at))
        columns[f"link{step:+d}"] = shifted(layout.link, step, at, 1.0)
    return columns


def _neighbours(layout: Layout, at: Places) -> Columns:
    """The nearest paragraphs before and after."""
    where = np.flatnonzero(layout.prose > 0)
    if not len(where):
        return {name: np.zeros(len(at)) for name in ("since", "until", "since_place", "since_size", "until_size")}
    before, after = np.searchsorted(where, at, side="left"), np.searchsorted(where, at, side="right")
    previous, following = where[np.maximum(before - 1, 0)], where[np.minimum(after, len(where) - 1)]
    return {
        "since": np.where(before > 0, np.minimum(at - previous, _FAR), _FAR),
        "until": np.where(after < len(where), np.minimum(following - at, _FAR), _FAR),
        "since_place": (layout.place[previous] == layout.place[at]).astype(np.float64),
        "since_size": layout.prose[previous],
        "until_size": layout.prose[following],
    }


def _place(layout: Layout, at: Places) -> Columns:
    """The run among those of its place: how many are paragraphs, how much prose came before it and is to come."""
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
        "heading_since": np.where(last >= 0, np.minimum(at - last, 60), 99).astype(np.float64),
        "heading_place": (layout.place[some] == layout.place[at]).astype(np.float64),
        "heading_up": (layout.boxes.depth - layout.shared)[layout.box[some]].astype(np.float64),
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
