"""Take captions, lists or short lines for the story where the classifier kept no sentence of a page that is an article.

A photo story's text stands in captions, that of a prize's winners in a list, and verse ends no sentence.
"""

from collections.abc import Sequence

from copydesk.cleaning.boilerplate.line_rules import apply_rules
from copydesk.cleaning.main_text.layout import is_named_for_boilerplate
from copydesk.cleaning.main_text.main_text import MainText
from copydesk.cleaning.main_text.outside_boxes import is_deep
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run, is_teaser, states_article
from copydesk.cleaning.page.model import Box, Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.main_text import (
    LINE_LEAST,
    LINE_LINKED,
    RESCUED_CONFIDENCE,
    RESCUED_LEAST,
    RESCUED_LINES,
    RESCUED_TEASERS,
    RESCUED_TIMES,
)

_OUTSIDE = frozenset(("aside", "nav", "footer", "header", "form", "noscript", "button", "label", "select"))


def rescue_lines(page: Page, facts: Facts, title: Title, text: MainText) -> MainText:
    """Keep the lines below the headline where no sentence was found and markup says that the page is an article."""
    if any(is_prose_run(page.runs[i]) and not _is_caption(page.runs[i]) for i in text.positions):
        return text
    if is_deep(page) or not (states_article(facts) or facts.meta("og:type").lower().startswith("article")):
        return text
    shown = range(0 if title.at is None else title.at + 1, len(page.runs))
    lines = [i for i in shown if i not in text.boilerplate and _is_line(page.runs[i])]
    story = _story(page, lines, title)
    if story is None:
        return text
    lines_kept = [i for i in text.positions if _is_line(page.runs[i]) and story in page.runs[i].box.ancestry()]
    kept = sum(size_of(page.runs[i].text) for i in lines_kept)
    inside = [i for i in lines if story in page.runs[i].box.ancestry()]
    told = apply_rules([text.blocks[i] for i in inside], text.language[0], headed=False)
    read = zip(inside, told.read, told.cut, strict=True)
    found = [i for i, s, cut in read if not cut or (s.credit is not None and s.credit.caption)]
    size = sum(size_of(page.runs[i].text) for i in found)
    elsewhere = sum(size_of(page.runs[i].text) for i in text.positions if story not in page.runs[i].box.ancestry())
    times = RESCUED_TIMES if set(lines_kept) - set(found) and elsewhere <= kept else 1
    if size < max(RESCUED_LEAST, times * kept) or _is_listing(page, story):
        return text
    flags = [i in set(found) for i in range(len(page.runs))]
    return text._replace(positions=found, body=text.body._replace(kept=flags, confidence=RESCUED_CONFIDENCE))


def _story(page: Page, lines: Sequence[int], title: Title) -> Box | None:
    """Return the inmost box that holds enough lines: around the title, else any; None where no box does."""
    held: dict[int, int] = {}
    many: dict[int, int] = {}
    for i in lines:
        for box in page.runs[i].box.ancestry():
            held[box.index] = held.get(box.index, 0) + size_of(page.runs[i].text)
            many[box.index] = many.get(box.index, 0) + 1
    enough = {n for n in held if held[n] >= RESCUED_LEAST and many[n] >= RESCUED_LINES}
    if title.at is not None:
        return next((box for box in page.runs[title.at].box.ancestry() if box.index in enough and box.depth), None)
    inmost = max(enough, key=lambda n: (held[n] * page.boxes[n].depth, page.boxes[n].depth), default=None)
    return None if inmost is None else page.boxes[inmost]


def _is_caption(run: Run) -> bool:
    return any(box.tag == "figcaption" for box in run.box.ancestry())


def _is_line(run: Run) -> bool:
    if run.box.hidden or run.link_chars > LINE_LINKED * len(run.text) or size_of(run.text) < LINE_LEAST:
        return False
    if sum(map(str.isalpha, run.text)) < LINE_LEAST:
        return False
    return not any(box.tag in _OUTSIDE or is_named_for_boilerplate(box) for box in run.box.ancestry())


def _is_listing(page: Page, story: Box) -> bool:
    teasers = sum(is_teaser(run) for run in page.runs if story in run.box.ancestry())
    return teasers >= RESCUED_TEASERS
