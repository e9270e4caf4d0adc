"""Count in how many of a source's recent articles each text stands: learned from the stream, and forgotten. Pure.

A source's memory counts in how many of its recent distinct articles a text stood. They are counted in blocks, this one
and the one before, so that a count is exact for a window of known length and what has stopped is forgotten. A text
recurs once enough of the window carry it; one that reads like body text needs many more than a wire story's reprints
would give it. Apart from the cutting, as who counts need not load what labels a cut.
"""

import hashlib
from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace

from copydesk.cleaning.normalise import fold_case, fold_numbers
from copydesk.cleaning.thresholds.text import (
    BLOCK_ARTICLES,
    BODYLIKE_LEAST,
    BODYLIKE_RULES,
    ENTRIES_LEFT,
    EXAMPLE_CHARACTERS,
    MOST_ENTRIES,
    RECENT_ARTICLES,
    SHORT_RULES,
)

EVIDENCE = "recurs"
"""The evidence of a piece that was cut by the memory of its source, and by nothing else."""
_ENDS, _CLOSING = frozenset(".!?。！？…؟"), "'\"”’»」) "
_FEWEST, _MANY = min(needed for needed, _ in SHORT_RULES), max(needed for needed, _ in SHORT_RULES)


class Entry(Struct, frozen=True, array_like=True):
    """Count one text.

    `count` and `before` are the distinct articles it stood in, in the block of articles in which it was last seen and
    in the one before that; `last` is the number of articles the memory had counted by then.
    """

    example: str
    count: int
    last: int
    bodylike: bool
    before: int = 0


class Memory(Struct, frozen=True):
    """Remember one source; `articles` counts distinct ones, `recent` holds the short ids of the last.

    The entries stand in the order in which they were last seen.
    """

    articles: int = 0
    recent: tuple[str, ...] = ()
    entries: dict[str, Entry] = {}


class SeenText(Struct, frozen=True, array_like=True, gc=False):
    """Hold what is counted of a text: its hash, its beginning as an example, and whether it reads like body text."""

    hashed: str
    example: str
    bodylike: bool


def text_hash(text: str) -> str:
    """Hash a text to 16 hex digits.

    They are the same for texts that differ in case and white space, and for short ones in digits, only. Digits count
    in what reads like body text: a market report says the same every day, but for its figures.
    """
    folded = fold_case(text) if bodylike(text) else fold_numbers(fold_case(text))
    return hashlib.blake2b(folded.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def seen_texts(texts: Iterable[str]) -> tuple[SeenText, ...]:
    """Return what is counted of the texts of one article, each once."""
    found = {text_hash(text): text for text in texts}
    return tuple(SeenText(hashed, text[:EXAMPLE_CHARACTERS], bodylike(text)) for hashed, text in found.items())


def observe(memory: Memory, article_id: str, texts: Iterable[SeenText]) -> Memory:
    """Return the memory after one more article; an article seen lately teaches nothing new."""
    short = article_id[-12:]
    if short in memory.recent:
        return memory
    articles = memory.articles + 1
    entries = dict(memory.entries)
    for seen in texts:
        before = entries.pop(seen.hashed, None)
        if before is None:
            entries[seen.hashed] = Entry(seen.example, 1, articles, seen.bodylike)
        else:
            if not before.example:  # it was stored without
                before = replace(before, example=seen.example)
            entries[seen.hashed] = _once_more(before, articles)
    return Memory(articles, (*memory.recent, short)[-RECENT_ARTICLES:], _forget(entries, articles))


def _once_more(entry: Entry, articles: int) -> Entry:
    match _block(articles) - _block(entry.last):
        case 0:
            return replace(entry, count=entry.count + 1, last=articles)
        case 1:
            return replace(entry, count=1, before=entry.count, last=articles)
    return replace(entry, count=1, before=0, last=articles)


def _block(articles: int) -> int:
    return (articles - 1) // BLOCK_ARTICLES


def window(articles: int) -> int:
    """Return how many of a source's articles are counted: those of this block and of the one before."""
    return articles - max(0, _block(articles) - 1) * BLOCK_ARTICLES


def count_in_window(entry: Entry, articles: int) -> int:
    """Return in how many articles of the window a text stood."""
    blocks = _block(articles) - _block(entry.last)
    if blocks > 1:
        return 0
    return min(entry.count if blocks else entry.count + entry.before, window(articles))


def _forget(entries: dict[str, Entry], articles: int) -> dict[str, Entry]:
    """Drop what has not stood in any recent article; when there are too many, the rarest and longest unseen first."""
    while entries and articles - entries[oldest := next(iter(entries))].last >= RECENT_ARTICLES:
        del entries[oldest]
    if len(entries) <= MOST_ENTRIES:
        return entries
    best = sorted(
        entries.items(),
        key=lambda item: (min(count_in_window(item[1], articles), _MANY), item[1].last),
        reverse=True,
    )
    return dict(sorted(best[:ENTRIES_LEFT], key=lambda item: item[1].last))


def may_recur(memory: Memory) -> bool:
    """Whether the last article held a text that may be recurring by now: cheaper to ask than `recurring_texts`."""
    for entry in reversed(memory.entries.values()):
        if entry.last != memory.articles:
            return False
        if count_in_window(entry, memory.articles) >= _FEWEST:
            return True
    return False


def recurring_texts(memory: Memory) -> dict[str, str]:
    """Return the texts to cut, by hash, each with the reason in words."""
    articles, counted = memory.articles, window(memory.articles)
    body, short = _least(BODYLIKE_RULES, counted), _least(SHORT_RULES, counted)
    found = {}
    for hashed, entry in memory.entries.items():
        least = body if entry.bodylike else short
        # No count is above what stands in both blocks, and most texts stand in one article only.
        if entry.count + entry.before >= least and (count := count_in_window(entry, articles)) >= least:
            found[hashed] = f"Stands in {count} of the last {counted} articles of this source"
    return found


def recurring_version(recurring: Iterable[str]) -> str | None:
    """Name a set of texts to cut: 12 hex digits, None for none."""
    joined = " ".join(sorted(recurring))
    return hashlib.blake2b(joined.encode(), digest_size=6).hexdigest() if joined else None


def _least(rules: Iterable[tuple[int, float]], counted: int) -> float:
    """Return in how many of so many articles a text must have stood to recur, by any of the rules."""
    return min(max(needed, share * counted) for needed, share in rules)


def bodylike(text: str) -> bool:
    """Whether a text, taken alone, could be a paragraph of an article."""
    return len(text) > BODYLIKE_LEAST and text.rstrip(_CLOSING)[-1:] in _ENDS
