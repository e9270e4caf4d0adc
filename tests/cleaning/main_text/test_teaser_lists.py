"""Lists of headlines with a sentence each lead to other articles; links among a story's paragraphs do not."""

import pytest

from copydesk.cleaning.main_text.box_spans import read_spans
from copydesk.cleaning.main_text.teaser_lists import teaser_lists
from copydesk.cleaning.metadata.title import choose_title
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from tests.support.articles import STORY, TITLE, cleaned, p, page, story

NEWS = (
    (
        "Ferry runs again after the winter storm",
        "The ferry to the island took its first guests on Monday, its owner says.",
    ),
    (
        "School choir wins prize in the capital",
        "Forty children came home with a cup and very little voice left in them.",
    ),
    (
        "Council votes to close the river road",
        "Cars will have to take the hill from June on, eleven of fifteen members said.",
    ),
    (
        "Baker hands her shop to a former pupil",
        "After fifty years of early mornings she wants to sleep until seven, she says.",
    ),
)
LISTS = [
    "<dl>{}</dl>", "<div class=cards>{}</div>", "<ul>{}</ul>", "<section><h3>Region</h3>{}</section>",
]  # fmt: skip
ITEMS = [
    "<dt><a href=/{n}>{h}</a></dt><dd>{t}</dd>",
    "<article><h3><a href=/{n}>{h}</a></h3><p>{t}</p></article>",
    "<li class=k{n}><a href=/{n}>{h}</a><br>09:1{n}<p>{t}</p></li>",
    "<h4><a href=/{n}>{h}</a></h4><div>{t}</div>",
]


def items(item: str) -> str:
    return "".join(item.format(n=n, h=headline, t=text) for n, (headline, text) in enumerate(NEWS))


@pytest.mark.parametrize(("around", "item"), [*zip(LISTS, ITEMS, strict=True)])
def test_a_list_of_teasers_is_no_story(around: str, item: str) -> None:
    found = cleaned(page(story(p(*STORY)), below=around.format(items(item))))
    assert found.paragraphs == STORY
    cut = {piece.text: piece for piece in found.removed}
    assert all(cut[text].kind == "related_links" and "list of headlines" in cut[text].why for _, text in NEWS)


def _found(html: str) -> set[int]:
    shown = read_page(html)
    title = choose_title(shown, read_facts(shown, None))
    return teaser_lists(read_spans(shown, title), title.at)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(p(*STORY) + items(ITEMS[3]), id="among the story's paragraphs"),
        pytest.param(p(*STORY) + f"<div>{items(ITEMS[1]).replace('</a>', ', or not?</a>')}</div>", id="questions"),
        pytest.param(f"<ul>{items(ITEMS[2])}</ul>", id="nothing else is told"),
    ],
)
def test_links_of_the_story_stay(text: str) -> None:
    assert _found(f"<main><h1>{TITLE}</h1>{text}</main>") == set()


def test_two_are_no_list() -> None:
    two = "".join(items(ITEMS[1]).split("</article>")[:2])
    assert _found(f"<main><h1>{TITLE}</h1>{p(*STORY)}<div>{two}</div></main>") == set()
