"""Read the files that were found, one after the other, and name each that cannot be read with its reason."""

import hashlib
import os
from collections.abc import Iterable
from pathlib import Path
from threading import Event

from msgspec import structs

from copydesk.errors import MissingExtra
from copydesk.events import Refused
from copydesk.producers.outbox import Stopped
from copydesk.producers.seeds.byte_reader import LINE_LIMIT, SeedBytes
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.entries_file import EntriesFile
from copydesk.producers.seeds.kinds.entries import HEAD
from copydesk.producers.seeds.kinds.link_lists import SNIFFED, lists_links
from copydesk.producers.seeds.kinds.table import known_suffixes, seed_kind
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
from copydesk.producers.seeds.rows import SeedRow, row_of_document
from copydesk.producers.seeds.saved_pages import FoundAddress, address_beside, is_sidecar, with_address
from copydesk.web.charset import binary_kind


class FilesReader:
    """Hand what files hold to the publisher. Raises Stopped as soon as the run is to stop."""

    def __init__(self, publisher: SeedPublisher, counts: SeedCounts, stop: Event) -> None:
        self._publisher, self._counts, self._stop = publisher, counts, stop
        self._before = 0

    def read(self, found: Iterable[FoundPath]) -> None:
        """Read everything that was found, then publish what is left."""
        for one in found:
            self._check()
            if isinstance(one, SeedFile):
                if one.kind is None and is_sidecar(one.path):
                    continue
                self._read_file(one)
                self._before += one.size if one.kind else 0
                self._counts.bytes_done = self._before
            elif isinstance(one, UnreadablePath):
                self._refuse(one.path, one.reason)
            elif not left_alone(one.path):
                self._counts.leave_out(printable_path(one.path), "link to a directory")
            if self._publisher.full:
                self._publisher.flush()
        self._publisher.close()
        if words := self._counts.left_out_words():
            self._counts.complain(words)

    def _read_file(self, found: SeedFile) -> None:
        key = f"file:{printable_path(Path(os.path.abspath(found.path)))}"
        told = self._address(found)
        self._publisher.begin(found.path, told)
        try:
            with SeedBytes(found.path) as file:
                known = self._state(key)
                if known is not None and known.done and file.same_as(known.stamp):
                    self._known_before(found.path, known)
                    return
                kind = seed_kind(found.path.name, file.head(HEAD), named=found.given)
                if (kind in {"rows", "links"} and not file.zstd) or (kind == "text" and self._lists_links(file)):
                    lines = LinesFile(self._publisher, self._counts, file, key, self._before, urls=kind != "rows")
                    lines.read(known, self._state(twin_key(file)), self._check)
                elif kind in {"text", "html"} and not (file.gzipped or file.zstd):
                    self._read_document(file, key, known, told, html=kind == "html")
                else:
                    reading = EntriesFile(self._publisher, self._counts, file, key, self._before, named=found.given)
                    if not reading.read(known, told, self._check) and found.given:
                        self._refuse(
                            found.path, f"The file is of no known kind: its name must end in {known_suffixes()}"
                        )
        except MissingExtra as error:
            self._refuse(found.path, f"The file cannot be read: {error}")
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
        if isinstance(row, SeedRow) and row.content_type == "text/plain" and lists_links(row.content):
            row = Refused(f"The document is a list of URLs in {row.encoding}: save it as UTF-8")
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
        self._counts.addresses += known.links
        self._publisher.known(known.rows)
        if known.refused:
            rows = f"{known.refused:,} of its rows were" if known.refused > 1 else "one of its rows was"
            what = rows if known.rows or known.refused > 1 else "it was"
            self._counts.complain(f"{printable_path(path)}: {what} refused before: copydesk dead list")

    def _state(self, key: str) -> FileState | None:
        """Return what is known under a key, when it was read with the same words."""
        found = self._publisher.state(key)
        return found if found is not None and found.source == self._publisher.said else None

    def _lists_links(self, file: SeedBytes) -> bool:
        """Whether a text is a list of addresses in UTF-8, by its beginning."""
        head = file.head(SNIFFED).removeprefix(BOM)
        return not (file.gzipped or binary_kind(head)) and lists_links(head.decode("utf-8", "replace"))

    def _refuse(self, path: Path, reason: str) -> None:
        self._counts.read += 1
        digest = hashlib.sha256(os.fsencode(os.path.abspath(path)) + b"\x00" + reason.encode()).hexdigest()[:32]
        self._publisher.refuse(Where(printable_path(path), None, digest), reason)

    def _check(self) -> None:
        if self._stop.is_set():
            raise Stopped


_TOO_LARGE = f"The file is over the limit of {LINE_LIMIT >> 20} MiB for one article"
