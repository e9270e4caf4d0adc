"""Cut the line below an article that names where it appeared first, as feeds of WordPress put it."""

from collections.abc import Sequence

from copydesk.cleaning.lines.first_appearance import first_appearance, quotes
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.records import Label
from copydesk.cleaning.thresholds.lines import APPEARANCE_CHARACTERS
from copydesk.cleaning.thresholds.main_text import (
    SYNDICATED_BESIDE,
    SYNDICATED_CONFIDENCE,
    SYNDICATED_LINES,
    SYNDICATED_LINKED,
    SYNDICATED_WORDS,
)


def appeared_first(page: Page, title: Title, kept: Sequence[int]) -> dict[int, Label]:
    """Map the last kept lines that say where the article appeared first: in our words, or by its headline in links."""
    found: dict[int, Label] = {}
    for i in kept[-SYNDICATED_LINES:]:
        run = page.runs[i]
        said = first_appearance(run.text, title.text)
        linked = run.link_chars >= SYNDICATED_LINKED * len(run.text)
        if said and (linked or said.quoted or (said.alone and i == kept[-1])):
            found[i] = _label(said.evidence)
        elif linked and _only_names(run.text, title.text, APPEARANCE_CHARACTERS):
            found[i] = _label(title.text)
    return found


def lines_appeared_first(lines: Sequence[str], headline: str, kept: Sequence[int]) -> dict[int, Label]:
    """Map the last kept lines of a text that say where it appeared first: in our words, or by quoting its headline."""
    found: dict[int, Label] = {}
    for i in kept[-SYNDICATED_LINES:]:
        said = first_appearance(lines[i], headline)
        if said and (said.quoted or (said.alone and i == kept[-1])):
            found[i] = _label(said.evidence)
        elif (
            i == kept[-1]
            and len(headline.split()) >= SYNDICATED_WORDS
            and _only_names(lines[i], headline, SYNDICATED_BESIDE)
        ):
            found[i] = _label(headline)
    return found


def _only_names(line: str, headline: str, most: int) -> bool:
    """Whether a line quotes the headline, and at most so many characters stand beside it."""
    return quotes(line, headline) and len(line) - len(headline) <= most


def _label(evidence: str) -> Label:
    return Label("related_links", "Says where the article appeared first", SYNDICATED_CONFIDENCE, evidence)
