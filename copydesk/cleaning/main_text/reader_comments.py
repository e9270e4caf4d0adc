"""Find readers' comments by what repeats: each has a name and a day; or by the heading that stands above them.

No class name is needed: sites name such boxes in every language. Entries of a live blog have headings or a clock alone,
those of a chronicle a day and no name, and before neither stands a story.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.lexicon.load import known_months
from copydesk.cleaning.lexicon.tokens import tokens
from copydesk.cleaning.lines.bylines import says_by
from copydesk.cleaning.lines.datelines import read_date
from copydesk.cleaning.main_text.box_spans import BoxSpans
from copydesk.cleaning.main_text.families import make_of
from copydesk.cleaning.normalise import SENTENCE_ENDS, fold_letters
from copydesk.cleaning.not_article.listing import is_prose_run
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.thresholds.main_text import (
    COMMENT_LINKED,
    COMMENT_NAMED,
    COMMENT_SIGNED,
    COMMENTS_MOST_LINES,
    COMMENTS_STORY,
    LEAST_COMMENTS,
    SIGNATURE_LINE,
    SIGNATURE_LINES,
    SIGNATURE_WORDS,
    STORY_PARAGRAPHS,
)

_DIGIT = re.compile(r"\d")
_CLOCK = re.compile(r"(?<!\d)\d{1,2}[:.h]\d\d(?!\d)")
_AGO = re.compile(
    rf"(?<!\w){any_of('ago.before')} \d{{1,2}} ?{any_of('ago.unit')}"
    rf"|(?<!\d)\d{{1,2}} ?{any_of('ago.unit')} ?{any_of('ago.after')}(?!\w)",
    re.I,
)
_HEADING = re.compile(
    rf"\W{{0,2}}(?:\d{{1,5}}\W{{1,3}})?{any_of('comments.heading')}(?:\W{{1,3}}\d{{1,5}})?[ ):]{{0,3}}", re.I
)
_CLOSED = re.compile(rf"{any_of('comments.closed')}.{{0,60}}", re.I)
_STOPS = (*SENTENCE_ENDS, ",", ":")
_HEADED = frozenset(("h1", "h2", "h3", "h4"))


def reader_comments(page: Page, seen: BoxSpans) -> set[int]:
    """Return the numbers of the runs that are comments, below a story of some length; linear time."""
    start = _below_story(page, seen)
    if start is None:
        return set()
    found: set[int] = set()
    for boxes in _families(page, seen, start):
        found.update(_said(page.runs, seen, boxes))
    found.update(_headed(page, seen, start))
    return found


def _below_story(page: Page, seen: BoxSpans) -> int | None:
    """Return the first run before which, below the title, a story stands; None where there is none."""
    first = max((seen.span[box][0] for box in seen.title if box in seen.span), default=0)
    paragraphs, size = seen.before[first] + STORY_PARAGRAPHS, seen.size[first] + COMMENTS_STORY
    for i in range(first, len(page.runs)):
        if seen.before[i] >= paragraphs and seen.size[i] >= size:
            return i
    return None


def _families(page: Page, seen: BoxSpans, start: int) -> Iterator[Sequence[Box]]:
    """Yield boxes of one make beside each other below the story, enough of them for comments."""
    alike: dict[tuple[int, str, str], list[Box]] = {}
    for box in page.boxes:
        if box.parent is not None and box.index in seen.span and seen.span[box.index][0] >= start:
            alike.setdefault((box.parent.index, box.tag, make_of(box.name)), []).append(box)
    yield from (boxes for boxes in alike.values() if len(boxes) >= LEAST_COMMENTS)


def _said(runs: Sequence[Run], seen: BoxSpans, boxes: Sequence[Box]) -> Iterator[int]:
    """Yield what stands in boxes that are signed each, or between lines that are the signatures alone."""
    boxes = [
        box
        for box in boxes
        if any(runs[i].link_chars < COMMENT_LINKED * len(runs[i].text) for i in seen.inside(box)[:COMMENTS_MOST_LINES])
    ]
    lines = [_signature(runs, seen.inside(box)) for box in boxes]
    signed = [(box, line) for box, line in zip(boxes, lines, strict=True) if line]
    if len(signed) < max(LEAST_COMMENTS, COMMENT_SIGNED * len(boxes)) or not _named([line for _, line in signed]):
        return
    if sum(seen.prose(box)[0] > 0 for box, _ in signed) >= COMMENT_SIGNED * len(signed):
        for box in boxes:
            yield from seen.inside(box)
        return
    at = [seen.inside(box) for box, line in signed if says_by(line)]
    if len(at) < LEAST_COMMENTS:
        return
    gaps = [after.start - before.stop for before, after in pairwise(at)]
    between = seen.before[at[-1].start] - seen.before[at[0].stop]
    if between >= LEAST_COMMENTS and max(gaps) <= COMMENTS_MOST_LINES:
        around = seen.inside(boxes[0].parent) if boxes[0].parent is not None else range(0)
        yield from range(at[0].start, min(at[-1].stop + max(gaps), max(around.stop, at[-1].stop)))


def _signature(runs: Sequence[Run], inside: range) -> str:
    """Return the short lines with a name and a day that a comment begins or ends with; none where it has a heading."""
    if any(runs[i].box.tag in _HEADED for i in inside[:SIGNATURE_LINES]):
        return ""
    for lines in (inside[:SIGNATURE_LINES], inside[-SIGNATURE_LINES:]):
        short = [runs[i].text for i in lines if _is_short(runs[i])]
        if any(map(_names_day, short)):
            return " ".join(short)
    return ""


def _is_short(run: Run) -> bool:
    return len(run.text) <= SIGNATURE_LINE and not run.text.endswith(_STOPS) and not is_prose_run(run)


def _names_day(line: str) -> bool:
    """Whether a line names a day with its year, a day and a clock, or how long ago something was."""
    if not _DIGIT.search(line):
        return False
    if _AGO.search(line) or read_date(line, None, day_first=True):
        return True
    return bool(_CLOCK.search(line)) and not known_months(None).keys().isdisjoint(tokens(fold_letters(line)))


def _named(signatures: Sequence[str]) -> bool:
    """Whether most signatures are a few words beside the day, one of which most others lack, as names do."""
    known = known_months(None).keys()
    said = [{word for word in tokens(fold_letters(line)) if not word.isdecimal()} - known for line in signatures]
    count = Counter(word for words in said for word in words)
    named = [
        len(words) <= SIGNATURE_WORDS and any(len(word) > 1 and 2 * count[word] <= len(said) for word in words)
        for words in said
    ]
    return sum(named) >= COMMENT_NAMED * len(said)


def _headed(page: Page, seen: BoxSpans, start: int) -> Iterator[int]:
    """Yield what follows the heading of the comments in the box that it heads.

    Within the story such a line may be a button; one that says that they are closed stands below it.
    """
    for i in range(start, len(page.runs)):
        run = page.runs[i]
        if run.link_chars or run.box.tag == "pre" or len(run.text) > SIGNATURE_LINE:
            continue
        closed = _CLOSED.fullmatch(run.text)
        if not closed and not _HEADING.fullmatch(run.text):
            continue
        for box in run.box.ancestry():
            inside = seen.inside(box)
            if not closed and seen.before[i] > seen.before[inside.start]:
                break
            if seen.before[inside.stop] > seen.before[i + 1]:
                yield from range(i, inside.stop)
                return
