"""Read the facts of a row that come in several shapes: authors, tags, a language, and whatever else there is."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

EXTRA_LIMIT = 64 << 10
"""Bytes of JSON that a row's other fields may take in an event: they are facts, not a second document."""
_DEEPEST, _LARGEST_WHOLE, _SMALLEST_WHOLE = 20, (1 << 63) - 1, -(1 << 63)
"""What every engine's JSON can hold: the levels of a value, and its whole numbers."""
_MOST_NAMED, _LONGEST_NAMED = 10, 40
_MOST_NAMES = 100
_BETWEEN = re.compile(r"\s{0,9}[;|\n]\s{0,9}")
_BETWEEN_TAGS = re.compile(r"\s{0,9}[,;|\n]\s{0,9}")
_LANGUAGE = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z0-9_-]{1,20})?")
_NAME_KEYS = ("name", "full_name", "fullname", "display_name", "displayName", "fullName")
_NAME_PARTS = (("first_name", "last_name"), ("firstName", "lastName"), ("givenName", "familyName"), ("first", "last"))


def names_of(authors: object) -> tuple[str, ...]:
    """Return the names of authors: a text, an object that has a name, or a list of these."""
    given = authors if isinstance(authors, list) else [authors]
    names = (name for one in given for name in _names(one))
    return tuple(dict.fromkeys(name.strip() for name in names if name.strip()))[:_MOST_NAMES]


def _names(author: object) -> Iterator[str]:
    if isinstance(author, str):
        yield from _BETWEEN.split(author)
    elif isinstance(author, dict):
        whole = next((author[key] for key in _NAME_KEYS if isinstance(author.get(key), str)), "")
        parts = next(([author.get(part) for part in pair] for pair in _NAME_PARTS if author.get(pair[1])), [])
        yield whole or " ".join(part for part in parts if isinstance(part, str))


def texts_of_row(value: object) -> tuple[str, ...]:
    """Return the words of a field that lists some: a list of texts, or of objects with a name, or one text."""
    if isinstance(value, str):
        return tuple(filter(None, _BETWEEN_TAGS.split(value.strip())))[:_MOST_NAMES]
    return names_of(value) if isinstance(value, list) else ()


def language_of_row(value: object) -> str | None:
    """Return the code of a language, None where it is none: `de` of `de-DE`."""
    found = _LANGUAGE.fullmatch(value.strip()) if isinstance(value, str) else None
    return found[1].lower() if found else None


def within_limit(fields: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """Return fields as plain JSON values, as many as `EXTRA_LIMIT` allows, and a sentence about those left out."""
    kept, left_out, left = dict[str, Any](), list[str](), EXTRA_LIMIT
    for key, value in fields.items():
        text = _as_json(value)
        if text == b"null" or not key.strip():
            continue
        if text is None or len(text) + len(key) > left:
            left_out.append(key)
        else:
            kept[key] = _plain(text)
            left -= len(text) + len(key)
    if not left_out:
        return kept, ""
    more = f" and {len(left_out) - _MOST_NAMED} more" if len(left_out) > _MOST_NAMED else ""
    named = ", ".join(key[:_LONGEST_NAMED] for key in left_out[:_MOST_NAMED])
    return kept, f"Left out, as what else a row holds may take {EXTRA_LIMIT >> 10} kB of JSON: {named}{more}"


def _as_json(value: Any) -> bytes | None:
    """Return a value as JSON, None for one that is none; what a data frame holds becomes the number it is."""
    if isinstance(value, msgspec.Raw):
        return bytes(value)
    try:
        return msgspec.json.encode(value, enc_hook=lambda one: one.item() if hasattr(one, "item") else str(one))
    except (TypeError, ValueError, RecursionError, OverflowError):
        return None


def _plain(text: bytes) -> Any:
    """Return the value of a JSON text; one that some engine could not hold stays a text."""
    try:
        value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError):
        return text.decode("utf-8", "replace")
    return value if _holds(value, _DEEPEST) else text.decode()


def _holds(value: Any, deepest: int) -> bool:
    if isinstance(value, int):
        return _SMALLEST_WHOLE <= value <= _LARGEST_WHOLE
    if isinstance(value, list | dict):
        inner = value.values() if isinstance(value, dict) else value
        return deepest > 0 and all(_holds(one, deepest - 1) for one in inner)
    return True
