"""Run a function on a stream of items in worker processes, and give the answers back in the items' order."""

import contextlib
import queue
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from typing import Generic, TypeVar, cast

from copydesk.runtime.outcome import Outcome
from copydesk.runtime.process_pool import ProcessPool

_WINDOW, _WINDOW_BYTES = 64, 64 << 20
"""Items held per process, and bytes held in all, before the next item waits for the oldest answer to be taken."""
_AHEAD = 8

T = TypeVar("T")


def answers_in_order(
    items: Iterable[T],
    function: Callable[[bytes], Outcome],
    workers: int,
    *,
    payload: Callable[[T], bytes | Outcome],
    preload: Sequence[str] = (),
    read_ahead: bool = False,
) -> Generator[tuple[T, Outcome], None, None]:
    """Yield each item with its outcome, in order and as soon as it is there; what is held is bounded.

    `payload` makes of an item the bytes that `function` is called with in a process, or at once its outcome. An
    exception of `items` is raised behind the answers to the items before it. Closing the generator ends the processes.

    Items are read in the caller's thread, as rows of a database may have to be. With `read_ahead` a thread reads them,
    so that an answer never waits for the item after it.
    """
    reader: _InTurn[T] = _ReadAhead(items) if read_ahead else _InTurn(items)
    pool = ProcessPool(function, workers, preload=preload)
    held: deque[tuple[T, int]] = deque()
    done: dict[int, Outcome] = {}
    first = size = 0
    ended, failure = False, None
    try:
        while not ended or held:
            while not ended and first not in done and len(held) < _WINDOW * workers and size < _WINDOW_BYTES:
                try:
                    item = reader.take(None if not held else 0.0 if pool.pending else 0.01)
                except queue.Empty:
                    break
                except StopIteration:
                    ended = True
                    break
                except Exception as error:  # noqa: BLE001 - raised below
                    ended, failure = True, error
                    break
                value, ticket = payload(item), first + len(held)
                if isinstance(value, Outcome):
                    done[ticket] = value
                    held.append((item, 0))
                else:
                    pool.submit(ticket, "", value)
                    held.append((item, len(value)))
                    size += len(value)
                    done.update(_completed(pool, 0.0))
            done.update(_completed(pool, 0.0 if first in done else 0.05))
            while first in done:
                item, length = held.popleft()
                size -= length
                yield item, done.pop(first)
                first += 1
        if failure is not None:
            raise failure
    finally:
        reader.close()
        pool.close()


def _completed(pool: ProcessPool, timeout: float) -> list[tuple[int, Outcome]]:
    return [(cast("int", ticket), outcome) for ticket, outcome in pool.completed(timeout)]


class _InTurn(Generic[T]):
    """Read items in the caller's thread."""

    def __init__(self, items: Iterable[T]) -> None:
        self._items = iter(items)

    def take(self, _timeout: float | None, /) -> T:
        """Return the next item; raises StopIteration behind the last, and queue.Empty when there is none in time."""
        return next(self._items)

    def close(self) -> None:
        """Read no more."""


class _ReadAhead(_InTurn[T]):
    """Read items in a thread of its own, a few ahead."""

    def __init__(self, items: Iterable[T]) -> None:
        super().__init__(items)
        self._queue: queue.Queue[tuple[T] | BaseException] = queue.Queue(_AHEAD)
        self._closed = False
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        try:
            for item in self._items:
                self._queue.put((item,))
                if self._closed:
                    return
        except BaseException as error:  # noqa: BLE001 - carried to the thread that asked
            self._queue.put(error)
        else:
            self._queue.put(StopIteration())

    def take(self, timeout: float | None, /) -> T:
        found = self._queue.get(timeout != 0.0, timeout)
        if isinstance(found, BaseException):
            raise found
        return found[0]

    def close(self) -> None:
        self._closed = True
        with contextlib.suppress(queue.Empty):
            while True:
                self._queue.get_nowait()
