"""A page's runs as the blocks that naming reads: text, tag, link share, and the words of the markup around."""

import re
from functools import lru_cache

from copydesk.text.block import Block
from copydesk.text.page import Box, Page, Run

NEAR = 4
"""How many named boxes, from the inmost outwards, lend a block their words."""

_PARTS = re.compile(r"[a-z]+|[A-Z]+(?![a-z])|[A-Z][a-z]+|[^\W\d_a-zA-Z]+")
_LONGEST_NAME = 400


def to_blocks(page: Page) -> list[Block]:
    """One block per run, in order; their number is the `position` of what is removed."""
    cache: dict[int, frozenset[str]] = {}
    return [_to_block(run, cache) for run in page.runs]


def _to_block(run: Run, cache: dict[int, frozenset[str]]) -> Block:
    words = cache.get(run.box.index)
    if words is None:
        words = cache[run.box.index] = frozenset().union(*_near(run.box))
    if run.inner:
        words |= name_words(run.inner)
    share = run.link_chars / len(run.text)
    return Block(run.text, run.box.tag, share, words, run.box.hidden)


def _near(box: Box) -> list[frozenset[str]]:
    found: list[frozenset[str]] = []
    for around in box.ancestry():
        if around.name:
            found.append(name_words(around.name))
        if len(found) == NEAR or around.tag == "body":
            break
    return found


@lru_cache(8192)
def name_words(name: str) -> frozenset[str]:
    """Class and id words: each as written in lower case, and its parts (`articleBody-text` -> article, body, text)."""
    found: set[str] = set()
    for word in name[:_LONGEST_NAME].split():
        found.add(word.lower())
        found.update([part.lower() for part in _PARTS.findall(word) if len(part) > 1])
    return frozenset(found)
