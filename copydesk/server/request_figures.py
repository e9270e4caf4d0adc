"""Count the answers of an ASGI application by route and class, and measure how long each took."""

import time

from litestar.enums import HttpMethod, ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from copydesk.telemetry.figures import HTTP_ANSWERS, HTTP_SECONDS

_NO_ROUTE, _NO_ANSWER = "other", "none"
_EVENTS = b"text/event-stream"


class Measured:
    """Stand before an ASGI application. A route is its template, so that ids and names make no series of their own.

    A stream of events has no end: it is counted when it ends, not measured. HEAD is answered as GET, whose body the
    server leaves out.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and note what came of it; the class is `none` where nobody waited for the answer."""
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return
        if scope["method"] == HttpMethod.HEAD:
            scope = {**scope, "method": HttpMethod.GET}
        began, answered, endless = time.perf_counter(), _NO_ANSWER, False

        async def noted(message: Message) -> None:
            nonlocal answered, endless
            if message["type"] == "http.response.start":
                answered = f"{message['status'] // 100}xx"
                endless = any(name.lower() == b"content-type" and _EVENTS in kind for name, kind in message["headers"])
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            route = scope.get("path_template") or _NO_ROUTE
            HTTP_ANSWERS.add(1, route, answered)
            if not endless:
                HTTP_SECONDS.observe(time.perf_counter() - began, route)
