"""Store what is known of each feed in the compacted topic `feeds.state`: a head record, and seen items in shards.

Keys: `<host>:<hash of the configured address>` the head; the same with `/<shards>/<number>` one shard of seen items,
and with `/push` the subscription at its hub (see `websub`).
The head is written before a visit, then the shards, then the events are published, then the head again: a kill in
between makes the same events be sent again, never others, and none forgotten. Addresses stand here without
credentials. Pure.
"""

import hashlib
from collections.abc import Mapping

import msgspec
from msgspec import Struct

from copydesk.identity import host_of
from copydesk.producers.feeds.schedule import FIRST_INTERVAL

SHARD_STEPS = (1, 16, 256)
_ITEMS_A_SHARD = 600


class FeedState(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold the head of a feed. Instants are seconds since the epoch.

    `address` is where the feed is found now, where that is not the configured one. `weight` is the count of new items,
    halved every two days, as of `weighed_at`. `asked_at` is written before a request goes out, so that nothing is asked
    twice for a kill. `error` is the last failure in words, "" after a success; `problem` what was wrong with the last
    document that could be read all the same. `newest` is the latest Last-Modified seen, at `newest_at`. `is_index` says
    that it names other sitemaps. `fresh_at` is when the last new item came, `rhythm` the usual seconds between such
    moments, 0 while unknown. `assumed` is the part of `weight` that was not counted but supposed. While `unsettled`
    (ms) is not 0, seen items with a revision from it on may not have been published.
    """

    name: str
    address: str | None = None
    etag: str = ""
    last_modified: str = ""
    newest: float = 0.0
    newest_at: float = 0.0
    body: str = ""
    ttl: int | None = None
    is_index: bool = False
    shards: int = 1
    items: int = 0
    interval: float = FIRST_INTERVAL
    fresh_at: float = 0.0
    rhythm: float = 0.0
    weight: float = 0.0
    assumed: float = 0.0
    weighed_at: float = 0.0
    asked_at: float = 0.0
    next_at: float = 0.0
    good_at: float = 0.0
    failures: int = 0
    error: str = ""
    problem: str = ""
    retired: bool = False
    asked: int = 0
    published: int = 0
    unsettled: int = 0


class Seen(Struct, array_like=True, omit_defaults=True):
    """Hold an item as last sent: hash of its text, its article's id and revision (ms).

    `modified` is the item's own date of change (s), `gone` the day (since the epoch) it was first missing from the
    feed, 0 while it is there; `older` are hashes it had before, newest last. `first` is the date it had at first (s),
    kept for feeds that only say when an item was changed; `spread` is that of its raw article's key.
    """

    hash: str
    id: str
    revision: int
    modified: int = 0
    gone: int = 0
    older: tuple[str, ...] = ()
    first: int = 0
    spread: bool = False


Shard = dict[str, Seen]
_shards = msgspec.json.Decoder(Shard)
_heads = msgspec.json.Decoder(FeedState)


def feed_key(url: str) -> str:
    """Return the key of a feed's head; holds no credentials."""
    return f"{host_of(url) or 'unknown'}:{hashlib.sha256(url.encode('utf-8', 'surrogatepass')).hexdigest()[:16]}"


def shard_key(feed: str, shards: int, number: int) -> str:
    """Return the key of one shard."""
    return f"{feed}/{shards}/{number}"


def shards_for(items: int, now: int) -> int:
    """Return how many shards suit so many items.

    Never fewer than `now`, so that a feed is not split anew all the time.
    """
    return next((step for step in SHARD_STEPS if step >= now and items <= step * _ITEMS_A_SHARD), SHARD_STEPS[-1])


def shard_of(item_key: str, shards: int) -> int:
    """Return the number of the shard an item's key is in; keys are evenly spread."""
    return int(item_key[1:5], 16) % shards


def split(seen: Mapping[str, Seen], shards: int) -> list[Shard]:
    """Return seen items by shard."""
    parts: list[Shard] = [{} for _ in range(shards)]
    for key, each in seen.items():
        parts[shard_of(key, shards)][key] = each
    return parts


def read_head(value: bytes | None) -> FeedState | None:
    """Return a head record; None when it is not there or was written by another version: the feed is then new again."""
    try:
        return None if value is None else _heads.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def read_shard(value: bytes | None) -> Shard:
    """Return a shard record; empty when it is not there or cannot be read."""
    try:
        return {} if value is None else _shards.decode(value)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def write(record: FeedState | Shard) -> bytes:
    """Return a record as JSON."""
    return msgspec.json.encode(record)
