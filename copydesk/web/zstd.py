"""Compress and decompress with Zstandard: of the standard library from Python 3.14 on, of its backport before that."""

import sys
from collections.abc import Iterable, Iterator

if sys.version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

ZstdError = zstd.ZstdError
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class Compressor:
    """Compress values, each into a frame of its own with its size and a checksum. For one thread at a time."""

    def __init__(self, level: int) -> None:
        options: dict[int, int] = {
            zstd.CompressionParameter.compression_level: level,
            zstd.CompressionParameter.checksum_flag: 1,
        }
        self._compressor = zstd.ZstdCompressor(options=options)

    def compress(self, data: bytes) -> bytes:
        """Return the frame of a value."""
        return self._compressor.compress(data, zstd.ZstdCompressor.FLUSH_FRAME)


def decompress(frames: bytes) -> bytes:
    """Return what was compressed; raises ZstdError for anything but whole frames."""
    return zstd.decompress(frames)


def decompress_part(frames: bytes, limit: int, window_log: int) -> tuple[bytes, bool]:
    """Return the first `limit` bytes of what was compressed, and whether nothing is missing of what was sent.

    Raises ZstdError for what is no frame, or one that wants more than 2 ** `window_log` bytes of memory.
    """
    found, rest, whole = b"", frames, True
    while rest and len(found) < limit:
        part = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: window_log})
        found += part.decompress(rest, limit - len(found))
        while not part.eof and not part.needs_input and len(found) < limit:
            found += part.decompress(b"", limit - len(found))
        whole = part.eof
        rest = part.unused_data if part.eof else b""
    return found, whole


def decompress_chunks(chunks: Iterable[bytes], piece: int, window_log: int) -> Iterator[bytes]:
    """Yield what was compressed in pieces of at most `piece` bytes, whatever it expands to.

    Raises ZstdError as `decompress_part` does, and EOFError where a frame breaks off.
    """
    part = None
    for chunk in chunks:
        rest = chunk
        while rest:
            if part is None:
                part = zstd.ZstdDecompressor(options={zstd.DecompressionParameter.window_log_max: window_log})
            yield part.decompress(rest, piece)
            while not part.eof and not part.needs_input:
                yield part.decompress(b"", piece)
            rest, part = (part.unused_data, None) if part.eof else (b"", part)
    if part is not None:
        raise EOFError
