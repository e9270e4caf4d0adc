"""Declare the Fetcher port: how feeds, pages and robots.txt are asked for, and what an answer means."""

import re
from collections.abc import Awaitable, Callable, Collection, Mapping
from datetime import UTC, datetime
from typing import NamedTuple, Protocol

from copydesk.errors import FetchFailed, FetchFailure
from copydesk.machine_dates import http_date

_MAX_AGE = re.compile(r"(?:^|[\s,])max-age\s*=\s*\"?(\d{1,10})", re.IGNORECASE)

MIB = 1 << 20
LONGEST_WAIT = 7 * 86400.0
LONGEST_FRESH = 86_400.0


class Limits(NamedTuple):
    """Cap one fetch, redirects included: bytes after decoding, seconds in all, redirects followed.

    With `truncate` a body that is too long is cut at `max_bytes` instead of refused.
    """

    max_bytes: int = 10 * MIB
    deadline: float = 30.0
    max_redirects: int = 5
    truncate: bool = False


PAGE_LIMITS = Limits()


class Fetched(NamedTuple):
    """Hold one answer. `url` is where it came from in the end, without credentials; the body is decoded from gzip etc.

    Header names are in lower case. The body is empty unless the status is 2xx. `moved` is the new address when the way
    there began with permanent redirects, None otherwise.
    """

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    moved: str | None = None
    redirects: int = 0


Before = Callable[[str], Awaitable[None]]
"""Called with each address just before it is asked, redirects included: it may wait, and refuse by raising."""


class Fetcher(Protocol):
    """Ask for one address at a time, safely; any number of calls may be under way."""

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = PAGE_LIMITS,
        types: Collection[str] | None = None,
        before: Before | None = None,
    ) -> Fetched:
        """Send a GET, following redirects.

        `types` are the content types wanted of a 2xx answer (none given by the server counts as wanted). The time
        spent in `before` does not count against the deadline. Raises FetchFailed when there is no usable answer; an
        answer of any status that is not a redirect is returned.
        """
        ...

    async def post(self, url: str, form: Mapping[str, str], *, limits: Limits = PAGE_LIMITS) -> Fetched:
        """Send a form by POST; a redirect is not followed but returned. Raises FetchFailed as `get` does."""
        ...

    async def aclose(self) -> None:
        """Close every connection. Never raises."""
        ...


def kind_of(status: int) -> FetchFailure | None:
    """Classify a status that brings no body; None for 2xx and 304."""
    if 200 <= status < 300 or status == 304:
        return None
    if status in {404, 410}:
        return "gone"
    if status in {401, 402, 403, 407, 451}:
        return "forbidden"
    if 400 <= status < 500 and status not in {408, 423, 425, 429}:
        return "bad_url"
    return "temporary"


def require(answer: Fetched, now: datetime) -> Fetched:
    """Return the answer when it is a good one; raises the FetchFailed it amounts to otherwise."""
    kind = kind_of(answer.status)
    if kind is None:
        return answer
    raise FetchFailed(
        kind, f"HTTP status {answer.status}", status=answer.status, retry_after=retry_after(answer.headers, now)
    )


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the seconds to wait that a Retry-After header asks for, at most a week, None without a readable one."""
    text = headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_WAIT)
    when = http_date(text)
    return None if when is None else min(max(0.0, (when - now).total_seconds()), LONGEST_WAIT)


def freshness(headers: Mapping[str, str], ttl: int | None, now: float) -> float:
    """Return for how long an answer stays fresh, in seconds: the most of ttl, max-age and Expires, at most a day."""
    control = headers.get("cache-control", "")
    age = headers.get("age", "").strip()
    if found := _MAX_AGE.search(control):
        cached = float(found[1]) - (float(age[:10]) if age.isascii() and age.isdigit() else 0.0)
    else:
        cached = _until(headers.get("expires", ""), headers.get("date", ""), now)
    if "no-cache" in control.lower() or "no-store" in control.lower():
        cached = 0.0
    return min(max(0.0, cached, float(ttl or 0)), LONGEST_FRESH)


def _until(expires: str, date: str, now: float) -> float:
    """Measure by the server's own clock where it tells it: ours or theirs may be wrong."""
    end = http_date(expires)
    start = http_date(date) or datetime.fromtimestamp(now, UTC)
    return (end - start).total_seconds() if end else 0.0
