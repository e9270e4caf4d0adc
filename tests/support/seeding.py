"""What the tests of the seed producer share: a clock, rows, and what came out."""

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from copydesk.events import DeadLetter, Link, RawArticle, decode
from copydesk.log_port import Log
from copydesk.pipeline import DEAD, LINKS, RAW
from copydesk.producers.seeds.produce import SeedCounts, produce

START = datetime(2025, 3, 1, 8, 0, tzinfo=UTC)
START_MS = int(START.timestamp() * 1000)


class Clock:
    """Gives the instant it was set to, a little later each time."""

    def __init__(self, now: datetime = START, step: timedelta = timedelta(milliseconds=1)) -> None:
        self.now, self.step = now, step

    def __call__(self) -> datetime:
        self.now += self.step
        return self.now


def lines(*rows: dict[str, Any] | str) -> bytes:
    """JSON Lines."""
    return b"".join((row if isinstance(row, str) else json.dumps(row)).encode() + b"\n" for row in rows)


def seed(log: Log, *paths: Path, clock: Clock | None = None, **options: Any) -> SeedCounts:
    return produce(paths, log, clock=clock or Clock(), **options)


def age(*paths: Path) -> None:
    """Files last written to a day ago: what was written just now is never taken for unchanged by its time alone."""
    for path in paths:
        os.utime(path, (path.stat().st_mtime - 86_400,) * 2)


def articles(log: Log) -> list[RawArticle]:
    """Every article event, those of one source in order."""
    return [decode(RawArticle, record.value or b"") for record in log.scan(RAW)]


def contents(log: Log) -> list[str]:
    return [article.content for article in articles(log)]


def letters(log: Log) -> list[DeadLetter]:
    return [decode(DeadLetter, record.value or b"") for record in log.scan(DEAD)]


def links(log: Log) -> list[Link]:
    return [decode(Link, record.value or b"") for record in log.scan(LINKS)]


def indexed(events: Iterable[RawArticle]) -> dict[str, str]:
    """Contents by id as an index holds them: a revision that is not above the stored one changes nothing."""
    stored: dict[str, RawArticle] = {}
    for event in events:
        if event.id not in stored or event.revision > stored[event.id].revision:
            stored[event.id] = event
    return {article: event.content for article, event in stored.items()}
