"""Fetch over http and https on httpcore's connection pools: addresses checked at every hop, sizes and times bounded.

httpx lends its reading of URLs and headers, not its client: so there are no cookies, no proxy or certificate variables,
no redirects and no authentication but those of this file.
"""

import asyncio
import ssl
import zlib
from collections.abc import AsyncGenerator, Collection, Iterator, Mapping
from contextlib import aclosing, contextmanager
from typing import Self, cast
from urllib.parse import urlencode

import certifi
import httpcore
import httpx

from copydesk import __version__
from copydesk.adapters.http_fetcher.dialer import CheckedNetwork, Dial, Resolve, SystemResolver, dial_unchanged
from copydesk.errors import FetchFailed
from copydesk.web.allowed_addresses import AddressNotAllowed
from copydesk.web.content_encoding import TooBig, Undecodable, decode_body
from copydesk.web.fetcher import PAGE_LIMITS, Before, Fetched, Limits
from copydesk.web.urls import Target, join, read_target

_REDIRECTS = {301, 302, 303, 307, 308}
_PERMANENT = {301, 308}
_HEADER_BYTES = 64 << 10
_POOLS = 32
"""A pool looks through all its connections for every request: many small ones cost less than a big one."""

_FAILURES = (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, httpcore.UnsupportedProtocol)
_UNSAID = "nothing answers at that port, or not by that protocol (http or https)"
_TIMEOUTS = {"connect": 10.0, "read": 20.0, "write": 10.0, "pool": 60.0}


def user_agent(contact: str = "") -> str:
    """Return who we say we are, with where to complain."""
    return f"Copydesk/{__version__} (+{contact})" if contact else f"Copydesk/{__version__}"


class HttpFetcher:
    """Implement the Fetcher port. `allow_private` opens private and loopback addresses, for one's own network.

    With a proxy, hosts are still resolved and checked here first, but it is the proxy that connects.
    """

    def __init__(
        self,
        *,
        contact: str = "",
        allow_private: bool = False,
        proxy: str = "",
        resolve: Resolve | None = None,
        dial: Dial = dial_unchanged,
        tls: ssl.SSLContext | None = None,
        connections: int = 100,
    ) -> None:
        self._resolver = SystemResolver() if resolve is None else None
        self._network = CheckedNetwork(resolve or cast(Resolve, self._resolver), dial, allow_private)
        self._agent = user_agent(contact)
        self._proxied = bool(proxy)
        self._places = asyncio.Semaphore(connections)
        way_out, context = _proxy(proxy) if proxy else None, tls or _tls()
        self._pools = [
            httpcore.AsyncConnectionPool(
                ssl_context=context,
                proxy=way_out,
                max_connections=None,
                max_keepalive_connections=max(1, connections // _POOLS),
                keepalive_expiry=5.0,
                network_backend=None if way_out else self._network,
            )
            for _ in range(_POOLS)
        ]

    async def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        limits: Limits = PAGE_LIMITS,
        types: Collection[str] | None = None,
        before: Before | None = None,
    ) -> Fetched:
        """See the port. Credentials in the URL are sent to its own origin only."""
        with _as_fetch_failures(limits):
            return await self._follow(url, headers or {}, limits, types, before)

    async def post(self, url: str, form: Mapping[str, str], *, limits: Limits = PAGE_LIMITS) -> Fetched:
        """See the port."""
        with _as_fetch_failures(limits):
            async with self._places, asyncio.timeout(limits.deadline):
                return await self._ask(read_target(url), {}, limits, None, urlencode(form).encode())

    async def _follow(
        self,
        url: str,
        headers: Mapping[str, str],
        limits: Limits,
        types: Collection[str] | None,
        before: Before | None,
    ) -> Fetched:
        target = first = read_target(url)
        permanent, moved = True, None
        async with asyncio.timeout(None) as clock:
            left = limits.deadline
            for hop in range(limits.max_redirects + 1):
                clock.reschedule(None)
                if before is not None:
                    await before(target.url)
                async with self._places:
                    started = asyncio.get_running_loop().time()
                    clock.reschedule(started + left)
                    answer = await self._ask(target, headers, limits, types)
                left -= asyncio.get_running_loop().time() - started
                onward = join(target.url, answer.headers.get("location", ""))
                if answer.status not in _REDIRECTS or not answer.headers.get("location"):
                    return answer._replace(moved=moved, redirects=hop)
                if onward is None:
                    raise FetchFailed("bad_url", "a redirect to something that is not a web address")
                target = _onward(first, target, read_target(onward))
                permanent = permanent and answer.status in _PERMANENT and not _weaker(first, target)
                moved = target.url if permanent else moved
        raise FetchFailed("temporary", f"more than {limits.max_redirects} redirects", status=answer.status)

    async def _ask(
        self,
        target: Target,
        headers: Mapping[str, str],
        limits: Limits,
        types: Collection[str] | None,
        form: bytes | None = None,
    ) -> Fetched:
        if self._proxied:
            await self._network.addresses(target.host.name, target.port)
        response = await self._pool_of(target).handle_async_request(self._request(target, headers, form))
        try:
            if sum(len(name) + len(value) for name, value in response.headers) > _HEADER_BYTES:
                raise FetchFailed("too_big", "the answer's headers are too long", status=response.status)
            answer = Fetched(target.url, response.status, dict(httpx.Headers(response.headers)), b"")
            if httpx.codes.is_success(answer.status):
                _check_type(answer, types)
                answer = answer._replace(body=await _read(response, answer, limits))
            return answer
        finally:
            await response.aclose()

    def _pool_of(self, target: Target) -> httpcore.AsyncConnectionPool:
        return self._pools[zlib.crc32(target.host.name.encode()) % _POOLS]

    def _request(self, target: Target, headers: Mapping[str, str], form: bytes | None) -> httpcore.Request:
        url = httpx.URL(target.url)
        sent = {"Content-Type": "application/x-www-form-urlencoded", "Content-Length": str(len(form or b""))}
        return httpcore.Request(
            "GET" if form is None else "POST",
            httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path),
            headers=list(self._headers(target, headers if form is None else {**headers, **sent}).items()),
            content=form,
            extensions={"timeout": _TIMEOUTS},
        )

    def _headers(self, target: Target, headers: Mapping[str, str]) -> dict[str, str]:
        own = {"Host": target.netloc, "User-Agent": self._agent, "Accept": "*/*", "Accept-Encoding": "gzip, br, zstd"}
        if target.authorization:
            own["Authorization"] = target.authorization
        return own | dict(headers)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *error: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Close every connection."""
        for pool in self._pools:
            await pool.aclose()
        if self._resolver is not None:
            self._resolver.close()


@contextmanager
def _as_fetch_failures(limits: Limits) -> Iterator[None]:
    """Turn what can go wrong on the way to an answer into FetchFailed."""
    try:
        yield
    except AddressNotAllowed as error:
        raise FetchFailed("bad_url", str(error)) from None
    except TimeoutError:
        raise FetchFailed("temporary", f"no whole answer within {limits.deadline:g} s") from None
    except httpcore.TimeoutException:
        raise FetchFailed("temporary", "no answer in time") from None
    except httpcore.RemoteProtocolError as error:
        endless = "too long" in str(error)  # what h11 says of headers without end
        raise FetchFailed("too_big" if endless else "temporary", f"the answer is broken: {_words(error)}") from None
    except (*_FAILURES, httpx.InvalidURL, ssl.SSLError, OSError) as error:
        raise FetchFailed("temporary", f"the connection failed: {_words(error)}") from None


def _tls() -> ssl.SSLContext:
    """Trust the usual authorities, and those of this machine."""
    context = ssl.create_default_context(cafile=certifi.where())
    context.load_default_certs()
    return context


def _proxy(url: str) -> httpcore.Proxy:
    target = read_target(url)
    headers = [(b"Proxy-Authorization", target.authorization.encode())] if target.authorization else None
    return httpcore.Proxy(target.url, headers=headers, ssl_context=_tls() if target.scheme == "https" else None)


def _onward(first: Target, last: Target, onward: Target) -> Target:
    """Return the next hop: credentials go on only to the origin they were given for."""
    allowed = onward.origin == first.origin and last.origin == first.origin
    return onward._replace(authorization=first.authorization if allowed else None)


def _weaker(first: Target, target: Target) -> bool:
    """Whether this step must not be remembered: from https to http, or away from where the credentials belong."""
    return (first.scheme == "https" and target.scheme == "http") or bool(
        first.authorization and not target.authorization
    )


def _check_type(answer: Fetched, types: Collection[str] | None) -> None:
    found = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if types is not None and found and found not in types:
        shown = "".join(c for c in found if c.isascii() and c.isprintable())[:60]
        raise FetchFailed("not_html", f"an answer of the type {shown}", status=answer.status)


async def _read(response: httpcore.Response, answer: Fetched, limits: Limits) -> bytes:
    """Return the body, decoded, neither its raw nor its decoded form ever held beyond the limit."""
    announced = answer.headers.get("content-length", "")
    if announced.isdigit() and int(announced[:18]) > limits.max_bytes and not limits.truncate:
        raise FetchFailed("too_big", _over(limits), status=answer.status)
    raw, cut = bytearray(), False
    async with aclosing(cast(AsyncGenerator[bytes, None], response.aiter_stream())) as chunks:
        async for chunk in chunks:
            raw += chunk
            if len(raw) > limits.max_bytes:
                cut = True
                break
    encoding = answer.headers.get("content-encoding", "")
    try:
        if cut and not limits.truncate:
            raise TooBig
        return decode_body(bytes(raw[: limits.max_bytes]), encoding, limits.max_bytes, limits.truncate)
    except TooBig:
        raise FetchFailed("too_big", _over(limits), status=answer.status) from None
    except Undecodable as error:
        raise FetchFailed("temporary", str(error), status=answer.status) from None


def _over(limits: Limits) -> str:
    return f"the answer is over the limit of {limits.max_bytes:,} bytes"


def _words(error: Exception) -> str:
    """Return the library's reason in one short printable line; it may name hosts, never an address with credentials."""
    unsaid = _UNSAID if isinstance(error, httpcore.ConnectError) else type(error).__name__
    text = " ".join(str(error).split()) or unsaid
    return "".join(c for c in text if c.isprintable())[:160]
