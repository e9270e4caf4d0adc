"""Keep how far cleaning the past again has come in a file, so that the same command goes on where it was killed.

What is to be published is written down before it goes out, with the counts that it makes: who comes after a kill sends
it again, and readers take a repeat for nothing. So no article is counted twice, and none is left out.
"""

import os
from pathlib import Path

import msgspec
from msgspec import Struct

from copydesk.errors import ConfigError
from copydesk.log_port import Log
from copydesk.pipeline import DEAD, RAW
from copydesk.recleaning.tally import Tally


class Outgoing(Struct, array_like=True, frozen=True):
    """Hold a message that is published once what is counted with it is written down."""

    topic: str
    key: str
    value: bytes
    headers: dict[str, str]


class RecleanProgress(Struct):
    """Hold where a run is: offsets by partition, all events below `ends` being its work.

    `dead_ends` bounds the dead letters that were there when it began. `put_off` holds places by article id: of events
    that may come again, of which the last one counts.
    """

    ends: dict[int, int]
    dead_ends: dict[int, int]
    begins: dict[int, int]
    at: dict[int, int]
    put_off: dict[str, tuple[int, int]] = {}
    outbox: list[Outgoing] = []
    tally: Tally = msgspec.field(default_factory=Tally)

    @property
    def total(self) -> int:
        """Return how many events there are to read."""
        return sum(self.ends.values()) - sum(self.begins.values())

    @property
    def done(self) -> int:
        """Return how many of them are behind it."""
        return sum(min(self.ends[each], at) - self.begins[each] for each, at in self.at.items() if each in self.ends)


def first_progress(log: Log) -> RecleanProgress:
    """Return the progress of a run that begins: its work is what the log holds now."""
    status = {topic: [each for each in log.status() if each.partition.topic == topic] for topic in (RAW, DEAD)}
    begins = {each.partition.number: each.begin for each in status[RAW]}
    return RecleanProgress(
        ends={each.partition.number: each.end for each in status[RAW]},
        dead_ends={each.partition.number: each.end for each in status[DEAD]},
        begins=begins,
        at=dict(begins),
    )


class ProgressFile:
    """Save the progress of one run; a file that cannot be read is none, as the work can be done again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def load(self) -> RecleanProgress | None:
        """Return what was saved, None where nothing was."""
        try:
            return msgspec.msgpack.decode(self._path.read_bytes(), type=RecleanProgress)
        except (OSError, msgspec.DecodeError):
            return None

    def save(self, progress: RecleanProgress) -> None:
        """Write it down durably, in place of what was saved before. Raises ConfigError."""
        fresh = self._path.with_name(f"{self._path.name}.new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            with fresh.open("wb") as file:
                file.write(msgspec.msgpack.encode(progress))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(self._path)
        except OSError as error:
            raise ConfigError(f"{self._path} cannot be written, and holds how far it has come: {error}") from error

    def remove(self) -> None:
        """Forget it: the run is done."""
        self._path.unlink(missing_ok=True)
