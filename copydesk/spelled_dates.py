"""Read the dates that people spell out, with a clock and its zone beside the day or without, in any language."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from copydesk.machine_dates import HOURS, NAMED_SHIFT, Form, Stamp, ahead_of_utc

_CLOCK = re.compile(
    r"(?<![\d:])([01]?\d|2[0-3])[:h]([0-5]\d)(?:[:.]([0-6]\d)(?:[.,]\d{1,9})?)?(?!\d)(?:\s?([ap])\.?\s?m\b\.?)?"
    rf"(?:\s?(?:Z\b|([+-]\d{{1,2}}(?::?\d\d)?)(?!\d)|\(?\b({'|'.join(sorted(HOURS))})\b))?",
    re.I,
)
_DOTTED_CLOCK = re.compile(r"(?<=\d)(,?\s)(\d{1,2})\.(\d\d)(?![\d.])")
"""A clock with a dot, known by the year or day right before it."""
_WORD = re.compile(r"[^\W\d_]+")
_DAY_OF_MONTH = re.compile(r"(?<!\d)\d{1,2}(?!\d)")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[년年./-]\s?(\d{1,2})\s?[월月./-]\s?(\d{1,2})(?!\d)")
_DAY_DOT_MONTH = re.compile(r"(?<!\d)(\d{1,2})\.\s?(\d{1,2})\.\s?((?:19|20)\d\d)(?!\d)")


def spelled_out(months: Mapping[str, int]) -> Form:
    """Return a form that reads a day as people write it, with a clock and its zone beside it or without.

    `11 février 2022 19:58:02 +0100`, `Feb 11, 2022 7:58 PM EST`, `11.2.2022`. `months` are names in small letters, with
    or without accents as the texts will be; of two words that name a month, as a day of the week may, the later counts.
    """

    def read(text: str) -> Stamp | None:
        text = _DOTTED_CLOCK.sub(r"\1\2:\3", NAMED_SHIFT.sub("", text))
        clock = _CLOCK.search(text)
        rest = text if clock is None else f"{text[: clock.start()]} {text[clock.end() :]}"
        day = _spelled_day(rest, months)
        if day is None or (clock is None and ":" in text):  # a clock that no day has
            return None
        when = datetime(*day, tzinfo=UTC)
        if clock is None:
            return Stamp(when, False, False)
        hour = int(clock[1]) % 12 + (12 if clock[4] in "pP" else 0) if clock[4] else int(clock[1])
        when += timedelta(hours=hour, minutes=int(clock[2]), seconds=min(int(clock[3] or 0), 59))
        named = timedelta(hours=HOURS[clock[6].upper()]) if clock[6] else timedelta()
        zoned = bool(clock[5] or clock[6]) or clock[0][-1] in "zZ"
        return Stamp(when - ahead_of_utc(clock[5], timedelta(hours=15)) - named, zoned)

    return read


def _spelled_day(text: str, months: Mapping[str, int]) -> tuple[int, int, int] | None:
    """Return (year, month, day) of a text without its clock."""
    named = [months[word] for word in map(str.lower, _WORD.findall(text)) if word in months]
    if not named:
        if found := _YEAR_FIRST.search(text):
            return int(found[1]), int(found[2]), int(found[3])
        found = _DAY_DOT_MONTH.search(text)
        return (int(found[3]), int(found[2]), int(found[1])) if found else None
    year, day = _YEAR.search(text), _DAY_OF_MONTH.search(text)
    return (int(year[0]), named[-1], int(day[0])) if year and day else None
