"""What a page would cost, from its tags alone, before a parser is asked: no page may take time or memory by surprise.

Reading HTML as browsers do is not linear: unclosed formatting elements are opened again in every paragraph, deep
nesting is climbed for every tag, and every attribute is compared with those before it.
"""

import re
from collections import Counter

from copydesk.text.block import Refused

MAX_CHARACTERS = 64_000_000
MAX_TAGS = 250_000
MAX_DEPTH = 8_000
MAX_UNCLOSED = 300
MAX_ATTRIBUTES = 10_000
LONG_TAG = 2 * MAX_ATTRIBUTES

_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9]{0,15})")
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_LONG_TAG = re.compile(rf"<[a-zA-Z][^>]{{{LONG_TAG},}}")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_FORMATTING = frozenset(
    ["a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u"]
)
_NESTING = _FORMATTING | frozenset(
    [
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figure",
        "footer",
        "form",
        "header",
        "li",
        "main",
        "nav",
        "ol",
        "section",
        "span",
        "table",
        "td",
        "tr",
        "ul",
    ]
)


def too_costly(html: str) -> Refused | None:
    """Why this page must not be parsed, None when it may be. Linear in the length of the page."""
    if len(html) > MAX_CHARACTERS:
        return Refused(f"the page is too large: {len(html):,} characters")
    if any(map(_crowded, _LONG_TAG.findall(html))) and any(map(_crowded, _LONG_TAG.findall(_UNSEEN.sub("", html)))):
        return Refused(f"a tag of the page has more than {MAX_ATTRIBUTES:,} attributes")
    opened = html.count("<")
    if opened < 12_000 and opened - 2 * html.count("</") < 2 * MAX_UNCLOSED:
        return None
    return _too_many(_TAG.findall(_UNSEEN.sub("", html)))


def _crowded(tag: str) -> bool:
    return len(_QUOTED.sub("", tag).split()) > MAX_ATTRIBUTES


def _too_many(tags: list[str]) -> Refused | None:
    if len(tags) > MAX_TAGS:
        return Refused(f"the page is too large: {len(tags):,} tags")
    tags = [tag.lower() for tag in tags]
    counts = Counter(tags)
    unclosed = sum(max(0, counts[tag] - counts[f"/{tag}"]) for tag in _FORMATTING)
    if unclosed > MAX_UNCLOSED:
        return Refused(f"the page leaves {unclosed:,} formatting elements open")
    depth = _deepest(tags)
    return Refused(f"the page is nested {depth:,} elements deep") if depth > MAX_DEPTH else None


def _deepest(tags: list[str]) -> int:
    """The greatest number of nesting elements open at once, by their tags alone."""
    depth = most = 0
    for tag in tags:
        if tag in _NESTING:
            depth += 1
            most = max(most, depth)
        elif depth and tag[0] == "/" and tag[1:] in _NESTING:
            depth -= 1
    return most
