"""Find the boxes that are no part of the story by their markup, before the classifier looks for it.

What is longer than the story draws the classifier to itself: readers' comments, other articles below this one, a legal
notice, the legends of a gallery. Each of these tells by its box what it is.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from operator import attrgetter
from typing import NamedTuple

from copydesk.cleaning.blocks import name_words
from copydesk.cleaning.lexicon.line_words import any_of, line_words
from copydesk.cleaning.main_text.script_text import is_script
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.main_text import (
    DEEPEST_STORY,
    HEADLINE_BOXES,
    HEADLINE_RUNS,
    LEAST_LEGENDS,
    LEAST_STORY,
    LEGEND_BOXES,
    OUTSIDE_CONFIDENCE,
    OUTSIDE_MOST_BOXES,
    OUTSIDE_MOST_RUNS,
    SCRIPTS_SHOWN,
    STORY_BOXES,
    STORY_LINE,
    STORY_LINES,
    STORY_PARAGRAPHS,
)

_COMMENTS = frozenset(line_words("outside_box.comment"))
_NOTICES = frozenset(line_words("outside_box.notice"))
_GALLERIES = frozenset(line_words("outside_box.gallery"))
_HOLDERS = frozenset(line_words("outside_box.holder"))
_COUNTER = re.compile(rf"\D{{0,12}}(\d{{1,3}}) ?{any_of('counter.of')} ?(\d{{1,3}})(?!\d)")
_depth = attrgetter("depth")
_HEADLINES = frozenset(("h1", "h2"))

_COMMENT = Label("comments_prompt", "A reader's comment, by the box it stands in", OUTSIDE_CONFIDENCE)
_NOTICE = Label("cookie_privacy_notice", "A legal notice, by the box it stands in", OUTSIDE_CONFIDENCE)
_LEGEND = Label("caption", "The legend of a gallery beside the story", OUTSIDE_CONFIDENCE)
_OTHER_STORY = Label("related_links", "Another article below this one", OUTSIDE_CONFIDENCE)
_SCRIPT = Label("other", "A script or its data, shown as text", OUTSIDE_CONFIDENCE)


class _Page(NamedTuple):
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
        first, last = self.span.get(box.index, (0, -1))
        return range(first, last + 1)

    def prose(self, box: Box) -> tuple[int, int]:
        """Return the number of paragraphs in a box, and their size."""
        at = self.inside(box)
        return self.before[at.stop] - self.before[at.start], self.size[at.stop] - self.size[at.start]


def is_deep(page: Page) -> bool:
    """Whether boxes are nested deeper than on any article's page: what looks around each run would cost too much."""
    deepest: int = max(map(_depth, page.boxes))
    return deepest > DEEPEST_STORY


def outside_boxes(page: Page, title: Title) -> dict[int, Label]:
    """Map the runs that stand outside the story by their boxes to what they are; costs linear time."""
    if not page.runs or len(page.boxes) > OUTSIDE_MOST_BOXES or is_deep(page):
        return {}
    seen = _read(page, title)
    found: dict[int, Label] = {}
    done = 0
    for box, label in (*_named(page, seen), *_other_stories(page, seen, title), *_legends(page, seen)):
        done += len(at := seen.inside(box))
        if done > OUTSIDE_MOST_RUNS:
            break
        found |= dict.fromkeys(at, label)
    scripts = [i for i, run in enumerate(page.runs) if i not in found and is_script(run.text) and not _is_code(run.box)]
    if len(scripts) <= SCRIPTS_SHOWN:
        found |= dict.fromkeys(scripts, _SCRIPT)
    rest = [i for i in range(len(page.runs)) if i not in found]
    prose = any(seen.before[i + 1] > seen.before[i] for i in rest)
    return found if prose or _lines(page, rest) else dict.fromkeys(scripts, _SCRIPT)


def _lines(page: Page, rest: Sequence[int]) -> bool:
    """Whether one box holds as many lines that are no links as a story without sentences has."""
    held: dict[int, int] = {}
    for i in rest:
        run = page.runs[i]
        if not run.box.hidden and not run.link_chars and size_of(run.text) >= STORY_LINE and run.box.parent is not None:
            held[run.box.parent.index] = held.get(run.box.parent.index, 0) + 1
    return max(held.values(), default=0) >= STORY_LINES


def _read(page: Page, title: Title) -> _Page:
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
    return _Page(page.runs, span, count, size, frozenset(box.index for box in around))


def _named(page: Page, seen: _Page) -> Iterator[tuple[Box, Label]]:
    """Yield boxes named for comments or a legal notice, below the title, while prose stands elsewhere."""
    after = max((seen.span[box][0] for box in seen.title if box in seen.span), default=0)
    for box in page.boxes:
        if not box.name or box.tag not in _HOLDERS or box.index in seen.title or box.index not in seen.span:
            continue
        if seen.span[box.index][0] < after:
            continue
        words = name_words(box.name)
        if words & _COMMENTS:
            yield box, _COMMENT
        elif words & _NOTICES:
            yield box, _NOTICE


def _other_stories(page: Page, seen: _Page, title: Title) -> Iterator[tuple[Box, Label]]:
    """Yield the articles beside the one that the title stands in, each with a headline and a story of its own.

    They are `article` elements anywhere, or boxes of the same kind side by side.
    """
    if title.at is None:
        return
    headline = page.runs[title.at].box.tag
    for own in islice(page.runs[title.at].box.ancestry(), STORY_BOXES):
        if own.parent is None or own.tag in _HEADLINES or seen.prose(own)[0] < STORY_PARAGRAPHS:
            continue
        article = own.tag == "article"
        for box in page.boxes[own.end :]:
            if box.tag != own.tag or box.depth <= 1:
                continue
            beside = box.parent is own.parent and box.name == own.name
            if (article or beside) and _is_story(seen, box, headline, article):
                yield box, _OTHER_STORY


def _is_story(seen: _Page, box: Box, headline: str, article: bool) -> bool:
    """Whether a box has a headline such as the title's, or of the next level in an `article`, and a story below."""
    tags = {
        each.tag
        for i in seen.inside(box)[:HEADLINE_RUNS]
        for each, _ in zip(seen.runs[i].box.ancestry(), range(HEADLINE_BOXES), strict=False)
    }
    headed = headline in tags & _HEADLINES or (article and bool(tags & _HEADLINES))
    return headed and seen.prose(box)[0] >= STORY_PARAGRAPHS


def _legends(page: Page, seen: _Page) -> Iterator[tuple[Box, Label]]:
    """Yield the boxes of a gallery's numbered legends, while a story stands outside of them."""
    slides: dict[int, list[int]] = {}
    for i, run in enumerate(seen.runs):
        if (counted := _COUNTER.match(run.text)) and int(counted[1]) <= int(counted[2]):
            for box, _ in zip(run.box.ancestry(), range(LEGEND_BOXES), strict=False):
                slides.setdefault(box.index, []).append(i)
    for number, at in slides.items():
        box = page.boxes[number]
        if (
            len(at) < LEAST_LEGENDS
            or number in seen.title
            or not any(name_words(b.name) & _GALLERIES for b in islice(box.ancestry(), STORY_BOXES))
        ):
            continue
        count, size = seen.prose(box)
        if seen.before[-1] - count >= STORY_PARAGRAPHS and seen.size[-1] - size >= LEAST_STORY:
            yield box, _LEGEND


def _is_code(box: Box) -> bool:
    return any(each.tag in elements.LINES_KEPT for each in islice(box.ancestry(), STORY_BOXES))
