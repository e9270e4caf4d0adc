"""Find the text of a page wherever it is: on the page, in the page's data, or in what is short and was cut at first."""

from typing import NamedTuple

from copydesk.cleaning.main_text.main_text import MainText, find_main_text, rescue_short_article
from copydesk.cleaning.main_text.rescue import rescue_lines
from copydesk.cleaning.main_text.stated_body import with_stated_body
from copydesk.cleaning.main_text.trafilatura_opinion import trafilatura_opinion
from copydesk.cleaning.metadata.title import Title
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.stated import Facts


class PageText(NamedTuple):
    """Hold a page, with the runs that its data state set in, its main text, and where in the data that is from.

    `origin` is empty where the page itself shows the text. `asked` says that another extractor was asked too.
    """

    page: Page
    main: MainText
    origin: str
    asked: bool


def find_page_text(html: str, page: Page, facts: Facts, title: Title, hint: str | None = None) -> PageText:
    """Find the text of a page that was read from `html`; `hint` is the language others name."""
    asked, runs = False, page.runs

    def ask() -> list[bool] | None:
        nonlocal asked
        asked = True
        return trafilatura_opinion(html, runs)

    found = find_main_text(ask, page, facts, title, hint)
    page, found, origin = with_stated_body(html, page, facts, title, found)
    if page.runs:
        found = rescue_lines(page, facts, title, rescue_short_article(page, facts, title, found))
    return PageText(page, found, origin, asked)
