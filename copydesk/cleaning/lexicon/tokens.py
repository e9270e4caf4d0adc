"""Split text into the words that phrases are matched with, each in one spelling."""

import codecs
import re

from copydesk.cleaning.lexicon.line_words import any_of
from copydesk.cleaning.normalise import fold_letters
from copydesk.cleaning.thresholds.lines import ARABIC_LEAST

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\uff66-\uff9d"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_PLAIN_TOKEN = re.compile(r"[a-zA-Z0-9]+")
_PHRASE_TOKEN = re.compile(rf"_|[{_CJK}]|[^\W_{_CJK}]+\*?|\*")
_ARABIC_ARTICLE = re.compile(rf"^(?:و?{any_of('prefix.article')}|و(?=...))(?=..)")


def tokens(folded: str) -> list[str]:
    """Return the words of folded text; characters in scripts without spaces. Arabic words lose article and `and`."""
    if folded.isascii():
        return _PLAIN_TOKEN.findall(folded)
    return [_bare(t) if "\u0621" <= t[0] <= "\u064a" else t for t in _TOKEN.findall(folded)]


def _one_byte() -> tuple[str, bytes]:
    """Return the letters and marks of Europe's languages that fit into bytes, and what each byte is in folded words."""
    letters = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿąćęłńśźżčďěňřšťůžğşő"
    known = [*map(chr, range(128)), *dict.fromkeys(letters + letters.upper()), *"–—‘’“”„…•€£«»´·°§©®™½ºª¡¿\u00a0"]
    folded = [tokens(fold_letters(letter)) for letter in known]
    fits = [letter for letter, words in zip(known, folded, strict=True) if len("".join(words)) < 2]
    plain = bytes(fits.index(words[0]) if words else ord(" ") for words in map(tokens, map(fold_letters, fits)))
    return "".join(fits).ljust(256, "\ufffe"), plain.ljust(256, b" ")


_LETTERS, _PLAIN = _one_byte()
_BYTES = codecs.charmap_build(_LETTERS)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded: as `tokens(fold_letters(text))`, but faster for the letters of Europe."""
    try:
        raw = text.encode() if text.isascii() else codecs.charmap_encode(text.replace("ß", "ss"), "strict", _BYTES)[0]
    except UnicodeEncodeError:
        return tokens(fold_letters(text))
    raw = raw.translate(_PLAIN)
    return (raw.decode() if raw.isascii() else codecs.charmap_decode(raw, "strict", _LETTERS)[0]).split()


def phrase_tokens(phrase: str) -> tuple[str, ...]:
    """Return the parts of a phrase of the lexicon, with its `*` and `_`."""
    parts = _PHRASE_TOKEN.findall(fold_letters(phrase))
    return tuple(_bare(p) if "\u0621" <= p[0] <= "\u064a" else p for p in parts)


def is_spaceless(token: str) -> bool:
    """Whether a token is one character of a script that is written without spaces."""
    return len(token) == 1 and ("\u3040" <= token <= "\u9fff" or "\u0e00" <= token <= "\u0e7f")


def _bare(word: str) -> str:
    return _ARABIC_ARTICLE.sub("", word, count=1) if len(word) > ARABIC_LEAST else word
