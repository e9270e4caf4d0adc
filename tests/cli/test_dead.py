"""`copydesk dead`, as its users call it, and what a run says when all it was given is refused."""

import json
import re
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import DeadLetter, Link, RawArticle, encode
from copydesk.log_port import Message
from copydesk.pipeline import DEAD, RAW, TOPICS
from tests.support.command import copydesk
from tests.support.documents import raw_event

TEXT = "A first paragraph about wombats, which is long enough to be one. And a second sentence, for the sake of it."


def publish(data: Path, topic: str, event: RawArticle | DeadLetter) -> None:
    log = SqliteLog(data / "log.sqlite3")
    log.setup(TOPICS)
    headers = {"type": type(event).__name__, "schema_version": "1"}
    log.publish(topic, [Message("local", encode(event), headers)])
    log.close()


def test_a_run_of_nothing_but_refused_input_fails_whatever_the_index_holds(tmp_path: Path) -> None:
    (tmp_path / "good.txt").write_text(TEXT)
    (tmp_path / "empty.txt").write_text("")
    assert copydesk("run", tmp_path, data=tmp_path / "data").returncode == 0
    for _ in range(2):
        assert copydesk("run", tmp_path / "empty.txt", data=tmp_path / "data").returncode == 1
    assert copydesk("run", tmp_path, data=tmp_path / "data").returncode == 0


def test_a_list_in_a_pipe_has_a_line_for_each_letter_with_the_end_of_its_place(tmp_path: Path) -> None:
    folder = tmp_path / ("a-folder-with-a-long-name" * 4)
    folder.mkdir()
    (folder / "rows.jsonl").write_text("[]\n{}\n")
    copydesk("run", folder, data=tmp_path / "data")
    listed = copydesk("dead", "list", data=tmp_path / "data", environment={"COLUMNS": "80"}).stdout.decode()
    lines = [line for line in listed.splitlines() if "seeds" in line]
    assert len(lines) == 2
    assert f" {folder}/rows.jsonl:1 " in lines[0], "whole, as `xargs` wants it"
    assert lines[0].rstrip().endswith("must be a JSON object, not a list")


def test_a_letter_without_id_or_revision_is_not_resolved_by_some_article(tmp_path: Path) -> None:
    publish(tmp_path, RAW, raw_event("0" * 32, TEXT, source="local", revision=5))
    copydesk("consume", "clean", "--drain", "--workers", "1", data=tmp_path)
    copydesk("consume", "index", "--drain", data=tmp_path)
    assert json.loads(copydesk("status", "--json", data=tmp_path).stdout)["index"]["documents"] == 1
    letter = DeadLetter(
        stage="clean", class_="failed", reason="why", attempts=1, failed_at=datetime.now(UTC), place="articles.raw[0]@7"
    )
    publish(tmp_path, DEAD, letter)
    listed = copydesk("dead", "list", data=tmp_path).stdout.decode()
    assert "failed" in listed.split("why")[0].splitlines()[-1]


def listed(data: Path, *options: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in copydesk("dead", "list", "--json", *options, data=data).stdout.splitlines()]


def test_a_letter_names_the_file_and_line_or_the_address_of_its_document(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("Harbour")
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"text": TEXT}) + "\n" + json.dumps({"text": "Quay", "title": "Quay"}))
    copydesk("run", tmp_path / "short.txt", rows, data=tmp_path / "data")
    now = datetime.now(UTC)
    link = Link(url="https://courier.example/gone", source="courier.example", found_at="feed", found_at_time=now)
    letter = DeadLetter(
        stage="pages", class_="refused", reason="gone: HTTP status 404", attempts=2, failed_at=now,
        place="links[0]@3", event=msgspec.Raw(encode(link)),
    )  # fmt: skip
    publish(tmp_path / "data", DEAD, letter)
    assert {each["origin"] for each in listed(tmp_path / "data")} == {
        str(tmp_path / "short.txt"), f"{rows}:2", "https://courier.example/gone",
    }  # fmt: skip
    shown = copydesk("dead", "list", data=tmp_path / "data").stdout.decode()
    head, *lines = [line for line in shown.splitlines() if re.search("  (?:stage|seeds|clean)  ", line)]
    assert {line[head.index("title") :].split("  ")[0] for line in lines} == {"", "Quay"}
    assert [line for line in lines if f"  {rows}:2  " in line]
    assert re.search(r"  https://courier\.example/gone +gone: HTTP status 404\n", shown)
    assert b"short.txt" in copydesk("dead", "show", tmp_path / "short.txt", data=tmp_path / "data").stdout


def test_a_file_that_was_mended_and_a_page_that_came_later_resolve_their_letters(tmp_path: Path) -> None:
    file, data = tmp_path / "story.txt", tmp_path / "data"
    file.write_text("")
    copydesk("run", file, data=data)
    assert [each["stage"] for each in listed(data)] == ["seeds"]
    now = datetime.now(UTC)
    link = Link(url="https://courier.example/late", source="courier.example", found_at="feed", found_at_time=now)
    letter = DeadLetter(
        stage="pages", class_="failed", reason="why", attempts=9, failed_at=now, place="links[0]@3",
        event=msgspec.Raw(encode(link)),
    )  # fmt: skip
    publish(data, DEAD, letter)
    rows = tmp_path / "rows.jsonl"
    rows.write_text(json.dumps({"text": TEXT, "url": link.url}))
    file.write_text(TEXT + " Mended.")
    copydesk("run", file, rows, data=data)
    assert listed(data) == []
    assert {each["state"] for each in listed(data, "--all")} == {"resolved"}
    said = copydesk("dead", "list", data=data).stdout.decode()
    assert "No dead letters." in said
    assert "2 resolved; see them with --all" in said
    counts = json.loads(copydesk("status", "--json", data=data).stdout)["dead_letters"]
    assert counts == {"refused": 0, "failed": 0, "resolved": 2}


def test_a_discarded_letter_is_gone_from_the_list_with_its_reason_kept(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_text("[]\n{}\n")
    copydesk("run", tmp_path / "rows.jsonl", data=tmp_path / "data")
    first, second = listed(tmp_path / "data")
    done = copydesk("dead", "discard", first["handle"], "--reason", "an old export", data=tmp_path / "data")
    assert done.stdout == b"1 discarded.\n"
    assert [each["handle"] for each in listed(tmp_path / "data")] == [second["handle"]]
    (kept,) = [each for each in listed(tmp_path / "data", "--all") if each["state"] == "discarded"]
    assert (kept["discarded"], kept["origin"], kept["reason"]) == ("an old export", first["origin"], first["reason"])
    assert copydesk("dead", "discard", "--all", data=tmp_path / "data").stdout == b"1 discarded.\n"
    assert listed(tmp_path / "data") == []
    assert copydesk("dead", "discard", "9@9", data=tmp_path / "data").returncode == 1
    assert copydesk("dead", "discard", data=tmp_path / "data").returncode == 2


@pytest.mark.parametrize(
    ("name", "document", "kept"),
    [
        ("brief.html", "<html><article><h1>Ferry</h1><p>The 9.40 was late.</p></article></html>", "The 9.40 was late."),
        ("wall.html", "<html><title>Not found</title><h1>Page not found</h1><p>Try the search.</p></html>", "Try the"),
        ("short.txt", "Ferry\n\nLate again.", "Late again."),
        ("footer.txt", "© 2025 The Courier. All rights reserved.", "© 2025"),
    ],
)
def test_a_refusal_can_be_overruled(tmp_path: Path, name: str, document: str, kept: str) -> None:
    data = tmp_path / "data"
    (tmp_path / name).write_text(document)
    copydesk("run", tmp_path / name, data=data)
    (letter,) = listed(data)
    assert (letter["stage"], letter["class"]) == ("clean", "refused")
    assert b"1 of 1 published again" in copydesk("dead", "replay", letter["handle"], "--keep", data=data).stdout
    copydesk("consume", "clean", "--drain", "--workers", "1", data=data)
    copydesk("consume", "index", "--drain", data=data)
    article = json.loads(copydesk("export", data=data).stdout)
    assert kept in " ".join(article["paragraphs"])
    assert listed(data) == [], "it is resolved"


def test_what_never_was_an_event_cannot_be_overruled_and_that_is_said(tmp_path: Path) -> None:
    (tmp_path / "empty.txt").write_text("")
    copydesk("run", tmp_path / "empty.txt", data=tmp_path / "data")
    done = copydesk("dead", "replay", "--all", "--keep", data=tmp_path / "data")
    assert done.returncode == 1
    file = tmp_path / "empty.txt"
    assert f"it never was an event: mend {file}, then copydesk run {file}\n" in done.stdout.decode()
    assert done.stdout.endswith(b"0 of 1 published again.\n")


def test_a_row_or_member_that_never_was_an_event_names_the_file_to_run_again(tmp_path: Path) -> None:
    rows, packed = tmp_path / "my rows.jsonl", tmp_path / "pages.zip"
    rows.write_text(json.dumps({"text": TEXT}) + "\n[]\n")
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("inside/more.jsonl", json.dumps({"text": TEXT}) + "\n[]\n")
    copydesk("run", rows, packed, data=tmp_path / "data")
    handles = [each["handle"] for each in listed(tmp_path / "data")]
    done = copydesk("dead", "replay", *handles, data=tmp_path / "data")
    said = done.stdout.decode()
    assert done.returncode == 1
    assert f"mend {rows}:2, then copydesk run '{rows}'\n" in said
    assert f"mend {packed}/inside/more.jsonl:2, then copydesk run {packed}\n" in said


def test_to_publish_all_again_names_the_option_for_refused_ones_where_none_has_failed(tmp_path: Path) -> None:
    (tmp_path / "short.txt").write_text("Hm.")
    copydesk("run", tmp_path / "short.txt", "--workers", "1", data=tmp_path / "data")
    assert b"--refused" in copydesk("dead", "replay", "--all", data=tmp_path / "data").stdout
    assert b"1 of 1" in copydesk("dead", "replay", "--all", "--refused", data=tmp_path / "data").stdout


def test_a_letter_is_found_by_the_id_of_its_row(tmp_path: Path) -> None:
    refused = {"id": "row-9", "desk": "city", "text": "Hm."}
    (tmp_path / "rows.jsonl").write_text(json.dumps(refused) + "\n" + json.dumps({"id": "row-8", "text": 5}) + "\n")
    assert copydesk("run", tmp_path / "rows.jsonl", "--workers", "1", data=tmp_path / "data").returncode == 1
    for given, stage, extra in (
        ("row-9", "clean", {"id": "row-9", "desk": "city"}),
        ("row-8", "seeds", {"id": "row-8"}),
    ):
        letter = json.loads(copydesk("dead", "show", given, "--json", data=tmp_path / "data").stdout)
        assert (letter["stage"], letter["extra"]) == (stage, extra)
        assert given in copydesk("dead", "show", given, data=tmp_path / "data").stdout.decode()
