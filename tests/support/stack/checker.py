"""Compares what a producer sent with what is in the index and among the dead letters: lost, doubled, stale, misplaced.

Every article says in its text which article and revision it is, and every poison which poison: the checker reads that,
so it does not rely on ids and revisions being handled well by what it checks.
"""

import random
import re
import threading
from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from msgspec.structs import replace

from copydesk.errors import Unavailable
from copydesk.events import CleanArticle, ContentType, RawArticle, decode, encode
from copydesk.identity import article_id
from copydesk.index_port import Index
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import DEAD, RAW
from copydesk.search.query import Query
from tests.support.documents import raw_event

SOURCES = 24
START = datetime(2026, 3, 1, tzinfo=UTC)
_MARK = re.compile(r"mark(\d+)r(\d+)x")
_SYLLABLES = ("ba", "cor", "del", "fin", "gal", "hem", "lor", "mer", "nos", "pel", "rid", "sol", "tam", "ver", "wen")
_POISON = re.compile(r"poison(\d+)x")
_WORDS = tuple(f"{first}{second}{third}" for first in _SYLLABLES for second in _SYLLABLES for third in _SYLLABLES)
_PAGE = "<html><head><title></title></head><body><p></p></body></html>"


class Report(NamedTuple):
    """What is wrong, by article or poison number; nothing, when all is as it should be.

    `lost`: sent, and neither in the index nor, a poison, among the dead letters. `doubled`: in the index more than
    once. `stale`: there in another revision than the highest sent. `misplaced`: a poison in the index, an article among
    the dead letters, or anything that nobody sent.
    """

    lost: tuple[int, ...] = ()
    doubled: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()
    misplaced: tuple[int, ...] = ()


class Ledger:
    """What was sent: the highest revision of each article, and the poisons. Safe to use from several threads."""

    def __init__(self) -> None:
        self.revisions: dict[int, int] = {}
        self.poisons: set[int] = set()
        self.messages = 0
        self._lock = threading.Lock()

    def sent(self, articles: Iterable[tuple[int, int]], poisons: Iterable[int], messages: int) -> None:
        """Note what the log has acknowledged: numbers with revisions, and numbers of poisons."""
        with self._lock:
            for number, revision in articles:
                self.revisions[number] = max(revision, self.revisions.get(number, 0))
            self.poisons |= set(poisons)
            self.messages += messages

    def check(self, documents: Iterable[CleanArticle], letters: Iterable[bytes]) -> Report:
        """Compare with the documents of the index and the values of the topic of dead letters."""
        there: Counter[int] = Counter()
        found: dict[int, set[tuple[int, int]]] = {}
        misplaced: set[int] = set()
        for document in documents:
            text = " ".join((document.title, *document.paragraphs))
            misplaced |= {int(number) for number in _POISON.findall(text)}
            marks = {(int(number), int(revision)) for number, revision in _MARK.findall(text)}
            for number, revision in marks:
                there[number] += 1
                found.setdefault(number, set()).add((revision, document.revision))
            if not marks and not _POISON.search(text):
                misplaced.add(-1)
        dead: set[int] = set()
        for letter in letters:
            dead |= {int(number) for number in _POISON.findall(letter.decode())}
            misplaced |= {int(number) for number, _ in _MARK.findall(letter.decode())}
        with self._lock:
            return Report(
                lost=_sorted((self.revisions.keys() - there.keys()) | (self.poisons - dead)),
                doubled=_sorted(number for number, times in there.items() if times > 1),
                stale=_sorted(
                    number
                    for number, highest in self.revisions.items()
                    if number in found and found[number] != {(highest, highest)}
                ),
                misplaced=_sorted(misplaced | (there.keys() - self.revisions.keys()) | (dead - self.poisons)),
            )


def check(ledger: Ledger, log: Log, index: Index) -> Report:
    """What is wrong, with all that log and index hold now."""
    return ledger.check(index.scan(Query()), (record.value or b"" for record in log.scan(DEAD)))


class Press:
    """Publishes articles in batches and keeps the ledger. In each batch: a poison, a new revision, an older copy.

    Poisons are, in turns: a page that is no article, an event of no schema, bytes that are no event and, where
    `unindexable`, an article that no index takes. Articles have so many `more` paragraphs, each of its own words.
    """

    def __init__(self, log: Log, ledger: Ledger, *, unindexable: bool = True, more: int = 0) -> None:
        self._log, self._ledger, self._kinds, self._more = log, ledger, 4 if unindexable else 3, more
        self.articles = self.batches = self.retries = 0

    def publish(self, count: int, stop: threading.Event | None = None) -> None:
        """One batch of `count` new articles and what belongs to it, until the log has acknowledged it."""
        first, edited = self.articles, max(0, self.articles - 7 * count // 2)
        marks = [(number, 1) for number in range(first, first + count)]
        messages = [article(*mark, self._more) for mark in marks]
        if first:
            marks.append((edited, 2))
            messages += [article(edited, 2, self._more), article(edited, 1, self._more)]
        messages.insert(count // 2, poison(self.batches, self.batches % self._kinds))
        while stop is None or not stop.is_set():
            try:
                self._log.publish(RAW, messages)
            except Unavailable:
                self.retries += 1
                continue
            self._ledger.sent(marks, [self.batches], len(messages))
            break
        self.articles += count
        self.batches += 1


def article(number: int, revision: int, more: int = 0) -> Message:
    """The event of an article in plain text: short, or with so many paragraphs more."""
    source, chance = f"site{number % SOURCES}.example", random.Random(number)
    paragraphs = [_text(number, f"mark{number}r{revision}x")]
    paragraphs += [f"The {' '.join(chance.choices(_WORDS, k=60))} was heard as well." for _ in range(more)]
    return _message(f"article-{number:08}", revision, source, "\n\n".join(paragraphs))


def poison(number: int, kind: int) -> Message:
    """An event that must end among the dead letters; `kind` from 0 to 3, see Press."""
    source, word = f"site{number % SOURCES}.example", f"poison{number}x"
    if kind == 0:
        return _message(f"page-{word}", 1, source, _PAGE, html=True)
    body = _text(number, word)
    if kind == 1:
        message = _message(f"foreign-{number:08}", 1, source, body)
        return message._replace(headers={**message.headers, "schema_version": "of tomorrow"})
    if kind == 2:
        return Message(source, f"{{ no event, {word}".encode(), headers(RawArticle))
    message = _message(word, 1, source, body)
    return message._replace(value=encode(replace(decode(RawArticle, message.value or b""), id=f"{word}{'-' * 600}")))


def _text(number: int, word: str) -> str:
    return (
        f"Council reads report {number}\n\nThe council read report number {number} on Tuesday and sent it, with the "
        f"remark {word}, to the committee that had asked for it in the spring.\n\nIt will be heard again in June, the "
        "mayor said, when the figures of the water works are expected to be complete."
    )


def _message(name: str, revision: int, source: str, content: str, *, html: bool = False) -> Message:
    id = article_id(url=None, source=source, given=name)
    kind: ContentType = "text/html" if html else "text/plain"
    fetched_at = START + timedelta(milliseconds=revision)
    event = raw_event(
        id, content, source=source, revision=revision, content_type=kind, fetched_at=fetched_at, fetch={"name": name}
    )
    return Message(source, encode(event), headers(RawArticle))


def _sorted(numbers: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(numbers))
