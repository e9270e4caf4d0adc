"""Read the dead letters: each once, in groups of one cause, and those that have reached the index since."""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import msgspec
from msgspec import Struct

from copydesk.errors import NotFound, Unavailable
from copydesk.events import DeadClass, DeadLetter, decode
from copydesk.pipeline import DEAD
from copydesk.ports import Index, Log
from copydesk.runtime import dead_letters

_QUOTED = re.compile(r"'[^']*+'|\"[^\"]*+\"|“[^“”]*+”|`[^`]*+`")
_ADDRESS = re.compile(r"https?://\S++")
_NUMBER = re.compile(r"\d[\d.,_]*+")
_SHORTEST_START = 6


class FoundLetter(NamedTuple):
    """Hold a dead letter under its handle, `partition@offset` in articles.dead; repeats of an event count as one."""

    handle: str
    letter: DeadLetter


class LetterGroup(Struct, frozen=True):
    """Count the dead letters of one stage, class and reason, numbers and names folded; `newest` is a handle."""

    stage: str
    class_: DeadClass = msgspec.field(name="class")
    reason: str
    count: int
    newest: str


def letters(log: Log) -> Iterator[FoundLetter]:
    """Yield every distinct dead letter, the latest of its repeats, oldest first."""
    latest: dict[tuple[str, ...], FoundLetter] = {}
    for record in log.scan(DEAD):
        try:
            letter = decode(DeadLetter, record.value or b"")
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            letter = dead_letters.from_record(record, "dead", "failed", f"an unreadable dead letter: {error}")
        key = dead_letters.identity(letter)
        latest.pop(key, None)
        latest[key] = FoundLetter(f"{record.partition}@{record.offset}", letter)
    yield from latest.values()


def choose_letters(
    found: Iterable[FoundLetter], stage: str | None = None, class_: str | None = None, reason: str | None = None
) -> list[FoundLetter]:
    """Return the letters of this stage, class and folded reason; None takes any."""
    return [
        each
        for each in found
        if stage in {None, each.letter.stage}
        and class_ in {None, each.letter.class_}
        and reason in {None, fold_reason(each.letter.reason)}
    ]


def matching_letters(log: Log, which: str) -> list[FoundLetter]:
    """Return the letters of a handle, or of an article id or its beginning; raises NotFound."""
    found = [
        each
        for each in letters(log)
        if each.handle == which or (len(which) >= _SHORTEST_START and (each.letter.id or "").startswith(which))
    ]
    if not found:
        raise NotFound(f"there is no dead letter {which!r}; `copydesk dead list` shows them")
    return found


def resolved_letters(index: Index, chosen: Iterable[FoundLetter]) -> set[str]:
    """Return the handles of letters whose article has since reached the index, in that revision or a higher one."""
    sent = {
        each.handle: (each.letter.id, each.letter.revision)
        for each in chosen
        if each.letter.id is not None and each.letter.revision is not None
    }
    if not sent:
        return set()
    try:
        stored = index.revisions(sorted({str(known) for known, _ in sent.values()}))
    except Unavailable:
        return set()
    return {handle for handle, (known, revision) in sent.items() if stored.get(str(known), -1) >= (revision or 0)}


def replay_letter(log: Log, found: FoundLetter) -> bool:
    """Publish the event of a letter again to the topic it died in; False where it is not kept, or never was one."""
    message = dead_letters.original(found.letter, log)
    if message is None or found.letter.topic is None:
        return False
    log.publish(found.letter.topic, [message])
    return True


def letter_groups(found: Iterable[FoundLetter]) -> list[LetterGroup]:
    """Group letters, the group of the newest letter first."""
    groups: dict[tuple[str, DeadClass, str], tuple[int, str]] = {}
    for handle, letter in found:  # oldest first
        key = (letter.stage, letter.class_, fold_reason(letter.reason))
        groups[key] = (groups.pop(key, (0, ""))[0] + 1, handle)
    return [
        LetterGroup(stage, class_, reason, count, newest)
        for (stage, class_, reason), (count, newest) in reversed(groups.items())
    ]


def fold_reason(reason: str) -> str:
    """Return the reason with its numbers, quoted names and addresses as signs, so that like reasons are equal."""
    return _NUMBER.sub("#", _ADDRESS.sub("…", _QUOTED.sub("“…”", reason)))
