"""Look at something again and again while a block runs, in a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def repeated(look: Callable[[], None], pause: Callable[[], float]) -> Iterator[None]:
    """Call `look` at once, and again after each pause in seconds, until the block ends: it waits for the last look."""
    stop = threading.Event()

    def work() -> None:
        look()
        while not stop.wait(pause()):
            look()

    thread = threading.Thread(target=work, name="copydesk-watch", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()
