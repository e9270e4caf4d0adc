"""Define what WebSub asks of a subscriber: find a feed's hub, ask for its pushes, confirm, and check what comes. Pure.

Source: W3C Recommendation WebSub, 23 January 2018, sections 4 to 7. A subscription is a record of `feeds.state` under
its feed's key and `/push`. It holds what must stay between us and the hub: the last part of the callback's address, and
the secret that pushes are signed with. Instants are seconds since the epoch.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import NamedTuple

import msgspec
from msgspec import Struct

from copydesk.producers.web.link_cleaner import clean_link

LEASE = 10 * 86_400.0
LONGEST_LEASE = 30 * 86_400.0
ASK_AGAIN = 3600.0
DENIED = 86_400.0
_RENEW_BEFORE = 86_400.0
_LINK = re.compile(r"<([^<>]{1,2000})>([^<>]{0,500})")
_REL = re.compile(r";\s{0,9}rel\s{0,9}=\s{0,9}(?:\"([^\"]{0,200})\"|([\w-]{1,40}))", re.IGNORECASE)
_SIGNED_BY = frozenset(("sha1", "sha256", "sha384", "sha512"))


class Push(NamedTuple):
    """Name the hub that pushes a feed, and the feed's address as the hub knows it, its topic."""

    hub: str
    topic: str


class Subscription(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Hold a subscription; `until` is 0 until the hub has confirmed it, `lease` what it granted (s).

    `asked_at` is when the hub was asked last, `wait` for how long it is left alone after that. `missed` says that a
    poll found what had not been pushed: until the next push the feed is polled as any other. A subscription that is
    `leaving` only waits for the hub to ask whether that is so.
    """

    hub: str
    topic: str
    token: str
    secret: str
    asked_at: float = 0.0
    wait: float = ASK_AGAIN
    until: float = 0.0
    lease: float = 0.0
    missed: bool = False
    leaving: bool = False


def push_of(headers: Mapping[str, str], hubs: tuple[str, ...], self_url: str | None, base: str) -> Push | None:
    """Return what pushes the feed at `base`; None where nothing does.

    Its Link headers come first, then what the document says. A feed that does not name itself is known by its address.
    """
    linked: dict[str, str] = {}
    for target, parameters in _LINK.findall(headers.get("link", "")[:8000]):
        found = _REL.search(parameters)
        for relation in (found[1] or found[2] or "").lower().split() if found else ():
            linked.setdefault(relation, target)
    hub = clean_link(linked["hub"] if "hub" in linked else next(iter(hubs), None), base)
    topic = clean_link(linked["self"] if "hub" in linked and "self" in linked else self_url, base)
    return Push(hub, topic or base) if hub else None


def request_form(subscription: Subscription, callback: str) -> dict[str, str]:
    """Return the fields to send to the hub (5.1)."""
    fields = {
        "hub.mode": "unsubscribe" if subscription.leaving else "subscribe",
        "hub.topic": subscription.topic,
        "hub.callback": callback,
    }
    own = {"hub.lease_seconds": f"{LEASE:.0f}", "hub.secret": subscription.secret}
    return fields if subscription.leaving else fields | own


def is_due(subscription: Subscription, now: float) -> bool:
    """Whether the hub is to be asked: for the first time, again, or because the lease ends soon."""
    if now < subscription.asked_at + subscription.wait:
        return False
    return subscription.until - min(subscription.lease / 4, _RENEW_BEFORE) <= now


def pushes(subscription: Subscription | None, now: float) -> bool:
    """Whether a feed is pushed, as far as is known."""
    return subscription is not None and subscription.until > now and not (subscription.missed or subscription.leaving)


def confirmed(subscription: Subscription, query: Mapping[str, str], now: float) -> Subscription | None:
    """Return the subscription after a hub asked whether it is meant (5.3); None where it is not.

    A denial (5.2) is not answered but noted.
    """
    mode, topic = query.get("hub.mode", ""), query.get("hub.topic", "")
    if topic != subscription.topic:
        return None
    if mode == "denied":
        return msgspec.structs.replace(subscription, until=0.0, asked_at=now, wait=DENIED)
    if not query.get("hub.challenge") or mode != ("unsubscribe" if subscription.leaving else "subscribe"):
        return None
    digits = query.get("hub.lease_seconds", "")
    lease = min(float(digits[:10]), LONGEST_LEASE) if digits.isascii() and digits.isdigit() else LEASE
    return msgspec.structs.replace(subscription, until=now + lease, lease=lease, wait=min(ASK_AGAIN, lease / 4))


def is_signed(header: str, secret: str, body: bytes) -> bool:
    """Whether `X-Hub-Signature` proves that a body comes from who knows the secret (7.1)."""
    method, _, given = header.strip().partition("=")
    if method.lower() not in _SIGNED_BY:
        return False
    wanted = hmac.new(secret.encode(), body, getattr(hashlib, method.lower())).hexdigest()
    return hmac.compare_digest(wanted.encode(), given.strip().lower().encode("utf-8", "replace"))
