"""Measure what parsers take to read a page, and to hand over each node's name, text and attributes."""

from collections.abc import Callable, Iterable
from importlib.util import find_spec
from time import process_time

from lxml import html as lxml_html
from selectolax.lexbor import LexborDocumentOptions, LexborHTMLParser, LexborNode

Parser = Callable[[str], object]


def parsers() -> dict[str, Parser]:
    """Return the parsers that are installed, by name; those whose names end in `walked` visit every node too."""
    found: dict[str, Parser] = {"lexbor": _lexbor, "lexbor, walked": _walk_lexbor}
    found |= {"lxml": _lxml, "lxml, walked": _walk_lxml}
    if find_spec("turbohtml"):
        found |= _turbohtml()
    if find_spec("resiliparse"):
        from resiliparse.parse.html import HTMLTree

        found["resiliparse"] = HTMLTree.parse
    return found


def milliseconds(pages: list[str], parse: Parser, rounds: int) -> float:
    """Return the CPU time of a page, the mean over the pages of the fastest of some rounds."""
    return 1000 * sum(min(_timed(parse, page) for _ in range(rounds)) for page in pages) / len(pages)


def _timed(parse: Parser, page: str) -> float:
    begun = process_time()
    parse(page)
    return process_time() - begun


def _lexbor(page: str) -> LexborHTMLParser:
    return LexborHTMLParser(page.encode("utf-8", "replace"), options=LexborDocumentOptions.WO_EVENTS)


def _walk_lexbor(page: str) -> int:
    nodes, stack = 0, list[LexborNode]()
    root = _lexbor(page).root
    node = root.first_child if root is not None else None
    while node is not None or stack:
        if node is None:
            node = stack.pop().next
            continue
        nodes += 1
        _ = node.text_content if node.tag == "-text" else node.attributes
        if (child := node.first_child) is not None:
            stack.append(node)
            node = child
        else:
            node = node.next
    return nodes


def _lxml(page: str) -> lxml_html.HtmlElement:
    return lxml_html.document_fromstring(page.encode("utf-8", "replace"), parser=lxml_html.HTMLParser(encoding="utf-8"))


def _walk_lxml(page: str) -> int:
    return _visited((each.tag, each.text, each.tail, each.attrib) for each in _lxml(page).iter())


def _turbohtml() -> dict[str, Parser]:
    import turbohtml

    def walk(page: str) -> int:
        return _visited(
            (node.data,)
            if isinstance(node, turbohtml.Text)
            else (getattr(node, "tag", ""), getattr(node, "attrs", None))
            for node in turbohtml.parse(page).descendants
        )

    return {"turbohtml": turbohtml.parse, "turbohtml, walked": walk}


def _visited(nodes: Iterable[object]) -> int:
    return sum(1 for _ in nodes)
