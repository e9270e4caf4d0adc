"""Watch the stream of articles and refusals: count each, and judge its source when something may have changed.

Time is the stream's: what several articles have reached. Each partition has its own, since they are read one after the
other; when all is read, they share the furthest, or the clock on the wall where articles are news. The content of
articles is judged with each one that comes, their number at every step of the partition's time.
"""

from bisect import insort
from collections import defaultdict

from copydesk.events import Alarm, AlarmArticle, AlarmKind
from copydesk.health.alarms import settle
from copydesk.health.content import Changed, content_changes
from copydesk.health.figures import (
    Refusal,
    Sighting,
    SourceFigures,
    count_article,
    count_refusal,
    is_new_id,
    stream_time,
    take_sample,
)
from copydesk.health.refusals import refusals_risen
from copydesk.health.rhythm import Rhythms, fewer, flood, missed
from copydesk.health.samples import median
from copydesk.health.thresholds import (
    ALL_EXPECTED,
    ALL_HIGH,
    ALL_LEAST,
    ALL_LOW,
    ALL_SOURCES,
    DAY,
    DAYS_KEPT,
    SILENT_AFTER,
    STEP,
)

_AGREE = 3
"""Articles that have reached a time before it is the stream's: one wrong date makes no source silent."""
_FACTOR_DAYS = 16


class SourceWatch:
    """Hold the figures of all sources. `changed` names those that are not saved, `gone` those that are forgotten."""

    def __init__(self, known: dict[str, SourceFigures] | None = None) -> None:
        self.sources = known or {}
        self.changed: set[str] = set()
        self.gone: set[str] = set()
        self._by_partition: dict[int, set[str]] = defaultdict(set)
        self._clocks: dict[int, list[float]] = defaultdict(list)
        self._steps: dict[int, int] = {}
        self._rhythms: dict[str, Rhythms] = {}
        self._factors: dict[int, tuple[int, float]] = {}
        self._shared: dict[int, float] = {}
        for source, figures in self.sources.items():
            self._place(source, figures, figures.partition)
            self._reach(figures.partition, figures.at)

    def article(self, seen: Sighting, partition: int) -> list[Alarm]:
        """Count an article; returns the alarms that begin or end with it."""
        figures = self._figures(seen.source)
        if not is_new_id(figures, seen.id):
            return []
        at = stream_time(figures, seen.published, seen.fetched, self._usual_gap(seen.source, figures))
        self._reach(partition, at)
        alarms = []
        if at - figures.at >= SILENT_AFTER and figures.at:  # the gap that ends here may have been a silence
            alarms += self._judge_number(seen.source, figures, at)
        self._place(seen.source, figures, partition)
        count_article(figures, at)
        if figures.open("silent"):
            alarms += self._settle(seen.source, figures, "silent", None, at)
        a_day = self._rhythms_of(seen.source, figures).before(figures.day).a_day
        if take_sample(figures, seen, at, a_day):
            for kind, found in content_changes(figures).items():
                alarms += self._settle(seen.source, figures, kind, found, figures.at)
            alarms += self._judge_refusals(seen.source, figures, figures.at)
        return alarms + self._step(partition)

    def refusal(self, refused: Refusal, partition: int) -> None:
        """Count a refusal. It is judged with the articles of its time, and by `sweep`: it may be read ahead of them."""
        figures = self._figures(refused.source)
        if is_new_id(figures, refused.identity):
            if not figures.at:
                self._place(refused.source, figures, partition)
            gap = self._usual_gap(refused.source, figures)
            count_refusal(figures, refused, stream_time(figures, refused.published, refused.fetched, gap))

    def sweep(self, wall: float | None = None) -> list[Alarm]:
        """Judge all sources at the furthest time that the stream has reached, or at that of the wall clock.

        To be called when all is read that there is. On the wall's clock an archive is never late: the rest of it may be
        on its way.
        """
        reached = max((clock[0] for clock in self._clocks.values() if len(clock) == _AGREE), default=0.0)
        alarms = []
        for source, figures in list(self.sources.items()):
            own = max(reached, figures.at)
            now = own if wall is None else figures.at if figures.is_history else max(own, wall)
            alarms += self._judge_number(source, figures, now)
            alarms += self._judge_refusals(source, figures, max(now, figures.day * DAY))
            self._forget(source, figures, now)
        return alarms

    def figures_of(self, source: str) -> SourceFigures:
        """Return the figures of a source, to note in them what was read; an unknown one begins here."""
        self.changed.add(source)
        return self._figures(source)

    def _figures(self, source: str) -> SourceFigures:
        figures = self.sources.get(source)
        if figures is None:
            figures = self.sources[source] = SourceFigures()
            self.gone.discard(source)
        return figures

    def _place(self, source: str, figures: SourceFigures, partition: int) -> None:
        if source not in self._by_partition[partition]:
            self._by_partition[figures.partition].discard(source)
            self._by_partition[partition].add(source)
            figures.partition = partition

    def _reach(self, partition: int, at: float) -> None:
        clock = self._clocks[partition]
        insort(clock, at)
        del clock[:-_AGREE]

    def _step(self, partition: int) -> list[Alarm]:
        """Judge the sources of a partition by number where its time came to another step."""
        clock = self._clocks[partition]
        step = int(clock[0] // STEP)
        if len(clock) < _AGREE or step <= self._steps.get(partition, 0):
            return []
        first = partition not in self._steps
        self._steps[partition] = step
        if first:
            return []
        now, alarms = step * STEP, []
        for source in list(self._by_partition[partition]):
            figures = self.sources[source]
            alarms += self._judge_number(source, figures, max(now, figures.at))
            if any(figures.refused):
                alarms += self._judge_refusals(source, figures, now)
            self._forget(source, figures, now)
        return alarms

    def _judge_number(self, source: str, figures: SourceFigures, now: float) -> list[Alarm]:
        today = int(now // DAY)
        rhythms = self._rhythms_of(source, figures)
        rhythm = rhythms.before(int(figures.at // DAY))  # what it was before it fell silent
        if not rhythm.is_known:
            return []
        due = missed(figures, rhythm, now, self._factor)
        silent = Changed(figures.at, due, 0.0, "", _example(figures)) if due else None
        alarms = self._settle(source, figures, "silent", silent, now)
        few = None if silent else fewer(figures, rhythms, today, self._factor, figures.open("fewer") is not None)
        many = flood(figures, rhythms, today, self._factor, figures.open("flood") is not None)
        alarms += self._settle(source, figures, "fewer", _by_number(figures, few), now)
        return alarms + self._settle(source, figures, "flood", _by_number(figures, many), now)

    def _judge_refusals(self, source: str, figures: SourceFigures, now: float) -> list[Alarm]:
        return self._settle(source, figures, "refusals_risen", refusals_risen(figures, int(now // DAY)), now)

    def _settle(
        self, source: str, figures: SourceFigures, kind: AlarmKind, found: Changed | None, now: float
    ) -> list[Alarm]:
        alarm = settle(source, figures, kind, found, now)
        if alarm is None:
            return []
        self.changed.add(source)
        return [alarm]

    def _rhythms_of(self, source: str, figures: SourceFigures) -> Rhythms:
        return self._rhythms.get(source) or self._rhythms.setdefault(source, Rhythms(figures, self._shared))

    def _usual_gap(self, source: str, figures: SourceFigures) -> float:
        """Return the seconds between two articles of an archive, as a rule."""
        if not figures.is_history:
            return 0.0
        return DAY / max(1.0, self._rhythms_of(source, figures).before(figures.day).a_day)

    def _factor(self, day: int) -> float:
        """Return what all sources brought on a day, over what they were to bring; 1 where too few tell.

        Those count that have been read up to that day, and are not silent for good.
        """
        step = max(self._steps.values(), default=0)
        known = self._factors.get(day)
        if known is not None and (known[0] == step or (day + 2) * DAY <= known[0] * STEP):
            return known[1]
        ratios = []
        for source, figures in self.sources.items():
            clock = self._clocks[figures.partition]
            if clock and clock[-1] // DAY >= day and figures.day >= day - _FACTOR_DAYS:
                rhythm = self._rhythms_of(source, figures).before(day)
                if rhythm.is_known and (due := rhythm.expected(day)) >= ALL_EXPECTED:
                    ratios.append(figures.count(day) / due)
        factor = median(ratios) if len(ratios) >= ALL_SOURCES else 1.0
        self._factors[day] = (step, factor)
        if len(self._factors) > DAYS_KEPT:
            del self._factors[min(self._factors)]
        if (day + 1) * DAY <= step * STEP and not ALL_LOW < factor < ALL_HIGH:
            self._shared[day] = max(factor, ALL_LEAST)
            if len(self._shared) > DAYS_KEPT:
                del self._shared[min(self._shared)]
        return factor

    def _forget(self, source: str, figures: SourceFigures, now: float) -> None:
        """Drop a source that brought nothing for as long as anything is kept."""
        if now // DAY - figures.day > DAYS_KEPT and not figures.alarms:
            del self.sources[source]
            self._by_partition[figures.partition].discard(source)
            self._rhythms.pop(source, None)
            self.changed.discard(source)
            self.gone.add(source)


def _by_number(figures: SourceFigures, found: tuple[int, float, float] | None) -> Changed | None:
    return Changed(found[0] * DAY, found[1], found[2], "", _example(figures)) if found else None


def _example(figures: SourceFigures) -> tuple[AlarmArticle, ...]:
    named = (figures.example, figures.latest[-1] if figures.latest else None)
    return tuple(each.article for each in named if each and each.article)
