"""Pages that are no article: why, in words for a person."""

from copydesk.text.body import Body
from copydesk.text.facts import Facts
from copydesk.text.page import Page
from copydesk.text.titles import Title


def no_article(page: Page, facts: Facts, title: Title, body: Body) -> str | None:
    """The reason why this page is not an article, None when it is one."""
    if not page.runs:
        return "The page has no visible text"
    if not any(body.kept):
        return "No article was found on the page"
    return None
