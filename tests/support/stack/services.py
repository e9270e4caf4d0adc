"""The services as processes of their own, as compose runs them: started, killed, restarted, stopped, drained."""

import os
import signal
import subprocess
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from types import TracebackType

from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.errors import LogUnavailable
from copydesk.pipeline import CLEAN_STAGE, INDEX_STAGE
from copydesk.settings import Settings
from tests.support.waiting import eventually

# However the tests end, SIGKILL included, the kernel ends the services (1 is PR_SET_PDEATHSIG, 9 SIGKILL).
_WITH_US = "import ctypes, os, sys; ctypes.CDLL(None).prctl(1, 9); e = sys.executable; os.execv(e, [e, *sys.argv[1:]])"
COPYDESK = [sys.executable, "-c", _WITH_US, "-m", "copydesk", "-v"]
COMMANDS = {
    "clean": ["consume", "clean", "--workers", "1"],
    "index": ["consume", "index"],
    "watch": ["consume", "watch-sources"],
    "serve": ["serve", "--port", "0"],
}


class Services:
    """Processes by name: `clean 1`, `clean 2`, `index`, …; the first word is the stage. Gone when the block ends."""

    def __init__(self, environment: Mapping[str, str], folder: Path) -> None:
        clear = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
        self.environment = {**clear, "COPYDESK_DATA": str(folder / "no-data"), **environment}
        self.folder = folder
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        self.restarts = 0

    def start(self, name: str) -> None:
        """Start it; returns at once."""
        with self._file(name).open("ab") as said:
            self.running[name] = subprocess.Popen(
                [*COPYDESK, *COMMANDS[name.split()[0]]],
                env=self.environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """SIGKILL the process, not its children: they must not outlive it."""
        process = self.running.pop(name)
        process.kill()
        process.wait()

    def restart_what_ended(self) -> None:
        """As compose does with `restart: unless-stopped`."""
        for name in [name for name, process in self.running.items() if process.poll() is not None]:
            self.restarts += 1
            self.start(name)

    def stop(self, grace: float = 120.0) -> dict[str, int]:
        """SIGTERM all; returns their exit codes by name. Raises TimeoutExpired when one does not end in time."""
        for process in self.running.values():
            process.send_signal(signal.SIGTERM)
        codes = {name: process.wait(grace) for name, process in self.running.items()}
        self.running.clear()
        return codes

    def said(self, name: str) -> str:
        """What it has written, in all its lives."""
        return self._file(name).read_text(encoding="utf-8", errors="replace")

    def drained(self, settings: Settings, patience: float) -> None:
        """Wait until nothing lags; fails with what the services said last."""
        log = KafkaLog.from_settings(settings)
        lags: dict[str, int] = {}

        def nothing_lags() -> bool:
            self.restart_what_ended()
            with suppress(LogUnavailable):
                lags.update({stage.name: log.lag(stage.reads, stage.name) for stage in (CLEAN_STAGE, INDEX_STAGE)})
                return not any(lags.values())
            return False

        try:
            eventually(nothing_lags, patience, lambda: f"nothing left to do, now {lags}: {self._ends()}", pause=0.2)
        finally:
            log.close()

    def __enter__(self) -> "Services":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for process in self.running.values():
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def _file(self, name: str) -> Path:
        return self.folder / f"{name.replace(' ', '-')}.log"

    def _ends(self) -> str:
        return "\n".join(f"{name}: …{self.said(name)[-1500:]}" for name in self.running)
