"""One spelling for matching: lower case, no accents, one form per letter; and the words of a text."""

import codecs
import re
import unicodedata

_CJK = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u0e00-\u0e7f\uff66-\uff9d"
_TOKEN = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+")
_PLAIN_TOKEN = re.compile(r"[a-zA-Z0-9]+")
_PHRASE_TOKEN = re.compile(rf"_|[{_CJK}]|[^\W_{_CJK}]+\*?|\*")
_ARABIC_ARTICLE = re.compile(r"^(?:و?(?:بال|كال|فال|لل|ال)|و(?=...))(?=..)")
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


_FOLD = _table()


def fold(text: str) -> str:
    """The text in lower case, plain quotes and dashes, without accents and invisible characters."""
    return text.lower() if text.isascii() else text.lower().translate(_FOLD)


def tokens(folded: str) -> list[str]:
    """Return the words of folded text; characters in scripts without spaces. Arabic words lose article and `and`."""
    if folded.isascii():
        return _PLAIN_TOKEN.findall(folded)
    return [_bare(t) if "\u0621" <= t[0] <= "\u064a" else t for t in _TOKEN.findall(folded)]


def _one_byte() -> tuple[str, bytes]:
    """Return the letters and marks of Europe's languages that fit into bytes, and what each byte is in folded words."""
    letters = "àáâãäåçèéêëìíîïñòóôõöøùúûüýÿąćęłńśźżčďěňřšťůžğşő"
    known = [*map(chr, range(128)), *dict.fromkeys(letters + letters.upper()), *"–—‘’“”„…•€£«»´·°§©®™½ºª¡¿\u00a0"]
    folded = [tokens(fold(letter)) for letter in known]
    fits = [letter for letter, words in zip(known, folded, strict=True) if len("".join(words)) < 2]
    plain = bytes(fits.index(words[0]) if words else ord(" ") for words in map(tokens, map(fold, fits)))
    return "".join(fits).ljust(256, "\ufffe"), plain.ljust(256, b" ")


_LETTERS, _PLAIN = _one_byte()
_BYTES = codecs.charmap_build(_LETTERS)


def words_of(text: str) -> list[str]:
    """Return the words of a text, folded: `tokens(fold(text))`, faster where the text is made of Europe's letters."""
    try:
        raw = text.encode() if text.isascii() else codecs.charmap_encode(text.replace("ß", "ss"), "strict", _BYTES)[0]
    except UnicodeEncodeError:
        return tokens(fold(text))
    raw = raw.translate(_PLAIN)
    return (raw.decode() if raw.isascii() else codecs.charmap_decode(raw, "strict", _LETTERS)[0]).split()


def phrase_tokens(phrase: str) -> tuple[str, ...]:
    """Return the parts of a phrase of the lexicon, with its `*` and `_`."""
    parts = _PHRASE_TOKEN.findall(fold(phrase))
    return tuple(_bare(p) if "\u0621" <= p[0] <= "\u064a" else p for p in parts)


def is_spaceless(token: str) -> bool:
    """Whether a token is one character of a script that is written without spaces."""
    return len(token) == 1 and ("\u3040" <= token <= "\u9fff" or "\u0e00" <= token <= "\u0e7f")


def _bare(word: str) -> str:
    return _ARABIC_ARTICLE.sub("", word, count=1) if len(word) > 3 else word
