"""Open a seed file and give its bytes and lines in bounded memory, gzip undone on the way."""

import hashlib
import io
import os
import stat
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import NamedTuple, Self

from copydesk.web.zstd import ZSTD_MAGIC

LINE_LIMIT = 64 << 20
"""The longest line, and the largest document, that is held in memory, in bytes (decoded, of a gzip file)."""

CHUNK_BYTES = 1 << 20
_READ_BYTES = 256 << 10
TICK_NS = 50_000_000
"""Longer than the steps in which file systems count time, mostly 4 to 10 ms."""

_ENDS, _STEP = 4096, 16
GZIP_MAGIC = b"\x1f\x8b"


class NotAFile(OSError):
    """Say that what was a file when it was found is none now."""


class Damaged(Exception):
    """Say why the bytes cannot be read on from here; the message is a sentence, as in Refused."""


class Line(NamedTuple):
    """Hold one line without its line feed.

    `end` is the offset behind it, `ended` whether a line feed was there at all.
    """

    number: int
    end: int
    ended: bool
    data: bytes


class LongLine(NamedTuple):
    """Describe a line over the limit, read past and not kept."""

    number: int
    end: int
    ended: bool
    size: int
    sha256: str


class SeedBytes:
    """Read an open regular file. `position` is how far it was read.

    `stamp` is (size, mtime_ns, inode) when it was opened; mtime_ns is 0 for a file that was written to just now, since
    another write within the same tick of the file system's clock would leave no trace in it.
    """

    def __init__(self, path: Path) -> None:
        """Open the file. Raises OSError; never waits, not for a pipe's other end either."""
        self.path = path
        self._fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY)
        self.position = 0
        status = os.fstat(self._fd)
        just_now = abs(time.time_ns() - status.st_mtime_ns) < TICK_NS
        self._opened = (status.st_size, status.st_mtime_ns)
        self.stamp = (status.st_size, 0 if just_now else status.st_mtime_ns, status.st_ino)
        if not stat.S_ISREG(status.st_mode):
            os.close(self._fd)
            raise NotAFile(None, "not a file any more")
        start = os.pread(self._fd, len(ZSTD_MAGIC), 0)
        self.gzipped, self.zstd = start.startswith(GZIP_MAGIC), start == ZSTD_MAGIC

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        os.close(self._fd)

    def same_as(self, stamp: tuple[int, int, int]) -> bool:
        """Whether the file is the one of an earlier stamp, and nobody wrote to it since."""
        return stamp == self.stamp and stamp[1] != 0

    def changed(self) -> bool:
        """Whether somebody wrote to the file since it was opened."""
        status = os.fstat(self._fd)
        return (status.st_size, status.st_mtime_ns) != self._opened

    def head(self, size: int = 8192) -> bytes:
        """Return the first bytes, decoded; none when they cannot be."""
        if not self.gzipped:
            return os.pread(self._fd, size, 0)
        try:
            return next(gunzip_chunks(iter([os.pread(self._fd, size, 0)])), b"")[:size]
        except Damaged:
            return b""

    def ends(self, offset: int) -> str:
        """Return a fingerprint of the first and last 4 kB before the offset, 32 hex digits."""
        found = hashlib.sha256(os.pread(self._fd, min(_ENDS, offset), 0))
        found.update(os.pread(self._fd, min(_ENDS, offset), max(0, offset - _ENDS)))
        return found.hexdigest()[:32]

    def chunks(self, start: int = 0) -> Iterator[bytes]:
        """Yield the file's own bytes from an offset on."""
        self.position = start
        while chunk := os.pread(self._fd, CHUNK_BYTES, self.position):
            self.position += len(chunk)
            yield chunk

    def stream(self, check: Callable[[], None]) -> io.BufferedReader:
        """Return the file's own bytes as a stream that can seek; `check` is called for each read and may raise."""
        return io.BufferedReader(_Positioned(self, self._fd, check), _READ_BYTES)

    def lines(self, start: int = 0, number: int = 0, limit: int = LINE_LIMIT) -> Iterator[Line | LongLine]:
        """Yield the lines from an offset on, `number` lines being before it; of a gzip file only from the beginning.

        Raises Damaged after the last whole line when gzip data breaks off, and OSError.
        """
        source = gunzip_chunks(self.chunks()) if self.gzipped else self.chunks(start)
        return split_lines(source, start, number, limit)


class _Positioned(io.RawIOBase):
    """Read a file without moving its descriptor, and tell how far."""

    def __init__(self, file: SeedBytes, fd: int, check: Callable[[], None]) -> None:
        self._file, self._fd, self._check, self._at = file, fd, check, 0

    def readable(self) -> bool:
        """Return True."""
        return True

    def seekable(self) -> bool:
        """Return True."""
        return True

    def tell(self) -> int:
        """Return where reading goes on."""
        return self._at

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Move to where reading is to go on."""
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: os.fstat(self._fd).st_size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill the buffer from here on."""
        self._check()
        size = os.preadv(self._fd, [buffer], self._at)
        self._at += size
        self._file.position = self._at
        return size


def split_lines(chunks: Iterator[bytes], start: int, number: int, limit: int) -> Iterator[Line | LongLine]:
    """Yield chunks of bytes as lines; holds at most one line of at most `limit` bytes and one chunk."""
    offset, held, size = start, list[bytes](), 0
    digest = None  # of a line that is too long to be held
    for chunk in chunks:
        at = 0
        while True:
            end = chunk.find(b"\n", at)
            piece = chunk[at : end if end >= 0 else None]
            size += len(piece)
            if digest is None and size > limit:
                digest = hashlib.sha256(b"".join(held))
                held.clear()
            if digest is not None:
                digest.update(piece)
            else:
                held.append(piece)
            if end < 0:
                break
            number, offset, at = number + 1, offset + size + 1, end + 1
            if digest is not None:
                yield LongLine(number, offset, True, size, digest.hexdigest())
            else:
                yield Line(number, offset, True, b"".join(held))
            held, size, digest = [], 0, None
    if size:
        if digest is not None:
            yield LongLine(number + 1, offset + size, False, size, digest.hexdigest())
        else:
            yield Line(number + 1, offset + size, False, b"".join(held))


def gunzip_chunks(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the decoded bytes of gzip data in pieces of at most 1 MiB, whatever it expands to; raises Damaged."""
    member, first = None, True
    for chunk in chunks:
        rest = chunk
        while rest:
            if member is None:
                rest = rest if first else rest.lstrip(b"\x00")  # tape blocks are padded
                if not rest:
                    break
                member = zlib.decompressobj(wbits=31)
            before = member.copy()
            try:
                piece = member.decompress(rest, CHUNK_BYTES)
            except zlib.error as error:
                yield from _last_whole(before, rest)
                raise Damaged(_gzip_words(error, first)) from error
            rest = member.unconsumed_tail
            yield piece
            while len(piece) == CHUNK_BYTES and not rest and not member.eof:  # zlib may hold more of what it took in
                yield (piece := member.decompress(b"", CHUNK_BYTES))
            if member.eof:
                rest, member, first = member.unused_data, None, False
    if member is not None:
        raise Damaged("The file ends in the middle of its gzip data: the file is truncated")


def _last_whole(member: "zlib._Decompress", rest: bytes) -> Iterator[bytes]:
    """Yield what can be decoded before the byte that zlib stumbles over."""
    with suppress(zlib.error):
        for at in range(0, len(rest), _STEP):
            yield member.decompress(rest[at : at + _STEP])


def _gzip_words(error: zlib.error, first: bool) -> str:
    if "header" in str(error):
        return "The file is not gzip data" if first else "The file has other data after the end of its gzip data"
    return f"The file holds damaged gzip data ({str(error).rpartition(': ')[2]})"
