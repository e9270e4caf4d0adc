"""Find the resume offset of a file of lines: its stored state is trusted, checked against the lines, or dropped."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from copydesk.producers.seeds.byte_reader import Damaged, Line, LongLine, SeedBytes
from copydesk.producers.seeds.ledger import FileState

_START = b"\x00" * 16


@dataclass
class Place:
    """Hold how far a file was read; see FileState for the fields. `chain` stands for all lines before `offset`."""

    offset: int = 0
    line: int = 0
    chain: bytes = _START
    loose: str = ""
    rows: int = 0
    refused: int = 0
    links: int = 0

    def pass_line(self, line: Line | LongLine, digest: bytes) -> None:
        """Take in that a line was dealt with, `digest` being what `after` gave for it."""
        if line.ended:
            self.offset, self.line, self.chain, self.loose = line.end, line.number, digest, ""
        else:
            self.loose = digest.hex()

    def refuse_row(self) -> None:
        """Count a row as refused that was counted as taken: the log refused it."""
        self.rows -= 1
        self.refused += 1


def state_of(place: Place, stamp: tuple[int, int, int], source: str | None, ends: str, *, done: bool) -> FileState:
    """Return what is to be remembered of a file; `ends` is its fingerprint before the place."""
    size, mtime_ns, inode = stamp
    return FileState(
        size=size,
        mtime_ns=mtime_ns,
        inode=inode,
        source=source or "",
        offset=place.offset,
        line=place.line,
        chain="" if place.chain == _START else place.chain.hex(),
        loose=place.loose,
        ends=ends,
        rows=place.rows,
        refused=place.refused,
        links=place.links,
        done=done,
    )


def after(chain: bytes, line: Line | LongLine) -> bytes:
    """Return the digest of all lines so far.

    16 bytes that tell this line, at this place of this text, from any other.
    """
    digest = hashlib.sha256(chain)
    digest.update(line.data if isinstance(line, Line) else bytes.fromhex(line.sha256))
    return digest.digest()[:16]


def resume(
    file: SeedBytes, known: FileState | None, twin: FileState | None, check: Callable[[], None]
) -> tuple[Place, Iterator[Line | LongLine]]:
    """Return the place to go on at, and the lines from there.

    `known` is the state of this path, `twin` that of a file with the same size, beginning and end. A file that only
    grew is known by its ends and read on at the offset. Whatever else differs, or is gzip data, has its lines
    compared; when they are not those that were read, it begins again. `check` is called for each and may raise.
    """
    if known is not None and known.offset and not file.gzipped and only_grew(file, known):
        return place_of(known), file.lines(known.offset, known.line)
    for state in (known, twin):
        if state is not None and state.offset:
            lines = file.lines()
            if _same_lines(lines, state, check):
                return place_of(state), lines
        elif state is not None and state.loose:
            return place_of(state), file.lines()
    return Place(), file.lines()


def only_grew(file: SeedBytes, known: FileState) -> bool:
    """Whether a file is as it was when its state was stored, but for what may stand behind that place."""
    size, _, inode = file.stamp
    grown = inode == known.inode and size > known.size
    return (grown or file.same_as(known.stamp)) and file.ends(known.offset) == known.ends


def _same_lines(lines: Iterator[Line | LongLine], state: FileState, check: Callable[[], None]) -> bool:
    chain = _START
    try:
        for line in lines:
            check()
            chain = after(chain, line)
            if line.end >= state.offset:
                return line.end == state.offset and line.ended and chain.hex() == state.chain
    except Damaged:
        return False  # reading from the start comes to the same place, and says so there
    return False


def place_of(state: FileState) -> Place:
    """Return the place that a state speaks of."""
    chain = bytes.fromhex(state.chain) or _START
    return Place(state.offset, state.line, chain, state.loose, state.rows, state.refused, state.links)
