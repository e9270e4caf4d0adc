"""What the seed producer remembers, in the compacted topic `seeds.state`, and the rules that follow from it.

Keys: `article:<id>` the last revision and content; `link:<id>` an address that was published; `file:<path>` and
`twin:<size>:<fingerprint>` how far a file, or one of the same bytes elsewhere, was read; `refused:<digest>` a dead
letter that was written; `clock` the latest instant seen.

State is published only after the events it speaks of are acknowledged. So after a kill it may know less than the
log holds, never more: at most one batch is published again, with equal or higher revisions of the same content in
the same order, which changes nothing in the end. Should the clock have gone back meanwhile, the rows after that batch
could fall below what it published; therefore revisions start above the latest instant seen (see `Ledger.now_ms`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from copydesk.identity import next_revision
from copydesk.ports import Message, Table

OLDER_KEPT = 8
OVERLAY = 10_000
_CLOCK_MARGIN = 60_000


class ArticleState(Struct, frozen=True, omit_defaults=True):
    """The highest revision, the fetch instant (ms) and content it stands for, and older ones that were published."""

    revision: int
    fetched: int
    content: str
    older: tuple[tuple[str, int], ...] = ()


class FileState(Struct, frozen=True, omit_defaults=True):
    """How far a file was read and what it was then.

    `offset`, `line` and `chain` (a digest over all lines so far) stand behind the last line that ended in a line feed;
    `loose` is the digest of one after it that did not. `ends` is the fingerprint before `offset`, `rows` counts what
    was published or known, `refused` what became dead letters, `source` is the name given with the command.
    """

    size: int
    mtime_ns: int
    inode: int
    source: str = ""
    offset: int = 0
    line: int = 0
    chain: str = ""
    loose: str = ""
    ends: str = ""
    rows: int = 0
    refused: int = 0
    done: bool = False

    @property
    def stamp(self) -> tuple[int, int, int]:
        """What tells that a file is the same and was not written to."""
        return self.size, self.mtime_ns, self.inode


def decide(
    last: ArticleState | None, content: str, fetched_ms: int | None, now_ms: int
) -> tuple[int | None, ArticleState]:
    """The revision to publish a row under, None when it is known, and the state after it. Pure.

    Without a fetch instant the row is the next revision unless it says what the last one said. With one, later wins:
    a later row is published even when it says the same, so that what comes between does not win; an earlier one gets
    its own lower revision, and is superseded; at an equal instant another content is the next revision.
    """
    if last is None:
        at = now_ms if fetched_ms is None else fetched_ms
        return at, ArticleState(at, at, content)
    if fetched_ms is not None and fetched_ms < last.fetched:
        if (content, fetched_ms) in last.older:
            return None, last
        older = (*last.older, (content, fetched_ms))[-OLDER_KEPT:]
        return fetched_ms, msgspec.structs.replace(last, older=older)
    if content == last.content and (fetched_ms is None or fetched_ms == last.fetched):
        return None, last
    revision = next_revision(now_ms if fetched_ms is None else fetched_ms, last.revision)
    fetched = max(last.fetched, now_ms) if fetched_ms is None else fetched_ms
    older = (*last.older, (last.content, last.fetched))[-OLDER_KEPT:]
    return revision, ArticleState(revision, fetched, content, older)


def without(before: ArticleState | None, after: ArticleState) -> ArticleState:
    """The state when the revision that led from `before` to `after` was refused: its number stays used. Pure."""
    if before is None:
        return ArticleState(after.revision, 0, "")
    return msgspec.structs.replace(before, revision=max(before.revision, after.revision))


S = TypeVar("S", bound=Struct)
_encoder = msgspec.json.Encoder()
_decoders = {kind: msgspec.json.Decoder(kind) for kind in (ArticleState, FileState)}


class Ledger:
    """The state as a table, with what was written since on top of it. Not thread-safe.

    A value that cannot be read (written by another version) counts as not there: the worst is work done again.
    """

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        """Raises LogUnavailable, as `get` may."""
        self._table, self._clock = table, clock
        self._pending: dict[str, bytes] = {}
        self._saved: dict[str, bytes] = {}
        table.refresh()
        seen = self._raw("clock")
        self._seen = int(seen) if seen and seen.isdigit() else 0

    def now_ms(self) -> int:
        """The clock in milliseconds; above the latest instant of earlier runs even when the clock went back."""
        now = int(self._clock().timestamp() * 1000)
        return now if now >= self._seen else self._seen + _CLOCK_MARGIN

    def article(self, id: str) -> ArticleState | None:
        """The state of an article."""
        return self._get(ArticleState, f"article:{id}")

    def file(self, key: str) -> FileState | None:
        """The state under a `file:` or `twin:` key."""
        return self._get(FileState, key)

    def knows(self, key: str) -> bool:
        """Whether anything stands under a `link:` or `refused:` key."""
        return self._raw(key) is not None

    def put(self, key: str, value: Struct | None = None) -> None:
        """Set a value, or only note the key; saved with the next batch."""
        self._pending[key] = b"1" if value is None else _encoder.encode(value)

    @property
    def dirty(self) -> bool:
        """Whether there is anything to save."""
        return bool(self._pending)

    def messages(self) -> list[Message]:
        """What is to be published to the state topic, the clock among it."""
        now = str(self.now_ms()).encode()
        return [Message(key, value, {}) for key, value in (*self._pending.items(), ("clock", now))]

    def saved(self) -> None:
        """`messages` were acknowledged. Raises LogUnavailable when the table cannot take them in; call again."""
        self._saved |= self._pending
        self._pending = {}
        if len(self._saved) > OVERLAY:
            self._table.refresh()
            self._saved.clear()

    def _get(self, kind: type[S], key: str) -> S | None:
        raw = self._raw(key)
        try:
            return None if raw is None else msgspec.json.decode(raw, type=kind)
        except msgspec.DecodeError:
            return None

    def _raw(self, key: str) -> bytes | None:
        found = self._pending.get(key)
        if found is None:
            found = self._saved.get(key)
        return self._table.get(key) if found is None else found
