"""Walk the members of zip and tar archives, each as a stream, and name those that cannot be read."""

import io
import lzma
import tarfile
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import nullcontext
from typing import IO, NamedTuple

from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import CHUNK_BYTES, Damaged
from copydesk.producers.seeds.kinds.packed import EXPANSION_RATIO, chunks_of

NESTED_LIMIT = 1 << 30
"""How many bytes of a zip within another archive are put on disk, since only its end says what it holds."""
ENCRYPTED = 0x1
_NAME_LIMIT = 500
ARCHIVE_ERRORS = (zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError, EOFError, NotImplementedError)
"""What the standard library raises for a member that cannot be read."""


class Member(NamedTuple):
    """Hold a member of an archive: its stream, open until the next one is asked for, or why it has none."""

    name: str
    content: IO[bytes] | Refused


def zip_members(stream: io.BufferedIOBase, *, nested: bool, folder: str = "") -> Iterator[Member]:
    """Yield the files of a zip archive, with `folder` those in it; raises Damaged when its list cannot be read."""
    with _spooled(stream) if nested else nullcontext(stream) as whole:
        try:
            archive = zipfile.ZipFile(whole)
        except (*ARCHIVE_ERRORS, ValueError, OverflowError) as error:
            raise Damaged(f"The file is no whole zip archive ({str(error).lower()}): it is cut or damaged") from error
        for info in archive.infolist():
            if info.is_dir() or not info.filename.startswith(folder):
                continue
            if info.flag_bits & ENCRYPTED:
                yield Member(info.filename[:_NAME_LIMIT], Refused("The file is encrypted"))
                continue
            if info.file_size > EXPANSION_RATIO * info.compress_size + CHUNK_BYTES * EXPANSION_RATIO:
                yield Member(info.filename[:_NAME_LIMIT], Refused(_BOMB))
                continue
            try:
                with archive.open(info) as content:
                    yield Member(info.filename[:_NAME_LIMIT], content)
            except (*ARCHIVE_ERRORS, RuntimeError, ValueError) as error:
                yield Member(info.filename[:_NAME_LIMIT], Refused(unreadable_words(error)))


def tar_members(stream: io.BufferedIOBase) -> Iterator[Member]:
    """Yield the files of a tar archive, read in one pass; damaged headers are passed over, and said at the end."""
    damaged = 0

    class Header(tarfile.TarInfo):
        """Count headers that are damaged: tarfile passes over them without a word."""

        @classmethod
        def frombuf(cls, buf: bytes | bytearray, encoding: str, errors: str) -> "Header":
            nonlocal damaged
            try:
                return super().frombuf(buf, encoding, errors)
            except tarfile.HeaderError as error:
                damaged += not isinstance(error, tarfile.EOFHeaderError | tarfile.EmptyHeaderError)  # type: ignore[attr-defined]
                raise

    try:
        with tarfile.open(fileobj=stream, mode="r|", ignore_zeros=True, tarinfo=Header) as archive:
            for info in archive:
                content = archive.extractfile(info) if info.isreg() else None
                if content is not None:
                    yield Member(info.name[:_NAME_LIMIT], io.BufferedReader(content, CHUNK_BYTES))  # type: ignore[type-var]
                archive.members.clear()  # type: ignore[attr-defined] # or each header ever read would be kept
    except (*ARCHIVE_ERRORS, ValueError, OverflowError) as error:
        raise Damaged(f"The file is cut or damaged ({str(error).lower()}); what stands before was read") from error
    if damaged:
        raise Damaged("The file holds damaged headers; the members that could be found were read")


def unreadable_words(error: Exception) -> str:
    """Return why a member cannot be read, as a sentence."""
    return f"The file cannot be unpacked: {str(error).lower() or 'it is cut'}"


def _spooled(stream: io.BufferedIOBase) -> io.BufferedIOBase:
    """Return the bytes of a stream as a file that can seek, which only its end can be read from."""
    whole = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who asked for it
    try:
        for chunk in chunks_of(stream):
            whole.write(chunk)
            if whole.tell() > NESTED_LIMIT:
                raise Damaged(f"The file is over the limit of {NESTED_LIMIT >> 30} GiB for a zip in an archive")
        whole.seek(0)
    except BaseException:
        whole.close()
        raise
    return whole


_BOMB = f"The file expands to more than {EXPANSION_RATIO} times its size, as only a bomb does"
