"""Measure the shape of a line, whatever its words: its sentences, digits and capitals, prices and links."""

import re

from msgspec import Struct

from copydesk.cleaning.lexicon.line_words import any_of, line_words
from copydesk.cleaning.thresholds.line_features import LINE_BEGINNING

_MONEY = re.compile(
    rf"{any_of('currency.sign', 'currency.sign_before')}\s?\d"
    rf"|\d[\d.,]{{0,20}}\s?{any_of('currency.sign', 'currency.sign_after', 'currency.name', 'currency.name_within')}",
    re.IGNORECASE,
)
_SIGN_MOST = 1 + max(map(len, line_words("currency.sign") + line_words("currency.sign_before")))
"""Characters before an amount's first digit at most: its sign and a space."""
_DIGIT = re.compile(r"\d")
_STOP = re.compile(r"[.!?。！？؟…।](?=[\s\"'”’»」)]|$)|[。！？]")
_DIGITS, _CAPITALS, _SMALL = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"
_BEYOND = re.compile(r"[^\x00-\x7f]+")


class LineShape(Struct, frozen=True, gc=False):
    """Hold a shape: `digits` is a share of the characters, `capitals` of the letters; `bars` counts separators."""

    sentences: int
    digits: float
    capitals: float
    money: bool
    link: bool
    bars: int


def shape_of(text: str) -> LineShape:
    """Measure one line; linear in its length."""
    digits, capitals = _shares(text[:LINE_BEGINNING])
    return LineShape(
        sentences=count_sentences(text),
        digits=digits,
        capitals=capitals,
        money=names_price(text),
        link="@" in text or "http" in text or "www." in text,
        bars=text.count("|") + text.count("•") + text.count("·") + text.count(" / "),
    )


def count_sentences(text: str) -> int:
    """Count the sentences that end in a text."""
    return len(_STOP.findall(text))


def names_price(text: str) -> bool:
    """Whether an amount of money stands in a line's beginning."""
    head = text[:LINE_BEGINNING]
    number = _DIGIT.search(head)
    return number is not None and _MONEY.search(head, max(0, number.start() - _SIGN_MOST)) is not None


def _shares(head: str) -> tuple[float, float]:
    # Of digits among the characters, and of capitals among the letters.
    raw = head.encode("ascii", "ignore")
    digits, capitals, small = (len(raw) - len(raw.translate(None, kind)) for kind in (_DIGITS, _CAPITALS, _SMALL))
    letters = capitals + small
    if len(raw) < len(head):
        beyond = "".join(_BEYOND.findall(head))
        digits += sum(map(str.isdigit, beyond))
        capitals += sum(map(str.isupper, beyond))
        letters += sum(map(str.isalpha, beyond))
    return digits / max(1, len(head)), capitals / max(1, letters)
