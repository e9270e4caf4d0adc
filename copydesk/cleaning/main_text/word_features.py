"""What a run's words and marks say: scores of words learned from pages, and counts that hold in any language."""

import re
from collections.abc import Mapping, Sequence
from math import log1p

WORDS_READ = 40
CHARACTERS_READ = 280

_WORD = re.compile(r"[^\W\d_]{2,}|[\u3040-\u30ff\u3400-\u9fff]|©|\d+")
STOP = re.compile(r"[.!?…。！？।؟۔](?:(?<=[。！？।؟۔])|[\"”’»)]?\s)")
"""What ends a sentence with another after it. Begins with one set of characters: such patterns are searched fast."""
_PLAIN_WORD = re.compile(r"[a-z]{2,}|\d+")
_DIGIT = re.compile(r"\d")
_CAPITAL = re.compile(r"[A-ZÀ-ÞА-Я]")
_DIGITS, _CAPITALS = b"0123456789", b"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_TIME = re.compile(r"\d{1,2}[:.]\d{2}\b|\b(?:19|20)\d\d\b")

SCORES = ("said", "said_least", "said_most", "said_mean", "said_first", "said_opening")
_SILENT = (0.0,) * len(SCORES)
MARKS = (
    "words", "word_length", "sentences", "commas", "commas_a_word", "digits", "capitals", "opens_digit", "opens_quote",
    "quotes", "times", "at", "address", "trails_off",
)  # fmt: skip


def words_of(text: str) -> list[str]:
    """The first words of a text in lower case; characters of Chinese and Japanese one by one."""
    head = text[:CHARACTERS_READ].lower()
    return (_PLAIN_WORD if head.isascii() else _WORD).findall(head)[:WORDS_READ]


def score_words(words: Sequence[str], table: Mapping[str, float]) -> tuple[float, ...]:
    """The measures of SCORES: log odds of the words that are known, for body text positive, for furniture negative."""
    scores = [table[word] for word in words if word in table]
    if not scores:
        return _SILENT
    total = sum(scores)
    return total, min(scores), max(scores), total / len(scores), scores[0], sum(scores[:4])


def marks_of(text: str) -> tuple[float, ...]:
    """The measures of MARKS; of long texts the beginning counts."""
    head, near = text[:200], text[:1000]
    words = text.count(" ") + 1
    if head.isascii():
        raw = head.encode()
        digits, capitals = len(raw) - len(raw.translate(None, _DIGITS)), len(raw) - len(raw.translate(None, _CAPITALS))
    else:
        digits, capitals = len(_DIGIT.findall(head)), len(_CAPITAL.findall(head))
    if near.isascii():
        commas, quotes = near.count(",") + near.count(";"), near.count('"')
    else:
        commas, quotes = sum(map(near.count, ",;،、，")), sum(map(near.count, '"“”„«»‘「'))
    return (
        log1p(words),
        len(text) / words,
        len(STOP.findall(text[:2000])),
        commas,
        commas / words,
        digits / len(head),
        capitals / len(head),
        text[0].isdigit(),
        text[0] in "\"“„«‘「'",
        quotes,
        len(_TIME.findall(head)) if digits else 0,
        "@" in text,
        "http" in text or "www." in text,
        text.endswith(("...", "…")),
    )
