"""Reading again changes nothing, and no moment of being killed loses a row or ends in a wrong content."""

import gzip
import os
import shutil
import tempfile
import zlib
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copydesk.pipeline import RAW, SEEDS_STATE
from copydesk.producers.seeds import byte_reader, publisher
from copydesk.producers.seeds.byte_reader import Damaged, gunzip_chunks, split_lines
from tests.support.fakes import Crash, FailingLog, MemoryLog
from tests.support.seeding import START, Clock, age, articles, contents, indexed, letters, lines, seed

URL = "https://courier.example/a"
ABA = lines(*({"url": URL, "text": text} for text in "ABA"), {"text": 5}, {"id": "other", "text": "Other"})


def published(log: MemoryLog) -> int:
    """How many events there are, state apart."""
    return sum(len(part) for topic, parts in log.records.items() if topic != SEEDS_STATE for part in parts)


def touch(path: Path) -> None:
    status = path.stat()
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns + 1_000_000_000))


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda path: path, id="the same"),
        pytest.param(lambda path: touch(path) or path, id="touched"),
        pytest.param(lambda path: Path(shutil.copy(path, path.with_name(f"copy-{path.name}"))), id="copied"),
        pytest.param(lambda path: path.rename(path.with_name(f"moved-{path.name}")), id="moved"),
        pytest.param(lambda path: (path.write_bytes(path.read_bytes()), path)[1], id="written again"),
        pytest.param(
            lambda path: (shutil.copy(path, path.with_name("x")), os.replace(path.with_name("x"), path), path)[2],
            id="replaced",
        ),
    ],
)
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_the_same_bytes_read_again_change_nothing(tmp_path: Path, name: str, change: Callable[[Path], Path]) -> None:
    path = tmp_path / name
    path.write_bytes(gzip.compress(ABA) if name.endswith("gz") else ABA)
    log = MemoryLog()
    seed(log, path)
    assert [a.content for a in articles(log) if a.url] == ["A", "B", "A"]
    before = published(log)
    counts = seed(log, change(path))
    assert (counts.read, counts.published, counts.unchanged, counts.refused) == (5, 0, 4, 1)
    assert published(log) == before


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_last_line_without_an_end_is_known_again_though_another_file_said_more(tmp_path: Path, name: str) -> None:
    rows = lines(*({"url": URL, "text": text} for text in "AB")).removesuffix(b"\n")
    (tmp_path / name).write_bytes(gzip.compress(rows) if name.endswith("gz") else rows)
    (tmp_path / "b.jsonl").write_bytes(lines({"url": URL, "text": "C"}))
    log = MemoryLog()
    seed(log, tmp_path)
    touch(tmp_path / name)
    assert seed(log, tmp_path).published == 0
    assert contents(log) == ["A", "B", "C"]


def test_copies_in_one_run_are_read_as_one(tmp_path: Path) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_bytes(ABA)
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.published, counts.unchanged, len(letters(log))) == (4, 4, 1)


@pytest.mark.parametrize("kind", ["a.txt", "a.html"])
def test_a_document_read_again_changes_nothing(tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    path.write_text("An article.")
    log = MemoryLog()
    seed(log, path)
    touch(path)
    shutil.copy(path, tmp_path / f"copy-{kind}")
    assert seed(log, tmp_path).unchanged == 2
    assert len(articles(log)) == 1


def test_a_finished_file_is_not_even_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.jsonl").write_bytes(ABA)
    (tmp_path / "b.txt").write_text("An article.")
    age(*tmp_path.iterdir())
    log = MemoryLog()
    seed(log, tmp_path)
    monkeypatch.setattr(byte_reader.SeedBytes, "lines", None)
    monkeypatch.setattr(byte_reader.SeedBytes, "chunks", None)
    assert seed(log, tmp_path).unchanged == 5


def test_a_write_within_one_tick_of_the_clock_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines({"url": URL, "text": "A"}))
    status, log = path.stat(), MemoryLog()
    seed(log, path)
    path.write_bytes(lines({"url": URL, "text": "B"}))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert seed(log, path).published == 1


@pytest.mark.parametrize("cut", ["at a line's end", "within a line"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_grown_file_is_read_on_from_where_it_ended(tmp_path: Path, name: str, cut: str) -> None:
    more = lines({"url": URL, "text": "C"}, {"url": URL, "text": "B"})
    first = ABA if cut == "at a line's end" else ABA.removesuffix(b"\n")
    path = tmp_path / name
    pack = gzip.compress if name.endswith("gz") else bytes
    path.write_bytes(pack(first))
    log = MemoryLog()
    assert seed(log, path).published == 4
    with path.open("ab") as file:
        file.write(pack((ABA + more)[len(first) :]))
    counts = seed(log, path)
    assert counts.published == 2
    assert [a.content for a in articles(log) if a.url] == ["A", "B", "A", "C", "B"]
    assert len(letters(log)) == 1
    assert seed(log, path).published == 0


def test_only_what_was_added_is_read_of_a_file_that_grew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*({"id": str(n), "text": "x" * 100} for n in range(1000))))
    log = MemoryLog()
    seed(log, path)
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(lines({"id": "new", "text": "New"}))
    offsets: list[int] = []
    real = os.pread

    def watched(fd: int, count: int, offset: int) -> bytes:
        if count == byte_reader.CHUNK_BYTES:
            offsets.append(offset)
        return real(fd, count, offset)

    monkeypatch.setattr(os, "pread", watched)
    assert seed(log, path).published == 1
    assert min(offsets) == size


def test_a_half_written_last_line_is_read_again_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(ABA + b'{"text": "half')
    log = MemoryLog()
    assert seed(log, path).refused == 2
    with path.open("ab") as file:
        file.write(b' and half"}\n')
    counts = seed(log, path)
    assert counts.published == 1
    assert "half and half" in contents(log)


@pytest.mark.parametrize("old", [b'"A"', b'"Other"'])
def test_a_file_that_grew_and_was_edited_in_place_is_read_again(tmp_path: Path, old: bytes) -> None:
    """Editors that keep the inode: what stands before the offset is not what was read."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(ABA)
    log = MemoryLog()
    seed(log, path)
    path.write_bytes(ABA.replace(old, old.swapcase(), 1) + lines({"id": "new", "text": "New"}))
    seed(log, path)
    assert {old.swapcase().decode().strip('"'), "New"} <= set(contents(log))


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_file_that_was_edited_is_read_again_and_ends_at_its_last_row(tmp_path: Path, name: str) -> None:
    pack = gzip.compress if name.endswith("gz") else bytes
    path = tmp_path / name
    path.write_bytes(pack(ABA))
    log = MemoryLog()
    seed(log, path)
    path.write_bytes(pack(ABA.replace(b'"A"', b'"D"', 1)))
    seed(log, path)
    assert "D" in contents(log)
    final = indexed(articles(log))
    assert set(final.values()) == {"A", "Other"}
    path.write_bytes(pack(lines({"url": URL, "text": "B"})))
    assert seed(log, path).published == 1
    assert set(indexed(articles(log)).values()) == {"B", "Other"}


def test_a_file_written_to_while_it_is_read_is_said_and_not_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(publisher, "SEED_BATCH_COUNT", 1)
    rows, document = tmp_path / "a.jsonl", tmp_path / "b.txt"
    rows.write_bytes(ABA)
    document.write_text("Half an ")
    log = MemoryLog()

    def room() -> bool:
        if len(articles(log)) == 1:
            with rows.open("ab") as file:
                file.write(lines({"id": "late", "text": "Late"}))
        return True

    real = byte_reader.SeedBytes.chunks

    def chunks(self: byte_reader.SeedBytes, start: int = 0) -> Any:
        yield from real(self, start)
        if self.path == document:
            document.write_text("Half an article.")

    monkeypatch.setattr(byte_reader.SeedBytes, "chunks", chunks)
    counts = seed(log, tmp_path, room=room)
    assert [line.partition(": ")[2] for line in counts.errors if "was written" in line] == [
        "The file was written to while it was being read: run again for the rest",
        "The file was written to while it was being read: run again when it is complete",
    ]
    assert "Half an " not in contents(log)
    monkeypatch.undo()
    seed(log, tmp_path)
    assert {"Late", "Half an article."} <= set(contents(log))
    before = published(log)
    seed(log, tmp_path)
    assert published(log) == before


def test_a_clock_that_went_back_after_a_kill_does_not_hide_what_follows(tmp_path: Path) -> None:
    """The killed run published A and B but saved nothing of it; C must still come out on top."""
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines(*({"url": URL, "text": text} for text in "AB")))
    log = FailingLog(lambda topic, _call: (Crash(), True) if topic == RAW else None)
    with pytest.raises(Crash):
        seed(log, path)
    log.fault = lambda _topic, _call: None
    path.write_bytes(lines(*({"url": URL, "text": text} for text in "AC")))
    seed(log, path, clock=Clock(START - timedelta(days=1)))
    assert indexed(articles(log)) == {articles(log)[0].id: "C"}
    path.write_bytes(lines({"id": "new", "text": "New"}))
    seed(log, path, clock=Clock(START - timedelta(days=1)))
    (new,) = (article for article in articles(log) if article.content == "New")
    assert new.revision < START.timestamp() * 1000  # after a clean end the clock is believed again


def crashes(log: FailingLog, path: Path, clock: Clock) -> int:
    """Run again and again, killed at the first, second, … publish call of the run, before or after it took effect."""
    for count in range(10_000):
        at, appended = count // 2, bool(count % 2)
        log.calls = 0
        log.fault = lambda _topic, call, at=at, appended=appended: (Crash(), appended) if call == at else None
        try:
            seed(log, path, clock=clock)
        except Crash:
            continue
        log.fault = lambda _topic, _call: None
        return count
    raise AssertionError("it never ends")


@pytest.mark.parametrize("batch", [1, 2, 3, 100])
@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz"])
def test_a_run_killed_at_every_publish_comes_to_the_same_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, batch: int, name: str
) -> None:
    monkeypatch.setattr(publisher, "SEED_BATCH_COUNT", batch)
    texts = "ABACABADABBA"
    rows = lines(
        *({"id": str(n % 3), "text": text} for n, text in enumerate(texts)), {"text": 5}, {"id": "z", "text": "Z"}
    )
    (tmp_path / name).write_bytes(gzip.compress(rows) if name.endswith("gz") else rows)
    log = FailingLog(lambda _topic, _call: None)
    assert crashes(log, tmp_path, Clock(step=timedelta(milliseconds=1))) >= 6
    wanted = {str(n % 3): text for n, text in enumerate(texts)} | {"z": "Z"}
    final = {a.hints.guid: indexed(articles(log))[a.id] for a in articles(log)}
    assert final == wanted
    assert {(letter.place, letter.sha256) for letter in letters(log)} == {
        (f"{tmp_path}/{name}:13", letters(log)[0].sha256)
    }
    before = published(log)
    touch(tmp_path / name)
    assert seed(log, tmp_path).published == 0
    assert published(log) == before


ROW = st.tuples(st.sampled_from("xyz"), st.sampled_from("ABC"))
FETCHED = st.integers(1, 4)
FAULT = st.tuples(st.integers(0, 12), st.booleans())


@settings(max_examples=120)
@given(
    rows=st.lists(ROW, min_size=1, max_size=14),
    faults=st.lists(FAULT, max_size=6),
    batch=st.integers(1, 5),
    steps=st.lists(st.integers(-50, 50), min_size=7, max_size=7),
    ended=st.booleans(),
)
def test_whatever_the_rows_and_the_kills_the_last_content_of_each_id_stands(
    rows: list[tuple[str, str]], faults: list[tuple[int, bool]], batch: int, steps: list[int], ended: bool
) -> None:
    """The clock moves on between runs, stands, or goes back by up to 50 ms."""
    data = lines(*({"id": given, "text": text} for given, text in rows))
    log = run_with_kills(data if ended else data.removesuffix(b"\n"), faults, batch, steps)
    final = {a.hints.guid: indexed(articles(log))[a.id] for a in articles(log)}
    assert final == dict(rows)


@settings(max_examples=120)
@given(
    rows=st.lists(st.tuples(ROW, FETCHED), min_size=1, max_size=14),
    faults=st.lists(FAULT, max_size=6),
    batch=st.integers(1, 5),
)
def test_with_fetched_at_the_latest_content_of_each_id_stands(
    rows: list[tuple[tuple[str, str], int]], faults: list[tuple[int, bool]], batch: int
) -> None:
    """At equal instants the one read last."""
    data = lines(*({"id": given, "text": text, "fetched_at": at} for (given, text), at in rows))
    log = run_with_kills(data, faults, batch, [1] * 7)
    final = {a.hints.guid: indexed(articles(log))[a.id] for a in articles(log)}
    assert final == {given: text for (given, text), _ in sorted(rows, key=lambda row: row[1])}


def run_with_kills(data: bytes, faults: list[tuple[int, bool]], batch: int, steps: list[int]) -> MemoryLog:
    """Read a file, killed at each of the faults in turn, then to its end, then a copy of it: that changes nothing."""
    clock, log = Clock(), FailingLog(lambda _topic, _call: None)
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        patch.setattr(publisher, "SEED_BATCH_COUNT", batch)
        path = Path(folder, "a.jsonl")
        path.write_bytes(data)
        for (at, done), step in zip(faults, steps, strict=False):
            log.calls = 0
            log.fault = lambda _topic, call, at=at, done=done: (Crash(), done) if call == at else None
            with suppress(Crash):
                seed(log, path, clock=clock)
            clock.now += timedelta(milliseconds=step)
        log.fault = lambda _topic, _call: None
        seed(log, path, clock=clock)
        before = published(log)
        shutil.copy(path, Path(folder, "copy.jsonl"))
        touch(path)
        seed(log, Path(folder), clock=clock)
        assert published(log) == before
    return log


@given(st.lists(st.binary(max_size=300), max_size=4), st.integers(1, 64), st.integers(1, 64))
def test_gzip_members_come_out_whole_whatever_the_chunks(parts: list[bytes], chunk: int, piece: int) -> None:
    packed = b"".join(map(gzip.compress, parts))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_reader, "CHUNK_BYTES", piece)
        chunks = (packed[at : at + chunk] for at in range(0, len(packed), chunk))
        assert b"".join(gunzip_chunks(chunks)) == b"".join(parts)


@given(st.lists(st.sampled_from("ab")).map("".join), st.integers(1, 200), st.integers(1, 30), st.integers(1, 40))
def test_a_cut_gzip_gives_all_that_was_whole_and_says_so(text: str, times: int, chunk: int, cut: int) -> None:
    packed = gzip.compress(text.encode() * times)
    packed = packed[: max(1, len(packed) - cut)]
    found = list[bytes]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(byte_reader, "CHUNK_BYTES", 7)
        pieces = gunzip_chunks(packed[at : at + chunk] for at in range(0, len(packed), chunk))
        with pytest.raises(Damaged, match="truncated"):
            found.extend(pieces)
    assert b"".join(found) == zlib.decompressobj(31).decompress(packed)


@given(st.binary(max_size=200).map(lambda data: data.replace(b"\x01", b"\n")), st.integers(1, 30), st.integers(3, 40))
def test_lines_are_those_of_the_bytes_whatever_the_chunks(data: bytes, chunk: int, limit: int) -> None:
    chunks = (data[at : at + chunk] for at in range(0, len(data), chunk))
    found = list(split_lines(chunks, 0, 0, limit))
    wanted = data.split(b"\n")
    assert [line.number for line in found] == list(range(1, len(found) + 1))
    assert len(found) == len(wanted) - (wanted[-1] == b"")
    offset = 0
    for line, text in zip(found, wanted, strict=False):
        offset += len(text) + line.ended
        assert line.end == offset
        if isinstance(line, byte_reader.LongLine):
            assert line.size == len(text) > limit
        else:
            assert line.data == text
