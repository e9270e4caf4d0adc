"""A headline that no main heading and no markup states is found among the lines of its page."""

import pytest

from copydesk.cleaning.metadata.headline_lines import headline_candidates, likeliest_headline
from copydesk.cleaning.metadata.title import Title, choose_title
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.cleaning.thresholds.metadata import MOST_HEADLINES

URL = "https://www.hillpost.example/story.php?id=5512"
PROSE = "The bridge over the Tarn was closed on Monday after an engineer found two cracks in its oldest pillar. "
OURS = "Cracks close the old Tarn bridge"
MENU = (
    "<table><tr><td><a href=/n>News</a></td><td><a href=/s>Sport</a></td><td><a href=/w>Weather</a></td></tr></table>"
)
MORE = "".join(f"<h3><a href=/{n}>{line}</a></h3>" for n, line in enumerate(("Rain", "A fair in Ost", "Votes counted")))


def title_of(body: str, head: str = "") -> Title:
    page = read_page(f"<html><head>{head}</head><body>{MENU}{body}</body></html>")
    return choose_title(page, read_facts(page, URL))


@pytest.mark.parametrize("line", ["<h2>{}</h2>", "<h3 class=headline>{}</h3>", "<p class=storytitle><b>{}</b></p>"])
@pytest.mark.parametrize("told", ["", "<title>The Hill Post</title>", "<title>The Hill Post - News</title>"])
def test_a_headline_that_nothing_states_is_the_line_above_the_text(line: str, told: str) -> None:
    found = title_of(f"{line.format(OURS)}<p>By Ann Lee</p><p>{PROSE * 2}</p><p>{PROSE * 3}</p>{MORE}", told)
    assert (found.text, found.origin) == (OURS, "markup")
    assert found.at is not None


def test_the_sites_own_heading_yields_to_the_headline_below_it() -> None:
    body = f"<h1>The Hill Post</h1><h2>{OURS}</h2><p>{PROSE * 2}</p><p>{PROSE * 3}</p>{MORE}"
    assert title_of(body, "<title>The Hill Post | Your valley, daily</title>").text == OURS


def test_a_headline_that_links_to_its_own_page_is_the_line_of_the_title() -> None:
    body = f"<h1>The Hill Post</h1><h3><a href=/2008/bridge>{OURS}</a></h3><p>{PROSE * 2}</p><p>{PROSE * 3}</p>"
    found = title_of(body, f"<title>The Hill Post: {OURS}</title>")
    assert (found.text, found.at) == (OURS, 2)


def test_a_headline_that_all_is_told_of_stays_though_other_headings_stand_around() -> None:
    head = f'<title>{OURS}</title><meta property="og:title" content="{OURS}">'
    body = f"<h2>Our town in pictures</h2><p>{PROSE * 2}</p><p>{PROSE * 3}</p>{MORE}<h2>Read next</h2>"
    assert title_of(body, head).text == OURS


@pytest.mark.parametrize("shown", ["", f"<h1 hidden>{OURS}</h1>"])
def test_a_heading_that_shares_no_word_with_what_all_say_is_no_headline(shown: str) -> None:
    head = f'<title>{OURS}</title><meta property="og:title" content="{OURS}">'
    body = f"{shown}<h2 class=headline>What the fair does now</h2><p>{PROSE * 2}</p><p>{PROSE * 3}</p>"
    assert title_of(body, head).text == OURS


def test_lines_that_may_be_the_headline_are_so_many_at_most() -> None:
    page = read_page(f"<html><body>{f'<li>{OURS}</li>' * 900}<p>{PROSE * 3}</p></body></html>")
    assert len(headline_candidates(page, read_facts(page, URL), {"head": OURS}, set())) == MOST_HEADLINES


def test_what_readers_do_not_see_and_what_stands_below_the_text_is_no_headline() -> None:
    body = f"<h2 hidden>{OURS}</h2><p>{PROSE * 3}</p><h2>Comments on the bridge</h2>"
    assert title_of(body, f"<title>{OURS}</title>").origin == "markup"
    page = read_page(f"<html><body>{body}</body></html>")
    lines = [each.text for each in headline_candidates(page, read_facts(page, URL), {}, set())]
    assert OURS not in lines


def test_without_any_text_only_what_is_told_is_a_headline() -> None:
    page = read_page(f"<html><body><h2>Most read</h2><h2>{OURS}</h2></body></html>")
    facts = read_facts(page, URL)
    told = {"head": f"{OURS} - News"}
    assert [each.text for each in headline_candidates(page, facts, told, set())] == [OURS, told["head"]]
    assert len(headline_candidates(page, facts, {}, set())) == 2


def test_the_candidate_of_the_greatest_weight_wins() -> None:
    page = read_page(f"<html><body><h2>{OURS}</h2><p>{PROSE * 3}</p><h3>Read next</h3></body></html>")
    candidates = headline_candidates(page, read_facts(page, URL), {}, set())
    for tag, text in (("h2", OURS), ("h3", "Read next")):
        found = likeliest_headline(candidates, {tag: 1.0})
        assert found is not None
        assert found.text == text
    assert likeliest_headline([]) is None
