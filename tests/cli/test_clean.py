"""`copydesk clean`, as its users call it."""

import gzip
import json
import shlex
import subprocess
import threading
from pathlib import Path

import pytest

from copydesk.events import CleanArticle, decode
from tests.support.command import COPYDESK, copydesk
from tests.support.waiting import PATIENCE

TEXT = (
    "Ferry Returns to the Northern Islands\n\nThe ferry that links the northern islands with the mainland will sail "
    "again from Monday, the harbour office said on Friday.\n\nIt had been in dock since a storm damaged its bow in "
    "January, and the islanders had relied on a smaller boat.\n\nSign up for our free weekly newsletter\n\nRead more"
)
HTML = (
    "<html lang=en><head><title>Ferry returns - Courier</title></head><body><nav><a href=/>Home</a></nav><article>"
    "<h1>Ferry returns</h1>"
    + "".join(f"<p>{line}</p>" for line in TEXT.split("\n\n")[1:3])
    + "</article></body></html>"
)


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / "ferry.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def test_a_text_is_shown_with_what_was_cut_and_why(article: Path, tmp_path: Path) -> None:
    shown = copydesk("clean", article, data=tmp_path).stdout.decode()
    assert "Ferry Returns to the Northern Islands" in shown
    assert "will sail again from Monday" in shown
    assert "newsletter_signup" in shown
    assert not (tmp_path / "log.sqlite3").exists(), "cleaning stores nothing"


def test_every_process_gives_the_same_answer(tmp_path: Path) -> None:
    """Whatever the seed of Python's hashes: blocks whose markup names several kinds get the same one each time."""
    marked = ["nav", "menu", "promo", "card", "related", "social", "share", "comment", "ad", "author", "date", "cookie"]
    cut = "".join(f'<div class="{a} {b}"><span>Item</span></div>' for a in marked for b in marked)
    page = tmp_path / "page.html"
    page.write_text(HTML.replace("</article>", f"</article><div>{cut}</div>"), encoding="utf-8")
    answers = [
        json.loads(copydesk("clean", page, "--json", data=tmp_path, environment={"PYTHONHASHSEED": seed}).stdout)
        for seed in ("1", "2", "3", "4")
    ]
    assert all(answer["removed"] == answers[0]["removed"] for answer in answers)
    assert len({each["kind"] for each in answers[0]["removed"]}) > 5


def test_a_row_without_end_costs_a_line_and_little_memory() -> None:
    """A pipe, which cannot be looked at beforehand, with a line of 700 MB; the shell limits every process to 900 MB."""
    command = shlex.join([*COPYDESK, "clean", "-", "--jsonl", "--workers", "1"])
    limited = ["sh", "-c", f"ulimit -d 900000; exec {command}"]
    with subprocess.Popen(limited, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin is not None
        for _ in range(700):
            process.stdin.write(b"x" * 1_000_000)
        process.stdin.write(b"\n" + json.dumps({"id": "after", "text": TEXT}).encode())
        out, said = process.communicate(timeout=120)
    assert said.decode().strip() == "copydesk: -:1: The row is over the limit of 64 MiB for one article"
    first, second = map(json.loads, out.splitlines())
    assert (first["id"], first["error"]) == (None, "The row is over the limit of 64 MiB for one article")
    assert second["title"] == "Ferry Returns to the Northern Islands"


def test_what_only_looks_like_markup_or_an_emoji_code_is_shown_as_it_is(tmp_path: Path) -> None:
    line = "The file said root:x:0 and [red]stop[/x], and then :smile: and [/], the harbour office wrote on Friday."
    for command in ("clean", "explain"):
        assert line in copydesk(command, "-", data=tmp_path, stdin=f"{TEXT}\n\n{line}".encode()).stdout.decode()


def test_json_is_the_clean_article_record(article: Path, tmp_path: Path) -> None:
    done = copydesk(
        "clean", article, "--json", "--url", "https://www.courier.example/ferry?utm_source=x", data=tmp_path
    )
    found = decode(CleanArticle, done.stdout)
    assert found.title == "Ferry Returns to the Northern Islands"
    assert len(found.paragraphs) == 2
    assert found.source == "courier.example"
    assert [piece.kind for piece in found.removed] == ["newsletter_signup", "related_links"]
    assert all(piece.why and 0 <= piece.confidence <= 1 for piece in found.removed)


def test_a_document_can_come_from_standard_input(tmp_path: Path) -> None:
    found = json.loads(copydesk("clean", "-", "--json", data=tmp_path, stdin=HTML.encode()).stdout)
    assert found["title"] == "Ferry returns"
    assert len(found["paragraphs"]) == 2


def test_lines_come_back_in_order_with_a_line_for_each(tmp_path: Path) -> None:
    rows: list[object] = [{"id": str(n), "text": TEXT.replace("Monday", f"day {n}")} for n in range(60)]
    rows[7], rows[8], rows[9] = {"id": "7", "html": HTML}, {"id": "eight", "text": 5}, {"id": "9", "text": " "}
    stdin = b"\n".join(b"{" if n == 30 else json.dumps(row).encode() for n, row in enumerate(rows))
    done = copydesk("clean", "--jsonl", "-", "--workers", "2", data=tmp_path, stdin=stdin)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert [line["id"] for line in lines] == [
        str(n) if n not in {8, 30} else {8: "eight", 30: None}[n] for n in range(60)
    ]
    fields = {"id", "title", "text", "paragraphs", "authors", "published_at", "published_precision", "removed"}
    assert set(lines[0]) == fields
    assert set(lines[0]["removed"][0]) == {"text", "kind", "why"}
    assert "day 11" in lines[11]["text"]
    assert [n for n, line in enumerate(lines) if "error" in line] == [8, 9, 30]
    assert done.returncode == 1
    assert b"-:9:" in done.stderr


def test_an_answer_does_not_wait_for_the_next_row() -> None:
    with subprocess.Popen(
        [*COPYDESK, "clean", "--jsonl", "-", "--workers", "1"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        guard = threading.Timer(PATIENCE, process.kill)
        guard.start()
        for number in range(3):
            process.stdin.write(json.dumps({"id": str(number), "text": TEXT}).encode() + b"\n")
            process.stdin.flush()
            assert json.loads(process.stdout.readline())["id"] == str(number)
        process.stdin.close()
        assert process.wait() == 0
        guard.cancel()


def test_compressed_rows_are_read_and_a_truncated_file_is_named(tmp_path: Path) -> None:
    data = b"".join(json.dumps({"id": str(n), "text": TEXT + str(n)}).encode() + b"\n" for n in range(50))
    whole, cut = tmp_path / "whole.jsonl.gz", tmp_path / "cut.jsonl.gz"
    whole.write_bytes(gzip.compress(data))
    cut.write_bytes(gzip.compress(data)[:-20])
    assert len(copydesk("clean", "--jsonl", whole, data=tmp_path).stdout.splitlines()) == 50
    done = copydesk("clean", "--jsonl", cut, data=tmp_path)
    assert done.returncode == 2
    assert b"cut.jsonl.gz" in done.stderr


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"", "is empty"), (b"\x00\x01\x02" * 50, "binary"), (b"%PDF-1.7 \x00", "PDF"), (None, "cannot be read")],
)
def test_what_cannot_be_cleaned_is_told_in_one_line(content: bytes | None, words: str, tmp_path: Path) -> None:
    file = tmp_path / "input.txt"
    if content is not None:
        file.write_bytes(content)
    done = copydesk("clean", file, data=tmp_path)
    assert done.returncode == 2
    assert words in done.stderr.decode()
    assert "input.txt" in done.stderr.decode()


def test_a_reader_that_leaves_early_is_no_error(tmp_path: Path) -> None:
    rows = b"".join(json.dumps({"id": str(n), "text": TEXT * 20}).encode() + b"\n" for n in range(300))
    file = tmp_path / "rows.jsonl"
    file.write_bytes(rows)
    done = subprocess.run(
        f"{' '.join(COPYDESK)} clean --jsonl {file} | head -n 1; echo ${{PIPESTATUS[0]}}",
        shell=True, executable="/bin/bash", capture_output=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stderr == b""
    assert done.stdout.splitlines()[-1] == b"0"


def test_rows_given_as_a_document_are_told_apart_with_the_way_out(tmp_path: Path) -> None:
    row = json.dumps({"id": "1", "text": TEXT})
    for name, content in (("rows.jsonl", row), ("broken.ndjson", "{"), ("rows.txt", f"\n{row}\n{row}\n")):
        (tmp_path / name).write_text(content, encoding="utf-8")
        for command in ("clean", "explain"):
            done = copydesk(command, tmp_path / name, data=tmp_path)
            assert done.returncode == 2, name
            assert f"copydesk clean --jsonl {tmp_path / name}" in done.stderr.decode()


def test_a_text_that_begins_with_a_brace_is_a_text(tmp_path: Path) -> None:
    assert copydesk("clean", "-", data=tmp_path, stdin=f"{{ferry}}\n\n{TEXT}".encode()).returncode == 0


def test_an_address_in_place_of_a_file_is_told_with_the_way_out(tmp_path: Path) -> None:
    for options in (["clean"], ["clean", "--jsonl"], ["explain"]):
        done = copydesk(*options, "https://www.courier.example/ferry", data=tmp_path)
        assert done.returncode == 2
        assert "--url https://www.courier.example/ferry" in done.stderr.decode()
        assert "copydesk run" in done.stderr.decode()


def test_facts_of_rows_come_out_with_whose_word_they_are(tmp_path: Path) -> None:
    rows = [
        {"uid": "a", "body": TEXT, "headline": "Given", "date": "17.03.2025", "tags": "x, y", "desk": "city"},
        {"uid": "b", "body": TEXT},
    ]
    names = "body=text,headline=title,date=published_at,uid=id"
    stdin = "\n".join(map(json.dumps, rows)).encode()
    done = copydesk("clean", "--jsonl", "-", "--workers", "1", "--map", names, data=tmp_path, stdin=stdin)
    given, plain = (json.loads(line) for line in done.stdout.splitlines())
    assert (given["id"], given["title"], given["tags"], given["extra"]) == ("a", "Given", ["x", "y"], {"desk": "city"})
    assert (given["published_at"], given["published_precision"]) == ("2025-03-17T00:00:00Z", "day")
    assert {given["provenance"][field] for field in ("title", "published_at", "tags")} == {"given"}
    assert "day first" in given["notes"]["published_at"]
    assert not {"provenance", "notes", "extra"} & plain.keys()


def test_rows_with_other_names_are_told_once_with_the_map_that_would_fit(tmp_path: Path) -> None:
    stdin = json.dumps({"body": TEXT, "headline": "H"}).encode() + b"\n"
    done = copydesk("clean", "--jsonl", "-", "--workers", "1", data=tmp_path, stdin=3 * stdin)
    assert (done.returncode, len(done.stdout.splitlines())) == (1, 3)
    assert done.stderr.count(b"--map") == 1
    assert b"try --map body=text,headline=title" in done.stderr
    wrong = copydesk("clean", "--jsonl", "-", "--map", "body=txt", data=tmp_path, stdin=stdin)
    assert (wrong.returncode, b"'txt'" in wrong.stderr) == (2, True)


def test_a_saved_page_is_cleaned_with_the_address_it_was_saved_from(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text("<!-- saved from url=(0028)https://www.quay.example/a/b -->" + HTML)
    found = json.loads(copydesk("clean", str(page), "--json", data=tmp_path).stdout)
    assert (found["url"], found["source"]) == ("https://www.quay.example/a/b", "quay.example")
    assert (found["provenance"]["url"], found["provenance"]["source"]) == ("file", "file")
    (tmp_path / "page.html.url").write_text("https://told.example/a")
    assert json.loads(copydesk("clean", str(page), "--json", data=tmp_path).stdout)["source"] == "told.example"


def test_a_text_of_which_nothing_is_cut_has_no_table_of_cuts(tmp_path: Path) -> None:
    (tmp_path / "story.txt").write_text("The mill turned on Sunday, and the baker was there to see it.\n" * 5)
    said = copydesk("clean", tmp_path / "story.txt", data=tmp_path / "data").stdout.decode()
    assert said.endswith("Removed: 0\n")
