"""Gather rows that name no field as it is read, to say it once for a file, with the map that would fit."""

from collections.abc import Iterable

from copydesk.producers.seeds.field_names import advice
from copydesk.producers.seeds.rows import ROW_FIELDS

_MOST_KEYS = 1000


class Nameless:
    """Count rows without a text by any name that is read; `first` is the first of them."""

    def __init__(self) -> None:
        self.rows, self.first = 0, b""
        self._keys: dict[str, None] = {}

    def take(self, keys: Iterable[str], line: bytes) -> None:
        """Count a row that has these keys."""
        self.first = self.first or line
        self.rows += 1
        if len(self._keys) < _MOST_KEYS:
            self._keys.update(dict.fromkeys(keys))

    def reason(self) -> str:
        """Return why they are refused, as one sentence about the file that says how many it is about."""
        return advice(self._keys, ROW_FIELDS, self.rows)
