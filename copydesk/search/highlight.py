"""Show what a search found: fragments of an article's own text with the found words marked. Pure."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from copydesk.search.query import HIGHLIGHT_END, HIGHLIGHT_START, Term
from copydesk.search.words import WORD, fold_for_search, foldable, lower, words

FRAGMENTS = 3
FRAGMENT_LENGTH = 200
"""In characters, about: a fragment ends between words, and is longer where what was found is."""

_LEAD = 60
_WORD_SEARCH = 30
_PIECE = 4_000
_READ_AT_MOST = 400_000
_NO_MARKS = str.maketrans({HIGHLIGHT_START: " ", HIGHLIGHT_END: " "})


class Needle(NamedTuple):
    """Hold words in a row, as the index knows them; `prefix`: the last one may go on."""

    words: tuple[str, ...]
    prefix: bool


class Span(NamedTuple):
    """Mark a found piece of a text, by character positions, and the number of the needle that found it."""

    start: int
    end: int
    needle: int


def needles(terms: Iterable[Term]) -> list[Needle]:
    """List what to mark in an article that these terms matched."""
    wanted = (each for term in terms if not term.excluded for each in (term, *term.alternatives))
    return [Needle(tuple(found), each.prefix) for each in wanted if (found := words(each.text))]


def highlights(title: str, paragraphs: Iterable[str], wanted: Sequence[Needle]) -> tuple[str, ...]:
    """Return the best few fragments of the paragraphs, in order; the title in front if only it has some needle."""
    if not wanted:
        return ()
    found: list[tuple[str, frozenset[int]]] = []
    for piece in _pieces(paragraphs):
        found += _fragments(piece, find(piece, wanted))
        if len(found) >= FRAGMENTS and len(frozenset[int]().union(*(needles for _, needles in found))) == len(wanted):
            break
    best = _best(found)
    seen = frozenset[int]().union(*(found[place][1] for place in best))
    title = title.translate(_NO_MARKS)
    in_title = find(title, wanted)
    first = [_mark(title, 0, len(title), in_title)] if {span.needle for span in in_title} - seen else []
    return (*first, *(found[place][0] for place in best))


def find(text: str, wanted: Sequence[Needle]) -> list[Span]:
    """Find the needles in a text, in order; of those that overlap, the first and longest."""
    quick = lower(fold_for_search(text))
    if not any(needle.words[0] in quick for needle in wanted):
        return []
    folded, places = _fold_with_places(text)
    matches = list(WORD.finditer(folded))
    names = [match[0] for match in matches]
    found: list[Span] = []
    index = 0
    while index < len(names):
        length, needle = _longest_at(index, names, wanted)
        if length:
            first, last = places[matches[index].start()], places[matches[index + length - 1].end() - 1]
            after = matches[index + length : index + length + 1]
            limit = places[after[0].start()][0] if after else len(text)
            start = max(first[0], found[-1].end if found else 0)
            end = max(last[1], min(limit, _past_marks(text, last[1])))
            if start < end:  # else one character is several words, as ½ is, and the first was found
                found.append(Span(start, end, needle))
        index += length or 1
    return found


def _longest_at(index: int, names: list[str], wanted: Sequence[Needle]) -> tuple[int, int]:
    """Count the words of the longest needle that begins here, and give its number; (0, 0) when none does."""
    best = (0, 0)
    for number, needle in enumerate(wanted):
        *before, last = needle.words
        end = index + len(needle.words)
        if len(needle.words) <= best[0] or end > len(names) or names[index : end - 1] != before:
            continue
        if names[end - 1].startswith(last) if needle.prefix else names[end - 1] == last:
            best = (len(needle.words), number)
    return best


def _fragments(text: str, spans: list[Span]) -> Iterator[tuple[str, frozenset[int]]]:
    """Yield each fragment with the numbers of the needles in it; a found piece is in one fragment only."""
    after = 0
    while spans:
        start = max(after, _between_words(text, max(0, spans[0].start - _LEAD), -1))
        end = _between_words(text, min(len(text), max(start + FRAGMENT_LENGTH, spans[0].end)), 1)
        inside = [span for span in spans if span.end <= end]
        yield _mark(text, start, end, inside), frozenset(span.needle for span in inside)
        spans, after = spans[len(inside) :], end


def _best(found: list[tuple[str, frozenset[int]]]) -> list[int]:
    """Return the numbers, rising, of the FRAGMENTS fragments that together show most of what was found."""
    left, chosen, seen = list(range(len(found))), list[int](), frozenset[int]()
    while left and len(chosen) < FRAGMENTS:
        pick = max(left, key=lambda place: (len(found[place][1] - seen), len(found[place][1]), -place))
        left.remove(pick)
        chosen.append(pick)
        seen |= found[pick][1]
    return sorted(chosen)


def _pieces(paragraphs: Iterable[str]) -> Iterator[str]:
    """Yield the paragraphs, long ones in parts that end between words, up to a bounded length of them all."""
    left = _READ_AT_MOST
    for paragraph in paragraphs:
        start = 0
        while start < len(paragraph) and left > 0:
            end = _between_words(paragraph, min(len(paragraph), start + _PIECE), 1)
            yield paragraph[start:end].translate(_NO_MARKS)
            left -= end - start
            start = end


def _mark(text: str, start: int, end: int, spans: Iterable[Span]) -> str:
    parts = []
    for span in spans:
        parts += [text[start : span.start], HIGHLIGHT_START, text[span.start : span.end], HIGHLIGHT_END]
        start = span.end
    return "".join((*parts, text[start:end])).strip()


def _between_words(text: str, place: int, step: int) -> int:
    """Find the nearest place in that direction that cuts no word of letters; in scripts without spaces, any place."""
    for moved in range(_WORD_SEARCH):
        near = place + step * moved
        if not 0 < near < len(text):
            return max(0, min(near, len(text)))
        if text[near - 1].isspace() or text[near].isspace():
            return near
    return _past_marks(text, place)


def _past_marks(text: str, place: int) -> int:
    while place < len(text) and unicodedata.category(text[place])[0] == "M":
        place += 1
    return place


def _fold_with_places(text: str) -> tuple[str, list[tuple[int, int]]]:
    """Fold the text, and give the start and end in it of what each folded character came from."""
    pieces: list[str] = []
    places: list[tuple[int, int]] = []
    at = 0
    for match in foldable(text).finditer(text):
        pieces.append(text[at : match.start()])
        places.extend((place, place + 1) for place in range(at, match.start()))
        for start, end in _clusters(text, *match.span()):
            folded = fold_for_search(text[start:end])
            pieces.append(folded)
            places.extend([(start, end)] * len(folded))
        at = match.end()
    pieces.append(text[at:])
    places.extend((place, place + 1) for place in range(at, len(text)))
    return lower("".join(pieces)), places


def _clusters(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split where folding the parts is folding the whole: nowhere in front of what may change the character before."""
    first = start
    for place in range(start + 1, end):
        character = text[place]
        if unicodedata.category(character)[0] != "M" and not "\u1160" <= character <= "\u11ff" and character not in "ﾞﾟ":
            yield first, place
            first = place
    yield first, end
