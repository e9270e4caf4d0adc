"""One document: what the library returns for it, and what it says of input that is no good."""

import io
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import copydesk
from copydesk import CleanArticle, Cleaner, Hints, InputError, RawArticle, Refused
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.documents import LARGEST_DOCUMENT
from tests.support.places import SEEDS

URL = "https://courier.example/ferry"
PAGE = (SEEDS / "en-night-ferry.html").read_text(encoding="utf-8")
TEXT = (SEEDS / "en-hill-race.txt").read_text(encoding="utf-8")
RULES = 'hosts = ["courier.example"]\ndrop = ["p.note"]\n'
FURNITURE = "The Courier is printed on paper from the islands"


def story(extra: str = "") -> str:
    lines = [
        f"The ferry will sail again on day {day}, the harbour office said after a long meeting." for day in "abcde"
    ]
    return f"<html><body><article><h1>Ferry returns</h1>{''.join(f'<p>{line}</p>' for line in lines)}{extra}</article>"


def test_a_page_becomes_an_article_with_every_cut_explained() -> None:
    article = copydesk.clean(PAGE, url=URL)
    assert isinstance(article, CleanArticle)
    assert article.title.startswith("Night ferry to Skerrow")
    assert article.text == "\n\n".join(article.paragraphs)
    assert article.authors
    assert article.url == URL
    assert article.source == "courier.example"
    assert article.removed
    assert all(cut.kind and cut.why and cut.text and 0 <= cut.confidence <= 1 for cut in article.removed)


def test_bytes_and_their_text_give_the_same() -> None:
    now = datetime(2026, 3, 4, tzinfo=UTC)
    told = copydesk.clean(PAGE, URL, fetched_at=now)
    assert copydesk.clean(PAGE.encode(), URL, fetched_at=now) == told
    assert copydesk.clean(PAGE.encode("utf-16"), URL, fetched_at=now) == told


def test_the_charset_of_a_header_is_heard() -> None:
    page = story("<p>Žluťoučký kůň přišel včera večer na náměstí a všichni se divili, jak je krásný.</p>")
    article = copydesk.clean(page.encode("cp1250"), encoding="windows-1250")
    assert isinstance(article, CleanArticle)
    assert "Žluťoučký kůň" in article.text


def test_scraped_text_becomes_an_article() -> None:
    article = copydesk.clean_text(TEXT)
    assert isinstance(article, CleanArticle)
    assert article.title
    assert article.source == "local"


def test_hints_count_where_the_document_says_nothing() -> None:
    hints = Hints(title="Of the feed", published_at=datetime(2026, 3, 4, 5), language="en", guid="7")
    text = " ".join(["The ferry will sail again on Monday, the harbour office said after a long meeting."] * 4)
    article = copydesk.clean_text(text, source="The Courier", hints=hints)
    assert isinstance(article, CleanArticle)
    assert article.title == "Of the feed"
    assert article.published_at == datetime(2026, 3, 4, 5, tzinfo=UTC)
    assert article.provenance["title"] == "hint"
    assert article.source == "The Courier"
    other = copydesk.clean_text(text + " More.", source="The Courier", hints=hints)
    assert isinstance(other, CleanArticle)
    assert other.id == article.id, "the guid says who an article without a URL is"


def test_instants_are_in_utc() -> None:
    east = datetime(2026, 3, 4, 5, tzinfo=timezone(timedelta(hours=2)))
    article = copydesk.clean(PAGE, fetched_at=east)
    assert isinstance(article, CleanArticle)
    assert article.fetched_at.isoformat() == "2026-03-04T03:00:00+00:00"
    with pytest.raises(InputError, match="no instant"):
        copydesk.clean(PAGE, fetched_at=datetime.min.replace(tzinfo=timezone(timedelta(hours=2))))


def test_credentials_leave_the_url() -> None:
    article = copydesk.clean(PAGE, "https://me:secret@courier.example/ferry")
    assert isinstance(article, CleanArticle)
    assert article.url == URL


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("", "The document is empty"),
        (b"", "The document is empty"),
        (" \n\t", "The document is empty"),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "The document is a PNG picture, not text"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "The document is a PDF file, not text"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF\x00", "The document is a JPEG picture, not text"),
        ("<p>" * (LARGEST_DOCUMENT // 2), "The document is larger than 64 MiB"),
        (b" " * 100_000_000, "The document is larger than 64 MiB"),
    ],
)
def test_content_that_is_no_article_is_refused_with_the_reason(content: Any, reason: str) -> None:
    for found in (copydesk.clean(content), copydesk.clean_text(content)):
        assert isinstance(found, Refused)
        assert not found
        assert found.reason.startswith(reason)


def test_a_text_that_is_no_article_says_what_was_left() -> None:
    found = copydesk.clean_text("Ferry returns\n\nSign up for our newsletter")
    assert isinstance(found, Refused)
    assert "newsletter_signup" in {cut.kind for cut in found.removed}


@pytest.mark.parametrize("wrong", [None, 5, ["<p>"], bytearray(b"<p>"), object()])
def test_another_type_is_a_wrong_call(wrong: Any) -> None:
    for call in (copydesk.clean, copydesk.clean_text, copydesk.explain):
        with pytest.raises(InputError, match=f"must be str or bytes, not {type(wrong).__name__}"):
            call(wrong)


def test_a_file_given_by_mistake_names_the_way_out(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"read_bytes\(\)"):
        copydesk.clean(tmp_path / "page.html")  # type: ignore[arg-type]
    with pytest.raises(InputError, match=r"read\(\)"):
        copydesk.clean(io.BytesIO(b"<p>"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"url": "courier.example/ferry"}, "url must be an http or https address"),
        ({"url": "ftp://courier.example/"}, "url must be an http or https address"),
        ({"url": "https://[::1"}, "url must be an http or https address"),
        ({"url": 5}, "url must be str"),
        ({"hints": {"title": "A"}}, "hints must be Hints"),
        ({"hints": Hints(title=5)}, "hints: Expected"),  # type: ignore[arg-type]
        ({"hints": Hints(authors=(object(),))}, "hints: "),  # type: ignore[arg-type]
        ({"fetched_at": "today"}, "fetched_at must be datetime"),
        ({"source": "a\nb"}, "source must be a name"),
        ({"encoding": 8}, "encoding must be str"),
    ],
)
def test_a_wrong_argument_is_named(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as raised:
        copydesk.clean(PAGE, **arguments)
    assert words in str(raised.value)


def test_the_raw_article_of_a_document() -> None:
    raw = copydesk.raw_article(PAGE, URL)
    assert isinstance(raw, RawArticle)
    assert (raw.content, raw.url, raw.source, raw.content_type) == (PAGE, URL, "courier.example", "text/html")
    with pytest.raises(InputError, match="content_type must be"):
        copydesk.raw_article(PAGE, content_type="text/markdown")  # type: ignore[arg-type]


def test_a_report_shows_what_was_kept_and_cut() -> None:
    report = copydesk.explain(PAGE, url=URL)
    assert report.startswith("<!doctype html>")
    assert 'class="cut"' in report
    assert 'class="body"' in report
    assert 'class="cut"' in copydesk.explain(TEXT, content_type="text/plain")


def test_the_report_of_no_article_says_so() -> None:
    assert "Not an article: The document is empty" in copydesk.explain("")
    assert "Not an article: " in copydesk.explain("<p>Hello</p>")
    assert "Not an article: " in copydesk.explain("Read more\n\nSign up for our newsletter", content_type="text/plain")


def test_rules_of_a_folder_are_followed(tmp_path: Path) -> None:
    (tmp_path / "courier.toml").write_text(RULES, encoding="utf-8")
    page = story('<p class="note">The harbour office has asked all of its passengers to be there on time.</p>')
    for cleaner in (Cleaner(sites=tmp_path), Cleaner(str(tmp_path))):
        plain, ruled = copydesk.clean(page, URL), cleaner.clean(page, URL)
        assert isinstance(plain, CleanArticle)
        assert isinstance(ruled, CleanArticle)
        assert "asked all of its passengers" in plain.text
        assert "asked all of its passengers" not in ruled.text
        assert ruled.cleaner_version != plain.cleaner_version
        assert [bool(found) for found in cleaner.clean_many([{"html": page, "url": URL}, ""])] == [True, False]


@pytest.mark.parametrize("furniture", [[FURNITURE], {text_hash(FURNITURE): "Said in every article"}])
def test_recurring_text_is_cut(furniture: Any) -> None:
    page = story(f"<p>{FURNITURE}</p>")
    cleaner = Cleaner(furniture=furniture)
    before, after = copydesk.clean(page, URL), cleaner.clean(page, URL)
    assert isinstance(before, CleanArticle)
    assert isinstance(after, CleanArticle)
    assert FURNITURE in before.paragraphs
    assert FURNITURE not in after.paragraphs
    assert FURNITURE in {cut.text for cut in after.removed}
    assert after.furniture_version
    [many] = cleaner.clean_many([{"html": page, "url": URL}])
    assert isinstance(many, CleanArticle)
    assert many.paragraphs == after.paragraphs
    assert cleaner.explain(page).count('class="cut"') == copydesk.explain(page).count('class="cut"') + 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"sites": "/no/such/folder"}, "/no/such/folder is no folder"),
        ({"sites": "a\0b"}, "b"),
        ({"sites": 5}, "sites must be the path of a folder"),
        ({"furniture": "one text"}, "furniture must be texts"),
        ({"furniture": [5]}, "furniture must be made of str"),
        ({"furniture": {"a": None}}, "furniture must be made of str"),
        ({"furniture": 5}, "furniture must be texts"),
    ],
)
def test_a_cleaner_that_cannot_be_made_says_why(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(InputError) as raised:
        Cleaner(**arguments)
    assert words in str(raised.value)


def test_broken_rules_are_named(tmp_path: Path) -> None:
    (tmp_path / "broken.toml").write_text('hosts = ["courier.example"]\ndrop = ["p["]\n', encoding="utf-8")
    with pytest.raises(InputError, match=r"broken\.toml, line 2"):
        Cleaner(sites=tmp_path)


@settings(max_examples=60)
@given(
    st.binary(max_size=400) | st.text(st.characters(), max_size=400),
    st.sampled_from([copydesk.clean, copydesk.clean_text]),
)
def test_no_content_raises(content: str | bytes, clean: Any) -> None:
    found = clean(content)
    assert isinstance(found, CleanArticle) or found.reason
    assert copydesk.explain(content).startswith("<!doctype html>")


_values = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=50) | st.binary(max_size=50)
_fields = st.sampled_from(
    ["html", "text", "url", "id", "site", "title", "authors", "published_at", "fetched_at", "other"]
)
_rows = st.dictionaries(_fields, _values | st.lists(_values, max_size=3) | st.datetimes(), max_size=6)


@settings(max_examples=150)
@given(_rows | _values | st.text(st.characters(), max_size=200).map(lambda text: "{" + text))
def test_no_row_raises(row: object) -> None:
    [found] = copydesk.clean_many([row])
    assert isinstance(found, CleanArticle) or found.reason
