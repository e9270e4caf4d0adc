"""Keep the robots.txt of every host we fetch from, asked for once a day at most, and once at a time."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from copydesk.errors import FetchFailed
from copydesk.identity import host_of
from copydesk.producers.web.hosts import HostThrottle
from copydesk.producers.web.robots import ALLOWS_EVERYTHING, LARGEST_ROBOTS, Robots, read_robots
from copydesk.web.fetcher import Fetcher, Limits, freshness, retry_after
from copydesk.web.urls import read_target

AGENT = "copydesk"
ROBOTS_LIMITS = Limits(max_bytes=LARGEST_ROBOTS, deadline=20.0, truncate=True)
_LONGEST, _SHORTEST = 86_400.0, 3600.0
_RETRY, _RETRY_LONGEST = 300.0, 6 * 3600.0
_MOST = 20_000


@dataclass
class _Entry:
    """Hold what is known of one site. `robots` is None while its file cannot be had: nothing is fetched then."""

    robots: Robots | None
    until: float
    failures: int = 0
    reason: str = ""
    status: int | None = None


class RobotsCache:
    """Say whether a URL may be fetched. `wall` tells the time in seconds since the epoch."""

    def __init__(self, fetcher: Fetcher, hosts: HostThrottle, wall: Callable[[], float], patience: float) -> None:
        self._fetcher, self._hosts, self._wall, self._patience = fetcher, hosts, wall, patience
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._asking: dict[str, asyncio.Task[_Entry]] = {}

    async def check(self, url: str) -> None:
        """Return when a URL may be fetched; the gap its site wishes is noted.

        Raises FetchFailed: `forbidden` when the site says no, `temporary` when its rules cannot be had; and MustWait.
        """
        target = read_target(url)
        site = f"{target.scheme}://{target.netloc}"
        entry = self._entries.get(site)
        if entry is None or entry.until <= asyncio.get_running_loop().time():
            entry = await self._ask_once(site)
        if entry.robots is None:
            left = entry.until - asyncio.get_running_loop().time()
            reason = f"robots.txt cannot be had: {entry.reason}"
            raise FetchFailed("temporary", reason, status=entry.status, retry_after=max(0.0, left))
        if entry.robots.crawl_delay is not None:
            self._hosts.set_gap(target.host.name, entry.robots.crawl_delay)
        if not entry.robots.allows(target.url):
            raise FetchFailed("forbidden", "robots.txt does not allow it")

    async def _ask_once(self, site: str) -> _Entry:
        asking = self._asking.get(site)
        if asking is None:
            asking = self._asking[site] = asyncio.ensure_future(self._ask(site))
            asking.add_done_callback(lambda _: self._asking.pop(site, None))
        return await asyncio.shield(asking)

    async def _ask(self, site: str) -> _Entry:
        loop = asyncio.get_running_loop()
        before = self._entries.get(site)
        turn = self._hosts.turn(self._patience)
        try:
            answer = await self._fetcher.get(f"{site}/robots.txt", limits=ROBOTS_LIMITS, before=turn.before)
            now = datetime.fromtimestamp(self._wall(), UTC)
            if answer.status == 429 or answer.status >= 500:
                wait = self._hosts.too_much(host_of(site) or "", retry_after(answer.headers, now))
                entry = self._failed(before, f"HTTP status {answer.status}", answer.status, wait)
            elif answer.status == 200:
                fresh = freshness(answer.headers, None, now.timestamp())
                keep = min(max(fresh or _LONGEST, _SHORTEST), _LONGEST)
                entry = _Entry(read_robots(answer.body, AGENT), loop.time() + keep)
            else:  # RFC 9309: a file that is not there forbids nothing
                entry = _Entry(ALLOWS_EVERYTHING, loop.time() + _LONGEST)
        except FetchFailed as failure:
            if failure.kind in {"blocked", "bad_url"}:
                raise
            if failure.status is not None and 300 <= failure.status < 400:  # redirects without end: as if not there
                entry = _Entry(ALLOWS_EVERYTHING, loop.time() + _LONGEST)
            else:
                entry = self._failed(before, str(failure), failure.status, 0.0)
        finally:
            turn.end()
        self._entries[site] = entry
        self._entries.move_to_end(site)
        if len(self._entries) > _MOST:
            self._entries.popitem(last=False)
        return entry

    def _failed(self, before: _Entry | None, reason: str, status: int | None, wait: float) -> _Entry:
        failures = (before.failures if before else 0) + 1
        wait = max(wait, min(_RETRY * 2.0 ** min(failures - 1, 10), _RETRY_LONGEST))
        return _Entry(None, asyncio.get_running_loop().time() + wait, failures, reason, status)
