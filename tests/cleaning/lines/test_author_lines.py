"""Lines that are nothing but authors: who stands in them, with job, place and day or without; and what looks so."""

import pytest

from copydesk.cleaning.lines.author_lines import are_words, authors_alone
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.scraped_text import clean_plain
from copydesk.cleaning.thresholds.text import DATING_READ
from copydesk.events import Hints
from tests.support.documents import raw_text

ALONE = [
    ("Nora Falk and Piet Voss", ("Nora Falk", "Piet Voss")),
    ("Nora Falk, Piet Voss and Ida Grund", ("Nora Falk", "Piet Voss", "Ida Grund")),
    ("Nora Falk, Harbour correspondent", ("Nora Falk",)),
    ("Nora Falk (Kirkvik)", ("Nora Falk",)),
    ("Nora Falk in Kirkvik", ("Nora Falk",)),
    ("Nora Falk, New Haven", ("Nora Falk",)),
    ("Nora Falk for The Harbour Post", ("Nora Falk",)),
    ("Nora Falk | Kirkvik | 4 March 2025", ("Nora Falk",)),
    ("4 March 2025 | Nora Falk", ("Nora Falk",)),
    ("Nora Falk | Piet Voss", ("Nora Falk", "Piet Voss")),
    ("Nora Falk und Piet Voss", ("Nora Falk", "Piet Voss")),
    ("Nora Falk aus Kirkvik", ("Nora Falk",)),
    ("Odile Garnier, à Port-Blanc", ("Odile Garnier",)),
    ("Odile Garnier, envoyée spéciale à Port-Blanc", ("Odile Garnier",)),
    ("Inés Rueda y Blas Otero", ("Inés Rueda", "Blas Otero")),
    ("Inés Rueda, enviada especial a Kirkvik", ("Inés Rueda",)),
    ("Bruna Cesari e Livio Neri, Kirkvik", ("Bruna Cesari", "Livio Neri")),
    ("Inês Duarte, em Kirkvik", ("Inês Duarte",)),
    ("Jan de Wit en Sofie van Dam", ("Jan de Wit", "Sofie van Dam")),
    ("Zofia Mazur, dziennikarka", ("Zofia Mazur",)),
    ("Ольга Белова и Игорь Крылов", ("Ольга Белова", "Игорь Крылов")),
    ("Ольга Белова, Нижний Брод", ("Ольга Белова",)),
    ("Μαρία Λάππα, ανταποκρίτρια στο Κίρκβικ", ("Μαρία Λάππα",)),
    ("王小明 | 北港 | 2025年3月4日", ("王小明",)),
    ("Karin Ek, kulturreporter", ("Karin Ek",)),
]
NOBODY = [
    "Nora Falk and Piet Voss have asked for it since 2011.",
    "Nora Falk, who ran the ferry for thirty years, had asked for it in vain.",
    "Nora Falk, Harbour correspondent of the paper, was the first to sign",
    "Kirkvik, 4 March 2025",
    "New Haven, Kirkvik",
    "What We Know",
    "From Our Harbour",
    "Opinion | Harbour",
    "Harbour | Kirkvik | 4 March 2025",
    "Salt Lake City, Utah | May 3, 2024",
    "经济 | 2024年5月3日",
    "北港 | 社会 | 要闻",
    "",
]
STORY = [
    "The ferry between Holm and Sund stopped on Sunday because of ice, and nobody knew when it would sail again.",
    "Some late readers of the timetable stood on the quay until dark, with their bags and with two goats.",
    "The harbour office will look at the ice each morning, and will put up a flag when a ship may pass.",
]


@pytest.mark.parametrize(("line", "people"), ALONE)
def test_the_people_of_a_line_that_is_nothing_else(line: str, people: tuple[str, ...]) -> None:
    assert authors_alone(line) == people


@pytest.mark.parametrize("line", NOBODY)
def test_other_lines_name_nobody(line: str) -> None:
    assert authors_alone(line) == ()


def test_a_name_of_known_words_is_a_heading() -> None:
    known = frozenset({"late", "readers", "harbour"})
    assert are_words(("Nora Falk", "Late Readers"), known)
    assert not are_words(("Nora Harbour",), known)
    assert are_words(("NORA HARBOUR",), known)


def below_the_headline(*lines: str, title: str = "Ice stops the ferry") -> Cleaned:
    found = clean_plain(raw_text("\n".join([title, *lines, *STORY])))
    assert isinstance(found, Cleaned)
    assert found.title == title
    return found


@pytest.mark.parametrize(
    "lines",
    [
        ("Nora Falk and Piet Voss",),
        ("Nora Falk and Piet Voss", "Harbour correspondents"),
        ("Nora Falk and Piet Voss, Kirkvik", "4 March 2025"),
        ("The harbour has been shut for a week, and the islands count flour.", "Nora Falk, Piet Voss", "4 March 2025"),
    ],
)  # fmt: skip
def test_authors_below_the_headline_or_its_standfirst_leave_the_text(lines: tuple[str, ...]) -> None:
    found = below_the_headline(*lines)
    assert found.authors == ("Nora Falk", "Piet Voss")
    assert "Nora" not in " ".join(found.paragraphs)
    assert {cut.kind for cut in found.removed} <= {"byline", "dateline"}


@pytest.mark.parametrize("line", ["Late Readers and Early Birds", "Nora Falk and Piet Voss knew of it on Saturday."])
def test_a_heading_or_a_sentence_there_stays(line: str) -> None:
    found = below_the_headline(line)
    assert found.authors == ()
    assert line in found.paragraphs


def test_where_the_title_is_given_the_first_line_may_be_the_authors() -> None:
    found = clean_plain(
        raw_text("\n".join(["Nora Falk, Harbour correspondent", *STORY]), hints=Hints(title="Ice", given=True))
    )
    assert isinstance(found, Cleaned)
    assert found.authors == ("Nora Falk",)
    assert list(found.paragraphs) == STORY


def test_names_that_head_the_paragraphs_stay() -> None:
    first = "The clubs were asked on Sunday what they had made of the long winter."
    found = below_the_headline(first, "Manchester United", STORY[0], "Real Madrid", STORY[1], "Bayern Munich")
    assert found.authors == ()
    assert {"Manchester United", "Real Madrid", "Bayern Munich"} <= set(found.paragraphs)


@pytest.mark.parametrize("line", ["Premier League | 3 May 2024", "Daily Mail | 3 May 2024", "Real Madrid | 3 May 2024"])
def test_a_league_a_paper_or_a_club_beside_a_day_is_no_author(line: str) -> None:
    played = "The game that Real Madrid was to play on the island was put off by the league until the mail comes daily."
    found = below_the_headline(line, played)
    assert found.authors == ()
    assert [cut.text for cut in found.removed] == [line]


@pytest.mark.parametrize("line", ["Nora Falk, Harbour correspondent | 3 May 2024", "By Nora Falk | 3 May 2024"])
def test_a_job_or_by_says_that_a_name_in_the_text_is_the_author(line: str) -> None:
    asked = "On Monday the ferrymen asked Nora Falk to come along, and she sat with them until the lamp went out."
    assert below_the_headline(line, asked).authors == ("Nora Falk",)


def test_authors_are_looked_for_in_the_first_lines_about_author_and_day() -> None:
    lines = [f"{hour}:{minute:02} | 3 May 2024" for hour in (8, 9) for minute in range(DATING_READ)]
    text = "\n".join(["Ice stops the ferry", *STORY, *lines, "By Nora Falk | 3 May 2024"])
    found = clean_plain(raw_text(text))
    assert isinstance(found, Cleaned)
    assert (found.authors, found.paragraphs) == ((), tuple(STORY))
