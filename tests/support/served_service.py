"""A service with `--metrics` as a process of its own, and what it serves there."""

import os
import re
import signal
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from tests.support.command import COPYDESK
from tests.support.waiting import eventually


@contextmanager
def served_service(*args: str, data: Path, **environment: str) -> Iterator[tuple[str, Path]]:
    """Run a service on a free port; gives the address it serves at, and the file of its log."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("COPYDESK_")}
    said = data.parent / f"said-{'-'.join(args[:2])}.log"
    with said.open("wb") as errors:
        process = subprocess.Popen(
            [*COPYDESK, *args, "--metrics", "127.0.0.1:0"],
            env=settings | {"COPYDESK_DATA": str(data)} | environment,
            stderr=errors, stdout=subprocess.DEVNULL,
        )  # fmt: skip
    try:
        eventually(lambda: re.search(r"http://127.0.0.1:\d+", said.read_text()), what=said.read_text)
        found = re.search(r"http://127.0.0.1:\d+", said.read_text())
        assert found
        yield found[0], said
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0, said.read_text()


def served_figures(address: str) -> dict[tuple[str, ...], float]:
    """Return each sample by its name and its label values, in the order of the labels' names."""
    with urllib.request.urlopen(f"{address}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return {
        (sample.name, *(sample.labels[name] for name in sorted(sample.labels))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def is_well(address: str, path: str = "readyz") -> bool:
    """Whether the service says so at `/readyz` or `/healthz`."""
    try:
        with urllib.request.urlopen(f"{address}/{path}", timeout=30) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return False
