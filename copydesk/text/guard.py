"""What a page would cost, from its tags alone, before a parser is asked: no page may take time or memory by surprise.

Reading HTML as browsers do is not linear: formatting elements left open are opened again in every paragraph, open
elements are climbed for every tag, and every attribute is compared with those before it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from copydesk.text.block import Refused

MAX_CHARACTERS = 64_000_000
MAX_TAGS = 250_000
MAX_DEPTH = 12_000
MAX_STEPS = 150_000_000
"""Open elements climbed, over all tags."""
MAX_UNCLOSED = 300
MAX_COMPARED = 100_000_000
"""Attributes compared with each other: 10,000 of one tag, or 2,000 of 25."""
MAX_AGAIN = 1_000
"""`html` and `body` tags: each one's attributes are compared with those of all before it."""
LONG_TAG = 500

_VALUE = r"""=\s*+(?:"[^"]*"|'[^']*')"""
# The commonest value first; what begins as a value and does not end as one is none.
_REST = r"""[^>=]*+(?:="[^"]*"[^>=]*+|=(?:'[^']*'|\s++(?:"[^"]*"|'[^']*'))?+[^>=]*+)*+"""


def _raw(name: str) -> str:
    """An element that holds no others, without its end tag."""
    return rf"(?i:{name})(?=[\s/>]){_REST}>[^<]*+(?:<(?!/(?i:{name}))[^<]*+)*+"


_RAW = "|".join(map(_raw, ("script", "style", "title", "textarea", "iframe", "noembed", "noframes", "xmp")))
_COMMENT = r"!--(?!-?>)[^-]*+(?:-(?!-!?>)[^-]*+)*+"
# Tags as parsers see them, with what is no markup after some; those that open no raw element come first, to be quick.
_MARKUP = re.compile(rf"<(?:/?[a-hj-mo-ru-wyzA-HJ-MO-RU-WYZ]{_REST}|{_COMMENT}|{_RAW}|/?[a-zA-Z]{_REST})")
_TAG = re.compile(rf"<(/?[a-zA-Z][a-zA-Z0-9-]{{0,30}}){_REST}")
_APART = re.compile(rf"{_VALUE}|/")
_AGAIN = re.compile(r"<(?:html|body)\b", re.I)
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
_FORMATS = re.compile(
    rf"<(/?)({'|'.join(sorted(_FORMATTING, key=len, reverse=True))})(?![a-z0-9])([^>]{{0,200}})", re.I
)
_SEARCHED = 64
"""How far down the open elements an end tag is looked for."""
_FEW = 12_000


def _names(line: str) -> frozenset[str]:
    return frozenset(line.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr image html head body")
# Elements that the next of their kind closes, with what was left open in them, up to one of _HOLDERS.
_IMPLIED = _names("li dd dt td th tr tbody thead tfoot caption colgroup option optgroup rb rp rt rtc a nobr")
_HOLDERS = _names("ul ol menu dl table select template button ruby applet object marquee")
# Elements that end tags of inline elements do not reach through.
_SPECIAL = _names(
    "address applet article aside blockquote button center details dialog dir div dl fieldset figcaption figure footer"
    " form frameset h1 h2 h3 h4 h5 h6 header hgroup iframe listing main marquee menu nav noembed noframes noscript"
    " object ol plaintext pre script search section select style summary table template textarea title ul xmp"
)


def too_costly(html: str) -> Refused | None:
    """Why this page must not be parsed, None when it may be. Linear in the length of the page."""
    if len(html) > MAX_CHARACTERS:
        return Refused(f"the page is too large: {len(html):,} characters")
    tags = _tags(html)
    if sum(_attributes(tag) ** 2 for tag in tags if len(tag) > LONG_TAG) > MAX_COMPARED:
        return Refused("the page's tags have too many attributes to compare")
    closed = len([tag for tag in tags if tag[1] == "/"])
    if len(tags) < _FEW and len(tags) - 2 * closed < 2 * MAX_UNCLOSED:
        return None
    if sum(_AGAIN.match(tag) is not None for tag in tags) > MAX_AGAIN:
        return Refused(f"the page begins more than {MAX_AGAIN:,} times")
    if (left := _left_open(tags)) > MAX_UNCLOSED:
        return Refused(f"the page leaves {left:,} different formatting elements open")
    return None if len(tags) < _FEW else _too_deep(found[1].lower() for tag in tags if (found := _TAG.match(tag)))


def _tags(html: str) -> list[str]:
    """The tags and comments of a page, of very many the first; scripts and the like with what is in them."""
    if len(html) < 4 * MAX_TAGS:
        return _MARKUP.findall(html)
    markup = (found[0] for found in _MARKUP.finditer(html))
    return list(islice((tag for tag in markup if tag[1] != "!"), MAX_TAGS + 1))


def _attributes(tag: str) -> int:
    """How many attributes a tag has, at most."""
    found = _TAG.match(tag)
    return len(_APART.sub(" ", found[0]).split()) if found and len(found[0]) > LONG_TAG else 0


def _left_open(tags: Iterable[str]) -> int:
    """Formatting elements that are opened again in every block: of the same attributes three at most are."""
    opened: dict[str, Counter[str]] = {}
    closed = Counter[str]()
    for found in filter(None, map(_FORMATS.match, tags)):
        end, name, attributes = found.groups()
        if end:
            closed[name.lower()] += 1
        else:
            opened.setdefault(name.lower(), Counter())[attributes.strip()] += 1
    total = 0
    for name, counts in opened.items():
        total += min(max(0, counts.total() - closed[name]), sum(min(3, times) for times in counts.values()))
    return total


def _too_deep(tags: Iterator[str]) -> Refused | None:
    """Walk the tags with a stack of what is open, as a parser would; stop at the first limit reached."""
    stack: list[str] = []
    again: list[str] = []
    count = steps = depth = 0
    for tag in tags:
        count += 1
        if tag[0] == "/":
            depth -= _close(stack, tag[1:])
        elif tag not in _VOID:
            if tag in _SPECIAL or tag in _IMPLIED or tag == "p":
                steps += len(stack)
                depth -= _end(stack, again, "p", _SPECIAL)
            if tag in _IMPLIED:
                depth -= _end(stack, again, tag, _HOLDERS)
            stack.append(tag)
            if again:
                count += min(3, len(again))
                stack.extend(name for i, name in enumerate(again) if again[:i].count(name) < 3)
                again.clear()
            depth += tag not in _FORMATTING
        if count > MAX_TAGS or depth > MAX_DEPTH or steps > MAX_STEPS:
            break
    if count > MAX_TAGS:
        return Refused(f"the page is too large: more than {MAX_TAGS:,} tags")
    if depth > MAX_DEPTH:
        return Refused(f"the page is nested more than {MAX_DEPTH:,} elements deep")
    return Refused("the page has too many tags too deep inside others") if steps > MAX_STEPS else None


def _end(stack: list[str], again: list[str], tag: str, barriers: frozenset[str]) -> int:
    """End an element that another's beginning closes; formatting left open in it goes to `again`, to be opened anew.
    Returns how many elements that are no formatting ended."""
    for at in range(len(stack) - 1, max(-1, len(stack) - 1 - _SEARCHED), -1):
        if stack[at] == tag:
            inside = stack[at:]
            del stack[at:]
            left = [name for name in inside if name in _FORMATTING]
            again.extend(left)
            return len(inside) - len(left)
        if stack[at] in barriers:
            return 0
    return 0


def _close(stack: list[str], tag: str) -> int:
    """End an element by its end tag, and what is open in it. Returns how many that are no formatting ended."""
    inline = tag not in _SPECIAL and tag not in _IMPLIED and tag != "p"
    for at in range(len(stack) - 1, max(-1, len(stack) - 1 - _SEARCHED), -1):
        if stack[at] == tag:
            ended = stack[at : at + 1 if inline else len(stack)]
            del stack[at : at + len(ended)]
            return sum(name not in _FORMATTING for name in ended)
        if inline and tag not in _FORMATTING and stack[at] in _SPECIAL:
            return 0
    return 0
