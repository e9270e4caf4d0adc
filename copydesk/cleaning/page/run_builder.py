"""Gather one run of text, from the first word after a boundary to the next boundary."""

import re

from copydesk.cleaning.normalise import fold_spaces, printed
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.model import Box, Run
from copydesk.cleaning.thresholds.page import LINE_BREAKS_END_RUN

_BLANK_LINE = re.compile(r"\n\s*\n")


class RunBuilder:
    """Gather pieces of text and what markup adds; `asides` are runs hidden inside this one, to stand after it."""

    __slots__ = ("asides", "bold_chars", "breaks", "inlines", "inner", "link_chars", "links", "pieces")

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.asides: list[Run] = []
        self.breaks = self.links = self.link_chars = self.bold_chars = self.inlines = 0
        self.inner = ""

    def breaks_off(self) -> bool:
        """Note a line break; true when it is the second with no text since the first, which ends the run."""
        if not self.pieces:
            return False
        self.breaks += 1
        self.pieces.append("\n")
        return self.breaks == LINE_BREAKS_END_RUN

    def runs(self, box: Box) -> list[Run]:
        """Return what was gathered as runs: one, none when it is blank, several when blank lines part kept lines."""
        text = printed("".join(self.pieces))
        pieces = _BLANK_LINE.split(text) if box.tag in elements.LINES_KEPT else [text]
        found = []
        for piece in pieces:
            if folded := fold_spaces(piece):
                size = len(folded)
                links, bold = min(self.link_chars, size), min(self.bold_chars, size)
                found.append(Run(folded, box, links, self.links, bold, self.inlines, self.inner))
        return found + self.asides if self.asides else found


def join_cells(cells: list[Run], box: Box) -> Run:
    """Join the cells of a table row into one run."""
    return Run(
        " ".join([cell.text for cell in cells]),
        box,
        sum(cell.link_chars for cell in cells),
        sum(cell.links for cell in cells),
        sum(cell.bold_chars for cell in cells),
        sum(cell.inlines for cell in cells),
        cells[0].inner,
    )
