"""One server process: own session, own data folder, log file, free ports, and gone when the tests are gone."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

_SUPERVISOR = Path(__file__).with_name("supervise.py")


class ServerFailed(Exception):
    """A server ended or did not get ready; the message holds the end of its log."""


def free_ports(count: int) -> list[int]:
    """Ports of the loopback address that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for each in sockets:
            each.bind(("127.0.0.1", 0))
        return [each.getsockname()[1] for each in sockets]
    finally:
        for each in sockets:
            each.close()


def unprivileged_user() -> str | None:
    """Whom to run a server as that refuses root: None (ourselves) unless we are root."""
    return "nobody" if os.geteuid() == 0 else None


class Server:
    """A server in a temporary folder of its own; it can be stopped, killed, frozen and started again on its data."""

    def __init__(self, name: str, *, user: str | None = None) -> None:
        self.name, self.user = name, user
        self.folder = Path(tempfile.mkdtemp(prefix=f"copydesk-{name}-"))
        self.log = self.folder / "server.log"
        self.log.touch()
        self.own(self.folder)
        self._supervisor: subprocess.Popen[str] | None = None
        self.pid = 0

    def own(self, *paths: Path) -> None:
        """Hand files or folders (with all they hold) to the user the server runs as."""
        if self.user is None:
            return
        for path in paths:
            shutil.chown(path, self.user)
            for below in path.rglob("*") if path.is_dir() else ():
                shutil.chown(below, self.user)

    def start(
        self,
        command: Sequence[str | Path],
        ready: Callable[[], bool],
        *,
        env: Mapping[str, str] | None = None,
        timeout: float = 280.0,
    ) -> None:
        """Start it and wait until `ready()`; raises ServerFailed."""
        if self.alive():
            raise ServerFailed(f"{self.name} runs already")
        log = self.log.open("a")
        self._supervisor = subprocess.Popen(
            [sys.executable, _SUPERVISOR, self.folder, self.user or "-", *command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            cwd=self.folder,
            env={**os.environ, **(env or {})},
            start_new_session=True,
        )
        log.close()
        assert self._supervisor.stdout is not None
        first = self._supervisor.stdout.readline().strip()
        if not first:
            raise ServerFailed(f"{self.name} did not start: {self.log_end()}")
        self.pid = int(first)
        deadline = time.monotonic() + timeout
        while not ready():
            if not self.alive() or time.monotonic() > deadline:
                why = "is not ready in time" if self.alive() else "ended"
                self.kill()
                raise ServerFailed(f"{self.name} {why}: {self.log_end()}")
            time.sleep(0.05)  # no `eventually`: a server that does not start is told from one that ends

    def alive(self) -> bool:
        """Whether the server runs (a frozen one does)."""
        return self._supervisor is not None and self._supervisor.poll() is None

    def logged(self) -> str:
        """All that it has said."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def log_end(self) -> str:
        """The last lines it said."""
        return "\n".join(self.logged().splitlines()[-30:])

    def signal(self, number: signal.Signals) -> None:
        """Send a signal to the server."""
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    def freeze(self) -> None:
        """SIGSTOP: connections stay open, nothing answers."""
        self.signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """SIGCONT."""
        self.signal(signal.SIGCONT)

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone; its data stays."""
        if self._supervisor is not None:
            with suppress(ProcessLookupError):
                if self._supervisor.poll() is None:
                    os.killpg(self.pid, signal.SIGKILL)
            self._release()

    def stop(self, grace: float = 30.0) -> None:
        """SIGTERM, and SIGKILL after `grace` seconds; its data stays."""
        if self._supervisor is None:
            return
        if self._supervisor.poll() is None:
            self.thaw()
            self.signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                self._supervisor.wait(grace)
        self.kill()

    def remove(self) -> None:
        """Kill it and delete its folder."""
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _release(self) -> None:
        assert self._supervisor is not None
        self._supervisor.wait()
        for pipe in (self._supervisor.stdin, self._supervisor.stdout):
            if pipe is not None:
                pipe.close()
        self._supervisor = None
