"""A desk that is killed at any moment has lost nothing that it answered for: corrections, replays, discards."""

import random
import re
import signal
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.answers.corrections import corrections_of
from copydesk.answers.letters import read_letters
from copydesk.events import DeadLetter, encode
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import DEAD, RAW, TOPICS
from tests.server.conftest import letter
from tests.support.places import ROOT
from tests.support.waiting import eventually

LETTERS = 60


def ask_until_it_is_gone(url: str, done: dict[str, list[str]]) -> None:
    """Correct, discard and replay, one after the other, and note what was answered for."""
    with httpx.Client(base_url=f"{url}/api/v1", timeout=30) as client:
        for number in range(LETTERS):
            text, article = f"Text of number {chr(97 + number % 26)}{'x' * number}", f"{number:032x}"
            action = "discard" if number % 2 else "replay"
            questions = (
                ("correct", text, "sources/pier.example/corrections", {"text": text, "decision": "keep"}),
                (action, article, f"dead/{action}", {"letters": [article]}),
            )
            for name, what, path, body in questions:
                try:
                    answer = client.post(path, json=body)
                except httpx.HTTPError:
                    return
                assert answer.is_success, answer.text
                done[name].append(what)


@pytest.mark.parametrize("seed", range(2))
def test_what_was_answered_is_in_the_log_after_a_kill(tmp_path: Path, seed: int) -> None:
    log = SqliteLog(tmp_path / "log.sqlite3")
    log.setup(TOPICS)
    letters = [encode(letter(f"number {number}", number)) for number in range(LETTERS)]
    log.publish(DEAD, [Message("wicked.example", value, headers(DeadLetter)) for value in letters])
    command = [sys.executable, "-m", "copydesk", "serve", "--port", "0"]
    environment = {"COPYDESK_DATA": str(tmp_path), "COPYDESK_WORKERS": "1", "PATH": "/usr/bin:/bin"}
    server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
    done: dict[str, list[str]] = {"correct": [], "discard": [], "replay": []}
    try:
        assert server.stdout is not None
        found = re.search(r"http://\S+(?=/)", server.stdout.readline())
        assert found
        asking = threading.Thread(target=ask_until_it_is_gone, args=(found[0], done))
        asking.start()
        wanted = random.Random(seed).randint(3, 12)
        eventually(lambda: len(done["correct"]) >= wanted)
        server.send_signal(signal.SIGKILL)
        asking.join(60)
    finally:
        server.kill()
        server.wait(30)
        if server.stdout:
            server.stdout.close()
    assert {each.text for each in corrections_of(log, "pier.example")} >= set(done["correct"])
    gone = {each.letter.id for each in read_letters(log) if each.state == "discarded"}
    assert gone >= set(done["discard"])
    replayed = b"".join(record.value or b"" for record in log.scan(RAW))
    assert all(article.encode() in replayed for article in done["replay"])
    log.close()
