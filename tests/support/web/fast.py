"""A process that polls feeds and fetches pages on a clock that runs fast: what the kill test starts and kills.

`python -m tests.support.web.fast DATA PORT RATE` works on the log in DATA against PORT; a second counts as RATE.
It prints `ready`, and `done` when every feed was asked and no link is left; then it ends.
"""

import asyncio
import itertools
import selectors
import sys
import threading
import time
from pathlib import Path

from copydesk.adapters.http_fetcher import fetcher
from copydesk.adapters.sqlite_log.log import SqliteLog
from copydesk.pipeline import LINKS, PAGES_STAGE, TOPICS
from copydesk.producers.feeds import request
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.poll_options import PollClock, PollOptions
from copydesk.producers.feeds.poller import Poller
from copydesk.producers.pages import fetch
from copydesk.producers.pages.delays import DelayedLinks, waiting_links
from copydesk.producers.pages.stage import PageFetcher
from copydesk.producers.web import robots_cache
from copydesk.producers.web.hosts import HostThrottle
from copydesk.runtime.worker import Worker
from tests.support.web.desk import read_here
from tests.support.web.net import Net
from tests.support.web.server import Web

FEEDS, ITEMS = 12, 15


class FastLoop(asyncio.SelectorEventLoop):
    """A loop whose seconds are short."""

    def __init__(self, rate: float) -> None:
        class Selector(selectors.DefaultSelector):
            def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
                return super().select(timeout if timeout is None else timeout / rate)

        self.rate = rate
        super().__init__(Selector())

    def time(self) -> float:
        return time.monotonic() * self.rate


def sources() -> list[Source]:
    """Return the feeds; half of them carry whole texts."""
    return [
        Source(name=f"f{n}", feed=f"http://f{n}.example/feed", full_text="feed" if n % 2 else "page")
        for n in range(FEEDS)
    ]


async def work(loop: FastLoop, log: SqliteLog, net: Net) -> None:
    """Poll and fetch until all is through."""
    began = time.time()

    def wall() -> float:
        return began + (time.time() - began) * loop.rate

    hosts = HostThrottle(gap=1.0)
    pages = PageFetcher(log, net.fetcher(), hosts=hosts, wall=wall, loop=loop)
    worker = Worker(PAGES_STAGE, log, pages, on_outcome=pages.published)
    returner = DelayedLinks(log, wall=wall, steady=loop.time)
    stop = threading.Event()
    threads = [threading.Thread(target=part, args=(stop,), daemon=True) for part in (worker.run, returner.run)]
    for thread in threads:
        thread.start()
    clock, options = PollClock(wall, loop.time), PollOptions(patience=600.0)
    poller = Poller(log, net.fetcher(), hosts, read_here, clock=clock, options=options)
    await poller.load(sources())
    running = asyncio.ensure_future(poller.run(asyncio.Event()))
    say("ready")
    for _ in itertools.count():
        await asyncio.sleep(loop.rate / 10)  # a tenth of a real second between two looks
        if running.done():
            running.result()
        asked = all(entry.state.good_at for entry in poller.entries)
        if asked and not log.lag(LINKS, PAGES_STAGE.name) and not waiting_links(log):
            break
    say("done")
    stop.set()
    running.cancel()
    for thread in threads:
        await loop.run_in_executor(None, thread.join)
    await pages.aclose()
    log.close()


def say(word: str) -> None:
    """Tell the test."""
    sys.stdout.write(word + "\n")
    sys.stdout.flush()


def main() -> None:
    """See the module."""
    data, port, rate = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    # The web is no faster than elsewhere: what is waited for there is waited for in real seconds.
    fetcher._TIMEOUTS.update({name: rate * seconds for name, seconds in fetcher._TIMEOUTS.items()})
    for module, name in ((request, "FEED_LIMITS"), (fetch, "ARTICLE_PAGE_LIMITS"), (robots_cache, "ROBOTS_LIMITS")):
        limits = getattr(module, name)
        setattr(module, name, limits._replace(deadline=rate * limits.deadline))
    web = Web()
    web.port = port
    log = SqliteLog(data / "log.sqlite3", partitions=4)
    log.setup(TOPICS)
    loop = FastLoop(rate)
    asyncio.set_event_loop(loop)
    loop.run_until_complete(work(loop, log, Net(web)))


if __name__ == "__main__":
    main()
