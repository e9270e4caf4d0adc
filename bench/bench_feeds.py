"""What feeds and pages cost: idle sources, unchanged feeds, fetched pages. `python -m bench.bench_feeds`.

A web server in a process of its own answers on the loopback; what is measured is our process: CPU seconds of all its
threads, and its memory.
"""

import asyncio
import multiprocessing
import os
import random
import resource
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path
from threading import Event, Thread

from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.events import Link, encode
from copydesk.identity import source_of
from copydesk.log_port import Message
from copydesk.message_headers import headers
from copydesk.pipeline import FEEDS_STATE, LINKS, PAGES_STAGE, TOPICS
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.parse_process import FeedReader
from copydesk.producers.feeds.poll_options import PollOptions
from copydesk.producers.feeds.poller import Poller
from copydesk.producers.feeds.state import FeedState, Seen, feed_key, shard_key, write
from copydesk.producers.pages.stage import PageFetcher
from copydesk.producers.web.hosts import HostThrottle
from copydesk.runtime.worker import Worker
from tests.support.web.net import Net
from tests.support.web.server import Answer, Web

SOURCES, IDLE_SECONDS = 10_000, 30.0
VISITS, PAGES = 3_000, 1_500
"""Long enough that starting up weighs little."""

BODY = (
    b"<html><head><title>News</title></head><body>" + b"<p>A paragraph of an article that goes on a while.</p>" * 1800
)


def main() -> int:
    """Measure and print; the exit code says whether all bars were held."""
    results = [idle(), unchanged(), pages()]
    return 0 if all(results) else 1


def idle() -> bool:
    """10,000 sources that are asked four times a day, each with fifty seen items, answering 304."""
    held: list[bool] = []

    async def measure(poller: Poller) -> None:
        before, began = cpu(), time.monotonic()
        stop = asyncio.Event()
        asyncio.get_running_loop().call_later(IDLE_SECONDS, stop.set)
        await poller.run(stop)
        share = (cpu() - before) / (time.monotonic() - began)
        print(f"idle: {SOURCES:,} sources, {poller.counts['visits']} visits in {IDLE_SECONDS:.0f} s")
        held.append(bar("idle: share of a core", share, "<=", 0.05))
        held.append(bar("idle: memory, MiB", memory_mib(), "<=", 300))

    now = time.time()
    poll(SOURCES, lambda: now + random.uniform(0, 6 * 3600), measure)
    return all(held)


def unchanged() -> bool:
    """Make feeds on hosts of their own, all due at once, that answer 304."""
    held: list[bool] = []

    async def measure(poller: Poller) -> None:
        await asyncio.sleep(0.1)
        before = cpu()
        await poller.run(asyncio.Event(), once=True)
        spent = cpu() - before
        assert poller.counts["unchanged"] == VISITS, poller.counts
        held.append(bar("304 answers a CPU-second", VISITS / spent, ">=", 300))

    poll(VISITS, lambda: 0.0, measure)
    return all(held)


def pages() -> bool:
    """Pages of 90 KB, ten of each host, through worker, robots.txt, fetcher and log."""
    with Server() as port, tempfile.TemporaryDirectory() as folder:
        log = open_log(folder)
        urls = [f"http://s{n % (PAGES // 10)}.example/{n}" for n in range(PAGES)]
        now = datetime.now(UTC)
        found = [Link(url=u, source=u.split("/")[2], found_at="bench", found_at_time=now) for u in urls]
        log.publish(LINKS, [Message(each.source, encode(each), headers(Link)) for each in found])
        net = web_at(port)
        hosts = HostThrottle(gap=0.0, at_once=4)
        fetching = PageFetcher(log, net.fetcher(connections=64), hosts=hosts, patience=60.0, listen=True)
        worker = Worker(PAGES_STAGE, log, fetching, on_outcome=fetching.published)
        drain = Event()
        drain.set()
        source_of(urls[0])  # reads the list of public suffixes, once a process
        before = cpu()
        thread = Thread(target=worker.run, args=(Event(), drain))
        thread.start()
        thread.join()
        spent = cpu() - before
        assert fetching.counts["fetched"] + fetching.counts["postponed"] == PAGES, fetching.counts
        fetched = fetching.counts["fetched"]
        fetching.close()
        log.close()
        return bar(
            f"CPU of a page fetch, ms ({fetched} pages of {len(BODY) >> 10} KB)", spent / fetched * 1e3, "<=", 2.0
        )


def poll(count: int, next_at: Callable[[], float], measure: Callable[[Poller], Awaitable[None]]) -> None:
    """So many sources on the bench's web, polled as the service does; hosts are asked without a gap."""
    sources = [Source(name=f"s{n}", feed=f"http://s{n}.example/feed") for n in range(count)]

    async def polled(log: SqliteLog, port: int) -> None:
        reader = FeedReader()
        async with web_at(port).fetcher() as fetcher:
            poller = Poller(
                log, fetcher, HostThrottle(gap=0.0), reader, options=PollOptions(at_once=1000, announce=True)
            )
            await poller.load(sources)
            await measure(poller)
        reader.close()

    with Server() as port, tempfile.TemporaryDirectory() as folder:
        log = open_log(folder)
        remember(log, sources, next_at)
        asyncio.run(polled(log, port))
        log.close()


def remember(log: SqliteLog, sources: list[Source], next_at: Callable[[], float]) -> None:
    """State as it is after some days of polling."""
    seen = {f"u{n:015x}": Seen("0123456789abcdef", f"{n:032x}", 1_780_000_000_000 + n) for n in range(50)}
    now = time.time()
    for source in sources:
        key = feed_key(source.url)
        head = FeedState(
            name=source.name, etag='"1"', body="x" * 32, weight=8.0, weighed_at=now, good_at=now - 600,
            asked_at=now - 600, next_at=next_at(), interval=6 * 3600.0, asked=100, items=50,
        )  # fmt: skip
        log.publish(FEEDS_STATE, [Message(shard_key(key, 1, 0), write(seen), {}), Message(key, write(head), {})])


class Server:
    """The web, in a process of its own."""

    def __enter__(self) -> int:
        context = multiprocessing.get_context("spawn")
        queue = context.Queue()
        self.process = context.Process(target=serve, args=(queue,), daemon=True)
        self.process.start()
        return int(queue.get())

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.join()


def serve(queue: "multiprocessing.Queue[int]") -> None:
    """Answer every feed with 304 and every page with the same body."""

    async def run() -> None:
        web = Web()
        await web.start()

        class Everything(dict[str, object]):
            def get(self, host: str, default: object = None) -> object:
                return answer

        web.hosts = Everything()  # type: ignore[assignment]
        queue.put(web.port)
        await asyncio.Event().wait()

    def answer(asked: object) -> Answer:
        path = asked.path  # type: ignore[attr-defined]
        if path == "/feed":
            return Answer(304, headers={"ETag": '"1"'})
        return Answer(404) if path == "/robots.txt" else Answer(body=BODY, headers={"Content-Type": "text/html"})

    asyncio.run(run())


def web_at(port: int) -> Net:
    """Names and addresses of the bench's web."""
    web = Web()
    web.port = port
    return Net(web)


def open_log(folder: str) -> SqliteLog:
    """Make a log of its own."""
    log = SqliteLog(Path(folder) / "log.sqlite3")
    log.setup(TOPICS)
    return log


def bar(name: str, value: float, sign: str, limit: float) -> bool:
    """Print a figure with its bar; whether it is held."""
    held = value <= limit if sign == "<=" else value >= limit
    print(f"{'ok  ' if held else 'MISS'} {name}: {value:,.3g} ({sign} {limit:g})", flush=True)
    return held


def cpu() -> float:
    """CPU seconds of this process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def memory_mib() -> float:
    """Memory of this process now, in MiB."""
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    sys.exit(main())
