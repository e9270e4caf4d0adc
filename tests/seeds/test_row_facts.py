"""A row's facts are read in the shapes that people have them in; what else it holds is kept, as far as it fits."""

import json
from typing import Any

import pytest

from copydesk.documents import raw_of_row
from copydesk.events import RawArticle
from copydesk.producers.seeds.row_facts import EXTRA_LIMIT, language_of_row, names_of, texts_of_row
from copydesk.producers.seeds.rows import SeedRow, row_of_fields, row_of_line


def row(**fields: Any) -> SeedRow:
    found = row_of_line(json.dumps({"text": "Body"} | fields).encode())
    assert isinstance(found, SeedRow)
    assert row_of_fields({"text": "Body"} | fields) == found, "a mapping means the same"
    return found


@pytest.mark.parametrize(
    ("authors", "names"),
    [
        ("Ana Lind", ("Ana Lind",)), ("Ana Lind; Bo Ek", ("Ana Lind", "Bo Ek")),
        (["Ana Lind", None, " "], ("Ana Lind",)),
        ({"name": "Ana Lind"}, ("Ana Lind",)), ([{"name": "Ana Lind", "id": 5}, "Bo Ek"], ("Ana Lind", "Bo Ek")),
        ([{"first_name": "Ana", "last_name": "Lind"}, {"role": "editor"}], ("Ana Lind",)), (None, ()), ([], ()),
        (["Ana Lind", "Ana Lind"], ("Ana Lind",)),
    ],
)  # fmt: skip
def test_authors_are_texts_objects_or_lists_of_them(authors: object, names: tuple[str, ...]) -> None:
    assert names_of(authors) == row(authors=authors).hints.authors == names


def test_tags_and_languages() -> None:
    assert (
        texts_of_row("ice, gates; locks")
        == texts_of_row(["ice", "gates", {"name": "locks"}])
        == ("ice", "gates", "locks")
    )
    assert [language_of_row(one) for one in ("de-DE", "EN", " pt_BR ", "German", 5)] == ["de", "en", "pt", None, None]


def test_every_fact_is_read_and_marked_as_given() -> None:
    hints = row(
        title=" Harbour ", published_at="2025-03-04", modified_at="2025-03-05T06:00:00", language="de-DE",
        section="Arts, Culture", tags="a, b", canonical_url="https://quay.example/a", id=17,
    ).hints  # fmt: skip
    assert hints.given
    assert (hints.title, hints.language, hints.section, hints.tags) == ("Harbour", "de", "Arts, Culture", ("a", "b"))
    assert (hints.published_precision, hints.modified_precision) == ("day", "clock")
    assert (hints.canonical_url, hints.guid, hints.extra) == ("https://quay.example/a", "17", {"id": 17})


def test_what_is_no_field_stays_as_it_is() -> None:
    others = {
        "id": "a",
        "desk": "city",
        "score": 2.5,
        "nested": {"a": [1, None, True]},
        "language": "German",
        "big": 10**30,
    }
    extra = row(**others, empty=None).hints.extra
    assert extra == others | {"big": str(10**30)}, "no engine holds so large a number"


def test_what_is_too_much_is_left_out_and_said() -> None:
    hints = row(id="a", html_of_all="x" * EXTRA_LIMIT, desk="city").hints
    assert hints.extra == {"id": "a", "desk": "city"}
    assert hints.notes["extra"].endswith("64 kB of JSON: html_of_all")


def test_a_value_that_nests_deeper_than_indices_hold_stays_a_text() -> None:
    deep = "[" * 50 + "]" * 50
    found = row_of_line(b'{"text": "Body", "deep": ' + deep.encode() + b', "flat": [[1]]}')
    assert isinstance(found, SeedRow)
    assert found.hints.extra == {"deep": deep, "flat": [[1]]}


def test_a_text_of_tags_is_a_page() -> None:
    assert row(text="<p>One.</p>\n<p>Two.</p>\n").content_type == "text/html"
    for text in ("<p> is a tag", "a <p>b</p>", "<3 hearts</3>", "1 < 2 </p>"):
        assert row(text=text).content_type == "text/plain"


def test_a_canonical_address_is_an_address() -> None:
    assert row(canonical_url="https://quay.example/a").url == "https://quay.example/a"
    assert row(canonical_url="nowhere").hints.extra == {"canonical_url": "nowhere"}


def test_values_of_data_frames_become_numbers() -> None:
    class Number:
        def item(self) -> int:
            return 5

    found = raw_of_row({"text": "Body", "n": Number(), "gone": float("nan"), 7: "a column", "odd": object})
    assert isinstance(found, RawArticle)
    assert found.hints.extra == {"n": 5, "7": "a column", "odd": "<class 'object'>"}
