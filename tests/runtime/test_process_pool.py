"""The pool: what one document does to its process never harms another document."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.context import ForkServerProcess
from pathlib import Path

import pytest

from copydesk.runtime.outcome import Outcome
from copydesk.runtime.pool_process import WARM_UP
from copydesk.runtime.process_pool import ProcessPool
from tests.support.waiting import eventually

HELD: list[bytes] = []
"""What a process holds on to, as caches do."""


def work(value: bytes) -> Outcome:
    """Do what the document says, as a stage function."""
    match value.split(b":", 1)[0]:
        case b"hang":
            time.sleep(60)  # the fault
        case b"segfault":
            ctypes.string_at(0)
        case b"eat":
            hoard = [bytearray(8 << 20) for _ in range(200)]
            return Outcome("done", str(len(hoard)).encode())
        case b"raise":
            raise ValueError("no good")
        case b"refuse":
            return Outcome("refused", reason="not an article: é")
        case b"pid":
            return Outcome("done", str(os.getpid()).encode())
        case b"slow":
            time.sleep(0.2)  # so that a kill finds documents in hand
        case b"hold":
            HELD.append(b"x" * int(value.split(b":")[1]))
        case b"big":
            return Outcome("done", b"x" * (5 << 20))
    return Outcome("done", value.upper())


@contextmanager
def process_pool(**options: float) -> Iterator[ProcessPool]:
    made = ProcessPool(work, 2, **{"deadline": 60.0, **options})  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()


def drain(made: ProcessPool, limit: float = 240.0) -> dict[object, Outcome]:
    found: dict[object, Outcome] = {}

    def drained() -> bool:
        for ticket, outcome in made.completed(1.0):
            assert ticket not in found, f"{ticket} came back twice"
            found[ticket] = outcome
        return not made.pending

    eventually(drained, limit, lambda: f"{made.pending} documents to come back")
    return found


def test_every_document_comes_back_once_with_its_own_answer() -> None:
    with process_pool() as made:
        for n in range(500):
            made.submit(n, "key", f"doc:{n}".encode())
        found = drain(made)
    assert {n: outcome.value for n, outcome in found.items()} == {n: f"DOC:{n}".encode() for n in range(500)}


def test_short_documents_are_handed_over_and_answered_many_at_a_time() -> None:
    with process_pool() as made:
        for n in range(100):
            made.submit(n, "key", b"doc")
        drain(made)  # by now it knows that they are short
        for n in range(200):
            made.submit(n, "key", b"doc")
        groups: list[int] = []
        eventually(lambda: groups.append(len(made.completed(1.0))) or sum(groups) == 200)
        assert max(groups) > 6, "more than two processes were once given"


@pytest.mark.parametrize("poison", ["segfault", "hang"])
def test_a_poison_among_short_documents_is_the_only_one_that_is_blamed(poison: str) -> None:
    with process_pool(deadline=0.5) as made:
        for n in range(100):
            made.submit(n, "key", b"doc")
        drain(made)
        for n in range(90):
            made.submit(n, "key", poison.encode() if n == 41 else f"doc {n}".encode())
        found = drain(made)
        assert (found[41].status, found.pop(41).attempts) == ("failed", 3)
        assert {(n, each.status, each.value, each.attempts) for n, each in found.items()} == {
            (n, "done", f"DOC {n}".encode(), 1) for n in range(90) if n != 41
        }


@pytest.mark.parametrize("workers", [1, 2])
def test_what_was_done_before_a_document_that_hangs_is_answered_while_it_hangs(workers: int) -> None:
    made = ProcessPool(work, workers, deadline=300.0)
    try:
        for n in range(100):
            made.submit(n, "key", b"doc")
        drain(made)
        for n in range(10):
            made.submit(n, "key", b"doc")
        made.submit("hang", "key", b"hang")
        found: list[object] = []
        eventually(lambda: found.extend(ticket for ticket, _ in made.completed(0.5)) or len(found) == 10)
        assert sorted(map(str, found)) == sorted(map(str, range(10))), "each once"
        assert made.pending == 1
    finally:
        made.close()


def test_large_documents_and_large_answers_do_not_block_each_other() -> None:
    with process_pool() as made:
        for n in range(12):
            made.submit(n, "key", b"big:" + b"y" * (6 << 20))
        assert {len(outcome.value) for outcome in drain(made).values()} == {5 << 20}


@pytest.mark.parametrize(
    ("poison", "words"),
    [("hang", "took longer than 4 s"), ("segfault", "signal 11"), ("eat", "over 1024 MiB")],
)
def test_a_poison_is_tried_three_times_and_fails_while_its_neighbours_pass(poison: str, words: str) -> None:
    with process_pool(deadline=4.0 if poison == "hang" else 60.0) as made:
        for n in range(40):
            made.submit(n, "key", poison.encode() if n == 7 else f"doc:{n}".encode())
        found = drain(made)
    dead = found.pop(7)
    assert (dead.status, dead.attempts) == ("failed", 3)
    assert words in dead.reason
    assert all(outcome.status == "done" and outcome.attempts == 1 for outcome in found.values())


class Sluggish:
    """A stage function that keeps its process waiting when it gets there."""

    def __call__(self, value: bytes) -> Outcome:
        raise NotImplementedError

    def __reduce__(self) -> tuple[object, ...]:
        return wake, ()


def wake() -> object:
    time.sleep(3)  # longer than the deadline
    return work


def test_the_start_of_a_process_does_not_count_against_a_documents_deadline() -> None:
    made = ProcessPool(Sluggish(), 1, deadline=2.0)
    try:
        made.submit(1, "key", b"doc")
        found = drain(made)[1]
        assert found == Outcome("done", b"DOC", attempts=1, seconds=found.seconds)
        assert 0 < found.seconds < 1, "nor does it count as work"
    finally:
        made.close()


def test_an_error_or_a_refusal_is_told_in_words_and_costs_no_process() -> None:
    with process_pool() as made:
        made.submit("pid", "key", b"pid")
        before = drain(made)["pid"].value
        made.submit("raise", "key", b"raise")
        made.submit("refuse", "key", b"refuse")
        found = drain(made)
        assert found["raise"].status == "failed"
        assert "no good" in found["raise"].reason
        words = "not an article: é"
        assert found["refuse"]._replace(seconds=0.0) == Outcome("refused", reason=words, attempts=1)
        made.submit("pid", "key", b"pid")
        assert drain(made)["pid"].value in {before, *(str(pid).encode() for pid in made.pids)}


def test_other_documents_go_on_while_one_hangs() -> None:
    with process_pool(deadline=5.0) as made:  # what waits behind the one that hangs goes on after that
        made.submit("hang", "key", b"hang")
        for n in range(30):
            made.submit(n, "key", b"doc")
        found: set[object] = set()
        while len(found) < 30:
            found |= {ticket for ticket, _ in made.completed(0.5)}
            assert "hang" not in found


def test_what_was_handed_to_a_process_behind_a_document_that_hangs_is_done_by_another() -> None:
    with process_pool() as made:
        for n in range(30):
            made.submit(n, "key", b"doc")
        drain(made)
        pids = made.pids
        made.submit("hang", "key", b"hang")
        for n in range(30):
            made.submit(n, "key", b"doc")
        found: list[object] = []
        eventually(lambda: found.extend(ticket for ticket, _ in made.completed(0.5)) or len(found) == 30)
        assert sorted(map(str, found)) == sorted(map(str, range(30))), "each once"
        assert made.pids == pids, "and the one that hangs still has its time"
        assert made.pending == 1


def test_a_process_that_holds_much_when_it_is_warm_is_kept_and_one_that_grows_after_that_is_replaced() -> None:
    made = ProcessPool(work, 1, memory=512 << 20)
    try:
        made.submit("much", "key", b"hold:%d" % (330 << 20))
        for n in range(WARM_UP + 50):
            made.submit(n, "key", b"doc")
        drain(made)
        (pid,) = made.pids
        made.submit("pid", "key", b"pid")
        assert drain(made)["pid"].value == str(pid).encode()
        assert made.retired == 0
    finally:
        made.close()
    made = ProcessPool(work, 1)
    try:
        for n in range(WARM_UP):
            made.submit(n, "key", b"doc")
        drain(made)
        (pid,) = made.pids
        for n in range(10):
            made.submit(n, "key", b"hold:%d" % (40 << 20))
        assert {outcome.status for outcome in drain(made).values()} == {"done"}
        eventually(lambda: made.completed(0.1) == [] and made.retired >= 1)
        made.submit("pid", "key", b"pid")
        assert drain(made)["pid"].value != str(pid).encode()
    finally:
        made.close()


def test_a_worker_killed_from_outside_loses_no_document() -> None:
    with process_pool() as made:
        for n in range(60):
            made.submit(n, "key", b"slow" if n % 2 else b"doc")
        found: dict[object, Outcome] = {}
        for _ in range(3):
            found.update(made.completed(1.0))
            os.kill(made.pids[0], signal.SIGKILL)
        found.update(drain(made))
    assert len(found) == 60
    assert {outcome.status for outcome in found.values()} == {"done"}


def test_closing_ends_every_process_at_once() -> None:
    with process_pool() as made:
        made.submit(1, "key", b"hang")
        made.submit(2, "key", b"hang")
        pids = made.pids
        assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


def test_a_pool_whose_owner_is_killed_with_answers_unread_ends_without_a_word() -> None:
    script = (
        "import os; from copydesk.runtime.process_pool import ProcessPool\n"
        "from tests.runtime.test_process_pool import work\n"
        "made = ProcessPool(work, 1)\n"
        "for n in range(4): made.submit(n, '', b'pid')\n"
        "made.completed(200.0)\n"
        "assert made._selector.select(200.0), 'an answer is there to be read'\n"
        "os.kill(os.getpid(), 9)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, timeout=240)
    assert done.returncode == -signal.SIGKILL
    assert done.stderr == b""


def test_workers_import_nothing_that_lies_in_the_folder_they_are_started_from(tmp_path: Path) -> None:
    (tmp_path / "random.py").write_text("print('not the library')\nraise SystemExit(3)\n")
    (tmp_path / "row.jsonl").write_text(
        '{"id": "1", "text": "The council met on Tuesday and closed the old library."}\n'
    )
    command = [sys.executable, "-P", "-m", "copydesk", "clean", "--jsonl", "row.jsonl"]
    done = subprocess.run(command, capture_output=True, timeout=240, cwd=tmp_path, check=False)
    assert done.returncode == 0, done.stderr
    assert b"closed the old library" in done.stdout
    assert b"not the library" not in done.stdout + done.stderr


@pytest.mark.parametrize("error", [EOFError, ConnectionRefusedError])
def test_a_worker_that_is_killed_while_it_starts_is_started_again(
    error: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    start, failures = ForkServerProcess.start, iter([error, error])

    def killed(process: ForkServerProcess) -> None:
        if failure := next(failures, None):
            raise failure
        start(process)

    monkeypatch.setattr(ForkServerProcess, "start", killed)
    pool = ProcessPool(work, 1)
    try:
        pool.submit(1, "", b"pid")
        assert [ticket for ticket, _ in pool.completed(60.0)] == [1]
    finally:
        pool.close()
