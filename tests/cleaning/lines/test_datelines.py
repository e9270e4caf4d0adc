"""Dates that people write are read in their language, and not guessed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from copydesk.cleaning.lexicon.line_words import line_words
from copydesk.cleaning.lines.datelines import of_change, read_date, reads_as_dateline
from copydesk.cleaning.thresholds.boilerplate import LINE_CUT
from copydesk.machine_dates import Stamp


@pytest.mark.parametrize(
    ("text", "language", "instant"),
    [
        ("2. März 2024, 18:30 Uhr", "de", (2024, 3, 2, 18, 30)),
        ("2 марта 2024 года", "ru", (2024, 3, 2, 0, 0)),
        ("le 2 mars 2024 à 18h30", "fr", (2024, 3, 2, 18, 30)),
        ("2024年3月2日", "ja", (2024, 3, 2, 0, 0)),
        ("2024-03-02 18:30", None, (2024, 3, 2, 18, 30)),
        ("2024 Mar 2", "en", (2024, 3, 2, 0, 0)),
        ("02-Mar-2024 18:30", "en", (2024, 3, 2, 18, 30)),
        ("02.03.2024", "de", (2024, 3, 2, 0, 0)),
    ],
)
def test_dates_are_read_in_their_language(text: str, language: str | None, instant: tuple[int, ...]) -> None:
    found = read_date(text, language)
    assert found
    assert found.when == datetime(*instant, tzinfo=UTC)  # type: ignore[misc,arg-type]


def test_a_date_that_could_be_two_days_is_not_guessed() -> None:
    assert read_date("03/04/2024", "en") is None


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Die neue Wehrmeisterin soll bis zum 7. Juli 2024 gewählt werden."),
        ("en", "The kiln went cold in May 2019."),
    ],
)
def test_a_sentence_that_names_a_day_is_no_dateline(language: str, line: str) -> None:
    assert reads_as_dateline(line, language) < LINE_CUT


def test_a_line_of_publication_and_change_is_one_however_many_words() -> None:
    line = "Publicado em 7 de julho de 2024 às 18h02 | Atualizado em 8 de julho de 2024 às 7h45"
    assert reads_as_dateline(line, "pt") >= LINE_CUT
    assert reads_as_dateline("Last updated on 7 July 2024 by the editors.", "en") >= LINE_CUT


@pytest.mark.parametrize("written", [str, str.upper, str.title])
def test_words_of_publication_and_change_are_read_in_any_case(written: Callable[[str], str]) -> None:
    words = [word.partition("*")[0].strip() for name in ("published", "updated") for word in line_words(f"date.{name}")]
    unread = [
        word for word in words if reads_as_dateline(f"{written(word)} 3 March 2025 at the desk.", "en") < LINE_CUT
    ]
    assert not unread


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("Publié le 3 mars 2025 à 17h40, mis à jour le 5 mars 2025", "mis à jour le 5 mars 2025"),
        ("Updated 5 March 2025. Published 3 March 2025", "Updated 5 March 2025. "),
        ("Updated and published on 3 March 2025", "Updated and published on 3 March 2025"),
        ("Published on 3 March 2025", ""),
        ("3 March 2025", ""),
    ],
)
def test_what_a_line_says_of_the_last_change(line: str, said: str) -> None:
    assert of_change(line) == said


def test_a_year_in_wide_digits_is_read() -> None:
    assert read_date("3 May ２０２４", "en") == Stamp(datetime(2024, 5, 3, tzinfo=UTC), False, False)
