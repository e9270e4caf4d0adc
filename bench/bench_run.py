"""What the way costs: `copydesk run` against `copydesk clean --jsonl`, our CPU a page, memory, latency.

    make bench DATA=PAGES.jsonl.gz        or: python -m bench.bench_run [PAGES.jsonl.gz...] [--pages 400] [--workers 2]

Rows need `html` or `text`. Everything runs in a temporary folder. Rates are compared within one run, in turns, since
machines are noisy.
"""

import argparse
import ctypes
import gzip
import itertools
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from bench import passing
from bench.process_cpu import cpu_of
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.app.run import PipelineRun
from copydesk.events import RawArticle, encode
from copydesk.index_port import Index
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import RAW, TOPICS
from copydesk.producers.seeds.produce import SeedCounts, produce
from copydesk.runtime.process_pool import ProcessPool
from tests.support.documents import raw_event

SEEDS = Path(__file__).parent.parent / "seeds"
COPYDESK = [sys.executable, "-m", "copydesk"]
_PR_SET_CHILD_SUBREAPER = 36


def rows(paths: list[str], count: int) -> list[dict[str, str]]:
    """`count` rows of the files, taken in turns and repeated when there are fewer, each with an address of its own."""
    found = [] if paths else [{"html": page.read_text("utf-8", "replace")} for page in sorted(SEEDS.glob("*.html"))]
    for path in paths:
        with gzip.open(path, "rt") if path.endswith(".gz") else open(path) as lines:
            found += [json.loads(line) for line in lines]
    repeated = itertools.islice(itertools.cycle(found), count)
    return [
        {"id": str(n), "url": f"https://site{n % 50}.example/{n}", **{k: row[k] for k in ("html", "text") if k in row}}
        for n, row in enumerate(repeated)
    ]


def articles(count: int) -> list[dict[str, str]]:
    """Text articles of about 2 kB, out of the seeds, each with words of its own."""
    seeds = [path.read_text(encoding="utf-8") for path in sorted(SEEDS.glob("*.txt"))]
    return [
        {"id": str(n), "url": f"https://site{n % 50}.example/{n}", "text": f"{seeds[n % len(seeds)]}\n\nNumber {n}."}
        for n in range(count)
    ]


def write(path: Path, chosen: list[dict[str, str]]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in chosen))
    return path


def timed(command: list[str], **environment: str) -> tuple[float, float]:
    """Wall and CPU seconds of a command with all its processes."""
    # The fork server, and with it all that clean, may outlive the command: it is waited for here, or it is not counted.
    ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    mine, before, began = _children(), resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    subprocess.run(
        command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | environment
    )
    took = time.monotonic() - began
    while orphans := _children() - mine:
        for pid in orphans:
            os.waitpid(pid, 0)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def _children() -> set[int]:
    """Return the processes that this one has to wait for."""
    return {int(pid) for task in Path("/proc/self/task").iterdir() for pid in (task / "children").read_text().split()}


def rates(folder: Path, name: str, chosen: list[dict[str, str]], workers: int, turns: int = 3) -> None:
    """Compare the rate of `run` with that of `clean --jsonl`, in turns; start-up included in both.

    The ratio of the CPU of all their processes is what holds beside other work.
    """
    file = write(folder / f"{name}.jsonl", chosen)
    ratios, shares = [], []
    for turn in range(turns):
        clean, clean_cpu = timed([*COPYDESK, "clean", "--jsonl", str(file), "--workers", str(workers)])
        run, run_cpu = timed(
            [*COPYDESK, "run", str(file), "--workers", str(workers)], COPYDESK_DATA=str(folder / f"{name}{turn}")
        )
        ratios.append(clean / run)
        shares.append(clean_cpu / run_cpu)
        print(f"  {name}: clean {len(chosen) / clean:.0f}/s, run {len(chosen) / run:.0f}/s, ratio {clean / run:.2f},"
              f" by CPU {clean_cpu / run_cpu:.2f}")  # fmt: skip
    print(f"{name}: run reaches {statistics.median(ratios):.2f} of the rate of clean --jsonl ({workers} workers),"
          f" {statistics.median(shares):.2f} by CPU")  # fmt: skip


def overhead(folder: Path, name: str, chosen: list[dict[str, str]]) -> None:
    """Our CPU outside cleaning on the embedded engines; start-up, which a tenth of them pays as well, is taken off."""
    passed = []
    for turn, some in enumerate((chosen[: len(chosen) // 10], chosen)):
        log = SqliteLog(folder / f"{name}{turn}.log")
        log.setup(TOPICS)
        index = SqliteIndex(folder / f"{name}{turn}.index")
        index.setup()
        passed.append(passed_through(folder, name, some, log, index))
    few, many = passed
    more = many.stored - few.stored
    cost = (many.seconds - few.seconds) / more * 1000
    print(f"{name}: our CPU outside cleaning {cost:.2f} ms each ({many.size / 1000:.0f} kB, {more} of them)")


class Passed(NamedTuple):
    """CPU seconds of all our processes, start-up included, for so many articles of so many characters on average."""

    seconds: float
    stored: int
    size: float


def passed_through(folder: Path, name: str, chosen: list[dict[str, str]], log: Log, index: Index) -> Passed:
    """Run the whole pipeline with a function that cleans nothing."""
    file = write(folder / f"{name}-cpu.jsonl", chosen)

    def cpu() -> float:
        mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
        return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime

    run = PipelineRun(log, index, 2, pool=ProcessPool(passing.pass_on, 2, preload=("bench.passing",)))
    counts = SeedCounts()
    before = cpu()

    def read(stop: threading.Event, room: Callable[[], bool]) -> None:
        produce([file], log, source=None, stop=stop, room=room, counts=counts)

    run.start(read)
    workers = 0.0
    while run.running:
        run.wait(0.2)
        workers = max(workers, sum(cpu_of(pid) for pid in run.pool.pids))
    stored = run.writer.verdicts["stored"]
    run.close()
    spent = cpu() - before
    size = sum(len(row.get("html") or row.get("text") or "") for row in chosen) / len(chosen)
    return Passed(spent + workers, stored, size)


def memory(folder: Path, chosen: list[dict[str, str]], workers: int) -> None:
    """Resident memory of the cleaning processes after 500 pages and at the end."""
    file = write(folder / "memory.jsonl", chosen)
    log = SqliteLog(folder / "memory.log")
    log.setup(TOPICS)
    index = SqliteIndex(folder / "memory.index")
    index.setup()
    run, counts = PipelineRun(log, index, workers), SeedCounts()
    run.start(lambda stop, room: _ignore(produce([file], log, source=None, stop=stop, room=room, counts=counts)))
    samples: list[tuple[int, float]] = []
    while run.running:
        run.wait(0.2)
        held = [_resident(pid) for pid in run.pool.pids]
        if held:
            samples.append((run.clean.counts.done + run.clean.counts.refused, max(held)))
    run.close()
    early = [mib for done, mib in samples if 400 <= done <= 600] or [0.0]
    late = [mib for done, mib in samples if done >= len(chosen) * 0.9] or [0.0]
    print(f"memory: a worker holds {max(early):.0f} MiB after 500 pages, {max(late):.0f} MiB after {len(chosen)}; "
          f"at most {max(mib for _, mib in samples):.0f} MiB")  # fmt: skip


def _ignore(_: object) -> None:
    return None


def _resident(pid: int) -> float:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE") / (1 << 20)
    except OSError:
        return 0.0


def latency(folder: Path, text: str, events: int = 200) -> None:
    """From an event published in one process to found in the index by another, all idle."""
    data = folder / "latency"
    environment = os.environ | {"COPYDESK_DATA": str(data)}
    log = SqliteLog(data / "log.sqlite3")
    log.setup(TOPICS)
    index = SqliteIndex(data / "index.sqlite3")
    index.setup()
    services = [
        subprocess.Popen([*COPYDESK, "consume", *stage], env=environment)
        for stage in (["clean", "--workers", "1"], ["index"])
    ]
    try:
        times = sorted(itertools.islice(latencies(log, index, text), 10, events + 10))
    finally:
        for service in services:
            service.terminate()
            service.wait()
    print(f"latency, event to searchable: p50 {times[len(times) // 2] * 1000:.0f} ms, "
          f"p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms ({events} events)")  # fmt: skip


def latencies(log: Log, index: Index, text: str) -> Iterator[float]:
    """Seconds from publishing an event until the index has it under its id, one event after the other."""
    for number in itertools.count():
        name = f"{number:032x}"
        article = raw_event(name, text, source="bench.example", fetched_at=datetime.now(UTC))
        began = time.monotonic()
        log.publish(RAW, [Message("bench.example", encode(article), headers(RawArticle))])
        while not index.revisions([name]):
            time.sleep(0.001)
            if time.monotonic() - began > 60:
                sys.exit("an event did not arrive within a minute")
        yield time.monotonic() - began
        time.sleep(0.03)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", help="JSON Lines of pages; none: the pages in seeds/")
    parser.add_argument("--pages", dest="count", type=int, default=400)
    parser.add_argument("--memory-pages", type=int, default=5000)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--only", choices=["rates", "overhead", "memory", "latency"])
    chosen = parser.parse_args()
    pages = rows(chosen.pages, chosen.count)
    texts = articles(5000)
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name:
        folder = Path(name)
        if chosen.only in {None, "rates"}:
            rates(folder, "pages", pages, chosen.workers)
            rates(
                folder, "one-site", [row | {"url": f"https://one.example/{row['id']}"} for row in pages], chosen.workers
            )
        if chosen.only in {None, "overhead"}:
            overhead(
                folder, "pages", [row for row in pages if 50_000 < len(row.get("html", "")) < 200_000][:300] or pages
            )
            overhead(folder, "texts", texts)
        if chosen.only in {None, "latency"}:
            latency(folder, texts[0]["text"])
        if chosen.only in {None, "memory"}:
            memory(folder, rows(chosen.pages, chosen.memory_pages), chosen.workers)


if __name__ == "__main__":
    main()
