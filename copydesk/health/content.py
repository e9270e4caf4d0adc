"""Tell when a source's articles are not what they were: words lost, more cut, a fact missing, another language."""

from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import NamedTuple

from copydesk.events import AlarmArticle, AlarmKind
from copydesk.health.figures import Sample, SourceFigures
from copydesk.health.samples import chance_of, median, rank_distance
from copydesk.health.thresholds import (
    CUTS_BACK,
    CUTS_FAR,
    CUTS_MORE,
    CUTS_TIMES,
    FACT_CHANCE,
    LEAST_USUAL,
    MISSING_BACK,
    MISSING_MORE,
    RANKS_APART,
    WORDS_BACK,
    WORDS_LEFT,
)


class Changed(NamedTuple):
    """Hold what one test found: since when, the figure before and now, more words on it, two articles to compare.

    `measure` names what the figure is of, where that is one kind of cut or one language.
    """

    since: float
    was: float
    now: float
    about: str = ""
    articles: tuple[AlarmArticle, ...] = ()
    measure: str = ""


class _Shift(NamedTuple):
    """Hold what a test found before it is known since when: `differs` tells the changed articles."""

    was: float
    now: float
    differs: Callable[[Sample], bool]
    about: str = ""
    measure: str = ""


class _Halves(NamedTuple):
    """Hold the latest articles of a window, and what they are compared with."""

    usual: list[Sample]
    latest: list[Sample]


_Test = Callable[[_Halves, bool], _Shift | None]
"""Compare the halves, more leniently where an alarm is open; None where nothing changed."""

FACTS: dict[str, AlarmKind] = {"t": "titles_gone", "a": "authors_gone", "d": "dates_gone"}


def content_changes(figures: SourceFigures) -> dict[AlarmKind, Changed | None]:
    """Return what every test of the articles' content found; none of a source that is not known well enough."""
    found: dict[AlarmKind, Changed | None] = {}
    for window in RANKS_APART:
        halves = _Halves([*figures.usual, *figures.latest[:-window]], figures.latest[-window:])
        if len(halves.latest) < window or len(halves.usual) < LEAST_USUAL:
            break
        for kind, test in _TESTS.items():
            if found.get(kind) is None:
                result = test(halves, figures.open(kind) is not None)
                found[kind] = _changed(figures, result) if result else None
    return found


def _changed(figures: SourceFigures, found: _Shift) -> Changed:
    """Add since when, and two articles: the run of changed ones goes back as long as most are."""
    latest, differs = figures.latest, found.differs
    start, others = len(latest), 0
    for place in range(len(latest) - 1, -1, -1):
        if differs(latest[place]):
            start = place
        else:
            others += 1
            if others > 2 + (len(latest) - place) // 4:
                break
    example = next((each for each in reversed(latest[:start]) if not differs(each)), figures.example)
    now_one = next((each for each in reversed(latest) if differs(each)), latest[-1])
    pair = (example.article if example else None, now_one.article)
    since = latest[min(start, len(latest) - 1)].at
    articles = tuple(each for each in pair if each)
    return Changed(since, found.was, found.now, found.about, articles, found.measure)


def _words(halves: _Halves, is_open: bool) -> _Shift | None:
    usual, latest = ([float(each.words) for each in half] for half in halves)
    was, now = median(usual), median(latest)
    few = now <= was * (WORDS_BACK if is_open else WORDS_LEFT)
    if not few or not (is_open or rank_distance(usual, latest) <= -RANKS_APART[len(latest)]):
        return None
    return _Shift(was, now, lambda each: each.words < (was * max(now, 1)) ** 0.5)


def _cuts(halves: _Halves, is_open: bool) -> _Shift | None:
    """Compare all that is cut, then each kind by itself: one can double while the sum hardly moves."""
    kinds = Counter[str]()
    for each in halves.latest:
        kinds.update(each.kinds)
    first = _risen(halves, lambda each: each.cut, is_open)
    by_kind = {}
    for kind, total in kinds.items():
        if total >= CUTS_MORE / 2 * len(halves.latest):
            result = _risen(halves, partial(_share_of, kind), is_open)
            if result:
                by_kind[kind] = result
    kind = max(by_kind, key=lambda kind: by_kind[kind].now - by_kind[kind].was, default="")
    if first is not None:
        return first._replace(about=kind)
    return by_kind[kind]._replace(about=kind, measure=kind) if kind else None


def _share_of(kind: str, each: Sample) -> float:
    return each.kinds.get(kind, 0.0)


def _risen(halves: _Halves, share: Callable[[Sample], float], is_open: bool) -> _Shift | None:
    usual, latest = [share(each) for each in halves.usual], [share(each) for each in halves.latest]
    was, now = sum(usual) / len(usual), sum(latest) / len(latest)
    if is_open:
        more = now >= min(was * CUTS_BACK, was + CUTS_FAR / 2) and now >= was + CUTS_MORE / 2
    else:
        more = now >= min(was * CUTS_TIMES, was + CUTS_FAR) and now >= was + CUTS_MORE
        more = more and median(latest) >= was + CUTS_MORE and rank_distance(usual, latest) >= RANKS_APART[len(latest)]
    return _Shift(was, now, lambda each: share(each) > (was + now) / 2) if more else None


def _missing(letter: str) -> _Test:
    def test(halves: _Halves, is_open: bool) -> _Shift | None:
        return _more_often(halves, lambda each: letter in each.missing, is_open)

    return test


def _language(halves: _Halves, is_open: bool) -> _Shift | None:
    usual = Counter(each.language for each in halves.usual)
    known = {language for language, count in usual.items() if count >= 0.1 * len(halves.usual)}
    result = _more_often(halves, lambda each: bool(each.language) and each.language not in known, is_open)
    if result is None:
        return None
    new = Counter(each.language for each in halves.latest if each.language not in known).most_common(1)[0][0]
    return result._replace(about=f"{new}, not {usual.most_common(1)[0][0] or 'unknown'}", measure=new)


def _more_often(halves: _Halves, marked: Callable[[Sample], bool], is_open: bool) -> _Shift | None:
    before, after = _count(halves.usual, marked), _count(halves.latest, marked)
    was, now = before / len(halves.usual), after / len(halves.latest)
    if now - was < (MISSING_BACK if is_open else MISSING_MORE):
        return None
    total = len(halves.usual) + len(halves.latest)
    if not is_open and chance_of(after, len(halves.latest), before + after, total) > FACT_CHANCE:
        return None
    return _Shift(was, now, marked)


def _count(samples: Sequence[Sample], marked: Callable[[Sample], bool]) -> int:
    return sum(map(marked, samples))


_TESTS: dict[AlarmKind, _Test] = {
    "words_lost": _words,
    "cuts_doubled": _cuts,
    **{kind: _missing(letter) for letter, kind in FACTS.items()},
    "language_changed": _language,
}
