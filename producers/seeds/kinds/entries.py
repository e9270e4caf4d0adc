"""Define what readers of files yield, and how much of anything they hold at a time."""

from io import BufferedIOBase
from typing import Any, NamedTuple

from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import LINE_LIMIT
from copydesk.producers.seeds.kinds.link_lists import Listed
from copydesk.producers.seeds.rows import SeedRow

HEAD = 4096


class LeftOut(NamedTuple):
    """Name what is no article by its kind, such as `.png` or `image/png`: counted, and no fault."""

    kind: str


class FileEntry(NamedTuple):
    """Hold one thing that a file holds, and where it stands.

    `item` is a row, a mapping of a row's fields, a line of JSON, a link, or why there is none. `member` is the name
    within archives, `number` the line, row, record or mail. `whole` is false where the file breaks off: once it is
    complete, it is to be read again from there. The entry can be read again at the byte `offset`, where its `token`
    says that it is the same; 0 where it cannot.
    """

    item: SeedRow | dict[str, Any] | bytes | Listed | Refused | LeftOut
    member: str = ""
    number: int | None = None
    whole: bool = True
    offset: int = 0
    token: str = ""

    @property
    def alone(self) -> bool:
        """Whether it is the one document that the file is."""
        return self.number is None and not self.member


def read_whole(stream: BufferedIOBase) -> bytes | Refused:
    """Return all bytes of one document, or Refused for what is too large; raises Damaged and OSError."""
    found, held = list[bytes](), 0
    while held <= LINE_LIMIT and (piece := stream.read(LINE_LIMIT + 1 - held)):
        found.append(piece)
        held += len(piece)
    if held > LINE_LIMIT:
        return Refused(f"The file is over the limit of {LINE_LIMIT >> 20} MiB for one article")
    return b"".join(found)
