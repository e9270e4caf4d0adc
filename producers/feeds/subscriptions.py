"""Subscribe to the feeds that hubs push: ask hubs, answer them, renew leases, and leave feeds that nobody lists."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection, Mapping

import msgspec

from copydesk.errors import FetchFailed
from copydesk.producers.feeds import websub
from copydesk.producers.feeds.store import FeedStore
from copydesk.producers.feeds.websub import Push, Subscription
from copydesk.web.fetcher import Fetched, Fetcher, kind_of
from copydesk.web.urls import public

LARGEST_PUSH = 16 << 20
_MOST_WAITING = 64 << 20
_LOOK_EVERY, _HUBS_AT_ONCE = 30.0, 16
Deliver = Callable[[str, Fetched], None]
logger = logging.getLogger("copydesk.feeds.websub")


class Subscriptions:
    """Keep the subscriptions of one poller. `callback` is the public address that hubs reach us at.

    All runs in the poller's event loop. Pushes that were checked go to `deliver` with their feed's key.
    """

    def __init__(
        self, store: FeedStore, fetcher: Fetcher, callback: str, wall: Callable[[], float], deliver: Deliver
    ) -> None:
        self._store, self._fetcher, self._callback, self._wall = store, fetcher, callback.rstrip("/"), wall
        self._deliver = deliver
        self._known: dict[str, Subscription] = {}
        self._waiting = 0

    async def load(self, listed: Collection[str]) -> None:
        """Read the subscriptions, and leave those of feeds (keys) that are not listed any more."""
        self._known = await self._store.subscriptions() | self._known
        for key in self._known.keys() - set(listed):
            known = self._known[key]
            if not known.leaving:
                await self._keep(key, msgspec.structs.replace(known, leaving=True, asked_at=0.0, until=0.0))

    def is_pushed(self, key: str) -> bool:
        """Whether a feed is pushed, so that polling it is the safety net."""
        return websub.pushes(self._known.get(key), self._wall())

    async def found(self, key: str, push: Push | None) -> None:
        """Note which hub a feed names now, after it was read; another one than before is asked anew."""
        known = self._known.get(key)
        if push is None or (known is not None and not known.leaving and (known.hub, known.topic) == push):
            return
        made = Subscription(
            hub=push.hub, topic=push.topic, token=secrets.token_urlsafe(24), secret=secrets.token_urlsafe(32)
        )
        await self._keep(key, made)

    async def missed(self, key: str) -> None:
        """Note that a poll found what had not been pushed."""
        known = self._known.get(key)
        if known is not None and self.is_pushed(key):
            await self._keep(key, msgspec.structs.replace(known, missed=True))

    async def run(self) -> None:
        """Ask hubs when it is time to, until cancelled."""
        while True:
            await self.ask_hubs()
            await asyncio.sleep(_LOOK_EVERY)

    async def ask_hubs(self) -> None:
        """Ask every hub that is due, some at once; one that cannot be asked is asked again later."""
        due = [key for key, known in self._known.items() if websub.is_due(known, self._wall())]
        for start in range(0, len(due), _HUBS_AT_ONCE):
            await asyncio.gather(*map(self._ask_one, due[start : start + _HUBS_AT_ONCE]))

    async def _ask_one(self, key: str) -> None:
        known = self._known.get(key)
        if known is None:
            return
        if known.leaving and known.asked_at:  # it never asked back: pushes are refused, and the lease ends
            await self._drop(key)
            return
        asked = msgspec.structs.replace(known, asked_at=self._wall(), wait=websub.ASK_AGAIN)
        await self._keep(key, asked)  # before the request: the hub may ask back before it answers
        await self._ask(asked)

    async def _ask(self, asked: Subscription) -> None:
        form = websub.request_form(asked, f"{self._callback}/{asked.token}")
        try:
            answer = await self._fetcher.post(asked.hub, form)
            failure = "" if kind_of(answer.status) is None else f"HTTP status {answer.status}"
        except FetchFailed as error:
            failure = str(error)
        if failure:
            logger.warning("the hub %s of %s: %s", public(asked.hub), public(asked.topic), failure)

    async def answer(self, token: str, query: Mapping[str, str]) -> str | None:
        """Return the challenge to a hub that asks whether a subscription is meant; None where none is."""
        key, known = self._of(token)
        found = websub.confirmed(known, query, self._wall()) if known is not None else None
        if found is None:
            return None
        if found.leaving:
            await self._drop(key)
        else:
            await self._keep(key, found)
        logger.info("%s: its hub says %s", public(found.topic), query["hub.mode"])
        return query.get("hub.challenge", "")

    def take(self, token: str, headers: Mapping[str, str], body: bytes) -> int:
        """Take a push; returns the HTTP status to answer it with."""
        key, known = self._of(token)
        if known is None or known.leaving or not known.until:
            return 410
        if not websub.is_signed(headers.get("x-hub-signature", ""), known.secret, body):
            logger.warning("a push of %s is not signed by its hub", public(known.topic))
            return 403
        if self._waiting + len(body) > _MOST_WAITING:
            return 503
        self._waiting += len(body)
        kept = {name: value for name, value in headers.items() if name in {"content-type", "link"}}
        self._deliver(key, Fetched(known.topic, 200, kept, body))
        return 202

    async def taken(self, key: str, pushed: Fetched) -> None:
        """Note that a push was read: its hub does its work."""
        self._waiting -= len(pushed.body)
        known = self._known.get(key)
        if known is not None and known.missed:
            await self._keep(key, msgspec.structs.replace(known, missed=False))

    def _of(self, token: str) -> tuple[str, Subscription | None]:
        """Return the subscription whose callback ends in a token; compared so that time tells nothing of it."""
        for key, known in self._known.items():
            if secrets.compare_digest(known.token.encode(), token.encode("utf-8", "replace")):
                return key, known
        return "", None

    async def _keep(self, key: str, subscription: Subscription) -> None:
        self._known[key] = subscription
        await self._store.save_subscription(key, subscription)

    async def _drop(self, key: str) -> None:
        self._known.pop(key, None)
        await self._store.save_subscription(key, None)
