"""Split texts into sentences, and sentences into tokens: numbers, words, signs; a character in unspaced scripts."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple

from copydesk.search.words import fold_for_search, lower

_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff"
_MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u0951-\u0957\u0962\u0963\u200c\u200d"
_ENDS = re.compile(
    rf"(?:(?<![.!?…])[.!?…]++[\"'”’»“)\]]*+(?=\s)|(?<=[{_UNSPACED}])[.!?]++(?=[{_UNSPACED}])|[。！？；]++[」』”’）]*+)"
)
_TOKEN = re.compile(
    r"\d++(?:[.,:/'’\u00a0\u2009\u202f]\d++)*+"
    rf"|[{_UNSPACED}]"
    rf"|(?:[^\W\d_{_UNSPACED}]|[{_MARKS}])++(?:[-'’.](?:[^\W\d_{_UNSPACED}]|[{_MARKS}])++)*+"
    r"|\S"
)
_GROUPING = re.compile(r"(?<=\d)[.,'’\u00a0\u2009\u202f](?=\d{3}(?!\d))")
_STARTS = re.compile(r"\s*+[\"'„“”«»‘(\[¿¡–—-]*+\s*+(\S)")
_KEPT_TOKENS = 1 << 14


class Token(NamedTuple):
    """Hold one token: its text, its place in the sentence, and what it is compared by; signs have an empty key."""

    text: str
    start: int
    end: int
    key: str


class Sentence(NamedTuple):
    """Hold a sentence of a paragraph; equal keys say the same, but for spelling of case, accents and signs."""

    text: str
    paragraph: int
    key: str


def sentences_of(paragraphs: Iterable[tuple[int, str]]) -> list[Sentence]:
    """Return the sentences of numbered paragraphs, in order; what has neither letters nor digits is none."""
    return [
        Sentence(text, number, key)
        for number, paragraph in paragraphs
        for text in split_sentences(paragraph)
        if (key := key_of(text))
    ]


def split_sentences(paragraph: str) -> list[str]:
    """Return the sentences of a paragraph; a sign ends one where what comes next can begin one."""
    parts, start = [], 0
    for match in _ENDS.finditer(paragraph):
        after = _STARTS.match(paragraph, match.end())
        if after is None or after[1].islower():
            continue
        parts.append(paragraph[start : match.end()])
        start = match.end()
    parts.append(paragraph[start:])
    return [text for part in parts if (text := part.strip())]


def key_of(text: str) -> str:
    """Return what a text is compared by: its words and numbers alone."""
    return " ".join(token.key for token in tokens_of(text) if token.key)


@lru_cache(_KEPT_TOKENS)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Return the tokens of a sentence, in order."""
    return tuple([Token(m[0], *m.span(), _key(m[0])) for m in _TOKEN.finditer(text)])


def _key(text: str) -> str:
    if text.isascii() and text.isalpha():  # the usual case, and fast
        return text.lower()
    if text[0].isdigit():
        return lower(fold_for_search(_GROUPING.sub("", text)))
    if not text[0].isalpha():
        return ""
    return "".join(lower(fold_for_search(text)).split()).replace("-", "").replace("'", "").replace("’", "")
