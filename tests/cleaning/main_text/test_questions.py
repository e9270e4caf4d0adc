"""Questions that a page answers below its story belong to it, in boxes of any name; what is no answer does not."""

import pytest

from copydesk.cleaning.main_text.questions import answered_questions
from copydesk.cleaning.page.model import Run
from copydesk.cleaning.page.tree_walk import read_page
from tests.support.articles import STORY, p

ASKED = ("When does the mill open?", "Who may come in?", "What of dogs?", "Is there a café?")
BOXES = [
    '<section id="x{n}"><button>{q}</button><div><div>{a}</div></div></section>',
    '<li class="x-{n}"><h3>{q}</h3><p>{a}</p></li>',
    "<h4>{q}</h4><p>{a}</p>",
    '<div><a href="#{n}">{q}</a></div><div hidden><p>{a}</p><a href="/more">More of this</a></div>',
]


def runs_of(below: str) -> list[Run]:
    return read_page(f"<main><div>{p(*STORY)}</div>{below}</main>").runs


def found(below: str) -> list[str]:
    runs = runs_of(below)
    return [runs[i].text for i in answered_questions(runs, range(len(STORY)))]


def faq(box: str, asked: tuple[str, ...] = ASKED) -> str:
    each = (
        box.format(n=n, q=question, a=answer) for n, (question, answer) in enumerate(zip(asked, STORY, strict=False))
    )
    return f"<div>{''.join(each)}</div>"


@pytest.mark.parametrize("box", BOXES)
def test_questions_in_a_row_belong_to_the_story_with_their_answers(box: str) -> None:
    whole = [line for pair in zip(ASKED, STORY, strict=True) for line in pair]
    assert found(faq(box)) == whole


@pytest.mark.parametrize(
    "below",
    [
        pytest.param(faq(BOXES[0], ASKED[:2]), id="two are no list"),
        pytest.param(faq(BOXES[1], tuple(question.rstrip("?") for question in ASKED)), id="headings that ask nothing"),
        pytest.param(f"<aside>{faq(BOXES[1])}</aside>", id="beside the page"),
        pytest.param(f'<div class="newsletter">{faq(BOXES[2])}</div>', id="named for boilerplate"),
        pytest.param("".join(f"<p>{question} {STORY[0]}</p>" for question in ASKED), id="asked within paragraphs"),
        pytest.param(faq("<div><h3><a href=/{n}>{q}</a></h3><p>{a}</p></div>"), id="other stories' headlines"),
        pytest.param("".join(f"<h3>{question}</h3>" for question in ASKED), id="never answered"),
        pytest.param("<p>–</p>" * 60 + faq(BOXES[0]), id="far below"),
    ],
)
def test_other_questions_are_left_to_the_classifier(below: str) -> None:
    assert found(below) == []


def test_a_picture_under_a_question_and_its_caption_are_no_answer() -> None:
    picture = "<figure><img src=/a.jpg><figcaption>The old wheel in spring, seen from the bridge.</figcaption></figure>"
    assert not any("spring" in text for text in found(faq("<li><h3>{q}</h3><p>{a}</p>" + picture + "</li>")))
