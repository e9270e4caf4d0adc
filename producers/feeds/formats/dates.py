"""Parse the dates of feeds, standard formats first and lenient ones last; a wrong date is worse than none. Pure."""

import calendar
import re
import time
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from copydesk.cleaning.lexicon.load import known_months
from copydesk.cleaning.normalise import fold_letters
from copydesk.events import HintPrecision
from copydesk.machine_dates import FEED_FORMS, read_instant
from copydesk.spelled_dates import spelled_out

_EARLIEST = datetime(1995, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(days=2)


class FeedDate(NamedTuple):
    """Hold an instant in UTC, and how exact it is: see `Hints`."""

    when: datetime
    precision: HintPrecision | None


def read_feed_date(text: str | None, now: datetime) -> datetime | None:
    """Return the instant a date names, in UTC, where no more is asked of it: see `feed_date`."""
    found = feed_date(text, now)
    return found.when if found else None


def feed_date(
    text: str | None, now: datetime, guess: time.struct_time | None = None, language: str | None = None
) -> FeedDate | None:
    """Return the instant a date names, in UTC; a date without a zone stands as if it were UTC.

    Months are read in the feed's `language` and in English, in all we know where that is not said. `guess` is another
    parser's reading (feedparser's), used only when the text is not understood here and agrees on the year. None when
    there is no sense in it, or it lies before 1995 or more than two days after `now`.
    """
    text = " ".join((text or "")[:100].split())
    stamp = read_instant(text, FEED_FORMS)
    if stamp is None:
        code = (language or "").partition("-")[0].lower()
        stamp = read_instant(fold_letters(text), (spelled_out(known_months(code)), spelled_out(known_months(None))))
    found = stamp.when if stamp else _guessed(text, guess)
    if found is None or not _EARLIEST <= found <= now + _AHEAD:
        return None
    if stamp is not None and stamp.zoned:
        return FeedDate(found, None)
    return FeedDate(found, "day" if (found.hour, found.minute, found.second) == (0, 0, 0) else "clock")


def _guessed(text: str, guess: time.struct_time | None) -> datetime | None:
    if guess is None or str(guess[0]) not in text or not re.search(r"[^\W\d_]", text):
        return None
    try:
        return datetime.fromtimestamp(calendar.timegm(guess), UTC)
    except (ValueError, TypeError, OverflowError):
        return None
