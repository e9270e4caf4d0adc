"""Load the phrases of a language from its TOML file, with English, which stands on pages of every language."""

import re
import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

from copydesk.cleaning.lexicon.match import Lexicon
from copydesk.cleaning.lexicon.tokens import phrase_tokens
from copydesk.cleaning.normalise import fold_letters

_HERE = files("copydesk.cleaning.lexicon")
LANGUAGES = tuple(sorted(f.name.removesuffix(".toml") for f in _HERE.iterdir() if f.name.endswith(".toml")))
_STRENGTHS = {"line", "start", "sure", "hint", "name"}
_NO_KIND = {"language", "voice", "months", "page"}
PAGES = ("consent", "check", "missing", "denied", "down", "login", "locked")
Phrases = tuple[tuple[str, str, str], ...]


@lru_cache
def lexicon(language: str | None) -> Lexicon:
    """Return the phrases of a language and of English; of all languages when it is unknown or has none of its own."""
    if language in LANGUAGES:
        return Lexicon(phrases(language) + phrases("en"))
    return Lexicon(phrase for code in LANGUAGES for phrase in phrases(code))


@lru_cache
def phrases(language: str) -> Phrases:
    """Return (topic, strength, phrase) of one language's file; a voice's phrases have the strength `voice`.

    Raises ValueError for a strength that is none.
    """
    content = _read(language)
    found = [(topic, "voice", p) for topic, listed in content["voice"].items() if "_" not in topic for p in listed]
    for topic, strengths in content.items():
        if topic in _NO_KIND:
            continue
        if unknown := set(strengths) - _STRENGTHS:
            raise ValueError(f"lexicon {language}: {topic} has {sorted(unknown)}, known are {sorted(_STRENGTHS)}")
        found += [(topic, strength, p) for strength, listed in strengths.items() for p in listed]
    return tuple(found)


@lru_cache
def known_words(language: str | None) -> frozenset[str]:
    """Return the words of all phrases of a language and of English, folded; stems and gaps left aside."""
    codes = (language, "en") if language in LANGUAGES else LANGUAGES
    listed = (phrase_tokens(phrase) for code in codes if code for _, _, phrase in phrases(code))
    return frozenset(word for parts in listed for word in parts if "*" not in word and word != "_")


@lru_cache
def page_words() -> Lexicon:
    """Return the phrases of pages that are no article, of all languages at once: such a page often speaks another
    than the site does.

    Topics are those of PAGES; strengths `head` for what a title calls it, `sure` for what its lines say.
    """
    return Lexicon(
        (topic, strength, phrase)
        for language in LANGUAGES
        for topic, strengths in _page(language).items()
        for strength, listed in strengths.items()
        for phrase in listed
    )


def _page(language: str) -> dict[str, dict[str, list[str]]]:
    topics: dict[str, dict[str, list[str]]] = _read(language).get("page", {})
    for topic, strengths in topics.items():
        if topic not in PAGES or not strengths.keys() <= {"head", "sure"}:
            raise ValueError(f"lexicon {language}: page.{topic} must be one of {PAGES}, with head and sure")
    return topics


@lru_cache
def our_endings(language: str | None) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return word endings that say `our` in a language, folded, and the words that only look so."""
    voice = _read(language)["voice"] if language in LANGUAGES else {}
    return tuple(map(fold_letters, voice.get("we_endings", ()))), frozenset(map(fold_letters, voice.get("we_not", ())))


@lru_cache
def you_pattern(language: str | None) -> re.Pattern[str] | None:
    """Return a pattern of what addresses the reader where only letter case tells; None for most languages.

    It is to be matched against the unfolded text.
    """
    found = _read(language)["voice"].get("you_pattern") if language in LANGUAGES else None
    return re.compile(found) if found else None


@lru_cache
def months(language: str) -> dict[str, int]:
    """Return month names of a language, folded, to their numbers."""
    names = _read(language).get("months", {"names": []})["names"]
    return {fold_letters(name): number for number, same in enumerate(names, 1) for name in same}


@lru_cache
def known_months(language: str | None) -> dict[str, int]:
    """Return month names of a language and of English, folded, to their numbers; of all where the language has none."""
    codes = (language, "en") if language in LANGUAGES else LANGUAGES
    return {name: number for code in codes if code for name, number in months(code).items()}


@lru_cache
def _read(language: str) -> dict[str, Any]:
    return tomllib.loads((_HERE / f"{language}.toml").read_text("utf-8"))
