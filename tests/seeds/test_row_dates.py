"""Dates of rows are read in the forms that tables write; what may be read two ways says how it was read."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.producers.seeds.row_dates import RowDate, read_row_date

INSTANT = datetime(2025, 3, 4, 17, 45, tzinfo=UTC)
DAY = datetime(2025, 3, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "2025-03-04T17:45:00Z", "2025-03-04 18:45:00+01:00", "2025-03-04 17:45 UTC", "Tue, 04 Mar 2025 18:45:00 +0100",
        "Tue, 04 Mar 2025 12:45:00 EST", "4 Mar 2025 17:45:00 GMT", "March 4, 2025 at 12:45 p.m. EST",
        "Tuesday, 4th March 2025, 17:45 UTC", "4 March 2025 18.45 CET", "Tue Mar 04 17:45:00 UTC 2025",
        "2025-03-04 18:45 (CET)", "4 mars 2025 18.45 CET",
        1741110300, 1741110300.0, 1741110300000, "1741110300", "1741110300000", "1741110300.0",
    ],
)  # fmt: skip
def test_instants(value: object) -> None:
    assert read_row_date(value) == RowDate(INSTANT)


@pytest.mark.parametrize(
    "value",
    [
        "2025-03-04T17:45:00",
        "2025-03-04 17:45",
        "Tue, 04 Mar 2025 17:45:00",
        "March 4, 2025 5:45 PM ET",
        "4. März 2025, 17:45 Uhr",
        "4 mars 2025 17h45",
    ],
)
def test_a_clock_without_a_zone_is_said_to_be_one(value: str) -> None:
    assert read_row_date(value) == RowDate(INSTANT, "clock")


@pytest.mark.parametrize(
    "value",
    ["2025-03-04", "20250304", 20250304, "2025/03/04", "2025.3.4", "2025-03-04T00:00:00", "March 4, 2025",
     "Mar. 4th, 2025", "4 March 2025", "the 4th of March 2025", "04 Mar 2025",
     "4. März 2025", "Dienstag, 4. März 2025", "4 mars 2025", "4 de marzo de 2025", "4 марта 2025 года"],
)  # fmt: skip
def test_days(value: object) -> None:
    assert read_row_date(value) == RowDate(DAY, "day")


@pytest.mark.parametrize(
    ("value", "day", "first"),
    [
        ("17.03.2025", 17, "day"), ("4.3.2025", 4, "day"), ("04-03-2025", 4, "day"), ("17/03/2025", 17, "day"),
        ("03/17/2025", 17, "month"), ("03/04/2025", 4, "month"), ("17.03.25", 17, "day"),
    ],
)  # fmt: skip
def test_a_day_of_numbers_says_how_it_was_read(value: str, day: int, first: str) -> None:
    found = read_row_date(value)
    assert (found.when, found.precision) == (datetime(2025, 3, day, tzinfo=UTC), "day")
    assert found.note == f"The given date {value!r} was read with the {first} first: 2025-03-{day:02}"


def test_a_day_of_numbers_with_a_clock() -> None:
    found = read_row_date("17.03.2025, 06:00 Uhr")
    assert (found.when, found.precision) == (datetime(2025, 3, 17, 6, tzinfo=UTC), "clock")
    assert read_row_date("03/17/2025 12:30 am").when == datetime(2025, 3, 17, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize("value", [None, "", "  ", "N/A", "null", "-", "NaN", "unknown"])
def test_a_blank_is_no_date_and_no_matter(value: object) -> None:
    assert read_row_date(value) == RowDate()


@pytest.mark.parametrize(
    "value",
    [
        "soon",
        "17.03.2025 foo",
        "2025/3/4 foo",
        "17.13.2025",
        "31.02.2025",
        "March 2025",
        "May 40, 2025",
        True,
        [2025],
        {"y": 1},
        1e300,
        10**30,
    ],
)
def test_what_cannot_be_read_is_said(value: object) -> None:
    found = read_row_date(value)
    assert (found.when, found.precision) == (None, None)
    assert found.note.startswith("The given date cannot be read: ")


@given(st.one_of(st.text(max_size=150), st.integers(), st.floats(), st.from_regex(r"[\d./: +-]{0,40}")))
def test_nothing_raises(value: object) -> None:
    found = read_row_date(value)
    assert found.when is None or found.when.tzinfo is UTC
