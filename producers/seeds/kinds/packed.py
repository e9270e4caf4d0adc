"""Undo gzip and Zstandard around a stream, in bounded memory, and stop where it expands like a bomb."""

import io
from collections.abc import Callable, Iterator

from copydesk.producers.seeds.byte_reader import CHUNK_BYTES, GZIP_MAGIC, Damaged, gunzip_chunks
from copydesk.web.zstd import ZSTD_MAGIC, ZstdError, decompress_chunks

EXPANSION_RATIO, EXPANSION_FREE = 500, 16 << 30
"""Text packs to a tenth, tables to a fiftieth; what grows beyond this, and over 16 GiB, only costs time."""
_WINDOW_LOG = 27  # 128 MiB, the most that `zstd` itself unpacks unless told otherwise


class ChunkStream(io.RawIOBase):
    """Read an iterator of chunks as a stream that cannot seek."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._rest = (chunk for chunk in chunks if chunk), memoryview(b"")
        self._failure: Exception | None = None

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: "memoryview | bytearray") -> int:  # type: ignore[override]
        """Fill the whole buffer, from several chunks where they are small, but at the end."""
        filled = 0
        while filled < len(buffer):
            if not self._rest and not self._take(first=filled == 0):
                break
            size = min(len(buffer) - filled, len(self._rest))
            buffer[filled : filled + size] = self._rest[:size]
            self._rest = self._rest[size:]
            filled += size
        return filled

    def _take(self, *, first: bool) -> bool:
        """Take in the next chunk; returns False at the end. What it raises waits until all before it was read."""
        if self._failure is None:
            try:
                self._rest = memoryview(next(self._chunks, b""))
            except (Damaged, OSError) as error:
                self._failure = error
        if self._failure is not None and first:
            raise self._failure
        return bool(self._rest)


def unpacked(stream: io.BufferedIOBase, head: bytes) -> io.BufferedReader | None:
    """Return what is packed in a stream, None when its first bytes do not speak of packing.

    Reading raises Damaged where the data breaks off, is damaged or grows without measure.
    """
    if head.startswith(GZIP_MAGIC):
        return _opened(stream, gunzip_chunks)
    return _opened(stream, _unzstd) if head.startswith(ZSTD_MAGIC) else None


def chunks_of(stream: io.BufferedIOBase) -> Iterator[bytes]:
    """Yield the bytes of a stream, as they come: what was read before an error is not lost."""
    while chunk := stream.read1(CHUNK_BYTES):
        yield chunk


def _opened(stream: io.BufferedIOBase, unpack: Callable[[Iterator[bytes]], Iterator[bytes]]) -> io.BufferedReader:
    return io.BufferedReader(ChunkStream(_measured(stream, unpack)), CHUNK_BYTES)


def _measured(stream: io.BufferedIOBase, unpack: Callable[[Iterator[bytes]], Iterator[bytes]]) -> Iterator[bytes]:
    taken = given = 0

    def packed() -> Iterator[bytes]:
        nonlocal taken
        for chunk in chunks_of(stream):
            taken += len(chunk)
            yield chunk

    for piece in unpack(packed()):
        given += len(piece)
        if given > EXPANSION_FREE and given > EXPANSION_RATIO * taken:
            raise Damaged(f"The file expands to more than {EXPANSION_RATIO} times its size, as only a bomb does")
        yield piece


def _unzstd(chunks: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from decompress_chunks(chunks, CHUNK_BYTES, _WINDOW_LOG)
    except EOFError as error:
        raise Damaged("The file ends in the middle of its zstd data: the file is truncated") from error
    except ZstdError as error:
        raise Damaged(f"The file holds damaged zstd data ({str(error).rpartition(': ')[2].lower()})") from error
