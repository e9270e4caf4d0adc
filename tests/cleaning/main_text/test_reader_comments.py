"""Comments go by their names and days or by their heading, in boxes of any name; entries of a story stay."""

import pytest

from tests.support.articles import STORY, cleaned, p, page, story

SAID = (
    "I walked past that wheel every morning of my school days, number {} says, and I never once saw it turn, not once."
)
READERS = ("Marta", "Olek", "Jörg", "Ines", "Tariq", "Bea")
SIGNED = [
    '<div class="x"><b>{who}</b> <i>May {n}, 2025 at 10:0{n} am</i><p>{said}</p></div>',
    '<li><span>{who}</span> <span>0{n}.05.2025, 1{n}:30 Uhr</span><p>{said}</p><a href="#">Antworten</a></li>',
    "<article><header>{who} · hace {n} horas</header><div>{said}</div></article>",
    "<table><tr><td>~{who}</td><td>2025-05-0{n} 1{n}:22</td></tr><tr><td><p>{said}</p></td></tr></table>",
    '<section class="m"><p>{said}</p><p>{who}, {n} Μαΐου 2025</p></section>',
    '<p>{said}</p><p class="sig">Posted by: {who} | May {n}, 2025 06:2{n} PM</p>',
    '<p>{said}</p><div class="b"><a href="#">Quote</a> | <a href="#">Report this post</a></div>'
    '<div class="b">Posted by: {who}, Vale on 5:0{n}pm Wed {n} Jan 2025</div>',
]


def kept(below: str, inside: str = "") -> tuple[str, ...]:
    return cleaned(page(story(p(*STORY) + inside), below=below)).paragraphs


@pytest.mark.parametrize("one", SIGNED)
def test_what_bears_a_name_and_a_day_each_is_a_comment(one: str) -> None:
    each = "".join(one.format(who=who, n=n, said=SAID.format(n)) for n, who in enumerate(READERS, 1))
    paragraphs = kept(f'<div class="zz">{each}</div>')
    assert paragraphs[: len(STORY)] == STORY
    assert sum("school days" in text for text in paragraphs) <= 1, "the first of those that are signed below"


def test_what_follows_a_line_that_comments_are_closed_is_a_comment() -> None:
    said = "<br><br>".join(SAID.format(n) for n in range(6))
    assert kept("", f"<b>Comments are now closed for this story</b><br><br>{said}") == STORY


def test_a_box_headed_comments_holds_no_story() -> None:
    assert kept(f'<div class="zz"><h3>Σχόλια (6)</h3>{p(*(SAID.format(n) for n in range(6)))}</div>') == STORY


def test_a_button_for_comments_within_the_story_ends_nothing() -> None:
    html = story(p(*STORY[:2]) + "<div>Komentarze</div>" + p(*STORY[2:]))
    assert cleaned(page(html)).paragraphs == STORY


def test_steps_that_count_and_name_no_day_are_no_comments() -> None:
    steps = [(f"Interval: {n},500 miles, price ${n}0", SAID.format(n)) for n in range(1, 7)]
    html = "".join(f'<div class="step"><div>{head}</div><p>{text}</p></div>' for head, text in steps)
    assert all(text in kept("", html) for _, text in steps)


def test_days_without_names_are_a_chronicle() -> None:
    days = ("12 March 1987", "3 June 1994", "1 September 2003", "9 May 2019", "20 April 2025")
    html = "".join(f'<div class="e"><div>{day}</div><div>{SAID.format(n)}</div></div>' for n, day in enumerate(days))
    paragraphs = kept("", html)
    assert [text for text in paragraphs if text in days] == list(days)
    assert sum("school days" in text for text in paragraphs) == len(days)
