"""Fold text: white space and unprinted characters for reading, letters and digits alone for comparing; measure it."""

import re
from html import unescape

LEAST_PROSE = 40
"""Characters from which a run can be a paragraph; letters of Chinese, Japanese and Korean count twice."""
_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")

_LONG_TEXT = 100_000
_SPACES = re.compile(r"  +")

UNPRINTED = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""Soft hyphens, zero-width marks and writing-direction marks: they help a browser to break lines."""
_NO_WORD = re.compile(r"[\W_]+")
_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())


def plain(text: str) -> str:
    """One line of text: entities that were escaped twice read, white space folded, unprinted characters gone."""
    if "&" in text:
        text = unescape(unescape(text))
    return fold(UNPRINTED.sub("", text))


def bare(text: str) -> str:
    """Letters and digits only, in lower case: for comparing names and titles."""
    if text.isascii():
        return text.lower().encode().translate(None, _MARKS).decode()
    return _NO_WORD.sub("", text.casefold())


def fold(text: str) -> str:
    """White space folded to single spaces, none at the ends; long texts in pieces, so memory stays near their size."""
    if len(text) < _LONG_TEXT:
        return " ".join(text.split())
    pieces: list[str] = []
    at = 0
    while at < len(text):
        end = at + _LONG_TEXT
        if piece := " ".join(text[at:end].split()):
            pieces.append(" " if text[at].isspace() or text[at - 1].isspace() else "")
            pieces.append(piece)
        elif pieces and pieces[-1] != " ":
            pieces.append(" ")
        at = end
    return _SPACES.sub(" ", "".join(pieces)).strip()


def size_of(text: str) -> int:
    """Characters, those of scripts that say more with one counted twice."""
    return len(text) if text.isascii() else len(text) + sum(map(len, _WIDE.findall(text)))
