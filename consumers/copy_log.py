"""Copy a whole log into an empty one that has other partitions, or is on another engine, with nothing lost.

A key is in the partition that its hash and their number give, so partitions cannot be added to a topic that is in use:
later records of a key would be elsewhere than its earlier ones. A copy has each key in one partition again, in order.
What a group had done is done in the copy too: it is copied first, and the copy's group begins behind it.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from copydesk.errors import ConfigError, LogUnavailable
from copydesk.log_port import Log, Message, Partition, PartitionStatus, Record
from copydesk.pipeline import TOPICS, Topic

_BATCH_RECORDS, _BATCH_BYTES = 500, 8 << 20
_GROUP_PATIENCE = 60.0


def copy_log(source: Log, target: Log, tell: Callable[[str, int], None], topics: Sequence[Topic] = TOPICS) -> int:
    """Copy all records of these topics and what groups committed; return how many records there were.

    `tell` hears each topic that is done, with its records. Both logs must be quiet. Raises ConfigError where the
    copy is not empty, or something came to the source meanwhile; LogUnavailable. Headers stay, so a `parent` names a
    place in the old log.
    """
    names = [topic.name for topic in topics]
    before = _ends(source.status(), names)
    if any(_ends(target.status(), names).values()):
        raise ConfigError("the log to copy into holds records already: copy into another prefix, or another folder")
    copied = 0
    for name in names:
        count = _copy_topic(source, target, name)
        tell(name, count)
        copied += count
    if _ends(source.status(), names) != before:
        raise ConfigError(
            "records came to the log while it was copied: stop all that writes to it, and copy it into another prefix"
        )
    return copied


def _copy_topic(source: Log, target: Log, name: str) -> int:
    parts = [each for each in source.status() if each.partition.topic == name]
    groups = sorted({group for each in parts for group in each.committed})
    # Of several groups the one that is furthest behind counts: the others do again what they did since.
    done = {each.partition.number: min((each.committed.get(group, 0) for group in groups), default=0) for each in parts}
    count = _publish(target, name, (record for record in source.scan(name) if record.offset < done[record.partition]))
    if count:
        for group in groups:
            _commit_all(target, name, group)
    return count + _publish(target, name, source.scan(name, done))


def _publish(target: Log, name: str, records: Iterable[Record]) -> int:
    count = 0
    for batch in _batches(iter(records)):
        target.publish(name, batch)
        count += len(batch)
    return count


def _batches(records: Iterator[Record]) -> Iterator[list[Message]]:
    while some := list(islice(records, 1)):
        size = len(some[0].value or b"")
        while len(some) < _BATCH_RECORDS and size < _BATCH_BYTES and (record := next(records, None)) is not None:
            some.append(record)
            size += len(record.value or b"")
        yield [Message(record.key, record.value, record.headers) for record in some]


def _commit_all(target: Log, name: str, group: str) -> None:
    """Note for a group that all there is in the topic is done."""
    ends: dict[Partition, int] = {each.partition: each.end for each in target.status() if each.partition.topic == name}
    reader, until = target.reader(name, group), time.monotonic() + _GROUP_PATIENCE
    try:
        while not reader.assigned() >= ends.keys():
            if time.monotonic() > until:
                raise LogUnavailable(f"the group {group} of the copy does not get all partitions of {name}")
            reader.poll(0.2, max_records=0)
        reader.commit(ends)
    finally:
        reader.close()


def _ends(status: Sequence[PartitionStatus], names: Sequence[str]) -> dict[Partition, int]:
    return {each.partition: each.end for each in status if each.partition.topic in names}
