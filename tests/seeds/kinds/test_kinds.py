"""Every kind of file becomes what it says, from a folder as by its name, packed or not."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk.identity import article_id
from copydesk.producers.seeds.kinds.read import READERS
from copydesk.producers.seeds.kinds.table import ARCHIVE_KINDS, SEED_KINDS, seed_kind
from copydesk.web.zstd import Compressor
from tests.support.fakes import MemoryLog
from tests.support.file_kinds import BODY, PAGE, mail, page, tar_of, warc, zip_of
from tests.support.seeding import articles, contents, letters, lines, links, seed

FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Courier</title>
<item><title>With text</title><link>https://courier.example/1</link><guid>one</guid><author>Ana Lind</author>
<pubDate>Sat, 01 Mar 2025 08:00:00 GMT</pubDate>
<encoded xmlns="http://purl.org/rss/1.0/modules/content/"><![CDATA[<p>{BODY}</p>]]></encoded></item>
<item><title>A link</title><link>https://courier.example/2</link></item>
</channel></rss>"""
FILES: dict[str, bytes] = {
    "a.txt": BODY.encode(),
    "a.html": PAGE.encode(),
    "a.md": f"# Ferry returns\n\n{BODY}\n".encode(),
    "a.jsonl": lines({"text": BODY}),
    "a.json": json.dumps([{"text": BODY}]).encode(),
    "a.csv": f'title,text\nFerry,"{BODY}"\n'.encode(),
    "a.tsv": f"title\ttext\nFerry\t{BODY}\n".encode(),
    "a.rss": FEED.encode(),
    "a.xml": FEED.encode(),
    "a.eml": mail().as_bytes(),
    "a.mbox": b"From ana Sat Mar  1 08:00:00 2025\n" + mail().as_bytes(),
    "a.mhtml": b"",
    "a.warc": warc(1),
    "a.wacz": zip_of({"archive/data.warc.gz": warc(1, packed=True), "pages/pages.jsonl": b'{"url": "x"}\n'}),
    "a.zip": zip_of({"in/a.html": PAGE.encode()}),
    "a.tar": tar_of({"in/a.html": PAGE.encode()}),
}
FILES["a.mhtml"] = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: https://courier.example/ferry\r\nSubject: Ferry\r\n"
    b"Date: Sat, 1 Mar 2025 08:00:00 -0000\r\nMIME-Version: 1.0\r\n"
    b'Content-Type: multipart/related; type="text/html"; boundary="--b"\r\n\r\n----b\r\nContent-Type: text/html\r\n'
    b"Content-Transfer-Encoding: quoted-printable\r\nContent-Location: https://courier.example/ferry\r\n\r\n"
    + PAGE.replace("=", "=3D").encode()
    + b"\r\n----b\r\nContent-Type: text/css\r\n\r\nbody { color: red }\r\n----b--\r\n"
)


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("packing", ["", ".gz", ".zst"])
def test_a_file_of_a_kind_is_an_article_packed_or_not(tmp_path: Path, name: str, packing: str) -> None:
    data = FILES[name]
    data = {"": data, ".gz": gzip.compress(data), ".zst": Compressor(3).compress(data)}[packing]
    (tmp_path / (name + packing)).write_bytes(data)
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.published, counts.refused, counts.skipped, counts.errors) == (1, 0, 0, [])
    assert BODY.partition(" Monday")[0].partition(" from")[0] in contents(log)[0]
    again = seed(log, tmp_path)
    assert (again.read, again.published, again.unchanged) == (counts.read, 0, counts.read)


def test_each_kind_has_one_reader_and_no_suffix_stands_twice() -> None:
    names = [kind.name for kind in SEED_KINDS]
    assert {*READERS, *ARCHIVE_KINDS, "warc", "table"} == set(names)
    suffixes = [suffix for kind in SEED_KINDS for suffix in kind.suffixes]
    assert len(suffixes) == len(set(suffixes))


@pytest.mark.parametrize("name", [name for name in FILES if Path(name).suffix not in {".txt", ".md", ".csv", ".tsv"}])
def test_content_tells_a_kind_that_the_name_does_not(tmp_path: Path, name: str) -> None:
    (tmp_path / "something").write_bytes(FILES[name])
    log = MemoryLog()
    assert seed(log, tmp_path / "something").published == 1


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("page.php", "a.html", "html"),
        ("noextension", "a.html", "html"),
        ("1234.M5P6.host:2,S", "a.eml", "mail"),
        ("export.html", "a.mhtml", "mhtml"),
        ("crawl.data", "a.warc", "warc"),
        ("feed.xml", "a.html", "html"),
        ("table.csv", "a.html", "html"),
        ("a.png", "a.txt", None),
        ("style.css", "a.json", None),
        ("report.docx", "a.zip", None),
    ],
)
def test_a_misnamed_file_of_a_folder_is_known_by_its_content(name: str, content: str, kind: str | None) -> None:
    assert seed_kind(name, FILES[content][:4096], named=False) == kind


def test_what_is_left_out_of_a_folder_is_counted_by_kind(tmp_path: Path) -> None:
    for name in ("a.png", "b.PNG", "c.css", "Makefile", "in.zip"):
        (tmp_path / name).write_bytes(b"\x00 something")
    (tmp_path / "in.zip").write_bytes(zip_of({"x.png": b"", "story.txt": BODY.encode(), "__MACOSX/x.png": b""}))
    counts = seed(MemoryLog(), tmp_path)
    assert counts.published == 1
    assert counts.left_out == {".png": 3, ".css": 1, "without a suffix": 1}
    [line] = counts.errors
    assert line.startswith("left out 5 that are no articles by their kind: 3 .png, 1 ")


def test_a_newsletter_is_an_article_with_its_facts(tmp_path: Path) -> None:
    message = mail(7, subject="Fähre kehrt zurück – «Courier»")
    (tmp_path / "a.eml").write_bytes(message.as_bytes())
    log = MemoryLog()
    seed(log, tmp_path)
    (article,) = articles(log)
    assert (article.content_type, article.url, article.source) == ("text/html", None, "courier.example")
    assert article.content.strip() == page(7)
    assert (article.hints.title, article.hints.authors) == ("Fähre kehrt zurück – «Courier»", ("Ana Lind",))
    assert article.hints.published_at == datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert article.hints.guid == "7@courier.example"
    assert article.id == article_id(url=None, source="courier.example", given="7@courier.example")


def test_a_mail_without_html_is_its_text(tmp_path: Path) -> None:
    (tmp_path / "a.eml").write_bytes(mail(html=False).as_bytes())
    log = MemoryLog()
    seed(log, tmp_path)
    assert [(a.content_type, a.content.strip()) for a in articles(log)] == [("text/plain", f"Plain 1. {BODY}")]


def test_mails_of_a_mailbox_are_told_apart(tmp_path: Path) -> None:
    box = b"\n".join(b"From ana Sat Mar  1 08:00:00 2025\n" + mail(n).as_bytes() for n in range(5))
    (tmp_path / "a.mbox").write_bytes(box)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 5
    assert sorted(a.hints.guid or "" for a in articles(log)) == [f"{n}@courier.example" for n in range(5)]
    assert {a.fetch["line"] for a in articles(log)} == set("12345")


def test_a_page_saved_whole_has_its_address(tmp_path: Path) -> None:
    (tmp_path / "a.mhtml").write_bytes(FILES["a.mhtml"])
    log = MemoryLog()
    seed(log, tmp_path)
    (article,) = articles(log)
    assert (article.url, article.source) == ("https://courier.example/ferry", "courier.example")
    assert article.content.strip() == PAGE
    assert article.fetched_at == datetime(2025, 3, 1, 8, tzinfo=UTC)


def test_a_saved_feed_gives_articles_and_links(tmp_path: Path) -> None:
    (tmp_path / "feed.xml").write_text(FEED)
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.published, counts.links, counts.refused) == (1, 1, 0)
    (article,) = articles(log)
    assert (article.url, article.hints.title) == ("https://courier.example/1", "With text")
    assert article.hints.published_at == datetime(2025, 3, 1, 8, tzinfo=UTC)
    assert [(link.url, link.hints.title) for link in links(log)] == [("https://courier.example/2", "A link")]


def test_markdown_is_a_page_with_the_facts_of_its_front_matter(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(
        f'---\ntitle: "Ferry returns"\nauthor: Ana Lind, Jon Okafor\ndate: 2025-03-01\n'
        f"link: https://courier.example/ferry\ndraft: false\n---\n\n{BODY} It is *new*.\n\n"
        "| a | b |\n|---|---|\n| 1 | 2 |\n"
    )
    log = MemoryLog()
    seed(log, tmp_path)
    (article,) = articles(log)
    assert "<em>new</em>" in article.content
    assert "<td>1</td>" in article.content
    assert "draft" not in article.content
    assert (article.url, article.hints.title) == ("https://courier.example/ferry", "Ferry returns")
    assert article.hints.authors == ("Ana Lind", "Jon Okafor")
    assert article.hints.published_at == datetime(2025, 3, 1, tzinfo=UTC)


def test_a_member_is_named_with_its_archive(tmp_path: Path) -> None:
    inner = zip_of({"rows.jsonl": lines({"text": BODY}, "no row", {"text": f"{BODY} Two."})})
    (tmp_path / "all.tar.gz").write_bytes(gzip.compress(tar_of({"2025/a.html": PAGE.encode(), "2025/in.zip": inner})))
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.published, counts.refused) == (3, 1)
    assert sorted((a.fetch["file"], a.fetch.get("line")) for a in articles(log)) == [
        (f"{tmp_path}/all.tar.gz/2025/a.html", None),
        (f"{tmp_path}/all.tar.gz/2025/in.zip/rows.jsonl", "1"),
        (f"{tmp_path}/all.tar.gz/2025/in.zip/rows.jsonl", "3"),
    ]
    assert [letter.place for letter in letters(log)] == [f"{tmp_path}/all.tar.gz/2025/in.zip/rows.jsonl:2"]


@pytest.mark.parametrize(
    ("sender", "authors"),
    [
        ("News <ana@letters.courier.example>", ()),
        ("Newsletter <ana@letters.courier.example>", ()),
        ("Courier <ana@letters.courier.example>", ()),
        ("Ana Lind <ana@letters.courier.example>", ("Ana Lind",)),
        ('"Lind, Ana" <ana@letters.courier.example>', ("Ana Lind",)),
        ("Ana <ana@letters.courier.example>", ("Ana",)),
    ],
)
def test_the_sender_of_a_mail_is_its_author_where_it_is_a_person(
    tmp_path: Path, sender: str, authors: tuple[str, ...]
) -> None:
    letter = mail()
    letter.replace_header("From", sender)
    (tmp_path / "a.eml").write_bytes(letter.as_bytes())
    log = MemoryLog()
    seed(log, tmp_path)
    assert articles(log)[0].hints.authors == authors
