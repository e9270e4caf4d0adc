"""Make and read the keys of raw articles: the source, or the source and a bucket of the article's id. Pure.

All records of a key are in one partition, which one cleaner reads. Order binds the revisions of one article, not those
of a source; so a source that is too much for one cleaner is spread over BUCKETS keys. An id is always in one bucket.
"""

BUCKETS = 4096
"""Keys of a source that is spread: so many come out even over partitions, to a twentieth of what a cleaner gets."""
_MARK, _DIGITS = "#", 3


def raw_key(source: str, article_id: str, spread: bool) -> str:
    """Return the key of an article's raw events: `bbc.co.uk`, or `bbc.co.uk#2af` where its source is spread.

    `article_id` is 32 hex digits; whoever publishes says of each article the same of `spread` for ever.
    """
    return f"{source}{_MARK}{int(article_id[-8:], 16) % BUCKETS:0{_DIGITS}x}" if spread else source


def source_of_key(key: str) -> str:
    """Return the source that a key of a raw article names."""
    source, mark, bucket = key[: -_DIGITS - 1], key[-_DIGITS - 1 : -_DIGITS], key[-_DIGITS:]
    return source if mark == _MARK and source and bucket in _BUCKETS else key


_BUCKETS = frozenset(f"{number:0{_DIGITS}x}" for number in range(BUCKETS))
