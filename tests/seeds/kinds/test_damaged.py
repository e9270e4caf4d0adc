"""Damaged, nested and hostile files cost a clear line and a dead letter that names the member; the rest is read."""

import gzip
import json
import zipfile
import zlib
from pathlib import Path

import pytest

from copydesk.producers.seeds.kinds import archives, packed
from copydesk.web.zstd import Compressor
from tests.support.fakes import MemoryLog
from tests.support.file_kinds import BODY, PAGE, mail, page, tar_of, warc, warc_record, zip_of
from tests.support.seeding import articles, contents, letters, lines, seed


def reasons(log: MemoryLog, folder: Path) -> list[tuple[str, str]]:
    return [(letter.place.removeprefix(f"{folder}/"), letter.reason) for letter in letters(log)]


@pytest.mark.parametrize(
    ("cut", "reason"),
    [
        (60, "The record breaks off: another one begins within it"),
        (300, "The record breaks off in its headers: another one begins there"),
    ],
)
def test_half_records_of_a_warc_are_named_and_the_rest_is_read(tmp_path: Path, cut: int, reason: str) -> None:
    half = warc_record(2)[:-cut]
    (tmp_path / "a.warc").write_bytes(warc_record(0) + warc_record(1) + half + b"".join(map(warc_record, (3, 4, 5))))
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert sorted(a.url or "" for a in articles(log)) == [f"https://courier.example/{n}" for n in (0, 1, 3, 4, 5)]
    assert reasons(log, tmp_path) == [("a.warc:3", reason)]
    again = seed(log, tmp_path)
    assert (again.read, again.published, again.refused) == (counts.read, 0, 1)


def test_half_members_of_a_packed_warc_are_named_and_the_rest_is_read(tmp_path: Path) -> None:
    records = [gzip.compress(warc_record(n)) for n in range(6)]
    records[2] = records[2][: len(records[2]) // 2]
    (tmp_path / "a.warc.gz").write_bytes(b"".join(records))
    log = MemoryLog()
    assert seed(log, tmp_path).refused == 1
    assert sorted(a.url or "" for a in articles(log)) == [f"https://courier.example/{n}" for n in (0, 1, 3, 4, 5)]
    [(place, reason)] = reasons(log, tmp_path)
    assert place == "a.warc.gz:3"
    assert reason.startswith("The record ")


def test_garbage_between_records_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(
        warc_record(0) + b"garbage\r\nmore\r\n\r\n" * 50 + warc_record(1) + warc_record(2)
    )
    log = MemoryLog()
    assert (seed(log, tmp_path).published, len(letters(log))) == (3, 1)


@pytest.mark.parametrize("packing", ["", ".gz"])
def test_a_warc_that_is_still_written_is_read_on_when_it_is_longer(tmp_path: Path, packing: str) -> None:
    records = [warc_record(n) for n in range(4)]
    whole = b"".join(map(gzip.compress, records)) if packing else b"".join(records)
    path = tmp_path / f"a.warc{packing}"
    path.write_bytes(whole[:-120])
    log = MemoryLog()
    first = seed(log, tmp_path)
    assert (first.published, first.refused) == (3, 1)
    assert "The record " in letters(log)[0].reason
    with path.open("r+b") as file:
        file.write(whole)
    second = seed(log, tmp_path)
    assert (second.published, second.unchanged, second.refused) == (1, 3, 0)


def test_records_that_are_no_pages_are_left_out_by_their_kind(tmp_path: Path) -> None:
    (tmp_path / "a.warc").write_bytes(
        warc_record(0)
        + warc_record(1, b"\x89PNG", content_type="image/png")
        + warc_record(2, status="404 Not Found")
        + warc_record(3, kind="request")
        + warc_record(4, kind="metadata")
    )
    counts = seed(MemoryLog(), tmp_path)
    assert (counts.published, dict(counts.left_out)) == (1, {"image/png": 1, "HTTP 404": 1})


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(page(0).encode()), "Content-Encoding: gzip\r\n"),
        (b"%x\r\n%s\r\n0\r\n\r\n" % (len(page(0)), page(0).encode()), "Transfer-Encoding: chunked\r\n"),
        (page(0).encode(), "Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n"),  # undone, and the headers kept
    ],
)
def test_a_response_is_decoded_as_its_headers_say_or_as_it_is(tmp_path: Path, body: bytes, headers: str) -> None:
    (tmp_path / "a.warc").write_bytes(warc_record(0, body, headers=headers) + warc_record(1))
    log = MemoryLog()
    seed(log, tmp_path)
    assert sorted(contents(log)) == [page(0), page(1)]


def test_a_response_that_expands_without_measure_is_refused(tmp_path: Path) -> None:
    bomb = gzip.compress(bytes(80 << 20))
    (tmp_path / "a.warc").write_bytes(warc_record(0, bomb, headers="Content-Encoding: gzip\r\n") + warc_record(1))
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    assert reasons(log, tmp_path) == [("a.warc:1", "The record is over the limit of 64 MiB for one article")]


@pytest.mark.parametrize("name", ["a.html.gz", "a.html.zst", "a.csv.gz", "a.json.zst", "a.tar.gz", "a.mbox.gz"])
def test_packed_data_that_breaks_off_is_named(tmp_path: Path, name: str) -> None:
    rows = [{"text": f"{BODY} {zlib.crc32(str(n).encode())}"} for n in range(4000)]
    data = {
        "html": PAGE.encode() + b"".join(b"<!-- %d -->" % zlib.crc32(b"%d" % n) for n in range(9000)),
        "csv": b"text\n" + b"".join(b'"%s"\n' % row["text"].encode() for row in rows),
        "json": json.dumps(rows).encode(),
        "tar": tar_of({f"{n}.txt": row["text"].encode() for n, row in enumerate(rows[:500])}),
        "mbox": b"\n".join(b"From a\n" + mail(n).as_bytes() for n in range(200)),
    }[name.split(".")[1]]
    whole = gzip.compress(data) if name.endswith("gz") else Compressor(3).compress(data)
    (tmp_path / name).write_bytes(whole[: len(whole) * 3 // 4])
    (tmp_path / "z.txt").write_text(BODY)
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert counts.published > (1 if "html" not in name else 0)
    assert any(
        f"in the middle of its {'gzip' if name.endswith('gz') else 'zstd'} data: the file is truncated" in reason
        for place, reason in reasons(log, tmp_path)
        if place.startswith(name)
    )
    (tmp_path / name).write_bytes(whole)
    seed(log, tmp_path)
    assert len({article.content for article in articles(log)}) >= (2 if "html" in name else 200)


def test_a_damaged_member_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    data = bytearray(zip_of({f"{n}.html": page(n).encode() for n in range(4)}, zipfile.ZIP_STORED))
    data[data.index(b"day 2")] ^= 1
    (tmp_path / "a.zip").write_bytes(data)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 3
    assert reasons(log, tmp_path) == [("a.zip/2.html", "The file cannot be unpacked: bad crc-32 for file '2.html'")]


def test_a_zip_without_its_end_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"a.html": PAGE.encode()})[:-30])
    log = MemoryLog()
    seed(log, tmp_path)
    assert reasons(log, tmp_path) == [
        ("a.zip", "The file is no whole zip archive (file is not a zip file): it is cut or damaged")
    ]


def test_a_damaged_header_of_a_tar_costs_its_member_alone(tmp_path: Path) -> None:
    data = bytearray(tar_of({f"{n}.html": page(n).encode() for n in range(4)}))
    data[data.index(b"1.html")] ^= 1
    (tmp_path / "a.tar").write_bytes(data)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 3
    assert reasons(log, tmp_path) == [
        ("a.tar", "The file holds damaged headers; the members that could be found were read")
    ]


def test_a_zip_of_zips_is_opened_to_a_depth(tmp_path: Path) -> None:
    data = PAGE.encode()
    for depth in range(8):
        data = zip_of({"in.zip" if depth else "a.html": data, f"{depth}.html": page(depth).encode()})
    (tmp_path / "a.zip").write_bytes(data)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 3
    assert reasons(log, tmp_path) == [
        ("a.zip/in.zip/in.zip/in.zip", "The file is an archive in 3 others: archives are read no deeper")
    ]


def test_gigabytes_of_zeros_cost_a_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packer, held = zlib.compressobj(9, wbits=31), list[bytes]()
    zeros = bytes(1 << 20)
    held += [packer.compress(zeros) for _ in range(96)]
    held.append(packer.flush())
    (tmp_path / "a.html.gz").write_bytes(b"".join(held))
    with zipfile.ZipFile(tmp_path / "b.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("bomb.csv", "bomb.html"):
            with archive.open(name, "w", force_zip64=True) as member:
                for _ in range(80):
                    member.write(zeros)
        archive.writestr("story.txt", BODY)
    monkeypatch.setattr(packed, "EXPANSION_FREE", 32 << 20)
    (tmp_path / "c.csv.gz").write_bytes(b"".join(held))
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    places = {place for place, _ in reasons(log, tmp_path)}
    assert {"a.html.gz", "b.zip/bomb.html"} <= places
    assert all(any(place.startswith(name) for place in places) for name in ("b.zip/bomb.csv", "c.csv.gz"))


def test_a_zip_in_an_archive_is_put_on_disk_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archives, "NESTED_LIMIT", 1000)
    inner = zip_of({"a.html": PAGE.encode() * 50}, zipfile.ZIP_STORED)
    (tmp_path / "a.tar").write_bytes(tar_of({"in.zip": inner, "b.txt": BODY.encode()}))
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    assert [place for place, _ in reasons(log, tmp_path)] == ["a.tar/in.zip"]


def test_an_encrypted_member_is_named(tmp_path: Path) -> None:
    data = bytearray(zip_of({"a.html": PAGE.encode(), "b.html": page(2).encode()}))
    for start, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(start) + at] |= 1
    (tmp_path / "a.zip").write_bytes(data)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    assert reasons(log, tmp_path) == [("a.zip/a.html", "The file is encrypted")]


def test_an_archive_without_articles_says_so_once(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"x.png": b"x"}))
    (tmp_path / "b.warc").write_bytes(warc_record(1, status="404 Not Found"))
    log = MemoryLog()
    seed(log, tmp_path)
    assert sorted(reasons(log, tmp_path)) == [
        ("a.zip", "The file holds no article"), ("b.warc", "The file holds no article"),
    ]  # fmt: skip
    assert (seed(log, tmp_path).refused, len(letters(log))) == (2, 2)


def test_rows_behind_a_bad_one_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps([{"text": BODY}, {"text": 5}, "no row", 7, {"text": f"{BODY} Two."}]))
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.published, counts.refused) == (2, 3)
    assert [place for place, _ in reasons(log, tmp_path)] == ["a.json:2", "a.json:3", "a.json:4"]


def test_a_cut_array_gives_what_was_whole(tmp_path: Path) -> None:
    data = json.dumps([{"text": f"{BODY} {n}"} for n in range(50)]).encode()
    (tmp_path / "a.json").write_bytes(data[: len(data) // 2])
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert 20 < counts.published < 30
    assert reasons(log, tmp_path)[0][1].startswith("The file ends in the middle of its JSON array")


def test_rows_in_an_archive_of_lines_are_each_named(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"rows.jsonl": lines({"text": BODY}, "{", {"text": "x " * 50})}))
    log = MemoryLog()
    assert seed(log, tmp_path).published == 2
    assert reasons(log, tmp_path) == [("a.zip/rows.jsonl:2", "The row is not JSON: it ends too early")]


def test_a_run_that_was_stopped_goes_on_in_the_middle_of_a_warc(tmp_path: Path) -> None:
    from threading import Event

    (tmp_path / "a.warc.gz").write_bytes(warc(900, packed=True))
    log, stop = MemoryLog(), Event()

    def room() -> bool:
        if len(articles(log)) >= 200:
            stop.set()
        return True

    first = seed(log, tmp_path, stop=stop, room=room)
    assert 200 <= first.published < 900
    second = seed(log, tmp_path)
    assert (second.read, second.published + second.unchanged) == (900, 900)
    assert len({article.id for article in articles(log)}) == 900
