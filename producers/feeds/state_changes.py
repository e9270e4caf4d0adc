"""What a visit makes of a feed's state: after an answer, after a failure, while nothing at all can be reached. Pure."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from copydesk.errors import FetchFailed
from copydesk.machine_dates import http_date
from copydesk.producers.feeds import schedule
from copydesk.producers.feeds.feed_list import Source
from copydesk.producers.feeds.formats.items import Feed
from copydesk.producers.feeds.new_items import Known
from copydesk.producers.feeds.state import FeedState
from copydesk.web.fetcher import Fetched, freshness
from copydesk.web.urls import has_secrets

_TRUST_NEWEST = 86_400.0
_GIVE_UP_ADDRESS = 3
_LONGEST_TAG = 1000


def conditions(state: FeedState) -> dict[str, str]:
    """The headers that ask for a document only if it changed; none for an index, whose sitemaps change without it."""
    if state.is_index:
        return {}
    headers = {"If-None-Match": state.etag, "If-Modified-Since": state.last_modified}
    return {name: value for name, value in headers.items() if value}


def asked(state: FeedState, now: float) -> FeedState:
    """The state to save before asking: a kill from here on does not lead to asking again at once."""
    moment = int(now * 1000)
    return msgspec.structs.replace(
        state,
        asked_at=now,
        next_at=now + schedule.SHORTEST,
        asked=state.asked + 1,
        unsettled=min(state.unsettled or moment, moment),
    )


def is_stale(state: FeedState, headers: Mapping[str, str], now: float) -> bool:
    """Whether a document says it is older than one seen before: a cache's. Not believed for longer than a day."""
    date = http_date(headers.get("last-modified", ""))
    return date is not None and date.timestamp() < state.newest and now - state.newest_at < _TRUST_NEWEST


def unchanged(source: Source, state: FeedState, answer: Fetched, now: float, dice: float) -> FeedState:
    """After a 304, or a document that is the same byte for byte."""
    return _answered(source, state, answer, state.ttl, 0, now, dice)


def changed(
    source: Source, state: FeedState, answer: Fetched, body: str, feed: Feed, new: int, now: float, dice: float
) -> FeedState:
    """After a document that was read, with so many new items in it; `body` is its hash."""
    date = http_date(answer.headers.get("last-modified", ""))
    newest = date.timestamp() if date else 0.0
    if newest and not is_stale(state, answer.headers, now):
        state = msgspec.structs.replace(state, newest=newest, newest_at=now)
    state = msgspec.structs.replace(
        state,
        etag=_tag(answer.headers.get("etag", "")),
        last_modified=_tag(answer.headers.get("last-modified", "")),
        body=body,
        ttl=feed.ttl,
        is_index=bool(feed.children),
        problem=feed.problem,
        unsettled=0,
    )
    return _answered(source, state, answer, feed.ttl, new, now, dice)


def met(state: FeedState, known: Sequence[Known], now: float) -> FeedState:
    """The state of a feed met for the first time: how busy it is, by the dates of its items, else supposed."""
    dates = [date for each in known if (date := each.item.published_at or each.item.modified_at)]
    weight = schedule.first_weight([now - date.timestamp() for date in dates])
    return msgspec.structs.replace(state, weight=weight, assumed=0.0 if dates else weight, weighed_at=now)


def _answered(
    source: Source, state: FeedState, answer: Fetched, ttl: int | None, new: int, now: float, dice: float
) -> FeedState:
    weight = schedule.decayed(state.weight, now - state.weighed_at) + new
    interval = schedule.rhythm(weight, source.poll_min * 60, source.poll_max * 60)
    fresh = freshness(answer.headers, ttl, now)
    return msgspec.structs.replace(
        state,
        address=_address(source, state, answer),
        weight=weight,
        assumed=schedule.decayed(state.assumed, now - state.weighed_at),
        weighed_at=now,
        interval=interval,
        next_at=schedule.after_success(now, interval, fresh, dice),
        good_at=now,
        failures=0,
        error="",
    )


def _address(source: Source, state: FeedState, answer: Fetched) -> str | None:
    """Where to ask from now on. An address with credentials or keys stays as the user wrote it."""
    if answer.moved is None or has_secrets(source.url) or has_secrets(answer.moved):
        return state.address
    return None if answer.moved == source.url else answer.moved


def failed(source: Source, state: FeedState, error: FetchFailed, now: float, dice: float) -> FeedState:
    """After a visit that brought nothing. An address that does not work for long is given up for the configured one."""
    failures = state.failures + 1
    lost = state.address is not None and (failures >= _GIVE_UP_ADDRESS or error.status == 410)
    return msgspec.structs.replace(
        state,
        address=None if lost else state.address,
        etag="" if lost else state.etag,
        last_modified="" if lost else state.last_modified,
        body="" if lost else state.body,
        failures=failures,
        error=f"{error}"[:500],
        retired=error.status == 410 and state.address is None,
        next_at=schedule.after_failure(
            now, max(state.interval, source.poll_min * 60), failures, error.retry_after, dice
        ),
    )


def not_counted(state: FeedState, now: float, dice: float) -> FeedState:
    """After a failure that is our own: nothing could be reached."""
    return msgspec.structs.replace(
        state, error="nothing can be reached from here now", next_at=schedule.in_outage(now, dice)
    )


def resumed(state: FeedState, now: float) -> FeedState:
    """A remembered state at the start; should the clock have gone back since, the rest of its wait counts from now."""
    back = max(0.0, state.asked_at - now)
    return msgspec.structs.replace(state, next_at=schedule.sane(state.next_at - back, now, state.interval))


def instant(now: float) -> datetime:
    """Seconds since the epoch as an instant."""
    return datetime.fromtimestamp(now, UTC)


def _tag(text: str) -> str:
    """A validator as it may be sent back: what is no header value is not kept."""
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST_TAG else ""
