"""Detect which language a text is in: by its script where that decides, else by a small statistical model."""

import re
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from copydesk.cleaning.thresholds.text import (
    CJK_SHARE,
    FEW_HAN_CONFIDENCE,
    HAN_CONFIDENCE,
    HINT_ALONE,
    HINT_WINS,
    KANA_SHARE,
    LANGUAGE_CLEAR,
    LANGUAGE_CLEAR_LETTERS,
    LANGUAGE_CONFIRMED_BY,
    LANGUAGE_DOUBT,
    LANGUAGE_LEAST_LETTERS,
    LANGUAGE_LINE_READ,
    LANGUAGE_LINES_USED,
    LANGUAGE_SAMPLE,
    LANGUAGE_SAMPLE_LINES,
    OTHER_SCRIPT_SHARE,
    SCRIPT_CONFIDENCE,
    SCRIPT_LEAST_LETTERS,
    SURELY_HAN,
)

# The languages news is commonly written in; fewer rivals make the model surer on short texts.
_CANDIDATES = [
    "af", "ar", "az", "be", "bg", "bn", "bs", "ca", "cs", "cy", "da", "de", "el", "en", "es", "et", "eu", "fa", "fi",
    "fr", "ga", "gl", "he", "hi", "hr", "hu", "hy", "id", "is", "it", "ja", "ka", "kk", "ko", "lt", "lv", "mk", "ml",
    "mr", "ms", "mt", "nb", "nl", "nn", "no", "pa", "pl", "ps", "pt", "ro", "ru", "sk", "sl", "sq", "sr", "sv", "sw",
    "ta", "te", "th", "tl", "tr", "uk", "ur", "vi", "xh", "zh", "zu",
]  # fmt: skip
_NORWEGIAN = {"nb": "no", "nn": "no"}
_KANA = re.compile(r"[\u3041-\u30fa]")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]")
_HANGUL = re.compile(r"[\uac00-\ud7a3]")
_LETTER = re.compile(r"[^\W\d_]")
# Scripts that one language of the news writes.
_SCRIPTS = (
    ("he", re.compile(r"[\u05d0-\u05ea]")), ("el", re.compile(r"[\u0391-\u03c9]")),
    ("th", re.compile(r"[\u0e01-\u0e2e]")), ("ka", re.compile(r"[\u10d0-\u10ff]")),
    ("hy", re.compile(r"[\u0531-\u0586]")),
)  # fmt: skip


class Guess(NamedTuple):
    """Hold an ISO 639-1 code and how sure it is, 0 to 1."""

    language: str
    confidence: float


def detect(text: str, hint: str | None = None) -> Guess | None:
    """Detect the language of a text, None when there is too little of it and no hint.

    `hint` is what the page or the feed says; it decides short texts and close calls, not clear ones.
    """
    sample = text[:LANGUAGE_SAMPLE]
    letters = len(_LETTER.findall(sample))
    told = hint.replace("_", "-").split("-")[0].lower() if hint else None
    told = _NORWEGIAN.get(told, told) if told else None
    by_script = _by_script(sample, letters) if letters >= SCRIPT_LEAST_LETTERS else None
    if by_script:
        return by_script
    if letters < LANGUAGE_LEAST_LETTERS:
        return Guess(told, HINT_ALONE) if told else None
    code, confidence = _classify(sample[:LANGUAGE_CONFIRMED_BY]) if told else ("", 0.0)
    if code != told or confidence < LANGUAGE_CLEAR:
        code, confidence = _classify(sample)
    confidence = min(confidence, letters / LANGUAGE_CLEAR_LETTERS)
    if told and told != code and confidence < LANGUAGE_DOUBT:
        return Guess(told, HINT_WINS)
    return Guess(code, round(max(confidence, LANGUAGE_CLEAR) if told == code else confidence, 3))


def _classify(sample: str) -> tuple[str, float]:
    code, confidence = _model().classify(sample)
    return _NORWEGIAN.get(code, code), float(confidence)


def sample_of(lines: list[str]) -> str:
    """Choose the part of a text worth asking about: its longest lines, since short ones are often foreign buttons."""
    read = (line[:LANGUAGE_LINE_READ] for line in lines[:LANGUAGE_SAMPLE_LINES])
    return " ".join(sorted(read, key=len, reverse=True)[:LANGUAGE_LINES_USED])[:LANGUAGE_SAMPLE]


def _by_script(sample: str, letters: int) -> Guess | None:
    if sample.isascii():
        return None
    kana, han, hangul = (len(p.findall(sample)) for p in (_KANA, _HAN, _HANGUL))
    if hangul > letters * CJK_SHARE:
        return Guess("ko", SCRIPT_CONFIDENCE)
    if kana + han > letters * CJK_SHARE:
        if kana > (kana + han) * KANA_SHARE:
            return Guess("ja", HAN_CONFIDENCE)
        return Guess("zh", HAN_CONFIDENCE if han >= SURELY_HAN else FEW_HAN_CONFIDENCE)
    for code, pattern in _SCRIPTS:
        if len(pattern.findall(sample)) > letters * OTHER_SCRIPT_SHARE:
            return Guess(code, SCRIPT_CONFIDENCE)
    return None


@cache
def _model() -> Any:
    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([code for code in _CANDIDATES if code in set(model.labels)])
    return model


def language_of(told: str | None, texts: Sequence[str], hint: str | None = None) -> tuple[str | None, str]:
    """Return the language of the texts and where that is from; the page's own word decides what is short or close."""
    guess = detect(sample_of(list(texts)), told or hint)
    if guess is None:
        return None, ""
    agreed = told is not None and told.replace("_", "-").split("-")[0].lower() == guess.language
    return guess.language, "markup" if agreed else "text"
