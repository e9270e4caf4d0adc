"""Detect a paywall: as the page states it, or as its markup suggests."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from copydesk.cleaning.lexicon.line_words import any_of, line_words
from copydesk.cleaning.not_article.walls import paywall_phrase
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.not_article import PARTS_READ, WALL_BELOW, WALL_TASTE

_PAID = frozenset(line_words("content_tier.paid"))
_WALL = re.compile(any_of("class_name.paywall"), re.I)
_STATED = {"true": True, "false": False, "1": True, "0": False, "yes": True, "no": False}


def paywalled(page: Page, facts: Facts, kept: Sequence[int]) -> tuple[bool | None, str]:
    """Tell whether readers must pay, None where nothing tells, and what says so.

    A wall's markup behind the text, or its words behind a short one, are marked as weak.
    """
    for free in _free(facts):
        return not free, "json-ld"
    for mark in page.marks:
        if "isaccessibleforfree" in mark.what and (told := _read(mark.value)) is not None:
            return not told, "markup"
    tier = facts.meta("article:content_tier", "content_tier", "og:article:content_tier").lower()
    if tier:
        return tier in _PAID, "open-graph"
    last = kept[-1] if kept else 0
    for i, run in enumerate(page.runs[last : last + WALL_BELOW]):
        if run.box.hidden:
            continue
        if i and any(_WALL.search(box.name) for box in run.box.ancestry() if box.tag != "body"):
            return True, "weak: markup"
        if len(kept) <= WALL_TASTE and paywall_phrase(run.text):
            return True, "weak: text"
    return None, ""


def _free(facts: Facts) -> Iterator[bool]:
    """Yield what the article says of itself, then of its parts."""
    parts = facts.article.get("hasPart")
    for node in [facts.article, *(parts[:PARTS_READ] if isinstance(parts, list) else [parts])]:
        if isinstance(node, dict) and (told := _read(node.get("isAccessibleForFree"))) is not None:
            yield told


def _read(value: Any) -> bool | None:
    """Read True and False as publishers write them: `"False"`, `http://schema.org/True`, 0."""
    if isinstance(value, list):
        value = value[0] if value else None
    return _STATED.get(str(value).rsplit("/", 1)[-1].strip().lower()) if isinstance(value, bool | int | str) else None
