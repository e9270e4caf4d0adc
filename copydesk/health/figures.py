"""Hold what is known of one source in a few kilobytes: articles by day, the latest ones, and usual ones.

Instants are seconds since the epoch, days are days since the epoch, both in UTC.
"""

import zlib
from typing import NamedTuple

from msgspec import Struct

from copydesk.events import AlarmArticle, AlarmKind
from copydesk.health.thresholds import (
    DAY,
    DAYS_KEPT,
    FIRST_SHARE,
    HISTORY_DELAY,
    LATEST_KEPT,
    MOST_SPACING,
    SEEN_KEPT,
    SPACING,
    TITLE_LENGTH,
    USUAL_KEPT,
    USUAL_SPACING,
)

_ID_BYTES = 4


class Sighting(NamedTuple):
    """Hold what counts of one article: its length in words, the share of its text cut by kind, what is missing."""

    source: str
    id: str
    revision: int
    title: str
    published: float | None
    fetched: float
    words: int
    cut: dict[str, float]
    has_authors: bool
    language: str


class Refusal(NamedTuple):
    """Hold what counts of one dead letter; `identity` is what its repeats share."""

    source: str
    identity: str
    id: str
    revision: int
    title: str
    reason: str
    published: float | None
    fetched: float


class Sample(Struct, array_like=True, gc=False):
    """Hold one article that is compared. `missing` has a letter for each fact that it lacks: t, a, d."""

    at: float
    words: int
    cut: float
    kinds: dict[str, float]
    missing: str
    language: str
    id: str = ""
    revision: int = 0
    title: str = ""

    @property
    def article(self) -> AlarmArticle | None:
        """Return what a person needs to look at it; None where that is not kept."""
        return AlarmArticle(id=self.id, revision=self.revision, title=self.title) if self.id else None


class OpenAlarm(Struct, array_like=True):
    """Hold an alarm that has not ended; `was` is what was usual before."""

    kind: AlarmKind
    since: float
    found: float
    was: float
    now: float
    what: str
    articles: list[AlarmArticle]
    measure: str = ""


class SourceFigures(Struct, omit_defaults=True):
    """Hold the state of one source, the value of its key in the topic `sources.health`.

    `articles` and `refused` count by day, the last entry being `day`. `latest` are articles in the order they came,
    `usual` older ones, `example` one of these that can be named. `offsets` maps a partition (`clean.3`) to the next
    offset to count and `times` to the append time of the last one, so that what is delivered twice counts once. `seen`
    holds hashes of the latest ids, `delay` the seconds between publication and fetch. `partition` is that of the
    latest article.
    """

    partition: int = 0
    day: int = 0
    at: float = 0.0
    articles: list[int] = []
    refused: list[int] = []
    latest: list[Sample] = []
    usual: list[Sample] = []
    example: Sample | None = None
    last_title: int = 0
    refusal: list[AlarmArticle] = []
    reason: str = ""
    delay: float | None = None
    seen: bytes = b""
    offsets: dict[str, int] = {}
    times: dict[str, int] = {}
    alarms: list[OpenAlarm] = []

    @property
    def is_history(self) -> bool:
        """Whether its articles come long after their publication: an archive, which no clock can find silent."""
        return self.delay is not None and self.delay > HISTORY_DELAY

    def open(self, kind: AlarmKind) -> OpenAlarm | None:
        """Return the open alarm of a kind."""
        return next((alarm for alarm in self.alarms if alarm.kind == kind), None)

    def count(self, day: int) -> int:
        """Return how many articles came on a day; 0 where that is not kept."""
        place = len(self.articles) - 1 - (self.day - day)
        return self.articles[place] if 0 <= place < len(self.articles) else 0


def is_new_record(figures: SourceFigures, place: str, offset: int, timestamp: int) -> bool:
    """Whether a record was not counted before; notes it. A log that began anew, by its times, is a new one."""
    new = offset >= figures.offsets.get(place, 0) or timestamp > figures.times.get(place, 0)
    if new:
        figures.offsets[place], figures.times[place] = offset + 1, timestamp
    return new


def is_new_id(figures: SourceFigures, identity: str) -> bool:
    """Whether an article or a refusal is not one of the latest; notes it."""
    hashed = zlib.crc32(identity.encode()).to_bytes(_ID_BYTES, "big")
    at = figures.seen.find(hashed)
    while at >= 0 and at % _ID_BYTES:
        at = figures.seen.find(hashed, at + 1)
    if at >= 0:
        return False
    figures.seen = (figures.seen + hashed)[-SEEN_KEPT * _ID_BYTES :]
    return True


def stream_time(figures: SourceFigures, published: float | None, fetched: float, usual_gap: float) -> float:
    """Return when an article counts as having come: its publication, where that can be, else its fetch.

    A date before all that is kept is none. What has no date in an archive came, as far as anybody can tell, one usual
    gap after the article before it.
    """
    if published is not None:
        at = min(published, fetched)
        if not figures.at or at > figures.at - DAYS_KEPT * DAY:
            delay, known = fetched - at, figures.delay
            figures.delay = delay if known is None or delay < known else known + (delay - known) * 0.2
            return at
    return figures.at + usual_gap if figures.is_history else fetched


def count_article(figures: SourceFigures, at: float) -> None:
    """Count an article on its day."""
    _add(figures, figures.articles, at)
    figures.at = max(figures.at, at)


def count_refusal(figures: SourceFigures, refusal: Refusal, at: float) -> None:
    """Count a refusal on its day, and keep it as an example."""
    _add(figures, figures.refused, at)
    figures.reason = refusal.reason[:TITLE_LENGTH]
    if refusal.id:
        named = AlarmArticle(id=refusal.id, revision=refusal.revision, title=refusal.title[:TITLE_LENGTH])
        figures.refusal = [named]


def advance(figures: SourceFigures, day: int) -> None:
    """Make a day the newest one."""
    if not figures.day:
        figures.day = day
        figures.articles, figures.refused = [0], [0]
        return
    for counts in (figures.articles, figures.refused):
        counts.extend([0] * min(day - figures.day, DAYS_KEPT))
        del counts[:-DAYS_KEPT]
    figures.day = day


def take_sample(figures: SourceFigures, seen: Sighting, at: float, a_day: float) -> bool:
    """Take an article in among those that are compared, unless it came with the one before; whether it was taken.

    `a_day` is how many articles the source brings a day.
    """
    titled = zlib.crc32(seen.title.casefold().encode())
    repeated, figures.last_title = titled == figures.last_title, titled
    if figures.latest and abs(at - figures.latest[-1].at) < min(MOST_SPACING, SPACING * a_day):
        return False
    missing = ("t" if repeated or not seen.title.strip() else "") + ("" if seen.has_authors else "a")
    figures.latest.append(
        Sample(
            round(at), seen.words, round(sum(seen.cut.values()), 3), seen.cut,
            missing + ("d" if seen.published is None else ""), seen.language, seen.id, seen.revision,
            seen.title[:TITLE_LENGTH],
        )
    )  # fmt: skip
    for old in figures.latest[:-LATEST_KEPT]:
        _retire(figures, old)
    del figures.latest[:-LATEST_KEPT]
    return True


def _retire(figures: SourceFigures, old: Sample) -> None:
    """Make one of the latest articles a usual one; while an alarm is open, the example is one from before it."""
    if not figures.usual or abs(old.at - figures.usual[-1].at) >= USUAL_SPACING:
        figures.usual.append(Sample(old.at, old.words, old.cut, old.kinds, old.missing, old.language))
        del figures.usual[:-USUAL_KEPT]
    if not figures.alarms:
        figures.example = old


def _add(figures: SourceFigures, counts: list[int], at: float) -> None:
    day, is_refused = int(at // DAY), counts is figures.refused
    if day > figures.day:
        advance(figures, day)  # which makes both lists, for a source that is new here
        counts = figures.refused if is_refused else figures.articles
    place = len(counts) - 1 - (figures.day - day)
    if place < 0 and figures.day - day < DAYS_KEPT:  # it is older than the first one known
        for each in (figures.articles, figures.refused):
            each[:0] = [0] * -place
        place = 0
    if place >= 0:
        counts[place] += 1


def whole_days(figures: SourceFigures, before: int, most: int) -> list[tuple[int, int]]:
    """Return the days before one with their articles, the oldest first, at most so many.

    Days at the beginning that hold next to nothing are left out, and the first one after them, of which only a part is
    known: a source that is new here may have brought an old article or two.
    """
    start = figures.day - len(figures.articles) + 1
    enough, so_far = max(2.0, FIRST_SHARE * sum(figures.articles)), 0
    days: list[tuple[int, int]] = []
    for number, articles in enumerate(figures.articles[: max(0, before - start)]):
        if so_far >= enough:
            days.append((start + number, articles))
        so_far += articles
    if figures.day:
        days += [(day, 0) for day in range(max(figures.day + 1, before - most), before)]
    return days[-most:]
