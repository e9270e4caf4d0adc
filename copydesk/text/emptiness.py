"""Whether what is left after cleaning is an article at all, by how much of it there is."""

import re

from copydesk.cleaning.records import Cleaned, Refused

LEAST = 60
_LETTER = re.compile(r"[^\W\d_]")
_DENSE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DENSE_COUNTS = 3
"""A character of Chinese, Japanese or Korean says about as much as three letters."""


def too_little(found: Cleaned) -> Refused | None:
    """Why a page is no article: next to nothing was left of it; None when there is enough."""
    text = " ".join(found.paragraphs)
    if len(text) > 4 * LEAST:
        return None
    letters = len(_LETTER.findall(text)) + (_DENSE_COUNTS - 1) * len(_DENSE.findall(text))
    return None if letters >= LEAST else Refused(f"the page has no article text: only {text[:80]!r} was left of it")
