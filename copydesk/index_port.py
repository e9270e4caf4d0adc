"""Declare the port Index: what an adapter must do, and what it promises when things fail.

An index holds one document per article id, the one with the highest (revision, edition) ever written; one that is
withdrawn keeps its place against lower ones, and nothing but `standing` finds it. It raises only errors of
`copydesk.errors`.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Literal, NamedTuple, Protocol

from copydesk.events import CleanArticle
from copydesk.log_port import EventPlace
from copydesk.search.query import Query


class Verdict(NamedTuple):
    """Tell of one document: stored, stale (an equal or higher version is there: fine), or refused for good."""

    outcome: Literal["stored", "stale", "refused"]
    reason: str = ""


class Hit(NamedTuple):
    """Hold one search result; `highlights` are fragments of plain text, found words marked as Index.search says.

    The article is without `removed` unless the query asks for it. A higher `score` is a better match; it is 0 where
    results are not ranked by relevance. Fragments are of the body, or the whole title where only that has a word.
    """

    article: CleanArticle
    score: float
    highlights: tuple[str, ...]


class StoredRevision(NamedTuple):
    """Hold what is kept of one revision of an article; `place` is that of its clean event, None where nobody knew."""

    revision: int
    fetched_at: datetime
    content_hash: str
    title: str
    place: EventPlace | None = None


FACET_VALUES, FACET_DAYS = 20, 31


class Results(NamedTuple):
    """Hold a page of results, how many there are in all, and counts over all of them by facet.

    `source` and `language` hold the FACET_VALUES most frequent, most first, equal ones by name; `day` the FACET_DAYS
    newest UTC days of `seen_at` with results, as ISO dates in order. Articles without a language are in no count of it.
    """

    total: int
    hits: Sequence[Hit]
    facets: Mapping[str, Mapping[str, int]]


Interval = Literal["day", "week", "month"]
CountedBy = Literal["source", "language", "section"]
TermField = Literal["source", "language", "section", "author", "removed_kinds"]
LONGEST_TERM = 256
"""Longer names of sources, sections and authors are stored, but neither found nor counted by."""


class Count(NamedTuple):
    """Count the articles of the interval that begins on the UTC day `start` and, where asked so, of one value."""

    start: date
    value: str
    articles: int


class IndexStatus(NamedTuple):
    """Describe the index. `waiting` says in words what a write would wait for now, or is empty.

    `missing`: there is no index at all, which `waiting` says; the log knows whether there was one before. `advice` says
    what would be better, where all goes on as it is.
    """

    documents: int
    size_bytes: int
    newest_indexed_at: datetime | None
    waiting: str = ""
    missing: bool = False
    advice: str = ""


class Writable(Protocol):
    """Take articles: an index, or one that is being built."""

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """Write articles, as Index.upsert says."""
        ...


class Rebuild(Protocol):
    """Fill a new index beside the live one, which goes on being searched and written until this one takes over.

    Upsert everything, `take_writes`, upsert what came in the meantime and what is still `lacking`, `take_searches`:
    then nothing that could be found before cannot be found, and nothing written meanwhile is missing.
    The latest rebuild wins over earlier ones that are still under way; they raise StorageError. Every method may also
    raise IndexUnavailable: call it again.
    """

    @property
    def id(self) -> str:
        """Return a name that no other rebuild ever has."""
        ...

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """Write into the new index, as Index.upsert says; an article that the live index has in the same revision
        keeps the `indexed_at` it has there, and what is known there of its revisions.
        """
        ...

    def lacking(self) -> Iterator[CleanArticle]:
        """Yield the articles of the live index that the new one does not have, or in a lower revision only.

        Ask once all writes go to the new index. What was upserted since need not be noticed.
        """
        ...

    def take_writes(self) -> None:
        """Make what anyone writes from now on be, or come to be, in the new index."""
        ...

    def take_searches(self) -> None:
        """Make the new index the one that is searched. The old one stays, unused, until the next rebuild."""
        ...

    def abandon(self) -> None:
        """Drop the new index unless it has taken over. Never raises."""
        ...


class Note(NamedTuple):
    """Hold what is shown beside the articles: an alarm of a source, or a dead letter; the same `id` replaces.

    `name` is the kind of the alarm or the class of the letter, `words` what changed or why it was refused, `article`
    the id of what is to be looked at. An alarm that is open has no `ended_at`.
    """

    id: str
    type: Literal["alarm", "dead_letter"]
    at: datetime
    source: str
    name: str
    words: str
    stage: str = ""
    title: str = ""
    article: str = ""
    ended_at: datetime | None = None


class Notes(Protocol):
    """Keep notes where dashboards show them."""

    def write(self, notes: Sequence[Note]) -> None:
        """Durably write notes, over those of the same ids. Raises IndexUnavailable: write all of them again."""
        ...

    def close(self) -> None:
        """Release everything. Never raises."""
        ...


class Rebuildable(Protocol):
    """Build an index anew while it is in use."""

    def rebuild(self) -> Rebuild:
        """Start a rebuild; what earlier ones left is dropped. Raises IndexUnavailable, ConfigError, StorageError."""
        ...


class Index(Rebuildable, Protocol):
    """Store and search. Writes are idempotent: the highest version of an id stays, whatever order they come in."""

    def setup(self) -> None:
        """Create what is missing; never touch what is there. Raises IndexUnavailable, ConfigError, StorageError."""
        ...

    def upsert(
        self, articles: Sequence[CleanArticle], events: Sequence[bytes] = (), places: Sequence[EventPlace | None] = ()
    ) -> Sequence[Verdict]:
        """Durably write articles and return one verdict each, in order; found by id at once, by search within a second.

        One that is refused does no harm to its neighbours. `indexed_at` is set by the index, whatever the article says.
        `events` are what the articles were read from, one each, where they were read: they need not be written as JSON
        and read again to know that they can be. `places` are where those events stand in the log. Each article that is
        stored leaves a row for `history`, and what changed since the revision before it is on it when it is read.

        Raises IndexUnavailable when any outcome is not known: write all of them again.
        """
        ...

    def get(self, article_id: str, /) -> CleanArticle | None:
        """Return the stored article, None when there is none. A unique prefix of at least 6 characters will do.

        So will the id that a row gave it, or that another of its addresses has: the one that was asked for before the
        host led on, or the page's own where another counts; where no other article has the same.
        """
        ...

    def count_ids(self, prefix: str, /) -> int:
        """Count the articles whose ids begin so. Raises IndexUnavailable."""
        ...

    def search(self, query: Query) -> Results:
        """Find articles; a query without terms lists all that pass its filters, as `newest` does unless `oldest`.

        Case, accents and width do not matter; words inside sentences of scripts without spaces are found; removed text
        is not searched. Title words count for more. Equal ranks come newest first. Highlights mark found words as
        HIGHLIGHT_START word HIGHLIGHT_END in otherwise plain text. Raises IndexUnavailable.
        """
        ...

    def counts(self, query: Query, interval: Interval, by: CountedBy | None = None) -> Sequence[Count]:
        """Count what the query matches by the interval of `seen_at`, and by a field, in order.

        Weeks begin on Monday. Empty intervals are left out, as are articles without a value. Ignores limit, sort and
        place. Raises IndexUnavailable.
        """
        ...

    def terms(self, query: Query, field: TermField, limit: int = FACET_VALUES) -> Mapping[str, int]:
        """Count what the query matches by the values of a field: the most frequent, most first, equal ones by name.

        An article counts once for each of its values. Ignores limit, sort and place. Raises IndexUnavailable.
        """
        ...

    def scan(self, query: Query) -> Iterator[CleanArticle]:
        """Yield every article the query matches, oldest `seen_at` first, in bounded memory; ignores limit and sort."""
        ...

    def standing(self, ids: Sequence[str]) -> Mapping[str, CleanArticle]:
        """Return what stands of each of these ids, found in full; also an article that is withdrawn."""
        ...

    def revisions(self, ids: Sequence[str]) -> Mapping[str, int]:
        """Return the stored revision of each of these ids that is there."""
        ...

    def history(self, article_id: str, /) -> Sequence[StoredRevision]:
        """Return what is kept of an article's revisions, oldest first: of each text the first and the last that had it.

        The last row is the stored article's. Empty where it is not there, or was stored by a version without history.
        """
        ...

    def status(self) -> IndexStatus:
        """Describe the index. Raises IndexUnavailable within a few seconds."""
        ...

    def close(self) -> None:
        """Release everything. Never raises."""
        ...
