"""Define what can be asked of the index, as a value; `parse` reads any user text so, safely, for every engine alike.

The language: words are all required; `"a phrase"`; `pref*`; `-excluded`, `-"an excluded phrase"`; `this OR that`.
All else is text: it counts as the words in it, or as nothing.
"""

import re
from datetime import datetime
from typing import Literal, NamedTuple

Sort = Literal["relevance", "newest", "oldest"]
MAX_TERMS, MAX_TERM_LENGTH = 64, 500
MAX_RESULTS = 10_000
"""`offset + limit` of a query goes no further; `Index.scan` has no bound."""
HIGHLIGHT_START, HIGHLIGHT_END = "\ue000", "\ue001"
"""Private-use characters that no article text holds: adapters mark with them, whoever shows replaces them."""


class Term(NamedTuple):
    """Name one thing to find: a word, or several in a row where it holds spaces or signs; `prefix`: the last may go on.

    Any of `alternatives` will do in its place; they have none of their own, and neither they nor a term that has
    them is excluded. The text holds at least one letter or digit, and nothing that UTF-8 cannot write.
    """

    text: str
    prefix: bool = False
    excluded: bool = False
    alternatives: tuple["Term", ...] = ()


class ResultPlace(NamedTuple):
    """Name the place of one hit among results: its score, its article's `seen_at` and id."""

    score: float
    seen_at: datetime
    id: str


class Query(NamedTuple):
    """Hold all that is asked. Terms are all required (or excluded); bounds are on `seen_at`: since in, until out.

    `section` and `author` are names in full, of many authors one; `removed_kinds` is a kind of which a piece was cut.
    `changed_since` asks for articles that changed at that instant or later, `changes` for those that ever changed in
    the way of that class. Results begin behind the place `after`, where it is given, however far that is; `offset`
    counts for nothing then. With `removed` the articles among the hits hold what was cut; it may be longer than all the
    rest.
    """

    terms: tuple[Term, ...] = ()
    source: str | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = "relevance"
    limit: int = 10
    offset: int = 0
    after: ResultPlace | None = None
    section: str | None = None
    author: str | None = None
    removed_kinds: str | None = None
    changed_since: datetime | None = None
    changes: str | None = None
    removed: bool = False


_TERM = re.compile(r'((?<!\S)-)?(?:"([^"]*)"(\*?)|([^\s"]+))')
_QUOTES = re.compile("[“”„‟«»＂]")
_UNUSABLE = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ue000-\uf8ff\ufffe\uffff]")
_WORD = re.compile(r"[^\W_]")
_OPERATORS = frozenset({"AND", "OR"})
_FILTER = re.compile(r"(source|language|section|author|removed_kinds|since|until):(\S++)", re.IGNORECASE)
_SHOWN = 80


def parse(text: str) -> tuple[Term, ...]:
    """Return the terms of any text, in order, each once; never raises, takes time linear in the text.

    AND and OR are words unless they stand between two terms. Terms after the first MAX_TERMS are left out. One of more
    than MAX_TERM_LENGTH characters is cut to a prefix of it or, when excluded, left out.
    """
    plain = _QUOTES.sub('"', _UNUSABLE.sub(" ", text))
    words = [word for match in _TERM.finditer(plain) if (word := _word(match))]
    groups: list[list[Term]] = []
    joining = False
    for position, (term, operator) in enumerate(words):
        around = (words[position - 1], words[position + 1]) if 0 < position < len(words) - 1 else ()
        if operator and around and not any(other for _, other in around):
            joining = operator == "OR" and not any(near.excluded for near, _ in around)
        elif joining:
            groups[-1].append(term)
            joining = False
        else:
            groups.append([term])
    return _bounded(groups)


def misreadings(text: str) -> tuple[str, ...]:
    """Return how a text is read where its writer may have meant something else, a sentence without full stop each."""
    plain = _QUOTES.sub('"', _UNUSABLE.sub(" ", text))
    words, found = plain.split(), list[str]()
    if plain.count('"') % 2:
        rest = plain.rpartition('"')[2].strip()[:_SHOWN] or "nothing"
        found.append(f"The last quote is not closed: what follows it is read as single words: {rest}")
    for at, word in enumerate(words):
        if word == "OR" and at in {0, len(words) - 1}:
            found.append("OR stands at an end, where it joins nothing: it is read as the word")
        elif word == "OR" and any(near.startswith("-") for near in (words[at - 1], words[at + 1])):
            found.append("What is left out has no alternatives: OR beside it is read as AND")
        elif word == "NOT" and len(words) > 1:
            found.append("NOT is read as the word; a - before a word leaves it out: -word")
        elif filtered := _FILTER.match(word):
            name, value = filtered[1].lower().replace("_", "-"), filtered[2]
            found.append(f"{word[:_SHOWN]} is read as words; to choose by it: --{name} {value[:_SHOWN]}")
    return tuple(dict.fromkeys(found))


def _word(match: re.Match[str]) -> tuple[Term, str] | None:
    """Return the term of one match and, when it may be one, which operator; None when nothing in it can be found."""
    minus, phrase, star, bare = match.groups()
    body = (phrase or bare or "").rstrip()
    prefix = bool(star) or body.endswith("*")
    body = body.strip("*").strip()
    if len(body) > MAX_TERM_LENGTH:
        if minus:
            return None
        body, prefix = body[:MAX_TERM_LENGTH].rstrip(), True
    if not _WORD.search(body):
        return None
    operator = body if bare in _OPERATORS and not minus else ""
    return Term(body, prefix, excluded=bool(minus)), operator


def _bounded(groups: list[list[Term]]) -> tuple[Term, ...]:
    terms: dict[Term, None] = {}
    room = MAX_TERMS
    for group in groups:
        first, *others = dict.fromkeys(group)
        room -= 1 + len(others)
        if room < 0 and terms:
            break
        terms[first._replace(alternatives=tuple(others[: MAX_TERMS - 1]))] = None
    return tuple(terms)
