"""Keep the sections of a story whole: the heading over a kept paragraph, and the list that stands among them.

The classifier judges each run by itself, and what is short reads like furniture: the question of an accordion, the
headline of a live blog's entry, the date over a chronicle's, the players of a team.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence

from copydesk.cleaning.boilerplate.line_rules import apply_rules
from copydesk.cleaning.main_text.layout import HEADINGS, is_named_for_boilerplate
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.main_text import (
    HEADING_LINKED,
    HEADING_NEAR,
    HEADING_SKIPS,
    HEADING_UP,
    LIST_LINKED,
)

_OVER = (HEADINGS - {"h1"}) | {"summary", "dt"}
_LISTS = frozenset(("ul", "ol", "dl", "table"))


def whole_sections(
    page: Page, blocks: Sequence[Block], kept: Sequence[int], cut: dict[int, Label], language: str | None
) -> list[int]:
    """Return the kept runs with the lists and headings that belong to them, in order.

    `cut` are the runs known to be boilerplate; they stay cut, and so does what words give away.
    """
    if not kept:
        return list(kept)
    found = set(kept)
    for at in _lists(page, kept):
        new = [i for i in at if i not in found and not page.runs[i].box.hidden]
        if new and cut.keys().isdisjoint(new) and not _told(blocks, new, language):
            found.update(new)
    for i in range(max(found) - 1, kept[0], -1):
        if i not in found and i not in cut and _heads(page.runs, i, found) and not _told(blocks, [i], language):
            found.add(i)
    return sorted(found)


def _told(blocks: Sequence[Block], at: Sequence[int], language: str | None) -> bool:
    """Whether words give any of these blocks away as boilerplate; a date among paragraphs is a chronicle's."""
    seen = apply_rules([blocks[i] for i in at], language, headed=False)
    return any(
        cut and max(own, key=own.__getitem__) != "dateline" for cut, own in zip(seen.cut, seen.scores, strict=True)
    )


def _lists(page: Page, kept: Sequence[int]) -> Iterator[list[int]]:
    """Yield the runs of each list that belongs to the story: between its paragraphs, or below a heading of it."""
    text, runs = set(kept), page.runs
    main, last = _main(runs, kept), max((i for i in kept if is_prose_run(runs[i])), default=kept[0])
    lists: dict[int, list[int]] = defaultdict(list)
    for i in range(kept[0] + 1, len(runs)):
        for box in runs[i].box.ancestry():
            if box.tag in _LISTS:
                lists[box.index].append(i)
                break
    for number, at in lists.items():
        around = list(page.boxes[number].ancestry())
        linked = sum(runs[i].link_chars for i in at) / sum(len(runs[i].text) for i in at)
        if linked > LIST_LINKED or any(is_named_for_boilerplate(box) for box in around if box.index > main):
            continue
        above = next((i for i in range(at[0] - 1, -1, -1) if not runs[i].box.hidden), 0)
        led = above in text or _is_heading(runs[above])
        inside, within = at[-1] < last, any(box.index == main for box in around)
        if (inside and (led or (within and page.boxes[number].tag != "table"))) or (within and led):
            yield at


def _main(runs: Sequence[Run], kept: Sequence[int]) -> int:
    """Return the number of the box whose paragraphs hold most of the story."""
    held: dict[int, int] = defaultdict(int)
    for i in kept:
        box = runs[i].box.parent or runs[i].box
        while box.tag in _LISTS and box.parent is not None:
            box = box.parent
        held[box.index] += size_of(runs[i].text)
    return max(held, key=lambda number: held[number])


def _heads(runs: Sequence[Run], i: int, found: set[int]) -> bool:
    """Whether a run is a heading, and what follows in the same box is kept, but for a line such as the time."""
    run = runs[i]
    if run.box.hidden or not _is_heading(run) or run.link_chars > HEADING_LINKED * len(run.text):
        return False
    shown = [j for j in range(i + 1, min(i + HEADING_NEAR, len(runs))) if not runs[j].box.hidden][: HEADING_SKIPS + 1]
    near = {box.index for box in _up(run)}
    for j in shown:
        if j in found:
            return any(box.index in near for box in _up(runs[j]))
        if _is_heading(runs[j]) or len(runs[j].text) > len(run.text):
            return False
    return False


def _up(run: Run) -> list[Box]:
    return [box for box, _ in zip(run.box.ancestry(), range(HEADING_UP), strict=False)]


def _is_heading(run: Run) -> bool:
    around = [box for box, _ in zip(run.box.ancestry(), range(2), strict=False)]
    return any(box.tag in _OVER for box in around)
