"""Pages of a small paper with one story, for tests that change what stands around the story or how it is marked up."""

from html import escape

from copydesk.cleaning.article import clean_article
from copydesk.events import CleanArticle, Refused
from tests.support.documents import raw_page

URL = "https://www.ridge-and-vale.example/2025/05/the-old-mill-turns-again"
TITLE = "The old mill turns again"
STORY = (
    "The water mill at Dunmere turned on Sunday for the first time in sixty years, and the baker was there to see it.",
    "Volunteers had spent four winters on the wheel, whose oak paddles were cut from a single tree that fell in 2019.",
    "“We did not think that the bearing would hold,” said Agnes Roe, who led the work and paid for most of the brass.",
    "The first flour will be sold at the harvest fair, and the council has promised to mend the lane before then.",
)
MENU = "".join(
    f'<li><a href="/{name}">{name.title()}</a></li>' for name in ("news", "sport", "farms", "letters", "fairs")
)


def p(*texts: str) -> str:
    """Return the texts as paragraphs."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)


def page(inside: str, *, below: str = "", head: str = "", title: str = TITLE, language: str = "en") -> str:
    """Return a page whose `main` holds what is given, between a menu and a footer."""
    return f"""<!DOCTYPE html><html lang="{language}"><head><title>{escape(title)} | Ridge and Vale</title>
<meta property="og:type" content="article"><meta property="og:title" content="{escape(title)}">
<meta property="og:site_name" content="Ridge and Vale">{head}</head><body><header><nav><ul>{MENU}</ul></nav></header>
<main>{inside}</main>{below}<footer><ul><li><a href="/about">About</a></li></ul><p>© 2025 Ridge and Vale</p></footer>
</body></html>"""


def story(inside: str = "", *, title: str = TITLE) -> str:
    """Return an article with the headline and what is given, or the story's paragraphs."""
    return f"<article><h1>{escape(title)}</h1>{inside or p(*STORY)}</article>"


def cleaned(html: str, url: str | None = URL) -> CleanArticle:
    """Clean a page that must not be refused."""
    found = clean_article(raw_page(html, url, source="ridge-and-vale.example"))
    assert not isinstance(found, Refused), found.reason
    return found
