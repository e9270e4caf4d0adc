"""`copydesk dead`, as its users call it, and what a run says when all it was given is refused."""

import json
from datetime import UTC, datetime
from pathlib import Path

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import DeadLetter, RawArticle, encode
from copydesk.pipeline import DEAD, RAW, TOPICS
from copydesk.ports import Message
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
