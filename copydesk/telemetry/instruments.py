"""Hold counters, gauges and histograms as plain numbers: adding to one costs less than a microsecond.

They are what `prometheus_client` has, without it: who counts need not have it installed, and `exposition` hands the
numbers to it at each scrape. Every instrument counts for the whole process, as its logger logs for all of it.
"""

import threading
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate
from typing import ClassVar, Literal

Labels = tuple[str, ...]


class Instrument:
    """Name a figure, with what it means and the names of its labels; threads may share it."""

    kind: ClassVar[Literal["counter", "gauge", "histogram"]]

    def __init__(self, name: str, meaning: str, labels: Labels = ()) -> None:
        self.name, self.meaning, self.labels = name, meaning, labels
        self._lock = threading.Lock()


class Counter(Instrument):
    """Add up what only grows. Its name is without `_total`."""

    kind = "counter"

    def __init__(self, name: str, meaning: str, labels: Labels = ()) -> None:
        super().__init__(name, meaning, labels)
        self._values: dict[Labels, float] = {} if labels else {(): 0.0}

    def add(self, amount: float, *values: str) -> None:
        """Add to the number of these label values, in the order of `labels`."""
        with self._lock:
            self._values[values] = self._values.get(values, 0.0) + amount

    def add_each(self, amounts: Mapping[str, float]) -> None:
        """Add to several numbers at once, each by the value of the one label there is."""
        with self._lock:
            for value, amount in amounts.items():
                self._values[value,] = self._values.get((value,), 0.0) + amount

    def forget(self, first: str) -> None:
        """Drop the numbers whose first label has this value."""
        with self._lock:
            self._values = {values: number for values, number in self._values.items() if values[0] != first}

    def value(self, *values: str) -> float:
        """Return the number of these label values."""
        return self._values.get(values, 0.0)

    def samples(self) -> dict[Labels, float]:
        """Return all numbers by their label values."""
        with self._lock:
            return dict(self._values)


class Gauge(Instrument):
    """Hold what goes up and down."""

    kind = "gauge"

    def __init__(self, name: str, meaning: str, labels: Labels = ()) -> None:
        super().__init__(name, meaning, labels)
        self._values: dict[Labels, float] = {}

    def set(self, value: float, *values: str) -> None:
        """Set the number of these label values."""
        with self._lock:
            self._values[values] = value

    def replace(self, found: dict[Labels, float]) -> None:
        """Set all numbers; those of other label values are gone."""
        with self._lock:
            self._values = dict(found)

    def value(self, *values: str) -> float | None:
        """Return the number of these label values, None where none was set."""
        return self._values.get(values)

    def samples(self) -> dict[Labels, float]:
        """Return all numbers by their label values."""
        with self._lock:
            return dict(self._values)


class _Buckets:
    """Hold how many values fell into each bucket, not added up, and their sum; the last bucket is everything above."""

    def __init__(self, buckets: int) -> None:
        self.counts = [0] * (buckets + 1)
        self.sum = 0.0


class Distribution(Instrument):
    """Count values by size; `bounds` are the upper ends of its buckets, each included."""

    kind = "histogram"

    def __init__(self, name: str, meaning: str, bounds: tuple[float, ...], labels: Labels = ()) -> None:
        super().__init__(name, meaning, labels)
        self.bounds = bounds
        self._values: dict[Labels, _Buckets] = {} if labels else {(): _Buckets(len(bounds))}

    def observe(self, value: float, *values: str) -> None:
        """Count a value under these label values."""
        place = bisect_left(self.bounds, value)
        with self._lock:
            found = self._values.get(values)
            if found is None:
                found = self._values[values] = _Buckets(len(self.bounds))
            found.counts[place] += 1
            found.sum += value

    def count(self, *values: str) -> int:
        """Return how many values were counted."""
        found = self._values.get(values)
        return sum(found.counts) if found else 0

    def samples(self) -> Iterator[tuple[Labels, list[int], float]]:
        """Yield label values, how many values are at most each bound and how many there are at all, and the sum."""
        with self._lock:
            found = [(values, list(accumulate(each.counts)), each.sum) for values, each in self._values.items()]
        yield from found
