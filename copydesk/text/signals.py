"""What one block says about itself: the words that give furniture away, its voice, its shape."""

import re
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
    r"[$€£¥₽₴₺₹₩￥]\s?\d|\d[\d.,]*\s?(?:[$€£¥₽₴₺₹₩元円]|usd|eur|euros?|dollars?|руб|грн|zł|kr|tl|₪)", re.IGNORECASE
)
# An international bank account number, as it is printed.
_ACCOUNT = re.compile(r"\b[A-Z]{2}\d{2}(?: ?\d{4}){3,7}(?: ?\d{1,3})?\b")
_STOP = re.compile(r"[.!?。！？؟…।](?=[\s\"'”’»」)]|$)|[。！？]")
_ENDS = (".", "!", "?", "。", "！", "？", "؟", "…", "।", ";")
_AMOUNT = re.compile(
    r"^\W*(?:[A-Z]{2,3}\s?)?[$€£¥₽₴₺₹₩￥]?\s?\d{1,6}(?:[.,]\d{1,3})?\s?(?:[$€£¥₽₴₺₹₩元円]|usd|eur|руб\.?|грн\.?|zł|kr|tl|euros?)?(?:\s?/\s?\w+)?\W*$",
    re.IGNORECASE,
)


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


def signals(block: Block, language: str | None) -> Signals:
    """Read one block; `language` chooses the word lists, None reads with all of them."""
    return _signals(
        block.text if len(block.text) <= HEAD + TAIL else block.text[:HEAD] + " " + block.text[-TAIL:], language
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
    spaceless = sum(map(is_spaceless, whole)) if text and max(text) > "\u0e00" else 0
    head = text[:SHAPE]
    return Signals(
        size=len(whole) - spaceless + (spaceless + 1) // 2,
        sentences=len(_STOP.findall(text)),
        ends=stripped.rstrip("\"'”“’»«」』)】 ").endswith(_ENDS) or stripped.endswith(("」", "』")),
        quoted=quoted,
        speech=speech,
        found=_by_topic(hits),
        voice=_voices(hits, words, outside, language),
        money=bool(_MONEY.search(head)),
        amount=len(stripped) < 24 and bool(_AMOUNT.match(stripped)),
        link="@" in text or "http" in text or "www." in text,
        copyright="©" in text or "ⓒ" in text or "(c) " in text.lower()[:200],
        credit=read_credit(stripped),
        dateline=reads_as_dateline(stripped, language),
        bars=text.count("|") + text.count("•") + text.count("·") + text.count(" / "),
        exclaims=stripped.endswith(("!", "！")),
        account=bool(_ACCOUNT.search(head)),
        question=stripped.endswith(("?", "？", "؟")),
        digits=sum(map(str.isdigit, head)) / max(1, len(head)),
        capitals=sum(map(str.isupper, head)) / max(1, sum(map(str.isalpha, head))),
        words=tuple(whole),
    )


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
