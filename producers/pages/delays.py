"""Delay links that must wait: choose the delay topic of each, and bring them back when their time has come.

Every record of a delay topic waits equally long, so its first record is always its first one due.
"""

import logging
import math
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import NamedTuple

import msgspec

from copydesk.errors import LogUnavailable
from copydesk.events import Link, decode
from copydesk.identity import host_of
from copydesk.log_port import Log, Message, Partition, Reader, Record
from copydesk.message_headers import PARENT
from copydesk.pipeline import LINK_DELAYS, LINKS, PAGES_STAGE, YOUNG_DELAYS

_NEARLY, _NEARLY_YOUNG = 1.25, 1.02
_DELAYS = LINK_DELAYS | YOUNG_DELAYS
_EVERY = 1.0
_AT_ONCE = 500
_LAST_LOOKS = 20
logger = logging.getLogger("copydesk.pages")


def delay_topic(seconds: float, *, young: bool = False) -> str:
    """Return the topic for a wait of so many seconds; `young` for a page that is to be asked again.

    The longest delay that is not much over it, else the shortest. Pure.
    """
    delays, over = (YOUNG_DELAYS, _NEARLY_YOUNG) if young else (LINK_DELAYS, _NEARLY)
    fitting = [name for name, delay in delays.items() if delay <= seconds * over]
    return max(fitting, key=delays.__getitem__, default=min(delays, key=delays.__getitem__))


def postponed(link: Link, seconds: float, now: datetime, *, failed: bool = False) -> Link:
    """Return the link as it waits; `failed` counts an attempt. Pure."""
    until = now + timedelta(seconds=seconds)
    return msgspec.structs.replace(link, not_before=until, attempts=link.attempts + (1 if failed else 0))


def waiting_links(log: Log) -> int:
    """Count the links that wait in the delay topics. Raises LogUnavailable."""
    return sum(log.lag(topic, PAGES_STAGE.name) for topic in LINK_DELAYS)


class WaitingHost(NamedTuple):
    """Hold how many links wait for a host, and until when the first of them does."""

    links: int
    until: datetime


def by_host(links: Iterable[Link]) -> dict[str, WaitingHost]:
    """Return for whom links wait, the host with most of them first. Pure."""
    until: dict[str, list[datetime]] = {}
    for link in links:
        if link.not_before is not None:
            until.setdefault(host_of(link.url) or link.source, []).append(link.not_before)
    found = {host: WaitingHost(len(moments), min(moments)) for host, moments in until.items()}
    return dict(sorted(found.items(), key=lambda item: (-item[1].links, item[0])))


class _Lane:
    """Hold one delay topic: the records read and not yet brought back, by partition."""

    def __init__(self, topic: str, reader: Reader) -> None:
        self.topic, self.delay, self.reader = topic, float(_DELAYS[topic]), reader
        self.held: dict[Partition, deque[tuple[float, Record]]] = {}

    def read(self, now: float, steady: float, pause: float, *, ahead: bool = False) -> int:
        """Take in what there is, and return how much that was; with `ahead`, behind what is held already too.

        A record is due its delay after it was written; or, should the clock have gone back since, its delay from now.
        """
        full = [] if ahead else [partition for partition, records in self.held.items() if records]
        batch = self.reader.poll(pause, max_records=_AT_ONCE, paused=full)
        for partition in batch.lost:
            self.held.pop(partition, None)
        for record in batch.records:
            left = min(max(0.0, record.timestamp / 1000 + self.delay - now), self.delay)
            self.held.setdefault(Partition(record.topic, record.partition), deque()).append((steady + left, record))
        return len(batch.records) + len(batch.lost)

    def first_due(self) -> float:
        """Return when the first record that is held is due; infinity for none."""
        return min((records[0][0] for records in self.held.values() if records), default=math.inf)

    def links(self) -> Iterator[Link]:
        """Yield the links that are held."""
        for records in self.held.values():
            for _, record in records:
                with suppress(msgspec.DecodeError, UnicodeDecodeError):
                    yield decode(Link, record.value or b"")

    def due(self, steady: float) -> dict[Partition, list[Record]]:
        """Return the records whose time has come, by partition, in order."""
        found: dict[Partition, list[Record]] = {}
        for partition, records in self.held.items():
            while records and records[0][0] <= steady:
                found.setdefault(partition, []).append(records.popleft()[1])
        return found


class DelayedLinks:
    """Bring links back from the delay topics. One thread owns it; `wall` and `steady` are its clocks, in seconds, and
    `pause` is how long it waits for records of each topic when it looks. Others may read how it is: `looks` counts how
    often it looked, `due_at` is when the next link comes back (steady), `hosts` for whom links wait: as far as they
    were read, which is a few hundred of each topic, and some thousands once it has stopped.
    """

    def __init__(
        self,
        log: Log,
        *,
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = time.monotonic,
        pause: float = 0.1,
    ) -> None:
        self._log, self._wall, self._steady, self._pause = log, wall, steady, pause
        self._lanes: list[_Lane] = []
        self.waiting = ""
        self.looks, self.due_at = 0, math.inf
        self.hosts: dict[str, WaitingHost] = {}

    def run(self, stop: Event) -> None:
        """Bring links back until stopped; waits for a log that does not answer. Raises StorageError."""
        while not stop.is_set():
            try:
                self.step()
                self.waiting = ""
            except LogUnavailable as error:
                if not self.waiting:
                    logger.warning("the delay topics wait for the log: %s", error)
                self.waiting = str(error)
                self.close()  # what was read and not committed is read again
            stop.wait(_EVERY)
        with suppress(LogUnavailable):
            for _ in range(_LAST_LOOKS):  # for `hosts`: at all that waits, within bounds
                if not self._look(ahead=True):
                    break
        self.close()

    def due_in(self) -> float:
        """Return the seconds until the next link comes back, as far as is known."""
        return self.due_at - self._steady()

    def step(self) -> int:
        """Bring back what is due now; returns how many links that was. Raises LogUnavailable."""
        self._look()
        count = 0
        for lane in self._lanes:
            for partition, records in lane.due(self._steady()).items():
                self._bring_back(records)
                lane.reader.commit({partition: records[-1].offset + 1})
                count += len(records)
        if count:
            self.hosts = by_host(link for lane in self._waiting_lanes() for link in lane.links())
        self.due_at = min(lane.first_due() for lane in self._waiting_lanes())
        self.looks += 1
        return count

    def _look(self, *, ahead: bool = False) -> bool:
        """Read what was put off; whether that was anything."""
        if not self._lanes:
            self._lanes = [_Lane(topic, self._log.reader(topic, PAGES_STAGE.name)) for topic in _DELAYS]
        lanes = self._waiting_lanes() if ahead else self._lanes
        found = sum(lane.read(self._wall(), self._steady(), self._pause, ahead=ahead) for lane in lanes)
        if found:
            self.hosts = by_host(link for lane in self._waiting_lanes() for link in lane.links())
        return found > 0

    def _waiting_lanes(self) -> list[_Lane]:
        """Return the lanes of links that wait for their hosts: young pages to be asked again wait for nobody."""
        return [lane for lane in self._lanes if lane.topic in LINK_DELAYS]

    def close(self) -> None:
        """Leave the groups."""
        for lane in self._lanes:
            lane.reader.close()
        self._lanes = []

    def _bring_back(self, records: list[Record]) -> None:
        by_topic: dict[str, list[Message]] = {}
        for record in records:
            message = Message(record.key, record.value, {**record.headers, PARENT: str(record.place)})
            by_topic.setdefault(self._onward(record), []).append(message)
        for topic, messages in by_topic.items():
            self._log.publish(topic, messages)

    def _onward(self, record: Record) -> str:
        """Return the topic a link goes to: the links, or another delay when a good part of its wait is left."""
        try:
            link = decode(Link, record.value or b"")
        except (msgspec.DecodeError, UnicodeDecodeError):
            return LINKS  # the stage itself says what is wrong with it
        until, young = link.not_before, link.visited is not None
        left = (until - datetime.fromtimestamp(self._wall(), UTC)).total_seconds() if until else 0.0
        least = min((YOUNG_DELAYS if young else LINK_DELAYS).values()) / 2
        return delay_topic(left, young=young) if left >= least else LINKS
