"""Compute the next state of a feed from the present one and what a visit found. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from copydesk.errors import FetchFailed
from copydesk.machine_dates import http_date
from copydesk.producers.feeds import schedule
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.formats.items import Feed
from copydesk.producers.feeds.new_items import RecognisedItem
from copydesk.producers.feeds.state import FeedState
from copydesk.web.fetcher import Fetched, freshness
from copydesk.web.urls import has_secrets

_TRUST_NEWEST = 86_400.0
_GIVE_UP_ADDRESS = 3
_LONGEST_TAG = 1000


class Contents(NamedTuple):
    """Hold what a document held that was read, and what was made of it.

    `digest` is the hash of its body, `new` how many items nobody had seen, `published` how many events went out.
    """

    digest: str
    feed: Feed
    known: Sequence[RecognisedItem]
    new: int
    published: int


class Visit(NamedTuple):
    """Hold what one visit found at an instant (seconds since the epoch): exactly one of the first four is set.

    answer: the server's, with `contents` where these are not what they were at the last visit.
    failure: why there is no answer.
    postponed: seconds for which the host is not to be asked.
    restored: the state before a failure that is our own, as nothing at all could be reached.
    `unsettled` is the new value of the state's, None to leave it. `pushed` says that a hub pushes the feed.
    """

    at: float
    answer: Fetched | None = None
    failure: FetchFailed | None = None
    postponed: float | None = None
    restored: FeedState | None = None
    contents: Contents | None = None
    unsettled: int | None = None
    pushed: bool = False


def after_visit(source: Source, state: FeedState, visit: Visit, dice: float) -> FeedState:
    """Return the state of a feed after a visit; `dice` is a random number in [0, 1)."""
    if visit.unsettled is not None:
        state = msgspec.structs.replace(state, unsettled=visit.unsettled)
    if visit.postponed is not None:
        return msgspec.structs.replace(state, next_at=visit.at + visit.postponed)
    if visit.restored is not None:
        return _restored(state, visit.restored, visit.at, dice)
    if visit.failure is not None:
        return _failed(source, state, visit.failure, visit.at, dice)
    assert visit.answer is not None
    if visit.contents is not None:
        state = _read(state, visit.answer, visit.contents, visit.at)
    return _answered(source, state, visit, visit.answer, dice)


def before_visit(state: FeedState, now: float) -> FeedState:
    """Return the state to save before asking: a kill from here on does not lead to asking again at once."""
    moment = int(now * 1000)
    return msgspec.structs.replace(
        state,
        asked_at=now,
        next_at=now + schedule.SHORTEST_INTERVAL,
        asked=state.asked + 1,
        unsettled=min(state.unsettled or moment, moment),
    )


def during_visit(state: FeedState, *, address: str | None, shards: int, unsettled: int) -> FeedState:
    """Return the state to save while news goes out: where the feed is, how its items are stored, what is uncertain."""
    return msgspec.structs.replace(state, address=address, shards=shards, unsettled=unsettled)


def after_push(state: FeedState, now: float, new: int, published: int) -> FeedState:
    """Return the state after a hub pushed items, `new` of them unknown: what polls ask for, and when, stays."""
    return msgspec.structs.replace(
        state,
        weight=schedule.decayed(state.weight, now - state.weighed_at) + new,
        assumed=schedule.decayed(state.assumed, now - state.weighed_at),
        weighed_at=now,
        published=state.published + published,
        unsettled=0,
    )


def resumed(state: FeedState, now: float) -> FeedState:
    """Return a remembered state as it is at the start; should the clock have gone back, its wait counts from now."""
    back = max(0.0, state.asked_at - now)
    return msgspec.structs.replace(state, next_at=schedule.plausible_next(state.next_at - back, now, state.interval))


def renamed(state: FeedState, name: str) -> FeedState:
    """Return the state under the name that the list of sources gives now."""
    return state if state.name == name else msgspec.structs.replace(state, name=name)


def conditions(state: FeedState) -> dict[str, str]:
    """Return the headers that ask for a document only if it changed; none for an index, whose sitemaps do alone."""
    if state.is_index:
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def is_stale(state: FeedState, headers: Mapping[str, str], now: float) -> bool:
    """Whether a document says it is older than one seen before: a cache's. Not believed for longer than a day."""
    date = http_date(headers.get("last-modified", ""))
    return date is not None and date.timestamp() < state.newest and now - state.newest_at < _TRUST_NEWEST


def utc_instant(seconds: float) -> datetime:
    """Return seconds since the epoch as an instant in UTC."""
    return datetime.fromtimestamp(seconds, UTC)


def _read(state: FeedState, answer: Fetched, contents: Contents, now: float) -> FeedState:
    """Take in a document that was read."""
    date = http_date(answer.headers.get("last-modified", ""))
    newest, newest_at = state.newest, state.newest_at
    if date is not None and date.timestamp() and not is_stale(state, answer.headers, now):
        newest, newest_at = date.timestamp(), now
    known_before = bool(state.good_at)
    weight, assumed = (state.weight, state.assumed) if known_before else _first_weight(contents.known, now)
    weighed_at = state.weighed_at if known_before else now
    fresh_at, rhythm = _rhythm(state, contents, now)
    return msgspec.structs.replace(
        state,
        etag=_tag(answer.headers.get("etag", "")),
        last_modified=_tag(answer.headers.get("last-modified", "")),
        newest=newest,
        newest_at=newest_at,
        body=contents.digest,
        ttl=contents.feed.ttl,
        is_index=bool(contents.feed.children),
        problem=contents.feed.problem,
        items=len(contents.known),
        published=state.published + contents.published,
        weight=schedule.decayed(weight, now - weighed_at) + (contents.new if known_before else 0),
        assumed=schedule.decayed(assumed, now - weighed_at),
        weighed_at=now,
        fresh_at=fresh_at,
        rhythm=rhythm,
    )


def _rhythm(state: FeedState, contents: Contents, now: float) -> tuple[float, float]:
    """Return when the last new item came and the usual time between such moments: by dates at first, then by visits."""
    if state.fresh_at:
        if not contents.new:
            return state.fresh_at, state.rhythm
        return now, schedule.next_rhythm(state.rhythm, now - state.fresh_at)
    dates = sorted(
        min(date.timestamp(), now)
        for each in contents.known
        if (date := each.item.published_at or each.item.modified_at)
    )
    if not dates:
        return (now, 0.0) if contents.new else (0.0, 0.0)
    return dates[-1], (dates[-1] - dates[0]) / (len(dates) - 1) if len(dates) > 1 else 0.0


def _first_weight(known: Sequence[RecognisedItem], now: float) -> tuple[float, float]:
    """Return the rate of a feed read for the first time, by its items' dates, and the part of it that is assumed."""
    dates = [date for each in known if (date := each.item.published_at or each.item.modified_at)]
    weight = schedule.first_weight([now - date.timestamp() for date in dates])
    return weight, 0.0 if dates else weight


def _answered(source: Source, state: FeedState, visit: Visit, answer: Fetched, dice: float) -> FeedState:
    """Return the state after an answer, read or unchanged: when to ask again, and where."""
    now = visit.at
    weight = schedule.decayed(state.weight, now - state.weighed_at)
    shortest = max(source.poll_min * 60, min(schedule.PUSHED_INTERVAL, source.poll_max * 60) if visit.pushed else 0.0)
    interval = schedule.poll_interval(weight, shortest, source.poll_max * 60)
    return msgspec.structs.replace(
        state,
        address=_address(source, state, answer),
        weight=weight,
        assumed=schedule.decayed(state.assumed, now - state.weighed_at),
        weighed_at=now,
        interval=interval,
        next_at=schedule.after_success(now, interval, freshness(answer.headers, state.ttl, now), dice),
        good_at=now,
        failures=0,
        error="",
    )


def _address(source: Source, state: FeedState, answer: Fetched) -> str | None:
    """Return the address to ask from now on. One with credentials or keys stays as the user wrote it."""
    if answer.moved is None or has_secrets(source.url) or has_secrets(answer.moved):
        return state.address
    return None if answer.moved == source.url else answer.moved


def _failed(source: Source, state: FeedState, error: FetchFailed, now: float, dice: float) -> FeedState:
    """Return the state after a failure. An address that fails for long is given up for the configured one."""
    failures = state.failures + 1
    lost = state.address is not None and (failures >= _GIVE_UP_ADDRESS or error.status == 410)
    interval = max(state.interval, source.poll_min * 60)
    return msgspec.structs.replace(
        state,
        address=None if lost else state.address,
        etag="" if lost else state.etag,
        last_modified="" if lost else state.last_modified,
        body="" if lost else state.body,
        failures=failures,
        error=f"{error}"[:500],
        retired=error.status == 410 and state.address is None,
        next_at=schedule.after_failure(now, interval, failures, error.retry_after, dice),
    )


def _restored(state: FeedState, before: FeedState, now: float, dice: float) -> FeedState:
    """Return the state before the failure; that its host was asked stays counted."""
    next_at = schedule.in_outage(now, dice)
    return msgspec.structs.replace(
        before, asked=state.asked, error="nothing can be reached from here now", next_at=next_at
    )


def _tag(text: str) -> str:
    """Return a validator as it may be sent back: what is no header value is not kept."""
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST_TAG else ""
