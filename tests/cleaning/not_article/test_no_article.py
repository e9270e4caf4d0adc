"""What is no article is refused with the reason: walls, errors, logins, shells, lists; short articles are kept."""

import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Any

import pytest

from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.lexicon import LANGUAGES
from copydesk.cleaning.lexicon.load import PAGES, page_words
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.records import Cleaned
from copydesk.events import ContentType, Refused
from tests.support.appeals import ARTICLES, Article
from tests.support.documents import raw_page
from tests.support.places import DATA

ADDRESS = "https://courier.example/2026/03/ferry-returns-to-the-harbour"


def table(name: str) -> dict[str, Any]:
    return tomllib.loads((DATA / f"{name}.toml").read_text(encoding="utf-8"))


WALLS, SHORT, HEADLINES = table("walls")["page"], table("short_articles")["page"], table("headlines")


def found(content: str, url: str | None = ADDRESS, content_type: ContentType = "text/html") -> Cleaned | Refused:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    return clean_blocks(raw_page(content, url, content_type=content_type, fetched_at=now))


def document(page: dict[str, Any]) -> str:
    head = f"<meta charset=utf-8><title>{page['title']}</title>{page.get('head', '')}"
    return f"<!doctype html><html><head>{head}</head><body>{page['html']}</body></html>"


def headlines(language: str) -> list[str]:
    given = HEADLINES[language]
    between = "" if language in {"zh", "ja"} else " "
    return [f"{who}{between}{does}" for who in given["who"] for does in given["does"]]


def flat(language: str) -> str:
    return "".join(
        f"<h3><a href='/n'>{text}</a></h3><p>{HEADLINES[language]['summary']}</p>" for text in headlines(language)
    )


def teasers(language: str, summary: bool) -> str:
    below = f"<p>{HEADLINES[language]['summary']}</p>" if summary else ""
    cards = (
        f"<div class=c><h3><a href='/n/{i}'>{text}</a></h3>{below}</div>" for i, text in enumerate(headlines(language))
    )
    return "".join(cards)


def lists(language: str) -> Iterator[tuple[str, str, str]]:
    """(name, address, page): a front page, a section, a tag's page, the answers to a search, an author's page;
    by turns in three forms.
    """
    section, site = HEADLINES[language]["section"], "<meta property=og:type content=website>"
    forms = [
        ("headlines", teasers(language, False)),
        ("cards", teasers(language, True)),
        ("in one box", flat(language)),
    ]
    turn = sorted(HEADLINES).index(language)
    about = f"<title>{section}</title>{site}"
    menu = "".join(f"<a href='/{i}'>{word}</a> " for i, word in enumerate(["A", "B", section]))
    for name, address, head, heading in (
        ("front page", "https://courier.example/", f"<title>The Courier</title>{site}", "<h1>The Courier</h1>"),
        ("section", f"https://courier.example/{language}-news/", about, f"<h1>{section}</h1>"),
        ("tag", "https://courier.example/tag/harbour", listed("CollectionPage"), "<h1>harbour</h1>"),
        ("search", "https://courier.example/search?q=harbour", listed("SearchResultsPage"), "<h2>harbour</h2>"),
        ("author", "https://courier.example/by/mara-lind", listed("ProfilePage") + site, "<h1>Mara Lind</h1>"),
    ):  # fmt: skip
        form, items = forms[turn % len(forms)]
        turn += 1
        body = f"<header><nav>{menu}</nav></header>{heading}<main>{items}</main><footer>© 2026</footer>"
        yield f"{name}, {form}", address, f"<!doctype html><html lang={language}><head>{head}</head><body>{body}</body>"


def listed(kind: str) -> str:
    return f'<title>The Courier</title><script type="application/ld+json">{{"@type": "{kind}"}}</script>'


@pytest.mark.parametrize("page", WALLS, ids=lambda page: page["name"])
def test_a_wall_is_refused_and_named(page: dict[str, Any]) -> None:
    refused = found(document(page))
    assert isinstance(refused, Refused), refused
    assert page["why"] in refused.reason


@pytest.mark.parametrize("page", [page for page in WALLS if page.get("text")], ids=lambda page: page["name"])
def test_a_wall_that_was_scraped_is_refused_too(page: dict[str, Any]) -> None:
    text = "\n".join(run.text for run in read_page(document(page)).runs)
    refused = found(text, content_type="text/plain")
    assert isinstance(refused, Refused), refused
    assert page["why"] in refused.reason


@pytest.mark.parametrize("language", HEADLINES)
def test_a_list_of_headlines_is_no_article(language: str) -> None:
    for name, address, page in lists(language):
        refused = found(page, address)
        assert isinstance(refused, Refused), (name, refused)
        assert "headlines lead to other pages" in refused.reason, name


@pytest.mark.parametrize("page", SHORT, ids=lambda page: page["name"])
def test_a_short_article_is_one(page: dict[str, Any]) -> None:
    kept = found(document(page).replace("TEASERS", teasers("en", summary=False)))
    assert isinstance(kept, Cleaned), kept
    assert any(page["keeps"] in paragraph for paragraph in kept.paragraphs), kept.paragraphs
    assert bool(kept.paywalled) == page.get("paywalled", False)


@pytest.mark.parametrize("page", SHORT, ids=lambda page: page["name"])
def test_a_short_article_that_was_scraped_is_never_taken_for_a_wall(page: dict[str, Any]) -> None:
    text = "\n".join(run.text for run in read_page(document(page)).runs)
    kept = found(text, content_type="text/plain")
    assert isinstance(kept, Cleaned) or "“" not in kept.reason, kept


@pytest.mark.parametrize(
    "article", [article for article in ARTICLES if article.language in HEADLINES], ids=lambda article: article.language
)
def test_a_short_article_among_many_teasers_is_one(article: Article) -> None:
    body = article.body[:3]
    story = f"<h1>{escape(article.title)}</h1>" + "".join(f"<p>{escape(text)}</p>" for text in body)
    side = teasers(article.language, summary=True)
    page = f"<html><head><title>x</title></head><body><main><article>{story}</article></main><aside>{side}</aside>"
    kept = found(page)
    assert isinstance(kept, Cleaned)
    assert kept.paragraphs == body


@pytest.mark.parametrize("head", ["", "<link rel=canonical href='https://courier.example/'>"])
def test_a_front_page_of_few_headlines_is_known_by_its_address(head: str) -> None:
    summary = HEADLINES["en"]["summary"]
    cards = "".join(
        f"<article><h3><a href='/{i}'>{text}</a></h3><p>{summary}</p></article>"
        for i, text in enumerate(headlines("en")[:6])
    )
    page = f"<html lang=en><head><title>The Courier</title>{head}</head><body><main>{cards}</main></body></html>"
    refused = found(page, None if head else "https://courier.example/")
    assert isinstance(refused, Refused)
    assert "the front page of a site" in refused.reason


@pytest.mark.parametrize("language", HEADLINES)
def test_the_shell_of_a_video_with_links_below_is_no_article(language: str) -> None:
    first, *others = headlines(language)
    links = "".join(f"<a href='/v/{i}'>{text}</a>" for i, text in enumerate(others[:3]))
    shell = f"<h1>{first}</h1><div class=player><video src=a.mp4></video></div><span>03:12</span>{links}"
    assert isinstance(found(f"<html lang={language}><title>{first}</title><body>{shell}</body></html>"), Refused)


def test_the_words_of_walls_are_there_in_every_language() -> None:
    for language in LANGUAGES:
        own = tomllib.loads((Path("copydesk/cleaning/lexicon") / f"{language}.toml").read_text(encoding="utf-8"))[
            "page"
        ]
        assert own.keys() == set(PAGES), language
    assert page_words().find(["404"])


def test_the_walls_are_forty_pages_in_twelve_languages_and_more() -> None:
    assert len(WALLS) >= 40
    assert len({page["name"].split()[0] for page in WALLS}) >= 12
