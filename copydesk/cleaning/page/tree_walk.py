"""Parse HTML into a Page: one parse and one iterative walk over the tree, in document order."""

import re
from collections.abc import Callable

from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

from copydesk.cleaning.lexicon.line_words import line_words
from copydesk.cleaning.normalise import fold_spaces
from copydesk.cleaning.page import elements
from copydesk.cleaning.page.attribute_words import Attributes, hides_element, is_read_aloud, names_author, names_change
from copydesk.cleaning.page.model import CHANGE, HOME, Box, Mark, Page, Run
from copydesk.cleaning.page.run_builder import RunBuilder, join_cells
from copydesk.cleaning.thresholds.page import ATTRIBUTE_READ, LONGEST_MARKED_NAME, LONGEST_ROW_CELL

_NAMING = frozenset(("class", "id", "role", "itemprop", "data-testid", "data-component", "data-type", "data-module"))
_ASIDE = "aside within a line"
_AUTHORS = frozenset(line_words("address.author_folder"))
_HOSTS = frozenset(("http:/", "https:/"))

Closing = tuple[str, Box | None]
"""What must be known when an element ends: its tag, and the box around it when it was a box itself."""


def read_page(html: str, mark: Callable[[LexborHTMLParser], None] | None = None) -> Page:
    """Parse and walk once. Accepts anything; ask `cost_limits.too_costly` first what it will cost.

    `mark` may put words on elements before the walk, as site rules do.
    """
    parser = LexborHTMLParser(html.encode("utf-8", "replace"), options=LexborDocumentOptions.WO_EVENTS)
    if mark is not None:
        mark(parser)
    walk = _Walk()
    if parser.root is not None:
        walk.over(parser.root)
    return walk.page


class _Walk:
    """Hold the state of one pass over a tree: the open box, the run being gathered, and the page found so far."""

    def __init__(self) -> None:
        self.page = Page([], [], [], [], [], [], "", "")
        self._boxes, self._out = self.page.boxes, self.page.runs
        self._box = self._new_box(None, "html", "", False)
        self._run = RunBuilder()
        self._rows: list[int] = []
        self._outside: list[tuple[RunBuilder, list[Run]]] = []
        self._link_depth = self._bold_depth = 0

    def over(self, root: LexborNode) -> None:
        """Visit every node under root in document order, with the ends of the elements."""
        self.page = self.page._replace(language=root.attributes.get("lang") or "")
        stack: list[tuple[LexborNode, str, Box | None]] = []
        node = root.first_child
        while True:
            if node is None:
                if not stack:
                    break
                ended, name, outer = stack.pop()
                if outer is not None:
                    self._close_box(name, outer)
                elif name:
                    self._close_inline(name)
                node = ended.next
                continue
            name = node.tag or "-"
            if name == "-text":
                self._text(node.text_content or "")
            elif name in elements.UNSEEN:
                self._unseen(name, node)
            elif name[0] != "-":
                closing, outer = self._open_box(name, node) if name in elements.BLOCK else self._open(name, node)
                child = node.first_child
                if child is not None:
                    stack.append((node, closing, outer))
                    node = child
                    continue
                if outer is not None:
                    self._close_box(closing, outer)
                elif closing:
                    self._close_inline(closing)
            node = node.next
        self._flush()
        self._box.end = len(self._boxes)

    def _text(self, text: str) -> None:
        run = self._run
        if text.isspace():
            if run.pieces:
                run.pieces.append(text if self._box.tag in elements.LINES_KEPT else " ")
            return
        if self._box.tag in elements.RAW_MARKUP:
            text = _text_of_markup(text)
        run.pieces.append(text)
        run.breaks = 0
        if self._link_depth:
            run.link_chars += len(text)
        if self._bold_depth:
            run.bold_chars += len(text)

    def _open(self, tag: str, node: LexborNode) -> Closing:
        """Open an element that is no block: one within a line, a break, a fact, or one that HTML does not know."""
        if tag in elements.INLINE:
            return self._open_inline(tag, node)
        if tag == "br":
            if self._run.breaks_off():
                self._flush()
        elif tag in elements.SPACED:
            self._run.pieces.append(" ")
        elif tag in ("meta", "link"):
            self._fact(tag, node.attributes)
        elif self._box.tag not in elements.PROSE:
            return self._open_box(tag, node)
        return "", None

    def _open_inline(self, tag: str, node: LexborNode) -> Closing:
        if tag in elements.BOLD:
            self._bold_depth += 1
            return tag, None
        self._run.inlines += 1
        if tag not in elements.ATTRIBUTES_READ:
            return "", None
        attributes = node.attributes
        if tag == "img":
            self._mark("img", attributes.get("data-src") or attributes.get("src") or "")
            return "", None
        if tag == "svg" or (attributes and hides_element(attributes)):
            return self._open_aside(tag, attributes)
        if tag == "a":
            self._run.links += not self._link_depth
            self._link_depth += 1
            self._led(attributes.get("href") or "", node)
        if len(attributes) > (tag == "a"):
            self._stated(tag, attributes, node)
        return tag, None

    def _open_aside(self, tag: str, attributes: Attributes) -> Closing:
        """Make a run of its own of text hidden or drawn inside a line, after the run that it would tear apart."""
        outer = self._box
        self._outside.append((self._run, self._out))
        self._run, self._out = RunBuilder(), []
        self._box = self._new_box(
            outer, tag, (attributes.get("class") or "")[:ATTRIBUTE_READ], outer.hidden or tag != "svg"
        )
        return _ASIDE, outer

    def _close_aside(self) -> None:
        self._flush()
        hidden = self._out
        self._run, self._out = self._outside.pop()
        (self._run.asides if self._run.pieces else self._out).extend(hidden)

    def _open_box(self, tag: str, node: LexborNode) -> Closing:
        self._flush()
        outer, attributes = self._box, node.attributes
        hidden, name = outer.hidden or tag in elements.FALLBACK, ""
        if len(attributes) == 1 and "class" in attributes:  # most boxes have a class and nothing else
            name = (attributes["class"] or "")[:ATTRIBUTE_READ]
            hidden = hidden or is_read_aloud(name)
        elif attributes:
            name = " ".join([value[:ATTRIBUTE_READ] for key, value in attributes.items() if value and key in _NAMING])
            hidden = hidden or hides_element(attributes)
        self._box = self._new_box(outer, tag, name, hidden)
        if tag == "tr":
            self._rows.append(len(self._out))
        elif "itemprop" in attributes:
            self._stated(tag, attributes, node)
        return tag, outer

    def _new_box(self, outer: Box | None, tag: str, name: str, hidden: bool) -> Box:
        at = len(self._boxes)
        box = Box(at, outer, tag, name, hidden, outer.depth + 1 if outer else 0, at + 1)
        self._boxes.append(box)
        return box

    def _close_box(self, tag: str, outer: Box) -> None:
        if tag is _ASIDE:
            self._close_aside()
        else:
            self._flush()
            if tag == "tr":
                self._join_row(self._rows.pop())
        self._box.end = len(self._boxes)
        self._box = outer

    def _close_inline(self, tag: str) -> None:
        if tag == "a":
            self._link_depth -= 1
        elif tag in elements.BOLD:
            self._bold_depth -= 1

    def _flush(self) -> None:
        """End the run: text from here on belongs to the next one."""
        run = self._run
        if run.pieces:
            self._out.extend(run.runs(self._box))
            self._run = RunBuilder()
        elif run.inlines or run.links:
            self._run = RunBuilder()

    def _join_row(self, first: int) -> None:
        """Join a table row of short cells into one run; a row that lays out a page stays in pieces."""
        cells, hidden = self._out[first:], self._box.hidden
        for cell in cells:
            if len(cell.text) > LONGEST_ROW_CELL or cell.box.tag in elements.NO_CELL or cell.box.hidden != hidden:
                return
        if len(cells) > 1:
            self._out[first:] = [join_cells(cells, self._box)]

    def _unseen(self, tag: str, node: LexborNode) -> None:
        if tag == "script":
            if "ld+json" in (node.attributes.get("type") or ""):
                self.page.scripts.append(node.text(deep=True))
        elif tag == "head":
            for child in node.iter():
                name = child.tag or ""
                if name in ("meta", "link"):
                    self._fact(name, child.attributes)
                elif name == "script":
                    self._unseen(name, child)
                elif name == "title" and not self.page.title:
                    self.page = self.page._replace(title=fold_spaces(child.text(deep=True)))

    def _fact(self, tag: str, attributes: Attributes) -> None:
        if tag == "link":
            self.page.links.append(((attributes.get("rel") or "").lower(), attributes.get("href") or ""))
        elif value := attributes.get("content"):
            name = attributes.get("property") or attributes.get("name") or attributes.get("http-equiv")
            if name:
                self.page.metas.append((name.lower(), value))
            if item := attributes.get("itemprop"):
                self._mark("itemprop " + item.lower(), value)

    def _stated(self, tag: str, attributes: Attributes, node: LexborNode) -> None:
        """Keep what an element's attributes state: its class when it opens a run, dates, authors, microdata."""
        named = (attributes.get("class") or "")[:ATTRIBUTE_READ]
        if not self._run.pieces and not self._run.inner:
            self._run.inner = named
        item = (attributes.get("itemprop") or "").lower()
        if item:
            value = attributes.get("content") or attributes.get("datetime") or ""
            self._mark("itemprop " + item, value or (_name_in(node) if "author" in item else ""))
        if tag == "time":
            changed = names_change(f"{named} {item}")
            self._mark(CHANGE if changed else "time", attributes.get("datetime") or "")
        elif "author" in (attributes.get("rel") or ""):
            self._mark("author", _name_in(node))
        elif named and tag not in elements.BLOCK and names_author(named):
            self._mark("author class", _name_in(node))

    def _led(self, href: str, node: LexborNode) -> None:
        """Keep what a link calls one of those who write (`/author/jane-roe`), or a site (`/`, `https://host/`)."""
        folders, _, last = href.rpartition("/")
        if not last:
            folders = folders.rpartition("/")[0]
        if folders in _HOSTS or href == "/":
            self._mark(HOME, f"{href} {_name_in(node)}")
        elif folders.rpartition("/")[2] in _AUTHORS:
            self._mark("author link", _name_in(node))

    def _mark(self, what: str, value: str) -> None:
        self.page.marks.append(Mark(what, value, len(self._out), self._box))


def _name_in(node: LexborNode) -> str:
    """Return what an element says, of microdata the name in it; nothing where it says more than a name."""
    named = node.css_first("[itemprop=name]") or node
    text = fold_spaces(named.text(deep=True, separator=" ")[:ATTRIBUTE_READ])
    return text if len(text) <= LONGEST_MARKED_NAME else ""


def _text_of_markup(markup: str) -> str:
    """Return the text of markup that the parser leaves unread, as inside `iframe`; frames within it are not entered."""
    if "<" not in markup:
        return markup
    return " ".join([run.text for run in read_page(_FRAME.sub("<div", markup)).runs])


_FRAME = re.compile(r"<(?:iframe|noframes|noembed)\b", re.I)
