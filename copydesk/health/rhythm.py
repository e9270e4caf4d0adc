"""Tell how many articles a source brings by weekday, and when it brings none, far fewer or far more.

The counts of a source scatter more than chance alone would let them: `spread` is their variance over their mean, 1 for
independent articles. What all sources share on a day, a holiday or an election, is a factor handed in.
"""

from collections.abc import Callable, Mapping

from copydesk.health.figures import SourceFigures, whole_days
from copydesk.health.samples import odds_of_few, odds_of_many
from copydesk.health.thresholds import (
    DAY,
    DAYS_KEPT,
    FEWER_BACK,
    FEWER_ODDS,
    FEWER_SHARE,
    FEWER_WINDOWS,
    FLOOD_BACK,
    FLOOD_LEAST,
    FLOOD_ODDS,
    FLOOD_TIMES,
    LEARNING_DAYS,
    RHYTHM_DAYS,
    SCATTER,
    SCATTER_DAYS,
    SILENT_AFTER,
    SILENT_NEWS,
    SILENT_ODDS,
)

Factor = Callable[[int], float]
"""Return what all sources brought on a day, as a multiple of what they were expected to bring."""

_SHRINK = 0.3
_FEWEST = 0.02
_KEPT = 9


class Rhythm:
    """Hold what whole days, (day, articles) each, tell: articles a day by weekday, and how much they scatter."""

    __slots__ = ("_weekly", "a_day", "known", "most", "spread")

    def __init__(self, days: list[tuple[int, float]]) -> None:
        self.known = len(days)
        counts = sorted(count for _, count in days if count)
        # One day of elections does not make the next six weeks wait for another.
        most = 3 * counts[len(counts) // 2] + 3 if counts else 0
        sums, numbers = [0.0] * 7, [0] * 7
        for day, count in days:
            sums[day % 7] += min(count, most)
            numbers[day % 7] += 1
        self.most = counts[-3] if len(counts) > 2 else 0  # all but two days: an election may have been among them
        self.a_day = sum(sums) / max(1, self.known)
        self._weekly = [
            (total + _SHRINK * self.a_day) / (number + _SHRINK) for total, number in zip(sums, numbers, strict=True)
        ]
        squares = sum(
            (min(count, most) - self.expected(day)) ** 2 / max(0.5, self.expected(day)) for day, count in days
        )
        # Few days tell little of how counts scatter: until there are more, they scatter as those of most sources do.
        usual = SCATTER_DAYS * (1 + SCATTER * self.a_day)
        self.spread = max(1.0, (squares + usual) / (max(0, self.known - 7) + SCATTER_DAYS))

    @property
    def is_known(self) -> bool:
        """Whether enough days were seen to judge by."""
        return self.known >= LEARNING_DAYS and self.a_day >= _FEWEST

    def expected(self, day: int) -> float:
        """Return how many articles a day should bring, by its weekday."""
        return self._weekly[day % 7]

    def expected_between(self, start: float, end: float, factor: Factor) -> float:
        """Return how many articles should have come between two instants, on days like all sources had."""
        total, day = 0.0, int(start // DAY)
        while day * DAY < end:
            part = (min(end, (day + 1) * DAY) - max(start, day * DAY)) / DAY
            total += self.expected(day) * part * min(1.0, factor(day) / (1.0 if (day + 1) * DAY <= end else part))
            day += 1
        return total


class Rhythms:
    """Keep the rhythms of one source that were worked out, by the day that they are used on.

    `shared` maps days to the factor that all sources had on them, where that was no day as usual: it is divided out.
    """

    __slots__ = ("_figures", "_known", "_shared")

    def __init__(self, figures: SourceFigures, shared: Mapping[int, float]) -> None:
        self._figures, self._shared = figures, shared
        self._known: dict[int, Rhythm] = {}

    def before(self, day: int) -> Rhythm:
        """Return the rhythm of the days before one."""
        found = self._known.get(day)
        if found is None:
            days = whole_days(self._figures, day, RHYTHM_DAYS)
            shared = self._shared
            found = self._known[day] = Rhythm([(each, count / shared.get(each, 1.0)) for each, count in days])
            if len(self._known) > _KEPT:
                del self._known[min(self._known)]
        return found


def missed(figures: SourceFigures, rhythm: Rhythm, now: float, factor: Factor) -> float:
    """Return how many articles should have come since the last one, where that is too many to be chance; else 0.

    After as many days as are kept, none are expected any more.
    """
    if not SILENT_AFTER <= now - figures.at <= DAYS_KEPT * DAY or not rhythm.is_known:
        return 0.0
    due = rhythm.expected_between(figures.at, now, factor)
    if odds_of_few(0, due, rhythm.spread) < SILENT_ODDS:
        return 0.0
    # What fell silent long before anybody looked is a source of the past, such as the archive of another year.
    long_ago = now - SILENT_NEWS
    if figures.open("silent") is None and long_ago > figures.at:
        then = rhythm.expected_between(figures.at, long_ago, factor)
        return 0.0 if odds_of_few(0, then, rhythm.spread) >= SILENT_ODDS else due
    return due


def fewer(
    figures: SourceFigures, rhythms: Rhythms, today: int, factor: Factor, is_open: bool
) -> tuple[int, float, float] | None:
    """Return (first day, articles a day expected, articles a day) where whole days brought far fewer; None else.

    The rhythm is that of the days before them. An alarm that is open lasts while less than two thirds come.
    """
    for window in FEWER_WINDOWS:
        first = today - window
        rhythm = rhythms.before(first)
        if not rhythm.is_known:
            return None
        due = sum(rhythm.expected(day) * min(1.0, factor(day)) for day in range(first, today))
        came = sum(figures.count(day) for day in range(first, today))
        few = came <= FEWER_SHARE * due and odds_of_few(came, due, rhythm.spread) >= FEWER_ODDS
        if came and (few or (is_open and window == FEWER_WINDOWS[1] and came < due * FEWER_BACK)):
            return first, due / window, came / window
    return None


def flood(
    figures: SourceFigures, rhythms: Rhythms, today: int, factor: Factor, is_open: bool
) -> tuple[int, float, float] | None:
    """Return (first day, articles a day expected, articles a day) where far more came than usual; None else.

    That is today, yesterday, or both. An alarm that is open lasts while yesterday brought half as much more.
    """
    for first, end in ((today, today + 1), (today - 1, today), (today - 1, today + 1)):
        rhythm, days = rhythms.before(first), end - first
        if not rhythm.is_known:
            return None
        due = sum(max(rhythm.expected(day), rhythm.a_day / 4) * max(1.0, factor(day)) for day in range(first, end))
        came = sum(figures.count(day) for day in range(first, end))
        much = came >= max(FLOOD_TIMES * due, due + FLOOD_LEAST) and came > rhythm.most
        if much and odds_of_many(came, due, rhythm.spread) >= FLOOD_ODDS:
            return first, due / days, came / days
        if is_open and end == today and came >= FLOOD_BACK * due:
            return first, due, came
    return None
