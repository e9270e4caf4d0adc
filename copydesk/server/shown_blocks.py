"""Lay an article out for reading: its blocks in document order, neighbouring cuts of one kind together."""

from itertools import groupby
from typing import NamedTuple

from copydesk.cleaning.report import Shown, article_in_order
from copydesk.events import CleanArticle, Refused


class BlockRun(NamedTuple):
    """Hold neighbouring blocks: one title or paragraph, or cuts of one kind for one reason.

    `places` are the numbers of the blocks, one for each text.
    """

    state: str
    label: str
    why: str
    sure: tuple[int, int]
    texts: tuple[str, ...]
    places: tuple[int, ...] = ()


def article_runs(article: CleanArticle, *, cuts: bool) -> list[BlockRun]:
    """Return what is to be shown of an article, with what was cut in its place if wanted."""
    blocks = article_in_order(article)
    return _runs([block for block in blocks if cuts or block.state != "cut"])


def refused_runs(refused: Refused) -> list[BlockRun]:
    """Return what was cut of what is no article, and the little that was left."""
    blocks = [
        Shown(piece.position, "cut", piece.kind, piece.text, piece.why, piece.confidence) for piece in refused.removed
    ]
    return _runs(blocks) + [BlockRun("body", "left", "", (100, 100), (text,)) for text in refused.left]


def _runs(blocks: list[Shown]) -> list[BlockRun]:
    runs = []
    for _, group in groupby(enumerate(blocks), lambda item: _key(*item)):
        some = [block for _, block in group]
        texts, places = tuple(block.text for block in some), tuple(block.position for block in some)
        runs.append(BlockRun(*some[0][1:3], some[0].why, _range(some), texts, places))
    return runs


def _key(number: int, block: Shown) -> tuple[str, str, str, int]:
    """Return what neighbours share to stand together; a title or a paragraph stands alone."""
    return block.state, block.label, block.why, -1 if block.state == "cut" else number


def _range(blocks: list[Shown]) -> tuple[int, int]:
    sure = [round(100 * (1.0 if block.confidence is None else block.confidence)) for block in blocks]
    return min(sure), max(sure)
