"""Read one file of lines, JSON rows or URLs, from where it was left to its end, line by line."""

from collections.abc import Callable

from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import LINE_LIMIT, Damaged, Line, LongLine, SeedBytes
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.kinds.link_lists import Listed, link_of_line
from copydesk.producers.seeds.ledger import FileState
from copydesk.producers.seeds.nameless import Nameless
from copydesk.producers.seeds.paths import printable_path
from copydesk.producers.seeds.publisher import SeedPublisher, Where
from copydesk.producers.seeds.resume import Place, after, resume, state_of
from copydesk.producers.seeds.rows import NoContent, row_of_line
from copydesk.web.charset import binary_kind

BOM = b"\xef\xbb\xbf"
_CHANGED = "The file was written to while it was being read: run again for the rest"
_TOO_LONG = f"The line is over the limit of {LINE_LIMIT >> 20} MiB"


def twin_key(file: SeedBytes) -> str:
    """Return the state key that a copy of this file elsewhere has as well."""
    size = file.stamp[0]
    return f"twin:{size}:{file.ends(size)}"


class LinesFile:
    """Read one open file; after `read` its state is with the publisher, also when it raises.

    `before` is how many bytes of other files are done, for the progress that `counts` shows.
    """

    def __init__(
        self, publisher: SeedPublisher, counts: SeedCounts, file: SeedBytes, key: str, before: int, *, urls: bool
    ) -> None:
        self._publisher, self._counts, self._file, self._before, self._urls = publisher, counts, file, before, urls
        self._name, self._said = printable_path(file.path), publisher.said
        self._nameless = Nameless()
        self._keys = (key, twin_key(file))
        self._place, self._done = Place(), False
        self._ends: str | None = None

    def read(self, known: FileState | None, twin: FileState | None, check: Callable[[], None]) -> None:
        """Read on from where this file, or its twin, was left; `check` is called for each line and may raise."""
        try:
            unfit = self._unfit()
            if unfit is None:
                self._read(known, twin, check)
            else:
                self._refuse_whole(unfit)
            if self._file.changed():
                self._counts.complain(f"{self._name}: {_CHANGED}")
                self._done = False
        finally:
            self._ends = self._fingerprint()

    def _read(self, known: FileState | None, twin: FileState | None, check: Callable[[], None]) -> None:
        self._place, lines = resume(self._file, known, twin, lambda: self._passing(check))
        self._counts.read += self._place.rows + self._place.refused
        self._counts.refused += self._place.refused
        self._publisher.known(self._place.rows)
        self._counts.addresses += self._place.links
        self._keep()
        try:
            for line in lines:
                self._passing(check)
                self._take(line)
        except Damaged as error:
            self._counts.read += 1
            number = self._place.line + 1
            where = Where(self._name, number, f"{self._place.chain.hex()}:{error}")
            self._publisher.refuse(where, f"{error}; what stands before was read")
            return  # not done: when the file is whole, the next run goes on here
        if self._nameless.rows:
            where = Where(self._name, None, f"{self._place.chain.hex()}:nameless")
            self._publisher.refuse(where, self._nameless.reason(), self._nameless.first, rows=self._nameless.rows)
        self._done = True
        if not self._place.rows and not self._place.refused:
            self._refuse_whole(
                "The file is empty" if self._file.stamp[0] == 0 else "The file holds nothing but blank lines"
            )

    def _passing(self, check: Callable[[], None]) -> None:
        check()
        self._counts.bytes_done = self._before + self._file.position

    def _take(self, line: Line | LongLine) -> None:
        """Hand one line to the publisher and publish when a batch is full."""
        place = self._place
        digest = after(place.chain, line)
        if not line.ended and digest.hex() == place.loose:
            return  # the last line, which ends without a line feed, was read before
        where = Where(self._name, line.number, digest.hex())
        if isinstance(line, LongLine):
            self._count_refused()
            self._publisher.refuse(where, _TOO_LONG, sha256=line.sha256, size=line.size)
        else:
            self._take_data(line.data.removeprefix(BOM) if line.number == 1 else line.data, where)
        place.pass_line(line, digest)
        self._keep()
        if self._publisher.full:
            self._publisher.flush()

    def _take_data(self, data: bytes, where: Where) -> None:
        row = link_of_line(data) if self._urls else row_of_line(data, self._publisher.options.names)
        if row is None:
            return
        if isinstance(row, NoContent) and row.keys and not self._place.rows:
            self._count_refused()
            self._nameless.take(row.keys, data)
            return
        if isinstance(row, Refused):
            self._count_refused()
            self._publisher.refuse(where, row.reason, data)
            return
        self._counts.read += 1
        self._place.rows += 1
        if isinstance(row, Listed):
            self._place.links += 1
            self._counts.addresses += 1
            self._publisher.link(row.url, where, row.title)
        else:
            self._publisher.article(row, where, self._place.refuse_row)

    def _count_refused(self) -> None:
        self._counts.read += 1
        self._place.refused += 1

    def _unfit(self) -> str | None:
        """Return why the file as a whole is none of lines, by its beginning; None when it is one."""
        if self._file.stamp[0] == 0:
            return "The file is empty"
        if self._name.lower().endswith(".gz") and not self._file.gzipped:
            return "The file is not gzip data"
        kind = binary_kind(self._file.head())
        what = "a list of URLs" if self._urls else "JSON Lines"
        return None if kind is None else f"The file is {kind}, not {what} in UTF-8"

    def _refuse_whole(self, reason: str) -> None:
        self._place, self._done = Place(), True
        self._count_refused()
        self._publisher.refuse(Where(self._name, None, f"{self._keys[0]}:{self._keys[1]}:{reason}"), reason)
        self._keep()

    def _keep(self) -> None:
        """Have the state saved with the next batch, as it is then."""
        for key in self._keys:
            self._publisher.states[key] = self._state

    def _state(self) -> FileState:
        ends = self._fingerprint() if self._ends is None else self._ends
        return state_of(self._place, self._file.stamp, self._said, ends, done=self._done)

    def _fingerprint(self) -> str:
        return "" if self._file.gzipped else self._file.ends(self._place.offset)
