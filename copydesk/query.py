"""What can be asked of the index, as a value; `parse` turns any user text into it, safely."""

import re
from datetime import datetime
from typing import Literal, NamedTuple

Sort = Literal["relevance", "newest", "oldest"]


class Term(NamedTuple):
    """One thing to find: a word, or a phrase when it holds spaces. `prefix`: its last word may go on."""

    text: str
    prefix: bool = False
    excluded: bool = False


class Query(NamedTuple):
    """Terms are all required (or excluded). Time bounds are on `seen_at`: since inclusive, until exclusive."""

    terms: tuple[Term, ...] = ()
    source: str | None = None
    language: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    sort: Sort = "relevance"
    limit: int = 10
    offset: int = 0


_TERM = re.compile(r'(-?)(?:"([^"]*)"|([^\s"]+))(\*?)')
_WORD = re.compile(r"\w")


def parse(text: str) -> tuple[Term, ...]:
    """Words, "phrases", prefixes* and -exclusions; anything else in the text is a word or nothing. Never raises."""
    terms = []
    for minus, phrase, word, star in _TERM.findall(text):
        body = phrase or word
        prefix = bool(star) or (not phrase and body.endswith("*"))
        body = body.strip("*").strip()
        if _WORD.search(body):
            terms.append(Term(body, prefix, excluded=bool(minus)))
    return tuple(terms)
