"""`copydesk serve`, as its users call it."""

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.support.command import COPYDESK, copydesk

STORY = "The old mill\n\n" + "The water mill turned on Sunday, and the baker was there to see it.\n\n" * 3


@contextmanager
def serving(data: Path, *options: str, **environment: str) -> Iterator[tuple[str, list[str], "subprocess.Popen[str]"]]:
    """Start the command on a free port, and give its address, what it said, and the process; it is ended in the end."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    process = subprocess.Popen(
        [*COPYDESK, *options], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=settings | {"COPYDESK_DATA": str(data), "COPYDESK_WORKERS": "1", "PYTHONUNBUFFERED": "1"} | environment,
    )  # fmt: skip
    said: list[str] = []
    assert process.stdout is not None
    try:
        for line in process.stdout:
            said.append(line.strip())
            if found := re.search(r"http://\S+?(?=/?$)", line):
                yield found[0].replace("0.0.0.0", "127.0.0.1"), said, process
                break
        else:
            pytest.fail("\n".join(said))
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def test_it_says_where_it_is_answers_and_ends_on_ctrl_c(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--port", "0") as (url, _, process):
        assert url.startswith("http://127.0.0.1:")
        assert httpx.get(f"{url}/readyz", timeout=60).text == "ok\n"
        answer = httpx.post(f"{url}/api/v1/clean", json={"text": STORY + "Share on Facebook"}, timeout=60)
        assert [piece["text"] for piece in answer.json()["removed"]] == ["Share on Facebook"]
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 130


def test_others_need_the_token_that_is_printed_once(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--port", "0", "--host", "0.0.0.0") as (url, said, process):
        assert process.stdout is not None
        token = process.stdout.readline().rpartition(" ")[2].strip()
        assert httpx.get(f"{url}/api/v1/pipeline", timeout=60).status_code == 401
        bearer = {"authorization": f"Bearer {token}"}
        assert httpx.get(f"{url}/api/v1/pipeline", headers=bearer, timeout=60).status_code == 200
        assert not [line for line in said if token in line]


def test_a_token_that_is_set_is_asked_for_and_not_printed(tmp_path: Path) -> None:
    with serving(tmp_path, "serve", "--port", "0", COPYDESK_TOKEN="of-the-setting") as (url, said, _):
        assert httpx.get(f"{url}/api/v1/pipeline", timeout=60).status_code == 401
        bearer = {"authorization": "Bearer of-the-setting"}
        assert httpx.get(f"{url}/api/v1/pipeline", headers=bearer, timeout=60).status_code == 200
        assert not [line for line in said if "of-the-setting" in line]


def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = copydesk("serve", "--port", port, data=tmp_path)
    assert done.returncode == 2
    assert f"port {port} cannot be listened on" in done.stderr.decode()
    assert "--port" in done.stderr.decode()


def test_run_opens_it_beside_and_keeps_it_open(tmp_path: Path) -> None:
    seed = tmp_path / "story.txt"
    seed.write_text(STORY)
    with serving(tmp_path / "data", "run", "--serve", "--port", "0", str(seed)) as (url, _, process):
        assert process.stdout is not None
        for line in process.stdout:
            if "serve" in line:
                break
        found = httpx.get(f"{url}/api/v1/articles?q=mill", timeout=60).json()
        assert found["total"] == 1
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) in {0, 130}
