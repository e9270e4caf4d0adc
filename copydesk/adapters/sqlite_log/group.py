"""Manage a consumer group of the embedded log: members, and one lease per partition, shared fairly among them.

Each member looks after itself. Now and then, and at once when the group changed, it says that it is there, clears
away who is not, gives up what is more than its share, and takes what is free, all in one write transaction. A lease
holds the member's number, and member numbers are never used again: a member finds its own leases or it has lost them,
however long it was stopped.
"""

import time
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import apsw

from copydesk.adapters.sqlite_file import transaction
from copydesk.adapters.sqlite_log.presence import ClientRegistry
from copydesk.adapters.sqlite_log.records import TopicRow

LEASE_SECONDS = 10.0
"""A living member that has not polled for so long is passed over; a dead one at the next look."""

_LOOK_SECONDS = 0.25


class Change(NamedTuple):
    """Hold what one `sync` did: lanes lost, and gained with the offset to read from. One lane can be in both."""

    lost: frozenset[int]
    gained: Mapping[int, int]


class Membership:
    """Represent one reader in a group. Times are monotonic milliseconds, which all processes of a machine share."""

    def __init__(
        self,
        connection: apsw.Connection,
        presence: ClientRegistry,
        client: int,
        topic: TopicRow,
        group: str,
        lease: float,
    ) -> None:
        self.held: frozenset[int] = frozenset()
        self._connection, self._presence, self._client = connection, presence, client
        self._topic, self._group, self._lease = topic, group, lease
        self._member: int | None = None
        self._generation = 0
        self._beat_at = self._look_at = 0.0
        self._other_clients: frozenset[int] = frozenset()

    def due(self, changed: bool) -> bool:
        """Whether it is time for a `sync`; `changed` says whether the file changed. Writes nothing."""
        now = time.monotonic()
        if self._member is None or now >= self._beat_at:
            return True
        if changed and self._read_generation() != self._generation:
            return True
        if now < self._look_at:
            return False
        self._look_at = now + _LOOK_SECONDS
        return not all(map(self._presence.alive, self._other_clients))

    def sync(self, in_flight: Mapping[int, int]) -> Change:
        """Renew, clear away, give up, take. `in_flight` counts uncommitted records by lane: these are given up last."""
        now = time.monotonic()
        with transaction(self._connection):
            member, joined = self._renew(int(now * 1000))
            members, removed = self._clear_away(int((now - self._lease) * 1000))
            leases = self._leases()
            mine = {lane for lane, holder in leases.items() if holder == member}
            counts = [list(leases.values()).count(other) for other in members if other != member]
            share = fair_share(len(self._topic.lanes), counts)
            surplus = sorted(mine, key=lambda lane: (in_flight.get(lane, 0), lane))[: max(0, len(mine) - share)]
            free = [lane for lane in self._topic.lanes if lane not in leases][: max(0, share - len(mine))]
            self._write_leases(member, surplus, free)
            generation = self._read_generation()
            if joined or removed or surplus or free:
                generation = self._advance()
            kept = self.held & (mine - set(surplus))
            after = (mine - set(surplus)) | set(free)
            gained = {lane: self._committed(lane) for lane in after - kept}
        change = Change(self.held - kept, gained)
        self._member, self._generation, self.held = member, generation, frozenset(after)
        self._beat_at = now + self._lease * 0.3
        return change

    def commit(self, offsets: Mapping[int, int]) -> None:
        """Set the next offset of those lanes that the file, now, says are ours; leave the others alone."""
        if self._member is None:
            return
        with transaction(self._connection):
            leases = self._leases()
            ours = [
                (self._group, lane, offset, lane)
                for lane, offset in offsets.items()
                if leases.get(lane) == self._member
            ]
            self._connection.executemany(
                "INSERT OR REPLACE INTO committed (member_group, lane, next) "
                "VALUES (?, ?, min(?, (SELECT next FROM lanes WHERE lane = ?)))",
                ours,
            )

    def leave(self) -> None:
        """Give everything up at once."""
        if self._member is None:
            return
        with transaction(self._connection):
            self._remove([self._member])
            self._advance()
        self._member, self.held = None, frozenset()

    def _renew(self, now_ms: int) -> tuple[int, bool]:
        """Return our member number, after writing that we are there, and whether the group did not know us."""
        db = self._connection
        if self._member is not None:
            db.execute("UPDATE members SET beat = ? WHERE id = ?", (now_ms, self._member))
            if db.changes():
                return self._member, False
        row = (self._member, self._group, self._topic.id, self._client, now_ms)
        db.execute("INSERT INTO members (id, member_group, topic, client, beat) VALUES (?, ?, ?, ?, ?)", row)
        return db.last_insert_rowid(), True

    def _clear_away(self, oldest_beat_ms: int) -> tuple[list[int], bool]:
        """Return the numbers of the living members, after removing the others, and whether there were any."""
        rows: list[tuple[int, int, int]] = list(
            self._connection.execute(
                "SELECT id, client, beat FROM members WHERE member_group = ? AND topic = ?",
                (self._group, self._topic.id),
            )
        )
        living = [row for row in rows if row[2] >= oldest_beat_ms and self._presence.alive(row[1])]
        gone = [row[0] for row in rows if row not in living]
        self._remove(gone)
        self._other_clients = frozenset(client for _, client, _ in living if client != self._client)
        return [member for member, _, _ in living], bool(gone)

    def _remove(self, members: Sequence[int]) -> None:
        self._connection.executemany("DELETE FROM leases WHERE member = ?", [(member,) for member in members])
        self._connection.executemany("DELETE FROM members WHERE id = ?", [(member,) for member in members])

    def _leases(self) -> dict[int, int]:
        lanes = self._topic.lanes
        return dict(
            self._connection.execute(
                "SELECT lane, member FROM leases WHERE member_group = ? AND lane >= ? AND lane < ?",
                (self._group, lanes.start, lanes.stop),
            )
        )

    def _write_leases(self, member: int, surplus: Sequence[int], free: Sequence[int]) -> None:
        self._connection.executemany(
            "DELETE FROM leases WHERE member_group = ? AND lane = ?", [(self._group, lane) for lane in surplus]
        )
        self._connection.executemany(
            "INSERT INTO leases (member_group, lane, member) VALUES (?, ?, ?)",
            [(self._group, lane, member) for lane in free],
        )

    def _committed(self, lane: int) -> int:
        found: int | None = self._connection.execute(
            "SELECT next FROM committed WHERE member_group = ? AND lane = ?", (self._group, lane)
        ).get
        return found or 0

    def _read_generation(self) -> int:
        found: int | None = self._connection.execute(
            "SELECT generation FROM generations WHERE member_group = ? AND topic = ?", (self._group, self._topic.id)
        ).get
        return found or 0

    def _advance(self) -> int:
        self._connection.execute(
            "INSERT INTO generations (member_group, topic, generation) VALUES (?, ?, 1) "
            "ON CONFLICT DO UPDATE SET generation = generation + 1",
            (self._group, self._topic.id),
        )
        return self._read_generation()


def fair_share(partitions: int, others: Sequence[int]) -> int:
    """Return how many partitions a member should hold while the others hold `others`.

    All get the same number, and as many as needed one more, whoever asks first.
    """
    base, extra = divmod(partitions, len(others) + 1)
    with_more = sum(count > base for count in others)
    return base + 1 if with_more < extra else base
