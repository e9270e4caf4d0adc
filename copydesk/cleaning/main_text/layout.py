"""Measure the layout of a page: the prose of each box, and each run's relation to the box that holds most of it."""

import re
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.main_text.families import Families, find_families, has_time
from copydesk.cleaning.main_text.places import Numbers, Places
from copydesk.cleaning.main_text.word_features import STOP
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.thresholds.main_text import (
    BOXES_AROUND,
    CLOSE_LINKED,
    DUMP_RUN,
    DUMP_RUNS,
    DUMP_SHARE,
    LEAST_DUMP,
    LONG_LINKED,
    LONG_RUN,
    MOST_CANDIDATES,
    MOST_DUMPS,
    RUNS_AFTER_PROSE,
    RUNS_BEFORE_PROSE,
)
from copydesk.cleaning.thresholds.page_features import (
    BOILERPLATE_PROSE,
    BOLD_HEADING,
    CHILD_PROSE,
    FAR_SHARE,
    GRANDCHILD_PROSE,
    HIDDEN_PROSE,
    PROSE_LINK_SHARE,
)
from copydesk.cleaning.thresholds.text import LEAST_PROSE

_BOILERPLATE = re.compile(rf"{any_of('class_name.boilerplate')}|{any_of('class_name.boilerplate_end')}\b")
_ENDS = frozenset('.!?。！？…”.’»」』)।؟۔"')
HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5", "h6"))
_LEAVES = HEADINGS | {"p", "li", "blockquote", "td", "span", "a"}


class Boxes(NamedTuple):
    """Hold arrays over a page's boxes, in document order: a box's subtree is the slice from itself to `end`.

    `parent` is 0 for the root too; `size`, `prose`, `linked` (characters) and `runs` (their number) are those of the
    subtree, `own` is the prose of the runs that have their place here.
    """

    parent: Places
    end: Places
    depth: Places
    size: Numbers
    prose: Numbers
    linked: Numbers
    runs: Numbers
    own: Numbers

    def line(self, box: int) -> list[int]:
        """List the box and all around it, outmost first."""
        found = [box]
        while box:
            box = int(self.parent[box])
            found.append(box)
        return found[::-1]

    def shared_depth(self, main: int) -> Places:
        """Return per box the depth of the inmost box around both it and the main one."""
        shared = np.zeros(len(self.parent), dtype=np.intp)
        for box in self.line(main):
            shared[box : self.end[box]] = self.depth[box]
        return shared


class Layout(NamedTuple):
    """Hold arrays over a page's runs, and the boxes that most of its prose stands in.

    `place` is the box whose children a run's siblings are, `size` in characters, `link` a share, `ends` whether the
    last mark ends a sentence, `prose` its characters if it reads like a paragraph, `bad` how many boxes around are
    named for boilerplate, `again` whether it is hidden and says what readers see elsewhere on the page, as data for
    machines does, `headed` the number of the last heading above, -1 where there is none, `timed` whether it is a line
    with a time. `near` is the box most
    paragraphs stand in, `far` the inmost one that holds most of them; `shared` the depth, per box, of the inmost box
    around both it and `near`.
    """

    boxes: Boxes
    box: Places
    place: Places
    size: Numbers
    link: Numbers
    ends: Numbers
    prose: Numbers
    bad: Numbers
    again: NDArray[np.bool_]
    headed: Places
    timed: NDArray[np.bool_]
    families: Families
    near: int
    far: int
    shared: Places

    def inside(self, box: int) -> NDArray[np.bool_]:
        """Tell which runs stand in the box."""
        return np.asarray((self.box >= box) & (self.box < self.boxes.end[box]))

    def span(self) -> tuple[int, int]:
        """Return the numbers of the first and the last paragraph, those in `near` where there are any."""
        main = np.flatnonzero((self.prose > 0) & self.inside(self.near))
        if not len(main):
            main = np.flatnonzero(self.prose > 0)
        return (int(main[0]), int(main[-1])) if len(main) else (0, len(self.box) - 1)

    def candidates(self) -> Places:
        """Choose the runs worth a closer look: around the prose, beside a paragraph anywhere, or long."""
        boxes, at = self.boxes, np.arange(len(self.box))
        first, last = self.span()
        up = boxes.depth[self.near] - self.shared[self.box]
        close = self.inside(self.near) | ((self.link < CLOSE_LINKED) & (up <= BOXES_AROUND))
        close &= (at >= first - RUNS_BEFORE_PROSE) & (at <= last + RUNS_AFTER_PROSE)
        close |= (boxes.own[self.place] > 0) & (self.link < CLOSE_LINKED)
        found = np.flatnonzero((close | ((self.size > LONG_RUN) & (self.link < LONG_LINKED))) & ~self.again)
        start = int(np.searchsorted(found, first - RUNS_BEFORE_PROSE)) if len(found) > MOST_CANDIDATES else 0
        return found[start : start + MOST_CANDIDATES]


def lay_out(page: Page, without: frozenset[int] = frozenset()) -> Layout:
    """Measure a page that has at least one run; the runs numbered in `without` are known to be no article's."""
    runs, boxes = page.runs, page.boxes
    parents = [box.parent.index if box.parent else 0 for box in boxes]
    box = np.array([run.box.index for run in runs], dtype=np.intp)
    size = np.array([size_of(run.text) for run in runs], dtype=np.float64)
    link = np.array([run.link_chars / len(run.text) for run in runs])
    ends = np.array([run.text[-1] in _ENDS for run in runs], dtype=np.float64)
    bad = _bad(boxes, parents, box)[box]
    again = _again(runs)
    again[list(without)] = True
    parent: Places = np.array(parents, dtype=np.intp)
    end: Places = np.array([each.end for each in boxes], dtype=np.intp)
    inside = sums_of_subtrees(np.ones(len(runs)), box, end)
    timed = np.array([has_time(run) for run in runs], dtype=np.bool_)
    families = find_families(boxes, parents, inside)
    dated = families.dated(sums_of_subtrees(timed.astype(np.float64), box, end) > 0)[box]
    prose = np.where(again, 0.0, _prose(runs, size, link, ends, (bad > 0) | dated))
    place = _places(runs, box, len(boxes))
    own = np.asarray(np.bincount(place, weights=prose, minlength=len(boxes)), dtype=np.float64)
    sums = [sums_of_subtrees(values, box, end) for values in (size, prose, np.floor(size * link))]
    depth: Places = np.array([b.depth for b in boxes], dtype=np.intp)
    measured = Boxes(parent, end, depth, sums[0], sums[1], sums[2], inside, own)
    near = _near(parent, own)
    return Layout(
        measured, box, place, size, link, ends, prose, bad.astype(np.float64), again, _headed(runs, size),
        timed, families, near, _far(measured), measured.shared_depth(near),
    )  # fmt: skip


def _prose(runs: list[Run], size: Numbers, link: Numbers, ends: Numbers, less: NDArray[np.bool_]) -> Numbers:
    """Count characters outside links of runs that read like paragraphs; less where hidden, and where told so."""
    prose = np.zeros(len(runs))
    for i in np.flatnonzero((size >= LEAST_PROSE) & (link < PROSE_LINK_SHARE)).tolist():
        run = runs[i]
        if ends[i] or STOP.search(run.text):
            seen = HIDDEN_PROSE if run.box.hidden else 1.0
            prose[i] = size[i] * (1 - link[i]) * seen * (BOILERPLATE_PROSE if less[i] else 1.0)
    return np.floor(prose)


def _again(runs: list[Run]) -> NDArray[np.bool_]:
    """Tell which runs are hidden long ones most of which readers see elsewhere, in several runs."""
    again = np.zeros(len(runs), dtype=np.bool_)
    for i, run in enumerate(runs):
        if run.box.hidden and len(run.text) >= LEAST_DUMP:
            shown = (r.text for r in runs if len(r.text) >= DUMP_RUN and not r.box.hidden)
            seen = [len(text) for text in shown if text[:DUMP_RUN] in run.text]
            again[i] = len(seen) >= DUMP_RUNS and sum(seen) >= DUMP_SHARE * len(run.text)
            if again.sum() >= MOST_DUMPS:
                break
    return again


def _bad(boxes: list[Box], parents: list[int], held: Places) -> Places:
    """Count per box how many of it and those around it are named for boilerplate; 0 for boxes that hold no run."""
    holds = [False] * len(boxes)
    for i in held.tolist():
        while not holds[i]:
            holds[i] = True
            i = parents[i]
    found = [0] * len(boxes)
    for i, box in enumerate(boxes):
        if holds[i] and i:
            found[i] = found[parents[i]] + is_named_for_boilerplate(box)
    return np.array(found, dtype=np.intp)


def is_named_for_boilerplate(box: Box) -> bool:
    """Whether class or id of a box say that it holds boilerplate."""
    return bool(box.name) and box.tag != "body" and _is_boilerplate(box.name)


@lru_cache(8192)
def _is_boilerplate(name: str) -> bool:
    return _BOILERPLATE.search(name.lower()) is not None


def _headed(runs: list[Run], size: Numbers) -> Places:
    """Return per run the number of the last heading above it, -1 where there is none; a short bold line is one too."""
    heads = [
        run.box.tag in HEADINGS or (run.bold_chars > BOLD_HEADING * len(run.text) and characters < LONG_RUN)
        for run, characters in zip(runs, size.tolist(), strict=True)
    ]
    at = np.where(heads, np.arange(len(heads)), -1)
    return np.concatenate([[-1], np.maximum.accumulate(at)[:-1]]).astype(np.intp)


def _places(runs: list[Run], box: Places, boxes: int) -> Places:
    """Return the box a run shares with its siblings: its own when that holds several runs, else the one around."""
    alone = (np.bincount(box, minlength=boxes) == 1).tolist()
    return np.array(
        [
            run.box.parent.index
            if run.box.parent is not None and (run.box.tag in _LEAVES or alone[run.box.index])
            else run.box.index
            for run in runs
        ],
        dtype=np.intp,
    )


def sums_of_subtrees(values: Numbers, box: Places, end: Places) -> Numbers:
    """Sum the runs' values over the subtree of every box."""
    sums = np.concatenate([[0.0], np.cumsum(np.bincount(box, weights=values, minlength=len(end)))])
    return np.asarray(sums[end] - sums[:-1])


def _near(parent: Places, own: Numbers) -> int:
    """Find the box that most prose stands in, that of boxes below it counting less."""
    score = own + np.bincount(parent, weights=own * CHILD_PROSE, minlength=len(parent))
    score += np.bincount(parent[parent], weights=own * GRANDCHILD_PROSE, minlength=len(parent))
    return int(score.argmax())


def _far(boxes: Boxes) -> int:
    """Find the inmost box that still holds two thirds of the page's prose."""
    held = np.flatnonzero(boxes.prose >= FAR_SHARE * max(float(boxes.prose[0]), 1.0))
    return int(held[boxes.depth[held].argmax()]) if len(held) else 0
