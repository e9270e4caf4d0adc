"""The title is the headline that readers see, without the site's name, its sections and its labels."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning.metadata.title_parts import without_site
from tests.support.stated import article, stated

OUTLET = '<meta property="og:site_name" content="The Valley Courier">'
HEADLINES = {
    "en": "Rain ends in the valley after nine days",
    "de": "Nach neun Tagen endet der Regen im Tal",
    "fr": "La pluie cesse dans la vallée après neuf jours",
    "es": "La lluvia cesa en el valle tras nueve días",
    "pt": "A chuva acaba no vale depois de nove dias",
    "it": "La pioggia finisce nella valle dopo nove giorni",
    "nl": "Regen in de vallei stopt na negen dagen",
    "pl": "Po dziewięciu dniach deszcz w dolinie ustał",
    "tr": "Vadideki yağmur dokuz gün sonra dindi",
    "ru": "Дождь в долине закончился через девять дней",
    "uk": "Дощ у долині вщух через дев’ять днів",
    "ar": "توقف المطر في الوادي بعد تسعة أيام",
    "he": "הגשם בעמק פסק אחרי תשעה ימים",
    "zh": "连下九天后山谷雨势终于停歇",
    "ja": "谷の雨、九日ぶりにやむ 川の水位も下がる",
    "ko": "골짜기에 아흐레 동안 내린 비 그쳐",
    "hi": "घाटी में नौ दिन बाद बारिश थमी",
}
SUFFIXES = [" | {0}", " - {0}", " – {0}", " — {0}", " · {0}", " :: {0}", " » {0}", "｜{0}", " - News | {0}"]


@pytest.mark.parametrize("language", HEADLINES)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_sites_name_is_no_part_of_the_title(language: str, suffix: str) -> None:
    told = HEADLINES[language] + suffix.format("The Valley Courier")
    head = f'{OUTLET}<meta property="article:section" content="News"><title>{told}</title>'
    head += f'<meta property="og:title" content="{told}">'
    assert stated(head).title.text == HEADLINES[language]


def test_the_sites_name_is_learned_from_the_page_and_its_address() -> None:
    for name in ("Courier", "courier.example", "The Courier"):
        assert stated(f"<title>Rain ends in the valley | {name}</title>").title.text == "Rain ends in the valley"
    publisher = article('"publisher":{"@type":"Organization","name":"Bergblatt"}')
    assert stated(f"<title>Bergblatt: x</title>{publisher}<title>").title.text == "Bergblatt: x"
    assert stated(f"<title>Rain ends - Bergblatt</title>{publisher}").title.text == "Rain ends"


@pytest.mark.parametrize(
    "title",
    [
        "Harbour – a history",
        "Rain, snow, wind: what March brings",
        "Tal - Berg 2:1",
        "‘I saw it’ | Letters from the valley",
        "Courier of the Tsar wins first prize",
    ],
)
def test_a_title_that_names_no_site_stays_whole(title: str) -> None:
    assert stated(f"<title>{title}</title>", url="https://zeitung.example/x").title.text == title


@pytest.mark.parametrize("language", HEADLINES)
def test_a_heading_wins_over_what_is_told_to_machines(language: str) -> None:
    words = HEADLINES[language]
    head = f'<title>{words} now | Courier</title><meta property="og:title" content="{words} now">'
    found = stated(head, f"<h1>{words}</h1>").title
    assert (found.text, found.origin, found.at) == (words, "markup", 0)


def test_the_title_names_its_origin_and_its_line() -> None:
    ours = "Rain ends in the valley"
    assert stated(article(f'"headline":"{ours}"')).title[:3] == (ours, "json-ld", None)
    assert stated(f'<meta property="og:title" content="{ours}">').title[:3] == (ours, "open-graph", None)
    assert stated(f'<meta name="twitter:title" content="{ours}">').title[:3] == (ours, "meta", None)
    assert stated(f"<title>{ours}</title>", f"<div>Weather</div><h2>{ours}</h2>").title[:3] == (ours, "markup", 1)
    assert stated().title[:3] == ("", "", None)


@pytest.mark.parametrize(
    "heading",
    [
        "<h1>Opinion <span>Rain ends in the valley</span></h1>",
        '<h1><span class="kicker">Nine days</span> Rain ends in the valley</h1>',
        "<h1>Weather | Rain ends in the valley</h1>",
        "<h1>Weather: Rain ends in the valley</h1>",
        "<h1>Rain ends in the valley | The Valley Courier</h1>",
        "<h1>Rain ends in the valley :</h1>",
    ],
)
def test_a_label_beside_the_heading_is_no_part_of_the_title(heading: str) -> None:
    head = OUTLET + '<meta property="og:title" content="Rain ends in the valley">'
    assert stated(head, heading, url="https://courier.example/opinions/rain").title.text == "Rain ends in the valley"


def test_two_labels_for_one_headline_leave_the_headline() -> None:
    head = '<meta property="og:title" content="After the flood: “We will rebuild all of it”">'
    found = stated(head, "<h1>Valley in mud - “We will rebuild all of it”</h1>")
    assert found.title.text == "“We will rebuild all of it”"


def test_the_sites_linked_heading_is_no_headline() -> None:
    head = "<title>Rain ends in the valley | Voices of the Valley</title>"
    head += '<meta property="og:title" content="Rain ends in the valley">'
    found = stated(head, '<h1><a href="/">Voices of the Valley</a></h1><h2>Rain ends in the valley</h2>')
    assert found.title.text == "Rain ends in the valley"


def test_a_foreign_heading_is_no_headline() -> None:
    head = '<meta property="og:title" content="Rain ends in the valley">'
    found = stated(head, "<h1>Most read this week</h1><h1>Our newsletters and podcasts</h1>")
    assert found.title.text == "Rain ends in the valley"


def test_entities_and_invisible_characters_are_read() -> None:
    head = '<meta property="og:title" content="Rain &amp;amp; wind: the val\u00adley\u200b counts">'
    assert stated(head).title.text == "Rain & wind: the valley counts"


@given(st.text(max_size=300), st.text(max_size=300), st.text(max_size=60))
def test_any_title_is_one_line_of_the_page(told: str, heading: str, site: str) -> None:
    head = f"<title>{told}</title><meta property='og:site_name' content='{site}'>"
    found = stated(head, f"<h1>{heading}</h1>").title
    assert "\n" not in found.text
    assert found.text == found.text.strip()
    assert len(found.text.encode()) < 8 * 400


@given(st.lists(st.sampled_from(["Courier", "rain", " | ", " - ", ": ", "»", " "]), max_size=60))
def test_taking_the_site_away_never_adds(pieces: list[str]) -> None:
    title = "".join(pieces)
    assert without_site(title, frozenset({"courier"})) in title


@pytest.mark.parametrize("around", ["<nav>{}</nav>", '<div class="c-breadcrumb"><ol><li>{}</li></ol></div>'])
def test_an_h1_that_ends_the_trail_of_sections_is_not_the_headline_that_readers_see(around: str) -> None:
    told = "Valley weather: rain ends after nine days of floods"
    seen = "At last the rain leaves the valley after nine days"
    trail = around.format(f"<a href=/>News</a> <h1>{told}</h1>")
    head = f'<title>{told}</title><meta property="og:title" content="{seen}">'
    found = stated(head, f"{trail}<div>Weather</div><h2>{seen}</h2><p>By Ann Lee</p>")
    assert (found.title.text, found.title.at) == (seen, 3)
    alone = stated(f"<title>{told}</title>", f"{trail}<div>Weather</div><h2>Traffic in the valley</h2>")
    assert alone.title.text == told, "where no other heading agrees, the trail's counts"


@pytest.mark.parametrize(
    ("told", "line"),
    [
        ("Valley Star - Rain ends in the valley - Valley Star, News and Shows", "<b>Rain ends in the valley</b>"),
        ("weather | Rain ends in the valley", "<h3>Rain ends in the valley</h3>"),
        ("Notes on Rivers: Rain ends in the valley", "<h3><span>Rain ends in the valley</span></h3>"),
        ("Rain ends in the valley_Weather_Valley Star", "<h2>Rain ends in the valley</h2>"),
        ("Rain ends in the valley (Jane Roe)", "<div>Rain ends in the valley</div>"),
    ],
)
def test_the_part_of_the_title_that_stands_on_the_page_is_the_headline(told: str, line: str) -> None:
    found = stated(f"<title>{told}</title>", f"<div>weather</div>{line}").title
    assert (found.text, found.at) == ("Rain ends in the valley", 1)


def test_a_heading_wins_over_a_title_that_only_adds_the_site() -> None:
    head = "<title>First story | Marlow Gazette</title>"
    assert stated(head, "<h1>First story</h1>", url=None).title.text == "First story"


@pytest.mark.parametrize("told", ["Rain ends in the valley:Courier Notes", "Rain ends in the valley_Courier Notes"])
def test_links_to_the_front_page_name_the_site(told: str) -> None:
    for href in ("/", "https://www.courier.example/"):
        logo = f'<a href="{href}">Courier Notes</a>'
        assert stated(f"<title>{told}</title>", logo).title.text == "Rain ends in the valley"
    away = '<a href="https://other.example/">Courier Notes</a>'
    assert stated(f"<title>{told}</title>", away).title.text == told


def test_what_kind_of_site_it_is_goes_with_its_name() -> None:
    assert stated("<title>Rain ends in the valley | Courier Blog</title>").title.text == "Rain ends in the valley"
    assert stated("<title>Courier Blog: Rain ends in the valley</title>").title.text == "Rain ends in the valley"


def test_a_heading_in_capitals_is_the_told_title_in_its_own_letters() -> None:
    head = '<meta property="og:title" content="Rain Ends in Valley: Tips From Coffee Pros">'
    found = stated(head, "<h1>RAIN ENDS IN THE VALLEY: TIPS FROM COFFEE PROS</h1>").title
    assert found.text == "Rain Ends in Valley: Tips From Coffee Pros"


@pytest.mark.parametrize("label", ["Live", "LIVE", "En direct", "Liveticker"])
def test_a_label_of_a_live_page_is_not_the_title(label: str) -> None:
    ours = "Rain ends in the valley after nine days"
    apart = f"<title>{label} - {ours} | Courier</title>"
    assert stated(apart, f'<h1><span class="tag">{label}</span> {ours}</h1>').title.text == ours
    assert stated(f"<title>{ours}</title>", f"<h1>{label}</h1><h2>{ours}</h2>").title.text == ours
    assert stated("", "<h1>Live music returns to the valley</h1>").title.text == "Live music returns to the valley"


def test_a_heading_without_a_word_of_the_address_yields_to_the_headline_that_the_address_was_made_of() -> None:
    told = "Bridge repairs begin in Marlow"
    head = f'<title>{told}</title><meta property="og:title" content="{told}">'
    shown = "<h1>Marlow and its old stones</h1>"
    address = '<link rel="canonical" href="https://courier.example/news/{}">'
    assert stated(head + address.format("bridge-repairs-begin"), shown).title.text == told
    assert stated(head + address.format("old-stones"), shown).title.text == "Marlow and its old stones"


def test_a_heading_that_is_hidden_yields_to_the_part_of_it_that_readers_see() -> None:
    shown = "How to help babies sleep through the night"
    whole = f"{shown} | Patient Education | The Children's House"
    page = f"<h1 hidden>{whole}</h1><h2>{shown}</h2>"
    assert stated(f"<title>{whole}</title>", page).title.text == shown
