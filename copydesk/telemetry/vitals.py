"""Judge whether a service lives and is ready, by when its loops last came round and what they wait for. Pure."""

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

SILENT = 60.0
"""Seconds without a turn of its loop after which a part counts as dead: each turns once in two seconds at least."""


class Vital(NamedTuple):
    """Hold how one part of a service is: when its loop last turned (monotonic), None before it began, and what it waits
    for in words, empty when all is well.
    """

    name: str
    turned_at: float | None
    waiting: str = ""


Vitals = Callable[[], Sequence[Vital]]
"""Returns how the parts of a service are now."""


class ServiceHealth(NamedTuple):
    """Say whether the process lives, whether it does its work, and what is wrong, in words."""

    alive: bool
    ready: bool
    words: str


def judge_health(vitals: Iterable[Vital], now: float) -> ServiceHealth:
    """Return how a service of these parts is at `now` (monotonic).

    One that waits for a log or index lives, so that nobody restarts it for that, and is not ready.
    """
    found = list(vitals)
    stuck = [each.name for each in found if each.turned_at is not None and now - each.turned_at > SILENT]
    wrong = [f"{name} has not come round for over {SILENT:.0f} s" for name in stuck]
    wrong += [f"{each.name} has not begun" for each in found if each.turned_at is None]
    wrong += [f"{each.name} waits: {each.waiting}" for each in found if each.waiting and each.name not in stuck]
    return ServiceHealth(not stuck, not wrong, "; ".join(wrong) or "all is well")
