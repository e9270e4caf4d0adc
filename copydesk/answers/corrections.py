"""Record what people decide on a source's texts, and take it back: each is in the log before it is answered."""

import re
from datetime import UTC, datetime

from copydesk.answers.learned_text import read_learned
from copydesk.cleaning.corrections import Corrections
from copydesk.cleaning.recurring_counts import text_hash
from copydesk.consumers.source_corrections import CorrectionTable, all_corrections, correction_key
from copydesk.errors import InputError, NotFound
from copydesk.events import Correction, Decision, encode
from copydesk.log_port import Log, Message
from copydesk.message_headers import headers
from copydesk.pipeline import CORRECTIONS

_HASH = re.compile("[0-9a-f]{16}")
_LONGEST_TEXT = 100_000
_LONGEST_SOURCE = 256


def corrections_of(log: Log, source: str | None = None) -> list[Correction]:
    """List the corrections that stand, newest first; of all sources where none is named."""
    found = [each for each in all_corrections(log.table(CORRECTIONS)) if source in {None, each.source}]
    return sorted(found, key=lambda each: (each.decided_at, each.source, each.hash), reverse=True)


def standing_corrections(log: Log, source: str) -> Corrections:
    """Return what was decided for a source, to be asked of each text."""
    return CorrectionTable(log).of(source)


def correct(log: Log, source: str, which: str, decision: Decision, article: str | None = None) -> Correction:
    """Record a decision on a text, or on one known by its hash; articles cleaned from now on follow.

    Raises InputError for what is no text or no source, MessageTooLarge, LogUnavailable.
    """
    source = source.strip()
    if not source or len(source) > _LONGEST_SOURCE or not source.isprintable():
        raise InputError("source must be the name of a source, as `copydesk sources list` shows them")
    if not which.strip():
        raise InputError("there is no text in it: name the text of a paragraph, or a hash of `copydesk sources show`")
    if len(which) > _LONGEST_TEXT:
        raise InputError(f"text must be one paragraph, of at most {_LONGEST_TEXT:,} characters")
    hashed, text = named_text(log, source, which)
    made = Correction(
        source=source, hash=hashed, decision=decision, text=text, decided_at=datetime.now(UTC), article=article
    )
    log.publish(CORRECTIONS, [Message(correction_key(source, hashed), encode(made), headers(Correction))])
    return made


def take_back(log: Log, source: str, which: str) -> Correction:
    """Withdraw the decision on a text, or on one known by its hash. Raises NotFound where none stands."""
    standing = {each.hash: each for each in corrections_of(log, source)}
    found = standing.get(which.strip()) or standing.get(text_hash(which))
    if found is None:
        raise NotFound(
            f"no correction of the source {source[:64]!r} is on {which.strip()[:64]!r}; "
            f"`copydesk sources correct list {source[:64]}` shows those there are"
        )
    log.publish(CORRECTIONS, [Message(correction_key(source, found.hash), None, headers(Correction))])
    return found


def named_text(log: Log, source: str, which: str) -> tuple[str, str]:
    """Return the hash of a text and a spelling of it, where it is named by either. Raises LogUnavailable."""
    if not _HASH.fullmatch(which.strip()):
        return text_hash(which), which.strip()
    hashed = which.strip()
    known = {each.hash: each.text for each in corrections_of(log, source)}
    try:
        learned, _ = read_learned(log, source)
        known |= {key: entry.example for key, entry in learned.entries.items()}
    except NotFound:
        pass
    return (hashed, known[hashed]) if hashed in known else (text_hash(which), hashed)
