"""What is longer than the story and no part of it: comments, other articles, notices, legends, scripts."""

import pytest

from tests.support.articles import STORY, TITLE, cleaned, p, page, story

ANSWER = (
    "I stood there as a boy when it stopped, and my father said it would never turn again. He was wrong, and I am glad."
)
NOTICE = (
    "What is printed here is the view of the writer and not of the Vale Trust, which runs the mill and has its shares.",
    "Nothing on this page is advice on money, law or tax, and nobody should buy or sell a share for what it says.",
    "The value of a share may fall as well as rise, and those who bought in the past may get back less than they paid.",
) * 2


def _comments(box: str, author: str) -> str:
    said = ((f"<b>reader{n}</b> <span>May {n}, 2025 at 10:00 am</span>", f"{ANSWER} ({n})") for n in range(1, 20))
    each = "".join(f'<div class="{author}">{who}<p>{text}</p></div>' for who, text in said)
    return f'<div class="{box}">{each}</div>'


@pytest.mark.parametrize("box", ["comments-area", "kommentare", "commentaires liste", "lista_komentarze"])
def test_comments_longer_than_the_story_are_no_story(box: str) -> None:
    found = cleaned(page(story("<br>".join(STORY)), below=_comments(box, "entry")))
    assert not any("as a boy" in text for text in found.paragraphs)
    assert {piece.kind for piece in found.removed if "as a boy" in piece.text} == {"comments_prompt"}


def test_lines_without_a_stop_are_the_story_though_comments_are_prose() -> None:
    lines = (
        "晨霧還沒有散去的時候",
        "老水車又開始慢慢轉動",
        "孩子們跑過那座窄窄的木橋",
        "麵包師傅站在門口笑著",
        "第一袋麵粉明天就會賣出",
        "全村的人都來看熱鬧",
    )
    verse = "".join(f'<p><img src="/{n}.jpg"></p><p>{line}</p>' for n, line in enumerate(lines))
    html = page(
        f'<div class="post">{verse}</div>', below=_comments("comment-list", "c"), title="老水車的早晨", language="zh"
    )
    assert cleaned(html).paragraphs == lines


def test_other_articles_below_the_first_are_not_its_text() -> None:
    kilns = [p(*(text.replace("mill", f"kiln {n}") for text in STORY)) for n in range(3)]
    others = "".join(f'<article class="story"><h1>Other {n}</h1>{kiln}</article>' for n, kiln in enumerate(kilns))
    own = story().replace("<article>", '<article class="story">')
    assert cleaned(page(f"<div>{own}{others}</div>")).paragraphs == STORY


def test_articles_in_another_box_further_down_are_not_its_text() -> None:
    kilns = [p(*(text.replace("mill", f"kiln {n}") for text in STORY)) for n in range(2)]
    others = "".join(f'<article class="next"><h2>Other {n}</h2>{kiln}</article>' for n, kiln in enumerate(kilns))
    assert cleaned(page(f'<div class="top">{story()}</div><div class="endless">{others}</div>')).paragraphs == STORY


def test_sections_of_one_article_are_all_its_text() -> None:
    weir = (
        "Above the mill the weir was rebuilt with stones from the old quarry, which were brought down by four horses.",
        "It holds back enough water for five hours of milling, and lets the salmon pass on the left bank.",
    )
    first, second = f"<h1>{TITLE}</h1>{p(*STORY)}", f"<h2>The weir</h2>{p(*weir)}"
    html = f'<article><section class="part">{first}</section><section class="part">{second}</section></article>'
    assert cleaned(page(html)).paragraphs == (*STORY, "The weir", *weir)


@pytest.mark.parametrize("name", ["disclaimer", "legal", "haftungsausschluss box"])
def test_a_legal_notice_longer_than_the_story_is_none(name: str) -> None:
    found = cleaned(page(story(p(*STORY[:2])), below=f'<div class="{name}">{p(*NOTICE)}</div>'))
    assert found.paragraphs == STORY[:2]


def test_a_heading_named_for_the_law_stays() -> None:
    html = story(p(*STORY[:2]) + '<h2 id="legal">What the law says</h2>' + p(*STORY[2:]))
    assert cleaned(page(html)).paragraphs == (*STORY[:2], "What the law says", *STORY[2:])


def test_legends_of_a_gallery_beside_the_story_are_captions() -> None:
    said = "Der Markt in Dorf {} hat im Juni wieder geöffnet, und die Stände waren voll."
    slides = "".join(f"<li><h3>{n} von 9 Fest {n}</h3><p>{said.format(n)}</p></li>" for n in range(1, 10))
    gallery = f'<div class="galerie"><ul>{slides}</ul></div>'
    assert cleaned(page(story(gallery + p(*STORY)))).paragraphs == STORY


@pytest.mark.parametrize(
    "script",
    [
        '{"video":{"id":"8812","autoplay":false,"poster":"/v.jpg"},"ads":["pre","mid"],"muted":true}',
        "window.player = window.player || {}; player.cmd.push(function () { player.unmute('story'); });",
        ".teaser { color: #333; margin: 0 auto; } .teaser a { font-weight: bold; border: none; }",
    ],
)
def test_a_script_shown_as_text_is_cut(script: str) -> None:
    html = story(p(*STORY[:2]) + f"<p>{script}</p>".replace("&quot;", '"') + p(*STORY[2:]))
    assert cleaned(page(html)).paragraphs == STORY


def test_code_that_an_article_is_about_stays_with_its_lines() -> None:
    code = "const wheel = open('mill');\nif (wheel.turns) {\n    wheel.count();\n}"
    html = story(p(*STORY[:2]) + f"<pre><code>{code}</code></pre>" + p(*STORY[2:]))
    assert cleaned(page(html)).paragraphs == (*STORY[:2], code, *STORY[2:])


@pytest.mark.parametrize("box", ['div class="mediabox video-transcript"', "details class=transcripcion"])
def test_what_is_said_in_a_recording_within_the_story_is_not_its_text(box: str) -> None:
    said = p(*(f"Well, so, hello again, and here, uh, is what I meant by oar number {n}, you see." for n in range(9)))
    html = story(p(*STORY[:2]) + f"<{box}><h5>Transcript</h5>{said}</{box.split()[0]}>" + p(*STORY[2:]))
    assert cleaned(page(html)).paragraphs == STORY


def test_what_a_page_is_a_transcript_of_is_its_text() -> None:
    said = [f"Well, so, hello again, and here, uh, is what I meant by oar number {n}, you see." for n in range(40)]
    html = story(p(STORY[0]) + f'<div class="transcript">{p(*said)}</div>')
    assert set(said) <= set(cleaned(page(html)).paragraphs)


def test_a_notice_is_known_by_its_heading() -> None:
    notice = f'<div class="mz"><p>免责声明</p>{p(*NOTICE)}</div>'
    assert cleaned(page(story(p(*STORY)), below=notice)).paragraphs == STORY


def test_numbers_of_pictures_are_no_text() -> None:
    slides = "".join(f"<div class=diapo><div>{n}/4</div><div>{text}</div></div>" for n, text in enumerate(STORY, 1))
    assert cleaned(page(story(slides))).paragraphs == STORY


BIO = "Ines Marsh has kept the mill's books for eleven years. She lives by the weir with two dogs and no telephone."


@pytest.mark.parametrize("box", ["author-box", "post_author vcard", "about-author", "autor"])
def test_a_box_named_for_the_author_below_the_story_introduces_one(box: str) -> None:
    found = cleaned(page(story(p(*STORY) + f'<div class="{box}"><h4>Ines Marsh</h4><p>{BIO}</p></div>')))
    assert found.paragraphs == STORY
    assert next(piece for piece in found.removed if piece.text == BIO).kind == "author_bio"


def test_a_box_named_for_the_author_that_holds_the_story_stays() -> None:
    html = page(story(f'<div class="author-content">{p(*STORY)}</div>'))
    assert cleaned(html).paragraphs == STORY
