"""The test stack itself: servers get ready, and are gone with whoever started them."""

import os
import signal
import socket
import socketserver
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.places import ROOT
from tests.support.stack.kafka import Broker
from tests.support.stack.processes import Server, ServerFailed
from tests.support.stack.proxy import Proxy
from tests.support.waiting import eventually

SLEEPER = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]
ASKER = f"""
import sys, time
from tests.support.stack.processes import Server
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


def test_a_server_is_gone_with_its_folder_when_the_tests_are_killed() -> None:
    with subprocess.Popen([sys.executable, "-c", ASKER], stdout=subprocess.PIPE, text=True, cwd=ROOT) as asker:
        assert asker.stdout is not None
        pid, folder = asker.stdout.readline().split()
        assert not gone(int(pid))
        asker.send_signal(signal.SIGKILL)
        eventually(lambda: gone(int(pid)), what="the server's end")
        eventually(lambda: not Path(folder).exists(), what="the folder's removal")


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


@pytest.fixture
def echo() -> Iterator[int]:
    """A server that answers every line with the same line; its port."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            for line in self.rfile:
                self.wfile.write(line)

    class Threaded(socketserver.ThreadingMixIn, socketserver.TCPServer):
        daemon_threads = True

    with Threaded(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address[1]
        server.shutdown()


@pytest.fixture
def proxy(echo: int) -> Iterator[Proxy]:
    proxy = Proxy(echo)
    yield proxy
    proxy.close()


def ask(connection: socket.socket, line: bytes = b"hello\n") -> bytes:
    connection.sendall(line)
    return connection.recv(100)


def test_a_proxy_passes_on_and_is_cut_and_refuses_until_mended(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        assert ask(connection) == b"hello\n"
        proxy.cut()
        with pytest.raises(ConnectionError):
            assert ask(connection) == ask(connection)
    proxy.refuse()
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection, suppress(ConnectionError):
        assert ask(connection) == b""
    proxy.mend()
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        assert ask(connection) == b"hello\n"


def test_a_frozen_proxy_gives_what_it_held_when_it_is_mended(proxy: Proxy) -> None:
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        assert ask(connection) == b"hello\n"
        proxy.freeze()
        connection.settimeout(0.2)
        with pytest.raises(TimeoutError):
            ask(connection)
        proxy.mend()
        connection.settimeout(120)
        assert connection.recv(100) == b"hello\n"


def test_a_proxy_loses_the_answer_to_a_picked_request_alone(proxy: Proxy) -> None:
    proxy.lose_answers(to=lambda request: request.startswith(b"lose"))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        assert ask(connection) == b"hello\n"
        with suppress(ConnectionError):
            assert ask(connection, b"lose me\n") == b""
    assert proxy.lost == 1
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=120) as connection:
        assert ask(connection, b"lose me\n") == b"lose me\n"
