"""How far runs agree with what a page states of its article: headline, description, and JSON-LD's `articleBody`."""

import re

import numpy as np

from copydesk.cleaning.main_text.layout import Numbers, Places
from copydesk.cleaning.main_text.position_features import Columns
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts

_WORD = re.compile(r"[^\W\d_]{4,}|[\u3040-\u30ff\u3400-\u9fff]")
_ENDS_READ, _COMPARED = 120, 30
LEAST_BODY = 200
"""Characters of an `articleBody` that is worth a comparison; shorter ones are descriptions."""
MOST_BODY = 50_000


def agreement(page: Page, facts: Facts, title: Title, at: Places, words: list[list[str]]) -> Columns:
    """A column of len(at) numbers per name; `words` are those of the runs in `at`."""
    runs = [page.runs[i].text for i in at.tolist()]
    starts = [bare(text[:_ENDS_READ]) for text in runs]
    headline, told = bare(title.text), facts.meta("og:description", "description")
    description = bare(told)
    topic = frozenset(_WORD.findall(f"{title.text} {told}".lower()))
    return {
        "is_title": np.array([_same(start, headline) for start in starts], dtype=np.float64),
        "is_description": np.array([len(s) > 20 and s[:40] in description for s in starts], dtype=np.float64),
        "topic": np.array([sum(map(topic.__contains__, some)) / max(len(some), 1) for some in words]),
        "since_title": np.clip(at - title.at, -50, 100) if title.at is not None else np.full(len(at), -99.0),
        "stated": _stated(facts, runs, starts),
        "news": np.full(len(at), float("article" in facts.meta("og:type"))),
    }


def _same(text: str, headline: str) -> bool:
    if len(text) <= 8 or not headline:
        return False
    return text in headline or (headline in text and 2 * len(text) < 3 * len(headline))


def _stated(facts: Facts, runs: list[str], starts: list[str]) -> Numbers:
    """Per run whether its beginning and its end stand in the stated body: 0, a half, 1; -1 where none is stated."""
    told = facts.article.get("articleBody")
    if not isinstance(told, str) or len(told) <= LEAST_BODY:
        return np.full(len(runs), -1.0)
    body = bare(told[:MOST_BODY])
    shares = []
    for text, start in zip(runs, starts, strict=True):
        end = start if len(text) <= _ENDS_READ else bare(text[-_ENDS_READ:])
        both = (float(start[:_COMPARED] in body) + float(end[-_COMPARED:] in body)) / 2
        shares.append(both if len(start) >= 4 else 0.3)
    return np.array(shares)
