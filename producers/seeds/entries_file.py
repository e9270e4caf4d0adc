"""Read one file of any kind but lines and single documents, from where it was left, entry by entry."""

import hashlib
import itertools
from collections.abc import Callable, Iterator

import msgspec

from copydesk.events import Refused
from copydesk.producers.seeds.byte_reader import SeedBytes
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.kinds.entries import FileEntry, LeftOut
from copydesk.producers.seeds.kinds.link_lists import Listed
from copydesk.producers.seeds.kinds.read import entries, row_of_entry
from copydesk.producers.seeds.ledger import FileState
from copydesk.producers.seeds.nameless import Nameless
from copydesk.producers.seeds.paths import printable_name
from copydesk.producers.seeds.publisher import SeedPublisher, Where
from copydesk.producers.seeds.resume import Place, only_grew, place_of, state_of
from copydesk.producers.seeds.rows import NoContent, SeedRow
from copydesk.producers.seeds.saved_pages import FoundAddress, with_address

_CHANGED = "The file was written to while it was being read: run again for the rest"


class EntriesFile:
    """Read one open file; after `read` its state is with the publisher, also when it raises.

    A state's `line` counts the entries that were dealt with. Where they can be read again at their offset, as records
    of a WARC can, reading goes on there; else as many are passed over, provided that nobody wrote to the file.
    """

    def __init__(
        self, publisher: SeedPublisher, counts: SeedCounts, file: SeedBytes, key: str, before: int, *, named: bool
    ) -> None:
        self._publisher, self._counts, self._file, self._key, self._before = publisher, counts, file, key, before
        self._names = publisher.options.names
        self._name, self._named = printable_name(str(file.path)), named
        self._place, self._whole, self._done = Place(), True, False
        self._ends: str | None = None
        self._told: FoundAddress | None = None
        self._said, self._nameless = publisher.said, Nameless()

    def read(self, known: FileState | None, told: FoundAddress | None, check: Callable[[], None]) -> bool:
        """Read on from where the file was left; returns False, with nothing done, for a file of no known kind.

        `told` is the address that a person names for a file of one document.
        """
        self._told = told
        try:
            found, first = self._resumed(known, check)
            if first is not None and isinstance(first.item, LeftOut) and first.number is None and not first.member:
                if not self._named:
                    self._counts.leave_out(self._name, first.item.kind)
                return False
            self._keep()
            for entry in itertools.chain(() if first is None else (first,), found):
                check()
                self._counts.bytes_done = self._before + self._file.position
                self._take(entry)
                if self._publisher.full:
                    self._publisher.flush()
            if self._nameless.rows:
                where = Where(self._name, None, f"{self._key}:nameless")
                self._publisher.refuse(where, self._nameless.reason(), self._nameless.first, rows=self._nameless.rows)
            self._done = self._whole and not self._file.changed()
            if self._done and not self._place.rows and not self._place.refused:
                self._refuse_whole()
            if self._file.changed():
                self._counts.complain(f"{self._name}: {_CHANGED}")
            return True
        finally:
            self._ends = self._file.ends(self._place.offset)

    def _resumed(
        self, known: FileState | None, check: Callable[[], None]
    ) -> tuple[Iterator[FileEntry], FileEntry | None]:
        """Return the entries that are still to be dealt with, the first of them apart; counts those that were."""
        if known is not None and known.offset and only_grew(self._file, known):
            found = self._entries(check, known.offset, known.line - 1)
            if (again := next(found, None)) is not None and again.token == known.loose:
                self._go_on(known)
                return found, next(found, None)
        found = self._entries(check)
        if known is not None and known.line and self._file.same_as(known.stamp):
            self._go_on(known)
            found = itertools.islice(found, known.line, None)
        return found, next(found, None)

    def _entries(self, check: Callable[[], None], start: int = 0, before: int = 0) -> Iterator[FileEntry]:
        stream = self._file.stream(check)
        return entries(stream, self._file.path.name, named=self._named, names=self._names, start=start, before=before)

    def _go_on(self, known: FileState) -> None:
        self._place = place_of(known)
        self._counts.read += known.rows + known.refused
        self._counts.refused += known.refused
        self._counts.addresses += known.links
        self._publisher.known(known.rows)

    def _take(self, entry: FileEntry) -> None:
        row, place = row_of_entry(entry, self._names), self._place
        where = self._where(entry)
        if isinstance(row, LeftOut):
            self._counts.leave_out(where.place, row.kind)
        elif row is not None:
            self._counts.read += 1
            if isinstance(row, NoContent) and row.keys and not place.rows:
                place.refused += 1
                first = entry.item if isinstance(entry.item, bytes) else msgspec.json.encode(entry.item)
                self._nameless.take(row.keys, first)
            elif isinstance(row, Refused):
                place.refused += entry.whole
                self._refuse(row.reason, where, entry)
            else:
                place.rows += 1
                if isinstance(row, Listed):
                    place.links += 1
                    self._counts.addresses += 1
                    self._publisher.link(row.url, where, row.title)
                else:
                    row = with_address(row, self._told) if self._told is not None and entry.alone else row
                    self._article(row, entry, where)
        if entry.whole:
            place.line += 1
            place.offset, place.loose = entry.offset, entry.token
        else:
            self._whole = False
        self._keep()

    def _article(self, row: SeedRow, entry: FileEntry, where: Where) -> None:
        """Publish a row; a document that nothing else names stays the article that its place was before."""
        if entry.number is not None or row.url or row.given or row.odd_url:
            self._publisher.article(row, where, self._place.refuse_row)
            return
        key = f"{self._key}/{printable_name(entry.member)}"
        known = self._publisher.state(key)
        before = known.article if known is not None and known.source == self._said else None
        article = self._publisher.article(row, where, self._place.refuse_row, before)
        if article != before:
            state = FileState(*self._file.stamp, source=self._said, article=article)
            self._publisher.states[key] = lambda: state

    def _where(self, entry: FileEntry) -> Where:
        name = f"{self._name}/{printable_name(entry.member)}" if entry.member else self._name
        return Where(name, entry.number, f"{self._key}:{entry.member}:{entry.number}")

    def _refuse(self, reason: str, where: Where, entry: FileEntry) -> None:
        data = entry.item if isinstance(entry.item, bytes) else None
        digest = hashlib.sha256(f"{where.digest}:{reason}".encode("utf-8", "surrogatepass") + (data or b""))
        self._publisher.refuse(where._replace(digest=digest.hexdigest()[:32]), reason, data)

    def _refuse_whole(self) -> None:
        self._counts.read += 1
        self._place.refused += 1
        reason = "The file holds no article"
        digest = hashlib.sha256(f"{self._key}:{reason}".encode()).hexdigest()[:32]
        self._publisher.refuse(Where(self._name, None, digest), reason)
        self._keep()

    def _keep(self) -> None:
        """Have the state saved with the next batch, as it is then."""
        self._publisher.states[self._key] = self._state

    def _state(self) -> FileState:
        ends = self._file.ends(self._place.offset) if self._ends is None else self._ends
        return state_of(self._place, self._file.stamp, self._said, ends, done=self._done)
