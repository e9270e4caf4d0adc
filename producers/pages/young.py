"""Decide when a young page is asked again, so that edits are seen: at some ages, and never after the last. Pure.

Only pages that a feed named are young, and were published lately as far as the feed says. What the last visit found
goes with the link through the delay topics, so that nothing is lost to a restart.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

import msgspec

from copydesk.events import Link, PageVisit
from copydesk.producers.pages.delays import postponed
from copydesk.web.fetcher import Fetched

_LONGEST_TAG = 500
_SHARE = 0.9
"""Part of an age after which a page counts as asked at it: a link may come back half an hour early."""


def next_visit(link: Link, now: datetime, ages: Sequence[float]) -> float | None:
    """Return in how many seconds a link's page is to be asked again, None for never; `ages` are in seconds, in order.

    The age of a page counts from the moment that its link was found.
    """
    if not ages or not link.found_at.startswith(("http://", "https://")):
        return None
    published = link.hints.published_at
    if published is not None and now - published > timedelta(seconds=ages[-1]):
        return None
    age = (now - link.found_at_time).total_seconds()
    return next((each - age for each in ages if _SHARE * each > age), None)


def asked_again(link: Link, visit: PageVisit, seconds: float, now: datetime) -> Link:
    """Return the link that asks for its page again, and knows what was found."""
    waiting = msgspec.structs.replace(link, visited=visit, known_as=visit.id, attempts=0)
    return postponed(waiting, seconds, now)


def conditions_of(visit: PageVisit | None) -> dict[str, str]:
    """Return the headers that ask for a page only if it changed since a visit."""
    if visit is None:
        return {}
    headers = {"If-None-Match": visit.etag, "If-Modified-Since": visit.last_modified}
    return {name: value for name, value in headers.items() if value}


def visit_of(answer: Fetched, article: str, digest: str, at: datetime) -> PageVisit:
    """Return what to remember of a page that was fetched at an instant."""
    return PageVisit(
        at=at,
        id=article,
        hash=digest,
        etag=_tag(answer.headers, "etag"),
        last_modified=_tag(answer.headers, "last-modified"),
    )


def _tag(headers: Mapping[str, str], name: str) -> str:
    text = headers.get(name, "")
    return text if text.isascii() and text.isprintable() and len(text) <= _LONGEST_TAG else ""
