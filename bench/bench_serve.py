"""Print how fast the desk answers over a large embedded index, beside the bars; the exit code is 1 where one is passed.

Usage: bench/bench_serve.py [ARTICLES [FOLDER]]; the articles are made up, as those of bench_index. A folder that is
there already is asked as it is. The server is a process of its own, asked over HTTP on this machine.
"""

import itertools
import random
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import NamedTuple

import httpx
import msgspec

from bench.bench_index import BATCH, START, articles
from bench.served_desk import cpu, middle_and_most, served, tell
from copydesk.adapters.sqlite_index.index import SqliteIndex
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import CleanArticle
from copydesk.pipeline import TOPICS
from copydesk.search.query import Query

ASKED, CLIENTS, ASKED_EACH = 300, 50, 10
SOURCES = [f"paper{number}.example" for number in range(60)]
SECTIONS, NAMES = ("News", "Sport", "Arts", "Money", None), [f"Writer {number}" for number in range(400)]
KINDS = ("donation_appeal", "caption", "byline", "related_links", "newsletter_signup")


class Bar(NamedTuple):
    """Say what a question may take, in milliseconds: half of the answers, and all but one in a hundred."""

    name: str
    p50: float
    p99: float
    path: Callable[[random.Random], str]


def main() -> None:
    """Fill the index where it is not there, ask, and print a line a question."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory(prefix="bench-serve-") as folder:
        data = Path(sys.argv[2]) if len(sys.argv) > 2 else Path(folder)
        ids = fill(data, count)
        with served({"COPYDESK_DATA": str(data)}) as (url, pid), httpx.Client(base_url=url, timeout=60) as client:
            passed = [measure(client, pid, bar) for bar in bars(ids)]
            passed.append(crowd(url, ids))
            passed.append(size(client))
            passed.append(memory(pid))
    if not all(passed):
        sys.exit(1)


def bars(ids: list[str]) -> list[Bar]:
    """Return the questions, each with its bars."""
    return [
        Bar("search", 30, 150, lambda rng: f"/api/v1/articles?q={words(rng)}"),
        Bar("search, a source and a month", 30, 150, lambda rng: (
            f"/api/v1/articles?q={words(rng)}&source={rng.choice(SOURCES)}&since=2024-03-01&until=2024-03-31")),
        Bar("page of results", 250, 600, lambda rng: f"/?q={words(rng)}"),
        Bar("article", 20, 20, lambda rng: f"/api/v1/articles/{rng.choice(ids)}"),
        Bar("article, page with its cuts", 40, 80, lambda rng: f"/articles/{rng.choice(ids)}?cuts=true"),
        Bar("counts over all", 250, 250, lambda rng: f"/api/v1/counts?interval={rng.choice(('day', 'month'))}"),
        Bar("counts over all by section", 500, 500, lambda _: "/api/v1/counts?interval=month&by=section"),
    ]  # fmt: skip


def words(rng: random.Random) -> str:
    """Return what is searched for: a word stands in one article of seven to one of seven hundred."""
    return " ".join(f"w{3 * int(100 * 300 ** rng.random() / 3)}" for _ in range(rng.choice((1, 1, 2, 3))))


def fill(data: Path, count: int) -> list[str]:
    """Write the articles where there are none, and return some of their ids."""
    data.mkdir(parents=True, exist_ok=True)
    log = SqliteLog(data / "log.sqlite3")
    log.setup(TOPICS)
    log.close()
    index = SqliteIndex(data / "index.sqlite3")
    index.setup()
    try:
        if not index.status().documents:
            rng, began = random.Random(14), time.monotonic()
            made = dressed(articles(count, "en", rng), rng)
            while batch := list(itertools.islice(made, BATCH)):
                index.upsert(batch)
            print(f"{count:,} articles written in {time.monotonic() - began:.0f} s")
        some = index.scan(Query())
        return [article.id for article in itertools.islice(some, 2_000)]
    finally:
        index.close()


def dressed(made: Iterator[CleanArticle], rng: random.Random) -> Iterator[CleanArticle]:
    """Give articles the sources, sections, authors and cuts that are filtered by."""
    for article in made:
        kinds = tuple(rng.sample(KINDS, rng.randint(0, 3)))
        seen_at = START + timedelta(minutes=rng.randrange(525_600))
        yield msgspec.structs.replace(
            article, source=rng.choice(SOURCES), section=rng.choice(SECTIONS), removed_kinds=kinds,
            authors=tuple(rng.sample(NAMES, rng.randint(0, 2))), seen_at=seen_at,
        )  # fmt: skip


def measure(client: httpx.Client, pid: int, bar: Bar) -> bool:
    """Ask one question again and again, one at a time; what it costs the server is told beside, for busy machines."""
    rng, took, cost = random.Random(bar.name), list[float](), list[float]()
    for number in range(ASKED + 5):
        path, began, before = bar.path(rng), time.perf_counter(), cpu(pid)
        answer = client.get(path)
        if answer.status_code != 200:
            return tell(bar.name, f"{path} answers {answer.status_code}", well=False)
        if number >= 5:
            took.append(1000 * (time.perf_counter() - began))
            cost.append(1000 * (cpu(pid) - before))
    (half, most), (half_cost, most_cost) = middle_and_most(took), middle_and_most(cost)
    said = f"p50 {half:.1f} ms (bar {bar.p50:.0f}), p99 {most:.1f} ms (bar {bar.p99:.0f})"
    said += f"; CPU {half_cost:.1f} and {most_cost:.1f} ms"
    return tell(bar.name, said, well=half <= bar.p50 and most <= bar.p99)


def crowd(url: str, ids: list[str]) -> bool:
    """Ask as many clients at once."""
    asked, wrong, lock = bars(ids), list[str](), threading.Lock()

    def one(number: int) -> None:
        rng = random.Random(number)
        with httpx.Client(base_url=url, timeout=120) as client:
            for _ in range(ASKED_EACH):
                path = rng.choice(asked).path(rng)
                try:
                    status: object = client.get(path).status_code
                except httpx.HTTPError as error:
                    status = error
                if status != 200:
                    with lock:
                        wrong.append(f"{path}: {status}")

    began = time.monotonic()
    with ThreadPoolExecutor(CLIENTS) as clients:
        list(clients.map(one, range(CLIENTS)))
    seconds = time.monotonic() - began
    said = f"{len(wrong)} errors (bar 0), {CLIENTS * ASKED_EACH / seconds:.0f} answers a second"
    return tell(f"{CLIENTS} clients at once", f"{said}{': ' + wrong[0] if wrong else ''}", well=not wrong)


def size(client: httpx.Client) -> bool:
    """Weigh the first page with all it needs, as it goes over the wire."""
    paths = ["/?sort=newest", "/static/desk.css", "/static/desk.js", "/static/icon.svg"]
    sent = 0
    for path in paths:
        with client.stream("GET", path, headers={"accept-encoding": "gzip"}) as answer:
            sent += sum(map(len, answer.iter_raw()))
    return tell("first page, whole", f"{sent / 1000:.1f} kB (bar 60)", well=sent < 60_000)


def memory(pid: int) -> bool:
    """Read the largest memory the server has had, without the processes that clean."""
    status = Path(f"/proc/{pid}/status").read_text("ascii")
    most = int(status.split("VmHWM:")[1].split()[0]) / 1024
    return tell("memory at most", f"{most:.0f} MiB (bar 200)", well=most <= 200)


if __name__ == "__main__":
    main()
