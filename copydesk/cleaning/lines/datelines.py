"""Tell lines that name a date of publication, and read the instant that such a line names."""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import NamedTuple

from copydesk.cleaning.lexicon.line_words import alternatives, any_of, line_words
from copydesk.cleaning.lexicon.load import known_months
from copydesk.cleaning.lexicon.tokens import is_spaceless
from copydesk.cleaning.normalise import SENTENCE_ENDS, fold_letters
from copydesk.cleaning.thresholds.lines import (
    AGO_CONFIDENCE,
    DATELINE_CONFIDENCE,
    FURTHEST_ZONE,
    LONGEST_DATELINE,
    MONTH_LOOKS_AHEAD,
    MONTH_LOOKS_BACK,
    MOST_DATELINE_WORDS,
    SENTENCE_DATED,
    SHORT_YEAR_WORDS,
    SPELLED_WORDS,
    TIME_CHARACTERS,
    TIME_CONFIDENCE,
    TIME_WORDS,
)
from copydesk.machine_dates import HOURS, Stamp, zone_of

_ISO = re.compile(r"(?<!\d)((?:19|20)\d\d)[-./](\d{1,2})[-./](\d{1,2})(?!\d)")
_CJK = re.compile(r"((?:19|20)\d\d)\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일号]")
_NUMERIC = re.compile(r"(?<!\d)(\d{1,2})([./-])(\d{1,2})\2((?:19|20)\d\d|\d\d)(?!\d)")
_TIME = re.compile(
    r"(?<![\d.])([01]?\d|2[0-3])(?:[:.h時点时]|시\s?)([0-5]\d)(?::[0-5]\d)?\s*(am|pm|a\.m\.|p\.m\.)?(?!\d)",
    re.IGNORECASE,
)
_OFFSET = re.compile(r"(?:GMT|UTC|Z)(?:\s*([+-]\d{1,2})(?::?(\d\d))?)?|([+-]\d\d):?(\d\d)$")
_ZONES = re.compile(rf"[\dmM.]\s?\(?({'|'.join(sorted(HOURS.keys() - {'UTC', 'GMT', 'Z'}))})\b")
"""A zone's name after a time; UTC and GMT may go with an offset, which `_OFFSET` reads."""
_SAID = re.compile(rf"({any_of('date.updated')})|{any_of('date.published')}", re.I)
_SAID_FOLDED = re.compile(alternatives(map(fold_letters, line_words("date.updated") + line_words("date.published"))))
"""What finds something in the folded form of every line that `_SAID` finds something in, ten times as fast."""
_MAY_BE_DATE = re.compile(r"(?:19|20)\d\d|\d[./-]\d")
"""What stands in every line that names a day: a year, or two numbers and a mark between them."""
_DIGIT = re.compile(r"\d")
_DAY = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_AGO = re.compile(
    rf"^(?:{any_of('ago.before')} )?\d{{1,2}} ?{any_of('ago.unit')}"
    rf"{alternatives(word if is_spaceless(word) else f' {word}' for word in line_words('ago.after'))}?$",
    re.IGNORECASE,
)
_YEAR_AFTER = re.compile(
    rf"[\s.,/-]{{0,{MONTH_LOOKS_AHEAD}}}(?:{any_of('date.before_year')} )?"
    rf"(?:(\d{{1,2}}){any_of('date.day_ends_after_month')}?[\s.,]{{1,{MONTH_LOOKS_AHEAD}}}"
    rf"(?:{any_of('date.before_time')} )?)?"
    r"((?:19|20)\d\d)(?!\d)"
)
_DAY_BEFORE = re.compile(
    rf"(?<!\d)(\d{{1,2}})(?:{any_of('date.day_ends')}|\.)?(?:\s{{0,{MONTH_LOOKS_BACK}}}|[/-])"
    rf"(?:{any_of('date.before_month')} )?$"
)
_YEAR_BEFORE = re.compile(r"(?<!\d)((?:19|20)\d\d)\.?[\s/-]$")
_DAY_AFTER = re.compile(r"\.?[\s/-](\d{1,2})(?!\d)")


class Clock(NamedTuple):
    """Hold a time of day as written, and how far ahead of UTC it is; None where that is not said."""

    hour: int
    minute: int
    ahead: timedelta | None


def reads_as_dateline(text: str, language: str | None) -> float:
    """Return how surely a line is nothing but a date, a time, or the words around them (0 to 1)."""
    line = text.strip()
    if len(line) <= LONGEST_DATELINE and _SAID_FOLDED.search(fold_letters(line)) and _SAID.search(line):
        return _dates_alone(of_publication(line).strip() or line, language)
    sure = _dates_alone(line, language)
    return 0.0 if sure <= SENTENCE_DATED and line.endswith(SENTENCE_ENDS) else sure


def _dates_alone(line: str, language: str | None) -> float:
    """Return how surely a line, without what it says of a change, is nothing but a date."""
    first = _DIGIT.search(line) if 0 < len(line) <= LONGEST_DATELINE else None
    if first is None or len(_WORD.findall(line)) > MOST_DATELINE_WORDS:
        return 0.0
    if _AGO.match(line):
        return AGO_CONFIDENCE
    at = max(0, first.start() - 1)  # each pattern begins with a digit, and may look at the character before it
    head, rest, dates = line[:at], line[at:], 0
    for pattern in (_ISO, _CJK, _NUMERIC):
        rest, n = pattern.subn(" ", rest)
        dates += n
    rest, times = _TIME.subn(" ", rest)
    day = _DAY.search(rest)
    if not (dates or day or times):
        return 0.0
    words = _WORD.findall(fold_letters(head + rest))
    named = sum(map(known_months(language).__contains__, words))
    dated = dates > 0 or (named and day and (len(words) <= SPELLED_WORDS or _YEAR.search(rest)))
    others = len(words) - named
    if dated:
        return next((sure for most, sure in DATELINE_CONFIDENCE if others <= most), 0.0)
    return TIME_CONFIDENCE if times and others <= TIME_WORDS and len(line) < TIME_CHARACTERS else 0.0


def of_publication(line: str) -> str:
    """Return what a line says of the publication: `5 May, updated 7 May` and `Updated 7 May. Posted 5 May` -> `5 May`.

    Empty where that names no day.
    """
    if not any(map(str.isdigit, line)):
        return ""
    said, start, changed = "", 0, False
    for found in _SAID.finditer(line):
        said += "" if changed else line[start : found.start()]
        start, changed = found.end() if found[1] else found.start(), bool(found[1])
    said += "" if changed else line[start:]
    return said if any(map(str.isdigit, said)) else ""


def of_change(line: str) -> str:
    """Return what a line says of the last change: `Published 5 May | Updated 7 May` -> `Updated 7 May`.

    Empty where it says of none; up to the end where the day stands behind more words: `Updated and published 7 May`.
    """
    said = [*_SAID.finditer(line)]
    ends = [found.start() for found in said[1:]] + [len(line)]
    parts = [(found.start(), end) for found, end in zip(said, ends, strict=True) if found[1]] if said else []
    dated = (line[start:end] for start, end in parts if any(map(str.isdigit, line[start:end])))
    return next(dated, line[parts[0][0] :] if parts else "")


def read_date(text: str, language: str | None, day_first: bool = False) -> Stamp | None:
    """Return the instant a line names, in UTC; midnight where it names a day only; None unless the day is clear.

    A clock without a zone is taken as UTC, and `zoned` is false. `day_first` says that 3/4/2024 is in April even in
    English.
    """
    line = text[:LONGEST_DATELINE]
    folded = "" if line.isascii() else fold_letters(line)  # 2024 may be written in wide digits
    if not _MAY_BE_DATE.search(folded or line):
        return None
    for pattern in (_ISO, _CJK):
        if found := pattern.search(line):
            return _instant(line, int(found[1]), int(found[2]), int(found[3]))
    if spelled := _spelled(folded or fold_letters(line), language):
        return _instant(line, *spelled)
    if found := _NUMERIC.search(line):
        day, month, year = int(found[1]), int(found[3]), int(found[4])
        if language in {None, "en"} and not day_first and found[2] != "." and day <= 12 >= month != day:
            return None  # 3/4/2024 is March in one country and April in another
        if year < 100 and len(_WORD.findall(line)) > SHORT_YEAR_WORDS:
            return None  # the number of a version
        if month > 12 >= day:
            day, month = month, day
        return _instant(line, year + 2000 if year < 100 else year, month, day)
    return None


def _spelled(folded: str, language: str | None) -> tuple[int, int, int] | None:
    """Return (year, month, day) of `March 2, 2024`, `2. März 2024`, `2 марта 2024 года`, `2024 Mar 2`."""
    names = known_months(language)
    for found in _WORD.finditer(folded):
        month = names.get(found[0])
        if not month:
            continue
        before = folded[max(0, found.start() - MONTH_LOOKS_BACK) : found.start()]
        after = folded[found.end() : found.end() + MONTH_LOOKS_AHEAD]
        year_after, day_before = _YEAR_AFTER.match(after), _DAY_BEFORE.search(before)
        if year_after and (year_after[1] or day_before):
            day = int(year_after[1] or (day_before[1] if day_before else 0))
            return int(year_after[2]), month, day
        year_before, day_after = _YEAR_BEFORE.search(before), _DAY_AFTER.match(after)
        if year_before and day_after:
            return int(year_before[1]), month, int(day_after[1])
    return None


def _instant(line: str, year: int, month: int, day: int) -> Stamp | None:
    clock = read_clock(_NUMERIC.sub(" ", _ISO.sub(" ", line)))
    hour, minute, ahead = clock or (0, 0, None)
    try:
        when = datetime(year, month, day, hour, minute, tzinfo=UTC) - (ahead or timedelta())
    except (ValueError, OverflowError):
        return None
    return Stamp(when, ahead is not None, clock is not None)


def read_clock(line: str) -> Clock | None:
    """Return the first time of day that a line names, with its zone if it names one; None if it names no time."""
    found = _TIME.search(line)
    if not found:
        return None
    hour = int(found[1])
    if found[3]:
        hour = hour % 12 + (12 if found[3][0] in "pP" else 0)
    zone = _zone(line)
    return Clock(hour, int(found[2]), zone.utcoffset(None) if zone else None)


def _zone(line: str) -> timezone | None:
    """Return the time zone that a line names, by name or in hours and minutes ahead of UTC."""
    if found := _ZONES.search(line):
        return zone_of(found[1])
    found = _OFFSET.search(line)
    if not found:
        return None
    hours, minutes = int(found[1] or found[3] or 0), int(found[2] or found[4] or 0)
    ahead = timedelta(hours=hours, minutes=minutes if hours >= 0 else -minutes)
    return timezone(ahead) if abs(hours) <= FURTHEST_ZONE else None
