"""Takes a source's furniture out of what the cleaner kept, with the memory's reasons."""

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from copydesk.cleaning.boilerplate.labels import name_blocks
from copydesk.cleaning.records import Block, Cleaned
from copydesk.cleaning.recurring import bodylike, text_hash
from copydesk.events import Removed

EVIDENCE = "recurs"
"""The evidence of a piece that was cut by the memory of its source, and by nothing else."""


MOST = 0.4
"""No more than this part of the kept text may go: beyond it the memory is wrong about the document."""


def without_furniture(found: Cleaned, furniture: Mapping[str, str]) -> Cleaned:
    """The same document with kept paragraphs that are furniture moved to the removed pieces.

    `furniture` maps text hashes to reasons. What reads like body text is taken only from the edges of the article,
    where sources put what they say in every one.
    """
    reasons = _edges_only(found.paragraphs, [furniture.get(text_hash(text)) for text in found.paragraphs])
    taken = sum(len(text) for text, reason in zip(found.paragraphs, reasons, strict=True) if reason)
    if not taken or taken > MOST * sum(map(len, found.paragraphs)):
        return found
    blocks = [Block(text) for text in found.paragraphs]
    labels = name_blocks(blocks, [reason is None for reason in reasons], found.language)
    pieces = [
        Removed(text=text, kind=label.kind or "other", why=reason, position=position, confidence=0.9, evidence=EVIDENCE)
        for text, reason, label, position in zip(found.paragraphs, reasons, labels, _kept_positions(found), strict=True)
        if reason is not None
    ]
    return replace(
        found,
        paragraphs=tuple(text for text, reason in zip(found.paragraphs, reasons, strict=True) if reason is None),
        removed=tuple(sorted((*found.removed, *pieces), key=lambda piece: piece.position)),
    )


def _edges_only(paragraphs: Sequence[str], reasons: list[str | None]) -> list[str | None]:
    """The reasons without those for body-like paragraphs that have body text on both sides."""
    body = [number for number, reason in enumerate(reasons) if reason is None]
    if not body:
        return [None] * len(reasons)
    return [
        None if body[0] < number < body[-1] and bodylike(text) else reason
        for number, (text, reason) in enumerate(zip(paragraphs, reasons, strict=True))
    ]


def _kept_positions(found: Cleaned) -> list[int]:
    """The block numbers of the paragraphs: those that are neither removed nor the title."""
    gone = {piece.position for piece in found.removed} | {found.title_position}
    total = len(found.paragraphs) + len(found.removed) + (found.title_position is not None)
    return [position for position in range(total) if position not in gone]
