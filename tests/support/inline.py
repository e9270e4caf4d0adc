"""Run what a stage does in this process, in the place of the processes that clean."""

from collections.abc import Callable

from copydesk.consumers.clean import clean_event
from copydesk.runtime.outcome import Outcome


class Inline:
    """An executor that calls `function` at once, and gives each outcome when it is next asked."""

    def __init__(self, function: Callable[[bytes], Outcome] = clean_event) -> None:
        self.function = function
        self.done: list[tuple[object, Outcome]] = []

    @property
    def pending(self) -> int:
        return len(self.done)

    def submit(self, ticket: object, key: str, value: bytes) -> None:
        self.done.append((ticket, self.function(value)))

    def completed(self, timeout: float) -> list[tuple[object, Outcome]]:
        done, self.done = self.done, []
        return done

    def close(self) -> None:
        self.done.clear()
