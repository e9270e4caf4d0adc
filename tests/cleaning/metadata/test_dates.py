"""Dates come out as UTC instants with their original, from machine formats, lines for readers and addresses."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning.metadata.metadata import read_metadata
from copydesk.cleaning.metadata.title import choose_title
from copydesk.cleaning.page.stated import read_facts
from copydesk.cleaning.page.tree_walk import read_page
from copydesk.machine_dates import day_of_address, parse_stamp
from tests.support.stated import TEXT, article, stated

TITLE = "<h1>Rain ends in the valley</h1>"
LINES = [
    ("en", "May 3, 2024"),
    ("en", "Published 3rd of May 2024"),
    ("en", "Posted: 3 May 2024"),
    ("de", "3. Mai 2024"),
    ("de", "Freitag, 03.05.2024"),
    ("fr", "Publié le 3 mai 2024"),
    ("es", "3 de mayo de 2024"),
    ("pt", "3 de maio de 2024"),
    ("it", "3 maggio 2024"),
    ("nl", "3 mei 2024"),
    ("sv", "3 maj 2024"),
    ("pl", "3 maja 2024"),
    ("cs", "3. května 2024"),
    ("tr", "3 Mayıs 2024"),
    ("id", "Jumat, 3 Mei 2024"),
    ("ru", "3 мая 2024"),
    ("ru", "03.05.2024"),
    ("uk", "3 травня 2024"),
    ("ar", "3 مايو 2024"),
    ("zh", "2024年5月3日"),
    ("ja", "2024年5月3日"),
    ("ko", "2024년 5월 3일"),
    ("ko", "2024.05.03"),
]


@pytest.mark.parametrize(("language", "line"), LINES)
def test_a_line_under_the_headline_tells_the_day(language: str, line: str) -> None:
    found = stated(top=f"{TITLE}<div>{line}</div>", language=language).metadata
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert (found.originals["published_at"], found.provenance["published_at"]) == (line, "text")


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2024-05-03T08:30:00Z", "2024-05-03T08:30:00+00:00"),
        ("2024-05-03T08:30:00.123456Z", "2024-05-03T08:30:00+00:00"),
        ("2024-05-03T08:30+02:00", "2024-05-03T06:30:00+00:00"),
        ("2024-05-03T08:30:00+0530", "2024-05-03T03:00:00+00:00"),
        ("2024-05-03 23:30:00 -07:00", "2024-05-04T06:30:00+00:00"),
        ("2024-05-03 08:30:00", "2024-05-03T08:30:00+00:00"),
        ("20240503T083000Z", "2024-05-03T08:30:00+00:00"),
        ("20240503083000", "2024-05-03T08:30:00+00:00"),
        ("2024-05-03", "2024-05-03T00:00:00+00:00"),
        ("2024/05/03", "2024-05-03T00:00:00+00:00"),
        ("05/03/2024", "2024-05-03T00:00:00+00:00"),
        ("23/05/2024", "2024-05-23T00:00:00+00:00"),
        ("1714725000", "2024-05-03T08:30:00+00:00"),
        ("1714725000000", "2024-05-03T08:30:00+00:00"),
        ("Fri, 03 May 2024 08:30:00 GMT", "2024-05-03T08:30:00+00:00"),
        ("Fri, 03 May 2024 08:30:00 +0200", "2024-05-03T06:30:00+00:00"),
        ("Fri May 3 08:30:00 EDT 2024", "2024-05-03T12:30:00+00:00"),
        ("05/03/2024 08:30 PM", "2024-05-03T20:30:00+00:00"),
        ("05/03/2024, 12:30:00 a.m.", "2024-05-03T00:30:00+00:00"),
    ],
)
def test_machine_formats_become_utc(text: str, wanted: str) -> None:
    found = stated(f'<meta property="article:published_time" content="{text}">').metadata
    assert found.published_at is not None
    assert found.published_at.isoformat() == wanted
    assert (found.originals["published_at"], found.provenance["published_at"]) == (text, "open-graph")


@pytest.mark.parametrize(
    "text",
    ["", "0000-00-00", "99999-01-01", "0001-01-01", "2024-13-01", "2024-02-31", "1899-12-31", "2190-01-01", "soon",
     "9" * 300, "2024-05-03T08:30:00+99:99X", "-1", "Mon, 99 Foo 99999 99:99:99 +9999", "1e400", "NaN", "00/00/2024",
     "\ud800", "T" * 90],
)  # fmt: skip
def test_bogus_dates_give_none_or_a_day_that_is_named(text: str) -> None:
    found = stated(f'<meta property="article:published_time" content="{text}"><meta name="date" content="{text}">')
    day = found.metadata.published_at
    assert day is None or day.date().isoformat() == "2024-05-03"


def test_the_order_is_json_ld_open_graph_microdata_time_line_and_address() -> None:
    def day(number: int) -> str:
        return f"2024-05-{number:02}T12:00:00Z"

    def origin(head: str = "", top: str = "", url: str = "https://courier.example/x") -> tuple[str, int]:
        found = stated(head, TITLE + top, url=url).metadata
        assert found.published_at is not None
        return found.provenance["published_at"], found.published_at.day

    graph = f'<meta property="article:published_time" content="{day(2)}">'
    time = f'<time datetime="{day(4)}">today</time>'
    line = "<div>May 7, 2024</div>"
    url = "https://courier.example/2024/05/06/rain"
    micro = f'<span itemprop="datePublished" content="{day(3)}">x</span>'
    assert origin(article(f'"headline":"Rain","datePublished":"{day(1)}"') + graph, micro + time + line, url) == (
        "json-ld",
        1,
    )
    assert origin(graph, micro + time + line, url) == ("open-graph", 2)
    assert origin("", micro + time + line, url) == ("markup", 3)
    assert origin("", time + line, url) == ("markup", 4)
    assert origin("", line, url) == ("text", 7)
    assert origin("", "", url) == ("text", 6)


def test_an_instant_with_a_time_zone_wins_over_the_same_time_without() -> None:
    def published(first: str, second: str) -> str:
        head = article(f'"headline":"Rain","datePublished":"{first}"')
        return stated(head + f'<meta property="article:published_time" content="{second}">').metadata.originals[
            "published_at"
        ]

    assert published("2024-05-03T20:00:00", "2024-05-03T20:00:00+02:00") == "2024-05-03T20:00:00+02:00"
    assert published("2024-05-03", "2024-05-03T20:00:00+02:00") == "2024-05-03T20:00:00+02:00"
    assert published("2024-05-03T20:00:00Z", "2024-05-03T20:00:00+02:00") == "2024-05-03T20:00:00Z"
    assert published("2024-05-03T20:17:31", "2024-05-03T12:00:00Z") == "2024-05-03T20:17:31"
    assert published("2024-05-03T20:00:00", "2024-06-09T20:00:00Z") == "2024-05-03T20:00:00"


@pytest.mark.parametrize(
    ("language", "line", "wanted"),
    [
        ("en", "May 3, 2024 11:45 pm", "2024-05-03T23:45"),
        ("en", "May 3, 2024 11:45 pm EDT", "2024-05-04T03:45"),
        ("en", "May 3, 2024, 08:15 IST", "2024-05-03T02:45"),
        ("en", "Art and GST: May 3, 2024, 08:15", "2024-05-03T08:15"),
        ("de", "03.05.2024, 23:45 Uhr", "2024-05-03T23:45"),
        ("ru", "3 мая 2024, 00:15", "2024-05-03T00:15"),
        ("ja", "2024年5月3日 0時15分", "2024-05-03T00:15"),
        ("en", "May 3, 2024", "2024-05-03T00:00"),
    ],
)
def test_a_time_without_a_zone_does_not_shift_the_day(language: str, line: str, wanted: str) -> None:
    found = stated(top=f"{TITLE}<div>{line}</div>", language=language).metadata.published_at
    assert found is not None
    assert found.isoformat().startswith(wanted)


def test_an_ambiguous_day_in_english_is_not_guessed() -> None:
    assert stated(top=f"{TITLE}<div>03/05/2024</div>").metadata.published_at is None
    assert stated(top=f"{TITLE}<div>23/05/2024</div>").metadata.published_at == datetime(2024, 5, 23, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "Published May 3, 2024, updated May 5, 2024"),
        ("de", "3. Mai 2024 | Aktualisiert: 5. Mai 2024"),
        ("es", "3 de mayo de 2024 - Actualizado: 5 de mayo de 2024"),
        ("ru", "3 мая 2024, обновлено 5 мая 2024"),
        ("uk", "3 травня 2024, оновлено 5 травня 2024"),
        ("ja", "2024年5月3日 更新：2024年5月5日"),
        ("tr", "03.05.2024 - Güncelleme: 05.05.2024"),
    ],
)
def test_one_line_tells_both_days(language: str, line: str) -> None:
    found = stated(top=f"{TITLE}<div>{line}</div>", language=language).metadata
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    assert found.modified_at == datetime(2024, 5, 5, tzinfo=UTC)


def test_the_last_change_is_read_where_machines_are_told() -> None:
    fields = '"headline":"Rain","datePublished":"2024-05-03T08:00:00Z","dateModified":"2024-05-03T10:00:00+02:00"'
    found = stated(article(fields)).metadata
    assert found.modified_at == datetime(2024, 5, 3, 8, tzinfo=UTC)
    assert found.originals["modified_at"] == "2024-05-03T10:00:00+02:00"
    graph = '<meta property="og:updated_time" content="2024-05-04T10:00:00Z">'
    assert stated(graph).metadata.provenance["modified_at"] == "open-graph"


def test_the_meta_of_the_pages_own_day_says_whether_it_has_come_out_anew() -> None:
    first = article('"headline":"Rain","datePublished":"2023-01-02T08:00:00Z","dateModified":"2024-06-09T10:00:00Z"')
    again = article('"headline":"Rain","datePublished":"2023-01-02T08:00:00Z","dateModified":"2024-05-03T10:00:00Z"')
    line = f"{TITLE}<div>May 3, 2024</div>"

    def published(head: str, day: str, top: str = line) -> str:
        return str(stated(f'{head}<meta name="date" content="{day}">', top).metadata.published_at)[:10]

    assert published(first, "May 3, 2024") == "2024-05-03"
    assert published(first, "June 1, 2024") == "2023-01-02"
    assert published(first, "May 3, 2024", TITLE) == "2023-01-02"
    assert published(first, "May 3, 2024", f"{TITLE}<div>Updated May 3, 2024</div>") == "2023-01-02"
    assert published(again, "2024-05-03") == "2024-05-03"
    assert published(again, "2023-01-02") == "2023-01-02"


def test_a_day_alone_and_a_time_of_that_day_are_the_same_day() -> None:
    head = article('"headline":"Rain","datePublished":"2024-05-03","dateModified":"2024-05-03T21:06:08+02:00"')
    graph = '<meta property="article:published_time" content="2024-05-03T08:00:00+02:00">'
    found = stated(head + graph, f"{TITLE}<div>3 May 2024, 23:06</div>").metadata
    assert found.originals["published_at"] == "2024-05-03T08:00:00+02:00"


@pytest.mark.parametrize(
    "line",
    [
        "Ada RoeMay 3, 202412 Shares1530 Views",
        "By Ada RoeMay 3, 2024 11:45 pm",
        "3 May 20244 May 2024 The Desk",
        "May 032024",
        "Posted on3 May 2024",
        "Friday, 3 of May 202403/05/2024",
    ],
)
def test_pieces_of_a_line_that_markup_alone_keeps_apart_count_as_apart(line: str) -> None:
    found = stated(top=f"{TITLE}<div>{line}</div>").metadata
    assert str(found.published_at)[:10] == "2024-05-03"
    assert found.originals["published_at"] == line


@pytest.mark.parametrize("line", ["McAllister ran 2024 metres on 3 May", "Lot 20240503 of 12 May crates", "iPhone 15"])
def test_a_line_is_not_taken_apart_into_a_day_it_does_not_name(line: str) -> None:
    assert stated(top=f"{TITLE}<div>{line}</div>").metadata.published_at is None


@pytest.mark.parametrize(
    ("first", "second", "third", "wanted"),
    [
        ("17:00:00-07:00", "17:00:00+00:00", "10:00:00-07:00", "2024-05-03T17:00:00+00:00"),
        ("17:00:00Z", "17:00:00-07:00", "2024-05-04T00:00:00Z", "2024-05-03T17:00:00-07:00"),
        ("17:00:00-07:00", "17:00:00+00:00", "2024-05-04T00:00:00Z", "2024-05-03T17:00:00-07:00"),
        ("17:00:00-07:00", "17:00:00+00:00", "18:30:00Z", "2024-05-03T17:00:00-07:00"),
        ("17:00:00-07:00", "16:00:00-07:00", "23:00:00Z", "2024-05-03T17:00:00-07:00"),
    ],
)
def test_of_one_clock_in_two_zones_the_one_that_another_clock_bears_out(
    first: str, second: str, third: str, wanted: str
) -> None:
    one, two, three = (time if "T" in time else f"2024-05-03T{time}" for time in (first, second, third))
    head = article(f'"headline":"Rain","datePublished":"{one}","dateModified":"{one}"')
    head += "".join(f'<meta property="article:{name}_time" content="{two}">' for name in ("published", "modified"))
    micro = "".join(f'<meta itemprop="date{name}" content="{three}">' for name in ("Published", "Modified"))
    found = stated(head, micro + TITLE).metadata.originals
    assert (found["published_at"], found["modified_at"]) == (wanted, wanted)


def test_a_heading_tells_the_day_where_nothing_better_does() -> None:
    heading = '<h2 class="date-header">Friday, 3 May 2024</h2>'
    assert stated(top=heading + TITLE).metadata.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    line = "<div>Published May 5, 2024</div>"
    assert stated(top=heading + TITLE + line).metadata.published_at == datetime(2024, 5, 5, tzinfo=UTC)
    story = "<h2>What the council of the valley decided about its bridges on Friday, 3 May 2024</h2>"
    assert stated(top=TITLE + story).metadata.published_at is None


def test_a_line_that_opens_with_a_day_is_a_dateline_whatever_follows() -> None:
    line = "03/05/2024 - Publicado por: Ana Lima Prado - Categoria: Cidade - Etiquetas: chuva vale ponte rio"
    found = stated(top=f"{TITLE}<div>{line}</div>", language="pt").metadata
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)


def test_a_label_makes_a_line_below_the_text_a_dateline() -> None:
    line = "<div>Datum: 03.05.2024 Autorin: Eva Roth Quelle: Der Talbote</div>"
    assert stated(top=TITLE, end=line, language="de").metadata.published_at == datetime(2024, 5, 3, tzinfo=UTC)
    change = "<div>Letzte Änderung 03.05.2024</div>"
    assert stated(top=TITLE + change, language="de").metadata.modified_at == datetime(2024, 5, 3, tzinfo=UTC)


def test_month_and_day_are_told_apart_by_the_pages_other_days() -> None:
    graph = '<meta property="article:published_time" content="{}">'
    told, line = graph.format("5/3/2024 10:20:30 PM"), "<div>Erstellt am: 03.05.2024</div>"
    found = stated(told, TITLE + line, language="de").metadata
    assert found.published_at == datetime(2024, 5, 3, 22, 20, 30, tzinfo=UTC)
    assert stated(told, TITLE, language="de").metadata.published_at == datetime(2024, 3, 5, 22, 20, 30, tzinfo=UTC)
    url = "https://courier.example/2024/05/03/rain"
    assert stated(graph.format("03/05/2024"), TITLE, url=url).metadata.published_at == datetime(2024, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("region", "line", "day"),
    [
        ("en-GB", "03/05/2024", "2024-05-03"),
        ("en_AU", "Posted 3/5/2024", "2024-05-03"),
        ("en-US", "03/05/2024", "None"),
        ("en", "03/05/2024", "None"),
        ("en", "03.05.2024", "2024-05-03"),
    ],
)
def test_the_region_of_a_page_says_whether_the_day_comes_first(region: str, line: str, day: str) -> None:
    html = f'<html lang="{region}"><body><article>{TITLE}<div>{line}</div><p>{TEXT}</p><p>{TEXT}</p></article>'
    page = read_page(html)
    facts = read_facts(page, None)
    kept = [i for i, run in enumerate(page.runs) if run.box.tag == "p"]
    found = read_metadata(page, facts, choose_title(page, facts), kept, None, ("en", "markup"))
    assert str(found.published_at)[:10] == day


def test_a_page_that_shows_the_day_of_the_change_as_its_own_has_come_out_anew() -> None:
    head = article('"headline":"Rain","datePublished":"2023-01-02T08:00:00Z","dateModified":"2024-05-03T10:00:00Z"')
    assert str(stated(head, f"{TITLE}<div>May 3, 2024</div>").metadata.published_at).startswith("2024-05-03")
    assert str(stated(head, f"{TITLE}<div>Updated May 3, 2024</div>").metadata.published_at).startswith("2023-01-02")
    assert str(stated(head, f"{TITLE}<div>January 2, 2023</div>").metadata.published_at).startswith("2023-01-02")


def test_a_day_under_the_text_counts_before_one_in_a_sentence_above_it() -> None:
    caption = "<div>The old bridge as it stood before the storm and the flood, 24 April 2024</div>"
    found = stated(top=TITLE + caption, end="<ul><li>Date May 3, 2024</li></ul>").metadata
    assert found.published_at == datetime(2024, 5, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "day"),
    [
        ("https://courier.example/2024/05/03/rain", "2024-05-03"),
        ("https://courier.example/2024/5/3/rain", None),
        ("https://courier.example/2024/may/03/rain", "2024-05-03"),
        ("https://courier.example/2024/September/03/rain", "2024-09-03"),
        ("https://courier.example/2024/\u017fep/03/rain", None),
        ("https://courier.example/2024-05-03/rain", "2024-05-03"),
        ("https://courier.example/20240503/rain", "2024-05-03"),
        ("https://courier.example/rain-20240503.html", "2024-05-03"),
        ("https://courier.example/2024/02/31/rain", None),
        ("https://courier.example/id/20245/1203", None),
        ("https://courier.example/a-19991231235959", None),
        ("", None),
    ],
)
def test_the_day_in_an_address(url: str, day: str | None) -> None:
    found = day_of_address(url)
    assert (found.date().isoformat() if found else None) == day


@given(st.datetimes(datetime(1991, 1, 1), datetime(2098, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_iso_instant_is_read_as_written(when: datetime, minutes: int) -> None:
    when = when.replace(microsecond=0)
    sign, hours, rest = "-" if minutes < 0 else "+", *divmod(abs(minutes), 60)
    stamp = parse_stamp(f"{when.isoformat()}{sign}{hours:02}:{rest:02}")
    assert stamp is not None
    assert stamp.zoned
    assert stamp.when == when.replace(tzinfo=UTC) - timedelta(minutes=minutes)


@given(st.text(alphabet="0123456789-/.:TZ+ MayGMT٣\ud800", max_size=60) | st.text(max_size=200))
def test_no_text_makes_reading_raise(text: str) -> None:
    stamp = parse_stamp(text)
    assert stamp is None or stamp.when.tzinfo is UTC
    day = day_of_address(f"/2024/{text}/03/")
    assert day is None or day.tzinfo is UTC


def test_a_line_that_names_another_day_than_the_address_is_not_believed() -> None:
    url = "https://courier.example/2024/05/06/rain"
    for line in ("<div>Event on May 1, 2024</div>", "<div>May 5, 2024</div>", "<div>June 3, 2024</div>"):
        found = stated(top=TITLE + line, url=url).metadata
        assert found.published_at == datetime(2024, 5, 6, tzinfo=UTC)
        assert found.originals["published_at"] == "2024-05-06"


TOLD_APART = [
    ("en", "Published 17 March 2025, updated 18 March 2025"),
    ("en", "Last updated 18 March 2025. Published 17 March 2025"),
    ("fr", "Publié le 17 mars 2025 à 18h02, mis à jour le 18 mars 2025 à 07h45"),
    ("fr", "Mis à jour le 18/03/2025 à 07h45 - Publié le 17/03/2025 à 18h02"),
    ("es", "Publicado el 17 de marzo de 2025 a las 18:02. Actualizado el 18 de marzo de 2025 a las 07:45"),
    ("pt", "17/03/2025 18h02 • Atualizado em 18/03/2025 às 07h45"),
    ("de", "Stand: 18.03.2025, 07:45 Uhr | Erstellt: 17.03.2025, 18:02 Uhr"),
    ("pl", "Opublikowano: 17 marca 2025, 18:02. Aktualizacja: 18 marca 2025, 07:45"),
]


@pytest.mark.parametrize(("language", "line"), TOLD_APART)
def test_publication_and_change_in_one_line_are_told_apart(language: str, line: str) -> None:
    found = stated(top=f"{TITLE}<div>{line}</div>", language=language).metadata
    days = [when and f"{when:%Y-%m-%d}" for when in (found.published_at, found.modified_at)]
    assert days == ["2025-03-17", "2025-03-18"]


CLOCKS = [
    ("2025-03-17T18:02:00Z", "/", "", datetime(2025, 3, 17, 18, 2, tzinfo=UTC), None),
    ("2025-03-17T18:02:00", "https://a.example/", "", datetime(2025, 3, 17, 18, 2, tzinfo=UTC), "day"),
    ("2025-03-17", "https://bote.de/", "", datetime(2025, 3, 17, tzinfo=UTC), "day"),
    ("2025-03-17T00:00:00", "https://bote.de/", "", datetime(2025, 3, 17, tzinfo=UTC), "day"),
    ("2025-03-17T18:02:00", "https://bote.de/", "", datetime(2025, 3, 17, 17, 2, tzinfo=UTC), None),
    ("2025-07-17T18:02:00", "https://bote.de/", "", datetime(2025, 7, 17, 16, 2, tzinfo=UTC), None),
    ("2025-03-30T01:59:00", "https://bote.de/", "", datetime(2025, 3, 30, 0, 59, tzinfo=UTC), None),
    ("2025-03-30T03:00:00", "https://bote.de/", "", datetime(2025, 3, 30, 1, 0, tzinfo=UTC), None),
    ("2025-07-17T18:02:00", "https://bote.jp/", "", datetime(2025, 7, 17, 9, 2, tzinfo=UTC), None),
    ("2025-03-17T18:02:00", "https://a.us/", "", datetime(2025, 3, 17, 18, 2, tzinfo=UTC), "day"),
    (
        "2025-03-17T18:02:00",
        "https://bote.de/",
        "<time datetime='2025-03-19T07:00:00+05:30'>19 March</time>",
        datetime(2025, 3, 17, 12, 32, tzinfo=UTC),
        None,
    ),
    ("2025-03-17T18:02:00", "https://bote.de/", "<i>6:02 PM EDT</i>", datetime(2025, 3, 17, 22, 2, tzinfo=UTC), None),
    ("2025-03-17T18:02:00", "https://bote.de/", "<i>6:03 PM EDT</i>", datetime(2025, 3, 17, 17, 2, tzinfo=UTC), None),
]


@pytest.mark.parametrize(("clock", "url", "beside", "when", "precision"), CLOCKS)
def test_a_clock_without_a_zone_takes_it_from_page_or_country_or_is_a_day(
    clock: str, url: str, beside: str, when: datetime, precision: str | None
) -> None:
    head = article(f'"headline":"Rain ends in the valley","datePublished":"{clock}"')
    found = stated(head, f"{TITLE}<div>{beside}</div>", url=url).metadata
    assert (found.published_at, found.published_precision) == (when, precision)


def test_the_time_of_a_suggested_post_never_wins() -> None:
    aside = '<aside><h2>Latest</h2><a href="/a"><time datetime="2024-03-05T08:00Z">5 March</time> Fog</a></aside>'
    found = stated(top=f"{TITLE}<p>Published May 22, 2024</p>", end=aside).metadata
    assert found.published_at == datetime(2024, 5, 22, tzinfo=UTC)


def test_a_time_that_markup_calls_updated_is_not_the_day_shown() -> None:
    head = (
        '<meta property="article:published_time" content="2024-03-12T14:00:00Z">'
        '<meta property="article:modified_time" content="2026-02-11T03:00:00Z">'
    )
    updated = '<time class="updated" datetime="2026-02-11T03:00:00Z">February 11, 2026</time>'
    published = '<time datetime="2024-03-12T14:00:00Z">March 12, 2024</time>'
    found = stated(head, f"{TITLE}<div>{updated}{published}</div>").metadata
    assert found.published_at == datetime(2024, 3, 12, 14, tzinfo=UTC)
    assert found.modified_at == datetime(2026, 2, 11, 3, tzinfo=UTC)


def test_a_byline_with_a_date_tells_it_with_its_clock() -> None:
    line = "Monday March 17, 2025 10:05 am PDT by Jane Roe"
    found = stated(top=f"{TITLE}<div>{line}</div>", url="https://courier.example/2025/03/17/rain/").metadata
    assert found.published_at == datetime(2025, 3, 17, 17, 5, tzinfo=UTC)


def test_the_number_of_a_version_is_no_day() -> None:
    assert stated(top=f"{TITLE}<div>Rain Maps 8.4.13 released for all phones</div>").metadata.published_at is None


def test_a_line_with_a_month_beyond_twelve_is_clear_in_english() -> None:
    found = stated(top=f"{TITLE}<div>12/22/2023 05:00 AM EST</div>").metadata
    assert found.published_at == datetime(2023, 12, 22, 10, tzinfo=UTC)


def test_microdata_of_comments_is_not_the_day_of_the_article() -> None:
    commented = (
        '<ol class="comment-list"><li><time itemprop="datePublished" datetime="2021-07-11T18:56:58Z">11 July</time>'
    )
    far = "".join(f"<div>Shelf {name}</div>" for name in "abcdefgh")
    end = f"<div>Published: May 25, 2025</div>{far}{commented}<div>So true.</div></li></ol>"
    assert stated(top=TITLE, end=end).metadata.published_at == datetime(2025, 5, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("label", "line"), [("Published", "Feb 2, 2023"), ("Veröffentlicht am", "2. Februar 2023"), ("Date:", "2023-02-02")]
)
def test_a_day_far_below_counts_where_its_label_stands_alone_above_it(label: str, line: str) -> None:
    far = "".join(f"<div>Shelf {name}</div>" for name in "abcdefghijklmnopqrst")
    labelled = f"<div>{label}</div><div>{line}</div>"
    told = stated(top=TITLE, end=far + labelled, language="de").metadata
    assert told.published_at == datetime(2023, 2, 2, tzinfo=UTC)
    assert stated(top=TITLE, end=far + labelled + labelled, language="de").metadata.published_at is None


@pytest.mark.parametrize("above", [True, False])
def test_the_time_beside_another_headline_is_not_that_of_the_article(above: bool) -> None:
    other = (
        '<div><a href="/n">The roof of the fish hall is gone</a> <time datetime="2023-11-12T08:00Z">12 Nov</time></div>'
    )
    top = f"{other if above else ''}{TITLE}<p>Published May 22, 2024</p>"
    found = stated(top=top, end="" if above else other).metadata
    assert found.published_at == datetime(2024, 5, 22, tzinfo=UTC)


def test_a_link_to_the_author_beside_the_time_is_no_headline() -> None:
    top = f'{TITLE}<p><a href="/author/ida">Ida Marie van Holm</a> <time datetime="2024-05-22T08:00Z">22 May</time></p>'
    assert stated(top=top).metadata.published_at == datetime(2024, 5, 22, 8, tzinfo=UTC)
