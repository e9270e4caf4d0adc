"""Throttle the requests to each host: a delay between them, a limit at once, and back off on 429/503.

One HostThrottle serves all requests of a process; `host_turns` coordinates those of two processes. Times are those of
the running event loop.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from copydesk.identity import host_of

SLOWEST = 600.0
_FIRST_WAIT, _LONGEST_WAIT = 60.0, 6 * 3600.0
_IDLE = 600.0

OtherProcesses = Callable[[str, float], Awaitable[float]]
"""Given a host and its gap: for how many seconds more it is to be left to other processes, 0 when it may be asked."""


class MustWait(Exception):
    """Say that the host may not be asked for `seconds` more: longer than the caller is ready to wait."""

    def __init__(self, seconds: float) -> None:
        super().__init__(f"its host is to be left alone for {seconds:.0f} s")
        self.seconds = seconds


@dataclass
class ThrottledHost:
    """Hold what is known of one host.

    `next_at` is when the next request may start, `promised` the end of its far queue.
    """

    usual_gap: float
    slots: asyncio.Semaphore
    next_at: float
    refusals: int = 0
    users: int = 0
    promised: float = 0.0

    @property
    def gap(self) -> float:
        """Return the seconds from one request to the next.

        Twice the usual for each refusal that was not made good since.
        """
        return min(self.usual_gap * 2.0 ** min(self.refusals, 10), SLOWEST)


class TurnPatience(NamedTuple):
    """Bound the wait for a turn, in seconds: for a host that is to be left alone, and behind others of ours, or None.

    The first is the host's wish, which may last for hours; the second passes as the queue is worked off.
    """

    host: float
    queue: float | None


class HostThrottle:
    """Limit the requests to the hosts that this process asks.

    `gap` is the seconds from one request of a host to the next, `at_once` how many may be under way. Hosts in `gaps`
    have a gap of their own. A host met for the first time is taken to have been asked the moment before the process
    began: by one like it that was killed, so that killing and restarting makes no host be asked more often. `others`
    are asked before each request when they are set.
    """

    def __init__(self, gap: float = 1.0, at_once: int = 1, gaps: Mapping[str, float] | None = None) -> None:
        self.gap, self._at_once, self._gaps = gap, at_once, dict(gaps or {})
        self._hosts: dict[str, ThrottledHost] = {}
        self._began: float | None = None
        self.others: OtherProcesses | None = None

    def host(self, name: str) -> ThrottledHost:
        """Return the state of a host by name, creating it when it is met for the first time."""
        now = asyncio.get_running_loop().time()
        if self._began is None:
            self._began = now
        host = self._hosts.get(name)
        if host is None:
            gap = self._gaps.get(name, self.gap)
            self._forget_idle(now)
            host = self._hosts[name] = ThrottledHost(gap, asyncio.Semaphore(self._at_once), self._began + gap)
        return host

    def seconds_to_wait(self, name: str) -> float:
        """Return the seconds until the host may be asked, without those that wait already."""
        host = self._hosts.get(name)
        return 0.0 if host is None else max(0.0, host.next_at - asyncio.get_running_loop().time())

    def set_gap(self, name: str, gap: float) -> None:
        """Ask a host no more often than this, and never more often than the others; at most ten minutes apart."""
        host = self.host(name)
        before, host.usual_gap = host.gap, min(max(gap, self._gaps.get(name, self.gap)), SLOWEST)
        host.next_at += max(0.0, host.gap - before)

    def too_much(self, name: str, retry_after: float | None) -> float:
        """Take in that the host said 429 or 503: leave it alone as it asks, or for longer each time.

        Returns the seconds.
        """
        host, now = self.host(name), asyncio.get_running_loop().time()
        if host.next_at <= now + host.gap:  # else it is left alone already, and this is what it said then
            host.refusals += 1
        wait = min(_FIRST_WAIT * 2.0 ** min(max(0, host.refusals - 1), 12), _LONGEST_WAIT)
        wait = max(wait if retry_after is None else retry_after, host.gap)
        host.next_at = max(host.next_at, now + wait)
        return wait

    def well(self, name: str) -> None:
        """Take in that the host answered: forget that it once was too much, step by step."""
        host = self._hosts.get(name)
        if host is not None and host.refusals:
            host.refusals -= 1

    def promise(self, name: str) -> float:
        """Book the next free place in a host's far queue and return the seconds until then; each call a gap later."""
        host, now = self.host(name), asyncio.get_running_loop().time()
        host.promised = max(host.promised, host.next_at, now) + host.gap
        return host.promised - now

    def turn(
        self, patience: "TurnPatience | float", check: Callable[[str], Awaitable[None]] | None = None
    ) -> "HostTurn":
        """Return what paces one fetch, redirects included; it waits and holds a place only from its `before` on.

        `patience` is how many seconds each of its requests may wait for its turn.
        """
        wait = patience if isinstance(patience, TurnPatience) else TurnPatience(patience, patience)
        return HostTurn(self, wait, check)

    def _forget_idle(self, now: float) -> None:
        if len(self._hosts) % 1000 == 999:
            for name, host in list(self._hosts.items()):
                if not host.users and not host.refusals and now > max(host.next_at, host.promised) + _IDLE:
                    del self._hosts[name]


class HostTurn:
    """Hold a place at one host at a time; give `before` to the fetcher and `end` it when the answer is there."""

    def __init__(
        self, hosts: HostThrottle, patience: TurnPatience, check: Callable[[str], Awaitable[None]] | None
    ) -> None:
        self._hosts, self._patience, self._check = hosts, patience, check
        self._held: ThrottledHost | None = None

    async def before(self, url: str) -> None:
        """Wait for a turn at the URL's host; raises MustWait when that takes too long."""
        self.end()
        if self._check is not None:
            await self._check(url)
        name = host_of(url) or ""
        host = self._hosts.host(name)
        host.users += 1
        held = False
        try:
            loop = asyncio.get_running_loop()
            await _acquire(host, self._patience.queue)
            held = True
            until = loop.time() + self._patience.host
            others = self._hosts.others
            while (wait := host.next_at - loop.time()) > 0 or (others and (wait := await others(name, host.gap)) > 0):
                if loop.time() + wait > until:
                    raise MustWait(wait)
                await asyncio.sleep(wait)
            host.next_at = loop.time() + host.gap
            self._held = host
        finally:
            if self._held is not host:
                host.users -= 1
                if held:
                    host.slots.release()

    def end(self) -> None:
        """Release the place at the host, if one is held."""
        if self._held is not None:
            self._held.users -= 1
            self._held.slots.release()
            self._held = None


async def _acquire(host: ThrottledHost, patience: float | None) -> None:
    try:
        async with asyncio.timeout(patience):
            await host.slots.acquire()
    except TimeoutError:
        raise MustWait(max(host.gap, 1.0)) from None
