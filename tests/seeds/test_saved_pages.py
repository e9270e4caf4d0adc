"""A saved page has the address that it was saved from, and a file edited in its place stays the article it was."""

import gzip
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from copydesk.cleaning.article import clean_article
from copydesk.errors import InputError
from copydesk.events import CleanArticle
from copydesk.identity import article_id
from copydesk.producers.seeds.options import outlet_of
from copydesk.producers.seeds.saved_pages import address_in
from tests.support.fakes import MemoryLog
from tests.support.file_kinds import tar_of, zip_of
from tests.support.seeding import articles, indexed, seed

COMMENT = "<!-- saved from url=(0033)https://www.quay.example/comment -->"
CANONICAL = '<link rel="canonical" href="https://www.quay.example/canonical">'
SHARED = '<meta property="og:url" content="https://www.quay.example/shared">'
PROSE = "".join(
    f"<p>The harbour board met on {day} and talked for three hours about the price of a berth in winter.</p>"
    for day in ("Monday", "Tuesday", "Friday")
)


def page(comment: str = "", head: str = "", word: str = "Harbour") -> str:
    head = f"<head><title>{word}</title>{head}</head>"
    return f"<!DOCTYPE html>\n{comment}\n<html>{head}<body><h1>{word}</h1>{PROSE}</body></html>"


@pytest.mark.parametrize(
    ("content", "url"),
    [
        (page(COMMENT, CANONICAL + SHARED), "https://www.quay.example/comment"),
        (page("", SHARED + CANONICAL), "https://www.quay.example/canonical"),
        (page("", SHARED), "https://www.quay.example/shared"),
        (page("<!--\n Page saved with SingleFile \n url: https://quay.example/a?b=1 \n saved date: today\n-->"),
         "https://quay.example/a?b=1"),
        (page("<!-- Saved from https://quay.example/a at 2025-03-04T00:00:00Z using monolith v2.8.1 -->"),
         "https://quay.example/a"),
        (page("<!-- Mirrored from quay.example/a/b.html by HTTrack Website Copier/3.x [XR&CO'2014] -->"),
         "http://quay.example/a/b.html"),
        (page("<!-- saved from url=(0014)about:internet -->", CANONICAL), "https://www.quay.example/canonical"),
        (page("", '<link rel="canonical" href="https://quay.example/">' + SHARED), "https://www.quay.example/shared"),
        (page("", '<link rel="canonical" href="/relative">'), None),
        (page("", '<meta property="og:url" content="https://quay.example">'), None),
        (page("", f"<script>'{SHARED}'</script><!-- {CANONICAL} -->"), None),
        (page("", '<meta name="og:url" content="javascript:x">'), None),
    ],
)  # fmt: skip
def test_the_address_is_that_of_who_saved_the_page_else_its_own(content: str, url: str | None) -> None:
    found = address_in(content)
    assert (found.url if found else None) == url


def test_a_told_address_comes_first_and_the_source_follows(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(page(COMMENT))
    log = MemoryLog()
    seed(log, path)
    for name, beside in (
        ("b", "https://told.example/b\n"),
        ("c", "[InternetShortcut]\r\nURL=https://told.example/c\r\n"),
    ):
        (tmp_path / f"{name}.html").write_text(page(COMMENT))
        (tmp_path / f"{name}.html.url").write_text(beside)
    counts = seed(log, tmp_path)
    assert (counts.skipped, counts.refused) == (0, 0)
    seed(log, path, url="https://option.example/a")
    found = sorted(articles(log), key=lambda each: each.url or "")
    assert [(each.url, each.source, each.fetch["address"]) for each in found] == [
        ("https://option.example/a", "option.example", "--url"),
        ("https://told.example/b", "told.example", "sidecar"),
        ("https://told.example/c", "told.example", "sidecar"),
        ("https://www.quay.example/comment", "quay.example", "saved from url"),
    ]
    cleaned = clean_article(found[-1])
    assert isinstance(cleaned, CleanArticle)
    assert (cleaned.provenance["url"], cleaned.provenance["source"]) == ("file", "file")


def test_an_address_is_of_one_document(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(page())
    for paths, url in (([tmp_path], "https://a.example/"), ([tmp_path / "a.html"], "a.example")):
        with pytest.raises(InputError, match="--url"):
            seed(MemoryLog(), *paths, url=url)


def test_a_sidecar_that_comes_later_is_seen(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Body")
    log = MemoryLog()
    seed(log, tmp_path)
    (tmp_path / "a.txt.url").write_text("https://told.example/a")
    seed(log, tmp_path)
    assert [each.url for each in articles(log)] == [None, "https://told.example/a"]


@pytest.mark.parametrize("content", ["Body", page(), page(COMMENT)])
def test_an_edited_file_is_the_next_revision_of_its_article(tmp_path: Path, content: str) -> None:
    path = tmp_path / "saved" / ("a.html" if content.startswith("<") else "a.txt")
    path.parent.mkdir()
    path.write_text(content)
    log = MemoryLog()
    seed(log, path.parent)
    for words in ("once", "twice"):
        path.write_text(f"{content} Edited {words}.")
        assert seed(log, path).published == 1
    first, second, third = articles(log)
    assert first.id == second.id == third.id
    assert first.revision < second.revision < third.revision
    assert list(indexed(articles(log)).values()) == [f"{content} Edited twice."]


PACKED: dict[str, Callable[[dict[str, bytes]], bytes]] = {
    "a.zip": zip_of,
    "a.tar": tar_of,
    "a.tar.gz": lambda members: gzip.compress(tar_of(members)),
    "a.txt.gz": lambda members: gzip.compress(members["in/a.txt"]),
    "in.zip": lambda members: zip_of({"2025/inner.zip": zip_of(members)}),
}


@pytest.mark.parametrize("name", PACKED)
def test_an_edited_file_within_another_is_the_next_revision_of_its_article(tmp_path: Path, name: str) -> None:
    path, log = tmp_path / name, MemoryLog()
    for words in ("Body", "Body edited once", "Body edited twice"):
        path.write_bytes(PACKED[name]({"in/a.txt": words.encode(), "in/b.txt": b"Another body"}))
        seed(log, path)
    found = [each for each in articles(log) if each.content != "Another body"]
    assert len({each.id for each in found}) == 1
    assert [each.revision for each in found] == sorted({each.revision for each in found})
    assert set(indexed(articles(log)).values()) - {"Another body"} == {"Body edited twice"}
    assert seed(log, path).published == 0


def test_files_of_one_name_in_two_archives_are_two_articles(tmp_path: Path) -> None:
    log = MemoryLog()
    for name in ("monday", "tuesday"):
        (tmp_path / f"{name}.zip").write_bytes(zip_of({"1.txt": f"Body of {name}".encode()}))
    seed(log, tmp_path)
    (tmp_path / "tuesday.zip").write_bytes(zip_of({"1.txt": b"Body of tuesday, edited"}))
    seed(log, tmp_path)
    assert sorted(indexed(articles(log)).values()) == ["Body of monday", "Body of tuesday, edited"]


def test_files_of_one_name_in_two_folders_are_two_articles(tmp_path: Path) -> None:
    for folder in ("monday", "tuesday"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "1.txt").write_text(f"Body of {folder}")
    log = MemoryLog()
    seed(log, tmp_path / "monday")
    seed(log, tmp_path / "tuesday")
    assert len(indexed(articles(log))) == 2


def test_a_copy_that_is_edited_is_an_article_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Body")
    log = MemoryLog()
    seed(log, tmp_path)
    shutil.copy(tmp_path / "a.txt", tmp_path / "b.txt")
    assert seed(log, tmp_path).unchanged == 2
    (tmp_path / "b.txt").write_text("Another body")
    seed(log, tmp_path)
    assert sorted(indexed(articles(log)).values()) == ["Another body", "Body"]


def test_a_copy_stays_when_what_it_was_copied_from_is_edited(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Body")
    shutil.copy(tmp_path / "a.txt", tmp_path / "b.txt")
    log = MemoryLog()
    seed(log, tmp_path)
    (tmp_path / "a.txt").write_text("Another body")
    seed(log, tmp_path)
    (tmp_path / "b.txt").touch()
    seed(log, tmp_path)
    assert sorted(indexed(articles(log)).values()) == ["Another body", "Body"]


def test_folders_name_sources(tmp_path: Path) -> None:
    for name, content in (("courier/a.txt", "One"), ("courier/2025/b.html", page(CANONICAL)), ("c.txt", "Three")):
        (tmp_path / "saved" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "saved" / name).write_text(content)
    log = MemoryLog()
    seed(log, tmp_path / "saved", source_from_folder=True)
    assert {each.fetch["file"].rpartition("/")[2]: each.source for each in articles(log)} == {
        "a.txt": "courier", "b.html": "courier", "c.txt": "saved",
    }  # fmt: skip
    assert seed(log, tmp_path / "saved", source_from_folder=True).unchanged == 3
    roots = [Path("saved")]
    assert outlet_of(Path("saved/courier/2025/b.html"), roots) == "courier"
    assert outlet_of(Path("saved/courier/b.html"), [Path("saved/courier/b.html")]) == "courier"
    assert article_id(url=None, source="courier", content="One") == next(
        each.id for each in articles(log) if each.source == "courier" and each.content == "One"
    )
