"""What a person at a terminal meets: a process on a pseudo-terminal, interrupted as Ctrl-C does."""

import json
import os
import pty
import re
import signal
import subprocess
from pathlib import Path

from tests.support.command import COPYDESK, copydesk
from tests.support.waiting import PATIENCE

HIDE, SHOW = b"\x1b[?25l", b"\x1b[?25h"
TEXT = "The ferry will sail again from Monday, the harbour office said on Friday. It had been in dock since a storm."


def read_until(terminal: int, said: bytes, found: bytes) -> bytes:
    while found not in said:
        said += os.read(terminal, 65536)
    return said


def test_a_second_interrupt_ends_a_run_at_once_and_gives_the_cursor_back(tmp_path: Path) -> None:
    """So much to read that the run cannot end by itself between the two."""
    rows = (json.dumps({"id": str(number), "text": f"{TEXT} {number}"}) for number in range(20_000))
    (tmp_path / "rows.jsonl").write_text("\n".join(rows))
    terminal, side = pty.openpty()
    environment = os.environ | {"COPYDESK_DATA": str(tmp_path / "data"), "TERM": "xterm"}
    command = [*COPYDESK, "run", "--workers", "1", str(tmp_path / "rows.jsonl")]
    with subprocess.Popen(
        command, stdin=side, stdout=side, stderr=side, env=environment, start_new_session=True
    ) as process:
        os.close(side)
        try:
            said = read_until(terminal, b"", HIDE)
            process.send_signal(signal.SIGINT)
            said = read_until(terminal, said, b"stopping")
            process.send_signal(signal.SIGINT)
            process.wait(PATIENCE)
            said = read_until(terminal, said.rpartition(HIDE)[2], SHOW)
        finally:
            process.kill()
            os.close(terminal)
    assert process.returncode == 130
    assert b"Traceback" not in said


def test_found_passages_break_between_words_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(f"Ferry Returns\n\n{TEXT} " + "Unbreakable harbourmasters " * 20 + "said so.")
    copydesk("run", tmp_path / "ferry.txt", data=tmp_path / "data")
    terminal, side = pty.openpty()
    environment = os.environ | {"COPYDESK_DATA": str(tmp_path / "data"), "TERM": "xterm", "COLUMNS": "40"}
    with subprocess.Popen([*COPYDESK, "search", "harbour*"], stdout=side, stderr=side, env=environment) as process:
        os.close(side)
        said = read_until(terminal, b"", b"language").decode()
        process.wait(PATIENCE)
    os.close(terminal)
    lines = re.sub(r"\x1b\[[\d;]*m", "", said).splitlines()
    assert max(len(line) for line in lines if " · " not in line) <= 40, "but for the heading: its address stays whole"
    assert sum("harbourmasters" in line for line in lines) > 2
    assert {word for line in lines if "Unbreak" in line for word in re.findall(r"Unbreak\w*", line)} == {"Unbreakable"}


def printed(columns: int, *command: str | Path, data: Path) -> list[str]:
    """Return the lines of a command on a terminal of so many columns, without colours."""
    terminal, side = pty.openpty()
    environment = os.environ | {"COPYDESK_DATA": str(data), "TERM": "xterm", "COLUMNS": str(columns)}
    with subprocess.Popen([*COPYDESK, *map(str, command)], stdout=side, stderr=side, env=environment) as process:
        os.close(side)
        said = b""
        try:
            while more := os.read(terminal, 65536):
                said += more
        except OSError:  # the other side is closed
            pass
        process.wait(PATIENCE)
    os.close(terminal)
    return re.sub(r"\x1b\[[\d;]*m", "", said.decode()).splitlines()


def test_a_list_of_dead_letters_keeps_places_whole_on_a_terminal(tmp_path: Path) -> None:
    folder = tmp_path / ("a-folder-with-a-long-name" * 4)
    folder.mkdir()
    (folder / "rows.jsonl").write_text("[]\n")
    copydesk("run", folder, data=tmp_path / "data")
    lines = printed(60, "dead", "list", data=tmp_path / "data")
    assert f"  {folder}/rows.jsonl:1" in lines, "the terminal breaks it, and gives it back whole when it is copied"
    assert any(line.strip().endswith("not a list") for line in lines)


def test_what_came_in_is_framed_on_a_terminal(tmp_path: Path) -> None:
    (tmp_path / "ferry.txt").write_text(f"Ferry Returns\n\n{TEXT}")
    copydesk("run", tmp_path / "ferry.txt", data=tmp_path / "data")
    article_id = json.loads(copydesk("export", data=tmp_path / "data").stdout)["id"]
    assert any("│" in line for line in printed(80, "show", article_id, "--raw", data=tmp_path / "data"))


def test_a_cleaned_and_an_explained_text_break_between_words_on_a_terminal(tmp_path: Path) -> None:
    story = "Unbreakable harbourmasters " * 20 + "said so."
    (tmp_path / "ferry.txt").write_text(f"Ferry Returns\n\n{TEXT} {story}\n\nSign up for our free newsletter")
    for command in ("clean", "explain"):
        for columns in (40, 70, 100):
            lines = printed(columns, command, tmp_path / "ferry.txt", data=tmp_path)
            assert max(map(len, lines)) <= columns, (command, columns)
            told = " ".join(" ".join(lines).split())
            assert told.count("Unbreakable harbourmasters") == 20, (command, columns)
        whole = copydesk(command, tmp_path / "ferry.txt", data=tmp_path).stdout.decode()
        assert f"{TEXT} {story}" in whole, "what goes to a program keeps its lines"
