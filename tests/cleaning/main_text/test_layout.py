"""Where the layout sees a page's main text: beside comments that are longer than the story."""

from copydesk.cleaning.main_text.layout import Layout, lay_out
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.page.tree_walk import read_page

STORY = (
    "The council met on Tuesday and agreed to rebuild the bridge, which has been closed since the flood of last May."
)
REMARK = (
    "I cross the river twice a day to get to work and have waited for this since the spring, so let us see whether they"
    " keep to what they say now, because last time nothing came of it, as all of us who live over there remember."
)


def page(remarks: int, head: str) -> tuple[Page, Layout]:
    below = "".join(f"<div class='x{n}'><b>Reader {n}</b> <p>{head}</p><p>{REMARK}</p></div>" for n in range(remarks))
    read = read_page(f"<body><div><p>{STORY}</p><p>{STORY}</p></div><div>{below}</div></body>")
    return read, lay_out(read)


def test_siblings_of_one_make_are_a_family_whatever_their_numbers() -> None:
    read, layout = page(5, "12.05.2024, 14:30")
    remarks = [run for run in read.runs if run.text == REMARK]
    assert len({int(layout.families.around[run.box.index]) for run in remarks}) == 1
    assert layout.families.members[layout.families.around[remarks[0].box.index]] == 5
    story = next(run for run in read.runs if run.text == STORY)
    assert layout.families.around[story.box.index] == 0


def test_prose_below_dates_that_repeat_counts_less() -> None:
    dated, plain = (page(5, head)[1].boxes.prose[0] for head in ("12.05.2024, 14:30", "A remark"))
    assert dated < plain


def test_a_short_sentence_beside_a_paragraph_far_from_the_others_is_looked_at() -> None:
    far = f"<section><p>{STORY}</p><p>They will begin in June.</p></section>" + "<ul><li>x</li></ul>" * 40
    read = read_page(f"<body>{far}<div>{f'<p>{REMARK}</p>' * 3}</div></body>")
    looked_at = set(lay_out(read).candidates().tolist())
    assert {read.runs[i].text for i in (0, 1)} == {STORY, "They will begin in June."}
    assert {0, 1} <= looked_at
    assert 2 not in looked_at
