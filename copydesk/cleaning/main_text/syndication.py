"""Find the line below an article that names where it appeared first, as feeds of WordPress put it."""

import re
from collections.abc import Sequence

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.normalise import bare
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.main_text import (
    SYNDICATED_CHARACTERS,
    SYNDICATED_CONFIDENCE,
    SYNDICATED_LINES,
    SYNDICATED_LINKED,
    SYNDICATED_TITLE,
)

_APPEARED = re.compile(any_of("syndication.phrase"), re.IGNORECASE)


def appeared_first(page: Page, title: Title, kept: Sequence[int]) -> dict[int, Label]:
    """Map the last kept lines that say where the article appeared first, by quoting its headline beside links."""
    headline = bare(title.text)
    found: dict[int, Label] = {}
    for i in kept[-SYNDICATED_LINES:]:
        run = page.runs[i]
        said = _APPEARED.search(run.text)
        quotes = len(headline) >= SYNDICATED_TITLE and headline in (text := bare(run.text)) and text != headline
        linked = run.link_chars >= SYNDICATED_LINKED * len(run.text)
        room = len(run.text) - (len(title.text) if quotes else 0)
        if room <= SYNDICATED_CHARACTERS and ((quotes and (linked or said)) or (said and linked)):
            evidence = said[0] if said else title.text
            why = "Says where the article appeared first"
            found[i] = Label("related_links", why, SYNDICATED_CONFIDENCE, evidence)
    return found
