"""The test stack itself: servers get ready, and are gone with whoever started them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.stack.kafka import Broker
from tests.stack.processes import Server, ServerFailed

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
ASKER = f"""
import sys, time
from tests.stack.processes import Server
server = Server("asker")
server.start({SLEEPER!r}, lambda: "up" in server.logged())
print(server.pid, server.folder, flush=True)
time.sleep(600)
"""


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def wait_for(what: object, seconds: float = 20.0) -> bool:
    assert callable(what)
    deadline = time.monotonic() + seconds
    while not what() and time.monotonic() < deadline:
        time.sleep(0.05)
    return bool(what())


def test_a_server_is_gone_with_its_folder_when_the_tests_are_killed() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", ASKER], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[1]
    ) as asker:
        assert asker.stdout is not None
        pid, folder = asker.stdout.readline().split()
        assert not gone(int(pid))
        asker.send_signal(signal.SIGKILL)
        assert wait_for(lambda: gone(int(pid)))
        assert wait_for(lambda: not Path(folder).exists())


def test_a_server_that_ends_before_it_is_ready_says_what_it_said() -> None:
    server = Server("broken")
    try:
        with pytest.raises(ServerFailed, match="no such luck"):
            server.start([sys.executable, "-c", "raise SystemExit('no such luck')"], lambda: False)
    finally:
        server.remove()


def test_a_server_can_be_killed_and_started_again() -> None:
    server = Server("again")
    try:
        for starts in (1, 2):
            server.start(SLEEPER, lambda starts=starts: server.logged().count("up") == starts)  # type: ignore[misc]
            pid = server.pid
            server.kill()
            assert gone(pid)
    finally:
        server.remove()


@pytest.mark.stack
def test_the_session_broker_runs(kafka_broker: Broker) -> None:
    assert kafka_broker.alive()
