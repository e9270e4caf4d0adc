"""Begin and end alarms, and say in a sentence what changed."""

import hashlib
from datetime import UTC, datetime
from typing import Literal

from copydesk.events import Alarm, AlarmKind
from copydesk.health.content import Changed
from copydesk.health.figures import OpenAlarm, SourceFigures

_FACT = {"titles_gone": "title of its own", "authors_gone": "author", "dates_gone": "date"}


def settle(source: str, figures: SourceFigures, kind: AlarmKind, found: Changed | None, now: float) -> Alarm | None:
    """Begin the alarm of a kind that was found, or end the one that is found no more; None where nothing changes."""
    known = figures.open(kind)
    if found is not None and known is None:
        alarm = OpenAlarm(
            kind, found.since, now, found.was, found.now, sentence(kind, found), list(found.articles), found.measure
        )
        figures.alarms.append(alarm)
        return event_of(source, alarm)
    if found is None and known is not None:
        figures.alarms.remove(known)
        return event_of(source, known, ended=now, because=_why(figures, known))
    return None


def event_of(
    source: str, alarm: OpenAlarm, ended: float | None = None, because: Literal["as before", "usual now"] | None = None
) -> Alarm:
    """Return the event of an alarm that begins, or that ended at an instant."""
    named = f"{source}\n{alarm.kind}\n{alarm.since:.0f}"
    return Alarm(
        id=hashlib.sha256(named.encode()).hexdigest()[:32],
        source=source,
        kind=alarm.kind,
        what=alarm.what,
        since=_instant(alarm.since),
        found_at=_instant(alarm.found),
        ended_at=None if ended is None else _instant(ended),
        ended_because=because,
        was=round(alarm.was, 3),
        now=round(alarm.now, 3),
        articles=tuple(alarm.articles),
    )


def sentence(kind: AlarmKind, found: Changed) -> str:
    """Say what changed: `90 % fewer words since Tuesday, 3 March 2026: 52 instead of 520 in the median article`."""
    since, was, now = f"since {_day(found.since)}", found.was, found.now
    match kind:
        case "silent":
            return f"No article {since}, {_instant(found.since):%H:%M} UTC: {was:,.0f} would have come"
        case "fewer":
            return f"{1 - now / was:.0%} fewer articles {since}: {now:,.1f} a day instead of {was:,.1f}"
        case "flood":
            return (
                f"{now / max(was, 0.1):.1f} times the usual articles on {_day(found.since)}: {now:,.0f}, not {was:,.0f}"
            )
        case "words_lost":
            return f"{1 - now / was:.0%} fewer words {since}: {now:,.0f} instead of {was:,.0f} in the median article"
        case "cuts_doubled":
            most = f", most of it {found.about}" if found.about else ""
            return f"More is cut {since}: {now:.0%} of the text instead of {was:.0%}{most}"
        case "language_changed":
            return f"Another language in {now:.0%} of the articles {since}: {found.about}"
        case "refusals_risen":
            return f"{now:.0%} are refused {since} instead of {was:.0%}: {found.about}"
        case _:
            return f"No {_FACT[kind]} in {now:.0%} of the articles {since}, instead of {was:.0%}"


def _why(figures: SourceFigures, known: OpenAlarm) -> Literal["as before", "usual now"]:
    """Tell an end by what the latest articles are: nearer to what was usual before the alarm, or to what it found."""
    if known.kind in {"silent", "fewer", "flood"}:
        return "as before" if known.kind == "flood" or figures.at > known.since else "usual now"
    latest = figures.latest[-10:]
    if not latest or known.kind == "refusals_risen":
        return "as before"
    match known.kind:
        case "words_lost":
            figure = sorted(each.words for each in latest)[len(latest) // 2] + 0.0
        case "cuts_doubled":
            measure = known.measure
            figure = sum(each.kinds.get(measure, 0.0) if measure else each.cut for each in latest) / len(latest)
        case "language_changed":
            figure = sum(each.language == known.measure for each in latest) / len(latest)
        case _:
            letter = {"titles_gone": "t", "authors_gone": "a"}.get(known.kind, "d")
            figure = sum(letter in each.missing for each in latest) / len(latest)
    return "as before" if abs(figure - known.was) <= abs(figure - known.now) else "usual now"


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(round(seconds), UTC)


def _day(seconds: float) -> str:
    when = _instant(seconds)
    return f"{when:%A}, {when.day} {when:%B %Y}"
