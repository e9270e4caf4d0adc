"""Find lists of teasers: headlines that are links, each with a sentence below it, made alike and following each other.

A sentence under a headline reads like a story's; what tells it is the headline above, and that others alike stand
beside it.
"""

from collections.abc import Iterator, Sequence

from copydesk.cleaning.main_text.box_spans import BoxSpans
from copydesk.cleaning.main_text.families import make_of
from copydesk.cleaning.main_text.questions import ASKED
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run, is_teaser
from copydesk.cleaning.page.model import Run
from copydesk.cleaning.thresholds.main_text import (
    LEAST_STORY,
    LEAST_TEASERS,
    STORY_PARAGRAPHS,
    TEASER_APART,
    TEASER_SKIPS,
    TEASER_SPARE,
    TEASER_TEXT,
)

_Make = tuple[str, str, str]
"""What the teasers of a list share: the headline's tag, the make of the box around it, the text's tag."""


def teaser_lists(seen: BoxSpans, title: int | None) -> set[int]:
    """Return the numbers of the runs that stand in lists of teasers while a story stands beside them; linear time.

    The box around a list holds no paragraph but those of the teasers: links between paragraphs are the story's, and
    so are questions that open their answers.
    """
    found: set[int] = set()
    for teasers in _lists(seen.runs, title):
        at = range(teasers[0][0], teasers[-1][1] + 1)
        asked = sum(seen.runs[i].text.endswith(ASKED) for i, _ in teasers)
        if 2 * asked < len(teasers) and _stand_alone(seen, at, len(teasers)):
            found.update(at)
    inside = sum(seen.before[i + 1] - seen.before[i] for i in found)
    size = sum(seen.size[i + 1] - seen.size[i] for i in found)
    if seen.before[-1] - inside < STORY_PARAGRAPHS or seen.size[-1] - size < LEAST_STORY:
        return set()
    return found


def _stand_alone(seen: BoxSpans, at: range, count: int) -> bool:
    """Whether the inmost box around a list holds the paragraphs of its teasers alone, and not the title."""
    box = next(box for box in seen.runs[at[0]].box.ancestry() if at[-1] in seen.inside(box))
    return box.index not in seen.title and seen.prose(box)[0] <= count + TEASER_SPARE


def _lists(runs: Sequence[Run], title: int | None) -> Iterator[list[tuple[int, int]]]:
    """Yield the numbers of headlines and texts, list by list."""
    found: list[tuple[int, int]] = []
    make: _Make = ("", "", "")
    for i, text in _teasers(runs, title):
        made = _made(runs, i, text)
        if found and (made != make or i - found[-1][1] > TEASER_APART):
            if len(found) >= LEAST_TEASERS:
                yield found
            found = []
        make = made
        found.append((i, text))
    if len(found) >= LEAST_TEASERS:
        yield found


def _teasers(runs: Sequence[Run], title: int | None) -> Iterator[tuple[int, int]]:
    """Yield the numbers of a headline and of the text below it, a short line such as a time between them or not."""
    for i, run in enumerate(runs):
        if i == title or run.box.hidden or not is_teaser(run):
            continue
        for j in range(i + 1, min(i + 2 + TEASER_SKIPS, len(runs))):
            if is_prose_run(runs[j]):
                if size_of(runs[j].text) <= TEASER_TEXT and runs[j].box.hidden == run.box.hidden:
                    yield i, j
                break
            if is_teaser(runs[j]):
                break


def _made(runs: Sequence[Run], headline: int, text: int) -> _Make:
    around = runs[headline].box.parent
    return runs[headline].box.tag, make_of(around.name) if around else "", runs[text].box.tag
