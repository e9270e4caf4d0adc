"""Trace one document through the pipeline: from where it was found to the index, or to where it stopped, and why.

Places lead from event to event, so the log is not searched; only what waits between stages and the dead letters are
read through.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from typing import Literal

from msgspec import Struct

from copydesk.answers.backlog import Backlog, Sought, Waiting, backlog, sought_by_address
from copydesk.answers.letters import FoundLetter, read_letters, with_what_became
from copydesk.answers.spellings import comparable, ids_of, spellings_of, typed_address
from copydesk.answers.trace_steps import TraceStep, dead_step, index_step, steps_of_way, waiting_step, way_to
from copydesk.errors import NotFound
from copydesk.events import CleanArticle
from copydesk.history.revisions import distinct_revisions
from copydesk.identity import source_of
from copydesk.index_port import Index
from copydesk.log_port import Log, Record, read_place
from copydesk.message_headers import PARENT
from copydesk.pipeline import YOUNG_DELAYS
from copydesk.runtime import dead_letters
from copydesk.search.query import Query, Term

Fate = Literal["indexed", "waiting", "refused", "failed", "discarded", "unknown"]
_SIMILAR, _NEWEST, _ALIKE = 5, 100, 0.6
_HANDLE_START = 6
_WORD = re.compile(r"[^\W\d_]{4,}+")


class Trace(Struct, frozen=True):
    """Tell a document's way: its steps in order, and its fate, which is where they end.

    `similar` are addresses of the same site, where nothing is known of the one asked for.
    """

    asked: str
    fate: Fate
    id: str | None
    steps: list[TraceStep]
    similar: list[str]


def trace(log: Log, index: Index, which: str) -> Trace:
    """Trace an address, the id of an article or the beginning of one, a row's id, or a dead letter's handle or origin.

    Raises LogUnavailable, IndexUnavailable.
    """
    which = which.strip()
    address = typed_address(which)
    spellings = spellings_of(address) if address else ()
    ids = ids_of(address) if address else (which,)
    article = next((found for each in ids if (found := index.get(each))), None)
    sought = _sought(spellings, ids, article)
    letters = with_what_became([each for each in read_letters(log) if _is_of(each, sought, which)], log, index)
    waits = backlog(log, sought)
    steps, seen = list[TraceStep](), set[str]()
    if article is not None:
        steps += _steps_to_index(log, index, article, seen)
    for letter in sorted(letters, key=lambda each: each.letter.failed_at):
        if article is None or letter.state != "resolved":
            steps += [*_steps_to(log, _record_of(log, letter), seen), dead_step(letter)]
    went_on = seen | {each.record.headers.get(PARENT, "") for each in waits.waiting}
    waiting = [each for each in waits.waiting if str(each.record.place) not in went_on]  # not committed yet, but done
    for each in waiting:
        way = way_to(log, each.record)
        known = way[:-1] if each.until is not None and len(way) > 1 else way  # its last step is that it waits
        steps += [*_fresh(known, seen), waiting_step(each)]
    similar = [] if steps or not address else _similar(index, address, waits)
    if not steps:
        steps = [_never_seen(which, address, similar)]
    return Trace(which, _fate(article, letters, waiting), article.id if article else _id_of(letters), steps, similar)


def _sought(spellings: Sequence[str], ids: Sequence[str], article: CleanArticle | None) -> Sought:
    known = {article.id, *article.other_ids} if article else set()
    if spellings:
        return sought_by_address(spellings, {*ids, *known})
    urls = [url for url in (article.url, article.canonical_url, article.requested_url) if url] if article else []
    return sought_by_address(urls, {*ids, *known})


def _is_of(found: FoundLetter, sought: Sought, which: str) -> bool:
    letter = found.letter
    if which in {found.handle, letter.given_id, dead_letters.origin(letter)} or found.document in sought.ids:
        return True
    if len(which) >= _HANDLE_START and (letter.id or "").startswith(which):
        return True
    url = dead_letters.address(letter)
    return url is not None and comparable(url) in sought.addresses


def _steps_to_index(log: Log, index: Index, article: CleanArticle, seen: set[str]) -> list[TraceStep]:
    rows = index.history(article.id)
    place = next((row.place for row in rows if row.revision == article.revision), None)
    record = _read(log, *place) if place else None
    return [*_steps_to(log, record, seen), index_step(article, len(distinct_revisions(rows)))]


def _steps_to(log: Log, record: Record | None, seen: set[str]) -> list[TraceStep]:
    return _fresh(way_to(log, record), seen) if record is not None else []


def _fresh(way: Sequence[Record], seen: set[str]) -> list[TraceStep]:
    """Return the steps of those events that no earlier step told of."""
    steps = [step for step in steps_of_way(way) if not (isinstance(step.place, str) and step.place in seen)]
    seen.update(str(record.place) for record in way)
    return steps


def _record_of(log: Log, found: FoundLetter) -> Record | None:
    place = read_place(found.letter.place)
    return _read(log, *place) if place else None


def _read(log: Log, topic: str, partition: int, offset: int) -> Record | None:
    try:
        return log.read(topic, partition, offset)
    except NotFound:
        return None


def _fate(article: CleanArticle | None, letters: Sequence[FoundLetter], waiting: Sequence[Waiting]) -> Fate:
    if article is not None:
        return "indexed"
    if any(each.record.topic not in YOUNG_DELAYS for each in waiting):
        return "waiting"
    if not letters:
        return "unknown"
    last = max(letters, key=lambda each: each.letter.failed_at)
    return "discarded" if last.state == "discarded" else last.letter.class_


def _similar(index: Index, address: str, waits: Backlog) -> list[str]:
    """Return addresses of the same site that are like one that nothing is known of."""
    source = source_of(address)
    words = tuple(Term(word) for word in dict.fromkeys(_WORD.findall(comparable(address).partition("/")[2])))
    queries = [Query(source=source, limit=_NEWEST)]
    if words:
        first, *others = words
        queries.append(Query((first._replace(alternatives=tuple(others)),), source=source, limit=_NEWEST))
    known = [hit.article.url for query in queries for hit in index.search(query).hits if hit.article.url]
    known += waits.passed
    by_form = {comparable(url): url for url in known}
    found = get_close_matches(comparable(address), by_form, n=_SIMILAR, cutoff=_ALIKE)
    return [by_form[each] for each in found]


def _never_seen(which: str, address: str | None, similar: Sequence[str]) -> TraceStep:
    """Return the one step of what neither log nor index knows, and what to try."""
    if address is None:
        return TraceStep("unknown", f"nothing is known of {which!r}: no article, no dead letter and nothing that waits")
    near = "; similar addresses were seen" if similar else "; no similar address was seen either"
    return TraceStep("unknown", f"the address was never seen, or has left the log with its time of retention{near}")


def _id_of(letters: Sequence[FoundLetter]) -> str | None:
    return next((each.document for each in letters if each.document), None)
