"""Retry publishing until acknowledged: a producer's events in batches, and the state that rests on them only then."""

import hashlib
import logging
from collections.abc import Callable, Sequence
from threading import Event
from typing import NamedTuple, TypeVar

from copydesk.errors import LogUnavailable, MessageTooLarge
from copydesk.events import DeadLetter
from copydesk.log_port import Log, Message
from copydesk.runtime import dead_letters

_FIRST_WAIT, _LONGEST_WAIT, ROOM_WAIT = 0.1, 30.0, 0.05

T = TypeVar("T")
logger = logging.getLogger("copydesk.outbox")


class Stopped(Exception):
    """Say that the stop event was set during a wait; what was not acknowledged is done again later."""


class TooLarge(NamedTuple):
    """Describe a message that the log does not take: its number among those handed over, its size, hash, and why."""

    position: int
    size: int
    sha256: str
    reason: str


class Outbox:
    """Call a log until it answers. `tell` is told in words what it waits for, and "" when that is over."""

    def __init__(
        self,
        log: Log,
        stop: Event,
        room: Callable[[], bool] | None = None,
        tell: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.log = log
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
                if self._stop.wait(wait):
                    raise Stopped from error
                wait = min(2 * wait, _LONGEST_WAIT)
            else:
                if wait > _FIRST_WAIT:
                    self._tell("")
                return found

    def wait_for_room(self) -> None:
        """Return when those who read what we publish are not too far behind. Raises Stopped."""
        while self._room is not None and not self.retry_until_answered(self._room):
            if self._stop.wait(ROOM_WAIT):
                raise Stopped

    def publish(self, topic: str, messages: Sequence[Message]) -> list[TooLarge]:
        """Publish in order all that are not over the log's limit, and return those that are. Raises Stopped."""
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
        return refused

    def publish_letters(self, letters: Sequence[DeadLetter]) -> None:
        """Publish dead letters. Raises Stopped."""
        if letters:
            self.retry_until_answered(lambda: dead_letters.publish(self.log, list(letters)))
