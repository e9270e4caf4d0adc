"""What a person states wins, a feed's instants and authors win over the page, and what lost stays in `originals`."""

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from copydesk.cleaning.article import clean_article
from copydesk.cleaning.metadata.precedence import INSTANTS, WHO_WINS
from copydesk.cleaning.site_rules import DateRule, SiteRules
from copydesk.events import CleanArticle, Hints
from tests.support.documents import raw_page, raw_text

PROSE = "".join(
    f"<p>The lock keeper said on {day} that the upper gate would be mended before the ice comes, as it was in May.</p>"
    for day in ("Monday", "Tuesday", "Thursday", "Friday")
)
TEXT = (
    "The lock keeper said on Monday that the upper gate would be mended before the ice comes, as it was in May.\n\n"
    "Two barges wait below it, and their skippers have begun to fish for their suppers from the deck.\n\n"
    "Nobody can say who left the gate open."
)
FROM_FEED = {"from": "page", "found_at": "https://lock.example/feed"}


def page(head: str = "", heading: str = "Gate to be mended", body: str = "") -> str:
    return f"<html lang=en><head>{head}</head><body><article><h1>{heading}</h1>{body}{PROSE}</article></body></html>"


def cleaned(
    content: str, url: str | None = None, *, fetch: dict[str, str] | None = None, rules: Any = None, **hints: Any
) -> CleanArticle:
    make = raw_page if content.startswith("<") else raw_text
    raw = make(content, url, hints=Hints(**hints))
    found = clean_article(msgspec.structs.replace(raw, fetch=fetch or {}), rules=rules)
    assert isinstance(found, CleanArticle), found
    return found


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


def test_every_field_that_may_be_given_is_in_the_table_and_given_comes_first() -> None:
    assert all(order[0] == "given" and "read" in order for order in WHO_WINS.values())
    assert set(INSTANTS) < set(WHO_WINS)
    assert set(WHO_WINS) <= set(Hints.__struct_fields__) & set(CleanArticle.__struct_fields__)


def test_a_given_title_wins_over_a_heading_which_stays_in_originals() -> None:
    found = cleaned(
        page(heading="Canal Mail", body="<h2>Gate to be mended</h2>"), title="Gate to be mended", given=True
    )
    assert (found.title, found.provenance["title"]) == ("Gate to be mended", "given")
    assert found.originals["title"] == "Canal Mail"
    assert not any("Gate to be mended" in paragraph for paragraph in found.paragraphs)
    assert cleaned(page(heading="Canal Mail"), title="Gate to be mended").title == "Canal Mail", "a hint is none"


@pytest.mark.parametrize("first", ["A short first line", "LOCKSIDE — A gate stands open", "Gates\n\nBarges\n\nIce"])
def test_a_line_that_does_not_say_the_given_title_is_no_headline(first: str) -> None:
    found = cleaned(f"{first}\n\n{TEXT}", title="Keeper to mend the gate", given=True)
    assert found.title == "Keeper to mend the gate"
    assert "".join(found.paragraphs[-3:]) == TEXT.replace("\n\n", "")
    assert cleaned(TEXT, title="Keeper to mend the gate", given=True).paragraphs == tuple(TEXT.split("\n\n"))


def test_a_line_that_says_the_given_title_is_the_headline() -> None:
    found = cleaned(f"Keeper to mend the gate\n\n{TEXT}", title="Keeper to mend the gate", given=True)
    assert found.paragraphs == tuple(TEXT.split("\n\n"))
    assert "title" not in found.originals


def test_given_authors_and_dates_win_over_byline_dateline_and_address() -> None:
    text = f"Keeper to mend the gate\nBy Colin Vale\nUpdated: March 9, 2025\n\n{TEXT}"
    found = cleaned(
        text, "https://lock.example/2024/01/01/gate",
        authors=("Ada Marsh",), published_at=at("2025-03-04T17:45:00+00:00"), given=True,
    )  # fmt: skip
    assert (found.authors, found.published_at) == (("Ada Marsh",), at("2025-03-04T17:45:00+00:00"))
    assert found.seen_at == found.published_at
    assert (found.provenance["authors"], found.provenance["published_at"]) == ("given", "given")
    assert (found.originals["authors"], found.originals["published_at"]) == ("Colin Vale", "2024-01-01")


def test_given_section_tags_language_and_canonical_url_win() -> None:
    head = '<meta property="article:section" content="World"><meta name="keywords" content="ice, gates">'
    head += '<link rel="canonical" href="https://lock.example/told">'
    found = cleaned(
        page(head), "https://lock.example/a",
        section="Canals", tags=("locks",), language="sco", canonical_url="https://lock.example/given", given=True,
    )  # fmt: skip
    assert (found.section, found.tags, found.language) == ("Canals", ("locks",), "sco")
    assert found.canonical_url == "https://lock.example/given"
    assert {found.provenance[each] for each in ("section", "tags", "language", "canonical_url")} == {"given"}
    assert found.originals["tags"] == "ice, gates"


def test_a_feed_names_authors_and_the_instant_and_the_page_its_title() -> None:
    head = '<meta name="author" content="Colin Vale"><meta property="article:published_time" content="2025-03-04">'
    told = {"title": "Gate", "authors": ("Ada Marsh",), "published_at": at("2025-03-03T23:10:00+00:00")}
    found = cleaned(page(head), fetch=FROM_FEED, **told)
    assert (found.title, found.provenance["title"]) == ("Gate to be mended", "markup")
    assert (found.authors, found.provenance["authors"]) == (("Ada Marsh",), "feed")
    assert (found.published_at, found.published_precision) == (told["published_at"], None)
    assert (found.originals["authors"], found.originals["published_at"]) == ("Colin Vale", "2025-03-04")
    hinted = cleaned(page(head), **told)
    assert (hinted.authors, hinted.published_precision) == (("Colin Vale",), "day")


@pytest.mark.parametrize(
    ("of_page", "of_feed", "precision", "winner"),
    [
        ("2025-03-04T18:45:00+01:00", "2025-03-04T17:40:00+00:00", None, "feed"),
        ("2025-03-04T18:45:00+01:00", "2025-03-04T00:00:00+00:00", None, "open-graph"),
        ("2025-03-04T18:45:00+01:00", "2025-03-04T17:40:00+00:00", "clock", "open-graph"),
        ("2025-03-04T18:45:00", "2025-03-04T17:40:00+00:00", None, "feed"),
        ("2025-03-04T18:45:00", "2025-03-05T00:00:00+00:00", "day", "open-graph"),
        ("2025-03-04", "2025-03-05T00:00:00+00:00", "day", "feed"),
    ],
)
def test_of_feed_and_page_the_more_exact_instant_wins(
    of_page: str, of_feed: str, precision: str | None, winner: str
) -> None:
    head = f'<meta property="article:published_time" content="{of_page}">'
    address = "https://lock.example/gate"
    found = cleaned(page(head), address, fetch=FROM_FEED, published_at=at(of_feed), published_precision=precision)
    if precision == "clock":  # the page's own offset is that of the feed's clock
        assert found.published_at == at("2025-03-04T16:40:00+00:00")
        return
    assert found.provenance["published_at"] == winner


def test_the_day_in_an_address_never_beats_a_clock() -> None:
    found = cleaned(
        f"<p>{TEXT}</p>" + PROSE, "https://lock.example/2025/03/01/gate",
        fetch=FROM_FEED, published_at=at("2025-03-01T20:45:00+00:00"),
    )  # fmt: skip
    assert (found.published_at, found.provenance["published_at"]) == (at("2025-03-01T20:45:00+00:00"), "feed")


def test_a_given_clock_without_a_zone_takes_that_of_the_page_the_setting_or_the_country() -> None:
    clock = {"published_at": at("2025-03-04T17:45:00+00:00"), "published_precision": "clock", "given": True}
    offset = page('<meta property="article:published_time" content="2025-03-04T12:00:00-05:00">')
    assert cleaned(offset, "https://kanal.de/a", **clock).published_at == at("2025-03-04T22:45:00+00:00")
    setting = {"kanal.de": SiteRules("kanal.toml", ("kanal.de",), timezone=ZoneInfo("Asia/Tokyo"))}
    assert cleaned(TEXT, "https://kanal.de/a", rules=setting, **clock).published_at == at("2025-03-04T08:45:00+00:00")
    country = cleaned(TEXT, "https://kanal.de/a", **clock)
    assert (country.published_at, country.published_precision) == (at("2025-03-04T16:45:00+00:00"), None)
    nowhere = cleaned(TEXT, "https://canal.com/a", **clock)
    assert nowhere.published_precision == "day"
    assert str(nowhere.published) == "2025-03-04"


def test_a_clock_in_a_text_takes_the_zone_of_its_source() -> None:
    text = f"Schleusentor wird repariert\n14.03.2025, 06:00 Uhr\n\n{TEXT}"
    raw = msgspec.structs.replace(raw_text(text), source="kanalblatt.de")
    found = clean_article(raw)
    assert isinstance(found, CleanArticle)
    assert (found.published_at, found.published_precision) == (at("2025-03-14T05:00:00+00:00"), None)


def test_a_given_date_that_cannot_be_read_leaves_the_article_undated() -> None:
    note = "The given date cannot be read: 'soon'"
    found = cleaned(f"Gate\n3 March 2025\n\n{TEXT}", notes={"published_at": note}, given=True)
    assert (found.published_at, found.published_precision, found.notes) == (None, None, {"published_at": note})
    assert found.seen_at == found.fetched_at
    assert found.originals["published_at"] == "3 March 2025"


def test_rules_of_a_site_win_over_a_feed_and_a_given_date_over_them() -> None:
    rule = DateRule(".stamp", "%d.%m.%Y", ZoneInfo("UTC"))
    rules = {"lock.example": SiteRules("lock.toml", ("lock.example",), published=rule)}
    content = page(body="<p class=stamp>02.03.2025</p>")
    told = {"published_at": at("2025-03-04T17:45:00+00:00")}
    found = cleaned(content, "https://lock.example/a", fetch=FROM_FEED, rules=rules, **told)
    assert (found.published_at, found.provenance["published_at"]) == (at("2025-03-02T00:00:00+00:00"), "site rules")
    given = cleaned(content, "https://lock.example/a", rules=rules, given=True, **told)
    assert (given.published_at, given.originals["published_at"]) == (told["published_at"], "02.03.2025")


def test_what_else_a_row_held_comes_out() -> None:
    extra = {"id": 17, "desk": {"city": [1, None, 2.5]}}
    found = cleaned(TEXT, extra=extra, given=True)
    assert (found.extra, found.given_id) == (extra, "17")
    assert cleaned(TEXT).given_id is None
