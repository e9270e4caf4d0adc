"""Choose what of a text is indexed once more, folded: words that Elasticsearch reads otherwise, and their neighbours.

Text is indexed as the analyzer `standard` reads it, which every server has. It takes most words for what
`copydesk.search.words` takes them for; where it may not (accents, signs inside words, scripts that run words
together), the word is indexed once more as the latter has it, with its neighbours: so phrases of up to PHRASE words are
found across both, and longer ones as phrases that overlap. Pure.
"""

import re
from collections.abc import Iterable, Sequence

from copydesk.search.words import fold_for_search

PHRASE = 3

_BETWEEN_WORDS = re.compile(r"[\x00-\x08\x0e-\x1f!-/:-@\[-`{-\x7f]+")  # all ASCII but letters, digits, white space
_SPACES = {code: " " for code in range(128) if _BETWEEN_WORDS.match(chr(code))}
_JOINING = "'.,:;’‘，：；．"
_BY_ITSELF = "\u3400-\u4db5\u4e00-\u9fd5\u3041-\u3096"
"""Ideographs (of Unicode 8) and Hiragana: each is a word, for the analyzer and for us."""
_SUSPECT = re.compile(  # but for: signs that end words for both, letters that folding leaves, words of one character
    "[^\x00-&(-+\\-/0-9<-^`-\x7f\xa0\u3000“”„‟«»‹›–—…•、。「」『』《》【】（）！？"
    f"α-ρσ-ωΑ-ΡΣ-Ωа-яА-ЯђєіјљњћџґЂЄІЈЉЊЋЏҐא-תءابت-غف-هوپچژگ{_BY_ITSELF}]+"
)
_JOINED = re.compile(rf"[^\W_{_BY_ITSELF}]")
_NEAR = re.compile(rf"\w*+(?:\W*+\w++){{0,{PHRASE}}}")  # the rest of the word, and as many more
_BACK, _MOST = 200, 32
_DENSE = 25
"""Where odd places are closer than this, in characters, the neighbours of one are those of the next: all is folded."""


def searchable(text: str) -> str:
    """Return the text as the words of `copydesk.search.words`, spaces between; Elasticsearch sees to the case."""
    folded = fold_for_search(text)
    return folded.translate(_SPACES) if folded.isascii() else _BETWEEN_WORDS.sub(" ", folded)  # the former is fast


def refolded(texts: Iterable[str]) -> list[str]:
    """Return the parts of the texts to index once more, folded, in order."""
    return [searchable(part) for text in texts for part in _odd_parts(text)]


def overlapping(phrase: Sequence[str]) -> list[Sequence[str]]:
    """Return phrases of at most PHRASE words that make up this one, each sharing words with the next.

    Of a very long one they are parts: it is not worth more.
    """
    last = max(0, len(phrase) - PHRASE)
    starts = dict.fromkeys([*range(0, last, PHRASE // 2), last])
    if len(starts) > _MOST:
        starts = dict.fromkeys(last * at // (_MOST - 1) for at in range(_MOST))
    return [phrase[at : at + PHRASE] for at in starts]


def _odd_parts(text: str) -> list[str]:
    """Return the words that are read in two ways, with those around them; what touches is one part."""
    odd = [match for match in _SUSPECT.finditer(text) if _is_odd(text, match)]
    if len(odd) * _DENSE > len(text):
        return [text]
    found: list[tuple[int, int]] = []
    for match in odd:
        end = _NEAR.match(text, match.end()).end()  # type: ignore[union-attr]  # it matches the empty text too
        if found and match.start() <= found[-1][1]:
            found[-1] = (found[-1][0], end)
            continue
        start = _start(text, match.start())
        if found and start <= found[-1][1]:
            start = found.pop()[0]
        found.append((start, end))
    return [text[start:end] for start, end in found]


def _is_odd(text: str, match: re.Match[str]) -> bool:
    """Whether the analyzer may see other words here: a sign is one only by itself, between letters or digits."""
    if match[0].strip(_JOINING):
        return True
    start, end = match.span()
    joins = end == start + 1 and _JOINED.match(text, end) and start and _JOINED.match(text, start - 1)
    return bool(joins)


def _start(text: str, place: int) -> int:
    """Return where the neighbours before a place begin."""
    for back in (_BACK, place):
        before = text[max(0, place - back) : place][::-1]
        length = _NEAR.match(before).end()  # type: ignore[union-attr]  # it matches the empty text too
        if length < len(before):
            return place - length
    return 0
