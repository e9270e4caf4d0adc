"""Detect new and edited items of a feed: matched by guid, else URL, else title and content; old copies are no edits.

Pure.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal, NamedTuple

import msgspec
from msgspec import Struct

from copydesk.identity import article_id, content_hash, host_of, next_revision, source_of
from copydesk.producers.feeds.formats.items import Item
from copydesk.producers.feeds.state import Seen
from copydesk.producers.web.plain_text import plain_text

OLDER_HASHES_KEPT = 6
FORGET_AFTER_DAYS = 30
MOST_GONE = 20_000
_FEW = 3
_NEVER = 1 << 62
_NO_TEXT = content_hash("")[:8]


class RecognisedItem(Struct, frozen=True):
    """Hold an item with its names in this feed, best first, the hash of its text, its article's id and source.

    `shared` says that other items of the feed name the same page: it is not this item's own.
    """

    item: Item
    keys: tuple[str, ...]
    hash: str
    id: str
    source: str
    shared: bool = False


class News(NamedTuple):
    """Hold an item to send: its article's id, its revision (ms). `moved` when the id is not the one its URL would give.
    One to send `again` was written down before, and is not known to have been published. `shared` is that of the item,
    `spread` that of its article's key.
    """

    item: Item
    kind: Literal["new", "edit", "again"]
    id: str
    revision: int
    source: str
    moved: bool
    shared: bool = False
    spread: bool = False


class Comparison(NamedTuple):
    """Hold what to send, in the feed's order, and the seen items after that, all of them."""

    news: Sequence[News]
    seen: dict[str, Seen]


def recognise(items: Sequence[Item], feed_source: str) -> list[RecognisedItem]:
    """Give each item its names. A guid or URL that several different items share names none of them.

    `feed_source` is the source of items without a URL of their own. An item listed twice comes out once, as its latest
    version.
    """
    unique = list(_once(items))
    guids = Counter(item.guid for item in unique)
    urls = Counter(item.url for item in unique)
    found: dict[tuple[str, ...], RecognisedItem] = {}
    for item in unique:
        url = item.url if item.url and urls[item.url] == 1 else None
        guid = item.guid if item.guid and guids[item.guid] == 1 else None
        source = source_of(item.url, feed_source)
        words = content_hash(item.title, item.summary, item.content)
        id_ = article_id(url=url, source=source, given=guid, content=words)
        names = [_guid_key(guid)] if guid else []
        names += [_key("u", id_)] if url else []
        keys = tuple(dict.fromkeys(names or [_key("c", words)]))
        shared = urls[item.url] > 1
        found.setdefault(keys, RecognisedItem(item, keys, _hash(item), id_, source, shared))
    return list(found.values())


def _once(items: Iterable[Item]) -> Iterable[Item]:
    """Yield items by guid and URL, of several versions the one that was changed last, else the first."""
    found: dict[tuple[str | None, str | None, str], Item] = {}
    for item in items:
        key = (item.guid, item.url, "" if item.guid and item.url else _hash(item))
        if key not in found or _age(item) < _age(found[key]):
            found[key] = item
    return found.values()


def _age(item: Item) -> float:
    date = item.modified_at or item.published_at
    return -date.timestamp() if date else 0.0


def compare_items(
    known: Sequence[RecognisedItem],
    seen: Mapping[str, Seen],
    now_ms: int,
    *,
    stale: bool = False,
    by_date: bool = False,
    unsettled: int = 0,
    partial: bool = False,
) -> Comparison:
    """Tell new items, edits, and what is to be left alone.

    `stale` says that the whole document is an older copy. With `by_date` a later date of change alone is an edit too
    (for feeds that only point at pages), unless so many items changed theirs at once that the date says nothing.
    What is not in a `partial` document is not gone for that.

    Items with a revision of `unsettled` (ms, 0 for none) or above are sent again as they were meant to be.
    """
    today = now_ms // 86_400_000
    unsettled = unsettled or _NEVER
    after = dict(seen)
    dated = _date_alone(known, seen) if by_date else frozenset()
    news: list[News] = []
    for each in known:
        before = _find(each, seen)
        modified = int(each.item.modified_at.timestamp()) if each.item.modified_at else 0
        first = _first_date(each.item, before)
        if before is None:
            record = Seen(each.hash, each.id, now_ms, modified, first=first)
            news.append(_news(each, "new", record))
        elif _is_edit(each, before, modified, stale) or each.keys in dated:
            older = tuple(h for h in (*before.older, before.hash) if h != each.hash)[-OLDER_HASHES_KEPT:]
            revision, latest = next_revision(now_ms, before.revision), max(modified, before.modified)
            record = Seen(each.hash, before.id, revision, latest, 0, older, first, before.spread)
            news.append(_news(each, "edit", record))
        else:
            if before.revision >= unsettled and each.hash == before.hash:
                news.append(_news(each, "again", before))
            newer = max(modified, before.modified) if each.hash == before.hash else before.modified
            record = msgspec.structs.replace(before, modified=newer, gone=0)
        # A known item gets no further names: guids or addresses that change at every visit would pile up.
        for key in each.keys:
            if (before is None or key in seen) and after.get(key) != record:
                after[key] = record
    there = {key for each in known for key in each.keys}
    for key, record in after.items():
        if key not in there and record.revision >= unsettled:  # whatever it comes back as, it is sent
            after[key] = msgspec.structs.replace(record, hash="", modified=0, older=())
    return Comparison(news, after if partial else _without_gone(after, there, today))


def spread_new(compared: Comparison, hot: Callable[[str], bool]) -> Comparison:
    """Return the comparison with the new items of hot sources spread over partitions, and written down so."""
    ids = {each.id for each in compared.news if each.kind == "new" and hot(each.source)}
    if not ids:
        return compared
    news = [each._replace(spread=True) if each.id in ids else each for each in compared.news]
    seen = {
        key: msgspec.structs.replace(each, spread=True) if each.id in ids else each
        for key, each in compared.seen.items()
    }
    return Comparison(news, seen)


def _first_date(item: Item, before: Seen | None) -> int:
    """Return the date of a change that an item had at first (s), 0 where it tells its publication from its changes."""
    if item.modified_at is None or item.published_at != item.modified_at:
        return 0
    return before.first if before is not None and before.first else int(item.modified_at.timestamp())


def _news(each: RecognisedItem, kind: Literal["new", "edit", "again"], record: Seen) -> News:
    """Return an item to send under the id and revision written down of it.

    One that says only when it was changed was published by the date it had at first.
    """
    item = each.item
    if record.first and item.published_at == item.modified_at:
        item = msgspec.structs.replace(item, published_at=datetime.fromtimestamp(record.first, UTC))
    return News(item, kind, record.id, record.revision, each.source, record.id != each.id, each.shared, record.spread)


def _find(each: RecognisedItem, seen: Mapping[str, Seen]) -> Seen | None:
    """Return the record of an item, under the best name that knows it; of two records of one article, the later one.

    A guid whose item changed its address, title and text all at once was given out anew, and is not believed.
    """
    found: Seen | None = None
    for key in each.keys:
        record = seen.get(key)
        if record is None or (found is not None and (record.id != found.id or record.revision <= found.revision)):
            continue
        title, text = each.hash[:8], each.hash[8:]
        same = record.id == each.id or record.hash[:8] == title or (record.hash[8:] == text and text != _NO_TEXT)
        if key[0] != "g" or each.item.url is None or same:
            found = record
    return found


def _is_edit(each: RecognisedItem, before: Seen, modified: int, stale: bool) -> bool:
    if each.hash == before.hash:
        return False
    if modified and before.modified and modified != before.modified:
        return modified > before.modified
    return each.hash not in before.older and not stale


def _date_alone(known: Sequence[RecognisedItem], seen: Mapping[str, Seen]) -> frozenset[tuple[str, ...]]:
    """Return the items of which nothing changed but the date, when they are few."""
    found = []
    for each in known:
        before, date = _find(each, seen), each.item.modified_at
        if before and date and before.modified and before.hash == each.hash and date.timestamp() > before.modified:
            found.append(each.keys)
    return frozenset(found) if len(found) <= max(_FEW, len(known) // 5) else frozenset()


def _without_gone(seen: dict[str, Seen], there: set[str], today: int) -> dict[str, Seen]:
    """Note what is missing from the feed, and forget what has been for long, or is one of too many."""
    gone: list[tuple[int, str]] = []
    for key, each in seen.items():
        if key not in there:
            if not each.gone:
                seen[key] = msgspec.structs.replace(each, gone=today)
            gone.append((each.gone or today, key))
    gone.sort(reverse=True)
    for place, (day, key) in enumerate(gone):
        if place >= MOST_GONE or today - day >= FORGET_AFTER_DAYS:
            del seen[key]
    return seen


def _guid_key(guid: str) -> str:
    """Return the key of a guid; one that is an address has the key of that address, so that either may change.

    Not where it names a place within a page: many items may stand there.
    """
    return _key("u", article_id(url=guid)) if host_of(guid) and "#" not in guid else _key("g", guid)


def _key(kind: str, name: str) -> str:
    return kind + hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:15]


def _hash(item: Item) -> str:
    """Hash an item: eight digits of the title, eight of the text; markup, addresses and dates do not count."""
    text = plain_text(item.content, 1_000_000, html=True) if item.content else ""
    return content_hash(item.title)[:8] + content_hash(text or item.summary)[:8]
