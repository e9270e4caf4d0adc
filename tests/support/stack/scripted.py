"""An HTTP server on the loopback address that answers as a script says, and remembers what it was asked."""

import json
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, NamedTuple

PRODUCT = {"X-Elastic-Product": "Elasticsearch"}


class Asked(NamedTuple):
    """One request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


class Answer(NamedTuple):
    """One answer; `body` is sent as JSON unless it is bytes."""

    status: int
    body: Any = None
    headers: Mapping[str, str] = PRODUCT


Responder = Callable[[Asked], Answer]


@dataclass
class Scripted:
    """A running server: `respond` may be changed at any time."""

    port: int
    respond: Responder
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def scripted(respond: Responder, tls: ssl.SSLContext | None = None) -> Iterator[Scripted]:
    """Serve, each connection in a thread of its own, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # an answer in one piece, which no delayed acknowledgement holds up

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            asked = Asked(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            state.asked.append(asked)
            answer = state.respond(asked)
            data = answer.body if isinstance(answer.body, bytes) else json.dumps(answer.body).encode()
            self.send_response(answer.status)
            for name, value in ({"Content-Type": "application/json"} | dict(answer.headers)).items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(data)

        do_GET = do_POST = do_PUT = do_DELETE = do_HEAD = handle_one

        def log_message(self, format: str, *args: Any) -> None:
            """Nobody listens."""

    class Quiet(ThreadingHTTPServer):
        daemon_threads = True
        request_queue_size = 64

        def handle_error(self, request: Any, client_address: Any) -> None:
            """A client that hangs up is part of many scripts."""

    server = Quiet(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    state = Scripted(server.server_address[1], respond)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
