"""Run trafilatura as a second extractor and map what it keeps to the runs: slow, so only where it is worth the time."""

import warnings
from collections.abc import Sequence
from functools import cache
from typing import Any

from copydesk.cleaning.normalise import without_gaps
from copydesk.cleaning.page.model import Run
from copydesk.cleaning.thresholds.main_text import (
    OPINION_LONG,
    OPINION_MOST_CHARACTERS,
    OPINION_MOST_RUNS,
    OPINION_MOST_TAGS,
)


def trafilatura_opinion(html: str, runs: Sequence[Run]) -> list[bool] | None:
    """Tell for each run whether trafilatura keeps it; None when the page is too large to ask, or it finds nothing."""
    if len(html) > OPINION_MOST_CHARACTERS or len(runs) > OPINION_MOST_RUNS or html.count("<") > OPINION_MOST_TAGS:
        return None
    found = _trafilatura().bare_extraction(html, favor_precision=True, include_comments=False)
    text = found.text if found is not None else None
    return _kept(runs, text) if text else None


def _kept(runs: Sequence[Run], text: str) -> list[bool]:
    lines = {without_gaps(line) for line in text.split("\n")}
    whole = without_gaps(text)
    kept = []
    for run in runs:
        bare = without_gaps(run.text)
        kept.append(bool(bare) and (bare in lines or (len(bare) >= OPINION_LONG and bare in whole)))
    return kept


@cache
def _trafilatura() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # urllib3 speaks up about proxies, which nothing here uses
        import trafilatura

    return trafilatura
