"""Answer hubs at our callback address, as an ASGI application: bodies are bounded, and so is the time they may take."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any
from urllib.parse import parse_qsl

from copydesk.producers.feeds.subscriptions import LARGEST_PUSH, Subscriptions

_PATIENCE = 30.0
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
AsgiApp = Callable[[Scope, Receive, Send], Awaitable[None]]


class _TooMuch(Exception):
    """Say that a body is over the limit."""


class HubCallback:
    """Take what hubs send: a GET asks whether a subscription is meant, a POST pushes a feed."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request; anything but HTTP is left alone."""
        if scope["type"] != "http":
            return
        token = str(scope["path"]).rstrip("/").rpartition("/")[2]
        status, body = 405, ""
        if scope["method"] == "GET":
            query = dict(parse_qsl(scope["query_string"][:8000].decode("latin-1"), max_num_fields=20))
            challenge = await self._subscriptions.answer(token, query)
            status, body = (404, "") if challenge is None else (200, challenge)
        elif scope["method"] == "POST":
            status = await self._take(token, scope, receive)
        headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"x-content-type-options", b"nosniff")]
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": body.encode()})

    async def _take(self, token: str, scope: Scope, receive: Receive) -> int:
        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            async with asyncio.timeout(_PATIENCE):
                body = await _read(headers, receive)
        except TimeoutError:
            return 408
        except _TooMuch:
            return 413
        return self._subscriptions.take(token, headers, body)


async def _read(headers: Mapping[str, str], receive: Receive) -> bytes:
    announced = headers.get("content-length", "")
    if announced.isdigit() and int(announced[:12]) > LARGEST_PUSH:
        raise _TooMuch
    body, more = bytearray(), True
    while more:
        message = await receive()
        if message["type"] != "http.request":
            break
        body += message.get("body", b"")
        if len(body) > LARGEST_PUSH:
            raise _TooMuch
        more = bool(message.get("more_body"))
    return bytes(body)
