"""Gather one run of text, from the first word after a boundary to the next boundary."""

import re
from textwrap import dedent

from copydesk.cleaning.normalise import fold_spaces, printed
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.model import Box, Run
from copydesk.cleaning.thresholds.page import CODE_MARKS, CODE_TAB, LINE_BREAKS_END_RUN, LONGEST_CODE, WRAPPED_LINE

_CODE_MARK = re.compile(r"[{}()\[\]<>=;$]")
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
        pieces = _BLANK_LINE.split(text) if box.tag in elements.LINES_KEPT and not _is_code(text) else [text]
        found = []
        for piece in pieces:
            if folded := _lined(piece) if box.tag in elements.LINES_KEPT else fold_spaces(piece):
                size = len(folded)
                links, bold = min(self.link_chars, size), min(self.bold_chars, size)
                found.append(Run(folded, box, links, self.links, bold, self.inlines, self.inner))
        return found + self.asides if self.asides else found


def _is_code(text: str) -> bool:
    """Whether preformatted text is code, whose blank lines part nothing, by its share of brackets and signs."""
    return len(text) <= LONGEST_CODE and len(_CODE_MARK.findall(text)) >= CODE_MARKS * len(text)


def _lined(text: str) -> str:
    """Return the lines of code or verse, each with its indent; prose that was wrapped at a width, as one line."""
    lines = [line.rstrip() for line in dedent(text.expandtabs(CODE_TAB)).strip("\n").split("\n")]
    wrapped = sum(len(line) >= WRAPPED_LINE for line in lines[:-1])
    if len(text) > LONGEST_CODE or 2 * wrapped >= len(lines):
        return fold_spaces(text)
    return "\n".join(lines).strip()


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
