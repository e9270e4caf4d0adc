"""Ctrl-C reaches every process of a command; at whatever moment it comes, one line is said and the code is 130.

The moments are told by the imports that the processes report (`-X importtime`), not by a clock.
"""

import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Hashable
from pathlib import Path

import pytest

from copydesk.runtime.outcome import Outcome
from copydesk.runtime.process_pool import ProcessPool
from tests.support.command import COPYDESK
from tests.support.waiting import PATIENCE, eventually

STOPPED = b"copydesk: stopped"
TEXT = "The ferry will sail again from Monday, the harbour office said on Friday. It had been in dock since a storm."
EARLY = ("copydesk.cli.app", "rich.console", "copydesk.cli.serve")
"""What the command itself imports, from its first module to its last; the module of the command, which is imported by
name, is not reported."""
LATER = ("copydesk.runtime.pool_excepthook", "copydesk.cleaning.article")
"""What the process that workers are forked from imports; `clean`, which may clean by itself, the second one too."""


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """So many that no command comes to their end meanwhile."""
    file = tmp_path / "rows.jsonl"
    file.write_text("".join(json.dumps({"id": f"{n}", "text": f"{TEXT} {n}"}) + "\n" for n in range(30_000)))
    return file


def interrupt(command: list[str | Path], data: Path, module: str, times: int = 1) -> tuple[int, list[bytes]]:
    """Ctrl-C once the module was imported so many times; the exit code, and what was said."""
    timed = [sys.executable, "-X", "importtime", *COPYDESK[1:], *map(str, command)]
    environment = os.environ | {"COPYDESK_DATA": str(data)}
    said = []
    with subprocess.Popen(
        timed, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment, start_new_session=True
    ) as process:
        assert process.stderr is not None
        patience = threading.Timer(PATIENCE, os.killpg, (process.pid, signal.SIGKILL))
        patience.start()
        try:
            for line in process.stderr:  # ends when all its processes have
                if not line.startswith(b"import time:"):
                    said.append(line)
                elif line.rpartition(b"|")[2].strip() == module.encode():
                    times -= 1
                    if times == 0:
                        os.killpg(process.pid, signal.SIGINT)
            code = process.wait(PATIENCE)
        finally:
            patience.cancel()
            process.kill()
    assert times <= 0, "it ended before that moment"
    return code, [line for line in said if line.strip()]


@pytest.mark.parametrize(
    ("command", "module"),
    [
        *((["run"], module) for module in EARLY),
        (["clean", "--jsonl"], "copydesk.cli.input_document"),
        (["produce", "seeds"], "copydesk.cli.services"),
        (["consume", "clean"], "copydesk.cli.watched"),
    ],
)
def test_an_interrupt_while_the_commands_are_imported_is_one_line(
    command: list[str], module: str, rows: Path, tmp_path: Path
) -> None:
    paths = [] if command[0] == "consume" else [rows]
    code, said = interrupt([*command, *paths], tmp_path / "data", module)
    assert (code, said) == (130, [STOPPED + b"\n"])


@pytest.mark.parametrize("module", LATER)
@pytest.mark.parametrize("command", [["run"], ["clean", "--jsonl"], ["consume", "clean"]])
def test_an_interrupt_while_workers_are_started_is_one_line(
    command: list[str], module: str, rows: Path, tmp_path: Path
) -> None:
    if command[0] == "consume":
        done = subprocess.run(
            [*COPYDESK, "produce", "seeds", str(rows)], env=os.environ | {"COPYDESK_DATA": str(tmp_path / "data")},
            check=True, capture_output=True,
        )  # fmt: skip
        assert done.returncode == 0
    paths = [] if command[0] == "consume" else [rows]
    times = 2 if command[0] == "clean" and module == LATER[1] else 1
    code, said = interrupt([*command, "--workers", "2", *paths], tmp_path / "data", module, times)
    assert code == 130
    assert len(said) == 1
    assert said[0].startswith(STOPPED)


def echo(value: bytes) -> Outcome:
    return Outcome("done", value)


def test_workers_never_see_an_interrupt() -> None:
    """Blocked from before they begin: there is no moment in which it would reach them."""
    pool = ProcessPool(echo, 1)
    try:
        pool.submit(1, "", b"x")
        (pid,) = pool.pids
        blocked = next(
            line for line in Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("SigBlk")
        )
        assert int(blocked.split()[1], 16) & 1 << (signal.SIGINT - 1)
        os.kill(pid, signal.SIGINT)
        found: list[tuple[Hashable, Outcome]] = []
        eventually(lambda: found.extend(pool.completed(0.1)) or found, what="the answer")
        assert [(ticket, outcome.value, outcome.attempts) for ticket, outcome in found] == [(1, b"x", 1)]
    finally:
        pool.close()


def test_a_parent_that_goes_while_a_worker_is_started_leaves_no_traceback() -> None:
    """The process that workers are forked from, given a worker whose parent says no more."""
    program = (
        "import os, socket, time\n"
        "from multiprocessing import forkserver\n"
        "from copydesk.runtime.process_pool import ProcessPool\n"
        "from tests.cli.test_interrupt import echo\n"
        "ProcessPool(echo, 1)\n"
        "sentinel, told = forkserver.connect_to_new_process([])\n"
        "forkserver.read_signed(sentinel)\n"  # it is there, and waits to be told what it is for
        "os._exit(0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=PATIENCE)
    assert (done.returncode, done.stderr) == (0, b"")


def test_a_command_that_is_to_ignore_interrupts_goes_on(tmp_path: Path) -> None:
    """As under `nohup`: the handler that was inherited stays."""
    code = (
        "import signal, sys; signal.signal(signal.SIGINT, signal.SIG_IGN); sys.argv[1:] = ['--version']\n"
        "from copydesk.cli.entry import main\n"
        "try:\n    main()\n"
        "except SystemExit:\n    print(signal.getsignal(signal.SIGINT) is signal.SIG_IGN)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, cwd=tmp_path)
    assert done.stdout.split()[-1] == b"True"
