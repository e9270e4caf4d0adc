"""Terms as FTS5's `ascii` tokenizer wants them: over folded text, so that we, not SQLite, decide what a word is."""

from collections.abc import Iterable

from copydesk.search.query import Term
from copydesk.search.words import words

PARAGRAPH_BREAK = "\n\uffff\n"
"""A word that no folded text holds: put between paragraphs, it keeps phrases from running across them."""


def match_expression(terms: Iterable[Term]) -> tuple[str, str]:
    """FTS5 expressions of what is required and of what is excluded, each empty when there is none of it."""
    required: list[str] = []
    excluded: list[str] = []
    for term in terms:
        phrases = [phrase for each in (term, *term.alternatives) if (phrase := _phrase(each))]
        if phrases:
            (excluded if term.excluded else required).append(f"({' OR '.join(phrases)})")
    return " AND ".join(required), " OR ".join(excluded)


def _phrase(term: Term) -> str:
    found = words(term.text)
    return f'"{" ".join(found)}"{" *" if term.prefix else ""}' if found else ""
