"""Start a desk in a process of its own, and tell what asking it takes and costs: shared by the benches of the desk."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def served(environment: Mapping[str, str]) -> Iterator[tuple[str, int]]:
    """Serve the engines that these variables name; gives the address, and the process that leads its session."""
    command = [sys.executable, "-m", "copydesk", "serve", "--port", "0"]
    settings = os.environ | {"COPYDESK_WORKERS": "1", "PYTHONUNBUFFERED": "1"} | environment
    process = subprocess.Popen(command, env=settings, stdout=subprocess.PIPE, text=True, start_new_session=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        found = re.search(r"http://\S+(?=/)", line)
        assert found, f"the desk said {line!r}"
        yield found[0], process.pid
    finally:
        process.terminate()
        process.wait(30)


def cpu(pid: int) -> float:
    """Return the seconds of CPU that a process has used."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(each.read_text("ascii").split()[0]) for each in threads) / 1e9


def middle_and_most(times: list[float]) -> tuple[float, float]:
    """Return the median and what all but one in a hundred are under."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.99)]


def tell(name: str, words: str, *, well: bool) -> bool:
    """Print a line, and return whether the bar was kept."""
    print(f"{'ok ' if well else 'NO '} {name:<30} {words}", flush=True)
    return well
