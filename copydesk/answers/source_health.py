"""Describe how each source is: what it brings as a rule and lately, and the alarms that are open."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec
from msgspec import Struct

from copydesk.answers.letters import read_letters
from copydesk.consumers.source_corrections import PINS
from copydesk.consumers.source_sightings import read_article, refusal_of
from copydesk.consumers.watched_sources import read_figures
from copydesk.errors import NotFound
from copydesk.events import Alarm, encode
from copydesk.health.alarms import event_of
from copydesk.health.figures import OpenAlarm, SourceFigures
from copydesk.health.rhythm import Rhythms
from copydesk.health.samples import median
from copydesk.health.stream import SourceWatch
from copydesk.health.thresholds import DAYS_KEPT
from copydesk.index_port import Index
from copydesk.log_port import Log, Table
from copydesk.pipeline import FURNITURE, HEALTH
from copydesk.search.query import Query

_MONDAY = 4
"""The first Monday since the epoch, as a day."""
_REFUSED_DAYS = 14
_NEWEST = 200
"""How many articles are read where nothing is kept: enough for the rhythm of some days."""


class SourceHealth(Struct, frozen=True):
    """Hold what `sources health --json` prints of a source.

    `articles_a_day` is its rhythm and `by_weekday` that of each weekday, from Monday on; both are of the days before
    the latest one, and None while too few are known. `words` is the median, the shares are means, of the latest
    articles, twenty at most; `refused` is the share of the last two weeks.
    """

    source: str
    latest_at: datetime | None
    articles_a_day: float | None
    by_weekday: tuple[float, ...] | None
    articles_on_latest_day: int
    words: int
    cut: float
    cut_by_kind: dict[str, float]
    without_title: float
    without_authors: float
    without_date: float
    refused: float
    languages: dict[str, float]
    alarms: tuple[Alarm, ...]


class KnownHealth(NamedTuple):
    """Hold how a source is, None where nothing is known, and whether the stage watch-sources keeps it.

    Else it was worked out now, of the newest articles in the index and of the dead letters.
    """

    health: SourceHealth | None
    is_kept: bool


class Unwatched(NamedTuple):
    """Hold the sources that are not watched, and the days without an article after which a source is forgotten."""

    sources: list[str]
    days: int


class _Alarms(Struct):
    alarms: list[OpenAlarm] = []


def sources_health(log: Log, source: str | None = None) -> list[SourceHealth]:
    """Describe all sources that are watched, or one, those with alarms first; raises NotFound."""
    table = log.table(HEALTH)
    table.refresh()
    if source is not None:
        value = table.get(source)
        if value is None:
            raise NotFound(
                f"nothing is kept of the source {source!r}; `copydesk sources health` lists those watched: "
                f"who brings nothing for {DAYS_KEPT} days is forgotten"
            )
        return [_described(source, read_figures(value))]
    found = [_described(name, read_figures(value)) for name, value in table.items()]
    return sorted(found, key=lambda each: (not each.alarms, each.source))


def unwatched_sources(log: Log) -> Unwatched:
    """Name the sources that have a memory and are not watched. Raises LogUnavailable."""
    tables = [log.table(topic) for topic in (FURNITURE, HEALTH)]
    for table in tables:
        table.refresh()
    learned, watched = ({name for name, _ in table.items() if not name.startswith(PINS)} for table in tables)
    return Unwatched(sorted(learned - watched), DAYS_KEPT)


def known_health(log: Log, index: Index, source: str) -> KnownHealth:
    """Describe a source by what is kept of it, else by its newest articles. Raises LogUnavailable, IndexUnavailable."""
    table = log.table(HEALTH)
    table.refresh()
    if value := table.get(source):
        return KnownHealth(_described(source, read_figures(value)), True)
    watch = SourceWatch({})
    refusals = (refusal_of(each.letter) for each in read_letters(log) if each.letter.source == source)
    for refused in refusals:
        if refused is not None:
            watch.refusal(refused, 0)
    for hit in reversed(index.search(Query(source=source, sort="newest", limit=_NEWEST, removed=True)).hits):
        if (seen := read_article(encode(hit.article))) is not None:
            watch.article(seen, 0)
    figures = watch.sources.get(source)
    return KnownHealth(_described(source, figures) if figures else None, False)


def refused_by_source(log: Log) -> Counter[str]:
    """Count the documents of each source that were refused and not put aside."""
    return Counter(
        each.letter.source for each in read_letters(log) if each.letter.class_ == "refused" and each.state == "open"
    )


def open_alarms(table: Table) -> list[Alarm]:
    """Return the alarms that are open by the table `sources.health`, the latest first. Raises LogUnavailable."""
    table.refresh()
    return sorted(_open(table.items()), key=lambda alarm: (alarm.found_at, alarm.id), reverse=True)


def _open(states: Iterator[tuple[str, bytes]]) -> Iterator[Alarm]:
    for source, value in states:
        for alarm in msgspec.json.decode(value, type=_Alarms).alarms:
            yield event_of(source, alarm)


def _described(source: str, figures: SourceFigures) -> SourceHealth:
    rhythm = Rhythms(figures, {}).before(figures.day)
    latest = figures.latest
    number = max(1, len(latest))
    kinds, languages = Counter[str](), Counter[str]()
    for each in latest:
        kinds.update(each.kinds)
        languages[each.language or "unknown"] += 1
    articles, refused = sum(figures.articles[-_REFUSED_DAYS:]), sum(figures.refused[-_REFUSED_DAYS:])
    return SourceHealth(
        source=source,
        latest_at=datetime.fromtimestamp(figures.at, UTC) if figures.at else None,
        articles_a_day=round(rhythm.a_day, 2) if rhythm.is_known else None,
        by_weekday=tuple(round(rhythm.expected(_MONDAY + day), 2) for day in range(7)) if rhythm.is_known else None,
        articles_on_latest_day=figures.count(figures.day),
        words=round(median([each.words for each in latest])),
        cut=round(sum(each.cut for each in latest) / number, 3),
        cut_by_kind={kind: round(total / number, 3) for kind, total in kinds.most_common()},
        without_title=_lacking(figures, "t"),
        without_authors=_lacking(figures, "a"),
        without_date=_lacking(figures, "d"),
        refused=round(refused / max(1, articles + refused), 3),
        languages={code: round(count / number, 3) for code, count in languages.most_common()},
        alarms=tuple(event_of(source, alarm) for alarm in figures.alarms),
    )


def _lacking(figures: SourceFigures, letter: str) -> float:
    return round(sum(letter in each.missing for each in figures.latest) / max(1, len(figures.latest)), 3)
