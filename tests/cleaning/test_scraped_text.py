"""Cleaning scraped text: the first article to the letter, nothing lost, and what is no article refused."""

import json
import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.cleaning.normalise import printed
from copydesk.cleaning.records import Cleaned
from copydesk.cleaning.scraped_text import clean_plain
from copydesk.events import Hints, Image, Refused
from tests.support.appeals import ARTICLES
from tests.support.documents import raw_text
from tests.support.growth import MOST, growth
from tests.support.places import DATA

STORY = "The ferry between Holm and Sund stopped on Sunday because of ice, and nobody knew when it would sail again."
AGAIN = STORY.replace("Sunday", "Monday")


def clean(text: str, **hints: object) -> Cleaned | Refused:
    return clean_plain(raw_text(text, hints=Hints(**hints)))  # type: ignore[arg-type]


def cleaned(text: str, **hints: object) -> Cleaned:
    found = clean(text, **hints)
    assert isinstance(found, Cleaned), found
    return found


def test_the_first_article_is_cleaned_exactly() -> None:
    expected = json.loads((DATA / "moscow_times_atacms.expected.json").read_text("utf-8"))
    found = cleaned((DATA / "moscow_times_atacms.txt").read_text("utf-8"))
    assert found.title == expected["title"]
    assert list(found.paragraphs) == expected["paragraphs"]
    assert found.images == tuple(Image(caption=i["caption"], credit=i["credit"]) for i in expected["images"])
    assert [p.text for p in found.removed] == [p["text"] for p in expected["removed"]]
    also = {
        "Kremlin spokesman Dmitry Peskov. Mikhail Tereshchenko / TASS": {"caption"},
        "Not ready to support today?": {"payment_widget"},
        "Remind me later.": {"payment_widget"},
        "Subscribers agree to the Privacy Policy": {"newsletter_signup"},
    }
    for piece, wanted in zip(found.removed, expected["removed"], strict=True):
        assert piece.kind in {wanted["kind"]} | also.get(piece.text, set()), piece
    assert all(p.why and 0 < p.confidence <= 1 for p in found.removed)
    assert found.language == "en"
    assert found.provenance["title"] == "text"
    assert found.confidence > 0.8


def walked(text: str) -> list[str]:
    """An independent reading: every line that shows anything, as print shows it, its white space folded."""
    lines = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip()]
    return [" ".join(printed(line).split()) or " ".join(line.split()) for line in lines]


def put_back(found: Cleaned) -> list[str]:
    placed = {piece.position: piece.text for piece in found.removed}
    if found.title_position is not None:
        assert found.title_position not in placed
        placed[found.title_position] = found.title
    rest = iter(found.paragraphs)
    return [placed[i] if i in placed else next(rest) for i in range(len(placed) + len(found.paragraphs))]


LINES = st.sampled_from(
    [line for a in ARTICLES for line, _ in a.lines()] + ["", " ", "\u00a0", "\u200b", "\u200f", "…", "5 $"]
)
ODD_TEXT = st.text(
    st.characters(exclude_categories=("Cs",))
    | st.sampled_from('\r\n\x0b\x0c\x85\u2028\u2029\u00a0\u200b\u200f\ufeff"“«「/:.')
)
MIXED = st.lists(LINES | ODD_TEXT, max_size=25).flatmap(
    lambda lines: st.sampled_from(["\n", "\n\n", "\r\n", "\r", "\u2028", "\x0c", "\n \n"]).map(
        lambda end: end.join(lines)
    )
)


@settings(max_examples=300)
@given(MIXED)
def test_title_paragraphs_and_cuts_are_the_whole_text_each_once(text: str) -> None:
    found = clean(text)
    if isinstance(found, Refused):
        assert found.reason
        return
    assert put_back(found) == walked(text)
    assert [p.position for p in found.removed] == sorted({p.position for p in found.removed})
    assert clean(text) == found


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "empty"),
        (" \n\u00a0\n\t", "empty"),
        ("— … —\n***", "no words"),
        ("Sign up for our free weekly newsletter\nWe use cookies. Accept all\nShare this article", "boilerplate"),
        ("Harbour Town Votes to Rebuild Its Flooded Library", "no text"),
    ],
)
def test_what_is_no_article_is_refused_with_its_reason(text: str, word: str) -> None:
    found = clean(text)
    assert isinstance(found, Refused)
    assert word in found.reason


def test_two_sentences_are_an_article() -> None:
    found = cleaned(
        "Ferry Stopped by Ice\n\nThe ferry to Sund stopped on Sunday because of ice.\n\nIt may sail on Tuesday."
    )
    assert found.title == "Ferry Stopped by Ice"
    assert len(found.paragraphs) == 2


def test_text_without_a_headline_gets_none_made_up() -> None:
    found = cleaned(f"{STORY}\n\n{AGAIN}")
    assert (found.title, found.title_position, len(found.paragraphs)) == ("", None, 2)


def test_a_told_title_picks_the_line_and_its_repeats_are_cut() -> None:
    text = f"Island News\n\nFerry Stopped by Ice\n\nFerry stopped by ice | Island News\n\n{STORY}\n\n{AGAIN}"
    found = cleaned(text, title="Ferry Stopped by Ice - Island News")
    assert found.title == "Ferry Stopped by Ice"
    assert [p.text for p in found.removed if p.kind == "title"] == ["Ferry stopped by ice | Island News"]


def test_byline_and_date_are_read_where_they_are_clear() -> None:
    text = f"Ferry Stopped by Ice\nBy Jane Roe and Johan Holm\nMarch 2, 2024 6:00 am\n{STORY}\n{AGAIN}"
    found = cleaned(text)
    assert found.authors == ("Jane Roe", "Johan Holm")
    assert found.published_at == datetime(2024, 3, 2, 6, 0, tzinfo=UTC)
    assert found.originals["published_at"] == "March 2, 2024 6:00 am"
    assert len(found.paragraphs) == 2


@pytest.mark.parametrize(
    ("line", "address", "day", "original"),
    [
        ("", "2024/03/02/ferry", "2024-03-02", "2024-03-02"),
        ("Sunday, May 5, 2024", "2024/03/02/ferry", "2024-03-02", "2024-03-02"),
        ("March 2, 2024 9:00 am", "2024/03/02/ferry", "2024-03-02", "March 2, 2024 9:00 am"),
        ("March 2, 2024 6:00 amMarch 4, 2024", "ferry", "2024-03-02", "March 2, 2024 6:00 amMarch 4, 2024"),
        ("November 24, 1971", "ferry", "None", None),
    ],
)
def test_the_day_of_a_text_is_that_of_its_address_unless_a_line_agrees(
    line: str, address: str, day: str, original: str | None
) -> None:
    text = f"Ferry Stopped by Ice\n{line}\n{STORY}\n{AGAIN}"
    found = clean_plain(raw_text(text, f"https://island.example/{address}"))
    assert isinstance(found, Cleaned)
    assert (str(found.published_at)[:10], found.originals.get("published_at")) == (day, original)


REPEATED = (
    "“", "\"", "«", "„", "「", "(", "/", " / A", "a/b ", "© ", "Foto: ", "photo by ", "By ", "support us ", "支持我们",
    "1.", "Mr. A. ", "2024-01-", "3 march ", "https://", "@a", "|", "...", "$5 ", "sign up for ", "вы наш ", "A ",
    "\u200b", "( a",
)  # fmt: skip


@pytest.mark.parametrize("piece", REPEATED)
def test_long_lines_of_near_misses_take_time_in_proportion(piece: str) -> None:
    ending = ". And a sentence that ends here, for the sake of it."
    assert growth(clean, lambda size: f"{piece * (size // len(piece))}\n{piece * (size // len(piece))}{ending}") < MOST
    assert growth(clean, lambda size: "\n".join([piece * 20] * (size // (20 * len(piece))))) < MOST


def test_time_out_of_proportion_is_seen() -> None:
    quadratic = re.compile(r"(?:\s|\d)+(?:,|;)")
    assert growth(lambda text: quadratic.search(text[: len(text) // 8]), lambda size: "1" * size) > MOST


def test_one_line_of_five_megabytes_is_cleaned() -> None:
    found = cleaned("Ferry Stopped by Ice\n" + "The ferry between Holm and Sund stopped because of ice. " * 90_000)
    assert len(found.paragraphs) == 1


BELOW_THE_HEADLINE = [
    ("Emma Rudd", ("Emma Rudd",), None),
    ("4 March 2025 by Emma Rudd", ("Emma Rudd",), datetime(2025, 3, 4, tzinfo=UTC)),
    ("By Emma Rudd, published on 4 March 2025 in Roads", ("Emma Rudd",), datetime(2025, 3, 4, tzinfo=UTC)),
    ("Updated 5 March 2025. Published 4 March 2025", (), datetime(2025, 3, 4, tzinfo=UTC)),
]


@pytest.mark.parametrize(("line", "authors", "when"), BELOW_THE_HEADLINE)
def test_a_line_below_the_headline_names_author_and_day_and_is_no_paragraph(
    line: str, authors: tuple[str, ...], when: datetime | None
) -> None:
    text = (
        f"Ferry between Holm and Sund stopped by ice\n\n{line}\n\n"
        "The ferry between Holm and Sund stopped on Monday because of ice, the harbour office said.\n\n"
        "About ninety people who work on the other side were taken across by bus over the high bridge.\n\n"
        "The ice should break before the weekend, when the wind turns to the south."
    )
    found = cleaned(text)
    assert (found.authors, found.published_at) == (authors, when)
    assert len(found.paragraphs) == 3


@pytest.mark.parametrize(
    ("line", "day"),
    [
        ("Published: 3 March 2025 at 17:40 | Updated: 5 March 2025 at 8:20", 3),
        ("Updated 5 March 2025, 8:20. Published 3 March 2025", 3),
        ("Last updated: 5 March 2025, 8:20", 5),
        ("Actualizado el 05.03.2025 a las 8:20", 5),
    ],
)
def test_the_last_change_is_read_beside_the_publication_or_alone(line: str, day: int) -> None:
    found = cleaned(f"Ferry stands still\n\n{line}\n\n{STORY}\n\n{AGAIN}")
    assert found.published_at is not None
    assert found.published_at.day == day
    assert found.modified_at == datetime(2025, 3, 5, 8, 20, tzinfo=UTC)
    assert (found.provenance["modified_at"], found.originals["modified_at"]) == ("text", line)


def test_a_day_of_publication_is_no_change() -> None:
    assert cleaned(f"Ferry stands still\n\nPosted on March 3, 2025\n\n{STORY}\n\n{AGAIN}").modified_at is None


def test_a_name_with_its_job_below_the_headline_is_the_author() -> None:
    found = cleaned(f"Fähre steht still\n\nLea Vogt, Redakteurin\n\n{STORY}\n\n{AGAIN}")
    assert (found.authors, found.paragraphs) == (("Lea Vogt",), (STORY, AGAIN))


def test_a_line_of_credit_and_day_is_no_paragraph_in_a_short_text() -> None:
    found = cleaned(f"Ferry stands still\n\nPosted on March 3, 2025 by Ida Holm\n\n{STORY}\n\n{AGAIN}")
    assert (found.authors, found.paragraphs) == (("Ida Holm",), (STORY, AGAIN))
