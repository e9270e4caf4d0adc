"""Measure the cleaning of one document: how much was kept and cut, as what, and how sure that was. Pure."""

from msgspec import Struct

from copydesk.cleaning.records import Cleaned


class Quality(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold characters kept and cut, and pieces cut, by kind. `doubt` is 1 less the confidence in the text.

    `second_opinion` says that another extractor was asked.
    """

    kept: int
    cut: dict[str, int] = {}
    pieces: dict[str, int] = {}
    doubt: float = 0.0
    second_opinion: bool = False


def quality_of(found: Cleaned) -> Quality:
    """Return the figures of what the cleaning found."""
    cut: dict[str, int] = {}
    pieces: dict[str, int] = {}
    for piece in found.removed:
        cut[piece.kind] = cut.get(piece.kind, 0) + len(piece.text)
        pieces[piece.kind] = pieces.get(piece.kind, 0) + 1
    return Quality(
        kept=len(found.title) + sum(map(len, found.paragraphs)),
        cut=cut,
        pieces=pieces,
        doubt=round(1 - found.confidence, 3),
        second_opinion=found.second_opinion,
    )
