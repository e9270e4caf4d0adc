"""Fetch the page of one link and decide its outcome: an article, another attempt, another source's link, a failure."""

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from copydesk.errors import FetchFailed, FetchFailure
from copydesk.events import Link, PageVisit, RawArticle
from copydesk.identity import host_of, normalise_url, source_of
from copydesk.partition_keys import raw_key
from copydesk.producers.pages.delays import postponed
from copydesk.producers.pages.events import TYPES, FetchedPage
from copydesk.producers.pages.meta_refresh import meta_refresh_target
from copydesk.producers.pages.store import PageStore
from copydesk.producers.pages.young import asked_again, conditions_of, next_visit, visit_of
from copydesk.producers.web.hosts import HostThrottle, MustWait, TurnPatience
from copydesk.producers.web.outage import Outage
from copydesk.producers.web.robots_cache import RobotsCache
from copydesk.telemetry.figures import PAGE_ANSWERS
from copydesk.web.fetcher import MIB, Before, Fetched, Fetcher, Limits, require

ARTICLE_PAGE_LIMITS = Limits(max_bytes=16 * MIB, deadline=30.0)
MOST_MOVES = 5
TRIES: dict[FetchFailure, int] = {"temporary": 9, "gone": 2}
"""How often a link is tried in all, by how it fails; what is not named, and 410, is given up at once."""

_WAITS = (60.0, 600.0, 3600.0, 6 * 3600.0)
_OUTAGE_WAIT = 600.0
_SILENCES = 2
"""Pages in a row that a host does not answer for before it is left alone for a while: each takes half a minute."""
_REMEMBERED = 100_000
_SAME_VISIT = 1.0
_HEADERS = {"Accept": "text/html,application/xhtml+xml;q=0.9,text/plain;q=0.8,*/*;q=0.1"}


class LinkPatience(NamedTuple):
    """Bound what waits here rather than in a delay topic: seconds for a host's wish, and links behind others of theirs.

    A service puts off what would wait for long, as it has others to fetch meanwhile. A run that is to end when all is
    done that can be done now has nothing else: with `queue` None its links wait for each other, however many.
    """

    host: float = 15.0
    queue: int | None = 16

    @property
    def turn(self) -> TurnPatience:
        """Return the bounds of one request's wait."""
        return TurnPatience(self.host, self.host if self.queue is not None else None)


class LinkOutcome(NamedTuple):
    """Hold the outcome of a link, in a word for the counts.

    With the article comes the moment it was asked for (seconds since the epoch), else the failure it is given up for.
    """

    word: str
    article: RawArticle | None = None
    asked_at: float = 0.0
    failure: FetchFailed | None = None
    key: str | None = None


class _Moved(Exception):
    """Say that the page is at another source, which another fetcher may be asking."""

    def __init__(self, url: str) -> None:
        super().__init__("the page moved to another site")
        self.url = url


class _Unchanged(Exception):
    """Say that the page is as it was at the last visit."""


class LinkFetch:
    """Fetch the pages of links: throttled per host, as robots.txt allows, with retries by the kind of failure.

    At `ages`, in seconds, a young page is asked again.
    """

    def __init__(
        self, fetcher: Fetcher, hosts: HostThrottle, store: PageStore, wall: Callable[[], float], patience: LinkPatience
    ) -> None:
        self.ages: Sequence[float] = ()
        self._fetcher, self._hosts, self._store, self._wall, self._patience = fetcher, hosts, store, wall, patience
        self._robots = RobotsCache(fetcher, hosts, wall, patience.host)
        self._outage = Outage()
        self._queued: Counter[str] = Counter()
        self._silent: Counter[str] = Counter()
        self._fetched: dict[str, float] = {}

    async def settle(self, key: str, link: Link) -> LinkOutcome:
        """Fetch the page of a link and decide its outcome. Raises Stopped.

        What is put off or sent on is acknowledged on return.
        """
        host = host_of(link.url)
        if host is None:
            return LinkOutcome("refused", failure=FetchFailed("bad_url", "only http and https are fetched"))
        if link.source != source_of(link.url) or key != link.source:
            return await self._send_on(link, link.url)
        if self._is_known(link):
            return LinkOutcome("repeated")
        early = (link.not_before - self._store.now()).total_seconds() if link.not_before else 0.0
        if early > self._patience.host and link.visited is None:  # a young page that comes back is as good as due
            return await self._put_off(link, early)
        full = self._patience.queue is not None and self._queued[host] >= self._patience.queue
        if full or self._hosts.seconds_to_wait(host) > self._patience.host:
            return await self._put_off(link, self._hosts.promise(host))
        self._queued[host] += 1
        try:
            return await self._article(link)
        except MustWait as wait:
            return await self._put_off(link, max(wait.seconds, self._hosts.promise(host)))
        except _Unchanged:
            await self._ask_again(link, link.visited)
            return LinkOutcome("unchanged")
        except _Moved as moved:
            return LinkOutcome("unchanged") if link.visited else await self._send_on(link, moved.url)
        except FetchFailed as failure:
            return await self._decide_after_failure(link, host, failure)
        finally:
            self._queued[host] -= 1
            if not self._queued[host]:
                del self._queued[host]

    def published(self, url: str, asked_at: float) -> None:
        """Note that the page at a link's address is with the log.

        Links found before it was asked for need it no more.
        """
        page = normalise_url(url)
        self._fetched.pop(page, None)
        self._fetched[page] = asked_at
        if len(self._fetched) > _REMEMBERED:
            del self._fetched[next(iter(self._fetched))]

    def _is_known(self, link: Link) -> bool:
        """Whether the page was fetched since the link was found; or, of a young one, since the visit it knows of."""
        asked_at = self._fetched.get(normalise_url(link.url), 0.0)
        since = link.visited.at.timestamp() + _SAME_VISIT if link.visited else link.found_at_time.timestamp()
        return since <= asked_at <= self._wall()

    async def _ask_again(self, link: Link, visit: PageVisit | None) -> None:
        """Put the link off until its page is to be asked again, if it is; acknowledged on return."""
        wait = next_visit(link, self._store.now(), self.ages)
        if visit is not None and wait is not None:
            await self._store.postpone(asked_again(link, visit, wait, self._store.now()), wait)

    async def _article(self, link: Link) -> LinkOutcome:
        async def check(url: str) -> None:
            if source_of(url) != link.source:
                raise _Moved(url)
            await self._robots.check(url)

        asked_at = self._wall()
        turn = self._hosts.turn(self._patience.turn, check)
        try:
            found = await self._page(link, turn.before)
        finally:
            turn.end()
        host = host_of(found.url) or ""
        self._hosts.well(host)
        self._silent.pop(host, None)
        self._outage.answered(host)
        digest = found.hash(link)
        visit = visit_of(found.answer, found.id, digest, datetime.fromtimestamp(asked_at, UTC))
        if link.visited is not None and link.visited.hash == digest:
            await self._ask_again(link, msgspec.structs.replace(visit, spread=link.visited.spread))
            return LinkOutcome("unchanged")
        given = await self._store.revision(link.source, found.id, digest, link.visited)
        await self._ask_again(link, msgspec.structs.replace(visit, spread=given.spread))
        article = found.article(link, given.revision, self._store.now())
        return LinkOutcome("fetched", article, asked_at, key=raw_key(link.source, found.id, given.spread))

    async def _page(self, link: Link, before: Before) -> FetchedPage:
        """Return the page at a link's address, or where that sends its reader: by HTTP, or by saying nothing else."""
        url, redirects = link.url, 0
        while True:
            limits = ARTICLE_PAGE_LIMITS._replace(max_redirects=ARTICLE_PAGE_LIMITS.max_redirects - redirects)
            headers = _HEADERS | conditions_of(link.visited if url == link.url else None)
            answer = await self._answer(url, headers, limits, before)
            if answer.status == 304 and link.visited is not None:
                raise _Unchanged
            found = FetchedPage(link, require(answer, self._store.now()), redirects)
            onward = meta_refresh_target(found.text, answer.url) if found.type == "text/html" else None
            if onward is None:
                return found
            url, redirects = onward, found.redirects + 1
            if redirects > ARTICLE_PAGE_LIMITS.max_redirects:
                raise FetchFailed(
                    "temporary", f"more than {ARTICLE_PAGE_LIMITS.max_redirects} redirects", status=answer.status
                )

    async def _answer(self, url: str, headers: dict[str, str], limits: Limits, before: Before) -> Fetched:
        """Ask for a page, and count the class of its answer."""
        try:
            answer = await self._fetcher.get(url, headers=headers, limits=limits, types=TYPES, before=before)
        except FetchFailed as failure:
            PAGE_ANSWERS.add(1, answer_class(failure.status, failure.kind))
            raise
        PAGE_ANSWERS.add(1, answer_class(answer.status))
        return answer

    async def _decide_after_failure(self, link: Link, host: str, failure: FetchFailed) -> LinkOutcome:
        """Return the outcome after a failure: another attempt later, or none, by its kind."""
        wait = 0.0
        if failure.kind == "temporary" and failure.status is None:
            self._outage.failed(host)
            if self._outage.on:  # nothing answers any more: that is not the link's fault
                return await self._put_off(link, _OUTAGE_WAIT)
            if failure.retry_after is None:  # else it is robots.txt that cannot be had, which is not asked for again
                self._silent[host] += 1
        if failure.status in {429, 503} or self._silent[host] >= _SILENCES:
            wait = self._hosts.too_much(host, failure.retry_after)
            del self._silent[host]
        if link.visited is not None:  # its article is there: what is gone since is no failure, what fails comes again
            await self._ask_again(link, link.visited if failure.kind == "temporary" else None)
            return LinkOutcome("unchanged")
        tries = 1 if failure.status == 410 else TRIES.get(failure.kind, 1)
        if link.attempts + 1 >= tries:
            return LinkOutcome("failed" if failure.kind == "temporary" else "refused", failure=failure)
        wait = max(wait, failure.retry_after or 0.0, _WAITS[min(link.attempts, len(_WAITS) - 1)])
        wait = max(wait, _WAITS[1]) if failure.kind == "gone" else wait
        return await self._put_off(link, wait, failed=True)

    async def _put_off(self, link: Link, seconds: float, *, failed: bool = False) -> LinkOutcome:
        await self._store.postpone(postponed(link, seconds, self._store.now(), failed=failed), seconds)
        return LinkOutcome("postponed")

    async def _send_on(self, link: Link, url: str) -> LinkOutcome:
        """Publish the link under the source its page is at now, whose own fetcher knows how often it may be asked."""
        moves = link.redirects + (1 if url != link.url else 0)
        if moves > MOST_MOVES:
            return LinkOutcome("refused", failure=FetchFailed("bad_url", "it moves from site to site"))
        moved = msgspec.structs.replace(
            link,
            url=url,
            source=source_of(url),
            redirects=moves,
            attempts=0,
            not_before=None,
            known_as=None,
            visited=None,
        )
        await self._store.send_on(moved)
        return LinkOutcome("moved")


def answer_class(status: int | None, kind: FetchFailure | None = None) -> str:
    """Return the class of an answer by its status; without one the kind of failure, as it was not asked or silent."""
    if status is None:
        return "none" if kind in {None, "temporary"} else str(kind)
    return "429" if status == 429 else f"{status // 100}xx"
