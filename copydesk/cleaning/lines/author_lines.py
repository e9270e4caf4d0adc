"""Read a line of nothing but authors, as it stands below a headline: `Jane Roe, Marle`, `Jane Roe | 3 May` -> Jane Roe.

Nothing in such a line says `by`. All of it is names, and at most their job, a place and a day.
"""

import re
from collections.abc import Collection, Sequence

from copydesk.cleaning.lexicon.line_words import any_of, line_words
from copydesk.cleaning.lexicon.load import known_words
from copydesk.cleaning.lexicon.tokens import words_of
from copydesk.cleaning.lines.bylines import says_by
from copydesk.cleaning.lines.datelines import reads_as_dateline
from copydesk.cleaning.lines.person_names import names_job, person_names
from copydesk.cleaning.normalise import SENTENCE_ENDS, plain
from copydesk.cleaning.thresholds.lines import (
    ASIDE_DATED,
    JOB_WORDS,
    LONGEST_AUTHOR_LINE,
    MOST_AUTHOR_PARTS,
    PLACE_WORDS,
    SMALL_LETTER_LINES,
    SMALL_LETTERS_READ,
    UNCASED_ALONE_LEAST,
    UNCASED_ALONE_MOST,
)

_BARS = re.compile(r"\s{1,4}[|•·–—-]\s{1,4}|\s{0,4}[|｜•·]\s{0,4}")
_BETWEEN = re.compile(rf"(?:[\s,;&/+|、，·]|(?:{any_of('and.any_case', 'and.lower_case', 'and.weak')})(?!\w))*+", re.I)
_BRACKET = re.compile(r"\s{0,4}[(（]([^()（）]{2,60})[)）]$")
_BEFORE_PLACE = re.compile(rf"(?:{any_of('place.before')})\s{{1,4}}")
_PLACED = re.compile(rf"\s{{1,4}}(?={any_of('place.before')}\s)")
_BEHALF = re.compile(rf"\s{{1,4}}{any_of('byline.on_behalf')}\s{{1,4}}")
_OPENS_PLACE = frozenset(line_words("place.first_word"))
_CLOSES_PLACE = frozenset(line_words("place.last_word"))
_SMALL = frozenset(line_words("name.particle"))
_STOPS = (*SENTENCE_ENDS, ":", "：")


def authors_alone(line: str) -> tuple[str, ...]:
    """Return the people of a line that is their names, a job, a place, a day and nothing else; of any other none."""
    text = plain(line[: LONGEST_AUTHOR_LINE + 1])
    if not 0 < len(text) <= LONGEST_AUTHOR_LINE or text.endswith(_STOPS):
        return ()
    parts = [part for part in _BARS.split(text) if part]
    if len(parts) == 1:
        return _credited(text, cased_only=True)
    if len(parts) > MOST_AUTHOR_PARTS:
        return ()
    if not any(part.split(" ")[0] in _OPENS_PLACE for part in parts) and (named := _cased(_people(text))):
        return named
    dated = any(map(_is_day, parts))
    for at, part in enumerate(parts):
        if named := _credited(part, cased_only=not dated):
            others = [other for i, other in enumerate(parts) if i != at]
            return named if all(_is_aside(other, barred=True) for other in others) else ()
    return ()


def are_words(names: Sequence[str], known: Collection[str]) -> bool:
    """Whether one of the names is made of known words alone, as a heading is: `Night Readers`. `known` are folded.

    In capitals one such word is enough: any heading looks like names there.
    """
    return any((any if name.isupper() else all)(word in known for word in words_of(name)) for name in names)


def in_small_letters(lines: Sequence[str]) -> frozenset[str]:
    """Collect the words that a text of these lines writes in small letters, folded."""
    parts = (part for line in lines[:SMALL_LETTER_LINES] for part in line[:SMALL_LETTERS_READ].split())
    return frozenset(word for part in parts if part[0].islower() for word in words_of(part))


def credits_writer(line: str, names: Sequence[str], language: str | None, kept: Sequence[str]) -> bool:
    """Whether a line credits the people that it names, by its words or by what the text `kept` makes of their names.

    What says neither `by` nor a job may name a place, a club or a section: its words are then known, or stand in the
    text, in small letters or whole.
    """
    if says_by(line):
        return True
    if are_words(names, known_words(language)) or are_words(names, in_small_letters(kept)):
        return False
    told = (text[:SMALL_LETTERS_READ] for text in kept[:SMALL_LETTER_LINES])
    return names_job(line) or not any(name in text for text in told for name in names)


def _credited(text: str, cased_only: bool) -> tuple[str, ...]:
    """Return the people of a text that is their names, then perhaps their job, house or place."""
    if (bracket := _BRACKET.search(text)) and _is_aside(bracket[1], barred=True):
        text = text[: bracket.start()]
    head, comma, last = text.rpartition(",")
    while comma and _is_aside(last, barred=False):
        text = head
        head, comma, last = text.rpartition(",")
    named = () if text.split(" ")[0] in _OPENS_PLACE else _people(text)
    for mark in () if named else (_PLACED, _BEHALF):
        for found in mark.finditer(text):
            if _is_place(text[found.end() :]):
                named = named or _people(text[: found.start()])
    if cased_only:
        return _cased(named)
    return named if all(UNCASED_ALONE_LEAST <= len(name) <= UNCASED_ALONE_MOST for name in named) else _cased(named)


def _cased(names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the names where they have capitals: in other scripts any short text may be one."""
    return names if all(any(map(str.isupper, name)) for name in names) else ()


def _people(text: str) -> tuple[str, ...]:
    """Return the people of a text that names them and says nothing else."""
    names = person_names([text], frozenset(), stated=False)
    rest = text
    for name in names:
        rest = rest.replace(name, "", 1)
    placed = any(name.rpartition(" ")[2] in _CLOSES_PLACE for name in names)
    return names if _BETWEEN.fullmatch(rest) and not placed else ()


def _is_aside(text: str, barred: bool) -> bool:
    """Whether a text beside the names is a job, a place, a day or a short count; `barred` where a bar parts them."""
    text = text.strip()
    if names_job(text):
        return len(text.split()) <= JOB_WORDS
    if barred and any(map(str.isdigit, text)):
        return _is_day(text) or len(text.split()) <= PLACE_WORDS
    words = text.split()
    lone = len(words) == 1 or barred or bool(words and words[0] in _OPENS_PLACE)
    return bool(words) and (_BEFORE_PLACE.match(text) is not None or lone) and _is_place(text)


def _is_place(text: str) -> bool:
    """Whether a text is a few words with capitals, behind a preposition or not: `à Valmont`."""
    words = _BEFORE_PLACE.sub("", text.strip(), count=1).split()
    cased = [word for word in words if word not in _SMALL]
    return 0 < len(words) <= PLACE_WORDS and bool(cased) and not any(w[0].islower() or w[0].isdigit() for w in cased)


def _is_day(text: str) -> bool:
    return reads_as_dateline(text, None) >= ASIDE_DATED
