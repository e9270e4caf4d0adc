"""Tell of each box which runs and how much prose it holds, in one pass over the page."""

from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.thresholds.main_text import LEAST_STORY, SAID_TIMES, STORY_PARAGRAPHS


class BoxSpans(NamedTuple):
    """Hold runs and boxes so that what a box holds is told without looking into it.

    `span` maps a box to the first and the last run of its subtree; `before` and `size` are how many paragraphs, and how
    much of them, stand before a run; `title` are the boxes around the title.
    """

    runs: Sequence[Run]
    span: dict[int, tuple[int, int]]
    before: Sequence[int]
    size: Sequence[int]
    title: frozenset[int]

    def inside(self, box: Box) -> range:
        """Return the numbers of the runs in a box and those below it."""
        first, last = self.span.get(box.index, (0, -1))
        return range(first, last + 1)

    def prose(self, box: Box) -> tuple[int, int]:
        """Return the number of paragraphs in a box, and their size."""
        at = self.inside(box)
        return self.before[at.stop] - self.before[at.start], self.size[at.stop] - self.size[at.start]

    def stands_beside_a_story(self, box: Box) -> bool:
        """Whether a story stands outside of a box: long enough, or as long as what the box holds."""
        count, size = self.prose(box)
        rest = self.size[-1] - size
        return self.before[-1] - count >= STORY_PARAGRAPHS and (rest >= LEAST_STORY or rest >= size > 0)

    def stands_in_a_story(self, box: Box) -> bool:
        """Whether a story stands around a box, in the inmost one that holds the title too."""
        around = next((each for each in box.ancestry() if each.index in self.title), None)
        if around is None:
            return False
        (count, size), (own, own_size) = self.prose(around), self.prose(box)
        return count - own >= STORY_PARAGRAPHS and size - own_size >= max(LEAST_STORY, own_size / SAID_TIMES)


def read_spans(page: Page, title: Title) -> BoxSpans:
    """Read a page with at least one run; linear time."""
    first, last = [len(page.runs)] * len(page.boxes), [-1] * len(page.boxes)
    for i, run in enumerate(page.runs):
        at = run.box.index
        first[at], last[at] = min(first[at], i), i
    for box in reversed(page.boxes):  # those around it stand before it
        if box.parent is None:
            continue
        at, above = box.index, box.parent.index
        if first[at] < first[above]:
            first[above] = first[at]
        if last[at] > last[above]:
            last[above] = last[at]
    span = {at: each for at, each in enumerate(zip(first, last, strict=True)) if each[1] >= 0}
    sizes = [size_of(run.text) if not run.box.hidden and is_prose_run(run) else 0 for run in page.runs]
    count, size = [0, *accumulate(bool(each) for each in sizes)], [0, *accumulate(sizes)]
    around = () if title.at is None else page.runs[title.at].box.ancestry()
    return BoxSpans(page.runs, span, count, size, frozenset(box.index for box in around))
