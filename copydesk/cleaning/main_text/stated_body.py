"""Take the body that a page's data state for its text, where the page itself shows none or a clearly lesser part."""

from collections.abc import Sequence

from copydesk.cleaning.blocks import to_blocks
from copydesk.cleaning.language import language_of
from copydesk.cleaning.main_text.embedded_boilerplate import embedded_boilerplate
from copydesk.cleaning.main_text.main_text import MainText
from copydesk.cleaning.main_text.select import Body
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare, size_of
from copydesk.cleaning.not_article.listing import is_sentence
from copydesk.cleaning.page.model import Box, Mark, Page, Run
from copydesk.cleaning.page.script_data import stated_paragraphs
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.main_text import (
    LESSER_PART,
    LITTLE_SHOWN,
    SLIGHT_PART,
    STATED_AGREES,
    STATED_CONFIDENCE,
    STATED_LEAST,
    STATED_PROSE,
)

_AGAIN = Label("other", "Stands in the text that the page's data hold", STATED_CONFIDENCE)


def with_stated_body(html: str, page: Page, facts: Facts, title: Title, text: MainText) -> tuple[Page, MainText, str]:
    """Return page and main text with the stated body in them, and where it is from; else both as they are, and "".

    The stated paragraphs become runs of the page, below the title, so that all that follows treats them as any other.
    """
    shown = [page.runs[i].text for i in text.positions]
    scripts = html if sum(map(size_of, shown)) < LITTLE_SHOWN else ""
    names = [title.text, page.title, facts.meta("og:title")]
    stated = stated_paragraphs(facts.article, scripts, names)
    if not _is_better(stated, shown):
        return page, text, ""
    origin = "json-ld" if facts.article.get("articleBody") else "script"
    at = min([*text.positions, len(page.runs)]) if title.at is None else title.at + 1
    return *_set_in(page, stated, at if text.positions or title.at is not None else 0, text), origin


def _is_better(stated: Sequence[str], shown: Sequence[str]) -> bool:
    """Whether a stated body is prose, and holds what is shown, unless that is next to nothing, and twice as much."""
    size, visible = (sum(map(size_of, texts)) for texts in (stated, shown))
    if size < max(STATED_LEAST, LESSER_PART * visible):
        return False
    if sum(size_of(text) for text in stated if is_sentence(text)) < STATED_PROSE * size:
        return False
    if visible < SLIGHT_PART * size:
        return True  # what little is shown stands in for a story that scripts would show
    whole = "\n".join(map(bare, stated))
    return sum(size_of(text) for text in shown if bare(text) in whole) >= STATED_AGREES * visible


def _set_in(page: Page, stated: Sequence[str], at: int, text: MainText) -> tuple[Page, MainText]:
    """Set the paragraphs in as runs from number `at` on, each in a box of its own at the end of the page's boxes."""
    new = len(stated)
    root, first = page.boxes[0], len(page.boxes)
    boxes = [Box(first + i, root, "p", "", False, root.depth + 1, first + i + 1) for i in range(new)]
    root.end = first + new
    runs = [Run(paragraph, box) for paragraph, box in zip(stated, boxes, strict=True)]
    whole = page._replace(
        runs=[*page.runs[:at], *runs, *page.runs[at:]],
        boxes=[*page.boxes, *boxes],
        marks=[mark if mark.at < at else _moved(mark, new) for mark in page.marks],
    )
    blocks = to_blocks(whole)
    language = language_of(page.language, stated, None) if not text.positions else text.language
    cut = embedded_boilerplate(blocks[at : at + new], [STATED_CONFIDENCE] * new, language[0])
    positions = [at + i for i in range(new) if i not in cut]
    boilerplate = {i if i < at else i + new: label for i, label in text.boilerplate.items()}
    boilerplate |= {i if i < at else i + new: _AGAIN for i in text.positions}
    boilerplate |= {at + i: label for i, label in cut.items()}
    kept = [i in set(positions) for i in range(len(whole.runs))]
    likely = [*text.body.likely[:at], *[STATED_CONFIDENCE] * new, *text.body.likely[at:]]
    return whole, MainText(blocks, positions, boilerplate, Body(kept, STATED_CONFIDENCE, likely), language)


def _moved(mark: Mark, by: int) -> Mark:
    return Mark(mark.what, mark.value, mark.at + by, mark.box)
