"""Assign revisions to pages: the fetch instant, above every earlier one of the source though the clock went back.

A page that is as it was gets the same one again, so that a page fetched twice for a kill is no new revision.

What was handed out is kept in the compacted topic `pages.state`, keyed by source: the highest revision, and those of
the source's latest pages with a hash of each. So it stays small.
"""

from collections import OrderedDict
from collections.abc import Callable

import msgspec
from msgspec import Struct

from copydesk.identity import next_revision
from copydesk.log_port import Log, Message, Table
from copydesk.pipeline import PAGES_STATE

_MOST = 20_000
_LATEST = 64
_HEADERS = {"type": "PagesState"}


class PageRevision(Struct, array_like=True, omit_defaults=True):
    """Hold the revision a page was given, and the hash of what it was given for; `spread` is that of its key."""

    revision: int
    hash: str
    spread: bool = False


class SourceRevisions(Struct):
    """Hold what is known of a source: its highest revision, and its latest pages by article id, the newest last."""

    last: int = 0
    pages: dict[str, PageRevision] = {}


_memories = msgspec.json.Decoder(SourceRevisions)


class Revisions:
    """Hand out revisions. `next` and `unsaved` are for one thread, `read`, `value` and `save` for one other."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._table: Table | None = None
        self._known: OrderedDict[str, SourceRevisions] = OrderedDict()
        self._unsaved: dict[str, bytes] = {}

    def knows(self, source: str) -> bool:
        """Whether what was handed out for a source is at hand, without `read`."""
        return source in self._known

    def learn(self, source: str, found: SourceRevisions) -> None:
        """Note what `read` found, unless more is known already."""
        self._known.setdefault(source, found)
        if len(self._known) > _MOST:
            oldest = next(iter(self._known))
            if oldest not in self._unsaved:
                del self._known[oldest]

    def next(self, source: str, article: str, digest: str, now_ms: int, spread: bool = False) -> PageRevision:
        """Return the revision of an article of a source that was learned, fetched now with this hash.

        `spread` says how it is keyed where this knows of no earlier revision.
        """
        memory = self._known[source]
        given = memory.pages.pop(article, None)
        if given is None or given.hash != digest:
            spread = spread if given is None else given.spread
            given = PageRevision(next_revision(now_ms, memory.last), digest, spread)
            memory.last = given.revision
        memory.pages[article] = given
        if len(memory.pages) > _LATEST:
            del memory.pages[next(iter(memory.pages))]
        self._unsaved[source] = msgspec.json.encode(memory)
        self._known.move_to_end(source)
        return given

    def unsaved(self) -> dict[str, bytes]:
        """Return what was handed out since the last call."""
        found, self._unsaved = self._unsaved, {}
        return found

    def read(self, source: str) -> SourceRevisions:
        """Return what the log knows of a source. Raises LogUnavailable."""
        return read_source_revisions(self.value(source, True))

    def value(self, key: str, refresh: bool) -> bytes | None:
        """Return what the topic holds under a key, as of now or of the last refresh. Raises LogUnavailable."""
        if self._table is None:
            self._table, refresh = self._log.table(PAGES_STATE), True
        if refresh:
            self._table.refresh()
        return self._table.get(key)

    def save(self, found: dict[str, bytes], retry: Callable[[Callable[[], None]], None]) -> None:
        """Write it, trying again through `retry` for as long as the log does not answer."""
        if found:
            messages = [Message(source, value, _HEADERS) for source, value in found.items()]
            retry(lambda: self._log.publish(PAGES_STATE, messages))


def read_source_revisions(value: bytes | None) -> SourceRevisions:
    """Return a record of the topic; an earlier version's held the highest revision alone.

    What cannot be read is nothing.
    """
    try:
        return (
            SourceRevisions(int(value)) if value is not None and value.isdigit() else _memories.decode(value or b"{}")
        )
    except (msgspec.DecodeError, UnicodeDecodeError):
        return SourceRevisions()
