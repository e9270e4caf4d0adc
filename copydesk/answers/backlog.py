"""Look for one document in what its stages have not taken yet: between what is committed and the end of each topic."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import NamedTuple

import msgspec
from msgspec import Struct

from copydesk.answers.spellings import comparable
from copydesk.identity import host_of
from copydesk.log_port import Log, PartitionStatus, Record
from copydesk.pipeline import CLEAN_STAGE, INDEX_STAGE, LINK_DELAYS, PAGES_STAGE, YOUNG_DELAYS

MOST_READ = 50_000
"""Records of a topic that are looked at; who waits behind more of them is not found."""
_DELAYS = LINK_DELAYS | YOUNG_DELAYS
_READERS = {stage.reads: stage.name for stage in (PAGES_STAGE, CLEAN_STAGE, INDEX_STAGE)} | dict.fromkeys(
    _DELAYS, PAGES_STAGE.name
)


class Sought(NamedTuple):
    """Hold what a document is known by: ids that it may have, and addresses as `comparable` writes them."""

    ids: frozenset[str]
    addresses: frozenset[str] = frozenset()
    hosts: frozenset[bytes] = frozenset()

    def maybe_in(self, value: bytes) -> bool:
        """Whether an event can be of the document: to read every event as JSON would take far longer."""
        return any(each.encode() in value for each in self.ids) or any(host in value for host in self.hosts)

    def is_of(self, found: "Glimpsed") -> bool:
        """Whether an event is of the document, by its id or one of its addresses."""
        addresses = {comparable(url) for url in (found.url, found.canonical_url, found.fetch.get("requested")) if url}
        return found.id in self.ids or found.known_as in self.ids or bool(self.addresses & addresses)


class Glimpsed(Struct):
    """Hold what a link, a raw or a clean article says of which document it is."""

    id: str | None = None
    known_as: str | None = None
    url: str | None = None
    canonical_url: str | None = None
    fetch: dict[str, str] = {}


class Waiting(NamedTuple):
    """Hold an event that waits: for a stage, behind so many others, or in a delay topic, until an instant."""

    record: Record
    stage: str
    behind: int
    until: datetime | None


class Backlog(NamedTuple):
    """Hold what waits of a document, and addresses of its hosts that were passed on the way."""

    waiting: list[Waiting]
    passed: list[str]


def sought_by_address(urls: Collection[str], ids: Collection[str]) -> Sought:
    """Return what finds the events of a page, given its address in some ways of writing and its possible ids."""
    hosts = {host for url in urls if (host := host_of(url))}
    hosts |= {host.removeprefix("www.") for host in hosts}
    return Sought(frozenset(ids), frozenset(map(comparable, urls)), frozenset(host.encode() for host in hosts))


def backlog(log: Log, sought: Sought) -> Backlog:
    """Read what waits in all topics and return what is of the document, in the order of the pipeline.

    Raises LogUnavailable.
    """
    waiting: list[Waiting] = []
    passed: list[str] = []
    status = log.status()
    for topic, group in _READERS.items():
        starts, left = _uncommitted([each for each in status if each.partition.topic == topic], group)
        records = islice(log.scan(topic, starts), MOST_READ) if left else ()
        waiting += [_waiting(record, group, starts) for record in _of(records, sought, passed.append)]
    return Backlog(waiting, list(dict.fromkeys(passed)))


def _uncommitted(partitions: Sequence[PartitionStatus], group: str) -> tuple[dict[int, int], int]:
    """Return from which offsets on a group has not committed, by partition, and how many records that are."""
    starts = {each.partition.number: max(each.begin, each.committed.get(group, 0)) for each in partitions}
    return starts, sum(each.end - starts[each.partition.number] for each in partitions)


def _of(records: Iterable[Record], sought: Sought, passed: Callable[[str], None]) -> Iterator[Record]:
    for record in records:
        value = record.value or b""
        if not sought.maybe_in(value):
            continue
        try:
            found = msgspec.json.decode(value, type=Glimpsed)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue
        if sought.is_of(found):
            yield record
        elif found.url:
            passed(found.url)


def _waiting(record: Record, group: str, starts: Mapping[int, int]) -> Waiting:
    delay = _DELAYS.get(record.topic)
    written = datetime.fromtimestamp(record.timestamp / 1000, UTC)
    until = None if delay is None else written + timedelta(seconds=delay)
    return Waiting(record, group, record.offset - starts.get(record.partition, 0), until)
