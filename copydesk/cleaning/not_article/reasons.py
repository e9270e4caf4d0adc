"""Refuse pages and texts that are no article, with the reason in words for a person."""

import re
from collections.abc import Collection, Sequence

from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import is_prose_run, is_sentence, states_article
from copydesk.cleaning.not_article.page_type import TypeFound
from copydesk.cleaning.not_article.walls import WallLine, find_wall, has_article_prose, walls_named
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Block, Cleaned, Label
from copydesk.cleaning.thresholds.not_article import (
    DENSE_COUNTS,
    FEW_RUNS,
    FIRST_LINES,
    LETTERS_COUNTED_TO,
    LOWER_HEADINGS,
    MAIN_HEADINGS,
    PAGE_LEAST_LETTERS,
    SCRIPTLESS_WITHIN,
    SHELL_CHARACTERS,
    TEXT_LINKED,
)
from copydesk.events import LIST_TYPES, PageType

_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_NOTHING = "No article was found on the page"
_LINKS = "The page is a list: what reads like text on it leads to other pages"
_UNWANTED = "The page is no article but a {} page, and the setting refuses such pages"
_EMPTY = "The page is an empty shell: no text is shown on it"


def page_refusal(
    page: Page, facts: Facts, kept: Sequence[bool], found: TypeFound, refuse: Collection[PageType] = LIST_TYPES
) -> str | None:
    """Return the reason why this page, which has runs, is not taken; None when it is.

    `found` is its type, and `refuse` names the types that are not wanted.
    """
    stated = states_article(facts) or facts.meta("og:type").lower().startswith("article")
    headed = walls_named([page.title, facts.meta("og:title"), *_headings(page)])
    told = (run for run, keep in zip(page.runs, kept, strict=True) if keep)
    if "consent" in headed or not has_article_prose(run.text for run in told if is_prose_run(run)):
        lines = [
            WallLine(run.text, is_prose_run(run), keep, run.box.hidden)
            for run, keep in zip(page.runs, kept, strict=True)
            if keep or not run.box.hidden or _is_scriptless(run)
        ]
        if wall := find_wall(headed, lines, stated):
            return wall
    if found.name in refuse and (found.is_list or found.name not in LIST_TYPES):
        return found.reason if found.is_list else _UNWANTED.format(found.name)
    if any(kept):
        return _LINKS if not stated and _leads_elsewhere(page, kept) else None
    shown = sum(size_of(run.text) for run in page.runs if not run.box.hidden)
    if shown < SHELL_CHARACTERS:
        return _EMPTY
    return found.reason if found.name in LIST_TYPES else _NOTHING


def _leads_elsewhere(page: Page, kept: Sequence[bool]) -> bool:
    text = [run for run, keep in zip(page.runs, kept, strict=True) if keep]
    return sum(run.link_chars for run in text) >= TEXT_LINKED * sum(len(run.text) for run in text)


def _is_scriptless(run: Run) -> bool:
    return any(box.tag == "noscript" for box, _ in zip(run.box.ancestry(), range(SCRIPTLESS_WITHIN), strict=False))


def _headings(page: Page) -> list[str]:
    """Return the texts of the main headings; on a page of few runs those of the ones below when there is none."""
    shown = [run for run in page.runs if run.box.tag in {"h1", "h2"} and not run.box.hidden]
    main = [run.text for run in shown if run.box.tag == "h1"][:MAIN_HEADINGS]
    return main or ([run.text for run in shown][:LOWER_HEADINGS] if len(page.runs) <= FEW_RUNS else [])


def text_refusal(blocks: Sequence[Block], labels: Sequence[Label]) -> str | None:
    """Return why a scraped text is nothing but such a wall, None when it may be an article; only its lines tell."""
    lines = [
        WallLine(block.text, is_sentence(block.text), label.kind is None)
        for block, label in zip(blocks, labels, strict=True)
    ]
    headed = walls_named([line.text for line in lines[:FIRST_LINES] if not line.prose])
    if "consent" not in headed and has_article_prose(line.text for line in lines if line.kept and line.prose):
        return None
    wall = find_wall(headed, lines, stated=False)
    return wall.replace("The page", "The text", 1) if wall else None


def too_little(found: Cleaned) -> str | None:
    """Return why a page is no article, next to nothing being left of it; None when there is enough."""
    text = " ".join(found.paragraphs)
    if len(text) > LETTERS_COUNTED_TO * PAGE_LEAST_LETTERS:
        return None
    letters = len(_LETTER.findall(text)) + (DENSE_COUNTS - 1) * len(_DENSE.findall(text))
    return None if letters >= PAGE_LEAST_LETTERS else f"the page has no article text: only {text[:80]!r} was left of it"
