"""Watch the pipeline: how fast topics grow, what each stage does, and since when it waits."""

import threading
import time
from collections import deque
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import NamedTuple

from copydesk.answers.pipeline_state import PipelineReader, PipelineState
from copydesk.errors import CopydeskError
from copydesk.index_port import Index
from copydesk.log_port import Log
from copydesk.pipeline import STAGES, Stage
from copydesk.telemetry.repeated import repeated

WATCH_EVERY, LIVE_EVERY, WINDOW = 5.0, 2.0, 60.0
"""Seconds between two looks of a desk that is served, while somebody sees the numbers, and over which rates are
measured."""
_STILL, _SEEN = 10.0, 10.0


class Look(NamedTuple):
    """Hold what one look found: events ever published by topic, taken and left by stage, what the index waits for."""

    at: datetime
    published: dict[str, int]
    taken: dict[str, int]
    left: dict[str, int]
    index_waits: str


class StageState(NamedTuple):
    """Tell what a stage does: `idle`, `working`, `waiting` for a server, or `stopped`; since when, and in words."""

    word: str
    since: datetime | None = None
    why: str = ""
    rate: float = 0.0


class PipelineWatch:
    """Keep the looks of the last minute, and the whole state as of the last one. Threads may share it.

    `state` is None before the first look; `problem` says why the last one saw nothing, empty where it did.
    """

    def __init__(self) -> None:
        self.state: PipelineState | None = None
        self.problem = ""
        self._looks: deque[Look] = deque()
        self._since: dict[str, tuple[str, datetime]] = {}
        self._lock = threading.Lock()
        self._seen_at = -_SEEN

    def note_reader(self) -> None:
        """Note that somebody sees the numbers now: for some seconds they are renewed more often."""
        self._seen_at = time.monotonic()

    def pause(self) -> float:
        """Return the seconds until the next look."""
        return LIVE_EVERY if time.monotonic() - self._seen_at < _SEEN else WATCH_EVERY

    def take(self, look: Look) -> None:
        """Take a look in."""
        with self._lock:
            self._looks.append(look)
            while (look.at - self._looks[0].at).total_seconds() > WINDOW:
                self._looks.popleft()
            for stage in STAGES:
                word = self._word(stage, look)
                if self._since.get(stage.name, ("", look.at))[0] != word:
                    began = look.at if word != "stopped" else self._still_since(stage)
                    self._since[stage.name] = (word, began)

    def rates(self) -> dict[str, float]:
        """Return how many events a second each topic has grown by."""
        with self._lock:
            return {
                topic: self._rate("published", topic) for topic in (self._looks[-1].published if self._looks else ())
            }

    def stages(self) -> dict[str, StageState]:
        """Return the state of every stage; empty before the first look."""
        with self._lock:
            if not self._looks:
                return {}
            last = self._looks[-1]
            return {
                stage.name: StageState(
                    word, since, last.index_waits if word == "waiting" else "", self._rate("taken", stage.name)
                )
                for stage in STAGES
                for word, since in [self._since[stage.name]]
            }

    def _word(self, stage: Stage, look: Look) -> str:
        left = look.left.get(stage.name, 0)
        if stage.writes is None and look.index_waits:
            return "waiting"
        if not left:
            return "idle"
        still = (look.at - self._still_since(stage)).total_seconds()
        return "working" if still < _STILL else "stopped"

    def _still_since(self, stage: Stage) -> datetime:
        """Return the earliest look from which on the stage has taken nothing."""
        now = self._looks[-1]
        since = now.at
        for look in reversed(self._looks):
            if look.taken.get(stage.name) != now.taken.get(stage.name):
                break
            since = look.at
        return since

    def _rate(self, what: str, name: str) -> float:
        first, last = self._looks[0], self._looks[-1]
        seconds = (last.at - first.at).total_seconds()
        grown = getattr(last, what).get(name, 0) - getattr(first, what).get(name, 0)
        return max(0, grown) / seconds if seconds > 0 else 0.0


def look_at(state: PipelineState, now: datetime) -> Look:
    """Return the look of what the log and the index say."""
    groups = {
        stage.name: state.topics[stage.reads].groups[stage.name]
        for stage in STAGES
        if stage.reads in state.topics and stage.name in state.topics[stage.reads].groups
    }
    return Look(
        now,
        {name: topic.published for name, topic in state.topics.items()},
        {name: sum(group.committed.values()) for name, group in groups.items()},
        {name: group.lag for name, group in groups.items()},
        str(state.index.unavailable or state.index.waiting or ""),
    )


def watching(watch: PipelineWatch, log: Log, index: Index) -> AbstractContextManager[None]:
    """Look again and again within the block, in a thread of its own; a log that does not answer is asked again."""
    reader: PipelineReader | None = None

    def look() -> None:
        nonlocal reader
        try:
            reader = reader or PipelineReader(log, index)
            watch.state = reader.now()
            watch.take(look_at(watch.state, datetime.now(UTC)))
            watch.problem = ""
        except CopydeskError as error:
            watch.problem = str(error)

    return repeated(look, watch.pause)
