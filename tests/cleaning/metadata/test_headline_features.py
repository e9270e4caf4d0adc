"""A line is measured by its place among the paragraphs and by what it shares with what is told."""

from copydesk.cleaning.metadata.headline_features import (
    HeadlineLine,
    measure_place,
    measure_wording,
    prose_size,
    surroundings,
)
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page

URL = "https://www.hillpost.example/story.php?id=5512"
PROSE = "The bridge over the Tarn was closed on Monday after an engineer found two cracks in its oldest pillar."
HTML = f"<html><body><h2 class=headline>Old bridge closed</h2><p>By Ann</p><p>{PROSE}</p><h2>Next</h2></body></html>"


def test_the_place_of_a_line_is_told_by_the_text_above_and_below() -> None:
    page = read_page(HTML)
    among = surroundings(page, read_facts(page, URL), {}, set())
    runs = page.runs
    assert [bool(prose_size(run)) for run in runs] == [False, False, True, False]
    above = measure_place(page, HeadlineLine(runs[0].text, 0, 0, runs[0].box), among)
    below = measure_place(page, HeadlineLine(runs[3].text, 3, 3, runs[3].box), among)
    assert (above["no text above"], above["text below"], above["named"]) == (1.0, 1.0, 1.0)
    assert (above["text below 1"], above["text below 4"], above["text in 3"]) == (1.0, 1.0, 1.0)
    assert (below["text above"], below["no text below"], below["named"], below["text below 40"]) == (1.0, 1.0, 0.0, 0.0)


def test_the_wording_of_a_line_is_compared_with_what_is_told_the_address_and_the_text() -> None:
    page = read_page(HTML)
    told = {"head": "Old bridge closed | Ost", "open-graph": "Old bridge closed"}
    among = surroundings(page, read_facts(page, URL), told, {"bridge", "closed"})
    own, other = measure_wording("Old bridge closed", among), measure_wording("Subscribe", among)
    assert (own["told by open-graph"], own["told by head"], own["told by all"]) == (1.0, 0.0, 0.0)
    assert (own["part of what is told"], own["of the address"], own["of the text"]) == (1.0, 1.0, 1.0)
    assert (other["unlike what is told"], other["not of the address"], other["1 words"]) == (1.0, 1.0, 1.0)
