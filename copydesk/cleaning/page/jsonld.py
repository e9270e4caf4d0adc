"""Read a page's JSON-LD: the node that describes the article, and plain values out of the shapes publishers write."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import orjson

from copydesk.cleaning.normalise import fold_spaces
from copydesk.cleaning.thresholds.page import (
    JSONLD_MOST_CHARACTERS,
    JSONLD_MOST_NESTED,
    JSONLD_MOST_NODES,
    JSONLD_MOST_TEXTS,
)

_ARTICLES = """newsarticle article reportagenewsarticle analysisnewsarticle opinionnewsarticle blogposting report
    backgroundnewsarticle liveblogposting advertisercontentarticle satiricalarticle reviewnewsarticle review
    socialmediaposting techarticle askpublicnewsarticle medicalwebpage scholarlyarticle posting"""
ARTICLE_TYPES = frozenset(_ARTICLES.split())
PAGE_TYPES = frozenset(("webpage", "videoobject", "itempage", "mediaobject", "creativework"))

_TELLING = ("articleBody", "liveBlogUpdate", "author", "datePublished", "dateModified", "image", "headline")
_CONTROLS = re.compile(r"[\x00-\x1f]+")
_OPENERS = ("<!--", "//<![CDATA[", "// <![CDATA[", "<![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */")
_CLOSERS = ("-->", "//]]>", "// ]]>", "/*]]>*/", "/* ]]> */", "]]>", ";")
_COMMA = re.compile(r",\s{0,100}([}\]])")

Node = dict[str, Any]


def nodes(scripts: list[str]) -> list[Node]:
    """List every object of the page's JSON-LD, outer before inner; what cannot be read as JSON is left out."""
    found: list[Node] = []
    for script in scripts:
        if len(script) <= JSONLD_MOST_CHARACTERS:
            found.extend(_objects(_read(script)))
    return found


def types(node: Node) -> frozenset[str]:
    """Return the node's types in lower case, without the vocabulary's address."""
    named = node.get("@type")
    listed = named if isinstance(named, list) else [named]
    return frozenset(name.rsplit("/", 1)[-1].lower() for name in listed if isinstance(name, str))


def article_of(found: list[Node]) -> Node | None:
    """Choose the page's article: of the article types the node that says most, else a page with a headline."""
    articles = [node for node in found if types(node) & ARTICLE_TYPES and (node.get("headline") or node.get("name"))]
    if not articles:
        articles = [node for node in found if types(node) & PAGE_TYPES and node.get("headline")]
    return max(articles, key=_fullness, default=None)


def _fullness(node: Node) -> int:
    return sum(bool(node.get(key)) for key in _TELLING)


def text_of(value: Any) -> str:
    """Read one line of text out of a value: a string, the first of a list, an object's name or @value; else nothing."""
    for _ in range(JSONLD_MOST_NESTED):
        if isinstance(value, list):
            value = value[0] if value else None
        elif isinstance(value, dict):
            value = value.get("name") or value.get("@value") or value.get("headline")
        else:
            break
    if not isinstance(value, str):
        return ""
    return fold_spaces(unescape(value))


def texts_of(value: Any) -> list[str]:
    """Read every line of text in a list or a single value, in order, without repeats."""
    listed = value if isinstance(value, list) else [value]
    return list(dict.fromkeys(text for item in listed[:JSONLD_MOST_TEXTS] if (text := text_of(item))))


def _read(script: str) -> Any:
    for text in _spellings(script):
        try:
            return orjson.loads(text)
        except (orjson.JSONDecodeError, RecursionError):
            continue
    return None


def _spellings(script: str) -> Iterator[str]:
    """Yield the script as it stands, then with what publishers get wrong put right."""
    yield script
    bare = _CONTROLS.sub(" ", _unwrapped(script))
    yield bare
    yield _COMMA.sub(r"\1", bare)
    yield unescape(bare)


def _unwrapped(script: str) -> str:
    """Return the script without the comment or CDATA marks that some put around it."""
    text = script.strip()
    text = next((text[len(mark) :] for mark in _OPENERS if text.startswith(mark)), text)
    return next((text[: -len(mark)] for mark in _CLOSERS if text.endswith(mark)), text)


def _objects(value: Any) -> Iterator[Node]:
    queue = [value]
    for _ in range(JSONLD_MOST_NODES):
        if not queue:
            return
        item = queue.pop()
        if isinstance(item, dict):
            if "@type" in item:
                yield item
            queue.extend(reversed([inner for inner in item.values() if isinstance(inner, dict | list)]))
        elif isinstance(item, list):
            queue.extend(reversed([inner for inner in item if isinstance(inner, dict | list)]))
