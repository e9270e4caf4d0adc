"""HTML -> Page: one parse, one walk over the tree in document order. Nothing here recurses."""

import re
from collections.abc import Mapping

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from copydesk.text import tags
from copydesk.text.page import Box, Mark, Page, Run, fold

_SHORT_CELL = 160
_BLANK_LINE = re.compile(r"\n\s*\n")
_NOT_SHOWN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.I)
_NAMING = ("class", "id", "role", "itemprop", "data-testid", "data-component", "data-type", "data-module")


def read_page(html: str) -> Page:
    """Parse and walk once. Accepts anything; ask `guard.too_costly` first what it will cost."""
    parser = LexborHTMLParser(html.encode("utf-8", "replace"), options=LexborDocumentOptions.WO_EVENTS)
    walk = _Walk()
    if parser.root is not None:
        walk.over(parser.root)
    return walk.page


class _Walk:
    """The state of one pass over a tree: the open boxes, the run being gathered, and the page found so far."""

    def __init__(self) -> None:
        self.page = Page([], [], [], [], [], [], "", "")
        self._box = self._new_box(None, "html", "", False)
        self._rows: list[int] = []
        self._link_depth = self._bold_depth = 0
        self._start()

    def over(self, root: LexborNode) -> None:
        """Every node under root in document order, with the ends of the elements."""
        self.page = self.page._replace(language=root.attributes.get("lang") or "")
        stack: list[tuple[LexborNode, str, Box | None]] = []
        node = root.first_child
        while True:
            if node is None:
                if not stack:
                    break
                ended, tag, outer = stack.pop()
                self._close(tag, outer)
                node = ended.next
                continue
            name = node.tag
            if name == "-text":
                self._text(node.text_content or "")
            elif name and name[0] != "-":
                if name in tags.UNSEEN:
                    self._unseen(name, node)
                else:
                    tag, outer = self._open(name, node)
                    child = node.first_child
                    if child is not None:
                        stack.append((node, tag, outer))
                        node = child
                        continue
                    self._close(tag, outer)
            node = node.next
        self._flush()

    def _text(self, text: str) -> None:
        if text.isspace():
            if self._pieces:
                self._pieces.append(" ")
            return
        self._pieces.append(text)
        self._breaks = 0
        if self._link_depth:
            self._link_chars += len(text)
        if self._bold_depth:
            self._bold_chars += len(text)

    def _open(self, tag: str, node: LexborNode) -> tuple[str, Box | None]:
        """Enter an element; returns what `_close` must be told when it ends."""
        if tag in tags.BLOCK:
            return self._open_box(tag, node)
        if tag in tags.INLINE:
            return self._open_inline(tag, node)
        if tag == "br":
            self._line_break()
        elif tag in tags.SPACED:
            self._pieces.append(" ")
        elif tag in ("meta", "link"):
            self._fact(tag, node.attributes)
        elif self._box.tag not in tags.PROSE:
            return self._open_box(tag, node)
        return "", None

    def _open_inline(self, tag: str, node: LexborNode) -> tuple[str, Box | None]:
        if tag in tags.BOLD:
            self._bold_depth += 1
            return tag, None
        if tag not in tags.ATTRIBUTES_READ:
            self._inlines += 1
            return "", None
        attributes = node.attributes
        if ("style" in attributes or "hidden" in attributes) and tag != "img" and _is_hidden(attributes):
            return self._open_box(tag, node)
        if tag == "img":
            self._mark("img", attributes.get("data-src") or attributes.get("src") or "")
            return "", None
        if tag == "a":
            self._links += not self._link_depth
            self._link_depth += 1
        self._inlines += 1
        if len(attributes) > (tag == "a"):
            self._stated(tag, attributes)
        return tag, None

    def _open_box(self, tag: str, node: LexborNode) -> tuple[str, Box | None]:
        self._flush()
        outer, attributes = self._box, node.attributes
        hidden = outer.hidden or tag in tags.FALLBACK
        name = ""
        if attributes:
            name = " ".join([value for key in _NAMING if (value := attributes.get(key))])
            if not hidden and ("style" in attributes or "hidden" in attributes):
                hidden = _is_hidden(attributes)
        self._box = self._new_box(outer, tag, name, hidden)
        if tag == "tr":
            self._rows.append(len(self.page.runs))
        elif "itemprop" in attributes:
            self._stated(tag, attributes)
        return tag, outer

    def _new_box(self, outer: Box | None, tag: str, name: str, hidden: bool) -> Box:
        box = Box(len(self.page.boxes), outer, tag, name, hidden)
        self.page.boxes.append(box)
        return box

    def _close(self, tag: str, outer: Box | None) -> None:
        if outer is not None:
            self._flush()
            if tag == "tr":
                self._join_row(self._rows.pop())
            self._box = outer
        elif tag == "a":
            self._link_depth -= 1
        elif tag in tags.BOLD:
            self._bold_depth -= 1

    def _line_break(self) -> None:
        """One line break is white space; two with no text between them end the run."""
        if self._pieces:
            self._breaks += 1
            if self._breaks == 2:
                self._flush()
            else:
                self._pieces.append("\n")

    def _start(self) -> None:
        self._pieces: list[str] = []
        self._breaks = self._links = self._link_chars = self._bold_chars = self._inlines = 0
        self._inner = ""

    def _flush(self) -> None:
        """End the run: from here on text belongs to the next one."""
        if not self._pieces:
            self._links = self._inlines = 0
            self._inner = ""
            return
        text = "".join(self._pieces)
        tag = self._box.tag
        if tag in tags.RAW_MARKUP:
            text = _text_of_markup(text)
        for piece in _BLANK_LINE.split(text) if tag in tags.LINES_KEPT else (text,):
            if piece := fold(piece):
                size = len(piece)
                counts = (min(self._link_chars, size), self._links, min(self._bold_chars, size), self._inlines)
                self.page.runs.append(Run(piece, self._box, *counts, self._inner))
        self._start()

    def _join_row(self, first: int) -> None:
        """A table row of short cells is one run; a row that lays out a page stays in pieces."""
        runs, box = self.page.runs, self._box
        cells = runs[first:]
        if len(cells) < 2 or any(
            len(cell.text) > _SHORT_CELL or cell.box.tag in tags.NO_CELL or cell.box.hidden != box.hidden
            for cell in cells
        ):
            return
        chars, links, bold, inlines = (sum(column) for column in zip(*[cell[2:6] for cell in cells], strict=True))
        runs[first:] = [Run(" ".join([cell.text for cell in cells]), box, chars, links, bold, inlines, cells[0].inner)]

    def _unseen(self, tag: str, node: LexborNode) -> None:
        if tag == "script":
            if "ld+json" in (node.attributes.get("type") or ""):
                self.page.scripts.append(node.text(deep=True))
        elif tag == "head":
            for child in node.iter():
                name = child.tag or ""
                if name in ("meta", "link"):
                    self._fact(name, child.attributes)
                elif name == "title" and not self.page.title:
                    self.page = self.page._replace(title=fold(child.text(deep=True)))
                elif name == "script":
                    self._unseen(name, child)

    def _fact(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        if tag == "link":
            self.page.links.append(((attributes.get("rel") or "").lower(), attributes.get("href") or ""))
        elif value := attributes.get("content"):
            name = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
            if name:
                self.page.metas.append((name.lower(), value))
            if item := attributes.get("itemprop"):
                self._mark("itemprop " + item.lower(), value)

    def _stated(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        """Keep what an element's attributes state: its class when it opens a run, dates, authors, microdata."""
        if not self._pieces and not self._inner:
            self._inner = attributes.get("class") or ""
        if item := attributes.get("itemprop"):
            self._mark("itemprop " + item.lower(), attributes.get("content") or attributes.get("datetime") or "")
        if tag == "time":
            self._mark("time", attributes.get("datetime") or "")
        if "author" in (attributes.get("rel") or ""):
            self._mark("author", attributes.get("href") or "")

    def _mark(self, what: str, value: str) -> None:
        self.page.marks.append(Mark(what, value, len(self.page.runs), self._box))


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    return "hidden" in attributes or bool(_NOT_SHOWN.search(attributes.get("style") or ""))


def _text_of_markup(markup: str) -> str:
    """The text of markup that a parser leaves unread, as inside `iframe`."""
    if "<" not in markup:
        return markup
    return " ".join(run.text for run in read_page(markup.replace("<iframe", "<div")).runs)
