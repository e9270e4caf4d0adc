"""An index that is gone, empty or damaged though it was filled: every command says so, and names the cure."""

import json
from pathlib import Path

import pytest

from tests.support.command import copydesk

TEXT = "{}\n\nThe council voted on Tuesday to close pier {} for good.\n\nIt was built before the war, the mayor said."
COMMANDS = (
    ["search", "harbour"],
    ["show", "0123456789"],
    ["export"],
    ["status"],
    ["doctor"],
    ["setup"],
    ["run", "PATH"],
)


@pytest.fixture
def filled(tmp_path: Path) -> Path:
    """A data folder with three articles, and what they came from beside it."""
    for number in range(3):
        (tmp_path / f"{number}.txt").write_text(TEXT.format(f"Pier {number} closes in the harbour", number))
    data = tmp_path / "data"
    for number in range(3):
        assert copydesk("run", tmp_path / f"{number}.txt", "--workers", "1", data=data).returncode == 0
    return data


def told(command: list[str], data: Path) -> str:
    done = copydesk(*(str(data.parent / "0.txt") if word == "PATH" else word for word in command), data=data)
    assert done.returncode == 4, f"{command}: {done.stdout.decode()}{done.stderr.decode()}"
    return done.stdout.decode() + done.stderr.decode()


def test_an_index_that_is_gone_is_told_as_lost_until_it_is_built_anew(filled: Path) -> None:
    (filled / "index.sqlite3").unlink()
    for command in COMMANDS:
        said = told(command, filled)
        assert "the log holds 3 articles, which `copydesk reindex` brings back" in said
        assert "copydesk setup" not in said
    assert json.loads(copydesk("status", "--json", data=filled).stdout)["index"]["lost"]
    assert copydesk("reindex", data=filled).returncode == 0
    for command in (["search", "harbour"], ["status", "--check"], ["doctor"]):
        assert copydesk(*command, data=filled).returncode == 0


def test_a_damaged_index_is_set_aside_by_the_command_that_builds_it_anew(filled: Path) -> None:
    file = filled / "index.sqlite3"
    whole = file.read_bytes()
    size = int.from_bytes(whole[16:18], "big")
    file.write_bytes(whole[: 2 * size] + bytes(len(whole) - 2 * size))
    for command in (["search", "harbour"], ["run", "PATH"], ["doctor"]):
        assert "copydesk reindex" in told(command, filled)
    done = copydesk("reindex", data=filled)
    assert (done.returncode, b"index.sqlite3.damaged" in done.stderr) == (0, True)
    assert json.loads(copydesk("search", "harbour", "--json", data=filled).stdout)["total"] == 3
    assert (filled / "index.sqlite3.damaged").is_file()


def test_an_index_that_nothing_was_written_to_yet_is_not_lost(tmp_path: Path) -> None:
    (tmp_path / "one.txt").write_text(TEXT.format("Pier 1 closes in the harbour", 1))
    data = tmp_path / "data"
    assert copydesk("produce", "seeds", tmp_path / "one.txt", data=data).returncode == 0
    assert copydesk("consume", "clean", "--drain", "--workers", "1", data=data).returncode == 0
    for command in (["search", "harbour"], ["status"], ["doctor"], ["setup"]):
        assert copydesk(*command, data=data).returncode == 0


def test_a_monitor_learns_what_is_wrong_from_the_exit_code(filled: Path) -> None:
    well = copydesk("status", "--check", "--max-lag", "0", "--max-dead", "0", "--max-age", "1h", data=filled)
    assert (well.returncode, well.stdout) == (0, b"All is well.\n")
    (filled.parent / "late.txt").write_text(TEXT.format("Pier 9 closes in the harbour", 9))
    copydesk("produce", "seeds", filled.parent / "late.txt", data=filled)
    behind = copydesk("status", "--check", "--max-lag", "0", data=filled)
    assert (behind.returncode, behind.stdout) == (1, b"the stage clean is 1 events behind, more than 0\n")
    assert copydesk("status", "--check", "--max-lag", "1", data=filled).returncode == 0
    found = json.loads(copydesk("status", "--check", "--max-age", "0s", "--json", data=filled).stdout)
    assert len(found["problems"]) == 2
    wrong = copydesk("status", "--check", "--max-age", "soon", data=filled)
    assert (wrong.returncode, b"10m" in wrong.stderr) == (2, True)
    assert copydesk("status", "--max-lag", "1", data=filled).returncode == 2


def test_variables_that_nobody_knows_are_told(tmp_path: Path) -> None:
    environment = {"COPYDESK_WORKER": "2", "COPYDESK_KAFKA_PASSWORD": "open sesame"}
    said = copydesk("sources", "list", data=tmp_path, environment=environment).stderr.decode()
    assert "COPYDESK_WORKER is set, but no variable of Copydesk; is COPYDESK_WORKERS meant?" in said
    looked = copydesk("doctor", "--json", data=tmp_path, environment=environment)
    lines = [each["words"] for each in json.loads(looked.stdout) if each["check"] == "variables"]
    assert lines[0] == "COPYDESK_DATA, COPYDESK_KAFKA_PASSWORD"
    assert lines[1].startswith("COPYDESK_WORKER is no variable")
    assert looked.returncode == 1
    assert b"sesame" not in looked.stdout
