"""Keep the sections of a story whole: the heading over a kept paragraph, and the list that stands among them.

The classifier judges each run by itself, and what is short reads like furniture: the question of an accordion, the
headline of a live blog's entry, the date over a chronicle's, the players of a team.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

from copydesk.cleaning.boilerplate.line_rules import apply_rules
from copydesk.cleaning.lines.datelines import reads_as_dateline
from copydesk.cleaning.main_text.families import make_of
from copydesk.cleaning.main_text.layout import HEADINGS, is_named_for_boilerplate
from copydesk.cleaning.main_text.questions import ASKED, answered_questions
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.records import Block, Label
from copydesk.cleaning.thresholds.main_text import (
    ALL_BOLD,
    ENTRIES_KEPT,
    ENTRIES_SHARE,
    HEADING_LINKED,
    HEADING_NEAR,
    HEADING_SKIPS,
    HEADING_UP,
    LEAST_DATES,
    LEAST_SAID_LARGE,
    LIST_KEPT,
    LIST_LINKED,
    LONGEST_BOLD,
    LONGEST_DATE,
    SAID_BELOW,
)

_OVER = (HEADINGS - {"h1"}) | {"summary", "dt"}
_CLOCK = re.compile(r"\d{1,2} ?[:.h] ?\d\d(?!\d)")
_DENSE_STOPS = frozenset("。！？")
_STATED, _CLOSING = frozenset(".。।۔"), "\"'”’»」) "
_ENTRY = frozenset(("article", "div", "li", "section"))
_LISTS = frozenset(("ul", "ol", "dl", "table"))

_Make = tuple[int, str, str]
"""What entries of one kind share: the box around them, their tag, and their name without its numbers."""


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
    found.update(i for i in _entries(page, kept) if i not in cut and not _told(blocks, [i], language))
    found.update(i for i in _dated_entries(page.runs, kept) if i not in cut or cut[i].kind == "dateline")
    found.update(i for i in _code(page.runs, kept) if i not in cut)
    again = {page.runs[i].text for i in kept}
    asked = (i for i in answered_questions(page.runs, kept) if page.runs[i].text not in again)
    said = (*_between(page.runs, kept), *_said_large(page.runs, kept), *asked)
    found.update(i for i in said if i not in cut and not _told(blocks, [i], language))
    dates = _dates(page.runs, kept)
    for i in range(max(found) - 1, kept[0], -1):
        if i in found or (i in cut and cut[i].kind != "dateline"):
            continue
        if (i in dates or _heads(page.runs, i, found)) and not _told(blocks, [i], language):
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
        leads_away = linked > LIST_LINKED and LIST_KEPT * sum(i in text for i in at) < len(at)
        if leads_away or any(is_named_for_boilerplate(box) for box in around if box.index > main):
            continue
        above = next((i for i in range(at[0] - 1, -1, -1) if not runs[i].box.hidden), 0)
        led = above in text or _is_heading(runs[above])
        inside, within = at[-1] < last, _within(page.boxes[number], main)
        if (inside and (led or (within and page.boxes[number].tag != "table"))) or (within and led):
            yield at


def _entries(page: Page, kept: Sequence[int]) -> Iterator[int]:
    """Yield the sentences below the first kept one that stand in entries of which others alike are kept.

    Each such entry has a heading of its own, as a live blog's have; a heading alone makes no entry kept.
    """
    runs, text = page.runs, set(kept)
    said = {i for i in kept if is_prose_run(runs[i])}
    held_in: dict[_Make, set[int]] = defaultdict(set)
    for i in said:
        for make, box in _entries_around(runs[i]):
            held_in[make].add(box)
    several = {make for make, held in held_in.items() if len(held) >= ENTRIES_KEPT}
    if not several:
        return
    makes: dict[_Make, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    for i in range(max(kept[0] - HEADING_NEAR, 0), len(runs)):
        for make, box in _entries_around(runs[i]):
            if make in several:
                makes[make][box].append(i)
    for entries in makes.values():
        headed = [at for at in entries.values() if any(_is_heading(runs[i]) and not runs[i].link_chars for i in at)]
        held = sum(not said.isdisjoint(at) for at in headed)
        if held >= ENTRIES_KEPT and held >= ENTRIES_SHARE * len(entries):
            left = (i for at in headed for i in at if i > kept[0] and i not in text)
            yield from (i for i in left if not runs[i].box.hidden and _is_said(runs[i]))


def _entries_around(run: Run) -> list[tuple[_Make, int]]:
    """List the boxes around a run that may be an entry, by their make and number."""
    return [
        ((box.parent.index, box.tag, make_of(box.name)), box.index)
        for box in _up(run)
        if box.tag in _ENTRY and box.parent is not None
    ]


def _between(runs: Sequence[Run], kept: Sequence[int]) -> Iterator[int]:
    """Yield the paragraphs below a kept one, in the box that holds most of the story, that were not kept.

    Of scripts whose sentences are short, two in a row: the model knows few of them.
    """
    text, main, said = set(kept), _main(runs, kept), {runs[i].text for i in kept}
    for i in range(kept[0] + 1, min(kept[-1] + 1 + SAID_BELOW, len(runs))):
        run = runs[i]
        if i in text or i - 1 not in text or run.box.hidden or run.text in said or not _is_said(run):
            continue
        if run.box.parent is not None and run.box.parent.index == main:
            if run.text[-1] in _DENSE_STOPS:
                text.add(i)
            yield i


def _said_large(runs: Sequence[Run], kept: Sequence[int]) -> list[int]:
    """Return the statements marked up as headings where a kept paragraph could stand: several are paragraphs, too."""
    large = [
        i
        for i in range(kept[0] + 1, len(runs))
        if runs[i].box.tag in HEADINGS and not runs[i].link_chars and not runs[i].box.hidden
        and is_prose_run(runs[i]) and runs[i].text.rstrip(_CLOSING)[-1:] in _STATED
    ]  # fmt: skip
    if len(large) < LEAST_SAID_LARGE:
        return []
    places = {_place(runs[i].box) for i in kept}
    found = [i for i in large if _place(runs[i].box) in places]
    return found if len(found) >= LEAST_SAID_LARGE else []


def _place(box: Box) -> tuple[tuple[str, str], ...]:
    """Return the elements around a box as they are made, but for the name of its own wrapper, which tells its kind."""
    around = [(one.tag, make_of(one.name)) for one in islice(box.ancestry(), 1, None)]
    return ((around[0][0], ""), *around[1:]) if around else ()


def _is_said(run: Run) -> bool:
    """Whether a run is a sentence without links, be it a short one in a script that needs few characters for it."""
    return is_prose_run(run) or (not run.link_chars and run.text[-1] in _DENSE_STOPS)


def _main(runs: Sequence[Run], kept: Sequence[int]) -> int:
    """Return the number of the box whose paragraphs hold most of the story."""
    held: dict[int, int] = defaultdict(int)
    for i in kept:
        box = runs[i].box.parent or runs[i].box
        while box.tag in _LISTS and box.parent is not None:
            box = box.parent
        held[box.index] += size_of(runs[i].text)
    return max(held, key=lambda number: held[number])


def _within(box: Box, main: int) -> bool:
    return any(around.index == main for around in box.ancestry())


def _heads(runs: Sequence[Run], i: int, found: set[int]) -> bool:
    """Whether a run is a heading, and what follows in the same box is kept, but for a line such as the time."""
    run = runs[i]
    if not _is_heading(run) or run.link_chars > HEADING_LINKED * len(run.text):
        return False
    below = range(i + 1, min(i + HEADING_NEAR, len(runs)))
    shown = [j for j in below if j in found or not runs[j].box.hidden][: HEADING_SKIPS + 1]
    near = {box.index for box in _up(run)}
    for j in shown:
        if j in found:
            return run.box.hidden <= runs[j].box.hidden and any(box.index in near for box in _up(runs[j]))
        if _is_heading(runs[j]) or len(runs[j].text) > len(run.text):
            return False
    return False


def _code(runs: Sequence[Run], kept: Sequence[int]) -> Iterator[int]:
    """Yield the blocks of code and the like that stand between kept paragraphs in the story's own box.

    Such a block may be one run, or a box a line, of which a bracket is one.
    """
    main = _main(runs, kept)
    for i in range(kept[0] + 1, kept[-1]):
        box = runs[i].box
        if box.hidden or all(each.tag != "pre" for each in _up(runs[i])) or not _within(box, main):
            continue
        if box.tag != "pre" or any(map(str.isalpha, runs[i].text)):
            yield i


def _dates(runs: Sequence[Run], kept: Sequence[int]) -> set[int]:
    """Find the dates over a chronicle's entries: lines of a date and no clock, each above a kept run in boxes alike."""
    text = set(kept)
    found: dict[int, list[int]] = defaultdict(list)
    for i in range(kept[0] + 1, kept[-1]):
        run = runs[i]
        if i in text or i + 1 not in text or run.link_chars or run.box.parent is None:
            continue
        if run.box in runs[i + 1].box.ancestry() and _is_day(run.text):
            found[run.box.parent.index].append(i)
    return {i for at in found.values() if len(at) >= LEAST_DATES for i in at}


def _dated_entries(runs: Sequence[Run], kept: Sequence[int]) -> Iterator[int]:
    """Yield what stands in entries alike that begin with a day each, where most of them are kept: a chronicle's."""
    text = set(kept)
    dated: dict[_Make, dict[int, int]] = defaultdict(dict)
    begun: set[int] = set()
    for i in range(max(kept[0] - HEADING_NEAR, 0), min(kept[-1] + HEADING_NEAR, len(runs))):
        for make, box in _entries_around(runs[i]):
            if box not in begun and not runs[i].link_chars and _is_day(runs[i].text):
                dated[make][box] = i
            begun.add(box)
    for make, entries in dated.items():
        held = {box for box, at in entries.items() if at + 1 in text}
        if len(held) < LEAST_DATES or 2 * len(held) < len(entries):
            continue
        for box, at in entries.items():
            for j in range(at, min(at + HEADING_NEAR, len(runs))):
                if (make, box) in _entries_around(runs[j]) and not runs[j].link_chars and not runs[j].box.hidden:
                    yield j


def _is_day(text: str) -> bool:
    return len(text) <= LONGEST_DATE and reads_as_dateline(text, None) > 0 and not _CLOCK.search(text)


def _up(run: Run) -> list[Box]:
    return list(islice(run.box.ancestry(), HEADING_UP))


def _is_heading(run: Run) -> bool:
    """Whether markup makes a run a heading: its element, letters all bold, or the button that opens an answer."""
    box = run.box
    if box.tag in _OVER or (box.parent is not None and box.parent.tag in _OVER):
        return True
    short = len(run.text) <= LONGEST_BOLD
    return short and (run.bold_chars >= ALL_BOLD * len(run.text) or (run.box.tag == "button" and run.text[-1] in ASKED))
