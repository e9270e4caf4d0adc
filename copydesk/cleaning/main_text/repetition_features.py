"""Measure what repeats around each run: boxes of one make beside each other, times of day, words that open runs.

Comments, cards and teasers repeat a shape: a name, a time, a text. A story is told once.
"""

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.main_text.layout import HEADINGS, Layout, sums_of_subtrees
from copydesk.cleaning.main_text.places import Numbers, Places
from copydesk.cleaning.main_text.position_features import Columns, shifted
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.thresholds.page_features import FAR_PARAGRAPH, MOST_REPEATED, OPENING_COMPARED


def repetition_features(page: Page, layout: Layout, at: Places) -> Columns:
    """Return a column of len(at) numbers per name, for the runs numbered in `at`."""
    columns = _families(page, layout, at)
    columns.update(_branches(page, layout, at))
    columns.update(_times(layout.timed, at))
    columns.update(_words(page, at))
    return columns


def _families(page: Page, layout: Layout, at: Places) -> Columns:
    """Describe the largest family around each run: its share in the prose, its links, what its members hold."""
    boxes, families = layout.boxes, layout.families
    found = families.around[layout.box[at]]
    members, size = np.maximum(families.members, 1), np.maximum(families.sums(boxes.size), 1.0)
    headed = np.array([run.box.tag in HEADINGS for run in page.runs], dtype=np.float64)
    near = np.zeros(len(members))
    near[families.own[boxes.line(layout.near)]] = 1.0
    of_family = {
        "": np.log1p(families.members),
        "_prose": families.sums(boxes.prose) / max(float(boxes.prose[0]), 1.0),
        "_linked": families.sums(boxes.linked) / size,
        "_runs": families.sums(boxes.runs) / members,
        "_size": np.log1p(size / members),
        "_near": near,
    }
    for what, runs in (("_timed", layout.timed.astype(np.float64)), ("_headed", headed)):
        of_family[what] = families.share(sums_of_subtrees(runs, layout.box, boxes.end) > 0)
    return {f"family{what}": np.where(found, values[found], 0.0) for what, values in of_family.items()}


def _branches(page: Page, layout: Layout, at: Places) -> Columns:
    """Describe where each run's way parts from that of the paragraphs: the box they share, and the branch below it."""
    boxes = layout.boxes
    line = np.array(boxes.line(layout.near), dtype=np.intp)
    on_line = np.zeros(len(boxes.parent), dtype=np.bool_)
    on_line[line] = True
    branch = np.arange(len(on_line))
    twins = np.zeros(len(on_line))
    makes: dict[tuple[int, str, str], list[int]] = {}
    for i in np.flatnonzero(on_line[boxes.parent] & ~on_line & (boxes.runs > 0)).tolist():
        branch[i : boxes.end[i]] = i
        makes.setdefault((int(boxes.parent[i]), page.boxes[i].tag, page.boxes[i].name), []).append(i)
    for alike in makes.values():
        twins[alike] = len(alike)
    box = layout.box[at]
    shared, own = line[layout.shared[box]], branch[box]
    total, size = max(float(boxes.prose[0]), 1.0), np.maximum(boxes.size, 1.0)
    columns: Columns = {"branch_twins": np.log1p(twins[own])}
    for name, of in (("shared", shared), ("branch", own)):
        columns[f"{name}_share"] = boxes.prose[of] / total
        columns[f"{name}_linked"] = boxes.linked[of] / size[of]
        columns[f"{name}_dense"] = boxes.prose[of] / size[of]
        columns[f"{name}_count"] = np.log1p(boxes.runs[of])
    return columns


def _times(timed: NDArray[np.bool_], at: Places) -> Columns:
    """Measure the way to the lines with a time before and after, and how many came before."""
    where = np.flatnonzero(timed)
    before = np.searchsorted(where, at, side="left")
    columns: Columns = {f"timed{step}": values for step, values in shifted(timed.astype(np.float64), at).items()}
    columns["timed_before"] = np.log1p(before)
    columns["timed_all"] = np.full(len(at), np.log1p(len(where)))
    far = np.full(len(at), FAR_PARAGRAPH)
    if len(where):
        previous, following = where[np.maximum(before - 1, 0)], where[np.minimum(before, len(where) - 1)]
        columns["timed_since"] = np.where(before > 0, np.minimum(at - previous, FAR_PARAGRAPH), far)
        columns["timed_until"] = np.where(following >= at, np.minimum(following - at, FAR_PARAGRAPH), far)
    else:
        columns["timed_since"] = columns["timed_until"] = far
    return columns


def _words(page: Page, at: Places) -> Columns:
    """Count how often runs of the page say what each one says, and open with its words; those of neighbours too."""
    texts = [run.text for run in page.runs]
    columns: Columns = {}
    for name, said in (("repeats", texts), ("opening", [text[:OPENING_COMPARED] for text in texts])):
        counts: dict[str, int] = {}
        for text in said:
            counts[text] = counts.get(text, 0) + 1
        values: Numbers = np.array([min(counts[text], MOST_REPEATED) for text in said], dtype=np.float64)
        columns[name] = values[at]
        columns.update({f"{name}{step}": near for step, near in shifted(values, at).items()})
    return columns
