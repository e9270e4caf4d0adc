"""What users stumble over at first: a folder where nothing was run, an address for a file, what earlier runs left."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import DeadLetter, Link, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import DEAD
from tests.support.command import copydesk

TEXT = "The ferry will sail again from Monday, the harbour office said on Friday. It had been in dock since a storm."
HEADLINE = "Harbour\n"
"""No article: there is no text below it."""


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("search ferry --json", '{"total":0,"hits":[]'),
        ("export", ""),
        ("status --json", '{"topics":{"alerts":{"partitions":8,"records":0'),
        ("tail articles.clean", ""),
        ("dead list", "No dead letters."),
        ("sources list --json", ""),
    ],
)
def test_reading_where_nothing_was_run_says_so_and_leaves_no_folder(command: str, answer: str, tmp_path: Path) -> None:
    done = copydesk(*command.split(), data=tmp_path / "data", environment={"TMPDIR": str(tmp_path)})
    assert done.returncode == 0, "a script finds nothing, which is no failure"
    assert done.stdout.decode().startswith(answer)
    said = done.stderr.decode()
    assert said.startswith("copydesk: nothing has been run here yet")
    assert str(tmp_path / "data") in said
    assert "copydesk run seeds/" in said
    assert "COPYDESK_DATA" in said
    assert said.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_feeds_and_doctor_do_not_mind_that_nothing_was_run(tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text('[[source]]\nname = "Courier"\nfeed = "https://courier.example/feed"\n')
    listed = copydesk("feeds", "list", feeds, data=tmp_path / "data")
    assert (listed.returncode, b"never asked" in listed.stdout) == (0, True)
    looked = json.loads(copydesk("doctor", "--json", data=tmp_path / "data").stdout)
    assert {each["check"]: each["well"] for each in looked}["log"]
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("command", ["run", "produce seeds"])
def test_an_address_for_a_file_is_said_to_be_one_with_the_way_to_fetch_it(command: str, tmp_path: Path) -> None:
    done = copydesk(*command.split(), "https://courier.example/x", data=tmp_path / "data")
    assert done.returncode == 2
    said = done.stderr.decode()
    assert said.startswith("copydesk: https://courier.example/x is an address")
    assert "copydesk run links.txt fetches it" in said
    assert not (tmp_path / "data").exists()


def unchanged(*paths: Path, data: Path) -> str:
    """Return what a run says beside `unchanged`."""
    done = copydesk("run", *paths, data=data)
    assert done.returncode == 0, done.stderr.decode()
    return next(line for line in done.stdout.decode().splitlines() if line.startswith("unchanged")).partition("  ")[2]


def test_a_second_run_points_to_what_the_first_left_of_the_files_it_names(tmp_path: Path) -> None:
    folder, data = tmp_path / "in", tmp_path / "data"
    folder.mkdir()
    for name in ("one", "two"):
        (folder / f"{name}.txt").write_text(f"{HEADLINE.strip()} {name}")
    (folder / "good.txt").write_text(TEXT)
    (tmp_path / "in-other.txt").write_text(TEXT + " And so on.")
    assert "dead" not in unchanged(folder, tmp_path / "in-other.txt", data=data)
    assert "2 of before are among the dead letters: copydesk dead list" in unchanged(folder, data=data)
    assert "1 of before is among the dead letters" in unchanged(folder / "one.txt", data=data)
    assert "dead" not in unchanged(folder / "good.txt", tmp_path / "in-other.txt", data=data)
    copydesk("dead", "replay", "--all", "--refused", data=data)
    assert "2 of before are" in unchanged(folder, data=data), "repeats of the same document count once"


def test_what_has_reached_the_index_since_does_not_count(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "in.txt"
    file.write_text(TEXT)
    copydesk("run", file, data=data)
    article = json.loads(copydesk("export", data=data).stdout)
    event = {"fetch": {"file": str(file)}, "id": article["id"]}
    for revision, words in ((article["revision"], ""), (article["revision"] + 1, "1 of before is")):
        letter = DeadLetter(
            stage="index", class_="failed", reason="why", attempts=1, failed_at=datetime.now(UTC), place="x[0]@1",
            id=article["id"], revision=revision,
        )  # fmt: skip
        value = json.dumps(json.loads(encode(letter)) | {"event": event}).encode()
        publish_dead(data, [Message("local", value, headers(DeadLetter)), Message("local", b"[1]", {})])
        said = unchanged(file, data=data)
        assert words in said
        assert ("dead" in said) == bool(words)


def test_a_link_of_a_list_that_was_given_up_is_pointed_to(tmp_path: Path) -> None:
    data, file = tmp_path / "data", tmp_path / "links.urls"
    file.write_text("https://courier.example/gone\n")
    copydesk("run", file, data=data)
    now = datetime.now(UTC)
    link = Link(url="https://courier.example/gone", source="courier.example", found_at=f"{file}:1", found_at_time=now)
    letter = DeadLetter(stage="pages", class_="failed", reason="404", attempts=1, failed_at=now, place="links[0]@0")
    value = json.dumps(json.loads(encode(letter)) | {"event": json.loads(encode(link))}).encode()
    publish_dead(data, [Message("courier.example", value, headers(DeadLetter))])
    assert "1 of before is" in unchanged(file, data=data)


def publish_dead(data: Path, messages: list[Message]) -> None:
    log = SqliteLog(data / "log.sqlite3")
    log.publish(DEAD, messages)
    log.close()


def test_a_data_folder_that_is_a_file_is_said_to_be_one(tmp_path: Path) -> None:
    (tmp_path / "in.txt").write_text(TEXT)
    done = copydesk("run", tmp_path / "in.txt", data=tmp_path / "in.txt")
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"copydesk: {tmp_path}/in.txt is no folder, and one is needed; name another")
