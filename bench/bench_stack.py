"""Print what Kafka and Elasticsearch cost beside the embedded engines: rate, our CPU, latency, growth.

    make bench-stack        or: python -m bench.bench_stack [PAGES.jsonl.gz...] [--pages 400] [--workers 2]

The servers are started here, from the artifacts that the tests use, and warmed up first; their CPU is reported apart.
Rates are compared within one run, in turns. On a machine with few cores the servers take from what cleaning could use.
"""

import argparse
import itertools
import os
import statistics
import subprocess
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.bench_run import COPYDESK, articles, latencies, passed_through, rows, timed, write
from bench.process_cpu import cpu_of_group
from copydesk.adapters.elasticsearch_index.index import ElasticsearchIndex
from copydesk.adapters.kafka_log.log import KafkaLog
from copydesk.pipeline import TOPICS
from copydesk.settings import load
from tests.support.stack.elasticsearch import Elasticsearch
from tests.support.stack.kafka import Broker


class Stack:
    """Hold both servers, and names on them that nobody has used yet."""

    def __init__(self, broker: Broker, server: Elasticsearch) -> None:
        self.broker, self.server = broker, server

    def fresh(self) -> dict[str, str]:
        """Return the variables of engines that are set up and empty."""
        prefix = f"bench-{uuid.uuid4().hex[:8]}-"
        found = {
            "COPYDESK_LOG": self.broker.url,
            "COPYDESK_INDEX": self.server.url(),
            "COPYDESK_KAFKA_PREFIX": prefix,
            "COPYDESK_ELASTICSEARCH_PREFIX": prefix,
        }
        log, index = self.opened(found)
        log.setup(TOPICS)
        index.setup()
        log.close()
        index.close()
        return found

    def opened(self, environment: dict[str, str]) -> tuple[KafkaLog, ElasticsearchIndex]:
        """Open the engines of these variables."""
        settings = load(environment)
        return KafkaLog.from_settings(settings), ElasticsearchIndex.from_settings(settings)

    def cpu(self) -> tuple[float, float]:
        """Return the CPU seconds that Kafka and Elasticsearch have used."""
        return cpu_of_group(self.broker.pid), cpu_of_group(self.server.pid)


@contextmanager
def running() -> Iterator[Stack]:
    """Start both servers, with the compilers they have in production; they end with the block."""
    broker, server = Broker(), Elasticsearch(java_options="")
    try:
        yield Stack(broker.launch(), server.launch())
    finally:
        broker.remove()
        server.remove()


class Spent:
    """Hold what one run took: seconds by the clock, and of our processes, Kafka and Elasticsearch on the processor."""

    def __init__(self, stack: Stack, file: Path, workers: int, environment: dict[str, str]) -> None:
        before = stack.cpu()
        self.seconds, self.ours = timed([*COPYDESK, "run", str(file), "--workers", str(workers)], **environment)
        self.kafka, self.elasticsearch = (now - then for now, then in zip(stack.cpu(), before, strict=True))


def rates(stack: Stack, folder: Path, name: str, chosen: list[dict[str, str]], workers: int, turns: int) -> None:
    """Print the rate of `run` on the servers over the one embedded, in turns; start-up included in both."""
    file = write(folder / f"{name}.jsonl", chosen)
    ratios, count = [], len(chosen)
    for turn in range(turns):
        embedded = Spent(stack, file, workers, {"COPYDESK_DATA": str(folder / f"{name}{turn}")})
        served = Spent(stack, file, workers, stack.fresh())
        ratios.append(embedded.seconds / served.seconds)
        print(
            f"  {name}: embedded {count / embedded.seconds:.0f}/s "
            f"({embedded.ours / count * 1000:.1f} ms CPU each), "
            f"servers {count / served.seconds:.0f}/s (ours {served.ours / count * 1000:.1f} ms, Kafka "
            f"{served.kafka / count * 1000:.1f} ms, Elasticsearch {served.elasticsearch / count * 1000:.1f} ms), "
            f"ratio {ratios[-1]:.2f}",
            flush=True,
        )
    print(f"{name}: servers reach {statistics.median(ratios):.2f} of the embedded rate ({workers} workers)", flush=True)


def growth(stack: Stack, folder: Path, make: Callable[[int], list[dict[str, str]]], count: int, workers: int) -> None:
    """Print the rate over ten times as many articles, compared with the rate over `count`."""
    found = []
    for times in (1, 10):
        file = write(folder / f"growth{times}.jsonl", make(count * times))
        spent = Spent(stack, file, workers, stack.fresh())
        found.append(count * times / spent.seconds)
    print(
        f"growth: {count} articles {found[0]:.0f}/s, {count * 10} {found[1]:.0f}/s, ratio {found[1] / found[0]:.2f}",
        flush=True,
    )


def overhead(stack: Stack, folder: Path, name: str, chosen: list[dict[str, str]]) -> None:
    """Print our CPU outside cleaning for each article more: start-up, which a tenth of them pays too, is taken off."""
    passed = []
    for some in (chosen[: len(chosen) // 10], chosen):
        log, index = stack.opened(stack.fresh())
        try:
            passed.append(passed_through(folder, name, some, log, index))
        finally:
            log.close()
            index.close()
    few, many = passed
    more = many.stored - few.stored
    print(
        f"{name}: our CPU outside cleaning {(many.seconds - few.seconds) / more * 1000:.2f} ms for each more "
        f"({many.size / 1000:.0f} kB, {more} of them), {many.seconds / many.stored * 1000:.2f} ms with start-up",
        flush=True,
    )


def latency(stack: Stack, text: str, events: int) -> None:
    """Print the time from an event published in one process to acknowledged by Elasticsearch for another, all idle."""
    environment = stack.fresh()
    log, index = stack.opened(environment)
    services = [
        subprocess.Popen([*COPYDESK, "consume", *stage], env=os.environ | environment)
        for stage in (["clean", "--workers", "1"], ["index"])
    ]
    try:
        times = sorted(itertools.islice(latencies(log, index, text), 20, events + 20))
    finally:
        for service in services:
            service.terminate()
            service.wait()
        log.close()
        index.close()
    print(
        f"latency, event to found by id: p50 {times[len(times) // 2] * 1000:.0f} ms, "
        f"p99 {times[int(len(times) * 0.99)] * 1000:.0f} ms ({events} events)",
        flush=True,
    )


def main() -> None:
    """Measure what the options ask for, and print it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("pages", nargs="*", help="JSON Lines of pages; none: the pages in seeds/")
    parser.add_argument("--pages", dest="count", type=int, default=400)
    parser.add_argument("--workers", type=int, default=os.cpu_count())
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--events", type=int, default=300)
    parser.add_argument("--only", choices=["rates", "overhead", "latency", "growth"])
    chosen = parser.parse_args()
    pages, texts = rows(chosen.pages, chosen.count), articles(2000)
    large = [row | {"html": padded(row["html"])} for row in rows([], 2000)]
    with tempfile.TemporaryDirectory(prefix="copydesk-bench-") as name, running() as stack:
        folder, began = Path(name), time.monotonic()
        Spent(stack, write(folder / "warm.jsonl", texts), chosen.workers, stack.fresh())
        print(f"load {os.getloadavg()[0]:.1f}; warmed up in {time.monotonic() - began:.0f} s", flush=True)
        if chosen.only in {None, "overhead"}:
            overhead(stack, folder, "pages of 100 kB", large)
            overhead(stack, folder, "texts", articles(5000))
        if chosen.only in {None, "latency"}:
            latency(stack, texts[0]["text"], chosen.events)
        if chosen.only in {None, "rates"}:
            rates(stack, folder, "pages", pages, chosen.workers, chosen.turns)
            rates(stack, folder, "texts", texts, chosen.workers, chosen.turns)
        if chosen.only in {None, "growth"}:
            growth(stack, folder, articles, 1000, chosen.workers)


def padded(page: str, size: int = 100_000) -> str:
    """Return the page, with a script in it that makes it that large."""
    filler = "".join(f"var value{number} = {number * 7919 % 10007};\n" for number in range(4000))
    return page.replace("</body>", f"<script>{filler[: max(0, size - len(page))]}</script></body>")


if __name__ == "__main__":
    main()
