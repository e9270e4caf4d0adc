"""The shape of a line, whatever its words: its sentences, digits and capitals, prices and links."""

import re

from msgspec import Struct

# Letter case, digits and prices are taken from a line's beginning.
BEGINNING = 300
_MONEY = re.compile(
    r"[$€£¥₽₴₺₹₩￥]\s?\d|\d[\d.,]{0,20}\s?(?:[$€£¥₽₴₺₹₩元円]|usd|eur|euros?|dollars?|руб|грн|zł|kr|tl|₪)", re.IGNORECASE
)
_STOP = re.compile(r"[.!?。！？؟…।](?=[\s\"'”’»」)]|$)|[。！？]")
_DIGITS, _CAPITALS, _SMALL = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"
_BEYOND = re.compile(r"[^\x00-\x7f]+")


class Shape(Struct, frozen=True, gc=False):
    """`digits` is their share among the characters, `capitals` among the letters; `bars` counts what parts items."""

    sentences: int
    digits: float
    capitals: float
    money: bool
    link: bool
    bars: int


def shape_of(text: str) -> Shape:
    """The shape of one line; linear in its length."""
    digits, capitals = _shares(text[:BEGINNING])
    return Shape(
        sentences=sentences(text),
        digits=digits,
        capitals=capitals,
        money=bool(digits) and names_price(text),
        link="@" in text or "http" in text or "www." in text,
        bars=text.count("|") + text.count("•") + text.count("·") + text.count(" / "),
    )


def sentences(text: str) -> int:
    """How many sentences end in a text."""
    return len(_STOP.findall(text))


def names_price(text: str) -> bool:
    """Whether an amount of money stands in a line's beginning."""
    return _MONEY.search(text[:BEGINNING]) is not None


def _shares(head: str) -> tuple[float, float]:
    """The share of digits among the characters, and of capitals among the letters."""
    raw = head.encode("ascii", "ignore")
    digits, capitals, small = (len(raw) - len(raw.translate(None, kind)) for kind in (_DIGITS, _CAPITALS, _SMALL))
    letters = capitals + small
    if len(raw) < len(head):
        beyond = "".join(_BEYOND.findall(head))
        digits += sum(map(str.isdigit, beyond))
        capitals += sum(map(str.isupper, beyond))
        letters += sum(map(str.isalpha, beyond))
    return digits / max(1, len(head)), capitals / max(1, letters)
