"""The last resort for a page that says it is an article, of which nothing was kept: a caption, a poem."""

from copydesk.cleaning.main_text.main_text import Story
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.not_article.listing import LEAST_TEASERS, is_prose, is_teaser, states_article
from copydesk.cleaning.not_article.walls import speaks_of_walls
from copydesk.cleaning.page.model import Page, Run
from copydesk.cleaning.page.stated import Facts

MOST = 12
"""Paragraphs; a page with more of them that were all cut is no short article."""
DOUBT = 0.3
_OUTSIDE = frozenset(("aside", "nav", "footer", "header", "form", "noscript", "button", "label"))


def rescue(page: Page, facts: Facts, title: Title, story: Story) -> Story:
    """The story, or where it is empty and markup describes an article, the visible sentences that may be all of it."""
    if story.positions or not states_article(facts):
        return story
    shown = range(0 if title.at is None else title.at + 1, len(page.runs))
    found = [i for i in shown if i not in story.furniture and _may_be(page.runs[i])]
    if not 0 < len(found) <= MOST or sum(map(is_teaser, page.runs)) >= LEAST_TEASERS:
        return story
    kept = [i in set(found) for i in range(len(page.runs))]
    return story._replace(positions=found, body=story.body._replace(kept=kept, confidence=DOUBT))


def _may_be(run: Run) -> bool:
    if run.box.hidden or not is_prose(run) or speaks_of_walls(run.text):
        return False
    return all(box.tag not in _OUTSIDE for box in run.box.ancestry())
