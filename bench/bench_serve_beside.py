"""Print what a desk that is open takes from a run at full speed: its rate beside it over its rate without it.

    make bench-serve-beside    or: python -m bench.bench_serve_beside [--turns 8] [--seconds 6] [--servers]

Within one run, in turns: for every other turn a desk is started, and asked until it and the servers are warm. It has a
page of the pipeline open with its live numbers, and is asked once a second, as by a person who reads. `--servers` runs
on a real Kafka and Elasticsearch, started here. The exit code is 1 where the bar is passed.
"""

import argparse
import itertools
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import NamedTuple

import httpx

from bench.bench_run import COPYDESK, rows, write
from bench.bench_stack import Stack, running
from bench.process_cpu import cpu_of_group
from bench.served_desk import served, tell
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.log_port import Log
from copydesk.pipeline import CLEAN, DEAD

BAR, EVERY, WARMING, PAGES = 0.9, 1.0, 10, 30_000
ASKED = ("/?sort=newest", "/?q=people", "/pipeline", "/sources", "/api/v1/counts?by=source", "/dead")


class Took(NamedTuple):
    """Hold what has been done and spent: documents, seconds by the clock, CPU of the run, the desk and the servers."""

    documents: int = 0
    seconds: float = 0.0
    run: float = 0.0
    desk: float = 0.0
    servers: float = 0.0

    def since(self, before: "Took") -> "Took":
        """Return what came since then."""
        return Took(*(now - then for now, then in zip(self, before, strict=True)))

    def plus(self, other: "Took") -> "Took":
        """Return both together."""
        return Took(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


def main() -> None:
    """Run beside a desk that is stopped in every other turn, and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--turns", type=int, default=8, help="of each kind")
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--servers", action="store_true")
    chosen = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-beside-")))
        file = write(folder / "pages.jsonl", rows([], PAGES))
        servers = stack.enter_context(running()) if chosen.servers else None
        environment = {"COPYDESK_DATA": str(folder)} | (servers.fresh() if servers else {})
        log: Log = servers.opened(environment)[0] if servers else SqliteLog(folder / "log.sqlite3")
        stack.enter_context(closing(log))
        run = stack.enter_context(started([*COPYDESK, "run", str(file), "--workers", str(chosen.workers)], environment))
        beside, alone, answers = in_turns(log, run, environment, servers, chosen.turns, chosen.seconds)
    rates = [each.documents / each.seconds for each in (alone, beside)]
    costs = [(each.run + each.desk + each.servers) / each.documents * 1000 for each in (alone, beside)]
    said = (
        f"{rates[1]:.1f} documents a second beside it, {rates[0]:.1f} without: {rates[1] / rates[0]:.2f} "
        f"(bar {BAR:.2f}); CPU of all {costs[1]:.1f} and {costs[0]:.1f} ms each, {costs[0] / costs[1]:.2f}; "
        f"the desk used {100 * beside.desk / beside.seconds:.1f} % of a core and gave {answers} pages"
    )
    if not tell(f"run beside a desk, {'servers' if servers else 'embedded'}", said, well=rates[1] >= BAR * rates[0]):
        sys.exit(1)


def in_turns(
    log: Log, run: int, environment: dict[str, str], servers: Stack | None, turns: int, seconds: float
) -> tuple[Took, Took, int]:
    """Return what was done beside a desk and without, in turns of so many seconds, and how many pages the desk gave."""
    beside, alone, answers = Took(), Took(), 0

    def turn(desk: int | None) -> Took:
        before = so_far(log, run, desk, servers)
        time.sleep(seconds)
        return so_far(log, run, desk, servers).since(before)

    for is_open in itertools.islice(itertools.cycle((True, False, False, True)), 2 * turns):
        if not is_open:
            alone = alone.plus(turn(None))
            continue
        with served(environment) as (url, desk):
            warm(url, 1 if beside.seconds else WARMING)
            with asked(url) as given:
                beside = beside.plus(turn(desk))
                answers += len(given)
    return beside, alone, answers


def warm(url: str, times: int) -> None:
    """Ask until nothing is done for the first time, by the desk or by a server that compiles as it goes."""
    text = "Warm the process that cleans, which a reader would do. "
    httpx.post(f"{url}/api/v1/clean", json={"text": text * 20}, timeout=120)
    for path in ASKED * times:
        httpx.get(f"{url}{path}", timeout=60)


def so_far(log: Log, run: int, desk: int | None, servers: Stack | None) -> Took:
    """Return what has been done and spent until now."""
    done = sum(each.end for each in log.status() if each.partition.topic in {CLEAN, DEAD})
    own, others = cpu_of_group(run), sum(servers.cpu()) if servers else 0.0
    return Took(done, time.monotonic(), own, cpu_of_group(desk) if desk else 0.0, others)


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator[int]:
    """Run a command in a session of its own within the block; gives its id."""
    process = subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        start_new_session=True,
    )  # fmt: skip
    try:
        yield process.pid
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def asked(url: str) -> Iterator[list[str]]:
    """Hold the live numbers open within the block, and ask for one page after the other; gives those that came."""
    stop, answers = threading.Event(), list[str]()

    def listen() -> None:
        with httpx.stream("GET", f"{url}/pipeline/live", timeout=60) as answer:
            for _ in answer.iter_lines():
                if stop.is_set():
                    return

    def ask() -> None:
        for path in itertools.cycle(ASKED):
            if stop.wait(EVERY):
                return
            httpx.get(f"{url}{path}", timeout=60).raise_for_status()
            answers.append(path)

    threads = [threading.Thread(target=each, daemon=True) for each in (listen, ask)]
    for thread in threads:
        thread.start()
    try:
        yield answers
    finally:
        stop.set()
        for thread in threads:
            thread.join(30)


if __name__ == "__main__":
    main()
