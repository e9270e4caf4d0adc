"""Make plain text of text from feeds: no markup, no control or direction characters, bounded. Pure."""

import re
from collections import Counter

from selectolax.lexbor import LexborHTMLParser

# C0, DEL and C1, direction overrides and isolates, invisible fillers, surrogates, private use, non-characters.
_UNWANTED = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\uffff"
    "\ud800-\udfff\ue000-\uf8ff]"
)
_SPACE = re.compile(r"\s+")
_BLOCK = re.compile(r"(?=<(?:br|p|div|li|h[1-6]|tr|td)\b)|(?<=</p>)|(?<=</li>)|(?<=</div>)", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?(?:a|abbr|b|big|br|center|cite|code|del|div|em|font|h[1-6]|i|iframe|img|ins|li|mark|ol|p|q|s|script|small|span|"
    r"strike|strong|style|sub|sup|svg|table|td|tr|u|ul|video|wbr)(?:\s+[\w:-]{1,40}\s*=[^<>]{0,4096})?\s{0,9}/?>"
    r"|&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});",
    re.IGNORECASE,
)
_BARE_TAG = re.compile(r"<(/?)([A-Za-z][\w-]{0,30})>")
"""A tag without attributes: whether it is one, or only named, depends on whether it is closed."""
_VOID = frozenset(("br", "hr", "wbr"))
_OPEN_ENDED = frozenset(("dd", "dt", "li", "p", "td", "tr"))
"""Elements that need not be closed: as markup they begin a text, or come more than once."""


def plain_text(text: str, limit: int = 1000, html: bool | None = None) -> str:
    """Return one line of plain text of at most `limit` characters.

    `html` says whether the text is markup; None: when it holds a tag or character reference that HTML knows. Then a
    tag that is only named, as in a title about `<a>`, stays: it has no attributes and is not closed.
    """
    text = text[: limit * 20]
    if html:
        text = _stripped(text)
    elif html is None and has_markup(text):
        text = _stripped(_without_names(text, r"&lt;\1\2&gt;"))
    return one_line(text, limit)


def one_line(text: str, limit: int = 1000) -> str:
    """Return text without line ends, control and direction characters, cut at `limit` characters."""
    return _SPACE.sub(" ", _UNWANTED.sub(" ", text)).strip()[:limit]


def has_markup(text: str) -> bool:
    """Whether a text holds HTML; a tag that is only named is none."""
    return _MARKUP.search(_without_names(text, "")) is not None


def _without_names(text: str, name: str) -> str:
    """Return a text with another text in place of each tag that is only named, a template of `_BARE_TAG`."""
    tags = [(bool(found[1]), found[2].lower(), found.start()) for found in _BARE_TAG.finditer(text)]
    known = _VOID | {tag for closes, tag, _ in tags if closes}
    known |= {tag for _, tag, at in tags if tag in _OPEN_ENDED and at == 0}
    known |= {tag for tag, times in Counter(tag for _, tag, _ in tags).items() if tag in _OPEN_ENDED and times > 1}
    return _BARE_TAG.sub(lambda found: found[0] if found[2].lower() in known else found.expand(name), text)


def _stripped(text: str) -> str:
    tree = LexborHTMLParser(_BLOCK.sub(" ", text))
    tree.strip_tags(["script", "style", "template", "noscript", "iframe", "svg"])
    return tree.body.text() if tree.body is not None else ""
