"""Measure a run's words and marks: scores of words learned from pages, and counts that hold in any language."""

import re
from collections.abc import Mapping, Sequence
from math import log1p

from copydesk.cleaning.thresholds.page_features import (
    MARKS_HEAD,
    MARKS_NEAR,
    MARKS_SENTENCES,
    MODEL_CHARACTERS,
    MODEL_WORDS,
    OPENING_SCORED,
)

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


def first_words(text: str) -> list[str]:
    """Return the first words of a text in lower case; characters of Chinese and Japanese one by one."""
    head = text[:MODEL_CHARACTERS].lower()
    return (_PLAIN_WORD if head.isascii() else _WORD).findall(head)[:MODEL_WORDS]


def score_words(words: Sequence[str], table: Mapping[str, float]) -> tuple[float, ...]:
    """Return the measures of SCORES: log odds of the known words, positive for body text, negative for boilerplate."""
    scores = [score for score in map(table.get, words) if score is not None]
    if not scores:
        return _SILENT
    total = sum(scores)
    return total, min(scores), max(scores), total / len(scores), scores[0], sum(scores[:OPENING_SCORED])


def marks_of(text: str) -> tuple[float, ...]:
    """Return the measures of MARKS; of long texts the beginning counts."""
    head, near = text[:MARKS_HEAD], text[:MARKS_NEAR]
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
        len(STOP.findall(text[:MARKS_SENTENCES])),
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
