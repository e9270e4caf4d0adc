"""Cut the text that recurs across a source's articles, as counted in `recurring_counts`. Pure.

What reads like body text is taken only from the edges of an article. People's corrections outrank it.
"""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from copydesk.cleaning.boilerplate.labels import label_blocks
from copydesk.cleaning.records import Block, Cleaned
from copydesk.cleaning.recurring_counts import EVIDENCE, bodylike, text_hash
from copydesk.cleaning.thresholds.text import MOST_CUT, RECURS_CONFIDENCE
from copydesk.events import Removed


def without_recurring(found: Cleaned, recurring: Mapping[str, str]) -> Cleaned:
    """Move the kept paragraphs that are recurring text to the removed pieces.

    `recurring` maps text hashes to reasons. What reads like body text is taken only from the edges of the article,
    where sources put what they say in every one.
    """
    if not recurring:
        return found
    reasons = _edges_only(found.paragraphs, [recurring.get(text_hash(text)) for text in found.paragraphs])
    taken = sum(len(text) for text, reason in zip(found.paragraphs, reasons, strict=True) if reason)
    if not taken or taken > MOST_CUT * sum(map(len, found.paragraphs)):
        return found
    blocks = [Block(text) for text in found.paragraphs]
    labels = label_blocks(blocks, [reason is None for reason in reasons], found.language)
    pieces = [
        Removed(
            text=text,
            kind=label.kind or "other",
            why=reason,
            position=position,
            confidence=RECURS_CONFIDENCE,
            evidence=EVIDENCE,
        )
        for text, reason, label, position in zip(found.paragraphs, reasons, labels, _kept_positions(found), strict=True)
        if reason is not None
    ]
    return replace(
        found,
        paragraphs=tuple(text for text, reason in zip(found.paragraphs, reasons, strict=True) if reason is None),
        removed=tuple(sorted((*found.removed, *pieces), key=lambda piece: piece.position)),
    )


def _edges_only(paragraphs: Sequence[str], reasons: list[str | None]) -> list[str | None]:
    """Drop the reasons for body-like paragraphs that have body text on both sides."""
    body = [number for number, reason in enumerate(reasons) if reason is None]
    if not body:
        return [None] * len(reasons)
    return [
        None if body[0] < number < body[-1] and bodylike(text) else reason
        for number, (text, reason) in enumerate(zip(paragraphs, reasons, strict=True))
    ]


def _kept_positions(found: Cleaned) -> list[int]:
    """Return the block numbers of the paragraphs: those that are neither removed nor the title."""
    gone = {piece.position for piece in found.removed} | {found.title_position}
    total = len(found.paragraphs) + len(found.removed) + (found.title_position is not None)
    return [position for position in range(total) if position not in gone]
