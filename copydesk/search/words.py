"""Define what a word is, in any language and for every index: text folded so that searching is comparing.

`fold_for_search` gives a text in which words are runs of ASCII letters and digits or of anything beyond ASCII. Case,
accents, width, Arabic vowel signs and invisible characters are gone. In scripts that run words together each character
is a word of its own, and what is searched in them is a phrase of characters. Pure.
"""

import re
import string
import unicodedata

_BEYOND_ASCII = re.compile(r"([^\x00-\x7f]+)")
_UNSTEADY = re.compile(  # what folding may change: not the commonest small letters of Greek, Cyrillic, Hebrew, Arabic
    "([^\x00-\x7fα-ρσ-ωа-яђєіјљњћџґא-תءابت-غف-هوپچژگ]+)"
)
_BREVE, _DIAERESIS, _DIAERESIS_WITH_ACUTE = "\u0306", "\u0308", "\u0344"
WORD = re.compile(r"[0-9A-Za-z\x80-\U0010ffff]+")
_LOWER = str.maketrans(string.ascii_uppercase, string.ascii_lowercase)
_SHORT, _KEPT = 16, 1 << 15


def _ranges(text: str) -> frozenset[int]:
    spans = (part.split("-") for part in text.split())
    return frozenset(code for span in spans for code in range(int(span[0], 16), int(span[-1], 16) + 1))


_SINGLE = re.compile(  # scripts without spaces between words, and Hangul, whose words carry endings
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"  # Thai, Lao, Myanmar, Khmer
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30fa\u30fc-\u30ff\u3100-\u312f\u31a0-\u31ff"  # kana, bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\ua000-\ua4cf\uac00-\ud7a3\uf900-\ufaff\U0001aff0-\U0001b16f\U00020000-\U0003ffff]"
)
_SILENT_MARKS = _ranges(
    "300-36f 483-487 591-5bd 5bf 5c1-5c2 5c4-5c5 5c7 610-61a 64b-65f 670 6d6-6dc 6df-6e4 6e7-6e8 6ea-6ed "
    "8d3-8ff 1ab0-1aff 1dc0-1dff 20d0-20ff fe00-fe0f fe20-fe2f e0100-e01ef 640"
)
_LETTERS_OF_THEIR_OWN = frozenset("йїў")
_SPELLINGS = {
    "ø": "o", "đ": "d", "ħ": "h", "ł": "l", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "ð": "d", "þ": "th",
    "ى": "ي", "ی": "ي", "ة": "ه", "ک": "ك",
}  # fmt: skip


def fold_for_search(text: str) -> str:
    """Return the text as it is indexed and asked for; ASCII keeps its case, `lower` ends that."""
    if text.isascii():
        return text
    parts = foldable(text).split(text)
    parts[1::2] = map(_folded_runs.__getitem__, parts[1::2])
    return "".join(parts)


def foldable(text: str) -> re.Pattern[str]:
    """Return a pattern of the parts (its one group) of this text that are folded, each for itself; the rest stays.

    Marks go with the letter before them only where that makes another letter: й, ї, ў.
    """
    if _BREVE in text or _DIAERESIS in text or _DIAERESIS_WITH_ACUTE in text:
        return _BEYOND_ASCII
    return _UNSTEADY


def words(text: str) -> list[str]:
    """Return the words of a text as the index knows them."""
    return WORD.findall(lower(fold_for_search(text)))


def lower(folded: str) -> str:
    """Return a folded text with ASCII in lower case too; its length stays."""
    return folded.translate(_LOWER)


def _fold_run(run: str) -> str:
    if not unicodedata.is_normalized("NFKC", run):
        run = unicodedata.normalize("NFKC", run)
    return run.casefold().translate(_folded_characters)


class _FoldedRuns(dict[str, str]):
    """Keep what runs of characters fold to: the short ones that were met, up to a bound, as most come again."""

    def __missing__(self, run: str) -> str:
        folded = _fold_run(run)
        if len(run) <= _SHORT:
            if len(self) >= _KEPT:
                self.clear()
            self[run] = folded
        return folded


_folded_runs = _FoldedRuns()


class _FoldedCharacters(dict[int, str]):
    """Keep what each case-folded character becomes, worked out when first met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold_character(character)
        if unicodedata.category(character) not in {"Cn", "Co", "Cs"}:  # those are many, and never worth keeping
            self[code] = folded
        return folded


_folded_characters = _FoldedCharacters()


def _fold_character(character: str) -> str:
    if character.isascii() or character in _LETTERS_OF_THEIR_OWN:
        return character
    bare = "".join(part for part in unicodedata.normalize("NFD", character) if ord(part) not in _SILENT_MARKS)
    return "".join(_as_word(part) for part in unicodedata.normalize("NFC", bare))


def _as_word(character: str) -> str:
    category = unicodedata.category(character)
    if character in _SPELLINGS:
        return _SPELLINGS[character]
    if category == "Nd":
        return str(unicodedata.decimal(character))
    if category == "Cf" and character != "\u200b":  # invisible, except that this one parts words
        return ""
    if _SINGLE.match(character):
        return f" {character} "
    return character if category[0] in "LMN" or character.isascii() else " "
