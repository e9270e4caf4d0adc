"""Find the boxes that are no part of the story by their markup, before the classifier looks for it.

What is longer than the story draws the classifier to itself: readers' comments, other articles below this one, a legal
notice, the legends of a gallery, what is said in a recording. Each of these tells by its box what it is.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from operator import attrgetter

from copydesk.cleaning.blocks import name_words
from copydesk.cleaning.lexicon.line_words import any_of, line_words
from copydesk.cleaning.main_text.box_spans import BoxSpans, read_spans
from copydesk.cleaning.main_text.reader_comments import reader_comments
from copydesk.cleaning.main_text.script_text import is_script
from copydesk.cleaning.main_text.teaser_lists import teaser_lists
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.model import Box, Page
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.main_text import (
    AUTHOR_PARAGRAPHS,
    AUTHOR_TIMES,
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
_AUTHORS = frozenset((*line_words("class_word.author_bio"), *line_words("outside_box.author")))
_TRANSCRIPTS = frozenset(line_words("outside_box.transcript"))
_HOLDERS = frozenset(line_words("outside_box.holder"))
_COUNTER = re.compile(rf"\D{{0,12}}(\d{{1,3}}) ?{any_of('counter.of')} ?(\d{{1,3}})(?!\d)")
_NOTICE_HEADING = re.compile(rf"\W{{0,4}}{any_of('notice.heading')}\W{{0,4}}", re.I)
_depth = attrgetter("depth")
_HEADLINES = frozenset(("h1", "h2"))

_COMMENT = Label("comments_prompt", "A reader's comment, by the box it stands in", OUTSIDE_CONFIDENCE)
_SIGNED_COMMENT = Label("comments_prompt", "Reads like readers' comments, each with name and date", OUTSIDE_CONFIDENCE)
_NOTICE = Label("cookie_privacy_notice", "A legal notice, by the box it stands in", OUTSIDE_CONFIDENCE)
_LEGEND = Label("caption", "The legend of a gallery beside the story", OUTSIDE_CONFIDENCE)
_NUMBER = Label("navigation", "The number of a picture in a gallery", OUTSIDE_CONFIDENCE)
_TRANSCRIPT = Label("other", "What is said in a recording beside the story", OUTSIDE_CONFIDENCE)
_OTHER_STORY = Label("related_links", "Another article below this one", OUTSIDE_CONFIDENCE)
_AUTHOR = Label("author_bio", "Introduces the author, by the box it stands in", OUTSIDE_CONFIDENCE)
_TEASER = Label("related_links", "Stands in a list of headlines that lead to other articles", OUTSIDE_CONFIDENCE)
_SCRIPT = Label("other", "A script or its data, shown as text", OUTSIDE_CONFIDENCE)


def is_deep(page: Page) -> bool:
    """Whether boxes are nested deeper than on any article's page: what looks around each run would cost too much."""
    deepest: int = max(map(_depth, page.boxes))
    return deepest > DEEPEST_STORY


def outside_boxes(page: Page, title: Title) -> dict[int, Label]:
    """Map the runs that stand outside the story by their boxes to what they are; costs linear time."""
    if not page.runs or len(page.boxes) > OUTSIDE_MOST_BOXES or is_deep(page):
        return {}
    seen = read_spans(page, title)
    found: dict[int, Label] = {}
    done = 0
    for box, label in (*_named(page, seen), *_other_stories(page, seen, title), *_legends(page, seen)):
        done += len(at := seen.inside(box))
        if done > OUTSIDE_MOST_RUNS:
            break
        found |= dict.fromkeys(at, label)
    found |= dict.fromkeys(reader_comments(page, seen), _SIGNED_COMMENT)
    found |= dict.fromkeys(teaser_lists(seen, title.at), _TEASER)
    numbers = [i for i, run in enumerate(page.runs) if _COUNTER.fullmatch(run.text)]
    if len(numbers) >= LEAST_LEGENDS:
        found |= dict.fromkeys(numbers, _NUMBER)
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


def _named(page: Page, seen: BoxSpans) -> Iterator[tuple[Box, Label]]:
    """Yield boxes named for comments or a legal notice, or headed so, below the title, and a transcript in a story."""
    after = max((seen.span[box][0] for box in seen.title if box in seen.span), default=0)
    for box in page.boxes:
        if not box.name or box.tag not in _HOLDERS or box.index in seen.title or box.index not in seen.span:
            continue
        words = name_words(box.name)
        if words & _TRANSCRIPTS and seen.stands_in_a_story(box):
            yield box, _TRANSCRIPT
        if seen.span[box.index][0] < after:
            continue
        if words & _COMMENTS:
            yield box, _COMMENT
        elif words & _NOTICES:
            yield box, _NOTICE
        elif seen.title and words & _AUTHORS and _is_below_a_story(seen, box, after):
            yield box, _AUTHOR
    for i in range(after, len(page.runs)):
        around = page.runs[i].box.parent
        if around and _NOTICE_HEADING.fullmatch(page.runs[i].text) and seen.inside(around).start == i:
            yield around, _NOTICE


def _is_below_a_story(seen: BoxSpans, box: Box, after: int) -> bool:
    """Whether a box holds a few paragraphs below those of the story, which begins at run `after`, and is far less."""
    (count, size), first = seen.prose(box), seen.span[box.index][0]
    if not 0 < count <= AUTHOR_PARAGRAPHS or seen.before[first] - seen.before[after] < STORY_PARAGRAPHS:
        return False
    return seen.size[first] - seen.size[after] >= max(LEAST_STORY, AUTHOR_TIMES * size)


def _other_stories(page: Page, seen: BoxSpans, title: Title) -> Iterator[tuple[Box, Label]]:
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


def _is_story(seen: BoxSpans, box: Box, headline: str, article: bool) -> bool:
    """Whether a box has a headline such as the title's, or of the next level in an `article`, and a story below."""
    tags = {
        each.tag
        for i in seen.inside(box)[:HEADLINE_RUNS]
        for each, _ in zip(seen.runs[i].box.ancestry(), range(HEADLINE_BOXES), strict=False)
    }
    headed = headline in tags & _HEADLINES or (article and bool(tags & _HEADLINES))
    return headed and seen.prose(box)[0] >= STORY_PARAGRAPHS


def _legends(page: Page, seen: BoxSpans) -> Iterator[tuple[Box, Label]]:
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
            or not any(name_words(b.name) & _GALLERIES for b in _around(seen.runs[at[0]].box, box))
        ):
            continue
        if seen.stands_beside_a_story(box):
            yield box, _LEGEND


def _around(inmost: Box, box: Box) -> Iterator[Box]:
    """Yield the boxes of a slide and of what holds all of them."""
    yield from (each for each in islice(inmost.ancestry(), LEGEND_BOXES) if each.depth > box.depth)
    yield from islice(box.ancestry(), STORY_BOXES)


def _is_code(box: Box) -> bool:
    return any(each.tag in elements.LINES_KEPT for each in islice(box.ancestry(), STORY_BOXES))
