"""Rows with other names are read by a map, and without one a file is told once which map would fit."""

from pathlib import Path

import pytest

from copydesk.errors import InputError
from copydesk.producers.seeds.field_names import likely_names, read_field_names
from copydesk.producers.seeds.rows import ROW_FIELDS
from tests.support.fakes import MemoryLog
from tests.support.seeding import articles, letters, lines, seed

ROWS = [{"body": f"Body {n}", "headline": f"Title {n}", "date": "2025-03-04", "uid": n} for n in range(3)]
ADVICE = (
    "3 rows of the file have body, headline, date, uid, and neither `text` nor `html`: "
    "try --map body=text,uid=id,headline=title,date=published_at"
)


def test_a_map_is_read_and_named_where_it_is_wrong() -> None:
    assert read_field_names(" body=text , headline = title", ROW_FIELDS) == {"body": "text", "headline": "title"}
    assert read_field_names(None, ROW_FIELDS) == {}
    for wrong, words in (("body", "such as"), ("body=", "such as"), ("a=txt", "'txt'"), ("a=text,b=text", "two keys")):
        with pytest.raises(InputError, match=words):
            read_field_names(wrong, ROW_FIELDS)


def test_rows_are_read_by_the_map(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines(*ROWS, {"text": "As it is", "body": "By its name"}))
    log = MemoryLog()
    names = {"body": "text", "headline": "title", "date": "published_at", "uid": "id"}
    assert seed(log, tmp_path, names=names).published == 4
    first, *_, last = articles(log)
    assert (first.content, first.hints.title, first.hints.published_precision) == ("Body 0", "Title 0", "day")
    assert (first.hints.guid, first.hints.extra) == ("0", {"id": 0})
    assert last.content == "By its name", "what is mapped wins"


def test_without_a_map_the_file_is_named_once_with_the_map_that_would_fit(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(lines(*ROWS))
    log = MemoryLog()
    counts = seed(log, path)
    assert (counts.read, counts.refused, counts.errors) == (3, 3, [f"{path}: {ADVICE}"])
    (letter,) = letters(log)
    assert (letter.place, letter.reason) == (str(path), ADVICE)
    assert seed(log, path).refused == 3
    assert len(letters(log)) == 1
    names = {"body": "text"}
    assert seed(log, path, names=names).published == 3, "another map is another reading"
    assert seed(log, path, names=names).unchanged == 3


def test_a_row_without_a_text_among_others_is_named_by_its_line(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines({"text": "Body"}, {"body": "Body"}))
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert counts.errors == [f"{tmp_path}/rows.jsonl:2: The row has neither a `text` nor an `html` with anything in it"]


@pytest.mark.parametrize(
    ("keys", "names"),
    [
        (["Article Body", "Pub_Date", "Link"], {"Article Body": "text", "Pub_Date": "published_at", "Link": "url"}),
        (["TEXT", "title", "headline"], {"TEXT": "text"}),
        (["colour"], {}),
    ],
)
def test_the_map_that_would_fit(keys: list[str], names: dict[str, str]) -> None:
    assert likely_names(keys, ROW_FIELDS) == names


def test_how_given_dates_were_read_is_said_once_a_file(tmp_path: Path) -> None:
    rows = [{"text": f"Body {n}", "published_at": "17.03.2025"} for n in range(3)] + [
        {"text": "x", "published_at": "soon"}
    ]
    (tmp_path / "rows.jsonl").write_bytes(lines(*rows))
    counts = seed(MemoryLog(), tmp_path)
    assert (counts.published, counts.refused) == (4, 0)
    assert counts.errors == [
        f"{tmp_path}/rows.jsonl:1: The given date '17.03.2025' was read with the day first: 2025-03-17 (so in 3 rows)",
        f"{tmp_path}/rows.jsonl:4: The given date cannot be read: 'soon'",
    ]


LONG = "The lock at Ham was shut again on Monday. " * 9


def test_columns_of_a_table_are_mapped_as_the_file_writes_them(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(f"Headline,Body Text,Link\nLock shut,{LONG},https://a.example/1\n")
    for names in (
        {"Body Text": "text", "Headline": "title", "Link": "url"},
        {"Body Text": "text", "headline": "title", "link": "url"},
    ):
        log = MemoryLog()
        assert seed(log, tmp_path, names=names).published == 1
        (article,) = articles(log)
        assert (article.hints.title, article.url, article.hints.extra) == ("Lock shut", "https://a.example/1", {})


def test_a_table_of_addresses_and_texts_by_another_name_is_no_list_of_links(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(f"Headline,Body Text,Link\nLock shut,{LONG},https://a.example/1\n")
    counts = seed(MemoryLog(), path)
    assert (counts.links, counts.refused) == (0, 1)
    assert counts.errors[0].endswith("try --map 'Body Text=text,link=url,headline=title'"), "for a shell"
    path.write_text("article,link\nLock shut,https://a.example/1\n")
    assert seed(MemoryLog(), path).links == 1, "what is short is a title"
