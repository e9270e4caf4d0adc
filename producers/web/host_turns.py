"""Share the delay of a host between two processes: one polls feeds, another fetches pages, a host sees only one.

Feeds are asked now and then, pages all the time. So who polls says beforehand when a host's turn is, in `pages.state`
under `@<host>`, waits until then, and asks; who fetches pages looks there before each request and keeps clear. Instants
are seconds since the epoch: on two machines their clocks have to agree within a fraction of a second.
"""

import asyncio
from collections.abc import Awaitable, Callable

HEARD_WITHIN = 1.0
"""How old, in seconds, what is known of the others' turns may be."""

_LONGEST_GAP = 10.0
_TO_SAY = 1.0
_LATE = 0.5


def turn_key(host: str) -> str:
    """Return the key of a host's turn; no source is called so."""
    return f"@{host}"


class TurnAnnouncer:
    """Announce the turns of the feed poller.

    `say` publishes a value under a key and returns when it is acknowledged; `wall` tells the time.
    """

    def __init__(self, say: Callable[[str, bytes], Awaitable[None]], wall: Callable[[], float]) -> None:
        self._say, self._wall = say, wall
        self._turns: dict[str, float] = {}

    async def seconds_to_wait(self, host: str, gap: float) -> float:
        """Return the seconds until our turn at a host, 0 when it is now; one that was missed is said anew."""
        turn = self._turns.get(host)
        if turn is not None and (left := turn - self._wall()) > -_LATE:
            if left <= 0:
                del self._turns[host]
            return max(0.0, left)
        while True:  # those who fetch hear of it within their time, and have asked nothing for a gap by then
            began = self._wall()
            turn = began + min(gap, _LONGEST_GAP) + HEARD_WITHIN + _TO_SAY
            await self._say(turn_key(host), f"{turn:.3f}".encode())
            if 0 <= self._wall() - began < _TO_SAY:
                self._turns[host] = turn
                return max(0.001, turn - self._wall())


class TurnListener:
    """Read the announced turns, for the page fetcher.

    `read` gives the value under a key, None for none, brought up to date before if asked to.
    """

    def __init__(self, read: Callable[[str, bool], Awaitable[bytes | None]], wall: Callable[[], float]) -> None:
        self._read, self._wall = read, wall
        self._heard_at: float | None = None

    async def seconds_to_wait(self, host: str, gap: float) -> float:
        """Return the seconds for which a host is to be left to who polls, 0 when it may be asked."""
        now = asyncio.get_running_loop().time()
        old = self._heard_at is None or now - self._heard_at >= HEARD_WITHIN
        if old:
            self._heard_at = now
        turn = _instant(await self._read(turn_key(host), old))
        left = turn - self._wall()
        if left > _LONGEST_GAP + HEARD_WITHIN + 2 * _TO_SAY:
            return 0.0  # said when the clock was ahead
        return max(0.0, left + gap + _LATE) if left < gap else 0.0


def _instant(value: bytes | None) -> float:
    try:
        return float(value or b"0")
    except ValueError:
        return 0.0
