"""Sections are kept whole: headings over kept paragraphs, lists among them; what leads elsewhere is none."""

import pytest

from copydesk.cleaning.blocks import to_blocks
from copydesk.cleaning.main_text.sections import whole_sections
from copydesk.cleaning.page.tree_walk import read_page
from tests.support.articles import STORY, cleaned, p, page, story

DAYS = ("3 de mayo de 1902", "14 de julio de 1931", "9 de enero de 1964", "2 de marzo de 2025")


def test_dates_over_the_entries_of_a_chronicle_stay() -> None:
    entries = "".join(f"<h3>{day}</h3><p>{text}</p>" for day, text in zip(DAYS, STORY, strict=True))
    found = cleaned(page(story(p("Estos son los días que el molino recordará siempre, según su dueña.") + entries)))
    assert [text for text in found.paragraphs if text in DAYS] == list(DAYS)


@pytest.mark.parametrize(
    "mark",
    ["<h3><button>{}</button></h3><div><p>{}</p></div>", "<details><summary>{}</summary><p>{}</p></details>",
     "<dl><dt>{}</dt><dd>{}</dd></dl>"],
)  # fmt: skip
def test_questions_of_an_accordion_stay(mark: str) -> None:
    asked = ("When does it open?", "Who may come in?", "What of dogs?")
    items = "".join(mark.format(question, text) for question, text in zip(asked, STORY[1:], strict=True))
    found = cleaned(page(story(p(STORY[0]) + f'<div class="faq">{items}</div>')))
    assert found.paragraphs == (STORY[0], *(line for pair in zip(asked, STORY[1:], strict=True) for line in pair))


def test_headlines_of_a_live_blog_stay_and_its_buttons_do_not() -> None:
    entries = "".join(
        f'<div class="tick"><time>1{n}:05</time><h4>Stunde {n}</h4><p>{text}</p><a href="#">Teilen</a></div>'
        for n, text in enumerate(STORY)
    )
    found = cleaned(page(story(p("Hier berichten wir den ganzen Tag über die Mühle und ihr Rad.") + entries)))
    assert [text for text in found.paragraphs if text.startswith("Stunde")] == [f"Stunde {n}" for n in range(4)]
    assert "Teilen" not in found.paragraphs


@pytest.mark.parametrize(("heading", "whole"), [("Stunde {}", True), ("<a href=/{0}>Stunde {0}</a>", False)])
def test_of_entries_alike_all_stay_where_some_do_unless_their_headings_are_links(heading: str, whole: bool) -> None:
    entries = "".join(
        f"<section class=tick><h3>{heading.format(n)}</h3><p>{text}</p><button>Teilen</button></section>"
        for n, text in enumerate(STORY)
    )
    shown = read_page(f"<main>{entries}</main>")
    texts = [run.text for run in shown.runs]
    kept = [texts.index(STORY[n]) for n in (0, 2)]
    found = [texts[i] for i in whole_sections(shown, to_blocks(shown), kept, {}, "de")]
    assert [text for text in found if text in STORY] == list(STORY if whole else (STORY[0], STORY[2]))
    assert "Teilen" not in found


def test_the_players_below_a_heading_stay() -> None:
    players = ("Ole Brandt | Tor", "Iwan Kos | Sturm", "Jan Ruhl | Abwehr")
    lists = "<h2>Die Mannschaft</h2><ul>" + "".join(f"<li>{player}</li>" for player in players) + "</ul>"
    assert cleaned(page(story(p(*STORY) + lists))).paragraphs == (*STORY, "Die Mannschaft", *players)


def test_a_list_of_links_below_a_heading_goes() -> None:
    links = "<h2>More from the vale</h2><ul>" + "".join(
        f'<li><a href="/{n}">A kiln is lit again in the village number {n}</a></li>' for n in range(5)
    ) + "</ul>"  # fmt: skip
    assert cleaned(page(story(p(*STORY) + links))).paragraphs == STORY


def test_the_same_story_for_two_screens_stands_once() -> None:
    both = f'<div class="wide">{p(*STORY)}</div><div class="narrow" aria-hidden="true">{p(*STORY)}</div>'
    assert cleaned(page(story(both))).paragraphs == STORY


def test_of_a_hidden_and_a_shown_text_the_shown_one_stays() -> None:
    both = f'<div style="display:none">{p(*STORY)}</div><div class="text">{p(*STORY)}</div>'
    found = cleaned(page(story(both)))
    assert found.paragraphs == STORY


def test_a_refrain_stays() -> None:
    refrain = "Turn, wheel, turn, till the river runs dry"
    verses = [line for text in STORY for line in (text, refrain)]
    assert cleaned(page(story(p(*verses)))).paragraphs == tuple(verses)


@pytest.mark.parametrize(
    "mark",
    [
        "<div><p><strong>{}</strong></p><p>{}</p></div>",
        "<ul><li><time datetime='2025-01-01'>{}</time><p>{}</p></li></ul>",
    ],
)
def test_dates_that_are_no_headings_stay_over_entries(mark: str) -> None:
    first = "Estos son los días que el molino recordará siempre, según su dueña."
    entries = "".join(mark.format(day, text) for day, text in zip(DAYS, STORY, strict=True)).replace("</ul><ul>", "")
    found = cleaned(page(story(p(first) + entries)))
    assert [text for text in found.paragraphs if text in DAYS] == list(DAYS)


def test_a_button_that_asks_stays_over_a_hidden_answer() -> None:
    item = f"<div><button>Who may come in?</button><div hidden><p>{STORY[1]}</p></div></div>"
    found = cleaned(page(story(p(STORY[0]) + item + p(*STORY[2:]))))
    assert found.paragraphs == (STORY[0], "Who may come in?", *STORY[1:])


def test_a_date_with_the_headline_is_no_part_of_the_story() -> None:
    found = cleaned(page(f"<article><h1>The old mill turns again</h1><h4>4 May 2025</h4>{p(*STORY)}</article>"))
    assert found.paragraphs == STORY


def test_code_stays_whole_between_paragraphs() -> None:
    code = "def turns(wheel):\n    return wheel.speed > 0\n\nprint(turns(mill))"
    found = cleaned(page(story(p(*STORY[:2]) + f"<pre>{code}</pre>" + p(*STORY[2:]))))
    assert found.paragraphs == (*STORY[:2], code, *STORY[2:])


@pytest.mark.parametrize(
    ("large", "whole"),
    [
        (STORY[2:], True),
        (STORY[2:3], False),
        ([f'<a href="/{n}">{text}</a>' for n, text in enumerate(STORY[2:])], False),
    ],
)
def test_several_sentences_marked_up_as_headings_are_paragraphs(large: list[str], whole: bool) -> None:
    paragraphs = "".join(f'<div class="unit unit-text">{p(text)}</div>' for text in STORY[:2])
    headings = "".join(f'<div class="unit unit-photo"><h2>{text}</h2></div><div>0:31</div>' for text in large)
    shown = read_page(f"<main>{paragraphs}{headings}</main>")
    found = whole_sections(shown, to_blocks(shown), [0, 1], {}, "de")
    assert [shown.runs[i].text for i in found] == list(STORY if whole else STORY[:2])


def test_a_story_of_short_paragraphs_for_two_screens_stands_once() -> None:
    short = tuple(text[: text.index(" ", 60)] + "." for text in STORY)
    both = f'<div class="small">{p(*short)}</div><div class="large">{p(*short)}</div>'
    assert cleaned(page(story(both))).paragraphs == short


def test_the_last_entry_of_a_chronicle_is_one_however_short() -> None:
    said = (*STORY, "It turns.")
    days = (*DAYS, "20 de abril de 2025")
    html = "".join(
        f'<div class="ev"><div class="d">{day}</div><div class="t">{text}</div></div>'
        for day, text in zip(days, said, strict=True)
    )
    assert cleaned(page(story(p(STORY[0][:50] + " once more, as all know.") + html))).paragraphs[-2:] == (
        days[-1],
        said[-1],
    )


def test_the_heading_of_a_hidden_tab_stays_with_its_text() -> None:
    tabs = "".join(f"<div role=tabpanel hidden><h3>Part {n}</h3>{p(text)}</div>" for n, text in enumerate(STORY[2:]))
    assert cleaned(page(story(p(*STORY[:2]) + tabs))).paragraphs == (*STORY[:2], "Part 0", STORY[2], "Part 1", STORY[3])


def test_code_with_a_box_a_line_stays_whole() -> None:
    lines = ("def turn(wheel):", "    wheel.angle += 1", "    return {", "        wheel.name: wheel.angle", "    }")
    code = "<pre>" + "".join(f"<div><span>{line}</span></div>" for line in lines) + "</pre>"
    shown = read_page(f"<article>{p(*STORY[:2])}{code}{p(*STORY[2:])}</article>")
    texts = [run.text for run in shown.runs]
    found = whole_sections(shown, to_blocks(shown), [texts.index(text) for text in STORY], {}, "en")
    assert [texts[i].strip() for i in found[2:-2]] == [line.strip() for line in lines]


def test_headings_kept_of_other_entries_bring_no_sentences() -> None:
    entries = "".join(
        f"<section class=other><h3>Conclusion</h3><p>{text} {n}</p></section>" for n, text in enumerate(STORY)
    )
    shown = read_page(f"<main><div>{p(*STORY)}</div>{entries}</main>")
    texts = [run.text for run in shown.runs]
    kept = [i for i, text in enumerate(texts) if text in STORY or text == "Conclusion"]
    assert whole_sections(shown, to_blocks(shown), kept, {}, "en") == kept
