"""Lines that words or their boxes give away, and lines of the story that only look so; captions as the story."""

import pytest

from tests.support.articles import STORY, TITLE, cleaned, p, page, story

APPEARED = (
    "The post <a href='/m'>{}</a> appeared first on <a href='/'>Vale</a>.",
    "Der Beitrag <a href='/m'>{}</a> erschien zuerst auf <a href='/'>Vale</a>.",
    "L’article <a href='/m'>{}</a> est apparu en premier sur <a href='/'>Vale</a>.",
    "La entrada <a href='/m'>{}</a> se publicó primero en <a href='/'>Vale</a>.",
    "Artykuł <a href='/m'>{}</a> pochodzi z serwisu <a href='/'>Vale</a>.",
    "<a href='/m'>{}</a> 最先出现在 <a href='/'>Vale</a>。",
    "Inlägget <a href='/m'>{}</a> dök först upp på <a href='/'>Vale</a>.",
    "Prispevek <a href='/m'>{}</a> se je pojavil na <a href='/'>Vale</a>.",  # in words that no list has
)


@pytest.mark.parametrize("line", APPEARED)
def test_the_line_that_says_where_a_post_appeared_first_goes(line: str) -> None:
    found = cleaned(page(story(p(*STORY) + f"<p>{line.format(TITLE)}</p>")))
    assert found.paragraphs == STORY


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


def test_a_list_is_the_story_of_a_page_of_winners() -> None:
    things = {"loaf": "Dun", "pie": "Mere", "jam": "Hollin", "ale": "Sark", "cheese": "Rill"}
    winners = tuple(f"Best {thing}: the kiln of Upper {place}" for thing, place in things.items())
    html = story("<ul>" + "".join(f"<li>{winner}</li>" for winner in winners) + "</ul>")
    assert cleaned(page(html)).paragraphs == winners
