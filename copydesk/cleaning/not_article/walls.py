"""Pages that stand where an article was asked for: consent, robot checks, errors, refusals, logins; by their words.

A page is one of these when it says so and nothing else on it reads like a story. Two sentences of news beside a
long cookie notice are an article.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from copydesk.cleaning.lexicon import page_words
from copydesk.cleaning.lexicon.match import PhraseHit
from copydesk.cleaning.lexicon.tokens import fold, tokens
from copydesk.cleaning.normalise import size_of

REASONS = {
    "check": "The page checks whether a person is asking and shows no article",
    "denied": "The page refuses access and shows no article",
    "missing": "The page says that there is nothing at this address",
    "down": "The page says that the site does not work now",
    "consent": "The page asks for consent to cookies and shows no article",
    "login": "The page asks to log in or register and shows no article",
}
SCRIPT = "The page shows nothing without JavaScript"
READ = 600
"""Characters of a line that are read."""
MOST_LINES = 400
_HEADED_ONLY = frozenset(("denied", "missing", "down"))
"""News speaks of what is forbidden, missing or under repair: such a page must call itself so."""
# What a page that calls itself a wall may still hold of clean prose, in characters, by what it says it is.
HEADED, LITTLE, NOTHING = 300, 120, 40
# A page that does not call itself a wall is one only while it is short.
SHORT = 1500
# From so much clean prose on no page is a wall, whatever else it says.
STORY = 500
LONGEST_HEAD, CUT = 200, 600
_GAP = re.compile(r"\s[-–—―·•|»«:/]+\s|[|｜•»«]|:\s|\.\s")


class Spoken(NamedTuple):
    """One line: `prose` when it reads like a paragraph, `kept` when it would be the article's text. `hidden` is what
    browsers show only when they run no scripts."""

    text: str
    prose: bool
    kept: bool
    hidden: bool = False


class _Heard(NamedTuple):
    """What the lines say of one topic: how many lines, which phrases, how many characters they hold."""

    lines: int
    phrases: tuple[str, ...]
    size: int


def find_wall(headed: Mapping[str, str], lines: Sequence[Spoken], stated: bool) -> str | None:
    """Why the page is no article, None when it may be one.

    `headed` is what `names_walls` finds; `stated` says that markup describes an article with a date.
    """
    if sum(size_of(line.text) for line in lines[MOST_LINES:] if line.kept and line.prose) > SHORT:
        return None
    lines = lines[:MOST_LINES]
    found = [page_words().find(tokens(fold(line.text[:READ]))) for line in lines]
    clean = _clean(lines, found, kept=True)
    for topic, reason in REASONS.items():
        heard = _hear(topic, lines, found)
        phrase = headed.get(topic) or next(iter(heard.phrases), "")
        wall = _is_headed_wall if topic in headed else _is_bare_wall
        if (heard.phrases or topic in headed) and wall(topic, heard, lines, found, clean, stated):
            return f"{_reason(topic, reason, heard)}: “{phrase}”"
    return None


def tells_story(paragraphs: Iterable[str]) -> bool:
    """Whether there is more prose without a word of walls than any wall has that does not ask for consent."""
    clean = 0
    for text in paragraphs:
        if not speaks_of_walls(text):
            clean += size_of(text)
            if clean >= STORY:
                return True
    return False


def speaks_of_walls(text: str) -> bool:
    """Whether a line says what walls say."""
    return _sure(page_words().find(tokens(fold(text[:READ]))))


def locked_by(text: str) -> str | None:
    """The words that say that the rest of an article is for subscribers, None when there are none."""
    hits = page_words().find(tokens(fold(text[:READ])))
    return next((hit.phrase for hit in hits if hit.topic == "locked"), None)


def names_walls(heads: Sequence[str]) -> dict[str, str]:
    """The topics that a title or a heading names by at least half of the words of one of its parts."""
    named: dict[str, str] = {}
    parts = dict.fromkeys(part.strip() for head in heads for part in (head[:CUT], *_GAP.split(head[:CUT])))
    for part in parts:
        if not 1 < len(part) <= LONGEST_HEAD:
            continue
        words = tokens(fold(part))
        hits = page_words().find(words)
        for topic in {hit.topic for hit in hits if hit.strength == "head"}:
            own = {hit.phrase for hit in hits if hit.topic == topic}
            called = max(_words_in(hit.phrase) for hit in hits if hit.topic == topic and hit.strength == "head")
            if 2 * called >= len(words) or 2 * sum(map(_words_in, own)) >= 3 * len(words):
                named.setdefault(topic, part)
    return named


@lru_cache(1024)
def _words_in(phrase: str) -> int:
    return len(tokens(fold(phrase)))


def _sure(hits: Sequence[PhraseHit]) -> bool:
    return any(hit.strength == "sure" and hit.topic in REASONS for hit in hits)


def _clean(lines: Sequence[Spoken], found: Sequence[Sequence[PhraseHit]], kept: bool) -> int:
    """The characters of prose that says nothing of any wall: of what would be kept, or of all that is shown."""
    return sum(
        size_of(line.text)
        for line, hits in zip(lines, found, strict=True)
        if line.prose and not line.hidden and (line.kept or not kept) and not _sure(hits)
    )


def _hear(topic: str, lines: Sequence[Spoken], found: Sequence[Sequence[PhraseHit]]) -> _Heard:
    phrases: dict[str, None] = {}
    saying = size = 0
    for line, hits in zip(lines, found, strict=True):
        if own := [hit.phrase for hit in hits if hit.topic == topic and hit.strength == "sure"]:
            saying += 1
            size += size_of(line.text)
            phrases.update(dict.fromkeys(own))
    return _Heard(saying, tuple(phrases), size)


def _is_headed_wall(
    topic: str, heard: _Heard, lines: Sequence[Spoken], found: Sequence[Sequence[PhraseHit]], clean: int, stated: bool
) -> bool:
    """The page calls itself a wall: it is one unless a story stands on it."""
    if stated:
        return clean == 0 and not any(line.kept and line.prose for line in lines)
    if topic == "consent":
        other = _clean(lines, found, kept=False)
        return len(heard.phrases) >= 2 and other * 2 < heard.size + NOTHING
    if topic == "login":
        return clean < NOTHING and bool(heard.phrases)
    if topic == "down":
        return clean < LITTLE and len(heard.phrases) >= 2
    return clean < HEADED and (bool(heard.phrases) or clean < NOTHING)


def _is_bare_wall(
    topic: str, heard: _Heard, lines: Sequence[Spoken], found: Sequence[Sequence[PhraseHit]], clean: int, stated: bool
) -> bool:
    """The page does not call itself a wall: it is one when it says nothing else at all."""
    if stated or topic in _HEADED_ONLY:
        return False
    other = _clean(lines, found, kept=False)
    if topic == "consent":
        return clean < NOTHING and len(heard.phrases) >= 4 and heard.lines >= 2 and other * 4 < heard.size
    total = sum(size_of(line.text) for line in lines if not line.hidden)
    if topic == "login":
        few = clean < NOTHING and other < 2 * NOTHING and total < SHORT
        return few and len(heard.phrases) >= 3 and heard.lines >= 2
    few = clean * 3 < heard.size and other * 3 < heard.size and total < SHORT
    return few and heard.size * 3 >= total and (len(heard.phrases) >= 2 or _scripted(heard))


def _scripted(heard: _Heard) -> bool:
    return bool(heard.phrases) and all("javascript" in fold(phrase) for phrase in heard.phrases)


def _reason(topic: str, reason: str, heard: _Heard) -> str:
    return SCRIPT if topic == "check" and _scripted(heard) else reason
