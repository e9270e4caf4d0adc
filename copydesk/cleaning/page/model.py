"""A page as read: its visible runs of text in document order, the boxes they stand in, and the facts it states.

A run is what a reader sees as one piece: a paragraph, a heading, a list item without its sub-list, a table row, a
caption, a button. A box is a block-level element. Every visible character outside `head`, `script`, `style` and
`template` is in exactly one run; text that markup hides is kept, and marked.

Runs and marks are part of no cycle, so the garbage collector is told to pass them by (`gc=False`): pages are made of
thousands of them.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct

_LONG_TEXT = 100_000
_SPACES = re.compile(r"  +")


class Box(Struct):
    """One block-level element: its number and parent, its tag, the words it is named with (class, id, role, …), hidden
    or not, and how many boxes are around it."""

    index: int
    parent: "Box | None"
    tag: str
    name: str
    hidden: bool
    depth: int

    def ancestry(self) -> Iterator["Box"]:
        """This box and those around it, inmost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


class Run(Struct, frozen=True, gc=False):
    """One visible piece of text, white space folded. `inner` is the class of an inline element that opens it."""

    text: str
    box: Box
    link_chars: int = 0
    links: int = 0
    bold_chars: int = 0
    inlines: int = 0
    inner: str = ""


class Mark(Struct, frozen=True, gc=False):
    """Something markup states at a place: `what` is a tag or attribute, `at` the number of the run it stands in."""

    what: str
    value: str
    at: int
    box: Box


class Page(NamedTuple):
    """A page as read: `metas` as (name, content) and `links` as (rel, href) in order, `scripts` its JSON-LD texts."""

    runs: list[Run]
    boxes: list[Box]
    metas: list[tuple[str, str]]
    links: list[tuple[str, str]]
    scripts: list[str]
    marks: list[Mark]
    title: str
    language: str


def fold(text: str) -> str:
    """White space folded to single spaces, none at the ends; long texts in pieces, so memory stays near their size."""
    if len(text) < _LONG_TEXT:
        return " ".join(text.split())
    pieces: list[str] = []
    at = 0
    while at < len(text):
        end = at + _LONG_TEXT
        if piece := " ".join(text[at:end].split()):
            pieces.append(" " if text[at].isspace() or text[at - 1].isspace() else "")
            pieces.append(piece)
        elif pieces and pieces[-1] != " ":
            pieces.append(" ")
        at = end
    return _SPACES.sub(" ", "".join(pieces)).strip()
