"""A clean stage that cleans nothing, to measure what the way around the cleaning costs."""

from copydesk.consumers.recurring_header import encode_lesson
from copydesk.events import CleanArticle, RawArticle, Removed, decode, encode
from copydesk.runtime.outcome import Outcome

KEPT = 3000


def pass_on(value: bytes) -> Outcome:
    """Turn a RawArticle event into a CleanArticle event of a usual size, with no thought given to it."""
    raw = decode(RawArticle, value.partition(b"\n")[2])
    middle = len(raw.content) // 2
    words = raw.content[middle : middle + KEPT]
    article = CleanArticle(
        id=raw.id, revision=raw.revision, source=raw.source, url=raw.url, canonical_url=raw.url,
        title=words[:60], paragraphs=tuple(words[n : n + 300] for n in range(0, len(words), 300)), authors=(),
        published_at=None, modified_at=None, fetched_at=raw.fetched_at, seen_at=raw.fetched_at, language="en",
        images=(), section=None, tags=(), removed=tuple(
            Removed(text=raw.content[n : n + 40], kind="other", why="a piece", position=n, confidence=0.9)
            for n in range(0, min(len(raw.content), 2000), 40)
        ),
        removed_kinds=("other",), provenance={}, originals={}, content_hash="", confidence=0.9, paywalled=None,
        cleaner_version="none", furniture_version=None,
    )  # fmt: skip
    return Outcome("done", encode(article), learned=encode_lesson(article))
