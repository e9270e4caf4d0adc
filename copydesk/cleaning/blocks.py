"""Build blocks from a page's runs or a text's lines: text, tag, share of links, and the names that markup gives."""

import re
from functools import lru_cache

from copydesk.cleaning.normalise import fold_spaces, printed
from copydesk.cleaning.page.model import Page
from copydesk.cleaning.records import Block
from copydesk.cleaning.thresholds.page import NAMED_BOXES_TOLD, NAMES_READ

_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\W\d_a-zA-Z]+")
_SMALL = re.compile(r"[a-z]{2,}")


def to_blocks(page: Page) -> list[Block]:
    """Make one block per run, in order; their number is the `position` of what is removed."""
    near: list[tuple[str, ...]] = []
    for box in page.boxes:
        around = near[box.parent.index] if box.parent else ()
        if box.tag == "body":
            around = ()
        elif box.name:
            around = (box.name, *around[: NAMED_BOXES_TOLD - 1])
        near.append(around)
    blocks = []
    for run in page.runs:
        box = run.box
        names = near[box.index]
        if run.inner:
            names = (run.inner, *names)
        blocks.append(Block(run.text, box.tag, run.link_chars / len(run.text), names, box.hidden))
    return blocks


@lru_cache(8192)
def words_of_names(names: tuple[str, ...]) -> frozenset[str]:
    """Split several names into words, together."""
    return frozenset().union(*map(name_words, names))


@lru_cache(8192)
def name_words(name: str) -> frozenset[str]:
    """Split class and id words: each in lower case, and its parts (`articleBody-text` -> article, body, text)."""
    short = name[:NAMES_READ]
    low = short.lower()
    if low == short and short.isascii():
        return frozenset(short.split() + _SMALL.findall(short))
    return frozenset([*low.split(), *[part.lower() for part in _PARTS.findall(short) if len(part) > 1]])


def line_blocks(text: str) -> list[Block]:
    """Make a block of every non-blank line of the text, in order.

    Line ends are those of str.splitlines. Characters that print does not show are left out, but a line of nothing else
    is a block too, after the byte order mark.
    """
    blocks: list[Block] = []
    gap = 0
    for line in text.removeprefix("\ufeff").splitlines():
        folded = fold_spaces(printed(line)) or fold_spaces(line)
        if folded:
            blocks.append(Block(folded, gap=gap))
            gap = 0
        else:
            gap += 1
    return blocks
