"""A stream of rows: in order, bounded, whatever a row holds, from any kind of program."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import msgspec
import pytest

import copydesk
from copydesk import CleanArticle, InputError, RawArticle, Refused
from tests.support.places import SEEDS
from tests.support.waiting import PATIENCE

WHEN = datetime(2026, 1, 1, tzinfo=UTC)
PAGE = (SEEDS / "en-night-ferry.html").read_text(encoding="utf-8")
BODY = (
    "The ferry that links the northern islands with the mainland will sail again from Monday, the harbour office said "
    "on Friday.\n\nIt had been in dock since a storm damaged its bow in January, and the islanders had relied on a "
    "smaller boat.\n\nSign up for our free weekly newsletter"
)
TEXT = f"Ferry returns to the northern islands\n\n{BODY}"
SCRIPT = f"""
import sys, copydesk
rows = [{{"text": {TEXT!r}, "id": n}} for n in range(6)]
print(sum(map(bool, copydesk.clean_many(rows, workers=2))), "cleaned")
"""


def texts(count: int) -> list[dict[str, Any]]:
    return [{"text": f"{name}\n\n{BODY}", "id": n} for n, name in enumerate(names(count))]


def names(count: int) -> list[str]:
    return [f"Ferry number {n} returns" for n in range(count)]


def titles(found: Iterator[CleanArticle | Refused]) -> list[str]:
    return [one.title if isinstance(one, CleanArticle) else one.reason for one in found]


def children() -> list[int]:
    """The processes that the server of the worker processes has now."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            pid, parent = stat.read_text().split()[0], stat.read_text().rpartition(")")[2].split()[1]
            command = Path(f"/proc/{parent}/cmdline").read_bytes()
            above = Path(f"/proc/{parent}/stat").read_text().rpartition(")")[2].split()[1]
        except OSError:
            continue
        if b"forkserver" in command and int(above) == os.getpid():
            found.append(int(pid))
    return found


def run(program: str, *, interactive: bool = False) -> "subprocess.CompletedProcess[str]":
    options = ["-i"] if interactive else ["-"]
    return subprocess.run([sys.executable, *options], input=program, capture_output=True, text=True, timeout=PATIENCE)


@pytest.mark.parametrize("workers", [1, 3])
def test_answers_come_in_the_order_of_the_rows(workers: int) -> None:
    rows = texts(40)
    rows[3]["text"] += f"\n\n{BODY}" * 40  # takes longer than those behind it
    assert titles(copydesk.clean_many(rows, workers=workers)) == names(40)


@pytest.mark.parametrize("workers", [1, 2])
def test_a_bad_row_is_refused_with_its_reason_and_the_rest_goes_on(workers: int) -> None:
    raw = copydesk.raw_article(PAGE, "https://courier.example/ferry")
    assert isinstance(raw, RawArticle)
    rows = [
        None, 5, ["html", PAGE], {}, {"html": 5}, {"html": PAGE, "fetched_at": "soon"}, {"text": "Hello"}, "",
        '{"text": ', b"\x89PNG\x00", {"html": b"%PDF-1.7"}, {"html": "\ud800" + PAGE}, raw, PAGE, PAGE.encode(),
        json.dumps({"text": TEXT}), json.dumps({"text": TEXT}).encode() + b"\n",
        {"text": TEXT.encode("utf-16"), "url": float("nan"), "published_at": datetime(2026, 3, 4)},
    ]  # fmt: skip
    night, race = "Night ferry to Skerrow will run all winter, council decides", "Ferry returns to the northern islands"
    found = titles(copydesk.clean_many(rows, workers=workers))
    assert found[:11] == [
        "The row must be a dict, a str, bytes or a RawArticle, not NoneType",
        "The row must be a dict, a str, bytes or a RawArticle, not int",
        "The row must be a dict, a str, bytes or a RawArticle, not list",
        "The row has neither a `text` nor an `html` with anything in it",
        "The row's `html` must be a text, not a number",
        "The row's `fetched_at` must be an ISO date or seconds since 1970, not 'soon'",
        "The text is nothing but boilerplate",
        "The document is empty",
        "The row is not JSON: it ends too early",
        "The document is a PNG picture, not text",
        "The row's `html` is a PDF file, not text",
    ]
    assert found[11:] == [night, night, night, night, race, race, race]


def test_processes_and_none_give_the_same() -> None:
    when = datetime(2026, 3, 4, tzinfo=UTC)
    rows: list[dict[str, Any]] = [
        {"html" if path.suffix == ".html" else "text": path.read_bytes(), "fetched_at": when}
        for path in sorted(SEEDS.glob("*.*ml")) + sorted(SEEDS.glob("*.txt"))
        if path.suffix in {".html", ".txt"}
    ]
    assert list(copydesk.clean_many(rows)) == list(copydesk.clean_many(rows, workers=2))


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stream_without_end_is_read_a_little_ahead(workers: int) -> None:
    read = 0

    def endless() -> Iterator[dict[str, Any]]:
        nonlocal read
        while True:
            read += 1
            yield {"text": TEXT}

    found = copydesk.clean_many(endless(), workers=workers)
    for _ in range(3):
        assert next(found)
    found.close()
    assert read <= 3 + 64 * workers
    assert not children()


def test_an_answer_does_not_wait_for_all_that_may_be_held() -> None:
    came = 0

    def slow() -> Iterator[dict[str, Any]]:
        nonlocal came
        for row in texts(128):
            came += 1
            time.sleep(0.3)  # rows that come seldom: they are read in this thread, so only time can pass between them
            yield row

    found = copydesk.clean_many(slow(), workers=2)
    assert next(found)
    assert came < 128
    found.close()


def test_large_rows_are_held_by_their_bytes() -> None:
    read = 0

    def large() -> Iterator[dict[str, Any]]:
        nonlocal read
        for _ in range(12):
            read += 1
            yield {"html": "<p>" * (8 << 20)}  # 24 MB each

    found = copydesk.clean_many(large(), workers=2)
    assert isinstance(next(found), CleanArticle | Refused)
    assert read <= 5
    found.close()


def test_an_exception_of_the_rows_comes_behind_the_answers_before_it() -> None:
    def breaking() -> Iterator[dict[str, Any]]:
        yield from texts(3)
        raise KeyError("mine")

    for workers in (1, 2):
        found = copydesk.clean_many(breaking(), workers=workers)
        assert [next(found).title for _ in range(3)] == names(3)  # type: ignore[union-attr]
        with pytest.raises(KeyError, match="mine"):
            next(found)


@pytest.mark.parametrize("way", ["close", "forget", "leave"])
def test_leaving_early_ends_the_processes(way: str) -> None:
    found = copydesk.clean_many(texts(200), workers=2)
    assert next(found)
    assert len(children()) == 2
    if way == "close":
        found.close()
    elif way == "forget":
        del found
    else:
        for number, _ in enumerate(found):
            if number == 3:
                break
        found.close()
    assert not children()


def test_rows_of_a_process_that_was_killed_go_to_another() -> None:
    found = copydesk.clean_many(texts(300), workers=2)
    first = next(found)
    for _ in range(2):
        for pid in children()[:1]:  # one: a document that goes from one killed process to another has used up two tries
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        assert next(found)
    rest = list(found)
    assert first
    assert len(rest) == 297
    assert all(rest), "a document of a process that was killed is given to another"


def test_rows_are_read_in_the_thread_that_asks() -> None:
    seen = set()

    def rows() -> Iterator[dict[str, Any]]:
        for row in texts(5):
            seen.add(threading.current_thread())
            yield row

    assert all(copydesk.clean_many(rows(), workers=2))
    assert seen == {threading.current_thread()}


def test_it_works_in_threads() -> None:
    found: dict[int, list[str]] = {}

    def work(number: int) -> None:
        found[number] = titles(copydesk.clean_many(texts(6), workers=2))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert found == {0: names(6), 1: names(6), 2: names(6)}


def test_it_works_in_a_process_forked_after_its_parent_used_it() -> None:
    assert all(copydesk.clean_many(texts(2), workers=2))
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:  # pragma: no cover - in the other process
        try:
            os.write(writer, " ".join(titles(copydesk.clean_many(texts(2), workers=2))).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as answer:
        assert answer.read() == " ".join(names(2)).encode()
    assert os.waitpid(child, 0)[1] == 0
    assert all(copydesk.clean_many(texts(2), workers=2)), "and goes on in the parent"


def _clean_here(workers: int) -> str:
    try:
        return " ".join(titles(copydesk.clean_many(texts(2), workers=workers)))
    except InputError as error:
        return str(error)


def test_in_a_pool_one_worker_works_and_more_say_why_not() -> None:
    with get_context("fork").Pool(1) as pool:
        assert pool.apply(_clean_here, (1,)) == " ".join(names(2))
        assert pool.apply(_clean_here, (2,)) == "a daemonic process may start no others: use workers=1"
        assert pool.apply(copydesk.clean, (PAGE,))


def test_it_works_in_a_script_without_a_main_guard(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(SCRIPT + "print('once')\n", encoding="utf-8")
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == ("6 cleaned\nonce\n", "")


def test_it_works_in_an_interactive_main() -> None:
    """As a notebook has it: a `__main__` of no file, in which one statement follows the other."""
    done = run(SCRIPT, interactive=True)
    assert "6 cleaned" in done.stdout
    assert "Traceback" not in done.stderr
    assert "6 cleaned" in run(SCRIPT).stdout


def test_the_end_of_the_program_ends_what_was_not_closed() -> None:
    done = run(
        f"import copydesk\nfound = copydesk.clean_many([{{'text': {TEXT!r}}}] * 99, workers=2)\n"
        "print(bool(next(found)))"
    )
    assert (done.stdout, done.stderr, done.returncode) == ("True\n", "", 0)


@pytest.mark.parametrize("rows", [None, 5, PAGE, PAGE.encode(), {"html": PAGE}])
def test_rows_that_are_none_are_a_wrong_call(rows: Any) -> None:
    with pytest.raises(InputError, match="rows must be an iterable of rows"):
        copydesk.clean_many(rows)


@pytest.mark.parametrize("workers", [0, -1, 1.5, "2", None, True])
def test_workers_that_are_no_number_are_a_wrong_call(workers: Any) -> None:
    with pytest.raises(InputError, match="workers must be a whole number from 1"):
        copydesk.clean_many([], workers=workers)


def test_no_rows_give_no_answers() -> None:
    assert list(copydesk.clean_many([])) == []
    assert list(copydesk.clean_many(iter([]), workers=2)) == []


class Markup(str):
    """A kind of str, as parsers and templates give."""


@pytest.mark.parametrize("workers", [1, 2])
def test_odd_kinds_of_str_and_halves_of_characters_stop_nothing(workers: int) -> None:
    rows = [
        Markup(PAGE), {"html": Markup(PAGE)}, {"text": TEXT, "authors": ["\ud800 Smith", Markup("Ann Bee")]},
        {"html": bytearray(PAGE.encode()), "published_at": date(2025, 1, 1)}, "\ufeff" + json.dumps({"text": TEXT}),
        RawArticle(id="a", revision=1, source="s", content=b"<p>", content_type="text/html", fetched_at=WHEN),  # type: ignore[arg-type]
        PAGE,
    ]  # fmt: skip
    found = list(copydesk.clean_many(rows, workers=workers))
    assert [bool(each) for each in found] == [True, True, True, True, True, False, True]
    for each in found:
        msgspec.json.encode(each)


def test_a_fork_while_rows_are_cleaned_holds_nobody_up() -> None:
    script = (
        "import copydesk, os, sys\n"
        "from copydesk.runtime.process_pool import ProcessPool\n"
        "ProcessPool.__init__.__kwdefaults__['deadline'] = 600.0\n"  # an answer that got lost would be waited for
        f"page = {PAGE!r}\n"
        "for n, article in enumerate(copydesk.clean_many([page] * 12, workers=2), 1):\n"
        "    if n in (2, 5):\n"
        "        if os.fork() == 0: sys.exit(0)\n"
        "        os.wait()\n"
        "print(n)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=PATIENCE)
    assert (done.stdout, done.stderr) == ("12\n", "")
