"""Read the files that were found, one after the other, and name each that cannot be read with its reason."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Event

from msgspec import structs

from copydesk.events import Refused
from copydesk.producers.outbox import Stopped
from copydesk.producers.seeds.byte_reader import LINE_LIMIT, LongLine, SeedBytes
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.ledger import FileState
from copydesk.producers.seeds.lines_file import BOM, LinesFile, twin_key
from copydesk.producers.seeds.paths import (
    FoundPath,
    SeedFile,
    UnreadablePath,
    left_alone,
    os_error_words,
    printable_path,
)
from copydesk.producers.seeds.publisher import SeedPublisher, Where
from copydesk.producers.seeds.resume import Place, state_of
from copydesk.producers.seeds.rows import is_url_line, row_of_document
from copydesk.producers.seeds.saved_pages import FoundAddress, address_beside, is_sidecar, with_address

_SNIFF_LIMIT = 64 << 10


class FilesReader:
    """Hand what files hold to the publisher. Raises Stopped as soon as the run is to stop."""

    def __init__(self, publisher: SeedPublisher, counts: SeedCounts, stop: Event) -> None:
        self._publisher, self._counts, self._stop = publisher, counts, stop
        self._before = 0

    def read(self, found: Iterable[FoundPath]) -> None:
        """Read everything that was found, then publish what is left."""
        skipped = list[Path]()
        for one in found:
            self._check()
            if isinstance(one, SeedFile):
                self._read_file(one)
                self._before += one.size
                self._counts.bytes_done = self._before
            elif isinstance(one, UnreadablePath):
                self._refuse(one.path, one.reason)
            elif not left_alone(one.path) and not is_sidecar(one.path):
                self._counts.skipped += 1
                skipped = skipped or [one.path]
            if self._publisher.full:
                self._publisher.flush()
        self._publisher.close()
        if skipped:
            words = "one file that is" if self._counts.skipped == 1 else f"{self._counts.skipped:,} files that are"
            self._counts.complain(f"left out {words} no article by name, such as {printable_path(skipped[0])}")

    def _read_file(self, found: SeedFile) -> None:
        key = f"file:{printable_path(Path(os.path.abspath(found.path)))}"
        told = self._address(found)
        self._publisher.begin(found.path, told)
        try:
            with SeedBytes(found.path) as file:
                known = self._state(key)
                if known is not None and known.done and file.same_as(known.stamp):
                    self._known_before(found.path, known)
                elif found.kind in {"rows", "urls"} or (found.kind == "text" and self._lists_urls(file)):
                    lines = LinesFile(self._publisher, self._counts, file, key, self._before, urls=found.kind != "rows")
                    lines.read(known, self._state(twin_key(file)), self._check)
                else:
                    self._read_document(file, key, known, told, html=found.kind == "html")
        except OSError as error:
            self._refuse(found.path, os_error_words(error))

    def _address(self, found: SeedFile) -> FoundAddress | None:
        """Return the address that a person names for a document."""
        if found.kind not in {"text", "html"}:
            return None
        url = self._publisher.options.url
        return FoundAddress(url, "--url") if url else address_beside(found.path)

    def _read_document(
        self, file: SeedBytes, key: str, known: FileState | None, told: FoundAddress | None, *, html: bool
    ) -> None:
        """Read a file that is one article: the one it was before, where nothing else says which."""
        size = file.stamp[0]
        data, digest, held = list[bytes](), hashlib.sha256(), 0
        for chunk in file.chunks():
            self._check()
            digest.update(chunk)
            held += len(chunk)
            if held <= LINE_LIMIT:
                data.append(chunk)
            else:
                data.clear()
        if file.changed():
            self._refuse(file.path, "The file was written to while it was being read: run again when it is complete")
            return
        sha256 = digest.hexdigest()
        where = Where(printable_path(file.path), None, f"{key}:{sha256}")
        row = row_of_document(b"".join(data), html=html) if held <= LINE_LIMIT else Refused(_TOO_LARGE)
        place, article = Place(), known.article if known else None
        self._counts.read += 1
        if isinstance(row, Refused):
            place.refused += 1
            self._publisher.refuse(where, row.reason, sha256=sha256, size=size)
        else:
            place.rows += 1
            article = self._publisher.article(with_address(row, told), where, place.refuse_row, article)
        stamp, said = file.stamp, self._publisher.said
        self._publisher.states[key] = lambda: structs.replace(
            state_of(place, stamp, said, "", done=True), article=article or ""
        )

    def _known_before(self, path: Path, known: FileState) -> None:
        """Count a file that was read to its end and was not written to since."""
        self._counts.read += known.rows + known.refused
        self._counts.refused += known.refused
        self._publisher.known(known.rows)
        if known.refused:
            rows = f"{known.refused:,} of its rows were" if known.refused > 1 else "one of its rows was"
            what = rows if known.rows or known.refused > 1 else "it was"
            self._counts.complain(f"{printable_path(path)}: {what} refused before: copydesk dead list")

    def _state(self, key: str) -> FileState | None:
        """Return what is known under a key, when it was read with the same words."""
        found = self._publisher.state(key)
        return found if found is not None and found.source == self._publisher.said else None

    def _lists_urls(self, file: SeedBytes) -> bool:
        """Whether each line that says anything is an address; reads no further than to the first that is none."""
        found = False
        if file.gzipped:
            return False
        for line in file.lines(limit=_SNIFF_LIMIT):
            self._check()
            if isinstance(line, LongLine):
                return False
            verdict = is_url_line(line.data.removeprefix(BOM) if line.number == 1 else line.data)
            if verdict is False:
                return False
            found = found or verdict is True
        return found

    def _refuse(self, path: Path, reason: str) -> None:
        self._counts.read += 1
        digest = hashlib.sha256(os.fsencode(os.path.abspath(path)) + b"\x00" + reason.encode()).hexdigest()[:32]
        self._publisher.refuse(Where(printable_path(path), None, digest), reason)

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped


_TOO_LARGE = f"The file is over the limit of {LINE_LIMIT >> 20} MiB for one article"
