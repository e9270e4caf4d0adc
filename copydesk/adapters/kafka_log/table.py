"""Hold the latest value per key of a compacted Kafka topic in memory, of those partitions that are needed."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

from copydesk.adapters.kafka_log.publisher import partition_of
from copydesk.adapters.kafka_log.scan import TopicScan

OpenScan = Callable[[Iterable[int], Mapping[int, int]], TopicScan]
"""Opens a scan of the partitions with these numbers, from their next offsets."""


class KafkaTable:
    """Implement copydesk.log_port.Table over `count` partitions, of which those in `load` are read at once.

    A key is looked for where our producers put it: a topic's number of partitions stays what it was made with.
    """

    def __init__(self, open_scan: OpenScan, count: int, load: Iterable[int]) -> None:
        self._open, self._count = open_scan, count
        self._values: dict[int, dict[str, bytes]] = {}
        self._at: dict[int, int] = {}
        self._scan: TopicScan | None = None
        self._load(set(load))

    @property
    def held(self) -> int:
        """Count the keys in memory."""
        return sum(map(len, self._values.values()))

    def get(self, key: str) -> bytes | None:
        """Return the latest value as of the last refresh, None when there is none. Raises LogUnavailable."""
        number = partition_of(key.encode(), self._count)
        self._load({number})
        return self._values[number].get(key)

    def items(self) -> Iterator[tuple[str, bytes]]:
        """Return every key with its latest value. Raises LogUnavailable."""
        self._load(set(range(self._count)))
        return iter([item for values in self._values.values() for item in values.items()])

    def keep(self, keys: Iterable[str]) -> None:
        """Let go of the partitions that have none of these keys."""
        wanted = {partition_of(key.encode(), self._count) for key in keys}
        self._values = {number: values for number, values in self._values.items() if number in wanted}

    def refresh(self) -> None:
        """Take in all that was published before this call to the partitions held. Raises LogUnavailable."""
        if self._values:
            self._take_in(self._values)

    def _load(self, numbers: Collection[int]) -> None:
        missing = [number for number in sorted(numbers) if number not in self._values]
        if missing:
            # Not held before they are whole: who asks again after a failure is not told of half of them.
            self._take_in(self._values | {number: {} for number in missing})

    def _take_in(self, values: dict[int, dict[str, bytes]]) -> None:
        """Read the partitions of `values` to their ends, those that were not held before from their beginning."""
        at = {number: self._at[number] for number in self._values}
        scan, self._scan = self._scan or self._open(values, at), None
        try:
            if values.keys() != at.keys() or scan.at != at:
                scan.hold(values, at)
            for found in scan.until(scan.ends()):
                for each in found:
                    _note(values[each.partition], (each.key or b"").decode("utf-8", "replace"), each.value)
        except BaseException:
            scan.close()
            raise
        self._scan, self._values, self._at = scan, values, dict(scan.at)


def _note(values: dict[str, bytes], key: str, value: bytes | None) -> None:
    if value is None:
        values.pop(key, None)
    else:
        values[key] = value
