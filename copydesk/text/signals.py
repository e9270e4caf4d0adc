"""What one block says about itself: the words that give furniture away, its voice, its shape."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from copydesk.text.block import Block
from copydesk.text.captions import Credit, read_credit
from copydesk.text.datelines import reads_as_dateline
from copydesk.text.lexicon import Hit, lexicon, our_endings, you_pattern
from copydesk.text.lexicon.fold import fold, is_spaceless, tokens

# A line of megabytes is read at its two ends; what it is shows there.
HEAD, TAIL = 3000, 500
# Letter case, digits and prices are taken from a line's beginning.
SHAPE = 300
_QUOTES = re.compile(
    r"“[^“”]{12,1500}”|\"[^\"]{12,1500}\"|«[^«»]{12,1500}»|„[^„“”]{12,1500}[“”]|「[^「」]{8,800}」|『[^『』]{8,800}』|“[^“”„]{12,1500}“"
)
_OPENERS = ("“", '"', "«", "„", "「", "『", "»")
_GLUED = re.compile(r"(?<=[^\W\d_A-Z])(?=[A-ZÀ-Þ])")
_MONEY = re.compile(
    r"[$€£¥₽₴₺₹₩￥]\s?\d|\d[\d.,]{0,20}\s?(?:[$€£¥₽₴₺₹₩元円]|usd|eur|euros?|dollars?|руб|грн|zł|kr|tl|₪)", re.IGNORECASE
)
# An international bank account number, as it is printed.
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?\d{4}){3,7}(?: ?\d{1,3})?\b")
_STOP = re.compile(r"[.!?。！？؟…।](?=[\s\"'”’»」)]|$)|[。！？]")
_ENDS = (".", "!", "?", "。", "！", "？", "؟", "…", "।", ";")
_AMOUNT = re.compile(
    r"^\W*(?:[A-Z]{2,3}\s?)?[$€£¥₽₴₺₹₩￥]?\s?\d{1,6}(?:[.,]\d{1,3})?\s?(?:[$€£¥₽₴₺₹₩元円]|usd|eur|руб\.?|грн\.?|zł|kr|tl|euros?)?(?:\s?/\s?\w+)?\W*$",
    re.IGNORECASE,
)
_DIGITS, _CAPITALS, _SMALL = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ", b"abcdefghijklmnopqrstuvwxyz"
_BEYOND = re.compile(r"[^\x00-\x7f]+")
LINKED, SHORT_LINK = 0.9, 120


class Signals(NamedTuple):
    """`size` counts words (two characters of Chinese or Japanese are one). `found` maps a topic and a strength to the
    phrases found, quotations left aside; `voice` counts who speaks; `credit` and `dateline` read the line as one;
    `words` are its words, folded."""

    size: int
    sentences: int
    ends: bool
    quoted: float
    speech: bool
    found: dict[tuple[str, str], tuple[str, ...]]
    voice: dict[str, int]
    money: bool
    amount: bool
    link: bool
    copyright: bool
    credit: Credit | None
    dateline: float
    bars: int
    question: bool
    exclaims: bool
    account: bool
    digits: float
    capitals: float
    words: tuple[str, ...]


NOTHING = Signals(
    size=0, sentences=0, ends=False, quoted=0.0, speech=False, found={}, voice={}, money=False, amount=False,
    link=False, copyright=False, credit=None, dateline=0.0, bars=0, question=False, exclaims=False, account=False,
    digits=0.0, capitals=0.0, words=(),
)  # fmt: skip


def signals(block: Block, language: str | None) -> Signals:
    """Read one block; `language` chooses the word lists, None reads with all of them.

    A short block that is a link, as most of a page's navigation is, is read for its words alone.
    """
    text = block.text
    if block.link_share >= LINKED and len(text) <= SHORT_LINK:
        return _of_link(text, language)
    return _signals(text if len(text) <= HEAD + TAIL else text[:HEAD] + " " + text[-TAIL:], language)


def item_signals(text: str) -> Signals:
    """An item of a menu: its size alone."""
    words = text.count(" ") + 1 if text.isascii() else _size(text, tokens(fold(text)))
    return NOTHING._replace(size=words, ends=_ends(text))


@lru_cache(4096)
def _of_link(text: str, language: str | None) -> Signals:
    words = tokens(fold(text))
    return NOTHING._replace(
        size=_size(text, words),
        ends=_ends(text),
        found=_by_topic(lexicon(language).find(words)),
        copyright="©" in text,
        bars=text.count("|"),
        question=text.endswith(("?", "？", "؟")),
        exclaims=text.endswith(("!", "！")),
        words=tuple(words),
    )


@lru_cache(4096)
def _signals(text: str, language: str | None) -> Signals:
    stripped = text.strip()
    outside = _QUOTES.sub(" ", text) if any(q in text for q in '"“«„「『') else text
    quoted = 1 - len(outside) / len(text) if text else 0.0
    speech = stripped.startswith(_OPENERS) and (quoted > 0.7 or stripped.count(stripped[0]) == 1) and len(stripped) > 40
    words = tokens(fold(outside if len(outside.strip()) > 3 else text))
    hits = lexicon(language).find(words)
    if len(text) < 200 and (parts := _unglued(outside)) is not None:
        hits = hits + [hit for hit in lexicon(language).find(parts) if hit not in hits]
    whole = words if outside is text else tokens(fold(text))
    head = text[:SHAPE]
    digits, capitals = _shape(head)
    return Signals(
        size=_size(text, whole),
        sentences=len(_STOP.findall(text)),
        ends=_ends(stripped),
        quoted=quoted,
        speech=speech,
        found=_by_topic(hits),
        voice=_voices(hits, words, outside, language),
        money=bool(digits and _MONEY.search(head)),
        amount=bool(digits and len(stripped) < 24 and _AMOUNT.match(stripped)),
        link="@" in text or "http" in text or "www." in text,
        copyright="©" in text or "ⓒ" in text or "(c) " in text.lower()[:200],
        credit=read_credit(stripped),
        dateline=reads_as_dateline(stripped, language),
        bars=text.count("|") + text.count("•") + text.count("·") + text.count(" / "),
        exclaims=stripped.endswith(("!", "！")),
        account=bool(digits * len(head) >= 14 and _ACCOUNT.search(head)),
        question=stripped.endswith(("?", "？", "؟")),
        digits=digits,
        capitals=capitals,
        words=tuple(whole),
    )


def _size(text: str, words: Sequence[str]) -> int:
    """Words; two characters of a script without spaces are one."""
    if text.isascii():
        return len(words)
    spaceless = sum(map(is_spaceless, words))
    return len(words) - spaceless + (spaceless + 1) // 2


def _ends(text: str) -> bool:
    return text.rstrip("\"'”“’»«」』)】 ").endswith(_ENDS) or text.endswith(("」", "』"))


def _shape(head: str) -> tuple[float, float]:
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


def _unglued(text: str) -> list[str] | None:
    """The words of a line whose buttons were glued together (`FacebookTwitterLink kopieren`); None for other lines."""
    return tokens(fold(_GLUED.sub(" ", text))) if _GLUED.search(text) else None


def _by_topic(hits: list[Hit]) -> dict[tuple[str, str], tuple[str, ...]]:
    found: dict[tuple[str, str], dict[str, None]] = {}
    for hit in hits:
        if hit.strength != "voice":
            found.setdefault((hit.topic, hit.strength), {})[hit.phrase] = None
    return {key: tuple(phrases) for key, phrases in found.items()}


def _voices(hits: list[Hit], words: list[str], text: str, language: str | None) -> dict[str, int]:
    counts: dict[str, int] = {}
    endings, unlike = our_endings(language)
    if endings and (ours := sum(len(w) > 4 and w.endswith(endings) and w not in unlike for w in words)):
        counts["we"] = ours
    if pattern := you_pattern(language):
        counts["you"] = len(pattern.findall(text))
    for hit in hits:
        if hit.strength == "voice":
            counts[hit.topic] = counts.get(hit.topic, 0) + 1
    return counts
