"""What a page would cost, from its tags alone, before a parser is asked: no page may take time or memory by surprise.

Reading HTML as browsers do is not linear: formatting elements left open are opened again in every paragraph, open
elements are climbed for every tag, and every attribute is compared with those before it.
"""

import re
from collections import Counter
from collections.abc import Iterator

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

_TAG = re.compile(r"<(/?[a-zA-Z][a-zA-Z0-9-]{0,30})")
_OPENING = re.compile(r"<[a-zA-Z]")
_UNSEEN = re.compile(r"<(script|style)\b.*?(?:</\1|\Z)|<!--.*?(?:-->|\Z)", re.I | re.S)
_MANY_WORDS = 500
"""Words of a long piece from which it is worth leaving out those in quotes."""
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
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
    if _compared(html) > MAX_COMPARED and _compared(_UNSEEN.sub("", html)) > MAX_COMPARED:
        return Refused("the page's tags have too many attributes to compare")
    opened = html.count("<")
    if opened < _FEW and opened - 2 * html.count("</") < 2 * MAX_UNCLOSED:
        return None
    seen = _UNSEEN.sub("", html)
    if sum(1 for _, _ in zip(_AGAIN.finditer(seen), range(MAX_AGAIN + 1), strict=False)) > MAX_AGAIN:
        return Refused(f"the page begins more than {MAX_AGAIN:,} times")
    if (left := _left_open(seen)) > MAX_UNCLOSED:
        return Refused(f"the page leaves {left:,} different formatting elements open")
    return _too_deep(found[1].lower() for found in _TAG.finditer(seen))


def _compared(html: str) -> int:
    """How many pairs of attributes stand in one tag, at most: by the words outside quotes of long tags."""
    pairs = 0
    for piece in _long_pieces(html):
        if opening := _OPENING.search(piece):
            tag = piece[opening.start() :]
            words = len(tag.split())
            if words > _MANY_WORDS:
                words = len(_QUOTED.sub("", tag).split())
            pairs += words**2
    return pairs


def _long_pieces(html: str) -> Iterator[str]:
    """What stands between two `>` and is long; looked for in steps that no long piece fits between."""
    at, step = 0, LONG_TAG // 2
    while at < len(html):
        if html.find(">", at, at + step) >= 0:
            at += step
            continue
        start, end = html.rfind(">", max(0, at - step), at) + 1, html.find(">", at)
        end = len(html) if end < 0 else end
        start = start or max(0, at - step)
        if end - start >= LONG_TAG:
            yield html[start:end]
        at = end + 1


def _left_open(html: str) -> int:
    """Formatting elements that are opened again in every block: of the same attributes three at most are."""
    opened: dict[str, Counter[str]] = {}
    closed = Counter[str]()
    for end, name, attributes in _FORMATS.findall(html):
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
