"""Judge the figures of `status` for a monitor: what is wrong, in a line each, and the exit code that says so."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from copydesk.answers.pipeline_state import GroupState, PipelineState, TopicState
from copydesk.cli.output import FAILED, OK, STORAGE, UNAVAILABLE
from copydesk.errors import InputError
from copydesk.log_port import Log, PartitionStatus
from copydesk.pipeline import STAGES, WATCH_STAGE
from copydesk.telemetry.lag import group_lags
from copydesk.telemetry.waits import span_words

_SPAN = re.compile(r"(\d{1,9})\s*(s|m|min|h|d)", re.ASCII)
_CHECKED = (*STAGES, WATCH_STAGE)
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400}


class Bounds(NamedTuple):
    """Hold what is still well; None where it does not matter. `lag` is in events of one stage."""

    lag: int | None = None
    age: timedelta | None = None
    dead: int | None = None


def age_of(text: str | None) -> timedelta | None:
    """Return the span of --max-age; raises InputError."""
    if text is None:
        return None
    span = _SPAN.fullmatch(text.strip())
    if span is None:
        raise InputError(f"--max-age is {text!r}; it must be a span such as 90s, 10m, 2h or 1d")
    return timedelta(seconds=int(span[1]) * _SECONDS[span[2]])


def oldest_waiting(log: Log, partitions: Sequence[PartitionStatus]) -> dict[str, datetime]:
    """Return when the oldest event that a stage has not done yet was published, by stage."""
    found: dict[str, datetime] = {}
    is_watched = any(WATCH_STAGE.name in each.committed for each in partitions)  # where nobody does, nothing is late
    for each in group_lags(log, _CHECKED if is_watched else STAGES, partitions):
        if each.oldest is not None:
            found[each.group] = min(each.oldest, found.get(each.group, each.oldest))
    return found


def problems(
    state: PipelineState, bounds: Bounds, waiting: dict[str, datetime], now: datetime
) -> Iterator[tuple[int, str]]:
    """Yield the exit code and the words of each problem in what `status` found."""
    index = state.index
    if index.unavailable:
        yield UNAVAILABLE, f"the index does not answer: {index.unavailable}"
    elif index.lost:
        yield STORAGE, index.lost
    elif index.waiting:
        yield FAILED, f"the index waits: {index.waiting}"
    for stage in _CHECKED:
        lag = state.topics.get(stage.reads, TopicState()).groups.get(stage.name, GroupState()).lag
        if bounds.lag is not None and lag > bounds.lag:
            yield FAILED, f"the stage {stage.name} is {lag:,} events behind, more than {bounds.lag:,}"
    if bounds.age is not None:
        for name, when in waiting.items():
            if now - when > bounds.age:
                yield FAILED, f"the stage {name} has an event to do that is {_old(now - when, bounds.age)}"
        newest = index.newest_indexed_at or None
        if newest is None or now - newest > bounds.age:
            words = f"the newest article is {_old(now - newest, bounds.age)}" if newest else "there is no article"
            yield FAILED, words
    dead = sum(count for name, count in state.dead_letters.items() if name not in {"resolved", "discarded"})
    if bounds.dead is not None and dead > bounds.dead:
        yield FAILED, f"there are {dead:,} dead letters, more than {bounds.dead:,}"


def worst(found: Sequence[tuple[int, str]]) -> int:
    """Return the exit code of a check."""
    return max((code for code, _ in found), default=OK)


def _old(span: timedelta, bound: timedelta) -> str:
    return f"{span_words(span.total_seconds())} old, more than {span_words(bound.total_seconds())}"
