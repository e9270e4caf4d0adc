"""Convert the values that both indices store: instants as microseconds, and texts that UTF-8 can hold."""

from datetime import UTC, datetime, timedelta

SHORTEST_ID_PREFIX = 6
"""How many characters of an id find its article, where no other id begins so: what the port promises."""

_EPOCH, _MICROSECOND = datetime(1970, 1, 1, tzinfo=UTC), timedelta(microseconds=1)


def to_microseconds(when: datetime) -> int:
    """Return microseconds since 1970; raises TypeError for an instant without a time zone."""
    return (when - _EPOCH) // _MICROSECOND


def from_microseconds(when: int) -> datetime:
    """Return the instant, in UTC, of so many microseconds since 1970."""
    return _EPOCH + when * _MICROSECOND


def is_encodable(text: str) -> bool:
    """Whether a text can be stored or sent at all; a lone surrogate cannot."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
