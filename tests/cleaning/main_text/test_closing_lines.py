"""Lines that words or their boxes give away, and lines of the story that only look so; captions as the story."""

import re

import pytest

from copydesk.cleaning.article import clean_blocks
from copydesk.cleaning.main_text.embedded_boilerplate import embedded_boilerplate
from copydesk.cleaning.records import Block, Cleaned
from tests.support.articles import STORY, TITLE, cleaned, p, page, story
from tests.support.documents import raw_page

TOLD = ("He went home content.", "It floated for a day.", "She smiled.", "Nobody has seen it since.")
APPEARED = (
    "The post <a href='/m'>{}</a> appeared first on <a href='/'>Vale</a>.",
    "Der Beitrag <a href='/m'>{}</a> erschien zuerst auf <a href='/'>Vale</a>.",
    "L’article <a href='/m'>{}</a> est apparu en premier sur <a href='/'>Vale</a>.",
    "La entrada <a href='/m'>{}</a> se publicó primero en <a href='/'>Vale</a>.",
    "Artykuł <a href='/m'>{}</a> pochodzi z serwisu <a href='/'>Vale</a>.",
    "<a href='/m'>{}</a> 最先出现在 <a href='/'>Vale</a>。",
    "Inlägget <a href='/m'>{}</a> dök först upp på <a href='/'>Vale</a>.",
    "Prispevek <a href='/m'>{}</a> se je pojavil na <a href='/'>Vale</a>.",  # in words that no list has
    "Bài viết <a href='/m'>{}</a> đã xuất hiện đầu tiên trên <a href='/'>Vale</a>.",
    "投稿 <a href='/m'>{}</a> は <a href='/'>Vale</a> に最初に表示されました。",
    "<a href='/m'>{}</a> yazısı ilk önce <a href='/'>Vale</a> üzerinde ortaya çıktı.",
)


@pytest.mark.parametrize("line", APPEARED)
def test_the_line_that_says_where_a_post_appeared_first_goes(line: str) -> None:
    found = cleaned(page(story(p(*STORY) + f"<p>{line.format(TITLE)}</p>")))
    assert found.paragraphs == STORY


TEXT = "\n\n".join((TITLE, *STORY))


@pytest.mark.parametrize("line", APPEARED)
def test_the_same_line_goes_from_a_text(line: str) -> None:
    unlinked = re.sub(r"<[^<>]*>", "", line).format(TITLE)
    found = clean_blocks(raw_page(f"{TEXT}\n\n{unlinked}", None, content_type="text/plain"))
    assert isinstance(found, Cleaned)
    assert found.paragraphs == STORY
    assert found.removed[-1].kind == "related_links"


def test_a_text_says_where_it_appeared_first_under_another_headline_in_its_last_line_alone() -> None:
    said = "The post A mill that turned at last appeared first on The Vale."
    for text, kept in ((f"{TEXT}\n\n{said}", STORY), (f"{TITLE}\n\n{said}\n\n" + "\n\n".join(STORY), (said, *STORY))):
        found = clean_blocks(raw_page(text, None, content_type="text/plain"))
        assert isinstance(found, Cleaned)
        assert found.paragraphs == kept


@pytest.mark.parametrize(
    "last",
    [
        "The post that began the quarrel over the mill appeared first on Instagram.",
        "L'articolo da forno che si vende al mulino proviene da Parma.",
        "The post appeared first on a wall of the mill.",
        "A letter that was never sent first appeared on the mill's wall in May.",
    ],
)
def test_a_sentence_about_what_appeared_first_stays(last: str) -> None:
    found = clean_blocks(raw_page(f"{TEXT}\n\n{last}", None, content_type="text/plain"))
    assert isinstance(found, Cleaned)
    assert found.paragraphs == (*STORY, last)


def test_a_last_sentence_that_names_the_headline_stays() -> None:
    last = f"“{TITLE}” is also the name of the song that the school wrote for the day, and that nobody could sing."
    assert cleaned(page(story(p(*STORY, last)))).paragraphs == (*STORY, last)


MILL = (
    "Die alte Wassermühle drehte sich am Sonntag zum ersten Mal seit sechzig Jahren, und der Bäcker war dabei.",
    "Vier Winter lang haben Freiwillige am Rad gebaut, dessen Schaufeln aus einer einzigen Eiche geschnitten sind.",
)


@pytest.mark.parametrize("box", ["paywall-offer", "x7"])
def test_an_offer_goes_with_its_box(box: str) -> None:
    lines = p("Neun Euro im Monat, jederzeit kündbar", "Alle Geschichten aus dem Tal", "Ohne Bilder, die sich bewegen")
    offer = (
        f"<h2>Jetzt weiterlesen</h2><p>Jetzt abonnieren und sofort weiterlesen</p>{lines}<button>Abonnieren</button>"
    )
    found = cleaned(page(story(p(*MILL) + f'<div class="{box}">{offer}</div>'), language="de"))
    assert found.paragraphs == MILL


@pytest.mark.parametrize(
    "last",
    [
        "Il mulino resterà aperto fino a ottobre, ha detto la presidente della cooperativa che lo gestisce, e"
        " l'ingresso sarà gratuito per i ragazzi delle scuole della valle. (ANSA).",
        "The tablets were carried over the hill in a cart that had no brake, and two of the three carriers never"
        " spoke of it again, though they were asked often. [MT1 / MT3]",
        "The inbox of the miller is a tin on a nail, and he empties it when the wheel stands still.",
        "What the wheel taught us about Facebook, Twitter and patience.",
    ],
)
def test_a_paragraph_that_only_looks_like_furniture_stays(last: str) -> None:
    assert last in cleaned(page(story(p(*STORY[:2], last, STORY[3])))).paragraphs


def test_captions_are_the_story_of_a_page_of_pictures() -> None:
    captions = tuple(f"{text} Photo: Ada Wynn / Ridge and Vale" for text in STORY)
    figures = "".join(
        f'<figure><div class="n">{n} / 4</div><img src="/{n}.jpg"><figcaption>{text}</figcaption></figure>'
        for n, text in enumerate(captions, 1)
    )
    assert cleaned(page(story(f'<div class="pictures">{figures}</div>'))).paragraphs == captions


def test_a_caption_of_one_sentence_stays_among_longer_ones_that_are_the_story() -> None:
    told = [f"{text} {more}" for text, more in zip(STORY, TOLD, strict=True)]
    told.insert(2, "Its miller dances on the sluice, a custom whose origin nobody will admit to.")
    captions = [Block(f"{text} Ada Wynn / Dunmere Daily", tag="figcaption") for text in told]
    unsure = [0.6] * len(captions)
    assert embedded_boilerplate(captions, unsure, "en") == {}
    prose = [Block(f"{text} {more} {text}") for text, more in zip(STORY, TOLD, strict=True)]
    assert embedded_boilerplate([*prose, captions[2]], [*unsure[1:], 0.6], "en").keys() == {4}


def test_a_list_is_the_story_of_a_page_of_winners() -> None:
    things = {"loaf": "Dun", "pie": "Mere", "jam": "Hollin", "ale": "Sark", "cheese": "Rill"}
    winners = tuple(f"Best {thing}: the kiln of Upper {place}" for thing, place in things.items())
    html = story("<ul>" + "".join(f"<li>{winner}</li>" for winner in winners) + "</ul>")
    assert cleaned(page(html)).paragraphs == winners
