"""Decide, field by field, who is believed of an article: what is given, its feed, or what was read of it. Pure."""

from collections.abc import Mapping
from datetime import datetime
from enum import IntEnum
from typing import Any, NamedTuple

from copydesk.cleaning.metadata.clock_zones import ClockPlace, offset_of
from copydesk.cleaning.metadata.metadata import SITE_RULES
from copydesk.cleaning.records import Cleaned
from copydesk.events import HintPrecision, Precision, RawArticle
from copydesk.machine_dates import offset_in

WHO_WINS: Mapping[str, tuple[str, ...]] = {
    "title": ("given", "read", "feed", "hint"),
    "authors": ("given", "feed", "read", "hint"),
    "published_at": ("given", SITE_RULES, "feed", "read", "hint"),
    "modified_at": ("given", "feed", "read", "hint"),
    "language": ("given", "read", "feed", "hint"),
    "section": ("given", "read", "feed", "hint"),
    "tags": ("given", "read", "feed", "hint"),
    "canonical_url": ("given", "read", "feed", "hint"),
}
"""Whose word counts, first to last: of what says something the first wins, of dates of a feed and a document the more
exact one. `read` is what the cleaning finds in markup, text and address."""

INSTANTS = ("published_at", "modified_at")


class Exactness(IntEnum):
    """Say how much of an instant is sure: its day, a clock in a zone that nothing tells, or all of it."""

    DAY = 0
    CLOCK = 1
    INSTANT = 2


class DatedFact(NamedTuple):
    """Hold an instant in UTC, and how exact it is."""

    when: datetime
    exact: Exactness

    @property
    def precision(self) -> Precision | None:
        """Return `day` where no more of it is sure."""
        return None if self.exact == Exactness.INSTANT else "day"


class Believed(NamedTuple):
    """Hold the fields of an article as they go out, and for each its origin and what was read otherwise."""

    fields: Mapping[str, Any]
    provenance: dict[str, str]
    originals: dict[str, str]


def believed(raw: RawArticle, found: Cleaned, place: ClockPlace) -> Believed:
    """Return whom to believe in each field of `WHO_WINS`, and of instants `published_precision` as well.

    What is read of a feed's own item counts as the feed's word where its markup states it.
    """
    in_feed = raw.fetch.get("from") == "feed"  # the document is an item, and its markup what the feed says of it
    provenance = {f: "feed" if in_feed and origin == "markup" else origin for f, origin in found.provenance.items()}
    originals = dict(found.originals)
    teller = _teller(raw, in_feed)
    fields: dict[str, Any] = {}
    for field in WHO_WINS:
        told, read = _told(field, raw, found, place), _read(field, found)
        reader = SITE_RULES if found.provenance.get(field) == SITE_RULES else "read"
        if _is_unreadable(field, raw) or _wins(field, told, teller, read, reader):
            fields[field] = told
            provenance[field] = teller
            if read and read != told:
                originals.setdefault(field, _as_text(read))
        else:
            fields[field] = read
    published, modified = fields["published_at"], fields["modified_at"]
    fields["published_at"] = published and published.when
    fields["published_precision"] = published and published.precision
    fields["modified_at"] = modified and modified.when
    return Believed(fields, provenance, originals)


def _teller(raw: RawArticle, in_feed: bool) -> str:
    """Return who found the article and says something of it."""
    if raw.hints.given:
        return "given"
    return "feed" if in_feed or raw.fetch.get("found_at", "").startswith(("http://", "https://")) else "hint"


def _wins(field: str, told: Any, teller: str, read: Any, reader: str) -> bool:
    """Whether the teller's word counts, and not what was read."""
    if not told or not read:
        return bool(told)
    order = WHO_WINS[field]
    if isinstance(told, DatedFact) and teller == "feed" and reader == "read":
        return bool(told.exact >= read.exact)
    return order.index(teller) < order.index(reader)


def _is_unreadable(field: str, raw: RawArticle) -> bool:
    """Whether a given date cannot be read: then the article has none, rather than one that nobody gave."""
    return raw.hints.given and field in raw.hints.notes and getattr(raw.hints, field) is None


def _told(field: str, raw: RawArticle, found: Cleaned, place: ClockPlace) -> Any:
    hints = raw.hints
    if field == "published_at":
        return _dated(hints.published_at, hints.published_precision, hints.given, found, place)
    if field == "modified_at":
        return _dated(hints.modified_at, hints.modified_precision, hints.given, found, place)
    return getattr(hints, field)


def _dated(
    when: datetime | None, precision: HintPrecision | None, given: bool, found: Cleaned, place: ClockPlace
) -> DatedFact | None:
    """Return an instant that was told, its clock in the zone of the document or its place where it names none.

    Midnight in UTC is the day alone where a program says so: feeds and sitemaps write days as that.
    """
    if when is None:
        return None
    if precision == "clock":
        texts = {field: found.originals.get(field, "") for field in INSTANTS}
        instants = {"published_at": found.published_at, "modified_at": found.modified_at}
        elsewhere = [(at, ahead) for field, at in instants.items() if at and (ahead := offset_in(texts[field]))]
        ahead = offset_of(when, elsewhere, place)
        return DatedFact(when, Exactness.CLOCK) if ahead is None else DatedFact(when - ahead, Exactness.INSTANT)
    day = precision == "day" or (not given and _is_midnight(when))
    return DatedFact(when, Exactness.DAY if day else Exactness.INSTANT)


def _read(field: str, found: Cleaned) -> Any:
    value = getattr(found, field)
    if not isinstance(value, datetime):
        return value
    if field == "published_at" and found.published_precision:
        return DatedFact(value, Exactness.DAY if _is_midnight(value) else Exactness.CLOCK)
    return DatedFact(value, Exactness.INSTANT)


def _is_midnight(when: datetime) -> bool:
    return (when.hour, when.minute, when.second, when.microsecond) == (0, 0, 0, 0)


def _as_text(value: Any) -> str:
    if isinstance(value, DatedFact):
        return value.when.date().isoformat() if value.exact == Exactness.DAY else value.when.isoformat()
    return ", ".join(value) if isinstance(value, tuple) else str(value)
