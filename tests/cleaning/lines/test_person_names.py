"""Names of people are read from any text without surprises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.cleaning.lines.person_names import person_names, reads_as_person


@given(st.lists(st.text(max_size=120), max_size=6), st.booleans())
def test_names_from_any_text_are_short_and_stand_once(texts: list[str], told: bool) -> None:
    names = person_names(texts, frozenset({"courier"}), told)
    assert len({name.casefold() for name in names}) == len(names)
    assert all(2 <= len(name) <= 60 and "@" not in name and "http" not in name for name in names)


@given(st.text(alphabet="aA bB.-'’'éЖж李 田", max_size=40))
def test_a_person_has_a_name_of_words(name: str) -> None:
    if reads_as_person(name):
        assert 1 <= len(name.split()) <= 5


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("By Ben Carver", ("Ben Carver",)),
        ("By Al Weller and Van Dorsey", ("Al Weller", "Van Dorsey")),
        ("Von Mia Brandt und Ben Kessler", ("Mia Brandt", "Ben Kessler")),
        ("By Ben van der Meulen", ("Ben van der Meulen",)),
        ("By Karim ben Salah", ("Karim ben Salah",)),
        ("By Al Jazeera", ()),
        ("Von unserer Mitarbeiterin Eva Kessler", ("Eva Kessler",)),
    ],
)
def test_names_stand_alone_whatever_first_name_or_job_opens_them(line: str, names: tuple[str, ...]) -> None:
    assert person_names([line], frozenset(), stated=False) == names
