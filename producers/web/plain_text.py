"""Make plain text of text from feeds: no markup, no control or direction characters, bounded. Pure."""

import re

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


def plain_text(text: str, limit: int = 1000, html: bool | None = None) -> str:
    """Return one line of plain text of at most `limit` characters.

    `html` says whether the text is markup; None: when it holds a tag or character reference that HTML knows.
    """
    text = text[: limit * 20]
    if html or (html is None and _MARKUP.search(text)):
        text = _stripped(text)
    return one_line(text, limit)


def one_line(text: str, limit: int = 1000) -> str:
    """Return text without line ends, control and direction characters, cut at `limit` characters."""
    return _SPACE.sub(" ", _UNWANTED.sub(" ", text)).strip()[:limit]


def has_markup(text: str) -> bool:
    """Whether a text holds HTML."""
    return _MARKUP.search(text) is not None


def _stripped(text: str) -> str:
    tree = LexborHTMLParser(_BLOCK.sub(" ", text))
    tree.strip_tags(["script", "style", "template", "noscript", "iframe", "svg"])
    return tree.body.text() if tree.body is not None else ""
