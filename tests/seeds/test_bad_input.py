"""Bad input is named by file and line in a dead letter, never a traceback or a silent skip; what is good goes on."""

import gzip
import hashlib
import os
import random
import socket
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from typer.testing import CliRunner

from copydesk.cli.app import app_for
from copydesk.producers.seeds import byte_reader, files
from copydesk.producers.seeds.byte_reader import SeedBytes
from copydesk.producers.seeds.kinds.table import known_suffixes
from tests.support.fakes import MemoryLog
from tests.support.places import ROOT
from tests.support.seeding import articles, contents, letters, lines, seed

GOOD = {"id": "good", "text": "A good row."}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("not json", "The row is not JSON: invalid character (byte 4)"),
        ('{"text": "cut', "The row is not JSON: it ends too early"),
        ('{"text": "a"} {"text": "b"}', "The row is not JSON: trailing characters (byte 15)"),
        ('{"text": NaN}', "The row is not JSON: invalid character (byte 9)"),
        ("[]", "The row must be a JSON object, not a list"),
        ('"text"', "The row must be a JSON object, not a text"),
        ("17", "The row must be a JSON object, not a number"),
        ("null", "The row must be a JSON object, not null"),
        ("{}", "The row has neither a `text` nor an `html` with anything in it"),
        ('{"text": "  ", "html": null}', "The row has neither a `text` nor an `html` with anything in it"),
        ('{"text": 17}', "The row's `text` must be a text, not a number"),
        ('{"text": ["a"]}', "The row's `text` must be a text, not a list"),
        ('{"text": "a", "url": {}}', "The row's `url` must be a text, not an object"),
        ('{"text": "a", "id": 1.5}', "The row's `id` must be a text or a whole number, not a number"),
        ('{"text": "a", "id": true}', "The row's `id` must be a text or a whole number, not true or false"),
        ('{"text": "a", "authors": [["a"]]}', "The row's `authors[0]` must be a text, not a list"),
        ('{"text": "a", "authors": 5}', "The row's `authors` must be a text or a list of texts, not a number"),
        ('{"text": "a", "fetched_at": -1}', "The row's `fetched_at` must be an ISO date or seconds since 1970, not -1"),
        (
            '{"text": "a", "site": "two\\nlines"}',
            "The row's `site` must be a name of at most 200 characters, on one line",
        ),
        ('{"text": "\\ud800"}', "The row is not JSON: a \\ud800 to \\udfff escape without its other half"),
        (
            '{"text": "\\udc00 and more text"}',
            "The row is not JSON: a \\ud800 to \\udfff escape without its other half",
        ),
        ('{"x": ' + "[" * 100_000 + "]" * 100_000 + "}", "The row is JSON nested too deep to be read"),
    ],
)
def test_a_wrong_row_is_named_by_line_and_field(tmp_path: Path, line: str, reason: str) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines(GOOD, "", line, GOOD | {"id": "next"}))
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.read, counts.published, counts.refused) == (3, 2, 1)
    (letter,) = letters(log)
    assert (letter.stage, letter.class_, letter.place, letter.reason) == (
        "seeds", "refused", f"{tmp_path}/rows.jsonl:3", reason,
    )  # fmt: skip
    assert letter.sha256 == hashlib.sha256(line.encode()).hexdigest()
    assert letter.size == len(line)
    assert letter.event_text == (line if len(line) < 65_536 else None)
    assert counts.errors == [f"{tmp_path}/rows.jsonl:3: {reason}"]


def test_invalid_utf8_is_named_by_its_column(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines(GOOD) + '{"text": "né'.encode() + b'\xff"}\n')
    log = MemoryLog()
    seed(log, tmp_path)
    (letter,) = letters(log)
    assert letter.reason == "The row is not UTF-8: byte 0xff at column 14"
    assert letter.event_text == '{"text": "né\\xff"}'


def test_a_dead_letter_holds_no_credentials(tmp_path: Path) -> None:
    (tmp_path / "rows.jsonl").write_bytes(lines('{"url": "https://ann:secret@courier.example/a", "text": 5}'))
    (tmp_path / "list.urls").write_text("https://ann:secret@courier.example:99999/a\n")
    log = MemoryLog()
    assert seed(log, tmp_path).refused == 2
    assert all("secret" not in (letter.event_text or "") + letter.reason for letter in letters(log))
    assert "//courier.example" in (letters(log)[0].event_text or "")


@pytest.mark.parametrize(
    "line", ["ftp://courier.example/a", "courier", "two words", "https://", "https://[::1", "https://a b", "\x00"]
)
def test_a_line_that_is_no_address_is_named(tmp_path: Path, line: str) -> None:
    (tmp_path / "list.urls").write_text(f"https://courier.example/a\n{'#' * 9000}\n{line}\n" + "# more\n" * 10)
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.links, [letter.place for letter in letters(log)]) == (1, [f"{tmp_path}/list.urls:3"])


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "The document is empty"),
        ("blank.txt", b" \n\n", "The document is empty"),
        ("mark.txt", b"\xef\xbb\xbf\n", "The document is empty"),
        ("empty.html", b"", "The document is empty"),
        ("empty.jsonl", b"", "The file is empty"),
        ("empty.jsonl.gz", b"", "The file is empty"),
        ("empty.urls", b"", "The file is empty"),
        ("nothing.jsonl", b"\n \n", "The file holds nothing but blank lines"),
        ("nothing.jsonl.gz", gzip.compress(b""), "The file holds nothing but blank lines"),
        ("binary.txt", bytes(range(256)), "The document is a binary file, not text"),
        ("picture.html", b"\x89PNG\r\n\x1a\n\x00", "The document is a PNG picture, not text"),
        ("zip.jsonl", b"PK\x03\x04\x00", "The file is a ZIP or Office file, not JSON Lines in UTF-8"),
        ("utf16.jsonl", '{"text": "a"}\n'.encode("utf-16"), "The file is text in UTF-16, not JSON Lines in UTF-8"),
        (
            "utf16.urls",
            "https://a.example\n".encode("utf-16"),
            "The file is text in UTF-16, not a list of URLs in UTF-8",
        ),
        ("tar.jsonl.gz", gzip.compress(b"name\x00\x00"), "The file is a binary file, not JSON Lines in UTF-8"),
        ("plain.jsonl.gz", b'{"text": "a"}\n', "The file is not gzip data"),
        (
            "list.txt",
            "https://a.example\n".encode("utf-16"),
            "The document is a list of URLs in utf-16-le: save it as UTF-8",
        ),
        (
            "stray.txt",
            "Größe\n".encode() + b"\xff",
            "The document looks like utf-8 but is broken: byte 0xff in its line 2",
        ),
        (
            "odd.txt",
            bytes(range(0xA1, 0xFF)),
            "The document is text in an encoding that cannot be told; save it as UTF-8",
        ),
    ],
)
def test_a_file_that_is_no_seed_is_named(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "zz.txt").write_text("The next file.")
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.read, counts.published, counts.refused) == (2, 1, 1)
    (letter,) = letters(log)
    assert (letter.place, letter.reason) == (f"{tmp_path}/{name}", reason)


def test_what_is_no_file_or_leads_elsewhere_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    (root / "sub").mkdir(parents=True)
    outside.mkdir()
    (outside / "secret.txt").write_text("Not asked for.")
    (root / "a.txt").write_text("An article.")
    os.mkfifo(root / "fifo.txt")
    (root / "loop").symlink_to(root)
    (root / "sub" / "up").symlink_to("..")
    (root / "out.txt").symlink_to(outside / "secret.txt")
    (root / "outdir").symlink_to(outside)
    (root / "broken.txt").symlink_to("gone.txt")
    (root / "self.txt").symlink_to("self.txt")
    (root / "inner.txt").symlink_to("a.txt")
    (root / "innerdir").symlink_to("sub")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(root)  # the path of a socket is short
        server.bind("socket.txt")
    log = MemoryLog()
    counts = seed(log, root)
    assert contents(log) == ["An article."]
    assert counts.unchanged == 1  # by its other name
    assert {letter.place.removeprefix(f"{root}/"): letter.reason for letter in letters(log)} == {
        "fifo.txt": "The path is a named pipe, not a file",
        "socket.txt": "The path is a socket, not a file",
        "loop": f"The path is a symbolic link back to {root}, a loop",
        "sub/up": f"The path is a symbolic link back to {root}, a loop",
        "out.txt": f"The path is a symbolic link that leads outside {root}: name {outside}/secret.txt itself",
        "outdir": f"The path is a symbolic link that leads outside {root}: name {outside} itself",
        "broken.txt": "The path is gone, or is a symbolic link to nothing",
        "self.txt": "The path cannot be read: too many levels of symbolic links",
    }
    assert counts.skipped == 1  # innerdir, whose files are found at their own place
    count = len(letters(log))
    assert seed(log, root).refused == count
    assert len(letters(log)) == count


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/dev/null", "The path is a device, not a file"),
        ("feeds.toml", "The file is a list of feeds, not an article"),
        ("photo.png", f"The file is of no known kind: its name must end in {known_suffixes()}"),
    ],
)
def test_what_is_given_by_name_is_never_left_out(tmp_path: Path, path: str, reason: str) -> None:
    given = tmp_path / path
    if not given.exists():
        given.write_text("x")
    log = MemoryLog()
    seed(log, given)
    assert [(letter.place, letter.reason) for letter in letters(log)] == [(str(given), reason)]


def test_a_link_given_by_name_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real" / "a.txt").write_text("An article.")
    (tmp_path / "link").symlink_to("real")
    log = MemoryLog()
    assert seed(log, tmp_path / "link").published == 1


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (PermissionError(13, "Permission denied"), "The path cannot be opened: permission denied"),
        (FileNotFoundError(2, "No such file or directory"), "The path is gone, or is a symbolic link to nothing"),
        (OSError(5, "Input/output error"), "The path cannot be read: input/output error"),
    ],
)
def test_a_file_that_cannot_be_opened_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, reason: str
) -> None:
    for name in ("a.txt", "b.txt", "c.jsonl"):
        (tmp_path / name).write_bytes(lines(GOOD | {"id": name}))
    real = os.open

    def failing(path: Path, flags: int) -> int:
        if Path(path).name == "b.txt":
            raise error
        return real(path, flags)

    monkeypatch.setattr(os, "open", failing)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 2
    assert [(letter.place, letter.reason) for letter in letters(log)] == [(f"{tmp_path}/b.txt", reason)]
    monkeypatch.undo()
    assert seed(log, tmp_path).published == 1


def test_a_disk_error_in_the_middle_keeps_what_was_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(byte_reader, "CHUNK_BYTES", 64)
    (tmp_path / "a.jsonl").write_bytes(lines(*({"text": f"Body {n}"} for n in range(20))))
    real = os.pread

    def failing(fd: int, size: int, offset: int) -> bytes:
        if size == 64 and offset >= 256:
            raise OSError(5, "Input/output error")
        return real(fd, size, offset)

    monkeypatch.setattr(os, "pread", failing)
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert 0 < counts.published < 20
    assert [letter.reason for letter in letters(log)] == ["The path cannot be read: input/output error"]
    monkeypatch.undo()
    assert seed(log, tmp_path).published == 20 - counts.published


def test_a_named_pipe_that_takes_the_place_of_a_file_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    with pytest.raises(OSError, match="not a file"):
        SeedBytes(tmp_path / "a.txt")


def test_a_name_that_no_terminal_should_see_is_escaped(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/bad\xff\x1b[31m\n.txt"
    with open(name, "w") as file:
        file.write("An article.")
    (tmp_path / "Größe 漢字.txt").write_text("")
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert counts.published == 1
    assert [letter.place for letter in letters(log)] == [f"{tmp_path}/Größe 漢字.txt"]
    assert articles(log)[0].fetch["file"] == f"{tmp_path}/bad\\xff\\x1b[31m\\x0a.txt"
    assert seed(log, tmp_path).unchanged == 1


def test_truncated_gzip_gives_what_was_whole_and_says_where_it_broke(tmp_path: Path) -> None:
    noise = random.Random(7)
    rows = [{"id": str(n), "text": noise.randbytes(200).hex()} for n in range(500)]
    whole = gzip.compress(lines(*rows))
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(whole[: len(whole) // 2])
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert 200 < counts.published < 300
    assert contents(log) == [row["text"] for row in rows[: counts.published]]
    (letter,) = letters(log)
    assert letter.place == f"{path}:{counts.published + 1}"
    assert (
        letter.reason
        == "The file ends in the middle of its gzip data: the file is truncated; what stands before was read"
    )
    again = seed(log, tmp_path)
    assert (again.published, again.refused, len(letters(log))) == (0, 1, 1)
    path.write_bytes(whole)
    counts = seed(log, tmp_path)
    assert (counts.read, counts.refused, len(articles(log))) == (500, 0, 500)


@pytest.mark.parametrize(("cut", "reason"), [(b"garbage", "other data after the end"), (b"", "damaged gzip data")])
def test_damaged_gzip_is_named(tmp_path: Path, cut: bytes, reason: str) -> None:
    data = bytearray(gzip.compress(lines(GOOD)))
    if not cut:
        data[-6] ^= 0xFF  # the checksum
    (tmp_path / "a.jsonl.gz").write_bytes(bytes(data) + cut)
    log = MemoryLog()
    assert seed(log, tmp_path).published == 1
    assert reason in letters(log)[0].reason


def test_a_line_over_the_limit_is_named_by_hash_and_reading_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(byte_reader, "CHUNK_BYTES", 1000)
    monkeypatch.setattr(SeedBytes.lines, "__defaults__", (0, 0, 5000))
    long = '{"text": "' + "x" * 7000 + '"}'
    (tmp_path / "a.jsonl").write_bytes(lines(GOOD, long, GOOD | {"id": "2"}, long, GOOD | {"id": "3"}) + long.encode())
    log = MemoryLog()
    counts = seed(log, tmp_path)
    assert (counts.published, counts.refused) == (3, 3)
    found = letters(log)
    assert [letter.place.rpartition(":")[2] for letter in found] == ["2", "4", "6"]
    assert {(letter.sha256, letter.size) for letter in found} == {(hashlib.sha256(long.encode()).hexdigest(), 7012)}


def test_a_document_over_the_limit_is_named_by_hash(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "LINE_LIMIT", 5000)
    data = b"word " * 2000
    (tmp_path / "a.txt").write_bytes(data)
    log = MemoryLog()
    assert seed(log, tmp_path).refused == 1
    (letter,) = letters(log)
    assert (letter.sha256, letter.size) == (hashlib.sha256(data).hexdigest(), 10_000)
    assert "over the limit" in letter.reason


def test_memory_stays_flat_whatever_a_line_or_gzip_expands_to(tmp_path: Path) -> None:
    """A line of 320 MiB, in gzip 320 kB, and 5,000 rows, with 200 MiB above what the process starts with."""
    packer = zlib.compressobj(9, wbits=31)
    with (tmp_path / "bomb.jsonl.gz").open("wb") as file:
        block = b"x" * (1 << 20)
        for _ in range(320):
            file.write(packer.compress(block))
        file.write(packer.compress(b"\n" + lines(GOOD)) + packer.flush())
    with (tmp_path / "rows.jsonl").open("wb") as file:
        file.writelines(lines({"id": str(n), "text": f"Body {n}"}) for n in range(5_000))
    code = """
import resource, sys
from pathlib import Path
from tests.support.fakes import MemoryLog
from copydesk.producers.seeds.produce import produce
class Forgetful(MemoryLog):
    def publish(self, topic, messages):
        pass
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
counts = produce([Path(sys.argv[1])], Forgetful())
print(counts.read, counts.refused, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""
    done = subprocess.run(
        [sys.executable, "-c", code, tmp_path], capture_output=True, text=True, timeout=120, check=True, cwd=ROOT
    )
    read, refused, grown = map(int, done.stdout.split())
    assert (read, refused) == (5_002, 1)
    assert grown < 200


def test_a_file_of_a_command_that_cannot_be_read_does_not_keep_the_others_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As for a user without rights; root, who may run the tests, can read everything."""
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text("An article.")
    real = os.open

    def failing(path: Path, flags: int, *mode: int) -> int:
        if Path(path).name == "b.txt":
            raise PermissionError(13, "Permission denied")
        return real(path, flags, *mode)

    monkeypatch.setattr(os, "open", failing)
    monkeypatch.setattr(os, "access", lambda path, *_: not str(path).endswith("b.txt"))
    monkeypatch.setenv("COPYDESK_DATA", str(tmp_path / "data"))
    given = ["produce", "seeds", str(tmp_path / "b.txt"), str(tmp_path / "a.txt")]
    done = CliRunner().invoke(app_for(given), given)
    assert (done.exit_code, done.exception) == (0, None), done.output
    assert "published 1" in done.output
