"""Represent a page as read: its visible runs of text in order, the boxes they stand in, and the facts it states.

A run is what a reader sees as one piece: a paragraph, a heading, a list item without its sub-list, a table row, a
caption, a button. A box is a block-level element. Every visible character outside `head`, `script`, `style` and
`template` is in exactly one run; text that markup hides is kept, and marked.

Runs and marks are part of no cycle, so the garbage collector is told to pass them by (`gc=False`): pages are made of
thousands of them.
"""

from collections.abc import Iterator
from typing import NamedTuple

from msgspec import Struct


class Box(Struct):
    """Represent one block-level element: its number and parent, its tag, and the words it is named with.

    `name` joins class, id, role and the like; `depth` is how many boxes are around it. Those within it have the numbers
    from its own to `end`.
    """

    index: int
    parent: "Box | None"
    tag: str
    name: str
    hidden: bool
    depth: int
    end: int

    def ancestry(self) -> Iterator["Box"]:
        """Yield this box and those around it, inmost first."""
        box: Box | None = self
        while box is not None:
            yield box
            box = box.parent


class Run(Struct, frozen=True, gc=False):
    """Represent one visible piece of text, spaces folded. `inner` is the class of an inline element that opens it."""

    text: str
    box: Box
    link_chars: int = 0
    links: int = 0
    bold_chars: int = 0
    inlines: int = 0
    inner: str = ""


class Mark(Struct, frozen=True, gc=False):
    """Hold what markup states at a place: `what` is a tag or attribute, `at` the number of the run it stands in."""

    what: str
    value: str
    at: int
    box: Box


CHANGE = "time of change"
"""What a `time` is called that markup names the last change."""
HOME = "home link"
"""What a link to a site's front page is called; its value is the address, a space and the link's text."""


class Page(NamedTuple):
    """Hold a page as read: `metas` as (name, content), `links` as (rel, href), in order; `scripts` is its JSON-LD."""

    runs: list[Run]
    boxes: list[Box]
    metas: list[tuple[str, str]]
    links: list[tuple[str, str]]
    scripts: list[str]
    marks: list[Mark]
    title: str
    language: str
