"""Retry publishing until acknowledged: a producer's events in batches, and the state that rests on them only then."""

import hashlib
import logging
import time
from collections.abc import Callable, Sequence
from threading import Event
from typing import NamedTuple, TypeVar

from copydesk.errors import LogUnavailable, MessageTooLarge
from copydesk.events import DeadLetter, Link
from copydesk.identity import article_id
from copydesk.log_port import Log, Message
from copydesk.message_headers import trace_of
from copydesk.runtime import dead_letters
from copydesk.telemetry.spans import span_listener
from copydesk.telemetry.waits import WaitReport

_FIRST_WAIT, _LONGEST_WAIT, ROOM_WAIT = 0.1, 30.0, 0.05

T = TypeVar("T")
logger = logging.getLogger("copydesk.outbox")


def trace_of_link(link: Link) -> str:
    """Return the `traceparent` of a link's way: as if its address were the article's, which it mostly is."""
    article = link.known_as or article_id(url=link.url, source=link.source)
    return trace_of(article, int(link.found_at_time.timestamp() * 1000))


class Stopped(Exception):
    """Say that the stop event was set during a wait; what was not acknowledged is done again later."""


class TooLarge(NamedTuple):
    """Describe a message that the log does not take: its number among those handed over, its size, hash, and why."""

    position: int
    size: int
    sha256: str
    reason: str


class Outbox:
    """Call a log until it answers, for the producer `who`. `tell` is told what it waits for, "" when that is over.

    With `begins` the events that are published begin their way here, and their `traceparent` is that of the first span.
    """

    def __init__(
        self,
        log: Log,
        stop: Event,
        room: Callable[[], bool] | None = None,
        tell: Callable[[str], None] = lambda _: None,
        who: str = "producer",
        *,
        begins: bool = True,
    ) -> None:
        self.log, self._begins = log, begins
        self._waits = WaitReport(who, logger)
        self._stop, self._room, self._tell = stop, room, tell

    def retry_until_answered(self, call: Callable[[], T]) -> T:
        """Return what the call returns, once the log answers it; waits grow to 30 s. Raises Stopped."""
        wait = _FIRST_WAIT
        while True:
            try:
                found = call()
            except LogUnavailable as error:
                if wait == _FIRST_WAIT:
                    logger.warning("the log does not answer, trying again: %s", error)
                self._tell(f"the log does not answer: {error}")
                self._waits.waits()
                if self._stop.wait(wait):
                    raise Stopped from error
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                if wait > _FIRST_WAIT:
                    self._tell("")
                    self._waits.goes_on()
                return found

    def wait_for_room(self) -> None:
        """Return when those who read what we publish are not too far behind. Raises Stopped."""
        while self._room is not None and not self.retry_until_answered(self._room):
            if self._stop.wait(ROOM_WAIT):
                raise Stopped

    def publish(self, topic: str, messages: Sequence[Message]) -> list[TooLarge]:
        """Publish in order all that are not over the log's limit, and return those that are. Raises Stopped."""
        began = time.time_ns()
        left, numbers, refused = list(messages), list(range(len(messages))), list[TooLarge]()
        while left:
            try:
                self.retry_until_answered(lambda: self.log.publish(topic, left))
            except MessageTooLarge as error:
                value = left.pop(error.position).value or b""
                digest = hashlib.sha256(value).hexdigest()
                refused.append(TooLarge(numbers.pop(error.position), len(value), digest, str(error)))
            else:
                break
        listener = span_listener() if self._begins else None
        if listener and (found := [trace for each in left if (trace := each.headers.get("traceparent"))]):
            listener.begun(topic, found, began)
        return refused

    def publish_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Publish dead letters. Raises Stopped."""
        if letters:
            self.retry_until_answered(lambda: dead_letters.publish(self.log, list(letters)))
