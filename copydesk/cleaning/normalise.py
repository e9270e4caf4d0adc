"""Fold text: white space for reading, letters for matching, letters and digits alone for comparing; measure it."""

import codecs
import re
import unicodedata
from functools import lru_cache
from html import unescape

from copydesk.cleaning.thresholds.text import FOLDED_AT_ONCE, SIZE_REMEMBERED

_WIDE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af\uf900-\ufaff]+")
_SPACES = re.compile(r"  +")

_UNPRINTED = re.compile(
    "[\u00ad\u2060\ufeff]"
    "|(?<![\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff])\u200b"
    "|(?<![\u0590-\u1cff\u2190-\u2bff\ufb1d-\ufefc\U0001f000-\U0001faff])[\u200c-\u200f]"
)
"""Soft hyphens, zero-width marks and writing-direction marks: they help a browser to break lines.

Not where letters need them: spaces of no width part words in Thai, Lao, Burmese and Khmer; joiners and marks of
direction shape Arabic, Hebrew, the scripts of India, and emoji.
"""
_ODD = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
"""All that may have to go: most texts have none of it."""
_CONTROL = re.compile(r"[\x80-\x9f]")
_NO_WORD = re.compile(r"[\W_]+")
_WORD, _GAPS, _NUMBER = re.compile(r"\w+"), re.compile(r"\W+"), re.compile(r"\d+")
_MARKS = bytes(code for code in range(128) if not chr(code).isalnum())
_EUROPEAN = (
    "àáâãäåæçèéêëìíîïðñòóôõöøùúûüýþÿāăąćčďđēęěğģīįıķļłńņňőœřśşšţťūůűųźżžșț"
    "абвгдежзийклмнопрстуфхцчшщъыьэюяёєіїґ–—‘’“”„…•€£«»´·°§©®™½ºª¡¿\u00a0"
)
"""Letters and marks that fit into bytes, beside those of ASCII: texts of these are folded at the speed of bytes."""
_IN_BYTES = "".join([*map(chr, range(32)), *filter(lambda c: c == c.casefold(), map(chr, range(32, 127))), *_EUROPEAN])
_IN_BYTES = _IN_BYTES.ljust(256, "\ufffe")
_BYTES = codecs.charmap_build(_IN_BYTES)
_MARK_BYTES = bytes(code for code, letter in enumerate(_IN_BYTES) if not letter.isalnum())


SENTENCE_ENDS = (".", "!", "?", "。", "！", "？", "؟", "…", "।", "۔", "։", "\u1362", "\u104b")
"""What sentences end with, in any script."""


def as_written(document: str) -> str:
    """Return a document in UTF-8 that was read as Latin-1 as it was written, any other as it is: `cafÃ©` -> `café`.

    Latin-1 that happens to be UTF-8 throughout is next to impossible: each accent would need another one behind it.
    What would make control characters of letters is none: nobody writes them.
    """
    for misread in ("latin-1", "cp1252") if _may_be_misread(document) else ():
        try:
            written = document.encode(misread).decode("utf-8")
        except UnicodeError:
            continue
        return document if _CONTROL.search(written) else written
    return document


def _may_be_misread(document: str) -> bool:
    """Whether the first two characters beyond ASCII could be bytes of one letter: most documents need no conversion."""
    try:
        document.encode("ascii")
    except UnicodeEncodeError as found:
        first, second = document[found.start], document[found.start + 1 : found.start + 2]
        return "\u00c2" <= first <= "\u00f4" and bool(second) and not second.isascii()
    return False


def plain(text: str) -> str:
    """Return one line of text: entities that were escaped twice read, spaces folded, unprinted characters gone."""
    if "&" in text:
        text = unescape(unescape(text))
    return fold_spaces(printed(text))


def printed(text: str) -> str:
    """Return the text as print shows it: without characters that are not seen."""
    return text if text.isascii() or not _ODD.search(text) else _UNPRINTED.sub("", text)


def bare(text: str) -> str:
    """Keep letters and digits only, in lower case: for comparing names and titles."""
    if text.isascii():
        return text.lower().encode().translate(None, _MARKS).decode()
    folded = text.casefold()
    try:
        raw = codecs.charmap_encode(folded, "strict", _BYTES)[0]
    except UnicodeEncodeError:
        return _NO_WORD.sub("", folded)
    return codecs.charmap_decode(raw.translate(None, _MARK_BYTES), "strict", _IN_BYTES)[0]


def without_gaps(text: str) -> str:
    """Keep letters, digits and underscores, in their case: for finding in a text what another program made of it."""
    return _GAPS.sub("", text)


def word_set(text: str) -> set[str]:
    """Return the different words of a text, accents kept and letter case folded: for comparing headlines."""
    return set(_WORD.findall(text.casefold()))


def fold_case(text: str) -> str:
    """Fold letter case and white space, and nothing else: for texts that are the same word for word."""
    return fold_spaces(text.casefold())


def fold_numbers(text: str) -> str:
    """Return the text with 0 in the place of every number: for texts that differ in a counter or a date."""
    return _NUMBER.sub("0", text)


def fold_spaces(text: str) -> str:
    """Fold white space to single spaces, none at the ends; long texts in pieces, so memory stays near their size."""
    if len(text) < FOLDED_AT_ONCE:
        return " ".join(text.split())
    pieces: list[str] = []
    at = 0
    while at < len(text):
        end = at + FOLDED_AT_ONCE
        if piece := " ".join(text[at:end].split()):
            pieces.append(" " if text[at].isspace() or text[at - 1].isspace() else "")
            pieces.append(piece)
        elif pieces and pieces[-1] != " ":
            pieces.append(" ")
        at = end
    return _SPACES.sub(" ", "".join(pieces)).strip()


_SPECIAL = {
    "ß": "ss", "ø": "o", "æ": "ae", "œ": "oe", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ё": "е",
    "’": "'", "‘": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "–": "-", "—": "-", "…": ".", "\u00a0": " ",
    "أ": "ا", "إ": "ا", "آ": "ا", "ى": "ي", "ة": "ه", "ی": "ي", "ک": "ك", "\u0640": "", "ґ": "г",
}  # fmt: skip


def _table() -> dict[int, str]:
    table: dict[int, str] = {}
    for code in (*range(0xC0, 0x530), *range(0x1E00, 0x1F00)):
        bare = "".join(c for c in unicodedata.normalize("NFD", chr(code)) if not unicodedata.combining(c))
        table[code] = bare.lower()
    for code in (*range(0x300, 0x370), *range(0x64B, 0x660), 0x670, *range(0x200B, 0x2010), *range(0x202A, 0x202F)):
        table[code] = ""
    for code in (0x00AD, 0x2060, 0xFEFF, 0x061C, *range(0x2066, 0x206A)):
        table[code] = ""
    table |= {code: chr(code - 0xFEE0).lower() for code in range(0xFF01, 0xFF5F)}
    return table | {ord(letter): plain for letter, plain in _SPECIAL.items()}


_LETTERS = _table()


def fold_letters(text: str) -> str:
    """Return the text in lower case, one form per letter: plain quotes and dashes, no accents, nothing invisible."""
    return text.lower() if text.isascii() else text.lower().translate(_LETTERS)


def size_of(text: str) -> int:
    """Count characters, those of scripts that say more with one twice."""
    if text.isascii():
        return len(text)
    return len(text) + (_wide_in(text) if len(text) <= SIZE_REMEMBERED else _count_wide(text))


def _count_wide(text: str) -> int:
    return sum(map(len, _WIDE.findall(text)))


_wide_in = lru_cache(2048)(_count_wide)  # the same runs of a page are measured several times
