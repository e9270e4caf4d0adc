"""trafilatura's verdict on a page, mapped back to its runs: slow, so asked only where it is worth the time."""

import re
import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from copydesk.cleaning.page.model import Run

MAX_CHARACTERS = 3_000_000
MAX_RUNS = 3_000
MAX_TAGS = 30_000
"""Beyond these its time grows with the square of the page."""

_WORDLESS = re.compile(r"\W+")
_LONG = 60


def second_opinion(html: str, runs: Sequence[Run]) -> list[bool] | None:
    """For each run whether trafilatura keeps it; None when the page is too large to ask, or it finds nothing."""
    if len(html) > MAX_CHARACTERS or len(runs) > MAX_RUNS or html.count("<") > MAX_TAGS:
        return None
    found = _trafilatura().bare_extraction(html, favor_precision=True, include_comments=False)
    text = found.text if found is not None else None
    return _kept(runs, text) if text else None


def _kept(runs: Sequence[Run], text: str) -> list[bool]:
    lines = {_WORDLESS.sub("", line) for line in text.split("\n")}
    whole = _WORDLESS.sub("", text)
    kept = []
    for run in runs:
        bare = _WORDLESS.sub("", run.text)
        kept.append(bool(bare) and (bare in lines or (len(bare) >= _LONG and bare in whole)))
    return kept


@cache
def _trafilatura() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # urllib3 speaks up about proxies, which nothing here uses
        import trafilatura

    return trafilatura
