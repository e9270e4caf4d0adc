"""Pages that are no article: why, in words for a person."""

import re
from collections.abc import Sequence

from copydesk.cleaning.normalise import size_of
from copydesk.cleaning.not_article.listing import find_listing, is_prose, is_sentence, states_article
from copydesk.cleaning.not_article.walls import Spoken, find_wall, names_walls, tells_story
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.records import Block, Cleaned, Label

LEAST_LETTERS = 60
_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSE_COUNTS = 3
"""A character of Chinese, Japanese or Korean says about as much as three letters."""

NOTHING = "No article was found on the page"
LINKS = "The page is a list: what reads like text on it leads to other pages"
EMPTY = "The page is an empty shell: no text is shown on it"
FEW_LINES = 40
LINKED = 0.8
"""The share of links from which on what is kept is no text."""
SHELL = 40
"""Characters of visible text below which a page with nothing to keep is an empty shell."""


def no_article(page: Page, facts: Facts, kept: Sequence[bool], url: str | None = None) -> str | None:
    """The reason why this page is not an article, None when it is one."""
    if not page.runs:
        return "The page has no visible text"
    stated = states_article(facts) or facts.meta("og:type").lower().startswith("article")
    headed = names_walls([page.title, facts.meta("og:title"), *_headings(page)])
    told = (run for run, keep in zip(page.runs, kept, strict=True) if keep)
    if "consent" in headed or not tells_story(run.text for run in told if is_prose(run)):
        lines = [
            Spoken(run.text, is_prose(run), keep, run.box.hidden)
            for run, keep in zip(page.runs, kept, strict=True)
            if keep or not run.box.hidden or _is_scriptless(run)
        ]
        if wall := find_wall(headed, lines, stated):
            return wall
    address = url or next((href for rel, href in page.links if rel == "canonical"), None)
    if listing := find_listing(page, facts, kept, address, states_article(facts)):
        return listing
    if any(kept):
        return LINKS if not stated and _leads_elsewhere(page, kept) else None
    return EMPTY if sum(size_of(run.text) for run in page.runs if not run.box.hidden) < SHELL else NOTHING


def _leads_elsewhere(page: Page, kept: Sequence[bool]) -> bool:
    text = [run for run, keep in zip(page.runs, kept, strict=True) if keep]
    return sum(run.link_chars for run in text) >= LINKED * sum(len(run.text) for run in text)


def _is_scriptless(run: Run) -> bool:
    return any(box.tag == "noscript" for box, _ in zip(run.box.ancestry(), range(3), strict=False))


def _headings(page: Page) -> list[str]:
    """The texts of the main headings; on a page of few lines of the ones below when there is none."""
    shown = [run for run in page.runs if run.box.tag in {"h1", "h2"} and not run.box.hidden]
    main = [run.text for run in shown if run.box.tag == "h1"][:3]
    return main or ([run.text for run in shown][:2] if len(page.runs) <= FEW_LINES else [])


def no_text_article(blocks: Sequence[Block], labels: Sequence[Label]) -> str | None:
    """Why a scraped text is nothing but such a wall, None when it may be an article; only its lines tell."""
    lines = [
        Spoken(block.text, is_sentence(block.text), label.kind is None)
        for block, label in zip(blocks, labels, strict=True)
    ]
    headed = names_walls([line.text for line in lines[:2] if not line.prose])
    if "consent" not in headed and tells_story(line.text for line in lines if line.kept and line.prose):
        return None
    wall = find_wall(headed, lines, stated=False)
    return wall.replace("The page", "The text", 1) if wall else None


def too_little(found: Cleaned) -> str | None:
    """Why a page is no article: next to nothing was left of it; None when there is enough."""
    text = " ".join(found.paragraphs)
    if len(text) > 4 * LEAST_LETTERS:
        return None
    letters = len(_LETTER.findall(text)) + (_DENSE_COUNTS - 1) * len(_DENSE.findall(text))
    return None if letters >= LEAST_LETTERS else f"the page has no article text: only {text[:80]!r} was left of it"
