"""Publish rows as events: give them id and revision, send them in batches, save the state once acknowledged."""

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

import msgspec

from copydesk.events import ADDRESS_FACT, DeadLetter, Hints, Link, RawArticle, encode
from copydesk.identity import article_id, source_of
from copydesk.log_port import Message
from copydesk.message_headers import headers, trace_of
from copydesk.partition_keys import raw_key
from copydesk.pipeline import LINKS, RAW, SEEDS_STATE
from copydesk.producers.hot_sources import HotSources
from copydesk.producers.outbox import Outbox, TooLarge, trace_of_link
from copydesk.producers.seeds.counts import SeedCounts
from copydesk.producers.seeds.ledger import ArticleState, FileState, Ledger, decide, without
from copydesk.producers.seeds.letters import letter_of_input, letter_of_too_large
from copydesk.producers.seeds.options import SeedOptions
from copydesk.producers.seeds.rows import SeedRow
from copydesk.producers.seeds.saved_pages import FoundAddress
from copydesk.web.canonical import canonical_url

SEED_BATCH_COUNT, SEED_BATCH_BYTES, ROWS_BETWEEN_SAVES = 200, 8 << 20, 2000
FIRST_BATCH_BYTES = 512 << 10
"""The first batch is small and the next ones grow: those who clean have nothing to do until it is there."""
ODD_URL_KEPT = 500
"""The longest odd URL in characters that an event carries."""


class Where(NamedTuple):
    """Say where a row stands, in words and parts.

    `digest` tells this row, at this place of this text, from any other.
    """

    file: str
    line: int | None
    digest: str

    @property
    def place(self) -> str:
        """Return `file:line`, or the file alone."""
        return self.file if self.line is None else f"{self.file}:{self.line}"


class _Article(NamedTuple):
    message: Message
    where: Where
    event: RawArticle
    content: str
    before: ArticleState | None
    after: ArticleState
    too_large: Callable[[], None]


class SeedPublisher:
    """Take rows in and publish them in batches. `states` gives the file states to save with a batch.

    `source` names what has no address in the file that is read, `said` tells whether it was read with other words.
    All methods raise Stopped when the log does not answer and the run is to stop.
    """

    def __init__(
        self, outbox: Outbox, ledger: Ledger, counts: SeedCounts, clock: Callable[[], datetime], options: SeedOptions
    ) -> None:
        self.ledger, self.counts, self.options = ledger, counts, options
        self.source, self.said = options.source, ""
        self._notes: dict[tuple[str, str, bool], tuple[str, int]] = {}
        self.states: dict[str, Callable[[], FileState]] = {}
        self._outbox, self._clock, self._hot = outbox, clock, HotSources(outbox.log)
        self._articles: list[_Article] = []
        self._links: list[Message] = []
        self._letters: list[DeadLetter] = []
        self._bytes = self._rows = 0
        self._batch_bytes = min(FIRST_BATCH_BYTES, SEED_BATCH_BYTES)

    def begin(self, path: Path, told: FoundAddress | None) -> None:
        """Note which file is read next, and the address that a person names for it."""
        self.source = self.options.source_for(path)
        self.said = self.options.said_of(path, told.url if told else None)

    def article(self, row: SeedRow, where: Where, too_large: Callable[[], None], known_as: str | None = None) -> str:
        """Publish the row as the next revision of its article, unless its article says that already.

        `too_large` is called should the log find the event too large, which then is a dead letter. `known_as` is the
        article that a file of one article was before, empty where that is not known: it stays that one, where neither
        address nor id says who it is. Returns the article that the file is from now on; a copy of another is none.
        """
        named = self.source or row.site
        found = FoundAddress(row.url or "", row.address_from)
        source = source_of(None if named and found.where and not found.told else row.url, named)
        article, content = self._article_of(row, source, where, known_as), _digest(row)
        before = self._before(article)
        fetched_ms = None if row.fetched_at is None else int(row.fetched_at.timestamp() * 1000)
        revision, after = decide(before, content, fetched_ms, self.ledger.now_ms())
        if before is None and self._hot.hot(source):
            after = msgspec.structs.replace(after, spread=True)
        self._note(where, row.hints)
        if revision is None:
            self.known(1)
            return article if known_as is not None else ""
        facts = {"encoding": row.encoding, "file": where.file}
        if where.line is not None:
            facts["line"] = str(where.line)
        if row.odd_url is not None:
            facts["odd_url"] = row.odd_url[:ODD_URL_KEPT]
        if row.from_feed:
            facts["from"] = "feed"
        if row.address_from:
            facts[ADDRESS_FACT] = row.address_from
        event = RawArticle(
            id=article,
            revision=revision,
            source=source,
            url=row.url,
            content=row.content,
            content_type=row.content_type,
            fetched_at=row.fetched_at or self._clock(),
            hints=row.hints,
            fetch=facts,
        )
        key = raw_key(source, article, after.spread)
        message = Message(key, encode(event), headers(RawArticle, trace_of(event.id, event.revision)))
        self._articles.append(_Article(message, where, event, content, before, after, too_large))
        self.ledger.put(f"article:{article}", after)
        self._count(len(message.value or b""))
        return article

    def _article_of(self, row: SeedRow, source: str, where: Where, known_as: str | None) -> str:
        """Return the id of the article that a row is."""
        canonical = canonical_url(row.content, row.url) if row.url and row.content_type == "text/html" else None
        given = row.given or row.odd_url
        article = article_id(url=row.url, canonical=canonical, source=source, given=given, content=row.content)
        if where.line is not None or row.url or given:
            return article
        if known_as:
            return known_as
        before = self._before(article)
        # What had this content first was edited since, in another place: this is not it.
        edited = before is not None and before.content != _digest(row)
        return article_id(url=None, source=source, given=where.file) if edited else article

    def _before(self, article: str) -> ArticleState | None:
        return self._outbox.retry_until_answered(lambda: self.ledger.article(article))

    def link(self, url: str, where: Where, title: str = "") -> None:
        """Publish the address, with the title that a list gives it, unless it was published before."""
        key = f"link:{article_id(url=url)}"
        if self._outbox.retry_until_answered(lambda: self.ledger.knows(key)):
            self.known(1)
            return
        event = Link(
            url=url,
            source=source_of(url),
            found_at=where.place,
            found_at_time=self._clock(),
            hints=Hints(title=title or None),
        )
        self._links.append(Message(event.source, encode(event), headers(Link, trace_of_link(event))))
        self.ledger.put(key)
        self._count(len(url))

    def state(self, key: str) -> FileState | None:
        """Return what is known of a file, in this run or from earlier ones."""
        if key in self.states:
            return self.states[key]()
        return self._outbox.retry_until_answered(lambda: self.ledger.file(key))

    def known(self, rows: int) -> None:
        """Count rows that were published before."""
        self.counts.unchanged += rows
        self._count(0)

    def refuse(
        self,
        where: Where,
        reason: str,
        data: bytes | None = None,
        *,
        sha256: str | None = None,
        size: int | None = None,
        rows: int = 1,
    ) -> None:
        """Make a dead letter of something that is no row, or of `rows` of a kind, once, and say it every time."""
        self.counts.refused += rows
        self.counts.complain(f"{where.place}: {reason}")
        letter = letter_of_input(where.place, reason, self._clock(), self.source, data, sha256=sha256, size=size)
        self._letter(f"refused:{where.digest}", letter)

    def flush(self) -> None:
        """Publish what is held, dead letters after events, and state when all of them are acknowledged."""
        if self._articles:
            self._outbox.wait_for_room()
            if not self.ledger.marked:
                self._outbox.publish(SEEDS_STATE, [self.ledger.mark()])
            refused = self._outbox.publish(RAW, [article.message for article in self._articles])
            self.counts.published += len(self._articles) - len(refused)
            self._hot.count(article.event.source for article in self._articles)
            for one in refused:
                self._too_large(self._articles[one.position], one)
        self._hot.exchange()
        self._outbox.publish(LINKS, self._links)
        self.counts.links += len(self._links)
        self._outbox.publish_letters(self._letters)
        self._articles, self._links, self._letters, self._bytes, self._rows = [], [], [], 0, 0
        self._batch_bytes = min(2 * self._batch_bytes, SEED_BATCH_BYTES)
        for key, state in self.states.items():
            self.ledger.put_file(key, state())
        self.states = {}
        self._outbox.publish(SEEDS_STATE, self.ledger.facts())
        self._outbox.publish(SEEDS_STATE, self.ledger.files())
        self._outbox.retry_until_answered(self.ledger.saved)

    def close(self) -> None:
        """Publish what is left, and that the run came to its end; say how given dates were read, a line a file."""
        self.flush()
        for words, times in self._notes.values():
            self.counts.complain(words if times == 1 else f"{words} (so in {times:,} rows)")
        self._notes = {}
        if self.ledger.marked:
            self._outbox.publish(SEEDS_STATE, [self.ledger.unmark()])

    def _note(self, where: Where, hints: Hints) -> None:
        for field, note in hints.notes.items():
            key = (where.file, field, getattr(hints, field, None) is None)
            words, times = self._notes.get(key, (f"{where.place}: {note}", 0))
            self._notes[key] = (words, times + 1)

    def _count(self, size: int) -> None:
        self._bytes += size
        self._rows += 1

    @property
    def full(self) -> bool:
        """Whether it is time to flush."""
        held = len(self._articles) + len(self._links) + len(self._letters)
        return held >= SEED_BATCH_COUNT or self._bytes >= self._batch_bytes or self._rows >= ROWS_BETWEEN_SAVES

    def _too_large(self, article: _Article, refused: TooLarge) -> None:
        event, key = article.event, f"article:{article.event.id}"
        if self.ledger.article(event.id) == article.after:
            self.ledger.put(key, without(article.before, article.after))
        article.too_large()
        self.counts.refused += 1
        self.counts.complain(f"{article.where.place}: {refused.reason}")
        letter = letter_of_too_large(event, article.where.place, refused, self._clock())
        self._letter(f"refused:{event.id}:{article.content}", letter)

    def _letter(self, key: str, letter: DeadLetter) -> None:
        if not self._outbox.retry_until_answered(lambda: self.ledger.knows(key)):
            self.ledger.put(key)
            self._letters.append(letter)
            self._count(0)


def _digest(row: SeedRow) -> str:
    """Return what tells whether a row says something else.

    32 hex digits over all that becomes of it but where it was.
    """
    digest = hashlib.sha256(row.content.encode("utf-8", "surrogatepass"))
    digest.update(b"\x1f" + row.content_type.encode() + b"\x1f" + msgspec.json.encode(row.hints))
    return digest.hexdigest()[:32]
