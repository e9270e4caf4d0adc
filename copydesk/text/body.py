"""The decision: which of a page's runs are the article's text, and how sure that is."""

from typing import NamedTuple

from copydesk.text.facts import Facts
from copydesk.text.page import Page
from copydesk.text.second_opinion import second_opinion
from copydesk.text.titles import Title


class Body(NamedTuple):
    """For each run whether it is body text, and the probability of that; the confidence in the whole, 0 to 1."""

    kept: list[bool]
    confidence: float


def choose_body(html: str, page: Page, facts: Facts, title: Title) -> Body:
    """Choose the body among the page's runs."""
    kept = second_opinion(html, page.runs) or [
        run.box.tag == "p" and len(run.text) > 80 and not run.link_chars for run in page.runs
    ]
    if title.at is not None:
        kept[title.at] = False
    return Body(kept, 0.7)
