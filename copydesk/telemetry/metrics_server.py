"""Serve figures and health over HTTP, in a thread of their own: `/metrics`, `/healthz`, `/readyz`."""

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from socketserver import TCPServer, ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from copydesk.errors import InputError
from copydesk.telemetry.exposition import exposed, make_registry
from copydesk.telemetry.vitals import Vitals, judge_health

_PATIENCE = 10.0
"""Seconds that one who asks may be silent."""
_PLAIN = "text/plain; charset=utf-8"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def server_bind(self) -> None:
        """Listen, without asking the network what this machine is called, as the library would."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = str(self.server_address[0]), int(self.server_address[1])
        self.setup_environ()


class _ServerOfSix(_Server):
    address_family = socket.AF_INET6


class _Handler(WSGIRequestHandler):
    timeout = _PATIENCE
    server_version, sys_version = "copydesk", ""

    def log_message(self, *_: Any) -> None:
        """Log nothing: somebody asks every few seconds."""

    def address_string(self) -> str:
        return str(self.client_address[0])  # without asking for a name


@contextmanager
def metrics_served(host: str, port: int, vitals: Vitals) -> Iterator[tuple[str, int]]:
    """Serve within the block, and give the address; port 0 takes a free one. Raises InputError that names a way out."""
    six = ":" in host
    try:
        server = make_server(host, port, _application(vitals), _ServerOfSix if six else _Server, _Handler)
    except (OSError, OverflowError) as error:
        words = getattr(error, "strerror", None) or error
        raise InputError(
            f"{host}:{port} cannot be listened on ({words}): --metrics or COPYDESK_METRICS names another"
        ) from None
    thread = threading.Thread(target=server.serve_forever, name="copydesk-metrics", daemon=True)
    thread.start()
    try:
        yield host, server.server_address[1]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _application(vitals: Vitals) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    registry = make_registry()

    def answer(environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        status, kind, body = "200 OK", _PLAIN, b""
        path = environ.get("PATH_INFO", "")
        if environ["REQUEST_METHOD"] not in {"GET", "HEAD"}:
            status, body = "405 Method Not Allowed", b"GET or HEAD\n"
        elif path == "/metrics":
            body, kind = exposed(registry, environ.get("HTTP_ACCEPT", ""))
        elif path in {"/healthz", "/readyz"}:
            found = judge_health(vitals(), time.monotonic())
            status = "200 OK" if (found.alive if path == "/healthz" else found.ready) else "503 Service Unavailable"
            body = f"{found.words}\n".encode()
        else:
            status, body = "404 Not Found", b"/metrics, /healthz or /readyz\n"
        start(status, [("Content-Type", kind), ("Content-Length", str(len(body))), ("Cache-Control", "no-store")])
        return [] if environ["REQUEST_METHOD"] == "HEAD" else [body]

    return answer
