"""Guard every request: who may ask, from where, and what a browser may do with the answer."""

import hmac
import ipaddress
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import NamedTuple
from urllib.parse import urlsplit

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from copydesk.server.problems import API, Problem, problem_message

COOKIE = "copydesk_token"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
OPEN_PATHS = frozenset({"/healthz", "/readyz", "/login"})
OPEN_FOLDER = "/static/"
"""What may be asked without a token: it tells nothing of what is stored."""

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PICTURES_CSP = _CSP.replace("img-src 'self'", "img-src 'self' https: http:")
"""The policy of a page whose reader has asked for an article's pictures."""

_HEADERS = {
    b"content-security-policy": _CSP.encode(),
    b"x-content-type-options": b"nosniff",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"cache-control": b"no-store",
}


class Policy(NamedTuple):
    """Say who may ask: `token` is empty where only this machine can; `hosts` are names of ours beside localhost."""

    token: str = ""
    hosts: frozenset[str] = frozenset()


class Guard:
    """Stand before an ASGI application: refuse what may not be asked, and put the safety headers on every answer."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app, self._policy = app, policy

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, or answer it with a problem; there are no WebSockets and no lifespan here."""
        if scope["type"] != ScopeType.HTTP:
            return
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        path = scope["path"]
        refused = refusal(scope["method"], path, headers, self._policy)

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                extra = [(name, value) for name, value in _HEADERS.items() if name not in given]
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        if refused is None:
            await self._app(scope, receive, guarded)
            return
        for message in problem_message(refused, path, headers.get("accept", "")):
            await guarded(message)


def refusal(method: str, path: str, headers: Mapping[str, str], policy: Policy) -> Problem | None:
    """Return why a request is not taken, None where it is. Header names are in lower case."""
    host = headers.get("host", "")
    if not _is_ours(host, policy):
        return Problem(
            421, "Unknown host", f"{host[:200]!r} is no name of this desk; name it with: copydesk serve --name NAME",
            field="Host",
        )  # fmt: skip
    if method not in SAFE_METHODS and not _is_own_origin(path, headers, host):
        return Problem(
            403, "Another origin", "a change must be asked from the desk's own pages, or by a program", field="Origin"
        )
    if policy.token and path not in OPEN_PATHS and not path.startswith(OPEN_FOLDER) and not _knows(headers, policy):
        return Problem(
            401, "Token needed", "send the token as `Authorization: Bearer TOKEN`, or log in at /login",
            field="Authorization",
        )  # fmt: skip
    return None


def is_token(given: str, policy: Policy) -> bool:
    """Whether a token is the right one, in constant time."""
    return hmac.compare_digest(given.encode("utf-8", "replace"), policy.token.encode())


def _knows(headers: Mapping[str, str], policy: Policy) -> bool:
    scheme, _, given = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and is_token(given.strip(), policy):
        return True
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return False
    return cookie is not None and is_token(cookie.value, policy)


def _is_ours(host: str, policy: Policy) -> bool:
    """Whether a Host header names this desk: no name of others', which may be led to this machine, does."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name == "localhost" or name in policy.hosts:
        return True
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return False
    return bool(policy.token) or address.is_loopback


def _is_own_origin(path: str, headers: Mapping[str, str], host: str) -> bool:
    """Whether a page of ours asks, or a program that is no browser.

    A browser that keeps its referrer to itself sends the origin `null` with a form; it then says in another header that
    the site is ours. Where it trusts the connection too little for that, the key that the form carries has to do.
    """
    origin, site = headers.get("origin"), headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        return False
    if origin is None:
        return True
    if origin == "null":
        return site == "same-origin" or (site is None and not path.startswith(API))
    return origin.partition("://")[2] == host and origin.startswith(("http://", "https://"))
