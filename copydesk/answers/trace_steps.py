"""Say what happened to a document, one step at a time: from the events of its way, and what the index knows of it."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Literal

import msgspec
from msgspec import UNSET, Struct, UnsetType

from copydesk.answers.backlog import Waiting
from copydesk.answers.letters import FoundLetter
from copydesk.errors import NotFound
from copydesk.events import CleanArticle, Link, RawArticle, decode
from copydesk.identity import host_of
from copydesk.log_port import Log, Record, read_place
from copydesk.message_headers import PARENT, TOOK
from copydesk.pipeline import CLEAN, LINK_DELAYS, LINKS, RAW, YOUNG_DELAYS

TraceStage = Literal["found", "moved", "put off", "asked", "raw", "cleaned", "indexed", "waiting", "dead", "unknown"]
_LONGEST_WAY = 40


class TraceStep(Struct, frozen=True, omit_defaults=True):
    """Hold one step: what happened, in words, when, and where the event of it stands in the log.

    `details` holds the numbers and names of the words, for programs.
    """

    step: TraceStage
    words: str
    at: datetime | UnsetType = UNSET
    place: str | UnsetType = UNSET
    details: dict[str, str | int] = {}


def way_to(log: Log, record: Record) -> list[Record]:
    """Return the events that led to one, by the places that each names, the first one first; it is the last."""
    way = [record]
    while len(way) < _LONGEST_WAY and (place := read_place(way[0].headers.get(PARENT, ""))):
        try:
            parent = log.read(*place)
        except NotFound:
            parent = None
        if parent is None:  # its time of retention is over
            break
        way.insert(0, parent)
    return way


def steps_of_way(way: Sequence[Record]) -> Iterator[TraceStep]:
    """Yield the steps of a document's events; what cannot be read is passed over."""
    for number, record in enumerate(way):
        try:
            if record.topic == RAW:
                yield from _raw_steps(decode(RawArticle, record.value or b""), record, first=number == 0)
            elif record.topic == CLEAN:
                yield _clean_step(
                    decode(CleanArticle, record.value or b""), record, way[number - 1] if number else None
                )
            elif record.topic == LINKS or record.topic in LINK_DELAYS or record.topic in YOUNG_DELAYS:
                yield from _link_steps(decode(Link, record.value or b""), record, number)
        except (msgspec.DecodeError, UnicodeDecodeError):
            continue


def index_step(article: CleanArticle, revisions: int) -> TraceStep:
    """Return the step of an article that is in the index."""
    several = f", the latest of {revisions} that differ" if revisions > 1 else ""
    changed = f"; it changed last at {_instant(article.changed_at)}" if article.changed_at else ""
    return TraceStep(
        "indexed",
        f"in the index as revision {article.revision}{several}{changed}",
        article.indexed_at or UNSET,
        details={"id": article.id, "revision": article.revision, "title": article.title},
    )


def dead_step(found: FoundLetter) -> TraceStep:
    """Return the step of a dead letter, and what became of it."""
    letter = found.letter
    times = f" after {letter.attempts} attempts" if letter.attempts > 1 else ""
    what = "refused" if letter.class_ == "refused" else "failed"
    since = {"open": "", "resolved": "; it went through since", "discarded": f"; put aside: {letter.discarded}"}
    return TraceStep(
        "dead",
        f"{what} by the stage {letter.stage}{times}: {letter.reason}{since[found.state]}",
        letter.failed_at,
        letter.place,
        {"handle": found.handle, "stage": letter.stage, "class": letter.class_, "state": found.state,
         "attempts": letter.attempts},
    )  # fmt: skip


def waiting_step(waiting: Waiting) -> TraceStep:
    """Return the step of an event that waits, and for what."""
    record, stage, behind, until = waiting
    details: dict[str, str | int] = {"topic": record.topic, "stage": stage, "behind": behind}
    if until is None:
        words = f"waits in {record.topic} for the stage {stage}, behind {behind:,} other{'' if behind == 1 else 's'}"
    else:
        link = decode(Link, record.value or b"")
        until = max(until, link.not_before or until)
        host = host_of(link.url) or link.source
        tried = f", tried {link.attempts} time{'' if link.attempts == 1 else 's'} so far" if link.attempts else ""
        why = "to be asked again while it is young" if link.visited else f"before {host} is asked"
        words = f"waits in {record.topic} until {_instant(until)}, {why}{tried}"
        details |= {"until": until.isoformat(), "attempts": link.attempts}
    return TraceStep("waiting", words, _written(record), str(record.place), details)


def _link_steps(link: Link, record: Record, number: int) -> Iterator[TraceStep]:
    place, at = str(record.place), _written(record)
    if number == 0:
        yield TraceStep(
            "found", f"its address was found in {link.found_at}", link.found_at_time, place,
            {"found_at": link.found_at, "url": link.url},
        )  # fmt: skip
    elif record.topic == LINKS and link.redirects and not link.attempts:
        yield TraceStep("moved", f"the host led on to another site: {link.url}", at, place, {"url": link.url})
    elif record.topic != LINKS:
        until = f" until {_instant(link.not_before)}" if link.not_before else ""
        tried = f" after {link.attempts} attempt{'' if link.attempts == 1 else 's'}" if link.attempts else ""
        details: dict[str, str | int] = {"topic": record.topic, "attempts": link.attempts}
        yield TraceStep("put off", f"put off{until}{tried}, in {record.topic}", at, place, details)


def _raw_steps(raw: RawArticle, record: Record, *, first: bool) -> Iterator[TraceStep]:
    facts = raw.fetch
    if facts.get("from") == "page":
        if first and (found_at := facts.get("found_at")):
            yield TraceStep("found", f"its address was found in {found_at}", details={"found_at": found_at})
        status, moves = facts.get("status", ""), facts.get("redirects")
        led = (
            f", after {moves} redirect{'' if moves == '1' else 's'} from {facts.get('requested', raw.url)}"
            if moves
            else ""
        )
        kept = ("status", "redirects", "requested", "content-type")
        asked: dict[str, str | int] = {name: facts[name] for name in kept if name in facts}
        yield TraceStep("asked", f"the host answered {status} at {raw.url}{led}", raw.fetched_at, details=asked)
    elif file := facts.get("file"):
        line = facts.get("line")
        where = f"{file}, line {line}" if line else file
        yield TraceStep("found", f"it came in {where}", details={"file": file, **({"line": line} if line else {})})
    elif feed := facts.get("feed"):
        yield TraceStep("found", f"its text came in the feed {feed}", raw.fetched_at, details={"found_at": feed})
    size = len(record.value or b"")
    yield TraceStep(
        "raw", f"taken in as revision {raw.revision}, {size:,} bytes", _written(record), str(record.place),
        {"id": raw.id, "revision": raw.revision, "bytes": size, "content_type": raw.content_type},
    )  # fmt: skip


def _clean_step(article: CleanArticle, record: Record, before: Record | None) -> TraceStep:
    cut = len(article.removed)
    number = len(article.paragraphs)
    length = f"{number} paragraph{'' if number == 1 else 's'}"
    words = f"cleaned by version {article.cleaner_version}: an article of {length}, {cut} cut"
    details: dict[str, str | int] = {"cleaner": article.cleaner_version, "cut": cut, "verdict": "article"}
    if (ms := _milliseconds(record.headers.get(TOOK, ""))) is not None:
        words += f", in {ms} ms"
        details["ms"] = ms
    if before is not None and before.topic == RAW:
        took = max(0, record.timestamp - before.timestamp)
        words += f", {took / 1000:.1f} s after it came"
        details["ms_since_raw"] = took
    return TraceStep("cleaned", words, _written(record), str(record.place), details)


def _milliseconds(text: str) -> int | None:
    """Return what a header says that the cleaning took; None where it says nothing that can be read."""
    try:
        return round(float(text))
    except (ValueError, OverflowError):
        return None


def _written(record: Record) -> datetime:
    return datetime.fromtimestamp(record.timestamp / 1000, UTC)


def _instant(when: datetime | None) -> str:
    return f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC" if when else ""
