"""What the log contract's tests share: clients that are closed at the end, waiting, and readers in other processes."""

import multiprocessing
import os
import signal
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from multiprocessing.connection import Connection
from typing import Any

from copydesk.log_port import Batch, Log, Message, Partition, Reader, Record
from copydesk.pipeline import Topic
from tests.contracts.log_engines import LogEngine
from tests.support.waiting import eventually

_spawn = multiprocessing.get_context("spawn")


class LogUnderTest:
    """A log under test with a client of it, `log`; `close` closes all that was opened through it."""

    def __init__(self, engine: LogEngine, log: Log) -> None:
        self.engine, self.log = engine, log
        self._stack = ExitStack()
        self._topics: list[Topic] = []

    def close(self) -> None:
        """Close clients and readers, stop processes."""
        self._stack.close()

    def topic(self, name: str = "raw", compacted: bool = False) -> str:
        """Make a new topic."""
        topic = Topic(self.engine.fresh(name), compacted)
        self._topics.append(topic)
        self.log.setup([topic])
        return topic.name

    def group(self, name: str = "group") -> str:
        """Return the name of a group nobody is in."""
        return self.engine.fresh(name)

    def wide(self) -> tuple[Log, str]:
        """Return a client and a new topic of eight partitions, where the engine can do that."""
        log, topic = (self.engine.wide or self.engine.connect)(), Topic(self.engine.fresh("wide"))
        self._stack.callback(log.close)
        self._topics.append(topic)
        log.setup([topic])
        return log, topic.name

    def client(self) -> Log:
        """Another, independent client, told of the test's topics as every process of ours is."""
        log = self.engine.connect()
        self._stack.callback(log.close)
        log.setup(self._topics)
        return log

    def reader(self, topic: str, group: str, log: Log | None = None) -> Reader:
        """Join a group, through the client given or the common one."""
        reader = (log or self.log).reader(topic, group)
        self._stack.callback(reader.close)
        return reader

    def remote(self, topic: str, group: str) -> "RemoteReader":
        """Join a group in a process of its own."""
        reader = RemoteReader(self.engine, topic, group)
        self._stack.callback(reader.end)
        return reader

    def partitions(self, topic: str) -> frozenset[Partition]:
        """All partitions of a topic."""
        return frozenset(each.partition for each in self.log.status() if each.partition.topic == topic)

    def committed(self, topic: str, group: str) -> dict[Partition, int]:
        """Return what a group has committed, by partition."""
        return {
            each.partition: each.committed[group]
            for each in self.log.status()
            if each.partition.topic == topic and group in each.committed
        }

    def wait(self, true: Callable[[], object], seconds: float | None = None) -> None:
        """Try until `true` is."""
        eventually(true, seconds or self.engine.patience)

    def read(self, reader: "Reader | RemoteReader", count: int, **options: Any) -> list[Record]:
        """Poll until `count` records have come; partitions may be lost meanwhile."""
        records: list[Record] = []

        def enough() -> bool:
            records.extend(reader.poll(0.2, **options).records)
            return len(records) >= count

        self.wait(enough)
        return records

    def settle(self, *readers: "Reader | RemoteReader", seconds: float | None = None) -> list[list[Batch]]:
        """Poll the members of a group until they hold all partitions, none holding more than one more than another.

        Returns what each of them was given meanwhile.
        """
        batches: list[list[Batch]] = [[] for _ in readers]
        everything = None

        def balanced() -> bool:
            nonlocal everything
            for reader, got in zip(readers, batches, strict=True):
                got.append(reader.poll(0.05))
            held = [reader.assigned() for reader in readers]
            sizes = [len(each) for each in held]
            if everything is None:
                topics = {partition.topic for each in held for partition in each}
                everything = self.partitions(topics.pop()) if topics else None
            return (
                everything == frozenset().union(*held) and sum(sizes) == len(everything) and max(sizes) - min(sizes) < 2
            )

        self.wait(balanced, seconds)
        return batches


class RemoteReader:
    """A reader in another process, with a client of its own: calls travel through a pipe."""

    def __init__(self, engine: LogEngine, topic: str, group: str) -> None:
        self._pipe, other = _spawn.Pipe()
        self._process = _spawn.Process(target=_serve, args=(engine, topic, group, other), daemon=True)
        self._process.start()
        other.close()
        self._patience = engine.patience

    def poll(self, timeout: float, **options: Any) -> Batch:
        """As Reader.poll."""
        batch: Batch = self._call("poll", timeout, **options)
        return batch

    def assigned(self) -> frozenset[Partition]:
        """As Reader.assigned."""
        held: frozenset[Partition] = self._call("assigned")
        return held

    def commit(self, offsets: dict[Partition, int]) -> None:
        """As Reader.commit."""
        self._call("commit", offsets)

    def kill(self) -> None:
        """End the process the hard way."""
        self._process.kill()
        self._process.join()

    def stop(self) -> None:
        """Stop the process in its tracks."""
        os.kill(self._process.pid or 0, signal.SIGSTOP)

    def resume(self) -> None:
        """Let it go on."""
        os.kill(self._process.pid or 0, signal.SIGCONT)

    def end(self) -> None:
        """Get rid of it."""
        self.kill()
        self._process.close()
        self._pipe.close()

    def _call(self, name: str, *args: Any, **options: Any) -> Any:
        self._pipe.send((name, args, options))
        assert self._pipe.poll(self._patience), f"{name} did not return in time"
        return self._pipe.recv()


def _serve(engine: LogEngine, topic: str, group: str, pipe: "Connection[Any, Any]") -> None:
    reader = engine.connect().reader(topic, group)
    while True:
        name, args, options = pipe.recv()
        pipe.send(getattr(reader, name)(*args, **options))


def run_process(target: Callable[..., None], *args: Any) -> Any:
    """Start a function in another process; the caller joins it."""
    process = _spawn.Process(target=target, args=args, daemon=True)
    process.start()
    return process


def messages(keys: Iterable[str], count: int, start: int = 0) -> list[Message]:
    """`count` messages for each key, by turns; the value says key and number."""
    names = list(keys)
    return [Message(key, f"{key}:{number}".encode(), {}) for number in range(start, start + count) for key in names]


def by_partition(records: Iterable[Record]) -> dict[Partition, list[Record]]:
    """Return records by partition, in the order they came."""
    found: dict[Partition, list[Record]] = defaultdict(list)
    for record in records:
        found[Partition(record.topic, record.partition)].append(record)
    return dict(found)


def numbers(records: Iterable[Record], key: str) -> list[int]:
    """Return the numbers that `messages` gave to a key, in the order they came."""
    return [int((record.value or b"").rpartition(b":")[2]) for record in records if record.key == key]


def ends(records: Sequence[Record]) -> dict[Partition, int]:
    """Return what to commit after these records."""
    return {partition: max(record.offset for record in some) + 1 for partition, some in by_partition(records).items()}


KEYS = [f"source-{number}.example" for number in range(24)]
"""Enough keys that every partition has some."""
