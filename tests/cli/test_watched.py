"""A service with `--metrics`: figures, health and logs of it as a process of its own."""

import json
from pathlib import Path

import pytest

from tests.support.command import copydesk
from tests.support.served_service import is_well, served_figures, served_service
from tests.support.waiting import eventually

TEXT = "Ferry returns\n\n" + "The ferry will sail again from Monday, the harbour office said on Friday.\n" * 4


def test_a_cleaner_shows_what_it_did_and_that_it_lives(tmp_path: Path) -> None:
    data = tmp_path / "data"
    (tmp_path / "ferry.txt").write_text(TEXT, encoding="utf-8")
    (tmp_path / "nothing.txt").write_text("Nothing\n", encoding="utf-8")
    assert copydesk("produce", "seeds", tmp_path / "ferry.txt", tmp_path / "nothing.txt", data=data).returncode == 0
    environment = {"COPYDESK_LOG_FORMAT": "json", "COPYDESK_LOG_LEVEL": "info"}
    with served_service("consume", "clean", "--workers", "1", data=data, **environment) as (address, said):
        eventually(lambda: is_well(address), what=said.read_text)
        eventually(lambda: served_figures(address).get(("copydesk_stage_outcomes_total", "refused", "clean")) == 1)
        found = served_figures(address)
        assert found["copydesk_stage_outcomes_total", "done", "clean"] == 1
        assert found["copydesk_dead_letters_total", "refused", "too_little_text", "clean"] == 1
        assert found["copydesk_clean_kept_characters_total",] > 200
        assert found["copydesk_work_duration_seconds_count", "clean"] == 2
        assert found["kafka_consumergroup_lag", "clean", "0", "articles.raw"] >= 0
        assert found["kafka_consumergroup_lag_seconds", "clean", "0", "articles.raw"] >= 0
        assert any(name[0] == "copydesk_build_info" for name in found)
    lines = [json.loads(line) for line in said.read_text().splitlines()]
    letter = next(line for line in lines if line["logger"] == "copydesk.dead_letters")
    assert (letter["stage"], letter["reason_class"], len(letter["trace_id"])) == ("clean", "too_little_text", 32)
    assert any("gained partitions of articles.raw" in line["message"] for line in lines)


@pytest.mark.parametrize(
    "command", [("consume", "index"), ("produce", "pages"), ("produce", "feeds", "feeds.toml"), ("serve",)]
)
def test_every_service_is_ready_and_beats(command: tuple[str, ...], tmp_path: Path) -> None:
    feeds = tmp_path / "feeds.toml"
    feeds.write_text('[[source]]\nname = "None"\nfeed = "https://none.example/feed"\n', encoding="utf-8")
    args = [str(feeds) if word == "feeds.toml" else word for word in command]
    beat = tmp_path / "beat"
    more = ["--port", "0"] if command == ("serve",) else []
    with served_service(*args, *more, data=tmp_path / "data", COPYDESK_HEARTBEAT=str(beat)) as (address, said):
        eventually(lambda: is_well(address), what=said.read_text)
        if command != ("serve",):
            eventually(beat.exists, what=said.read_text)
        assert ("copydesk_log_up",) in served_figures(address) or command[0] == "produce"
    assert not beat.exists()


def test_a_setting_that_cannot_be_used_is_one_line(tmp_path: Path) -> None:
    odd = {
        "COPYDESK_METRICS": "9464",
        "COPYDESK_LOG_FORMAT": "yaml",
        "COPYDESK_LOG_LEVEL": "loud",
        "COPYDESK_TRACES": "x:1",
    }
    for name, value in odd.items():
        done = copydesk("consume", "clean", "--drain", data=tmp_path / "data", environment={name: value})
        assert done.returncode == 2
        (line,) = done.stderr.decode().strip().splitlines()
        assert name in line


def test_where_lines_are_json_errors_are_too(tmp_path: Path) -> None:
    done = copydesk("run", "missing.txt", data=tmp_path, environment={"COPYDESK_LOG_FORMAT": "json"})
    assert done.returncode == 2
    (line,) = done.stderr.decode().strip().splitlines()
    assert (json.loads(line)["level"], "missing.txt" in json.loads(line)["message"]) == ("error", True)
