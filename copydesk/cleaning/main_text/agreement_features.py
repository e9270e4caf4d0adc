"""Measure how far runs agree with what a page states of its article: headline, description, JSON-LD's `articleBody`."""

import re

import numpy as np

from copydesk.cleaning.main_text.places import Numbers, Places
from copydesk.cleaning.main_text.position_features import Columns
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts
from copydesk.cleaning.thresholds.page_features import (
    AGREEMENT_COMPARED,
    AGREEMENT_READ,
    DESCRIPTION_COMPARED,
    DESCRIPTION_LEAST,
    LEAST_STATED,
    MOST_STATED_READ,
    NO_TITLE,
    SAME_LEAST,
    SAME_LONGER,
    STATED_SHORT,
    STATED_SHORT_SCORE,
    TITLE_AWAY_AFTER,
    TITLE_AWAY_BEFORE,
)

_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff]")


def agreement_features(page: Page, facts: Facts, title: Title, at: Places, words: list[list[str]]) -> Columns:
    """Return a column of len(at) numbers per name; `words` are those of the runs in `at`."""
    runs = [page.runs[i].text for i in at.tolist()]
    starts = [bare(text[:AGREEMENT_READ]) for text in runs]
    headline, told = bare(title.text), facts.meta("og:description", "description")
    description = bare(told)
    topic = frozenset(_WORD.findall(f"{title.text} {told}".lower()))
    return {
        "is_title": np.array([_same(start, headline) for start in starts], dtype=np.float64),
        "is_description": np.array(
            [len(s) > DESCRIPTION_LEAST and s[:DESCRIPTION_COMPARED] in description for s in starts], dtype=np.float64
        ),
        "topic": np.array([sum(map(topic.__contains__, some)) / max(len(some), 1) for some in words]),
        "since_title": np.full(len(at), NO_TITLE)
        if title.at is None
        else np.clip(at - title.at, TITLE_AWAY_BEFORE, TITLE_AWAY_AFTER),
        "stated": _stated(facts, runs, starts),
        "news": np.full(len(at), float("article" in facts.meta("og:type"))),
    }


def _same(text: str, headline: str) -> bool:
    if len(text) <= SAME_LEAST or not headline:
        return False
    return text in headline or (headline in text and len(text) < SAME_LONGER * len(headline))


def _stated(facts: Facts, runs: list[str], starts: list[str]) -> Numbers:
    """Return per run whether its beginning and end stand in the stated body: 0, a half, 1; -1 where none is stated."""
    told = facts.article.get("articleBody")
    if not isinstance(told, str) or len(told) <= LEAST_STATED:
        return np.full(len(runs), -1.0)
    body = bare(told[:MOST_STATED_READ])
    shares = []
    for text, start in zip(runs, starts, strict=True):
        end = start if len(text) <= AGREEMENT_READ else bare(text[-AGREEMENT_READ:])
        both = (float(start[:AGREEMENT_COMPARED] in body) + float(end[-AGREEMENT_COMPARED:] in body)) / 2
        shares.append(both if len(start) >= STATED_SHORT else STATED_SHORT_SCORE)
    return np.array(shares)
