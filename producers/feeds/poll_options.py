"""Say what a poller of feeds works with: the clock, the bounds, and each source with its state."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from copydesk.producers.feeds import due_queue
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.state import FeedState
from copydesk.producers.web.hosts import TurnPatience

AT_ONCE = 64
"""Most of these wait for a host's turn; how many requests are under way at once is up to the fetcher."""


class PollClock(NamedTuple):
    """Tell the time: `wall` in seconds since the epoch, `steady` on a clock that nobody sets; `dice` is in [0, 1)."""

    wall: Callable[[], float] = time.time
    steady: Callable[[], float] = due_queue.steady
    dice: Callable[[], float] = random.random


SYSTEM_CLOCK = PollClock()


class PollOptions(NamedTuple):
    """Bound what a poller does: visits under way, and the seconds that a request may wait for its host.

    With `announce`, hosts are shared with other processes that fetch pages: they are told before each request (see
    `host_turns`). Articles are published while there is `room`, None for always. `callback` is the public address that
    hubs reach us at, empty for none.
    """

    at_once: int = AT_ONCE
    patience: TurnPatience | float = 30.0
    announce: bool = False
    room: Callable[[], bool] | None = None
    callback: str = ""


USUAL = PollOptions()


@dataclass
class PolledSource:
    """Hold a source and its state as the poller knows it."""

    source: Source
    key: str
    state: FeedState
