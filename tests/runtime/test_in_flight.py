"""The bookkeeping of records on their way: nothing is committed past what is unresolved, no source is out of order."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copydesk.log_port import Partition, Record
from copydesk.runtime import in_flight
from copydesk.runtime.in_flight import InFlight, Ticket
from copydesk.runtime.outcome import Outcome

A, B = Partition("articles.raw", 0), Partition("articles.raw", 1)


def record(partition: Partition, offset: int, key: str = "k") -> Record:
    return Record(partition.topic, partition.number, offset, 0, key, b"x" * 10, {})


@given(keys=st.lists(st.sampled_from("abc"), min_size=1, max_size=30), data=st.data())
def test_in_any_order_of_answers_each_source_stays_in_order_and_commits_stay_behind(
    keys: list[str], data: st.DataObject
) -> None:
    held = InFlight()
    tickets = [ticket for offset, key in enumerate(keys) if (ticket := held.add(record(A, offset, key)))]
    released: list[Ticket] = []
    open_ = set(range(len(keys)))
    for ticket in data.draw(st.permutations(tickets)):
        for ready, entry in held.settle(ticket, Outcome("done", b"y")):
            released.append(ready)
            assert entry.outcome is not None
            if data.draw(st.booleans()):
                continue
            held.resolve(ready)
            open_.discard(ready.offset)
        assert held.committable().get(A, 0) == min(open_, default=len(keys))
    for key in "abc":
        order = [ticket.offset for ticket in released if keys[ticket.offset] == key]
        assert order == sorted(order)
    assert len(released) == len(keys)


@pytest.mark.parametrize("seed", range(5))
def test_what_is_set_aside_is_done_once_in_order_and_what_is_held_stays_bounded(seed: int) -> None:
    data = random.Random(seed)
    held, log = InFlight(), {}
    computing: list[Ticket] = []
    released: list[int] = []
    hung: Ticket | None = None
    total = in_flight.MOST_WAITING + 3 * in_flight.STUCK_RECORDS
    for offset in range(total):
        log[offset] = record(A, offset, "k")
        ticket = held.add(log[offset])
        if offset == 0:
            hung = ticket
        elif ticket is not None:
            computing.append(ticket)
        if offset % 40 == 39:
            finish(held, computing, released, data)
    finish(held, computing, released, data)
    assert released == []
    assert held.aside >= in_flight.STUCK_RECORDS
    assert held.count + held.aside == total
    assert held.committable() == {A: 0}
    assert hung is not None
    computing.append(hung)
    for _ in range(total):
        finish(held, computing, released, data)
        for ticket, known in held.due(16):
            held.restore(ticket, log[known.offset])
            computing.append(ticket)
        if not held.count and not held.aside:
            break
    assert released == list(range(total))
    assert (held.count, held.bytes, held.aside) == (0, 0, 0)
    assert held.committable() == {A: total}


def finish(held: InFlight, computing: list[Ticket], released: list[int], data: random.Random) -> None:
    """Give the answers of what is being computed, in any order."""
    data.shuffle(computing)
    for ticket in computing:
        for ready, entry in held.settle(ticket, Outcome("done", b"y")):
            assert entry.outcome is not None
            released.append(ready.offset)
            held.resolve(ready)
    computing.clear()


def test_a_lost_partition_takes_its_late_answers_with_it() -> None:
    held = InFlight()
    lost, kept = held.add(record(A, 5)), held.add(record(B, 3))
    held.drop([A])
    assert (held.count, held.bytes) == (1, 10)
    assert held.settle(lost, Outcome("done", b"")) == []
    again = held.add(record(A, 5))
    assert held.settle(lost, Outcome("done", b"")) == [], "an answer from before the loss is not one of now"
    for ticket in (again, kept):
        [(ready, _)] = held.settle(ticket, Outcome("done", b""))
        held.resolve(ready)
    assert held.committable() == {A: 6, B: 4}
    assert (held.count, held.bytes) == (0, 0)


def test_a_committed_offset_is_not_committed_again() -> None:
    held = InFlight()
    [(ready, _)] = held.settle(held.add(record(A, 0)), Outcome("refused", reason="no"))
    held.resolve(ready)
    held.committed(held.committable())
    assert held.committable() == {}


def test_a_partition_that_fills_the_room_alone_is_named() -> None:
    held = InFlight()
    for offset in range(8):
        held.add(record(A, offset))
    held.add(record(B, 0))
    assert held.crowded(0.75, 10) == {A}
