"""Read a page's tags exactly as parsers do, without building the tree: what `cost_limits` counts."""

import re
from collections import Counter
from itertools import islice
from operator import itemgetter
from typing import NamedTuple

from copydesk.cleaning.thresholds.page import CHARACTERS_A_TAG

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
    """Match a name in letters of either case: those of ASCII only, unlike what a pattern that ignores case takes."""
    return "".join(f"[{letter}{letter.upper()}]" for letter in name) + r"(?=[ \t\n\f\r/>])"


def _raw(name: str) -> str:
    """Match an element that holds no others, without its end tag."""
    return rf"{_any_case(name)}{_REST}>[^<]*+(?:<(?!/{_any_case(name)})[^<]*+)*+"


def _script() -> str:
    """Match a script without its end tag: within a comment, end tags of scripts that begin within it end nothing."""
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
TAG = re.compile(rf"<({_NAME}){_REST}")
_HEAD = itemgetter(slice(1, 4))
_REAL = re.compile(r"</?[a-zA-Z]|<!\[")
_APART = re.compile(rf"(?<!{_S}){_VALUE}|/")  # from the start of the space only: a long run of it is read once
_FOREIGN = re.compile(r"<(/?)(?:svg|math)(?![^ \t\n\f\r/>])", re.I | re.A)
_HOLDS_HTML = re.compile(r"<(?:foreignobject|desc|annotation-xml|m(?:i|o|n|s|text))(?![^ \t\n\f\r/>])", re.I | re.A)
_ENDED_AT_ONCE = re.compile(rf"\A<{_NAME}(?:{_S}++|/(?!\Z)|{_NO_VALUE}[^ \t\n\f\r/>=]*+(?:{_VALUE})?+)*+/\Z")
_FRAME = re.compile(rf"<(?:iframe|noframes|noembed){_REST}>", re.I | re.A)
_HOLDS_TEXT = re.compile(rf"<(?:script|{'|'.join(_RAW_NAMES)})(?![^ \t\n\f\r/>])", re.I | re.A)
_NO_TAGS = re.compile(rf"\A<{_NAME}{_REST}>(?:[^<]*+|\s*+<!\[CDATA\[[^<>]*+\]\]>\s*+)$")
# By the beginnings of names: what `may_hide` must look at.
_SVG = re.compile(r"svg|mat", re.I | re.A)
_PART_FOREIGN = re.compile(
    r"svg|mat|/sv|/ma|des|for|ann|mte|m[ions](?![^ \t\n\f\r/])|!\[C|scr|sty|tit|tex|ifr|noe|nof|xmp", re.I | re.A
)


class Tags(NamedTuple):
    """Hold a page's tags and comments, in order; scripts and the like with what is in them.

    `heads` are the three characters after each one's `<`, `kinds` how often each such head stands there.
    """

    all: list[str]
    heads: list[str]
    kinds: Counter[str]

    def beginning(self, heads: re.Pattern[str]) -> list[int]:
        """Return the numbers of the tags whose heads the pattern matches: few kinds, so most tags need no pattern."""
        telling = set(filter(heads.match, self.kinds))
        return [i for i, head in enumerate(self.heads) if head in telling] if telling else []

    def count(self, heads: re.Pattern[str]) -> int:
        """Return how many tags have heads that the pattern matches."""
        return sum(self.kinds[head] for head in filter(heads.match, self.kinds))


def read_tags(html: str, most: int) -> Tags:
    """Read the tags of a page, of very many the first `most` and one."""
    if len(html) < CHARACTERS_A_TAG * most:
        tags = _MARKUP.findall(html)
    else:
        markup = (found[0] for found in _MARKUP.finditer(html))
        tags = list(islice((tag for tag in markup if _REAL.match(tag)), most + 1))
    heads = list(map(_HEAD, tags))
    return Tags(tags, heads, Counter(heads))


def name_of(tag: str) -> str:
    """Return the name in lower case, with the slash of an end tag; empty for what is no tag."""
    found = TAG.match(tag)
    return found[1].lower() if found else ""


def attributes_of(tag: str) -> list[str]:
    """Return the names of a tag's attributes, and maybe more words."""
    found = TAG.match(tag)
    return _APART.sub(" ", found[0][found.end(1) :]).split() if found and found.end() > found.end(1) else []


def inside_frame(tag: str) -> str:
    """Return what stands in a frame, or in what stands for it; empty for other tags."""
    found = _FRAME.match(tag)
    return tag[found.end() :] if found else ""


def may_hide(tags: Tags) -> bool:
    """Whether what looks like a raw element may be none, for it stands inside `svg` or `math`, and holds tags."""
    if not tags.beginning(_SVG):
        return False
    inside, forever = 0, False
    for at in tags.beginning(_PART_FOREIGN):
        tag = tags.all[at]
        if found := _FOREIGN.match(tag):
            inside = max(0, inside - 1) if found[1] else inside + (_ENDED_AT_ONCE.match(tag) is None)
        elif not inside and not forever:
            continue
        elif _HOLDS_HTML.match(tag):
            forever = forever or at + 1 == len(tags.all) or name_of(tags.all[at + 1]) != f"/{name_of(tag)}"
        elif tag.startswith("<!["):
            if not tag.endswith("]]"):
                return True
        elif _HOLDS_TEXT.match(tag) and not _NO_TAGS.match(tag):
            return True
    return False
