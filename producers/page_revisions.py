"""The revisions of pages: the fetch instant, above every earlier one of the source though the clock went back.

The highest revision of each source is kept in the compacted topic `pages.state`, keyed by source: so it stays small,
and a restart after the clock was set back does not make edits look old.
"""

from collections import OrderedDict
from collections.abc import Callable

from copydesk.identity import next_revision
from copydesk.pipeline import PAGES_STATE
from copydesk.ports import Log, Message, Table

_MOST = 20_000
_HEADERS = {"type": "PagesState"}


class Revisions:
    """Hands out revisions. `next` and `unsaved` are for one thread, `read` and `save` for one other."""

    def __init__(self, log: Log) -> None:
        self._log = log
        self._table: Table | None = None
        self._last: OrderedDict[str, int] = OrderedDict()
        self._unsaved: dict[str, int] = {}

    def knows(self, source: str) -> bool:
        """Whether the last revision of a source is at hand, without `read`."""
        return source in self._last

    def learn(self, source: str, last: int) -> None:
        """Note what `read` found."""
        self._last[source] = max(last, self._last.get(source, 0))
        if len(self._last) > _MOST:
            oldest = next(iter(self._last))
            if oldest not in self._unsaved:
                del self._last[oldest]

    def next(self, source: str, now_ms: int) -> int:
        """The next revision of any article of a source."""
        revision = next_revision(now_ms, self._last.get(source))
        self._last[source] = self._unsaved[source] = revision
        self._last.move_to_end(source)
        return revision

    def unsaved(self) -> dict[str, int]:
        """What was handed out since the last call."""
        found, self._unsaved = self._unsaved, {}
        return found

    def read(self, source: str) -> int:
        """The last revision of a source as the log knows it, 0 for none. Raises LogUnavailable."""
        if self._table is None:
            self._table = self._log.table(PAGES_STATE)
        self._table.refresh()
        value = self._table.get(source)
        return int(value) if value is not None and value.isdigit() else 0

    def save(self, found: dict[str, int], insist: Callable[[Callable[[], None]], None]) -> None:
        """Write revisions, trying again through `insist` for as long as the log does not answer."""
        if found:
            messages = [Message(source, str(revision).encode(), _HEADERS) for source, revision in found.items()]
            insist(lambda: self._log.publish(PAGES_STATE, messages))
