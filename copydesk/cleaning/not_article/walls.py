"""Detect interstitials: consent walls, robot checks, logins, errors; by their words.

A page is one of these when it says so and nothing else on it reads like an article. Two sentences of news beside a
long cookie notice are an article.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

from copydesk.cleaning.lexicon import page_words
from copydesk.cleaning.lexicon.match import PhraseHit
from copydesk.cleaning.lexicon.tokens import tokens
from copydesk.cleaning.normalise import fold_letters, size_of
from copydesk.cleaning.thresholds.not_article import (
    BARE_CONSENT_PHRASES,
    BARE_CONSENT_TIMES,
    BARE_LINES,
    BARE_LOGIN_PHRASES,
    BARE_LOGIN_PROSE,
    BARE_PHRASES,
    BARE_TIMES,
    CONSENT_PHRASES,
    CONSENT_TIMES,
    DOWN_PHRASES,
    HEAD_READ,
    HEADED_PROSE,
    LITTLE_PROSE,
    LONGEST_HEAD,
    LONGEST_WALL,
    NAMED_BY_ALL,
    NAMED_BY_HEAD,
    NO_PROSE,
    STORY_PROSE,
    WALL_LINE_READ,
    WALL_LINES_READ,
)

_REASONS = {
    "check": "The page checks whether a person is asking and shows no article",
    "denied": "The page refuses access and shows no article",
    "missing": "The page says that there is nothing at this address",
    "down": "The page says that the site does not work now",
    "consent": "The page asks for consent to cookies and shows no article",
    "login": "The page asks to log in or register and shows no article",
}
_SCRIPT = "The page shows nothing without JavaScript"
_HEADED_ONLY = frozenset(("denied", "missing", "down"))
"""News speaks of what is forbidden, missing or under repair: such a page must call itself so."""
_GAP = re.compile(r"\s[-–—―·•|»«:/]+\s|[|｜•»«]|:\s|\.\s")


class WallLine(NamedTuple):
    """Represent one line: `prose` when it reads like a paragraph, `kept` when it would be the article's text.

    `hidden` is what browsers show only when they run no scripts.
    """

    text: str
    prose: bool
    kept: bool
    hidden: bool = False


class _Heard(NamedTuple):
    """Hold what the lines say of one topic: how many lines, which phrases, how many characters they hold."""

    lines: int
    phrases: tuple[str, ...]
    size: int


def find_wall(headed: Mapping[str, str], lines: Sequence[WallLine], stated: bool) -> str | None:
    """Return why the page is no article, None when it may be one.

    `headed` is what `walls_named` finds; `stated` says that markup describes an article with a date.
    """
    if sum(size_of(line.text) for line in lines[WALL_LINES_READ:] if line.kept and line.prose) > LONGEST_WALL:
        return None
    lines = lines[:WALL_LINES_READ]
    found = [page_words().find(tokens(fold_letters(line.text[:WALL_LINE_READ]))) for line in lines]
    clean = _clean(lines, found, kept=True)
    for topic, reason in _REASONS.items():
        heard = _hear(topic, lines, found)
        phrase = headed.get(topic) or next(iter(heard.phrases), "")
        wall = _is_headed_wall if topic in headed else _is_bare_wall
        if (heard.phrases or topic in headed) and wall(topic, heard, lines, found, clean, stated):
            return f"{_reason(topic, reason, heard)}: “{phrase}”"
    return None


def has_article_prose(paragraphs: Iterable[str]) -> bool:
    """Whether there is more prose without a word of walls than any wall has that does not ask for consent."""
    clean = 0
    for text in paragraphs:
        if not mentions_wall(text):
            clean += size_of(text)
            if clean >= STORY_PROSE:
                return True
    return False


def mentions_wall(text: str) -> bool:
    """Whether a line says what walls say."""
    return _sure(page_words().find(tokens(fold_letters(text[:WALL_LINE_READ]))))


def paywall_phrase(text: str) -> str | None:
    """Return the words that say that the rest of an article is for subscribers, None when there are none."""
    hits = page_words().find(tokens(fold_letters(text[:WALL_LINE_READ])))
    return next((hit.phrase for hit in hits if hit.topic == "locked"), None)


def walls_named(heads: Sequence[str]) -> dict[str, str]:
    """Return the topics that a title or a heading names by at least half of the words of one of its parts."""
    named: dict[str, str] = {}
    parts = dict.fromkeys(part.strip() for head in heads for part in (head[:HEAD_READ], *_GAP.split(head[:HEAD_READ])))
    for part in parts:
        if not 1 < len(part) <= LONGEST_HEAD:
            continue
        words = tokens(fold_letters(part))
        hits = page_words().find(words)
        for topic in {hit.topic for hit in hits if hit.strength == "head"}:
            own = {hit.phrase for hit in hits if hit.topic == topic}
            called = max(_words_in(hit.phrase) for hit in hits if hit.topic == topic and hit.strength == "head")
            if called >= NAMED_BY_HEAD * len(words) or sum(map(_words_in, own)) >= NAMED_BY_ALL * len(words):
                named.setdefault(topic, part)
    return named


@lru_cache(1024)
def _words_in(phrase: str) -> int:
    return len(tokens(fold_letters(phrase)))


def _sure(hits: Sequence[PhraseHit]) -> bool:
    return any(hit.strength == "sure" and hit.topic in _REASONS for hit in hits)


def _clean(lines: Sequence[WallLine], found: Sequence[Sequence[PhraseHit]], kept: bool) -> int:
    """Count the characters of prose that says nothing of any wall: of what would be kept, or of all that is shown."""
    return sum(
        size_of(line.text)
        for line, hits in zip(lines, found, strict=True)
        if line.prose and not line.hidden and (line.kept or not kept) and not _sure(hits)
    )


def _hear(topic: str, lines: Sequence[WallLine], found: Sequence[Sequence[PhraseHit]]) -> _Heard:
    phrases: dict[str, None] = {}
    saying = size = 0
    for line, hits in zip(lines, found, strict=True):
        if own := [hit.phrase for hit in hits if hit.topic == topic and hit.strength == "sure"]:
            saying += 1
            size += size_of(line.text)
            phrases.update(dict.fromkeys(own))
    return _Heard(saying, tuple(phrases), size)


def _is_headed_wall(
    topic: str, heard: _Heard, lines: Sequence[WallLine], found: Sequence[Sequence[PhraseHit]], clean: int, stated: bool
) -> bool:
    """Whether a page that calls itself a wall is one: unless an article stands on it."""
    if stated:
        return clean == 0 and not any(line.kept and line.prose for line in lines)
    if topic == "consent":
        other = _clean(lines, found, kept=False)
        return len(heard.phrases) >= CONSENT_PHRASES and other * CONSENT_TIMES < heard.size + NO_PROSE
    if topic == "login":
        return clean < NO_PROSE and bool(heard.phrases)
    if topic == "down":
        return clean < LITTLE_PROSE and len(heard.phrases) >= DOWN_PHRASES
    return clean < HEADED_PROSE and (bool(heard.phrases) or clean < NO_PROSE)


def _is_bare_wall(
    topic: str, heard: _Heard, lines: Sequence[WallLine], found: Sequence[Sequence[PhraseHit]], clean: int, stated: bool
) -> bool:
    """Whether a page that does not call itself a wall is one: when it says nothing else at all."""
    if stated or topic in _HEADED_ONLY:
        return False
    other = _clean(lines, found, kept=False)
    if topic == "consent":
        told = len(heard.phrases) >= BARE_CONSENT_PHRASES and heard.lines >= BARE_LINES
        return clean < NO_PROSE and told and other * BARE_CONSENT_TIMES < heard.size
    total = sum(size_of(line.text) for line in lines if not line.hidden)
    if topic == "login":
        few = clean < NO_PROSE and other < BARE_LOGIN_PROSE and total < LONGEST_WALL
        return few and len(heard.phrases) >= BARE_LOGIN_PHRASES and heard.lines >= BARE_LINES
    few = clean * BARE_TIMES < heard.size and other * BARE_TIMES < heard.size and total < LONGEST_WALL
    return few and heard.size * BARE_TIMES >= total and (len(heard.phrases) >= BARE_PHRASES or _scripted(heard))


def _scripted(heard: _Heard) -> bool:
    return bool(heard.phrases) and all("javascript" in fold_letters(phrase) for phrase in heard.phrases)


def _reason(topic: str, reason: str, heard: _Heard) -> str:
    return _SCRIPT if topic == "check" and _scripted(heard) else reason
