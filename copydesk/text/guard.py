"""What a page would cost, from its tags alone, before a parser is asked: no page may take time or memory by surprise.

Reading HTML as browsers do is not linear: formatting elements left open are opened again in every paragraph, open
elements are climbed for every tag, and every attribute is compared with those before it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, islice
from operator import itemgetter

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
MAX_ATTRIBUTES_AGAIN = 10_000
MAX_ATTRIBUTES = 400_000
MAX_NAMES = 30_000
"""Different names of attributes, which are looked up in a table of one size."""
FEW_CHARACTERS = 700_000
LONG_TAG = 500

_S = r"[ \t\n\f\r]"
_NO_VALUE = r"[^ \t\n\f\r/>]"
_VALUE = rf"""{_S}*+=(?:{_S}*+(?:"[^"]*+"|'[^']*+'|[^ \t\n\f\r>"'][^ \t\n\f\r>]*+))?+"""
# What follows a tag's name: the commonest attributes first. A value begins only behind a name and an equals sign; a
# quote anywhere else is a letter like others, and whitespace is what HTML, not Unicode, calls so.
_REST = (
    rf"""{_NO_VALUE}*+"""
    rf"""(?: [^ \t\n\f\r/>=]++="[^"]*+"|[ \t\n\f\r/]++|{_NO_VALUE}[^ \t\n\f\r/>=]*+(?:{_VALUE})?+)*+"""
)
_NAME = r"/?[a-zA-Z][^ \t\n\f\r/>]*+"


def _any_case(name: str) -> str:
    """A name in letters of either case: those of ASCII only, unlike what a pattern that ignores case takes."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in name) + r"(?=[ \t\n\f\r/>])"


def _raw(name: str) -> str:
    """An element that holds no others, without its end tag."""
    return rf"{_any_case(name)}{_REST}>[^<]*+(?:<(?!/{_any_case(name)})[^<]*+)*+"


def _script() -> str:
    """A script without its end tag: within a comment, end tags of scripts that begin within it end nothing."""
    name = _any_case("script")
    inner = rf"<{name}(?:[^-<]++|-(?!->)|<(?!/{name}))*+(?:</{name})?+"
    comment = rf"!--(?:-?>|(?:[^-<]++|-(?!->)|<(?!/?{name})|{inner})*+(?:-->)?+)"
    return rf"{name}{_REST}>[^<]*+(?:<(?:{comment}|(?!/{name}))[^<]*+)*+"


_RAW_NAMES = ("style", "title", "textarea", "iframe", "noembed", "noframes", "xmp")
_RAW = "|".join([_script(), *map(_raw, _RAW_NAMES)])
_COMMENT = r"!--(?!-?>)[^-]*+(?:-(?!-!?>)[^-]*+)*+"
# What begins like markup and is none is a comment up to the next `>`; a lone surrogate is read as a question mark.
_BOGUS = "[!?\ud800-\udfff][^>]*+|/[^a-zA-Z>][^>]*+"
# Tags as parsers see them, with what is no markup after some; those that open no raw element come first, to be quick.
_MARKUP = re.compile(rf"<(?:/?[a-hj-mo-ru-wyzA-HJ-MO-RU-WYZ]{_REST}|{_COMMENT}|{_RAW}|/?[a-zA-Z]{_REST}|{_BOGUS})")
_TAG = re.compile(rf"<({_NAME}){_REST}")
_REAL = re.compile(r"</?[a-zA-Z]|<!\[")
_BEGIN = re.compile("<(?=[a-zA-Z])")
_APART = re.compile(rf"{_VALUE}|/")
_HEAD = itemgetter(slice(1, 4))
_AGAIN = frozenset(("htm", "bod"))
_FORMAT_HEAD = re.compile(r"(?:[bius]|em|tt)(?![^ \t\n\f\r/])|big|cod|fon|sma|str", re.I | re.A)
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
_FORMATS = re.compile(
    rf"<(/?)({'|'.join(sorted(_FORMATTING, key=len, reverse=True))})(?![^ \t\n\f\r/>])([^>]*+)", re.I | re.A
)
# Elements that the end tags of formatting elements do not reach out of.
_WALLS = re.compile(
    r"</?(?:applet|object|marquee|template|table|caption|t[dh]|select|svg|desc|title|foreignobject|annotation-xml"
    r"|m(?:ath|i|o|n|s|text))(?![^ \t\n\f\r/>])", re.I | re.A
)  # fmt: skip
_FOREIGN = re.compile(r"<(/?)(?:svg|math)(?![^ \t\n\f\r/>])", re.I | re.A)
_PART_FOREIGN = re.compile(
    r"svg|mat|/sv|/ma|des|for|ann|mte|m[ions](?![^ \t\n\f\r/])|!\[C|scr|sty|tit|tex|ifr|noe|nof|xmp", re.I | re.A
)
_HOLDS_HTML = re.compile(r"<(?:foreignobject|desc|annotation-xml|m(?:i|o|n|s|text))(?![^ \t\n\f\r/>])", re.I | re.A)
_ENDED_AT_ONCE = re.compile(rf"\A<{_NAME}(?:{_S}++|/(?!\Z)|{_NO_VALUE}[^ \t\n\f\r/>=]*+(?:{_VALUE})?+)*+/\Z")
_FRAMES_BEGIN = re.compile(r"<(?:iframe|noframes|noembed)\b", re.I)
_FRAME = re.compile(rf"<(?:iframe|noframes|noembed){_REST}>", re.I | re.A)
_HOLDS_TEXT = re.compile(rf"<(?:script|{'|'.join(_RAW_NAMES)})(?![^ \t\n\f\r/>])", re.I | re.A)
_NO_TAGS = re.compile(rf"\A<{_NAME}{_REST}>(?:[^<]*+|\s*+<!\[CDATA\[[^<>]*+\]\]>\s*+)$")
_SEARCHED = 64
"""How far down the open elements an end tag is looked for."""
_FEW = 12_000


def _names(line: str) -> frozenset[str]:
    return frozenset(line.split())


_VOID = _names("area base br col embed hr img input link meta param source track wbr image html head body")
# Elements that the next of their kind closes, with what was left open in them, up to one of _HOLDERS.
_IMPLIED = _names("li dd dt td th tr tbody thead tfoot caption colgroup option rb rp rt rtc a nobr")
_HOLDERS = _names("ul ol menu dl table select template button ruby applet object marquee optgroup")
_ISLANDS = _names("svg math foreignobject desc annotation-xml mtext")
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
    heads = list(map(_HEAD, tags))
    kinds = Counter(heads)
    if any(map(_is_foreign, kinds)) and _may_hide(tags, heads) and (refused := _however_read(html)):
        return refused
    if any(map(_may_be_frame, kinds)) and (refused := _in_frames(tags, heads)):
        return refused
    if len(html) < FEW_CHARACTERS:
        counts = [_attributes(tag, LONG_TAG) for tag in tags if len(tag) > LONG_TAG]
    else:
        named = [_different(tag) for tag in tags]
        counts = list(map(len, named))
        if len(set(chain.from_iterable(named))) > MAX_NAMES:
            return Refused(f"the page has more than {MAX_NAMES:,} different attributes")
    if sum(counts) > MAX_ATTRIBUTES or sum(count**2 for count in counts) > MAX_COMPARED:
        return Refused("the page's tags have too many attributes to compare")
    if sum(map(kinds.__getitem__, filter(_begins_page, kinds))) > 4:
        again = [_attributes(tag) for tag in tags if tag[1:4].lower() in _AGAIN]
        if len(again) > MAX_AGAIN or sum(again) > MAX_ATTRIBUTES_AGAIN:
            return Refused(f"the page begins more than {MAX_AGAIN:,} times, or with too many attributes")
    if len(tags) < _FEW and sum(map(kinds.__getitem__, filter(_may_format, kinds))) < MAX_UNCLOSED:
        return None
    if (left := _left_open(tags)) > MAX_UNCLOSED:
        return Refused(f"the page leaves {left:,} different formatting elements open")
    return None if len(tags) < _FEW else _too_deep(found[1].lower() for tag in tags if (found := _TAG.match(tag)))


def _tags(html: str) -> list[str]:
    """The tags and comments of a page, of very many the first; scripts and the like with what is in them."""
    if len(html) < 4 * MAX_TAGS:
        return _MARKUP.findall(html)
    markup = (found[0] for found in _MARKUP.finditer(html))
    return list(islice((tag for tag in markup if _REAL.match(tag)), MAX_TAGS + 1))


def _in_frames(tags: list[str], heads: list[str]) -> Refused | None:
    """What stands in frames, and in what stands for them, is read as markup of its own, frames in it as if none."""
    frames = [tag for tag, head in zip(tags, heads, strict=True) if _may_be_frame(head) and tag.count("<") > 1]
    if sum(tag.count("<") for tag in frames) > MAX_TAGS:
        return Refused(f"the page is too large: more than {MAX_TAGS:,} tags in frames")
    inside = (_FRAMES_BEGIN.sub("<div", tag[found.end() :]) for tag in frames if (found := _FRAME.match(tag)))
    return next(filter(None, map(too_costly, inside)), None)


@lru_cache(4096)
def _may_be_frame(head: str) -> bool:
    return head.lower() in {"ifr", "noe", "nof"}


@lru_cache(4096)
def _is_foreign(head: str) -> bool:
    return head.lower() in {"svg", "mat"}


@lru_cache(4096)
def _begins_page(head: str) -> bool:
    return head.lower() in _AGAIN


@lru_cache(4096)
def _may_format(head: str) -> bool:
    return _FORMAT_HEAD.match(head) is not None


@lru_cache(4096)
def _may_be_foreign(head: str) -> bool:
    return _PART_FOREIGN.match(head) is not None


def _may_hide(tags: list[str], heads: list[str]) -> bool:
    """Whether what looks like a raw element may be none, for it stands inside `svg` or `math`, and holds tags."""
    telling = set(filter(_may_be_foreign, set(heads)))
    inside, forever = 0, False
    for at in [at for at, head in enumerate(heads) if head in telling]:
        tag = tags[at]
        if found := _FOREIGN.match(tag):
            inside = max(0, inside - 1) if found[1] else inside + (_ENDED_AT_ONCE.match(tag) is None)
        elif not inside and not forever:
            continue
        elif _HOLDS_HTML.match(tag):
            forever = forever or at + 1 == len(tags) or _name(tags[at + 1]) != f"/{_name(tag)}"
        elif tag.startswith("<!["):
            if not tag.endswith("]]"):
                return True
        elif _HOLDS_TEXT.match(tag) and not _NO_TAGS.match(tag):
            return True
    return False


def _name(tag: str) -> str:
    found = _TAG.match(tag)
    return found[1].lower() if found else ""


def _however_read(html: str) -> Refused | None:
    """Bound what every `<` and letter would cost, were it a tag: for pages where none can tell which is one."""
    begun = read = compared = 0
    formats = Counter[str]()
    for start in _BEGIN.finditer(html):
        found = _TAG.match(html, start.start())
        if found is None:
            continue
        begun += 1
        read += len(found[0])
        compared += _attributes(found[0]) ** 2
        if found[1].lower() in _FORMATTING:
            formats[found[0]] += 1
        if begun > MAX_DEPTH or read > 4 * len(html) + 1_000_000 or compared > MAX_COMPARED:
            return Refused("the page hides too many tags in what looks like scripts")
    if sum(min(3, times) for times in formats.values()) > 2 * MAX_UNCLOSED:
        return Refused("the page hides too many formatting elements in what looks like scripts")
    return None


def _attributes(tag: str, least: int = 0) -> int:
    """How many attributes a tag has, at most; 0 for a tag of at most `least` characters."""
    found = _TAG.match(tag)
    return len(_APART.sub(" ", found[0][found.end(1) :]).split()) if found and found.end() > least else 0


def _different(tag: str) -> list[str]:
    """The names of a tag's attributes, those of some values among them."""
    found = _TAG.match(tag)
    return _APART.sub(" ", found[0][found.end(1) :]).split() if found and found.end() > found.end(1) else []


def _left_open(tags: Iterable[str]) -> int:
    """Formatting elements that are opened again in every block: of the same attributes three at most are.

    Counted where most are open, for what is closed at the end was opened again until then.
    """
    seen: dict[str, Counter[str]] = {}
    most, now, here = Counter[str](), Counter[str](), Counter[str]()
    for tag in tags:
        if found := _FORMATS.match(tag):
            end, name, attributes = found[1], found[2].lower(), tag[found.end(2) :]
            if not end:
                seen.setdefault(name, Counter())[attributes.strip()] += 1
                now[name] += 1
                here[name] += 1
                most[name] = max(most[name], now[name])
            elif here[name]:
                now[name] -= 1
                here[name] -= 1
        elif _WALLS.match(tag):
            here.clear()
    return sum(min(most[name], sum(min(3, times) for times in counts.values())) for name, counts in seen.items())


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
        if stack[at] in barriers or stack[at] in _ISLANDS:
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
