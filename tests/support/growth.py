"""Tell work that takes time in proportion to a text from work that does not, by CPU time within one run."""

import time
from collections.abc import Callable

MOST = 8.0
"""Growth above which time is out of proportion: 4 is linear, 16 quadratic."""


def growth(work: Callable[[str], object], shape: Callable[[int], str]) -> float:
    """How many times as long 100 KB take as 25 KB, in CPU, best of three; 0 where they take next to nothing."""
    work(shape(1_000))
    if _cpu_seconds(work, shape(100_000)) < 0.2:
        return 0.0
    times = [[_cpu_seconds(work, shape(size)) for size in (25_000, 100_000)] for _ in range(3)]
    quarter, whole = map(min, zip(*times, strict=True))
    return whole / quarter


def _cpu_seconds(work: Callable[[str], object], text: str) -> float:
    start = time.process_time()
    work(text)
    return time.process_time() - start
