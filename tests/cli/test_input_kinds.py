"""`clean` and `explain` read the kinds of files that `run` reads."""

import json
from pathlib import Path

from tests.support.command import copydesk
from tests.support.file_kinds import BODY, mail, zip_of

STORY = "".join(
    f"<p>The harbour board met for the {nth} time on Tuesday and spoke about the ferry for three hours.</p>"
    for nth in ("first", "second", "third", "fourth")
)


def test_each_document_of_an_archive_is_cleaned_and_what_is_none_is_named(tmp_path: Path) -> None:
    pages = {f"{n}.html": f"<!DOCTYPE html><h1>Ferry {n} returns</h1>{STORY}".encode() for n in range(2)}
    (tmp_path / "a.zip").write_bytes(zip_of(pages | {"empty.html": b""}))
    done = copydesk("clean", tmp_path / "a.zip", "--json", data=tmp_path)
    assert [json.loads(line)["title"] for line in done.stdout.splitlines()] == ["Ferry 0 returns", "Ferry 1 returns"]
    assert done.returncode == 1
    assert f"{tmp_path}/a.zip/empty.html: The document is empty" in done.stderr.decode()


def test_a_mail_from_a_pipe_is_known_by_its_headers(tmp_path: Path) -> None:
    message = mail(html=False, subject="Ferry letter")
    message.add_alternative(f"<h1>Ferry returns</h1>{STORY}", subtype="html")
    done = copydesk("clean", "-", "--json", data=tmp_path, stdin=message.as_bytes())
    article = json.loads(done.stdout)
    assert (article["title"], article["authors"], article["url"]) == ("Ferry letter", ["Ana Lind"], None)
    assert article["provenance"]["title"] == "given"


def test_a_list_of_links_is_no_article(tmp_path: Path) -> None:
    (tmp_path / "links.txt").write_text("# mine\nwww.courier.example/x A title\nhttps://courier.example/y\n")
    done = copydesk("explain", tmp_path / "links.txt", data=tmp_path)
    assert (done.returncode, done.stdout) == (2, b"")
    assert f"copydesk run {tmp_path}/links.txt does" in done.stderr.decode()


def test_a_table_without_a_text_column_is_told_once_with_the_map_that_fits(tmp_path: Path) -> None:
    table = tmp_path / "rows.csv"
    body = f'"{BODY}\n\nIt had been in dock since a storm, and the town talked of little else all winter, he said."'
    table.write_text(f"headline,body\nFerry returns,{body}\nQuay closed,{body}\n")
    done = copydesk("clean", table, data=tmp_path)
    assert done.returncode == 2
    assert done.stderr.decode() == (
        f"copydesk: {table}: 2 rows of the file have headline, body, and neither `text` nor `html`: "
        "try --map body=text,headline=title\n"
    )
    assert b"Quay closed" in copydesk("clean", table, "--map", "body=text,headline=title", data=tmp_path).stdout
