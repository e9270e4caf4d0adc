"""Reading of what a page states about its article, for the tests of metadata."""

from typing import NamedTuple

from copydesk.cleaning.metadata.metadata import Metadata, read_metadata
from copydesk.cleaning.metadata.title import Title, choose_title
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page

URL = "https://www.courier.example/local/rain-ends"
TEXT = "The rain that had fallen on the valley for nine days ended before dawn, and the river fell by a metre. "


class Stated(NamedTuple):
    """What a page states: its title and the rest."""

    title: Title
    metadata: Metadata


def stated(head: str = "", top: str = "", end: str = "", url: str | None = URL, language: str | None = "en") -> Stated:
    """Read a page of this head and an article between `top` and `end`: three paragraphs."""
    paragraphs = f"<p>{TEXT}</p><p>{TEXT * 2}</p><p>{TEXT}</p>"
    html = (
        f"<!doctype html><html><head>{head}</head><body><main><article>{top}{paragraphs}{end}</article></main></body>"
    )
    page = read_page(html)
    facts = read_facts(page, url)
    title = choose_title(page, facts)
    kept = [i for i, run in enumerate(page.runs) if run.text.startswith(TEXT[:40])]
    return Stated(title, read_metadata(page, facts, title, kept, url, (language, "markup")))


def json_ld(text: str) -> str:
    """A script of JSON-LD."""
    return f'<script type="application/ld+json">{text}</script>'


def article(fields: str) -> str:
    """The JSON-LD of a news article with these fields."""
    return json_ld('{"@context":"https://schema.org","@type":"NewsArticle",' + fields + "}")
