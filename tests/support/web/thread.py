"""The test web in a thread of its own, for programs that run beside it."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tests.support.web.server import Web


@contextmanager
def web_in_a_thread() -> Iterator[Web]:
    """Return a running web; `http://127.0.0.1:<port>/` and, by its Host header, every virtual host lead to it."""
    web, loop = Web(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(web.start(), loop).result()
    try:
        yield web
    finally:
        asyncio.run_coroutine_threadsafe(web.stop(), loop).result()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
