"""Cleaning of pages: one story in many languages and layouts of markup, the furniture around it named."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html import escape

import pytest

from copydesk.cleaning.article import clean_article
from copydesk.events import CleanArticle, Refused
from tests.support.appeals import ARTICLES, HARD_NEGATIVES, Article
from tests.support.documents import raw_page

Layout = Callable[[Article], str]
MENU = "".join(f'<li><a href="/{n}">Section {n}</a></li>' for n in range(12))
TEASERS = (
    "Rain closes the northern pass for a third day",
    "What the new harbour master wants to change first",
    "Five quiet beaches that few visitors find",
    "Old tram returns to the hill after nine years",
)


def cleaned(html: str) -> CleanArticle:
    found = clean_article(
        raw_page(html, "https://courier.example/2024/library", fetched_at=datetime(2024, 5, 1, tzinfo=UTC))
    )
    assert not isinstance(found, Refused), found.reason
    return found


def _p(texts: tuple[str, ...], tag: str = "p") -> str:
    return "".join(f"<{tag}>{escape(text)}</{tag}>" for text in texts)


def semantic(a: Article) -> str:
    """As a template of today writes it."""
    return f"""<html lang="{a.language}"><head><title>{escape(a.title)} | The Arden Courier</title>
<meta property="og:title" content="{escape(a.title)}"><meta property="og:site_name" content="The Arden Courier"></head>
<body><header><nav class="menu"><ul>{MENU}</ul></nav><div class="slogan">{escape(a.slogan)}</div></header>
<main><article><h1>{escape(a.title)}</h1><figure><img src="/a.jpg"><figcaption>{escape(a.photo)}</figcaption></figure>
<div class="article-body">{_p(a.body)}</div>
<section class="newsletter">{_p(tuple(piece.text for piece in a.newsletter))}</section>
<section class="support">{_p(a.letter)}{_p(tuple(piece.text for piece in a.buttons), "button")}</section>
<aside class="related"><h3>{escape(a.more)}</h3>{_teasers()}</aside></article></main>
<footer><p>© 2024 The Arden Courier</p></footer></body></html>"""


def unnamed(a: Article) -> str:
    """As a page builder writes it: every element a `div` with a class that says nothing; the appeal inside the text."""
    middle = len(a.body) // 2

    def boxes(texts: tuple[str, ...]) -> str:
        return "".join(f'<div class="x{len(text) % 7}k">{escape(text)}</div>' for text in texts)

    return f"""<html><head><title>{escape(a.title)}</title></head><body><div id="r1"><div class="q2">{MENU}</div>
<div class="q7"><div class="t1">{escape(a.title)}</div><div class="z9">{boxes(a.body[:middle])}
<div class="k3"><div class="k4">{boxes(a.letter)}</div></div>{boxes(a.body[middle:])}</div></div>
<div class="q8">{_teasers()}</div></div></body></html>"""


def old(a: Article) -> str:
    """As twenty years ago: a table for the layout, line breaks for paragraphs."""
    return f"""<html><head><title>{escape(a.title)}</title></head><body><table><tr><td width="150"><ul>{MENU}</ul></td>
<td><h1>{escape(a.title)}</h1><font size="2">{"<br><br>".join(map(escape, a.body))}</font><br><br>
<i>{escape(a.photo)}</i></td><td class="right">{_teasers()}</td></tr></table></body></html>"""


def _teasers() -> str:
    return "".join(f'<div class="card"><a href="/t/{n}"><h4>{text}</h4></a></div>' for n, text in enumerate(TEASERS))


@pytest.mark.parametrize("layout", [semantic, unnamed, old], ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.language)
def test_the_story_is_kept_and_what_stands_around_it_is_not(article: Article, layout: Layout) -> None:
    found = cleaned(layout(article))
    assert found.title == article.title
    assert found.paragraphs == article.body
    assert 0.5 < found.confidence <= 1


@pytest.mark.parametrize("article", ARTICLES, ids=lambda article: article.language)
def test_furniture_is_named_for_what_it_is(article: Article) -> None:
    cuts = {piece.text: piece.kind for piece in cleaned(semantic(article)).removed}
    expected = [(text, kinds) for text, kinds in article.lines() if kinds]
    right = [cuts[text] in kinds for text, kinds in expected]
    assert sum(right) >= 0.7 * len(right), {text: cuts[text] for text, kinds in expected if cuts[text] not in kinds}


@pytest.mark.parametrize("name", HARD_NEGATIVES)
def test_articles_about_furniture_keep_their_text(name: str) -> None:
    title, *select = HARD_NEGATIVES[name]
    markup = f"<article><h1>{escape(title)}</h1>{_p(tuple(select))}</article>"
    found = cleaned(f"<html><head><title>{escape(title)}</title></head><body><ul>{MENU}</ul>{markup}</body></html>")
    assert found.paragraphs == tuple(select)


def test_hidden_text_that_says_the_story_again_is_cut() -> None:
    article = ARTICLES[0]
    again = f'<div style="display:none" itemprop="articleBody">{escape(" ".join(article.body))}</div>'
    found = cleaned(semantic(article).replace("</main>", f"{again}</main>"))
    assert found.paragraphs == article.body
    assert " ".join(article.body) in {piece.text for piece in found.removed}


def test_the_items_of_a_menu_are_navigation_whatever_they_say() -> None:
    items = ("News", "Subscribe", "Donate", "Newsletter", "Sport", "Privacy policy", "Contact", "Weather", "Jobs")
    menu = "".join(f'<li><a href="/{n}">{text}</a></li>' for n, text in enumerate(items))
    found = cleaned(semantic(ARTICLES[0]).replace(MENU, menu))
    assert {piece.kind for piece in found.removed if piece.text in items} == {"navigation"}


def test_a_summary_that_stands_again_under_the_picture_is_kept_once() -> None:
    article = ARTICLES[0]
    twice = f"<p>{escape(article.body[1])}</p><p>{escape(article.body[1])}</p>"
    found = cleaned(semantic(article).replace(f"<p>{escape(article.body[1])}</p>", twice))
    assert found.paragraphs == article.body
    assert article.body[1] in {piece.text for piece in found.removed}


OPENINGS = (
    (0, "By Lena Marsh", "byline"),
    (0, "Published 4 June 2024, 10:15", "dateline"),
    (1, "Von Heike Brandis · 11. März 2025, 09:15 Uhr · Lesezeit: 4 Minuten", "dateline"),
    (3, "Publié le 4 juin 2024 à 10h15", "dateline"),
)
LEADS = ((0, "Read more"), (1, "Mehr dazu"), (2, "Lee también"), (3, "Lire aussi"), (6, "Czytaj także"))


def _flat(article: Article, extra: str, at: int) -> str:
    """Headline and paragraphs as siblings in one box without a name, with something set among them."""
    parts = [f"<p>{escape(text)}</p>" for text in article.body]
    parts.insert(at, extra)
    head = f"<html lang={article.language}><head><title>{escape(article.title)}</title></head>"
    return f"{head}<body><ul>{MENU}</ul><div><h1>{escape(article.title)}</h1>{''.join(parts)}</div></body></html>"


@pytest.mark.parametrize(("number", "line", "kind"), OPENINGS)
def test_who_wrote_it_and_when_is_cut_above_the_story(number: int, line: str, kind: str) -> None:
    article = ARTICLES[number]
    found = cleaned(_flat(article, f"<p>{line}</p>", 0))
    assert found.paragraphs == article.body
    assert {piece.kind for piece in found.removed if piece.text == line} == {kind}


@pytest.mark.parametrize(("number", "lead"), LEADS)
def test_a_line_that_leads_to_another_article_is_cut_between_paragraphs(number: int, lead: str) -> None:
    article = ARTICLES[number]
    found = cleaned(_flat(article, f'<p>{lead}: <a href="/next">{TEASERS[0]}</a></p>', 2))
    assert found.paragraphs == article.body


def test_the_author_is_introduced_below_the_story_and_no_part_of_it() -> None:
    article = ARTICLES[0]
    bio = "<h4>About the author</h4><p>Thomas Wilk is a reporter at The Valley Voice. He covers bridges and roads.</p>"
    assert cleaned(_flat(article, bio, len(article.body))).paragraphs == article.body


def test_a_page_that_shows_nothing_has_the_body_that_its_data_state() -> None:
    paragraphs = tuple(
        f"The harbour was closed on day {day} after a crane fell onto the quay, the port said. Ships waited for hours."
        for day in range(4)
    )
    node = {"@type": "NewsArticle", "headline": "Crane falls in harbour", "articleBody": "\n\n".join(paragraphs)}
    script = f'<script type="application/ld+json">{json.dumps(node)}</script>'
    shell = "<html lang=en><head><title>Crane falls in harbour</title>{}</head><body><div id=app></div></body>"
    article = cleaned(shell.format(script))
    assert article.paragraphs == paragraphs
    assert article.provenance["paragraphs"] == "json-ld"
    assert clean_article(raw_page(shell.format(""))) == Refused("The page has no visible text")


def test_a_headline_between_two_kept_texts_is_the_title_alone() -> None:
    line = "The ferry stayed in the harbour on Monday and the island had no bread until the evening."
    found = cleaned(f"<!doctype html><body><strong>Skerrow<h1>{line}</h1>{line}")
    assert found.title == line
    assert [*found.paragraphs, *(piece.text for piece in found.removed)].count(line) == 1
