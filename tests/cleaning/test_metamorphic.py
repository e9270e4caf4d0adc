"""The same cuts whatever the outlet, the language, the order of the furniture, or the parts of it that are missing."""

import random
import re
from collections.abc import Iterator
from typing import Any

import pytest

from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.scraped_text import clean_plain
from tests.support.appeals import ARTICLES, DON, LETTERS, MORE, PHOTO, Article
from tests.support.documents import raw_text

Line = tuple[str, frozenset[str] | None]


def cleaned(text: str) -> Cleaned:
    found = clean_plain(raw_text(text))
    assert isinstance(found, Cleaned), found
    return found


def assert_cut(article: Article, lines: list[Line]) -> None:
    found = cleaned("\n\n".join(text for text, _ in lines))
    assert found.title == article.title
    assert found.paragraphs == tuple(t for t, kinds in lines if kinds is None and t != article.title)
    assert [piece.text for piece in found.removed] == [t for t, kinds in lines if kinds is not None]
    permitted = {t: kinds for t, kinds in lines if kinds is not None}
    wrong = {p.text: p.kind for p in found.removed if p.kind not in permitted[p.text]}
    assert not wrong
    assert found.language == article.language


def arrangements(a: Article) -> Iterator[tuple[str, list[Line]]]:
    letter: list[Line] = [(p, DON) for p in a.letter]
    buttons: list[Line] = list(a.buttons)
    news: list[Line] = list(a.newsletter)
    body: list[Line] = [(p, None) for p in a.body]
    title: list[Line] = [(a.title, None)]
    photo: list[Line] = [(a.photo, PHOTO)]
    slogan: list[Line] = [(a.slogan, DON)]
    more: list[Line] = [(a.more, MORE)]
    head = slogan + title + photo
    yield "as printed", a.lines()
    yield "without the appeal's heading", head + body + news + letter[1:] + buttons + more
    yield "without heading and salutation", head + body + news + letter[2:] + buttons + more
    yield "without the closing line", head + body + news + letter[:-1] + buttons + more
    yield "without opener and closer", title + photo + body + letter[2:-1]
    yield "without opener and the last two", title + photo + body + letter[2:-2]
    yield "without the newsletter", head + body + letter + buttons + more
    for k in range(1, len(body)):
        yield f"appeal after paragraph {k}", title + photo + body[:k] + letter + buttons + body[k:] + news + more
        yield f"newsletter after paragraph {k}", head + body[:k] + news + body[k:] + letter + buttons + more
        yield f"everything after paragraph {k}", head + body[:k] + news + letter + buttons + body[k:] + more
    yield "appeal without opener inside", title + photo + body[:3] + letter[2:-1] + body[3:] + news
    yield "appeal under the headline", title + letter + buttons + photo + body + news + more
    yield "appeal above the headline", letter + buttons + title + photo + body + news + more
    yield "newsletter above the headline", news + title + photo + body + letter + buttons + more
    yield "newsletter under the headline", title + news + photo + body + letter + buttons + more
    for seed in range(3):
        shuffled = buttons[:]
        random.Random(seed).shuffle(shuffled)
        yield f"buttons shuffled {seed}", head + body + news + letter + shuffled + more
    yield "buttons before the letter", head + body + buttons + letter + news + more
    yield "buttons alone", head + body + buttons + more


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.language)
def test_the_same_pieces_are_cut_however_they_stand(article: Article) -> None:
    for name, lines in arrangements(article):
        try:
            assert_cut(article, lines)
        except AssertionError as error:
            raise AssertionError(f"{article.language}, {name}: {error}") from error


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.language)
def test_outlet_names_and_prices_do_not_matter(article: Article) -> None:
    latin = {"Arden": "Veldrin", "Arde": "Veldri", "Calder": "Okafor", "Brandt": "Lindqvist", "Nordli": "Sudli"}
    other = {"Арден": "Вельдрин", "Нордл": "Судл", "أردن": "فلدرين", "阿登": "维德林", "アーデン": "ヴェルドリン"}

    def renamed(text: str) -> str:
        for old, new in {**latin, **other}.items():
            text = text.replace(old, new)
        return re.sub(r"\d+", lambda m: str(int(m[0]) + 17) if len(m[0]) < 3 and m[0] != "1" else m[0], text)

    lines = [(renamed(text), kinds) for text, kinds in article.lines()]
    assert_cut(article._replace(title=renamed(article.title)), lines)


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.language)
def test_single_line_breaks_serve_as_well_as_blank_lines(article: Article) -> None:
    text = "\n".join(text for text, _ in article.lines())
    assert cleaned(text).paragraphs == article.body


@pytest.mark.parametrize("article", ARTICLES, ids=lambda a: a.language)
def test_the_article_alone_loses_nothing(article: Article) -> None:
    found = cleaned("\n\n".join((article.title, *article.body)))
    assert (found.title, found.paragraphs, found.removed) == (article.title, article.body, ())


@pytest.mark.parametrize("letter", LETTERS, ids=lambda a: a["language"])
def test_other_letters_to_readers_are_cut_too(letter: dict[str, Any]) -> None:
    title, body, appeal = letter["title"], letter["body"], letter["appeal"]
    arranged = {
        "at the end": [*body, *appeal],
        "in the middle": [*body[:2], *appeal, *body[2:]],
        "under the headline": [*appeal, *body],
        "without salutation": [*body, *appeal[1:]],
        "inside, without salutation": [body[0], *appeal[1:], *body[1:]],
    }
    for name, lines in arranged.items():
        found = cleaned("\n".join((title, *lines)))
        assert (found.title, found.paragraphs) == (title, tuple(body)), (name, found.removed)
        assert {p.kind for p in found.removed} <= {"donation_appeal", "payment_widget"}, name
