"""Choose dead letters, group them, publish them again and put them aside."""

import re
import shlex
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

import msgspec
from msgspec import Struct

from copydesk.answers.letters import FoundLetter, read_letters
from copydesk.errors import NotFound
from copydesk.events import DeadClass, DeadLetter, RawArticle, decode, encode
from copydesk.log_port import Log, Message
from copydesk.pipeline import RAW
from copydesk.producers.seeds.kinds.table import ARCHIVE_KINDS, kind_of_name
from copydesk.runtime import dead_letters

_QUOTED = re.compile(r"'[^']*+'|\"[^\"]*+\"|“[^“”]*+”|`[^`]*+`")
_ADDRESS = re.compile(r"https?://\S++")
_NUMBER = re.compile(r"\d[\d.,_]*+")
_LINE = re.compile(r":\d+$", re.ASCII)
_SHORTEST_START = 6


class LetterGroup(Struct, frozen=True):
    """Count the dead letters of one stage, class and reason, numbers and names folded.

    `newest` is a handle, `example` the whole reason of that letter, `events` how many of them can be published again
    as far as the letters tell: the rest never were events.
    """

    stage: str
    class_: DeadClass = msgspec.field(name="class")
    reason: str
    count: int
    newest: str
    example: str
    events: int


def letter_document(found: FoundLetter) -> dict[str, msgspec.Raw | str]:
    """Return the letter to be written as JSON, with its handle, what became of it, and what it is known by."""
    whole = msgspec.json.decode(encode(found.letter), type=dict[str, msgspec.Raw])
    return {"handle": found.handle, "state": found.state, "origin": dead_letters.origin(found.letter), **whole}


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


def matching_letters(log: Log, which: str, shown: str | None = None) -> list[FoundLetter]:
    """Return the letters of a handle, an origin, or an article id or its beginning; raises NotFound, with `shown`."""
    found = [
        each
        for each in read_letters(log)
        if which in {each.handle, each.letter.given_id, dead_letters.origin(each.letter)}
        or (len(which) >= _SHORTEST_START and (each.letter.id or "").startswith(which))
    ]
    if not found:
        raise NotFound(f"there is no dead letter {shown or which!r}; `copydesk dead list` shows them")
    return found


def replay_letter(log: Log, found: FoundLetter, *, keep: bool = False) -> str:
    """Publish the event of a letter again to the topic it died in; return why that cannot be, empty when it was.

    With `keep` a raw article goes on whatever the cleaning thinks of it.
    """
    if found.letter.topic is None:
        return _way_without_event(found.letter)
    message = dead_letters.original(found.letter, log)
    if message is None:
        return "its event is not kept any more"
    if keep:
        message = _kept(message) if found.letter.topic == RAW else None
        if message is None:
            return "--keep overrules the cleaning, and it came to it never, or not as an article"
    log.publish(found.letter.topic, [message])
    return ""


def discard_letters(log: Log, found: Sequence[FoundLetter], reason: str) -> int:
    """Put the open ones of these letters aside, with a reason in words; return how many."""
    now = datetime.now(UTC)
    put_aside = [
        msgspec.structs.replace(each.letter, discarded=reason, failed_at=now) for each in found if each.state == "open"
    ]
    if put_aside:
        dead_letters.publish(log, put_aside)
    return len(put_aside)


def letter_groups(found: Iterable[FoundLetter]) -> list[LetterGroup]:
    """Group letters, the group of the newest letter first."""
    groups: dict[tuple[str, DeadClass, str], list[FoundLetter]] = {}
    for each in found:  # oldest first
        key = (each.letter.stage, each.letter.class_, fold_reason(each.letter.reason))
        groups[key] = groups.pop(key, [])
        groups[key].append(each)
    return [
        LetterGroup(
            stage, class_, reason, len(letters), letters[-1].handle, letters[-1].letter.reason,
            sum(each.letter.topic is not None for each in letters),
        )
        for (stage, class_, reason), letters in reversed(groups.items())
    ]  # fmt: skip


def fold_reason(reason: str) -> str:
    """Return the reason with its numbers, quoted names and addresses as signs, so that like reasons are equal."""
    return _NUMBER.sub("#", _ADDRESS.sub("…", _QUOTED.sub("“…”", reason)))


def _way_without_event(letter: DeadLetter) -> str:
    """Say that a letter never was an event, and of one that came of a file what to do instead."""
    if letter.stage != "seeds":
        return "it never was an event"
    file = _file_of(letter.place)
    return f"it never was an event: mend {letter.place}, then copydesk run {shlex.quote(file)}"


def _file_of(place: str) -> str:
    """Return the file that a person names to have a place read again: the archive of a member, without a line."""
    file = _LINE.sub("", place)
    parts = file.split("/")
    packed = next((n for n, part in enumerate(parts, 1) if kind_of_name(part) in ARCHIVE_KINDS), len(parts))
    return "/".join(parts[:packed])


def _kept(message: Message) -> Message | None:
    """Return a raw article's message as one that is cleaned and goes on, whatever it looks like; None if it is none."""
    try:
        article = decode(RawArticle, message.value or b"")
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
    return message._replace(value=encode(msgspec.structs.replace(article, keep=True)))
