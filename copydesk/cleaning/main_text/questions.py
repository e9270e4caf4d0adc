"""Find the questions that a page answers below its story, with their answers: they are a part of it.

The classifier knows them badly: they stand in boxes of their own that open on a click, apart from the paragraphs.
"""

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from copydesk.cleaning.main_text.layout import HEADINGS, is_named_for_boilerplate
from copydesk.cleaning.not_article.listing import is_prose_run, is_teaser
from copydesk.cleaning.page.model import Box, Run
from copydesk.cleaning.thresholds.main_text import (
    ANSWER_LINKED,
    ANSWER_LONGEST,
    ANSWER_NEAR,
    LEAST_QUESTIONS,
    LONGEST_QUESTION,
    QUESTION_BOXES,
    QUESTIONS_BELOW,
)

ASKED = ("?", "？", "؟", ";")
"""Marks that end a question; the last is Greek."""
_OUTSIDE = frozenset(("aside", "nav", "footer", "form"))

_Make = tuple[int, tuple[str, ...]]


def answered_questions(runs: Sequence[Run], kept: Sequence[int]) -> Iterator[int]:
    """Yield the runs within and below the kept ones that are questions made alike, several in a row, and their answers.

    Their names may differ, each with a number of its own; their tags and depth do not.
    """
    near = range(kept[0] + 1, min(len(runs), kept[-1] + QUESTIONS_BELOW))
    asked = [i for i in near if _is_question(runs, i)]
    group: list[int] = []
    for i, following in pairwise([*asked, len(runs)]):
        group.append(i)
        alike = following < len(runs) and _made(runs[i]) == _made(runs[following])
        if alike and following - i <= ANSWER_LONGEST:
            continue
        if len(group) >= LEAST_QUESTIONS:
            yield from _with_answers(runs, group)
        group = []


def _is_question(runs: Sequence[Run], i: int) -> bool:
    """Whether a run asks something, is set apart as a heading is, and a paragraph follows in another box."""
    run = runs[i]
    if run.box.hidden or len(run.text) > LONGEST_QUESTION or not run.text.endswith(ASKED):
        return False
    below = runs[i + 1 : i + 1 + ANSWER_NEAR]
    answer = next(filter(is_prose_run, below), None)
    if answer is None or answer.box is run.box or below[0].text.endswith(ASKED):
        return False
    if is_teaser(run) and not answer.box.hidden:  # what opens on a click may be a link too; its answer is hidden
        return False
    if any(map(is_named_for_boilerplate, islice(run.box.ancestry(), QUESTION_BOXES))):
        return False
    return all(box.tag not in _OUTSIDE for box in run.box.ancestry())


def _made(run: Run) -> _Make:
    return run.box.depth, tuple(box.tag for box in islice(run.box.ancestry(), QUESTION_BOXES))


def _with_answers(runs: Sequence[Run], asked: Sequence[int]) -> Iterator[int]:
    """Yield the questions and what stands between them; of the last the runs in its own box, or its next paragraphs."""
    for i, following in pairwise(asked):
        yield i
        yield from (j for j in range(i + 1, following) if _answers(runs[j]))
    last = asked[-1]
    yield last
    own = _own(runs, last, asked[-2])
    for j in range(last + 1, min(last + 1 + ANSWER_LONGEST, len(runs))):
        if runs[j].box.tag in HEADINGS or not _inside(runs[j], own):
            return
        if _answers(runs[j]):
            yield j


def _answers(run: Run) -> bool:
    """Whether a run may be a part of an answer: shown, or a paragraph that opens on a click; no link or caption."""
    if any(box.tag == "figure" for box in islice(run.box.ancestry(), QUESTION_BOXES)):
        return False
    return run.link_chars < ANSWER_LINKED * len(run.text) and (not run.box.hidden or is_prose_run(run))


def _own(runs: Sequence[Run], last: int, before: int) -> Box:
    """Return the outmost box around a question that the one before does not stand in; where both share one, that."""
    others = {box.index for box in runs[before].box.ancestry()}
    alone = [box for box in runs[last].box.ancestry() if box.index not in others]
    held = alone[-1] if alone else runs[last].box
    beside = held.parent
    return held if beside is None or _holds_answer(runs, last, held) else beside


def _holds_answer(runs: Sequence[Run], last: int, box: Box) -> bool:
    return last + 1 < len(runs) and _inside(runs[last + 1], box)


def _inside(run: Run, box: Box) -> bool:
    return any(each is box for each in run.box.ancestry())
