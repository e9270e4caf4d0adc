"""Pack what was cut of an article for Elasticsearch, by columns: names and sentences that come again stand once. Pure.

`{"text": [...], "kind": {"of": ["caption", ...], "at": [0, 0, ...]}, ..., "position": [3, 1, ...]}`: `at` counts into
`of`, and positions are the way from the one before.
"""

from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any

from copydesk.events import Removed

_TOLD_ONCE = ("kind", "why", "evidence")


def pack_removed(removed: Sequence[Removed]) -> dict[str, Any]:
    """Return the pieces as columns; an empty mapping for none."""
    if not removed:
        return {}
    positions = [piece.position for piece in removed]
    return {
        "text": [piece.text for piece in removed],
        **{name: _told_once([getattr(piece, name) for piece in removed]) for name in _TOLD_ONCE},
        "confidence": [piece.confidence for piece in removed],
        "position": [positions[0], *(after - before for before, after in pairwise(positions))],
    }


def unpack_removed(columns: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the pieces that were packed, as they are in an event.

    Raises KeyError, TypeError, IndexError or ValueError for what `pack_removed` does not make.
    """
    if not columns:
        return []
    values: dict[str, Sequence[Any]] = {
        "text": columns["text"],
        **{name: [columns[name]["of"][at] for at in columns[name]["at"]] for name in _TOLD_ONCE},
        "confidence": columns["confidence"],
        "position": list(accumulate(columns["position"])),
    }
    return [dict(zip(values, piece, strict=True)) for piece in zip(*values.values(), strict=True)]


def _told_once(values: Sequence[str]) -> dict[str, Any]:
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return {"of": list(places), "at": [places[value] for value in values]}
