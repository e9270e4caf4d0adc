"""Make streams of articles of many sources over many days, with changes planted in some of them.

The sources differ as real ones do: one article in three days or two hundred a day, weekdays alone or all days, office
hours or round the clock, counts that scatter more than chance, articles of all lengths, briefs by the dozen, authors
missing at random, some refused. A change is planted in some of them, a holiday or an election of their own included.
Beside that, two things are of all sources at once, three days of holiday before any planted change and two of elections
after they began: no alarm is right about those.
"""

import heapq
import math
import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from copydesk.events import AlarmKind
from copydesk.health.figures import Refusal, Sighting
from copydesk.health.thresholds import DAY

START = 20_000 * DAY
"""An instant in 2024, the beginning of a day."""

REDESIGNS = ("redesign_words", "redesign_cuts", "redesign_dates", "redesign_authors")
CHANGES: dict[str, frozenset[AlarmKind]] = {
    "redesign_words": frozenset({"words_lost"}),
    "redesign_cuts": frozenset({"cuts_doubled"}),
    "redesign_dates": frozenset({"dates_gone"}),
    "redesign_authors": frozenset({"authors_gone"}),
    "paywall": frozenset({"words_lost", "refusals_risen"}),
    "feed_dead": frozenset({"silent"}),
    "template_broken": frozenset({"refusals_risen", "titles_gone", "words_lost"}),
    "holiday": frozenset({"silent", "fewer"}),
    "elections": frozenset({"flood"}),
}
"""Changes of one source, and the alarms that find them."""


@dataclass
class Made:
    """Hold one source that is made, and what was planted in it."""

    name: str
    rate: float
    weekly: list[float]
    by_day: bool
    scatter: float
    length: float
    length_scatter: float
    briefs: float
    cut: float
    no_author: float
    no_date: float
    refused: float
    language: str
    planted: str = ""
    since: float = math.inf
    until: float = math.inf
    strength: float = 1.0
    due: list[float] = field(default_factory=list)


class MadeEvent(NamedTuple):
    """Hold one event of the stream: when, and what it is."""

    at: float
    what: Sighting | Refusal


def make_sources(seed: int, sources: int, days: int, planted: int) -> list[Made]:
    """Return sources, the first `planted` of which change at a moment in the later half of the time."""
    dice = random.Random(seed)
    found = [_source(dice, number) for number in range(sources)]
    names = list(CHANGES)
    for number, made in enumerate(dice.sample(found, planted)):
        made.planted = names[number % len(names)]
        made.strength = dice.random()
        made.since = START + dice.uniform(0.45, 0.7) * days * DAY
        if made.planted in {"holiday", "elections"}:
            # What brings an article a week has holidays and elections that nobody can see.
            made.rate = max(made.rate, dice.uniform(4, 40))
            made.since = math.floor(made.since / DAY) * DAY
            made.until = made.since + dice.randint(4, 9) * DAY
        if made.planted == "feed_dead":
            made.rate = max(made.rate, 1.0)
        if made.planted == "redesign_authors":
            made.no_author = min(made.no_author, 0.3)
        if made.planted == "redesign_dates":
            made.no_date = min(made.no_date, 0.1)
        if made.planted in {
            "redesign_words",
            "redesign_authors",
            "redesign_dates",
            "redesign_cuts",
            "paywall",
            "template_broken",
        }:
            made.rate = max(made.rate, 1.5)
    return found


def _source(dice: random.Random, number: int) -> Made:
    weekend = dice.choice((0.0, 0.2, 0.5, 0.8, 1.0, 1.0, 1.2))
    return Made(
        name=f"source{number}.example",
        rate=min(200.0, math.exp(dice.gauss(1.9, 1.4))),
        weekly=[dice.uniform(0.8, 1.2) for _ in range(5)] + [weekend * dice.uniform(0.8, 1.2) for _ in range(2)],
        by_day=dice.random() < 0.7,
        scatter=dice.choice((0.0, 0.05, 0.1, 0.2)),
        length=math.exp(dice.gauss(6.0, 0.5)),
        length_scatter=dice.uniform(0.35, 0.8),
        briefs=dice.choice((0.0, 0.0, 0.1, 0.3)),
        cut=dice.uniform(0.01, 0.3),
        no_author=dice.choice((0.0, 0.05, 0.3, 0.6, 1.0)),
        no_date=dice.choice((0.0, 0.0, 0.05, 0.2)),
        refused=dice.choice((0.0, 0.01, 0.05, 0.15)),
        language=dice.choice(("en", "de", "fr", "uk", "")),
    )


def stream(seed: int, made: list[Made], days: int, holiday: range, elections: range) -> Iterator[MadeEvent]:
    """Yield the events of all sources in the order of time; on the days given all bring far fewer, or far more."""
    yield from heapq.merge(
        *(_events(random.Random(f"{seed} {each.name}"), each, days, holiday, elections) for each in made),
        key=lambda event: event.at,
    )


def _events(dice: random.Random, made: Made, days: int, holiday: range, elections: range) -> Iterator[MadeEvent]:
    number = 0
    for day in range(days):
        mean = made.rate * made.weekly[int(START // DAY + day + 3) % 7]
        if day in holiday:
            mean *= dice.uniform(0.1, 0.5)
        if day in elections:
            mean *= dice.uniform(2.0, 3.5)
        begin = START + day * DAY
        active = made.since <= begin < made.until
        if made.planted == "holiday" and active:
            mean *= 0.2 * made.strength if made.strength > 0.4 else 0.0
        if made.planted == "elections" and active:
            mean *= 4 + 3 * made.strength
        if made.scatter:
            mean *= dice.gammavariate(1 / made.scatter, made.scatter)
        times = sorted(begin + _hour(dice, made.by_day) * 3600 for _ in range(_poisson(dice, mean)))
        for at in times:
            if made.planted == "feed_dead" and at >= made.since:
                made.due.append(at)
                continue
            number += 1
            yield MadeEvent(at, _event(dice, made, at, number))


def _event(dice: random.Random, made: Made, at: float, number: int) -> Sighting | Refusal:
    changed = made.since <= at < made.until
    name = f"{made.name}/{number}"
    planted = made.planted if changed else ""
    refused = made.refused
    if planted == "paywall" and made.strength > 0.6:
        refused = 0.75
    if planted == "template_broken" and made.strength > 0.4:
        refused = 0.6 + 0.4 * made.strength
    is_refused = dice.random() < refused
    if at >= made.since and (not is_refused or "refusals_risen" in CHANGES[made.planted]):
        made.due.append(at)
    if is_refused:
        return Refusal(made.name, name, name, 1, f"Title {number}", "The page holds no article", None, at)
    words = max(20, int(made.length * math.exp(dice.gauss(0, made.length_scatter))))
    if dice.random() < made.briefs:
        words = dice.randint(30, 90)
    cut = min(0.9, max(0.0, dice.gauss(made.cut, made.cut / 3 + 0.01)))
    kinds = {"related_links": cut * 0.7, "other": cut * 0.3}
    title, author, dated = f"Title {number}", dice.random() >= made.no_author, dice.random() >= made.no_date
    if planted == "redesign_words" or (planted == "paywall" and made.strength <= 0.6 and dice.random() < 0.8):
        words = max(8, int(words * (0.1 + 0.25 * made.strength)))
    if planted == "redesign_cuts":
        kinds["navigation"] = (made.cut + 0.1) * dice.uniform(0.9, 1.6)
    if planted == "redesign_dates":
        dated = dice.random() < 0.1 * made.strength
    if planted == "redesign_authors":
        author = dice.random() < 0.1 * made.strength
    if planted == "template_broken" and made.strength <= 0.4:
        title = made.name
    kinds = {kind: round(share, 3) for kind, share in kinds.items()}
    return Sighting(made.name, name, 1, title, at if dated else None, at, words, kinds, author, made.language)


def _hour(dice: random.Random, by_day: bool) -> float:
    return min(23.99, max(0.0, dice.gauss(13, 3.5))) if by_day else dice.uniform(0, 24)


def _poisson(dice: random.Random, mean: float) -> int:
    if mean > 50:
        return max(0, round(dice.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), dice.random(), 0
    while product > limit:
        product *= dice.random()
        count += 1
    return count
