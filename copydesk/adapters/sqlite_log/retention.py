"""Remove old records of the embedded log from the head of each partition, a few at a time.

The space they held is used again by new records; the file does not shrink. What a group that has committed anything on
the topic has yet to read stays, whatever its age. Compacted topics keep their values.
"""

import apsw

from copydesk.adapters.sqlite_file import transaction
from copydesk.adapters.sqlite_log.records import OFFSET_MASK, PARTITION_BITS, first_id

_STEP = 500
"""The most records that one step removes, so that no writer waits long for it."""

_LANES = f"""
    SELECT lane, first, next FROM lanes JOIN topics ON topics.id = lane >> {PARTITION_BITS}
    WHERE NOT compacted AND first < next
"""
_COMMITTED = f"SELECT member_group, lane, next, lane >> {PARTITION_BITS} FROM committed"


def remove_expired(connection: apsw.Connection, cutoff_ms: int) -> bool:
    """Remove one step's worth of records appended before `cutoff_ms`; whether there may be more to remove."""
    left = _STEP
    for lane, first, stop in _removable(connection):
        old = _old(connection, lane, first, stop, cutoff_ms, left)
        if old:
            with transaction(connection):
                connection.execute("DELETE FROM records WHERE id >= ? AND id <= ?", (first_id(lane), old[-1]))
                connection.execute(
                    "UPDATE lanes SET first = ? WHERE lane = ? AND first < ?",
                    ((old[-1] & OFFSET_MASK) + 1, lane, (old[-1] & OFFSET_MASK) + 1),
                )
        left -= len(old)
        if left <= 0:
            return True
    return False


def _removable(connection: apsw.Connection) -> list[tuple[int, int, int]]:
    """Return lanes as (lane, first kept offset, offset that must stay): the end, or the slowest group's next."""
    committed: dict[tuple[str, int], int] = {}
    groups: dict[int, set[str]] = {}
    for group, lane, offset, topic in connection.execute(_COMMITTED):
        committed[group, lane] = offset
        groups.setdefault(topic, set()).add(group)
    found = []
    for lane, first, end in list(connection.execute(_LANES)):
        readers = groups.get(lane >> PARTITION_BITS, set())
        found.append((lane, first, min([end, *(committed.get((group, lane), first) for group in readers)])))
    return found


def _old(connection: apsw.Connection, lane: int, first: int, stop: int, cutoff_ms: int, limit: int) -> list[int]:
    """Return the ids at the head of a lane that are older than the cutoff, up to the first one that is not."""
    ids = []
    rows = connection.execute(
        "SELECT id, at FROM records WHERE id >= ? AND id < ? ORDER BY id LIMIT ?",
        (first_id(lane, first), first_id(lane, stop), limit),
    )
    for row_id, at in rows:
        if at >= cutoff_ms:
            break
        ids.append(row_id)
    return ids
