"""Keep the seed producer's state in the compacted topic `seeds.state`, and apply the rules that follow from it.

Keys: `article:<id>` the last revision and content; `link:<id>` an address that was published; `file:<path>` and
`twin:<size>:<fingerprint>` how far a file, or one of the same bytes elsewhere, was read; `file:<path>/<member>` which
article a document in an archive, or in a packed file, is; `refused:<digest>` a dead letter that was written; `clock`
the latest instant of a run that did not end.

State is published only after the events it speaks of are acknowledged, and what a file's state rests on before it.
So after a kill it may know less than the log holds, never more: at most one batch is published again, with equal or
higher revisions of the same content in the same order, which changes nothing in the end. Should the clock have gone
back meanwhile, what comes after that batch could fall below it; so `clock` stands while a run is under way, and a run
that finds it starts above it (see `Ledger.now_ms`).
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

import msgspec
from msgspec import Struct

from copydesk.identity import next_revision
from copydesk.log_port import Message, Table

OLDER_REVISIONS_KEPT = 8
OVERLAY = 10_000
_CLOCK, _CLOCK_MARGIN = "clock", 60_000


class ArticleState(Struct, frozen=True, omit_defaults=True):
    """Hold the highest revision, the fetch instant (ms) and content it stands for, and older published ones.

    `spread` says whether the article's key has a bucket: it is in the partition of its first revision for ever.
    """

    revision: int
    fetched: int
    content: str
    older: tuple[tuple[str, int], ...] = ()
    spread: bool = False


class FileState(Struct, frozen=True, omit_defaults=True):
    """Hold how far a file was read and what it was then.

    `offset`, `line` and `chain` (a digest over all lines so far) stand behind the last line that ended in a line feed;
    `loose` is the digest of one after it that did not. `ends` is the fingerprint before `offset`, `rows` counts what
    was published or known, `links` the addresses among it, `refused` what became dead letters, `source` is what was
    said with the command: the name, `--map`, the address. `article` is the id of the one article that the file is.
    Where a file is not one of lines, `line` counts its entries, `offset` is where the last one begins that can be read
    again, and `loose` its token.
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
    links: int = 0
    done: bool = False
    article: str = ""

    @property
    def stamp(self) -> tuple[int, int, int]:
        """Return what tells that a file is the same and was not written to."""
        return self.size, self.mtime_ns, self.inode


def decide(
    last: ArticleState | None, content: str, fetched_ms: int | None, now_ms: int
) -> tuple[int | None, ArticleState]:
    """Return the revision to publish a row under, None when it is known, and the state after it. Pure.

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
        older = (*last.older, (content, fetched_ms))[-OLDER_REVISIONS_KEPT:]
        return fetched_ms, msgspec.structs.replace(last, older=older)
    if content == last.content and (fetched_ms is None or fetched_ms == last.fetched):
        return None, last
    revision = next_revision(now_ms if fetched_ms is None else fetched_ms, last.revision)
    fetched = max(last.fetched, now_ms) if fetched_ms is None else fetched_ms
    older = (*last.older, (last.content, last.fetched))[-OLDER_REVISIONS_KEPT:]
    return revision, ArticleState(revision, fetched, content, older, last.spread)


def without(before: ArticleState | None, after: ArticleState) -> ArticleState:
    """Return the state when the revision that led from `before` to `after` was refused: its number stays used. Pure."""
    if before is None:
        return ArticleState(after.revision, 0, "")
    return msgspec.structs.replace(before, revision=max(before.revision, after.revision))


S = TypeVar("S", bound=Struct)
_encoder = msgspec.json.Encoder()


class Ledger:
    """Hold the state as a table, with what was written since on top of it. Not thread-safe.

    A value that cannot be read (written by another version) counts as not there: the worst is work done again.
    """

    def __init__(self, table: Table, clock: Callable[[], datetime]) -> None:
        """Read the state. Raises LogUnavailable, as everything does that looks something up."""
        self._table, self._clock = table, clock
        self._facts: dict[str, bytes] = {}
        self._files: dict[str, bytes] = {}
        self._saved: dict[str, bytes] = {}
        table.refresh()
        seen = self._raw(_CLOCK)
        self._floor = int(seen) + _CLOCK_MARGIN if seen and seen.isdigit() else 0
        self.marked = False

    def now_ms(self) -> int:
        """Return the clock in milliseconds.

        Should it be behind the latest instant of a run that was killed, above that.
        """
        now = int(self._clock().timestamp() * 1000)
        return now if now >= self._floor - _CLOCK_MARGIN else self._floor

    def article(self, article: str) -> ArticleState | None:
        """Return the state of an article."""
        return self._get(ArticleState, f"article:{article}")

    def file(self, key: str) -> FileState | None:
        """Return the state under a `file:` or `twin:` key."""
        return self._get(FileState, key)

    def knows(self, key: str) -> bool:
        """Whether anything stands under a `link:` or `refused:` key."""
        return self._raw(key) is not None

    def put(self, key: str, value: ArticleState | None = None) -> None:
        """Set an article's state, or note that a link or refusal is known; saved with the next batch."""
        self._facts[key] = b"1" if value is None else _encoder.encode(value)

    def put_file(self, key: str, state: FileState) -> None:
        """Set how far a file was read; saved after the facts."""
        self._files[key] = _encoder.encode(state)

    def mark(self) -> Message:
        """Return what says that a run is under way; to be published before its first events."""
        self.marked = True
        return Message(_CLOCK, str(self.now_ms()).encode(), {})

    def unmark(self) -> Message:
        """Return what says that the run came to its end."""
        self.marked = False
        return Message(_CLOCK, None, {})

    def facts(self) -> list[Message]:
        """Return what is to be published to the state topic first."""
        return [Message(key, value, {}) for key, value in self._facts.items()]

    def files(self) -> list[Message]:
        """Return what is to be published to the state topic when the facts are acknowledged."""
        found = [Message(key, value, {}) for key, value in self._files.items()]
        return [*found, self.mark()] if self.marked else found

    def saved(self) -> None:
        """Note that all of it was acknowledged. Raises LogUnavailable when the table cannot take it in; call again."""
        self._saved |= self._facts | self._files
        self._facts, self._files = {}, {}
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
        for values in (self._facts, self._files, self._saved):
            if key in values:
                return values[key]
        return self._table.get(key)
